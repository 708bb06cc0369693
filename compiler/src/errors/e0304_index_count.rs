//! E0304: as many indices as the array has dimensions, no more and no fewer.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0304";

/// At the access.
pub fn error(span: Span, array: &str, rank: usize, found: usize, declared: Span) -> Diagnostic {
    let plural = if rank == 1 { "" } else { "s" };
    let given = if found == 1 { "1 index was".into() } else { format!("{found} indices were") };
    let message = format!("`{array}` has {rank} dimension{plural}, and {given} given");
    let example = ["i", "j", "k"].get(..rank).unwrap_or_default().join(", ");
    Diagnostic::error(CODE, message, span, "here")
        .with_label(declared, "declared here")
        .with_help(format!("write `{array}[{example}]`"))
}

/// At something that is indexed and is no array.
pub fn no_array(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "this is no array, and has no cells", span, "indexed here")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn too_few() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[m, n](x: in [f32; m, n], y: out [f32; m]) each i of y { y[i] = x[i]; }
"
        ));
    }
}
