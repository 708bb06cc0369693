//! E0401: a write that another lane could make too (law 3, *own*).

use crate::{diagnostic::Diagnostic, program::ArrayRef, source::Span};

const CODE: &str = "E0401";

/// One of two lanes that meet.
pub struct Side {
    /// Where it touches the cell.
    pub span: Span,
    /// The lane, by its coordinates.
    pub lane: String,
    /// The cell.
    pub cell: String,
}

/// Two lanes that write one cell. `when` holds the counters of the group around the phase, if they have numbers.
pub fn meet(array: &str, first: &Side, second: &Side, phase: Option<Span>, when: &[String]) -> Diagnostic {
    let message = if first.cell == second.cell {
        format!("lanes {} and {} both write `{}`", first.lane, second.lane, first.cell)
    } else {
        format!("lanes {} and {} could write the same cell of `{array}`", first.lane, second.lane)
    };
    let error = if first.span == second.span {
        let label = if first.cell == second.cell { "both write here".into() } else { both(first, second) };
        Diagnostic::error(CODE, message, second.span, label)
    } else {
        Diagnostic::error(CODE, message, second.span, format!("lane {} writes `{}` here", second.lane, second.cell))
            .with_label(first.span, format!("lane {} writes `{}` here", first.lane, first.cell))
    };
    in_phase(error, phase, when).with_help(
        "in one phase a cell is written by one lane alone: let the place depend on all of the lane's coordinates",
    )
}

fn both(first: &Side, second: &Side) -> String {
    format!("lane {} writes `{}`, lane {} writes `{}`", first.lane, first.cell, second.lane, second.cell)
}

/// Points at the phase in which lanes meet.
pub(super) fn in_phase(error: Diagnostic, phase: Option<Span>, when: &[String]) -> Diagnostic {
    let text =
        if when.is_empty() { "in this phase".into() } else { format!("in this phase, with {}", when.join(", ")) };
    match phase {
        Some(phase) => error.with_label(phase, text),
        None => error,
    }
}

/// At a write whose place is not known before the kernel runs.
pub fn unknown(span: Span, array: &str, phase: Option<Span>, kind: ArrayRef) -> Diagnostic {
    let error = Diagnostic::error(
        CODE,
        format!("where `{array}` is written here is known only when the kernel runs, so lanes could meet"),
        span,
        "this place depends on data, or on a counter whose end is not constant",
    );
    let other = match kind {
        ArrayRef::Shared(_) => format!("declare `{array}` as `acc(add)` and combine into it"),
        _ => "declare the array as `claim`, if no cell is written twice, or as `acc(add)` and combine into it".into(),
    };
    in_phase(error, phase, &[])
        .with_help(format!("write at a place made of the lane's coordinates and constant counters; or {other}"))
}

/// At a write with a multiple of a coordinate that is too large.
pub fn wraps(span: Span, array: &str, lane: &str, factor: i64) -> Diagnostic {
    Diagnostic::error(
        CODE,
        format!("two lanes could write the same cell of `{array}`"),
        span,
        format!("{factor} * {lane} can pass 2^32 and begin again"),
    )
    .with_help("use a smaller factor, or another dimension")
}

/// At the write. `lanes` are the coordinates of a lane, `missing` one that no index tells apart.
pub fn missing(span: Span, array: &str, missing: &str, lanes: &[&str]) -> Diagnostic {
    let digits = match lanes {
        [_] => "",
        _ => "; or several in one index, like digits, as in `16 * r + c` with c below 16",
    };
    Diagnostic::error(
        CODE,
        format!("two lanes could write the same cell of `{array}`"),
        span,
        format!("lanes that differ in `{missing}` alone come to the same cell"),
    )
    .with_help(format!(
        "each of `{}` must stand alone in an index of the write, times a constant or with something added that is the \
         same for all lanes{digits}",
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
    fn multiples_that_wrap() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) each i of y { y[i * 256] = 1; }
"
        ));
    }

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

    #[test]
    fn two_lanes_that_write_one_shared_cell() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (64) of y as t at (r) lanes (8, 8) {
    shared s: [u32; 64];
    phase (a, b) { s[a * 7 + b] = 1; }
    phase (a, b) { t[a * 8 + b] = s[a * 8 + b]; }
}
"
        ));
    }

    #[test]
    fn two_writes_of_one_phase() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {
    phase (x) {
        t[x] = 1;
        t[63 - x] = 2;
    }
}
"
        ));
    }

    #[test]
    fn lanes_without_coordinates() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {
    phase { t[0] = 1; }
}
"
        ));
    }

    #[test]
    fn a_trip_of_the_group() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {
    shared s: [u32; 64];
    for d in 0..4 { phase (x) { if x < 32 { s[x ^ d] = 1; } s[x + 32 - (x >> d)] = 2; } }
    phase (x) { t[x] = s[x]; }
}
"
        ));
    }

    #[test]
    fn a_shared_cell_that_the_data_choose() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {
    shared s: [u32; 64];
    phase (i) { s[x[r + i] & 63] += 1; }
    phase (i) { t[i] = s[i]; }
}
"
        ));
    }

    #[test]
    fn a_tile_cell_at_a_symbolic_place() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n, m](x: in [u32; m], y: out [u32; n]) tile (64) of y as t at (r) lanes (8) {
    phase (i) { t[i * m] = x[0] else 0; }
}
"
        ));
    }
}
