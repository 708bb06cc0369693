//! E0313: `acc` with an operator by which lanes cannot combine. Only those count whose order cannot matter.

use lockstep_module::Combine;

use crate::{diagnostic::Diagnostic, errors::e0201_unknown_name, syntax::tree::Name};

const CODE: &str = "E0313";

/// At the operator's name.
pub fn error(operator: &Name) -> Diagnostic {
    let known: Vec<&str> = Combine::ALL.into_iter().map(Combine::name).collect();
    let what = format!("lanes cannot combine by `{}`", operator.text);
    let error = Diagnostic::error(CODE, what, operator.span, "not an operator whose order cannot matter");
    match e0201_unknown_name::nearest(&operator.text, known.iter().copied()) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error.with_help(format!("the operators are {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_product() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], y: acc(mul) [u32; 1]) each i of x { y[0] += x[i]; }
"
        ));
    }

    #[test]
    fn a_misspelt_operator() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], y: acc(mim) [u32; 1]) each i of x { y[0] min= x[i]; }
"
        ));
    }
}
