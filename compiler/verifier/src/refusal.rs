//! Why a module is refused: the rule it breaks, the instruction that breaks it, and a sentence for the one who wrote the
//! compiler that made it.

use std::fmt;

use crate::tree::Site;

/// A rule of the profile or of the laws, by its stable code, such as `V0203`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule(pub u16);

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V{:04}", self.0)
    }
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that is broken.
    pub rule: Rule,
    /// The instruction that breaks it, where there is one.
    pub site: Option<Site>,
    /// What is wrong, with the values, and what the profile asks for instead.
    pub message: String,
}

impl Refusal {
    /// A refusal of an instruction.
    pub fn at(rule: Rule, site: Site, message: impl Into<String>) -> Refusal {
        Refusal { rule, site: Some(site), message: message.into() }
    }

    /// A refusal of the module as a whole.
    pub fn of(rule: Rule, message: impl Into<String>) -> Refusal {
        Refusal { rule, site: None, message: message.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.site {
            Some(site) => write!(f, "{}, instruction {}: {}", self.rule, site.0, self.message),
            None => write!(f, "{}: {}", self.rule, self.message),
        }
    }
}

impl std::error::Error for Refusal {}
