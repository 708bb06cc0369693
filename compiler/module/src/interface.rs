//! The interface of a kernel or a job: its parameters, its extents, and the limits that the language sets on them.

use borsh::{BorshDeserialize, BorshSerialize};
use lockstep_numbers::{Binary, ScalarType};

use crate::{cost::Cost, float_class::FloatClass};

/// The most arrays that one kernel may take, of which a `claim` array counts twice: it is bound with its bitmap. Set by
/// the language, so that a kernel fits every admitted device.
pub const MAX_ARRAYS: usize = 12;
/// The most words of scalars and extents, together, that one kernel may take, a 64-bit scalar being two: what fits 128
/// bytes of push constants beside the three words of [`crate::spirv_abi`].
pub const MAX_WORDS: usize = 29;

/// What a module asks of a device. The limits are the language's: a device that cannot hold a profile is not admitted
/// to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub enum Profile {
    /// 256 lanes in a group, 32 KiB of shared memory, arrays of 128 MiB: every admitted device.
    #[default]
    Baseline,
    /// 1024 lanes in a group, 48 KiB of shared memory, arrays of 2 GiB.
    Datacenter,
}

impl Profile {
    /// The word in source.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Baseline => "baseline",
            Profile::Datacenter => "datacenter",
        }
    }

    /// The most lanes of a group.
    pub fn max_lanes(self) -> u32 {
        match self {
            Profile::Baseline => 256,
            Profile::Datacenter => 1024,
        }
    }

    /// The most bytes that the shared arrays of a kernel may have together.
    pub fn max_shared_bytes(self) -> u32 {
        match self {
            Profile::Baseline => 32 << 10,
            Profile::Datacenter => 48 << 10,
        }
    }

    /// The most 32-bit words of one array, and the largest size of one dimension.
    pub fn max_array_words(self) -> u64 {
        match self {
            Profile::Baseline => 1 << 25,
            Profile::Datacenter => 1 << 29,
        }
    }
}

/// The operators by which lanes may combine into one cell: any order gives the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[allow(missing_docs, reason = "each variant is the operator that its name says")]
pub enum Combine {
    Add,
    Minimum,
    Maximum,
    And,
    Or,
    Xor,
}

impl Combine {
    /// All of them.
    pub const ALL: [Combine; 6] =
        [Combine::Add, Combine::Minimum, Combine::Maximum, Combine::And, Combine::Or, Combine::Xor];

    /// The word in source, as in `acc(add)`.
    pub fn name(self) -> &'static str {
        match self {
            Combine::Add => "add",
            Combine::Minimum => "min",
            Combine::Maximum => "max",
            Combine::And => "and",
            Combine::Or => "or",
            Combine::Xor => "xor",
        }
    }

    /// The operator that it applies.
    pub fn operator(self) -> Binary {
        match self {
            Combine::Add => Binary::Add,
            Combine::Minimum => Binary::Minimum,
            Combine::Maximum => Binary::Maximum,
            Combine::And => Binary::And,
            Combine::Or => Binary::Or,
            Combine::Xor => Binary::Xor,
        }
    }
}

/// What a kernel or job may do with an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub enum Access {
    /// Read only.
    In,
    /// Written only; every cell is zero before the call.
    Out,
    /// Read and written.
    InOut,
    /// Combined into, never read; its contents before the call are the caller's.
    Accumulate(Combine),
    /// Claimed cell by cell, never read; every cell is zero before the call.
    Claim,
}

impl Access {
    /// The words in source.
    pub fn name(self) -> String {
        match self {
            Access::In => "in".into(),
            Access::Out => "out".into(),
            Access::InOut => "inout".into(),
            Access::Accumulate(combine) => format!("acc({})", combine.name()),
            Access::Claim => "claim".into(),
        }
    }

    /// Whether the array is an output of the call.
    pub fn writes(self) -> bool {
        self != Access::In
    }

    /// Whether the caller supplies the array.
    pub fn supplied(self) -> bool {
        matches!(self, Access::In | Access::InOut | Access::Accumulate(_))
    }

    /// Whether a lane may read a cell.
    pub fn reads(self) -> bool {
        matches!(self, Access::In | Access::InOut)
    }
}

