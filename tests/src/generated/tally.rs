//! What a run over many programs came to: how they ended, what they used, which failed.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use super::{
    Case, features,
    judge::{Agreed, Engine, Failure, judge},
    report, shrink,
};

/// Counts so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How many programs were judged.
    pub programs: u64,
    /// How those that are as they should be ended.
    pub ended: BTreeMap<String, u64>,
    /// How many programs used each feature.
    pub features: BTreeMap<String, u64>,
    /// Each way of failing, and the seeds that fail so.
    pub failures: BTreeMap<String, Vec<u64>>,
}

impl Tally {
    /// Judges the case of a seed and counts it. If it fails in a new way it is cut down, and the report is given back.
    pub fn judge(&mut self, seed: u64, case: &Case, engines: &[&dyn Engine], time: Duration) -> Option<String> {
        match judge(case, engines) {
            Ok(agreed) => {
                let ended = match agreed {
                    Agreed::Finished => "finished".to_string(),
                    Agreed::Trapped(cause) => format!("trapped: {cause:?}"),
                    Agreed::Refused => "call refused".into(),
                    Agreed::NotOwn => "not own".into(),
                };
                self.count(&ended, features::features(case));
                None
            }
            Err(failure) => self.failed(seed, case, &failure, engines, time),
        }
    }

    /// Counts a program that is as it should be.
    pub fn count(&mut self, ended: &str, features: impl IntoIterator<Item = String>) {
        self.programs += 1;
        *self.ended.entry(ended.into()).or_default() += 1;
        for feature in features {
            *self.features.entry(feature).or_default() += 1;
        }
    }

    /// Counts a failure. True if none was of this kind.
    pub fn count_failure(&mut self, seed: u64, kind: String) -> bool {
        self.programs += 1;
        let seeds = self.failures.entry(kind).or_default();
        seeds.push(seed);
        seeds.len() == 1
    }

    fn failed(
        &mut self,
        seed: u64,
        case: &Case,
        failure: &Failure,
        engines: &[&dyn Engine],
        time: Duration,
    ) -> Option<String> {
        if !self.count_failure(seed, format!("{:?}", failure.kind)) {
            return None;
        }
        let cut = shrink::shrink(case, failure, engines, time);
        Some(report::report(seed, &cut.case, &cut.failure))
    }

    /// The counts as lines.
    pub fn show(&self) -> String {
        let mut text = format!("{} programs\n", self.programs);
        for (title, counts) in [("ended", &self.ended), ("programs that use it", &self.features)] {
            // A string takes any text.
            let _always = writeln!(text, "{title}:");
            for (name, count) in counts {
                let _always = writeln!(text, "{count:>8}  {name}");
            }
        }
        let _always = writeln!(text, "{} ways of failing", self.failures.len());
        for (kind, seeds) in &self.failures {
            let _always = writeln!(text, "{:>8}  {kind}, first of seed {}", seeds.len(), seeds[0]);
        }
        text
    }
}
