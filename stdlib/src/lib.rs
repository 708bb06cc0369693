//! The standard library: Lockstep sources, one file a module, `std::bits` being `bits.lks`.
//!
//! This crate only carries the texts. The compiler parses a file when a program uses it.

/// The modules, by the name that follows `std::`.
const MODULES: [(&str, &str); 2] = [("bits", include_str!("../bits.lks")), ("num", include_str!("../num.lks"))];

/// The source of the module `std::name`.
pub fn source(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|(module, _)| *module == name).map(|(_, text)| *text)
}

/// The names of all modules.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|(name, _)| *name)
}
