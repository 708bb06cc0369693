//! What a run comes to beside its results: each finding once for an instruction and kind, races that may not matter,
//! and how much work was done.

use std::collections::BTreeSet;

use crate::finding::{Finding, What};

/// The most findings that are kept.
const MOST: usize = 64;

/// Findings and work.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was found, in the order in which it was found.
    pub findings: Vec<Finding>,
    /// How many instructions were executed. Labels, merges and access chains are not counted: they do nothing by
    /// themselves.
    pub executed: u64,
    /// What they are counted for.
    pub work: u64,
    /// Races of a read: what it finds is not defined, which is a misbehaviour only where the value matters.
    pub races: Vec<Finding>,
    /// The reads of those races.
    pub racing: BTreeSet<RacingRead>,
    seen: BTreeSet<(Option<u32>, &'static str)>,
}

/// A read whose value is not defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RacingRead {
    /// The group, counted over all dispatches from 1.
    pub group: u32,
    /// The lane in its group.
    pub lane: u16,
    /// The instruction.
    pub site: u32,
    /// The index.
    pub index: u32,
}

impl Report {
    pub(crate) fn find(&mut self, site: Option<u32>, what: What) {
        if self.findings.len() < MOST && self.seen.insert((site, what.kind())) {
            self.findings.push(Finding { site, what });
        }
    }

    pub(crate) fn find_race(&mut self, site: u32, what: What) {
        if self.races.len() < MOST && self.seen.insert((Some(site), what.kind())) {
            self.races.push(Finding { site: Some(site), what });
        }
    }
}
