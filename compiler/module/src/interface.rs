//! The interface of a kernel or a job: its parameters, its extents, and the limits that the language sets on them.

use borsh::{BorshDeserialize, BorshSerialize};
use lockstep_numbers::ScalarType;

/// The most arrays that one kernel may take. Set by the language, so that a kernel fits every admitted device.
pub const MAX_ARRAYS: usize = 12;
/// The most scalars and extents, together, that one kernel may take: what fits 128 bytes of push constants
/// beside the three words of [`crate::spirv_abi`].
pub const MAX_WORDS: usize = 29;
/// The most cells that one array may have: 128 MiB of 32-bit words, the `baseline` profile.
pub const MAX_CELLS: u64 = 1 << 25;

/// What a kernel or job may do with an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub enum Access {
    /// Read only.
    In,
    /// Written only; every cell is zero before the call.
    Out,
    /// Read and written.
    InOut,
}

impl Access {
    /// The word in source.
    pub fn name(self) -> &'static str {
        match self {
            Access::In => "in",
            Access::Out => "out",
            Access::InOut => "inout",
        }
    }

    /// Whether the array is an output of the call.
    pub fn writes(self) -> bool {
        self != Access::In
    }

    /// Whether the caller supplies the array.
    pub fn reads(self) -> bool {
        self != Access::Out
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

/// A compiled kernel.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Kernel {
    /// Its interface.
    pub signature: Signature,
    /// How many lanes run: the product of these extents, one to three of them.
    pub grid: Vec<Extent>,
    /// Its restricted SPIR-V, one entry point named `main`; see [`crate::spirv_abi`].
    pub spirv: Vec<u32>,
}
