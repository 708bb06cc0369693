//! E0403: a read of an `out` array, or a write to an `in` array.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0403";

/// At a read of an `out` array.
pub fn read(span: Span, array: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("`{array}` is an out array and cannot be read"), span, "read here")
        .with_label(declared, "make this `inout` to read it")
}

/// At a write to an `in` array.
pub fn write(span: Span, array: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("`{array}` is an in array and cannot be written"), span, "written here")
        .with_label(declared, "make this `inout` to write it")
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
}
