//! E0401: a write that another lane could make too (law 3, *own*).

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0401";

/// At the write. `lanes` are the coordinates of a lane, `missing` one that no index tells apart.
pub fn missing(span: Span, array: &str, missing: &str, lanes: &[&str]) -> Diagnostic {
    Diagnostic::error(
        CODE,
        format!("two lanes could write the same cell of `{array}`"),
        span,
        format!("lanes that differ in `{missing}` alone come to the same cell"),
    )
    .with_help(format!(
        "each of `{}` must be an index of the write, by itself or with something added that is the same for all lanes",
        lanes.join("`, `")
    ))
}

/// At a second access to a written array that is of another form than the first.
pub fn differs(span: Span, array: &str, first: Span) -> Diagnostic {
    Diagnostic::error(
        CODE,
        format!("the accesses to `{array}` could meet across lanes"),
        span,
        "this lane's cell here may be another lane's there",
    )
    .with_label(first, "there")
    .with_help("use the same index for the lane's coordinates in every access to an array that the kernel writes")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_constant_cell() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], y: out [u32; n]) each i of x { y[0] = x[i]; }
"
        ));
    }

    #[test]
    fn a_cell_that_the_data_chooses() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], y: out [u32; n]) each i of x { y[x[i]] = 1; }
"
        ));
    }

    #[test]
    fn a_coordinate_that_is_missing() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[m, n](x: in [f32; m, n], y: out [f32; m]) each (r, c) of x { y[r] = x[r, c]; }
"
        ));
    }

    #[test]
    fn two_forms_of_one_array() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: inout [u32; n]) each i of y { y[i] = 1; y[i + 1] = 2; }
"
        ));
    }

    #[test]
    fn a_halved_index() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) each i of y { y[i / 2] = 1; }
"
        ));
    }
}
