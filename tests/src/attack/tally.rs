//! What became of mutants, kind by kind. A mutant of several edits counts for the kind of each.

use std::collections::BTreeMap;

use lockstep_shadow::mutate::KINDS;

use super::{Ended, Mutant};

/// The most misbehaving mutants that are kept.
const MOST_KEPT: usize = 1000;

/// Counts, and what misbehaves.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By kind of edit.
    kinds: BTreeMap<usize, Counts>,
    /// Of all mutants, each once.
    pub all: Counts,
    /// What misbehaves, with how.
    pub misbehaving: Vec<(Mutant, String)>,
}

/// How many ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each counts the mutants that its name says")]
pub struct Counts {
    pub tried: u64,
    pub refused: u64,
    pub without_call: u64,
    pub harmless: u64,
    pub misbehaving: u64,
}

impl Counts {
    fn count(&mut self, ended: &Ended) {
        self.tried += 1;
        match ended {
            Ended::Unchanged => self.tried -= 1,
            Ended::Refused => self.refused += 1,
            Ended::NoCall => self.without_call += 1,
            Ended::Harmless => self.harmless += 1,
            Ended::Misbehaving(_) => self.misbehaving += 1,
        }
    }

    fn add(&mut self, other: Counts) {
        self.tried += other.tried;
        self.refused += other.refused;
        self.without_call += other.without_call;
        self.harmless += other.harmless;
        self.misbehaving += other.misbehaving;
    }
}

impl Tally {
    /// One more mutant.
    pub fn count(&mut self, mutant: &Mutant, ended: &Ended) {
        self.all.count(ended);
        for edit in &mutant.edits {
            self.kinds.entry(edit.kind).or_default().count(ended);
        }
        if let Ended::Misbehaving(what) = ended
            && self.misbehaving.len() < MOST_KEPT
        {
            self.misbehaving.push((mutant.clone(), what.clone()));
        }
    }

    /// Those of another thread as well.
    pub fn add(&mut self, other: Tally) {
        self.all.add(other.all);
        for (kind, counts) in other.kinds {
            self.kinds.entry(kind).or_default().add(counts);
        }
        self.misbehaving.extend(other.misbehaving);
        self.misbehaving.truncate(MOST_KEPT);
    }

    /// How many mutants of a kind misbehave.
    pub fn of_kind(&self, kind: usize) -> Counts {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }

    /// All in a line.
    pub fn line(&self) -> String {
        let Counts { tried, refused, without_call, harmless, misbehaving } = self.all;
        format!(
            "{tried} changed, {refused} refused, {harmless} accepted and harmless, {without_call} accepted without a \
             small call, {misbehaving} accepted and MISBEHAVING"
        )
    }

    /// A line for each kind.
    pub fn show(&self) -> String {
        let mut text = format!(
            "{:<32}{:>10}{:>10}{:>10}{:>10}{:>13}\n",
            "kind", "tried", "refused", "no call", "harmless", "MISBEHAVING"
        );
        for (number, kind) in KINDS.iter().enumerate() {
            let Counts { tried, refused, without_call, harmless, misbehaving } = self.of_kind(number);
            text.push_str(&format!(
                "{:<32}{tried:>10}{refused:>10}{without_call:>10}{harmless:>10}{misbehaving:>13}\n",
                kind.name
            ));
        }
        text.push_str(&self.line());
        text
    }
}
