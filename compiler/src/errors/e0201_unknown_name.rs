//! E0201: a name that nothing declares.

use crate::{
    diagnostic::{Diagnostic, Label},
    syntax::tree::Name,
};

const CODE: &str = "E0201";

/// At the name; `known` are the names that could stand there.
pub fn error<'a>(name: &Name, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let error = Diagnostic::error(CODE, format!("nothing here is named `{}`", name.text), name.span, "unknown name");
    match nearest(&name.text, known) {
        Some(near) => error.with_help(format!("`{near}` has a similar name")),
        None => error,
    }
}

/// How many uses of an unknown name are shown.
const SHOWN: usize = 4;

/// Adds another use of the name to its error.
pub fn again(error: &mut Diagnostic, name: &Name) {
    if error.labels.len() < SHOWN {
        error.labels.push(Label { span: name.span, text: "and here".into() });
    }
}

/// The known name that needs the fewest edits, if a typing mistake could explain it.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = name.chars().count().div_ceil(3);
    let near = known.map(|other| (distance(name, other), other)).filter(|(edits, _)| *edits <= most);
    near.min().map(|(_, other)| other)
}

/// The Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_misspelt_local() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: inout [f32; n]) each i of x {
    let scale = 2.0;
    x[i] = x[i] * scael;
}
"
        ));
    }

    #[test]
    fn a_misspelt_function() {
        insta::assert_snapshot!(rejected(
            r"
fn twice(a: u32) -> u32 { a + a }
fn f(a: u32) -> u32 { twcie(a) }
"
        ));
    }

    #[test]
    fn one_mistake_gives_one_error() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 {
    let b = missing + 1;
    let c = b * 2;
    c + b
}
"
        ));
    }

    #[test]
    fn one_name_in_many_places() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { a * SIZE + SIZE }
kernel k[n](x: out [u32; n]) each i of x { x[i] = SIZE; var t: [u32; SIZE] = SIZE; }
"
        ));
    }

    #[test]
    fn out_of_scope() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 {
    if a > 1 { let inner = 2; }
    inner
}
"
        ));
    }
}
