//! What is known, in words: for the one who asks why an instruction is right, or is told that it is not.

use super::{
    polynomial::{Atom, Polynomial},
    space::Space,
    words::{Definition, Words},
};

impl Space {
    /// A sum in words.
    pub(super) fn show(&self, sum: &Polynomial) -> String {
        let mut text = String::new();
        for (monomial, factor) in sum.terms() {
            let sign = match (text.is_empty(), *factor < 0) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            let mut factors: Vec<String> = monomial.atoms().map(|atom| self.name(atom)).collect();
            if factor.abs() != 1 || factors.is_empty() {
                factors.insert(0, factor.abs().to_string());
            }
            text += sign;
            text += &factors.join(" × ");
        }
        if text.is_empty() { "0".into() } else { text }
    }

    fn name(&self, atom: Atom) -> String {
        match self.names.get(&atom) {
            Some(name) => name.clone(),
            None => format!("a{atom}"),
        }
    }

    /// The facts about the atoms of a sum, in words.
    pub(super) fn about(&self, sum: &Polynomial) -> Vec<String> {
        let mut numbers: Vec<u32> =
            sum.atoms().filter_map(|atom| self.of_atom.get(atom as usize)).flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let facts = numbers.iter().rev().take(32).filter_map(|fact| self.facts.get(*fact as usize));
        let ranges = sum.atoms().map(|atom| {
            let (low, high) = self.range_of(atom);
            format!("{low} <= {} <= {high}", self.name(atom))
        });
        facts.map(|fact| format!("{} >= 0", self.show(fact))).chain(ranges).collect()
    }
}

impl Words<'_> {
    /// What is known of a word, in words.
    pub(super) fn explain(&self, word: &Polynomial) -> String {
        let word = self.space.normal(word.clone());
        let mut about = self.space.about(&word);
        about.extend(word.atoms().filter_map(|atom| {
            let Definition::Operation(operator, x, y) = self.definitions.get(&atom)? else { return None };
            let (x, y) = (self.space.show(x), self.space.show(y));
            Some(format!("{} is {operator:?} of {x} and {y}", self.space.show(&Polynomial::atom(atom))))
        }));
        about.extend(word.atoms().filter_map(|atom| {
            let cases = self.choices.get(&atom)?.iter().map(|case| {
                let facts: Vec<String> =
                    case.facts.iter().map(|fact| format!("{} >= 0", self.space.show(fact))).collect();
                format!("{} where {}", self.space.show(&case.value), facts.join(" and "))
            });
            let cases: Vec<String> = cases.collect();
            Some(format!("{} is {}", self.space.show(&Polynomial::atom(atom)), cases.join(", or ")))
        }));
        about.extend(self.rules.iter().map(|rule| {
            let (atom, equal) = (Polynomial::atom(rule.atom), self.space.normal(rule.equal.clone()));
            format!("{} is {} modulo 2^32", self.space.show(&atom), self.space.show(&equal))
        }));
        format!("{}; {}", self.space.show(&word), about.join(", "))
    }
}
