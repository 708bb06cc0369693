//! E0403: an array is used otherwise than its declaration allows.

use lockstep_module::Combine;

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0403";

/// At a read of an array that is not read.
pub fn read(span: Span, array: &str, access: &str, declared: Span) -> Diagnostic {
    let error =
        Diagnostic::error(CODE, format!("`{array}` is an {access} array and cannot be read"), span, "read here");
    if access == "out" {
        return error.with_label(declared, "make this `inout` to read it");
    }
    error.with_label(declared, "declared here").with_help("read it in another kernel, after this one")
}

/// At a write to an `in` array.
pub fn write(span: Span, array: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("`{array}` is an in array and cannot be written"), span, "written here")
        .with_label(declared, "make this `inout` to write it")
}

/// At a use of an array that a tile kernel writes through its tile.
pub fn through_tile(span: Span, array: &str, declared: Span) -> Diagnostic {
    let message = format!("`{array}` is written through its tile, and cannot be used beside it");
    Diagnostic::error(CODE, message, span, "used here")
        .with_label(declared, "declared here")
        .with_help("use the name of the tile, whose cells this group owns")
}

/// At a write to an array of a tile kernel that has no tile.
pub fn not_a_tile(span: Span, array: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("`{array}` has no tile, so no group owns its cells"), span, "written here")
        .with_label(declared, "declared here")
        .with_help("give it a clause `tile (…) of … as … at (…)`, or make it `acc(…)` or `claim`")
}

/// At the second tile of an array that is written.
pub fn two_tiles(span: Span, array: &str, first: Span) -> Diagnostic {
    let message = format!("`{array}` is written, and has two tiles: groups would own cells of each other");
    Diagnostic::error(CODE, message, span, "the second tile").with_label(first, "the first tile")
}

/// At a write to an `acc` array by anything but its operator.
pub fn combine(span: Span, array: &str, combine: Combine, declared: Span) -> Diagnostic {
    let symbol = match combine {
        Combine::Add => "+=",
        Combine::Minimum => "min=",
        Combine::Maximum => "max=",
        Combine::And => "&=",
        Combine::Or => "|=",
        Combine::Xor => "^=",
    };
    let message = format!("lanes combine into `{array}` by `{}` alone", combine.name());
    Diagnostic::error(CODE, message, span, "written otherwise here")
        .with_label(declared, "declared here")
        .with_help(format!("write `{array}[…] {symbol} …;`"))
}

/// At a plain write to a `claim` array.
pub fn needs_claim(span: Span, array: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("`{array}` is a claim array: no lane owns its cells"), span, "written here")
        .with_label(declared, "declared here")
        .with_help(format!("write `claim {array}[…] = …;`"))
}

/// At a `claim` of something else than a cell of a `claim` array.
pub fn claim(span: Span, array: Option<(&str, Span)>) -> Diagnostic {
    match array {
        Some((array, declared)) => {
            Diagnostic::error(CODE, format!("`{array}` is no claim array"), span, "claimed here")
                .with_label(declared, "make this `claim` to claim its cells")
        }
        None => Diagnostic::error(CODE, "only a cell of a `claim` array can be claimed", span, "claimed here"),
    }
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_write_to_an_input() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n]) each i of x { x[i] = 1; }
"
        ));
    }

    #[test]
    fn a_read_of_an_output() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [u32; n]) each i of x { x[i] += 1; }
"
        ));
    }

    #[test]
    fn a_read_of_an_accumulator() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], s: acc(add) [u32; 1]) each i of x { s[0] += x[i] + s[0]; }
"
        ));
    }

    #[test]
    fn an_accumulator_that_is_assigned() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], s: acc(max) [u32; 1]) each i of x { s[0] = x[i]; }
"
        ));
    }

    #[test]
    fn claims_that_are_none() {
        insta::assert_snapshot!(rejected(
            r"
kernel a[n](x: in [u32; n], y: out [u32; n]) each i of x { claim y[i] = x[i]; }
kernel b[n](x: in [u32; n], y: claim [u32; n]) each i of x { y[i] = x[i]; }
"
        ));
    }

    #[test]
    fn an_array_beside_its_tile() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: inout [u32; n]) tile (64) of x as t at (i) lanes (64) { phase (l) { t[l] = x[i + l]; } }
"
        ));
    }

    #[test]
    fn an_array_without_a_tile() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [u32; n], y: out [u32; n]) tile (64) of x as t at (i) lanes (64) { phase (l) { y[i + l] = 1; } }
"
        ));
    }

    #[test]
    fn two_tiles_of_one_array() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [u32; n]) tile (64) of x as t at (i) tile (32) of x as u at (j) lanes (64) { phase (l) { t[l] = 1; } }
"
        ));
    }
}
