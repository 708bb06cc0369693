//! E0409: a shared array is read in a phase that combines into it (law 3, *combine*).

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0409";

/// At the read.
pub fn error(span: Span, array: &str, combine: Span, phase: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("`{array}` is read in a phase that combines into it"), span, "read here")
        .with_label(combine, "combined into here")
        .with_label(phase, "in this phase")
        .with_help("read it in another phase")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_histogram_that_is_read_too_early() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {
    shared h: acc(add) [u32; 64];
    phase (x) { h[x & 7] += 1; t[x] = h[x]; }
}
"
        ));
    }
}
