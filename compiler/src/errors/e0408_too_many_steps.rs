//! E0408: it takes too long to decide whether lanes meet (law 3).

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0408";

/// At the phase.
pub fn error(phase: Span, array: &str, most: u64) -> Diagnostic {
    Diagnostic::error(
        CODE,
        format!("it takes more than {most} steps to decide whether lanes meet in `{array}`"),
        phase,
        "here",
    )
    .with_help(format!(
        "make the group or the constant loops around the accesses to `{array}` smaller, \
         or split the kernel"
    ))
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_loop_of_a_million_trips() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {
    shared s: [u32; 64];
    phase (x) { for i in 0..1000000 { s[(x + i / 1000000) % 61] = i; } }
    phase (x) { t[x] = s[x]; }
}
"
        ));
    }
}
