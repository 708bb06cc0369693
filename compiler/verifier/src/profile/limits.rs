//! How large a module may be. Each number is the profile's and bounds what reading and proving take, and what a driver's
//! compiler is given.

/// A limit by its name.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// What is counted.
    pub name: &'static str,
    /// The most of it.
    pub most: u32,
}

macro_rules! limits {
    ($($name:ident = $most:expr, $text:literal;)*) => {
        $(
            #[doc = $text]
            pub const $name: Limit = Limit { name: $text, most: $most };
        )*
        /// All limits.
        pub const ALL: &[Limit] = &[$($name),*];
    };
}

limits! {
    WORDS = 1 << 24, "words of a module";
    NESTING = 1023, "constructs inside of each other";
    CONSTRUCTS = 1 << 18, "selections and loops";
    VARIABLES = 1 << 16, "variables of a lane";
    CELLS = 1 << 16, "cells of the arrays of a lane, together";
    SHARED_BYTES = 48 << 10, "bytes of shared arrays";
    CONSTANTS = 1 << 17, "constants";
}
