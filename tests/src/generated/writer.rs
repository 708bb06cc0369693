//! What is carried along while a program is written: names in scope, and how much more may be written.

use std::collections::BTreeSet;

use lockstep_module::Combine;
use lockstep_numbers::ScalarType;

use super::tree::{Block, Expr, Program, Stmt, Ty};
use crate::random::Random;

/// Where code stands; it decides what may be said there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Function,
    /// Evaluated by the compiler, so it must not trap.
    Constant,
    Lane,
    /// Outside phases.
    Group,
    Job,
}

/// Something that an expression can name.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    pub ty: Ty,
    pub assignable: bool,
    /// The same for all lanes of a group, and known before data is read: it may stand at group level.
    pub uniform: bool,
    /// It may bound a loop.
    pub bounds: bool,
    /// Its value is below this.
    pub below: Option<Expr>,
}

impl Variable {
    /// A `let` of the lane's own.
    pub fn value(name: &str, ty: impl Into<Ty>) -> Variable {
        let (name, ty) = (name.into(), ty.into());
        Variable { name, ty, assignable: false, uniform: false, bounds: false, below: None }
    }

    /// Something that is known before the lanes start.
    pub fn known(name: &str, ty: impl Into<Ty>) -> Variable {
        Variable { uniform: true, bounds: true, ..Variable::value(name, ty) }
    }
}

/// An array in scope.
#[derive(Clone, Debug)]
pub struct Cells {
    pub name: String,
    pub ty: Ty,
    pub sizes: Vec<Expr>,
    pub nested: bool,
    pub way: Way,
    /// Whether it is a constant of the program, which may be read anywhere.
    pub constant: bool,
    /// Whether it is a tile, cells of which may be beyond the edge of its array.
    pub ragged: bool,
}

impl Cells {
    /// An array of which any cell may be read.
    pub fn look(name: &str, ty: impl Into<Ty>, sizes: Vec<Expr>) -> Cells {
        Cells { name: name.into(), ty: ty.into(), sizes, nested: false, way: Way::Look, constant: false, ragged: false }
    }

    /// An array that is used in this way.
    pub fn used(name: &str, ty: impl Into<Ty>, sizes: Vec<Expr>, way: Way) -> Cells {
        Cells { way, ..Cells::look(name, ty, sizes) }
    }
}

/// What may be done with an array.
#[derive(Clone, Debug)]
pub enum Way {
    /// Any cell may be read.
    Look,
    /// Any cell may be read and assigned.
    Local,
    /// Cells of the lane's own.
    Own(Own),
    Combine(Combine),
    /// Nothing here.
    Hidden,
}

/// The cells that a lane owns in a phase.
#[derive(Clone, Debug)]
pub struct Own {
    pub indices: Vec<OwnIndex>,
    /// How many cells along each slot.
    pub slots: Vec<u32>,
    /// Which lanes own any.
    pub guard: Option<Expr>,
    pub reads: bool,
}

/// One index of a lane's own cells.
#[derive(Clone, Debug)]
pub enum OwnIndex {
    /// May contain [`SLOTS`].
    Formed(Expr),
    /// Anything below this size.
    Free(Expr),
}

/// The names that stand for the slots in [`OwnIndex::Formed`].
pub const SLOTS: [&str; 3] = ["$0", "$1", "$2"];

/// What a call of a function needs to know of it.
#[derive(Clone, Debug)]
pub struct KnownFunction {
    /// Its index in the program.
    pub number: usize,
    /// Its expressions, with what it calls written out.
    pub weight: i32,
    pub may_trap: bool,
}

/// Writes one program.
pub struct Writer {
    pub random: Random,
    pub program: Program,
    /// Whether operations that trap may be written.
    pub may_trap: bool,
    /// Whether lanes may write what they do not own.
    pub wild: bool,
    pub place: Place,
    pub scope: Vec<Variable>,
    pub arrays: Vec<Cells>,
    pub functions: Vec<KnownFunction>,
    /// Extents that are not zero where lanes run.
    pub nonzero: Vec<String>,
    /// How many operations may still be written.
    pub fuel: i32,
    /// Loops that `break` can leave.
    pub loops: usize,
    /// How often the innermost statement runs, about.
    pub trips: u32,
    pub nesting: usize,
    /// Whether the indices of a leaf are being written, which hold no more cells.
    pub reading: bool,
    /// The variable that others are mixed into, where there is one.
    pub digest: Option<String>,
    /// The forms that programs are known to take and that no single node of the tree shows.
    pub forms: BTreeSet<&'static str>,
    names: usize,
    statements: Vec<Stmt>,
}

