//! E0501: the compiler made SPIR-V that the SPIR-V validator refuses: a fault of the compiler.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0501";

/// At the kernel.
pub fn error(span: Span, kernel: &str, why: &str) -> Diagnostic {
    Diagnostic::error(CODE, format!("the compiler made invalid SPIR-V for `{kernel}`: {why}"), span, "for this kernel")
        .with_help("this is a fault of the compiler, not of the program; please report it with this source")
}

#[cfg(test)]
mod tests {
    use crate::{source::Span, spirv::validate};

    /// The control: the validator does refuse, and its reason reaches the developer.
    #[test]
    fn words_that_are_no_module_are_refused_with_a_reason() {
        let why = validate(&[0x0723_0203, 0x0001_0500, 0, 1, 0]).expect_err("no memory model");
        let error = super::error(Span::default(), "k", &why);
        assert!(error.message.contains("memory model") || error.message.contains("OpMemoryModel"), "{}", error.message);
    }
}
