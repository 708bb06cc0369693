//! The proofs: what the book's laws say of a kernel, shown on its tree alone, or a refusal.

mod access;
mod assigned;
mod choice;
mod claims;
mod conditions;
pub mod cost;
mod cover;
mod defined;
mod digits;
mod enumerate;
mod evaluate;
mod exact;
mod explain;
mod host;
mod index;
mod interface;
mod meet;
mod needed;
mod numbers;
mod old;
mod place;
mod polynomial;
mod quotients;
mod ranges;
mod separate;
mod space;
mod spot;
mod system;
mod together;
mod uniform;
mod walk;
mod whole;
mod words;

pub use walk::Reason;

use std::{collections::HashMap, fmt};

use lockstep_module::{Access, Kernel, Launch, Profile};

use crate::{refusal::Refusal, rules, stack::deep, tree, unproven::Unproven};

/// What is only looked up in: nothing depends on its order.
type Table<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// How many steps the proof of a kernel may take for each of its instructions, and for any kernel. No clock says when it
/// ends, so that it ends alike everywhere.
const BUDGET: (u64, u64) = (512, 1 << 21);
/// What is said where it ends.
const TOO_LONG: &str = "the proof of this kernel takes more steps than it may";

/// What a kernel costs, or why it is refused.
type Judged = Result<cost::CostProof, Refusal>;

/// What was proven of a kernel.
#[derive(Clone, Debug)]
pub struct Proof {
    /// How many accesses were shown to be inside of their arrays.
    pub accesses: usize,
    /// For each of them why, where that was asked for.
    pub reasons: Vec<Reason>,
    /// For each loop how many trips it makes.
    pub loops: Vec<Reason>,
    /// How many barriers there are.
    pub barriers: u32,
    /// What is done with each array parameter, by its name.
    pub arrays: Vec<(String, String)>,
    /// Bytes of the arrays of the group.
    pub shared_bytes: u64,
    /// How many steps the search for it took.
    pub steps: u64,
    /// What it costs, against what it claims.
    pub cost: cost::CostProof,
}

impl Proof {
    /// The reasoning for one instruction.
    pub fn explain(&self, site: tree::Site) -> Vec<&str> {
        let all = self.reasons.iter().chain(&self.loops).filter(|reason| reason.site == site);
        all.map(|reason| reason.text.as_str()).collect()
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, discipline) in &self.arrays {
            writeln!(f, "  array `{name}`: {discipline}")?;
        }
        writeln!(f, "  {} accesses are inside of their arrays", self.accesses)?;
        for bound in &self.loops {
            writeln!(f, "  loop at instruction {}: trips {}", bound.site.0, bound.text)?;
        }
        writeln!(f, "  {}", self.cost)?;
        write!(f, "  {} barriers, which every lane comes to; {} bytes shared", self.barriers, self.shared_bytes)
    }
}

/// What is proven of an array with this access.
fn discipline(access: Access) -> String {
    match access {
        Access::In => "only read".into(),
        Access::Out => "written, each cell by one lane".into(),
        Access::InOut => "read and written, each cell by one lane between barriers".into(),
        Access::Accumulate(combine) => format!("combined into by {}, never read", combine.name()),
        Access::Claim => "claimed cell by cell, by its bit".into(),
    }
}

/// Proves a kernel that was read.
///
/// # Errors
/// The first rule that is broken, or not shown to hold; a fault of this machine.
pub fn prove(kernel: &tree::Kernel, claimed: &Kernel, profile: Profile) -> Result<Proof, Unproven<Refusal>> {
    Ok(deep(|| prove_here(kernel, claimed, profile, Reasons::Left))??)
}

/// Whether reasons are given, which takes about as long as to find them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reasons {
    Given,
    Left,
}

/// Proves a kernel on the stack at hand, which must be deep.
pub(crate) fn prove_here(
    kernel: &tree::Kernel,
    claimed: &Kernel,
    profile: Profile,
    reasons: Reasons,
) -> Result<Proof, Refusal> {
    host::check(kernel)?;
    let budget = u64::from(kernel.instructions).saturating_mul(BUDGET.0).saturating_add(BUDGET.1);
    let mut words = words::Words::new(kernel, budget);
    let Some((grid, rooms)) = interface::enter(&mut words, claimed, profile) else {
        return Err(Refusal::of(rules::INTERFACE, "the interface does not hold together"));
    };
    let each = matches!(claimed.launch, Launch::Each(_));
    if each && !kernel.shared.is_empty() {
        return Err(Refusal::of(rules::DISCIPLINE, "the lanes of an `each` kernel share no arrays"));
    }
    let shared: u64 = kernel.shared.iter().map(|shared| 4 * u64::from(shared.cells)).sum();
    if shared > u64::from(claimed.shared_bytes) || claimed.shared_bytes > profile.max_shared_bytes() {
        let what = format!("the arrays of the group have {shared} bytes; {} are claimed", claimed.shared_bytes);
        return Err(Refusal::of(rules::SHARED_BYTES, what));
    }
    old::check(kernel)?;
    assigned::check(kernel)?;
    let uniform = uniform::check(kernel, each)?;
    let needed = needed::find(kernel);
    let payer = cost::Payer::new(claimed, grid.rest.clone());
    words.uniform.clone_from(&uniform.values);
    let mut walk = walk::Walk::new(kernel, words, (rooms, grid), needed, payer);
    walk.reasons = (reasons == Reasons::Given).then(Vec::new);
    let judged = judge(kernel, &mut walk, &uniform);
    // What was not shown may be so.
    if walk.words.space.exhausted() {
        return Err(Refusal::of(rules::TOO_LONG, TOO_LONG));
    }
    let cost = judged?;
    let arrays = claimed.signature.arrays().map(|(name, access, _)| (name.to_owned(), discipline(access)));
    Ok(Proof {
        accesses: walk.accesses,
        reasons: walk.reasons.unwrap_or_default(),
        loops: walk.bounds,
        barriers: walk.barriers,
        arrays: arrays.collect(),
        shared_bytes: kernel.shared.iter().map(|shared| 4 * u64::from(shared.cells)).sum(),
        steps: walk.words.space.spent(),
        cost,
    })
}

/// Walks through a kernel, and judges what was found on the way.
fn judge<'k>(kernel: &'k tree::Kernel, walk: &mut walk::Walk<'k>, uniform: &uniform::Uniform) -> Judged {
    walk.run()?;
    let places = cover::Places { words: &walk.words, lane: walk.separation.lane(), spots: &walk.spots };
    cover::check(kernel, uniform, &walk.needed, places)?;
    if walk.separation.is_full() {
        return Err(Refusal::of(rules::TOO_LONG, "there are too many accesses to arrays that lanes write"));
    }
    if let Some(meeting) = walk.separation.meetings(&mut walk.words).first() {
        let [first, second] = meeting.sites;
        let who = if meeting.groups { "two groups" } else { "two lanes" };
        let places = walk.separation.show(meeting, &walk.words.space);
        let what = format!(
            "{:?}: {who} are not shown to be apart here and at instruction {}: {places}",
            meeting.common, first.0
        );
        return Err(Refusal::at(rules::OWN, second, what));
    }
    cost::check(kernel, &walk.payer)
}