/// The size of one dimension of an array, or of a launch grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub enum Extent {
    /// A number of the source.
    Constant(u32),
    /// The extent with this index in [`Signature::extents`], bound from the arrays of a call.
    Named(u32),
}

/// Element type and dimensions of an array, outermost first.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ArrayType {
    /// The type of a cell.
    #[borsh(
        serialize_with = "crate::job::coding::write_scalar_type",
        deserialize_with = "crate::job::coding::read_scalar_type"
    )]
    pub element: ScalarType,
    /// One to three dimensions, row-major: the last varies fastest.
    pub dimensions: Vec<Extent>,
}

/// A parameter of a kernel or a job.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameter {
    /// Its name in source.
    pub name: String,
    /// Scalar or array.
    pub kind: ParameterKind,
}

/// What a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ParameterKind {
    /// One word of this type.
    Scalar(
        #[borsh(
            serialize_with = "crate::job::coding::write_scalar_type",
            deserialize_with = "crate::job::coding::read_scalar_type"
        )]
        ScalarType,
    ),
    /// An array, and what is done with it.
    Array {
        /// Read, written, or both.
        access: Access,
        /// Its type.
        ty: ArrayType,
    },
}

/// Name, parameters in the order of the source, and names of the extents.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Signature {
    /// The name in source.
    pub name: String,
    /// The names between the brackets, in order.
    pub extents: Vec<String>,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
}

impl Signature {
    /// The array parameters in order: name, access, type. Their positions here are their binding order.
    pub fn arrays(&self) -> impl Iterator<Item = (&str, Access, &ArrayType)> {
        self.parameters.iter().filter_map(|p| match &p.kind {
            ParameterKind::Array { access, ty } => Some((p.name.as_str(), *access, ty)),
            ParameterKind::Scalar(_) => None,
        })
    }

    /// The scalar parameters in order.
    pub fn scalars(&self) -> impl Iterator<Item = (&str, ScalarType)> {
        self.parameters.iter().filter_map(|p| match &p.kind {
            ParameterKind::Scalar(ty) => Some((p.name.as_str(), *ty)),
            ParameterKind::Array { .. } => None,
        })
    }

    /// A type as it is written in source, for messages: `[f32; n, 3]`.
    pub fn show(&self, ty: &ArrayType) -> String {
        let dimensions: Vec<String> = ty
            .dimensions
            .iter()
            .map(|d| match d {
                Extent::Constant(n) => n.to_string(),
                Extent::Named(i) => self.extents.get(*i as usize).cloned().unwrap_or_else(|| "?".into()),
            })
            .collect();
        format!("[{}; {}]", ty.element, dimensions.join(", "))
    }
}

/// How many groups and lanes a kernel has.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Launch {
    /// As many lanes as the product of these one to three extents, [`crate::spirv_abi::LANES`] to a group.
    Each(Vec<Extent>),
    /// One group for each tile of an array.
    Tiles {
        /// For each clause the array parameter and the cells of a tile along each of its dimensions. The number of
        /// tiles of the first is the number of groups; those of the others must be equal to it.
        tiles: Vec<(u32, Vec<u32>)>,
        /// How many lanes a group has.
        lanes: u32,
    },
}

/// A compiled kernel.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Kernel {
    /// Its interface.
    pub signature: Signature,
    /// How many groups and lanes it has.
    pub launch: Launch,
    /// The bytes of its shared arrays.
    pub shared_bytes: u32,
    /// The most that a dispatch can cost, as a function of its scalars and extents.
    pub cost: Cost,
    /// Its restricted SPIR-V, one entry point named `main`; see [`crate::spirv_abi`].
    pub spirv: Vec<u32>,
    /// The same for a device whose [`FloatClass`] needs guards. Empty if `spirv` serves there too, since nothing in it
    /// can fall below the normal numbers.
    pub guarded: Vec<u32>,
}

impl Kernel {
    /// The SPIR-V for a device of this class.
    pub fn code(&self, class: FloatClass) -> &[u32] {
        if class.needs_guards() && !self.guarded.is_empty() { &self.guarded } else { &self.spirv }
    }
}