impl Writer {
    pub fn new(random: Random) -> Writer {
        Writer {
            random,
            program: Program::default(),
            may_trap: false,
            wild: false,
            place: Place::Function,
            scope: Vec::new(),
            arrays: Vec::new(),
            functions: Vec::new(),
            nonzero: Vec::new(),
            fuel: 0,
            loops: 0,
            trips: 1,
            nesting: 0,
            reading: false,
            digest: None,
            forms: BTreeSet::new(),
            names: 0,
            statements: Vec::new(),
        }
    }

    /// A name that is nowhere else.
    pub fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        // The underscore keeps names apart from those of types, such as `i32`.
        format!("{prefix}_{}", self.names)
    }

    pub fn push(&mut self, statement: Stmt) {
        self.statements.push(statement);
    }

    /// What is written by `inner`, as a block. Names declared in it end with it.
    pub fn block(&mut self, inner: impl FnOnce(&mut Writer)) -> Block {
        self.block_with(|writer| {
            inner(writer);
            None
        })
    }

    /// The same with a value.
    pub fn block_with(&mut self, inner: impl FnOnce(&mut Writer) -> Option<Expr>) -> Block {
        let outer = std::mem::take(&mut self.statements);
        let (names, arrays) = (self.scope.len(), self.arrays.len());
        self.nesting += 1;
        let value = inner(self);
        self.nesting -= 1;
        self.scope.truncate(names);
        self.arrays.truncate(arrays);
        let statements = std::mem::replace(&mut self.statements, outer);
        Block { statements, value }
    }

    /// A body of its own: nothing of the outside is in scope.
    pub fn body<T>(&mut self, place: Place, fuel: i32, inner: impl FnOnce(&mut Writer) -> T) -> T {
        let scope = std::mem::take(&mut self.scope);
        let arrays = std::mem::take(&mut self.arrays);
        let nonzero = std::mem::take(&mut self.nonzero);
        let digest = self.digest.take();
        let before = (self.place, self.fuel, self.loops, self.trips, self.nesting);
        (self.place, self.fuel, self.loops, self.trips, self.nesting) = (place, fuel, 0, 1, 0);
        let result = inner(self);
        (self.place, self.fuel, self.loops, self.trips, self.nesting) = before;
        (self.scope, self.arrays, self.nonzero, self.digest) = (scope, arrays, nonzero, digest);
        result
    }

    pub fn one_in(&mut self, one_in: usize) -> bool {
        self.random.one_in(one_in)
    }

    pub fn below(&mut self, n: u32) -> u32 {
        self.random.below(n as usize) as u32
    }

    pub fn pick<T: Clone>(&mut self, things: &[T]) -> T {
        self.random.pick(things).clone()
    }

    /// A scalar type that arrays in memory hold.
    pub fn memory_type(&mut self) -> ScalarType {
        use ScalarType::*;
        self.pick(&[F32, F32, I32, I32, U32, U32, U32, I64, U64, I8x4, U8x4, I16x2, U16x2, F16x2, Bf16x2])
    }

    /// Any type that is no array.
    pub fn any_type(&mut self) -> Ty {
        match self.below(12) {
            0 | 1 => self.vector_type(),
            2 if !self.program.structs.is_empty() => {
                let at = self.random.below(self.program.structs.len());
                Ty::Struct(self.program.structs[at].name.clone())
            }
            3 => ScalarType::Bool.into(),
            _ => self.memory_type().into(),
        }
    }

    pub fn vector_type(&mut self) -> Ty {
        let component = self.pick(&[ScalarType::F32, ScalarType::F32, ScalarType::I32, ScalarType::U32]);
        Ty::Vector(component, 2 + self.below(3))
    }
}
