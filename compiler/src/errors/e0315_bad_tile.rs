//! E0315: a tile clause, or the lanes of a group, that cannot be.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0315";

/// At a clause that does not fit the rank of its array.
pub fn rank(span: Span, array: &str, rank: usize, sizes: usize, origin: usize) -> Diagnostic {
    let message = format!(
        "`{array}` has rank {rank}, and its tile has {sizes} size{} and {origin} origin{}",
        if sizes == 1 { "" } else { "s" },
        if origin == 1 { "" } else { "s" }
    );
    Diagnostic::error(CODE, message, span, "here").with_help("give one size and one origin for each dimension")
}

/// At a tile without cells.
pub fn empty(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "a tile has at least one cell along each dimension", span, "this has none")
}

/// At a named tile of an array whose cells no group owns.
pub fn not_owned(span: Span, array: &str, access: &str) -> Diagnostic {
    let message = format!("`{array}` is {access}: no group owns its cells, so its tile has no name");
    Diagnostic::error(CODE, message, span, "here").with_help("leave out `as …`, and use the array itself")
}

/// At `lanes`.
pub fn lanes(span: Span, sizes: &[u32], most: u32, profile: &str) -> Diagnostic {
    let shown: Vec<String> = sizes.iter().map(u32::to_string).collect();
    let message = format!("a group of {} lanes cannot be", shown.join(" × "));
    Diagnostic::error(CODE, message, span, "here")
        .with_help(format!("one to three sizes, whose product is at most {most} in the profile `{profile}`"))
}

/// At a phase with the wrong number of coordinates.
pub fn coordinates(span: Span, found: usize, wanted: usize) -> Diagnostic {
    let message = format!("the lanes have {wanted} coordinate{}", if wanted == 1 { "" } else { "s" });
    Diagnostic::error(CODE, message, span, format!("this phase names {found}"))
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_tile_of_another_rank() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[m, n](y: out [u32; m, n]) tile (16) of y as t at (i) lanes (16) { phase (x) { t[x] = 1; } }
"
        ));
    }

    #[test]
    fn a_tile_without_cells() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (0) of y as t at (i) lanes (16) { phase (x) { t[x] = 1; } }
"
        ));
    }

    #[test]
    fn a_named_tile_of_claims() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: claim [u32; n]) tile (16) of y as t at (i) lanes (16) { phase (x) { claim y[x] = 1; } }
"
        ));
    }

    #[test]
    fn too_many_lanes() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (512) of y as t at (i) lanes (32, 16) { phase (r, c) { t[r * 16 + c] = 1; } }
"
        ));
    }

    #[test]
    fn a_phase_of_another_rank() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (64) of y as t at (i) lanes (8, 8) { phase (x) { t[x] = 1; } }
"
        ));
    }
}
