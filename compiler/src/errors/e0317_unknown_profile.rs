//! E0317: a limits profile that there is not.

use lockstep_module::Profile;

use crate::{diagnostic::Diagnostic, syntax::tree::Name};

const CODE: &str = "E0317";

/// At the profile's name.
pub fn error(name: &Name) -> Diagnostic {
    let (least, most) = (Profile::Baseline.name(), Profile::Datacenter.name());
    Diagnostic::error(CODE, format!("there is no profile `{}`", name.text), name.span, "unknown profile")
        .with_help(format!("the profiles are `{least}`, which is what holds without a word, and `{most}`"))
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn an_unknown_profile() {
        insta::assert_snapshot!(rejected(
            r"
profile laptop;
fn f(a: u32) -> u32 { a }
"
        ));
    }
}
