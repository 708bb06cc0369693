//! E0406: more parameters than every device can take.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0406";

/// At the kernel's name.
pub fn error(span: Span, what: &str, found: usize, most: usize) -> Diagnostic {
    Diagnostic::error(CODE, format!("this kernel has {found} {what}, and the most is {most}"), span, "here")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn thirteen_arrays() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](a: in [u32; n], b: in [u32; n], c: in [u32; n], d: in [u32; n], e: in [u32; n], f: in [u32; n],
    g: in [u32; n], h: in [u32; n], i: in [u32; n], j: in [u32; n], k0: in [u32; n], l: in [u32; n], m: out [u32; n])
each x of m { m[x] = 1; }
"
        ));
    }
}
