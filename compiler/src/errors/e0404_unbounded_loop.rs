//! E0404: a loop whose number of trips depends on data (law 4).

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0404";

/// At the bound.
pub fn error(span: Span, part: &str) -> Diagnostic {
    Diagnostic::error(
        CODE,
        format!("the {part} of this loop depends on data, so its cost is not known before it runs"),
        span,
        "not a constant, scalar, extent or counter",
    )
    .with_help("state the most trips that there can be: `for i in 0..count max 512`")
}

/// At a bound that is known before the lane starts, but made of what no bound is made of.
pub fn unfollowed(span: Span, part: &str) -> Diagnostic {
    Diagnostic::error(
        CODE,
        format!("the {part} of this loop is made of floats, packed words or a quotient of 64 bits"),
        span,
        "bounds are made of integers and truth values, without quotients of 64 bits",
    )
    .with_help("state the most trips that there can be: `for i in 0..count max 512`")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_bound_from_a_float() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](f: f32, y: out [u32; n]) each i of y {
    var s: u32 = 0;
    for j in 0..u32(f * 3.0) { s += j; }
    for j in 0..u32(f) max 7 { s += j; }
    y[i] = s;
}
"
        ));
    }

    #[test]
    fn a_bound_from_a_quotient_of_64_bits() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](a: u64, y: out [u32; n]) each i of y {
    var s: u32 = 0;
    let b = a % 100;
    for j in 0..u32(b) { s += j; }
    for j in 0..u32(a >> 40) { s += j; }
    y[i] = s;
}
"
        ));
    }

    #[test]
    fn a_bound_from_an_array() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](len: in [u32; n], y: out [u32; n]) each i of y {
    var s: u32 = 0;
    for j in 0..len[i] { s += j; }
    y[i] = s;
}
"
        ));
    }

    #[test]
    fn a_maximum_from_an_array() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](len: in [u32; n], y: out [u32; n]) each i of y {
    var s: u32 = 0;
    for j in 0..len[i] max len[0] { s += j; }
    y[i] = s;
}
"
        ));
    }
}
