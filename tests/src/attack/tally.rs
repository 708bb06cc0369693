//! What became of mutants, kind by kind. A mutant of several edits counts for the kind of each.

use std::{collections::BTreeMap, time::Duration};

use lockstep_shadow::mutate::KINDS;

use super::{Ended, Mutant};

/// How many that misbehave in one way each thread keeps.
const KEPT: u64 = 100;

/// Counts, and what misbehaves.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By kind of edit.
    kinds: BTreeMap<usize, Counts>,
    /// Of all mutants, each once.
    pub all: Counts,
    /// What misbehaves, with how.
    pub misbehaving: Vec<(Mutant, String)>,
    /// What took the verifier longest.
    pub slowest: Option<(Duration, Mutant)>,
    /// How many misbehave in which way.
    ways: BTreeMap<String, u64>,
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
        if let Ended::Misbehaving(what) = ended {
            let seen = self.ways.entry(way(what).into()).or_default();
            *seen += 1;
            if *seen <= KEPT {
                self.misbehaving.push((mutant.clone(), what.clone()));
            }
        }
    }

    /// How long the verifier took for a mutant.
    pub fn time(&mut self, mutant: &Mutant, time: Duration) {
        if self.slowest.as_ref().is_none_or(|(longest, _)| time > *longest) {
            self.slowest = Some((time, mutant.clone()));
        }
    }

    /// Those of another thread as well.
    pub fn add(&mut self, other: Tally) {
        self.all.add(other.all);
        other.slowest.iter().for_each(|(time, mutant)| self.time(mutant, *time));
        for (kind, counts) in other.kinds {
            self.kinds.entry(kind).or_default().add(counts);
        }
        self.misbehaving.extend(other.misbehaving);
        other.ways.into_iter().for_each(|(way, count)| *self.ways.entry(way).or_default() += count);
    }

    /// A few of what misbehaves in each way.
    pub fn examples(&self, of_each: usize) -> Vec<&(Mutant, String)> {
        let few = |shown: &'_ String| {
            let like = self.misbehaving.iter().filter(|(_, what)| way(what) == shown.as_str());
            like.take(of_each).collect::<Vec<_>>()
        };
        self.ways.keys().flat_map(few).collect()
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
        for (way, count) in &self.ways {
            text.push_str(&format!("{count:>10} {way}\n"));
        }
        text.push_str(&self.line());
        text
    }
}

/// In which way something misbehaves: what stands before the colon.
fn way(what: &str) -> &str {
    what.split_once(':').map_or(what, |(way, _)| way)
}
