//! How large the SPIR-V of a kernel may be. A driver's compiler takes more than linear time in branches, arrays of a lane
//! and straight code, and a module may come from anyone: so compilers refuse to write more, and verifiers to read more.

/// A limit by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is counted.
    pub name: &'static str,
    /// The most of it.
    pub most: u32,
}

macro_rules! limits {
    ($($name:ident = $most:expr, $text:literal;)*) => {
        $(
            #[doc = concat!("The most ", $text, ".")]
            pub const $name: Limit = Limit { name: $text, most: $most };
        )*
        /// All limits.
        pub const ALL: &[Limit] = &[$($name),*];
    };
}

limits! {
    WORDS = 1 << 21, "words of a module";
    CONSTRUCTS = 1 << 11, "selections and loops";
    NESTING = 1023, "selections and loops in each other";
    VARIABLES = 1 << 16, "variables of a lane";
    CELLS = 1 << 16, "cells of arrays of a lane, constant ones twice";
}
