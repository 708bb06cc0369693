//! E0402: a read of a cell that another lane may be writing (law 3).

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0402";

/// At the read; `write` is where the kernel writes the array.
pub fn error(span: Span, array: &str, write: Span) -> Diagnostic {
    Diagnostic::error(
        CODE,
        format!("`{array}` is read where another lane may be writing"),
        span,
        "the order of the two is not fixed",
    )
    .with_label(write, "a lane writes its own cell here")
    .with_help(format!("read only the lane's own cell, or write to a second array and leave `{array}` an `in`"))
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_neighbour_of_a_written_array() {
        insta::assert_snapshot!(rejected(
            r"
kernel blur[n](x: inout [f32; n]) each i of x { x[i] = (x[i] + x[i + 1] else 0.0) / 2.0; }
"
        ));
    }
}
