//! Names: what each name in the tree means. The tree itself is left as it is; the answers stand in tables keyed by
//! where a name is written. Every file has a scope of items; bodies nest scopes of locals, and no local hides another.

mod body;
mod items;
mod recursion;

use std::collections::HashMap;

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
    /// A function of the language.
    Builtin(Builtin),
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
}

impl Builtin {
    /// All of them, with their names in source.
    pub const ALL: [(&'static str, Builtin); 7] = [
        ("min", Builtin::Min),
        ("max", Builtin::Max),
        ("abs", Builtin::Abs),
        ("sqrt", Builtin::Sqrt),
        ("ceil_div", Builtin::CeilDiv),
        ("to_bits", Builtin::ToBits),
        ("from_bits", Builtin::FromBits),
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
    Parameter,
    Extent,
    Coordinate,
    Counter,
    Let,
    Var,
}

impl LocalKind {
    /// The kind in words, with its article.
    pub fn describe(self) -> &'static str {
        match self {
            LocalKind::Parameter => "a parameter",
            LocalKind::Extent => "an extent",
            LocalKind::Coordinate => "a lane's coordinate",
            LocalKind::Counter => "a loop counter",
            LocalKind::Let => "a `let`",
            LocalKind::Var => "a `var`",
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
    /// Its locals, in the order of their declarations: parameters and extents, then coordinates, then the others.
    pub locals: Vec<Local>,
    /// Its arrays: the parameters, then the temporaries.
    pub arrays: Vec<tree::Name>,
    /// The functions that it calls, and where.
    pub calls: Vec<(u32, Span)>,
}

/// All items with their bodies, and the meaning of every name.
#[derive(Debug, Default)]
pub struct Resolved<'t> {
    /// The constants of all files.
    pub constants: Vec<&'t tree::Constant>,
    /// The functions of all files, with their names resolved.
    pub functions: Vec<(&'t tree::Function, Body)>,
    /// The kernels of the main file.
    pub kernels: Vec<(&'t tree::Kernel, Body)>,
    /// The jobs of the main file.
    pub jobs: Vec<(&'t tree::Job, Body)>,
    /// What each name means, by where it is used or declared.
    names: HashMap<Span, Definition>,
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
}

/// Parses the modules of the standard library that `main`, and in turn they, use. Their texts join `sources`.
pub fn imports(sources: &mut Sources, main: tree::File) -> (Vec<(String, tree::File)>, Vec<Diagnostic>) {
    items::imports(sources, main)
}

/// Gives every name of the files its meaning. The first file is the developer's.
pub fn resolve(files: &[(String, tree::File)]) -> (Resolved<'_>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (mut resolved, scopes) = items::collect(files, &mut diagnostics);
    body::resolve_bodies(files, &scopes, &mut resolved, &mut diagnostics);
    recursion::check(&resolved, &mut diagnostics);
    (resolved, diagnostics)
}
