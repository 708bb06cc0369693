//! E0402: a read of a cell that another lane may be writing (law 3).

use crate::{diagnostic::Diagnostic, source::Span};

use super::e0401_write_not_own::{Side, in_phase};

const CODE: &str = "E0402";

/// A lane that reads a cell that another writes. `when` holds the counters of the group, if they have numbers.
pub fn meet(array: &str, reader: &Side, writer: &Side, phase: Option<Span>, when: &[String]) -> Diagnostic {
    let message = if reader.cell == writer.cell {
        format!("lane {} reads `{}`, which lane {} writes", reader.lane, reader.cell, writer.lane)
    } else {
        format!("lane {} could read a cell of `{array}` that lane {} writes", reader.lane, writer.lane)
    };
    let error =
        Diagnostic::error(CODE, message, reader.span, format!("lane {} reads `{}` here", reader.lane, reader.cell))
            .with_label(writer.span, format!("lane {} writes `{}` here", writer.lane, writer.cell));
    let help = if phase.is_some() {
        "read it in a phase of its own, after this one or before it".into()
    } else {
        format!("read only the lane's own cell, or write to a second array and leave `{array}` an `in`")
    };
    in_phase(error, phase, when).with_help(help)
}

/// At a read of a written array whose place is not known before the kernel runs.
pub fn unknown(span: Span, array: &str, write: Span, phase: Option<Span>) -> Diagnostic {
    let error = Diagnostic::error(
        CODE,
        format!(
            "where `{array}` is read here is known only when the kernel runs, and another lane could be writing there"
        ),
        span,
        "this place depends on data, or on a counter whose end is not constant",
    )
    .with_label(write, "a lane writes here");
    in_phase(error, phase, &[]).with_help("read it in a phase of its own, after this one or before it")
}

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

    #[test]
    fn a_neighbour_in_one_phase() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {
    shared s: [u32; 64];
    phase (x) { s[x] = x; t[x] = s[63 - x]; }
}
"
        ));
    }

    #[test]
    fn a_cell_that_the_data_choose() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {
    shared s: [u32; 64];
    phase (i) { s[i] = i; t[i] = s[x[r + i] & 63]; }
}
"
        ));
    }
}
