//! N0601: an index that the compiler cannot prove in range. It is checked when the program runs.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "N0601";

/// At the index; `extent` is what it must stay below, `reason` why it is not known to.
pub fn note(span: Span, index: &str, array: &str, extent: &str, reason: Option<&str>) -> Diagnostic {
    let label = match reason {
        Some(reason) => format!("not proven to be below {extent}: {reason}"),
        None => format!("not proven to be below {extent}"),
    };
    Diagnostic::note(CODE, format!("this index of `{array}` is checked when the program runs"), span, label).with_help(
        format!(
            "it traps when it is out of range. Write `{array}[…] else v` for a value `v` there, \
         or index with a coordinate or counter that ends at {extent} instead of `{index}`"
        ),
    )
}

#[cfg(test)]
mod tests {
    use crate::{check, render::render};

    fn notes(text: &str) -> String {
        let compilation = check("example.lks", text);
        assert!(compilation.program.is_some(), "this program should compile:\n{text}");
        format!("{}\n----\n{}", text.trim(), render(&compilation.notes, &compilation.sources, false))
    }

    #[test]
    fn indices_that_stay_checked() {
        insta::assert_snapshot!(notes(
            r"
kernel gather[n, m](place: in [u32; n], x: in [f32; m], y: out [f32; n]) each i of y {
    y[i] = x[place[i]] + x[i];
}
"
        ));
    }

    #[test]
    fn proven_indices_give_no_note() {
        insta::assert_snapshot!(notes(
            r"
const TABLE: [u32; 4] = [1, 2, 3, 4];
kernel sums[m, n](x: in [f32; m, n], y: out [f32; m]) each r of y {
    var s: f32 = 0.0;
    for c in 0..n { s += x[r, c]; }
    for k in 0..4 { s += f32(TABLE[k]); }
    y[r] = s + x[r, 7] else 0.0;
}
"
        ));
    }
}
