//! E0310: a launch grid that does not fit its coordinates or its array.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0310";

/// As many coordinates as dimensions.
pub fn rank(span: Span, lanes: usize, rank: usize) -> Diagnostic {
    let names = ["i", "j", "k"].get(..rank).unwrap_or_default().join(", ");
    Diagnostic::error(CODE, format!("{lanes} coordinates for a grid of rank {rank}"), span, "here")
        .with_help(if rank == 1 { format!("write `each {names}`") } else { format!("write `each ({names})`") })
}

/// A size that is no extent, constant or number.
pub fn size(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "the size of a grid is an extent or a constant", span, "neither")
        .with_help("name the extent of an array, as in `kernel k[n](x: out [f32; n]) each i in n`")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn too_few_coordinates() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[m, n](x: out [f32; m, n]) each i of x { }
"
        ));
    }

    #[test]
    fn a_computed_size() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [f32; n]) each i in n * 2 { x[i] = 1.0; }
"
        ));
    }
}
