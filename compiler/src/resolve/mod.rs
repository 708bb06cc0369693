//! Names: what each name in the tree means. The tree itself is left as it is; the answers stand in tables keyed by
//! where a name is written. Every file has a scope of items; bodies nest scopes of locals, and no local hides another.

mod body;
mod items;
mod recursion;

use std::collections::HashMap;

use foldhash::fast::RandomState;

use lockstep_numbers::ScalarType;

use crate::{
    diagnostic::Diagnostic,
    source::{Sources, Span},
    syntax::tree,
};

/// A local of a body: a parameter, an extent, a coordinate, a counter, a `let`, a `var`, a local array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(pub u32);

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Definition {
    /// A local of the body.
    Local(LocalId),
    /// An array parameter, or in a job a temporary, numbered after the parameters.
    Array(u32),
    /// A constant, by its index in [`Resolved::constants`].
    Constant(u32),
    /// A function, by its index in [`Resolved::functions`].
    Function(u32),
    /// A kernel, by its index in [`Resolved::kernels`].
    Kernel(u32),
    /// A job, by its index in [`Resolved::jobs`].
    Job(u32),
    /// A struct, by its index in [`Resolved::structs`].
    Struct(u32),
    /// A function of the language.
    Builtin(Builtin),
    /// A type of the language.
    BuiltinType(BuiltinType),
    /// Nothing; an error has been given.
    Unknown,
}

/// The functions of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the function that its name says")]
pub enum Builtin {
    Min,
    Max,
    Abs,
    Sqrt,
    CeilDiv,
    ToBits,
    FromBits,
    MulHigh,
    Dot,
}

/// The types of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltinType {
    /// One value.
    Scalar(ScalarType),
    /// `f32x2` to `u32x4`: this many values of one type.
    Vector(ScalarType, u32),
}

impl BuiltinType {
    /// The type with this name.
    pub fn named(name: &str) -> Option<BuiltinType> {
        if let Some(ty) = ScalarType::named(name) {
            return Some(BuiltinType::Scalar(ty));
        }
        let (component, count) = name.split_once('x')?;
        let component = ScalarType::named(component).filter(|ty| ty.is_number() && ty.words() == 1)?;
        let count = count.parse().ok().filter(|count| (2..=4).contains(count) && name.len() == 5)?;
        Some(BuiltinType::Vector(component, count))
    }

    /// The names of all of them, for suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let vectors = ["f32x2", "f32x3", "f32x4", "i32x2", "i32x3", "i32x4", "u32x2", "u32x3", "u32x4"];
        ScalarType::ALL.into_iter().map(ScalarType::name).chain(vectors)
    }
}

impl Builtin {
    /// All of them, with their names in source.
    pub const ALL: [(&'static str, Builtin); 9] = [
        ("min", Builtin::Min),
        ("max", Builtin::Max),
        ("abs", Builtin::Abs),
        ("sqrt", Builtin::Sqrt),
        ("ceil_div", Builtin::CeilDiv),
        ("to_bits", Builtin::ToBits),
        ("from_bits", Builtin::FromBits),
        ("mul_high", Builtin::MulHigh),
        ("dot", Builtin::Dot),
    ];

    /// The function of the language with this name.
    pub fn named(name: &str) -> Option<Builtin> {
        Builtin::ALL.iter().find(|(text, _)| *text == name).map(|(_, builtin)| *builtin)
    }
}

/// What kind of local a local is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the kind that its name says")]
pub enum LocalKind {
    /// A constant that the user of the item chooses.
    Generic,
    Parameter,
    Extent,
    Coordinate,
    /// The first cell of a tile.
    Origin,
    Counter,
    Let,
    Var,
    /// A variable of a lane that lives across phases.
    Lane,
    /// An array that a group shares.
    Shared,
    /// A tile, as an array.
    Tile,
}

impl LocalKind {
    /// Whether it may change after its declaration.
    pub fn is_assigned(self) -> bool {
        matches!(self, LocalKind::Var | LocalKind::Lane)
    }

    /// The kind in words, with its article.
    pub fn describe(self) -> &'static str {
        match self {
            LocalKind::Generic => "a constant of the item",
            LocalKind::Shared => "a shared array",
            LocalKind::Tile => "a tile",
            LocalKind::Parameter => "a parameter",
            LocalKind::Extent => "an extent",
            LocalKind::Coordinate => "a lane's coordinate",
            LocalKind::Origin => "the origin of a tile",
            LocalKind::Counter => "a loop counter",
            LocalKind::Let => "a `let`",
            LocalKind::Var => "a `var`",
            LocalKind::Lane => "a variable of a lane",
        }
    }
}

/// A local as declared.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: tree::Name,
    /// Its kind.
    pub kind: LocalKind,
}

/// The names of one body.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Its locals, in the order of their declarations.
    pub locals: Vec<Local>,
    /// Its arrays: the parameters of a kernel or job, then the temporaries.
    pub arrays: Vec<tree::Name>,
    /// The functions that it calls, and where.
    pub calls: Vec<(u32, Span)>,
}

/// An item with what its names mean, and the file that it stands in.
#[derive(Debug)]
pub struct Named<'t, T> {
    /// The item.
    pub item: &'t T,
    /// Its names.
    pub body: Body,
    /// The file; 0 is the developer's.
    pub file: usize,
}

/// All items with their bodies, and the meaning of every name.
#[derive(Debug, Default)]
pub struct Resolved<'t> {
    /// The path of each file, as in `use`; empty for the developer's own.
    pub paths: Vec<String>,
    /// The constants.
    pub constants: Vec<Named<'t, tree::Constant>>,
    /// The structs.
    pub structs: Vec<Named<'t, tree::Struct>>,
    /// The functions.
    pub functions: Vec<Named<'t, tree::Function>>,
    /// The kernels.
    pub kernels: Vec<Named<'t, tree::Kernel>>,
    /// The jobs.
    pub jobs: Vec<Named<'t, tree::Job>>,
    /// What each name means, by where it is used or declared.
    names: HashMap<Span, Definition, RandomState>,
}

impl Resolved<'_> {
    /// What the name at this place means.
    pub fn meaning(&self, name: &tree::Name) -> Definition {
        self.names.get(&name.span).copied().unwrap_or(Definition::Unknown)
    }

    /// The local that this name declares or uses.
    pub fn local(&self, name: &tree::Name) -> Option<LocalId> {
        match self.meaning(name) {
            Definition::Local(id) => Some(id),
            _ => None,
        }
    }

    /// The name of an item as users of other files see it.
    pub fn path(&self, file: usize, name: &str) -> String {
        match self.paths.get(file) {
            Some(path) if !path.is_empty() => format!("{path}::{name}"),
            _ => name.into(),
        }
    }
}

/// What gives the text of another file of the developer's, by its path: `geometry/circle.lks`.
pub type Files<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Parses the files that `main`, and in turn they, use. Their texts join `sources`.
pub fn imports(
    sources: &mut Sources,
    main: tree::File,
    files: Files<'_>,
) -> (Vec<(String, tree::File)>, Vec<Diagnostic>) {
    items::imports(sources, main, files)
}

/// Gives every name of the files its meaning. The first file is the developer's.
pub fn resolve(files: &[(String, tree::File)]) -> (Resolved<'_>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (mut resolved, scopes) = items::collect(files, &mut diagnostics);
    body::resolve_bodies(files, &scopes, &mut resolved, &mut diagnostics);
    recursion::check(&resolved, &mut diagnostics);
    (resolved, diagnostics)
}
