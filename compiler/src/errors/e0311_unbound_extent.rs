//! E0311: an extent that no array parameter fixes.

use crate::{diagnostic::Diagnostic, syntax::tree::Name};

const CODE: &str = "E0311";

/// At the extent.
pub fn error(name: &Name) -> Diagnostic {
    Diagnostic::error(CODE, format!("no array has the extent `{}`", name.text), name.span, "nothing fixes its value")
        .with_help(format!(
            "use it in the type of an array, as `[f32; {0}]`, or make it a parameter: `{0}: u32`",
            name.text
        ))
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn an_extent_that_no_array_has() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n, m](x: out [f32; n]) each i of x { x[i] = f32(m); }
"
        ));
    }
}
