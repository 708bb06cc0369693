//! The proofs: what the book's laws say of a kernel, shown on its tree alone, or a refusal.

mod access;
mod assigned;
mod conditions;
mod cover;
mod enumerate;
mod interface;
mod needed;
mod old;
mod polynomial;
mod separate;
mod space;
mod spot;
mod uniform;
mod walk;
mod words;

pub use walk::Reason;

use lockstep_module::{Kernel, Launch, Profile};

use crate::{refusal::Refusal, rules, tree};

/// How many sums a search may look at for each instruction of a kernel, and for any kernel.
const BUDGET: (u64, u64) = (4096, 1 << 20);

/// What was proven of a kernel.
#[derive(Clone, Debug)]
pub struct Proof {
    /// For each access why it is inside of its array.
    pub reasons: Vec<Reason>,
}

/// Proves a kernel that was read.
///
/// # Errors
/// The first rule that is broken, or not shown to hold.
pub fn prove(kernel: &tree::Kernel, claimed: &Kernel, profile: Profile) -> Result<Proof, Refusal> {
    let budget = u64::from(kernel.instructions).saturating_mul(BUDGET.0).saturating_add(BUDGET.1);
    let mut words = words::Words::new(kernel, budget);
    let Some((grid, rooms)) = interface::enter(&mut words, claimed, profile) else {
        return Err(Refusal::of(rules::INTERFACE, "the interface does not hold together"));
    };
    let each = matches!(claimed.launch, Launch::Each(_));
    if each && !kernel.shared.is_empty() {
        return Err(Refusal::of(rules::DISCIPLINE, "the lanes of an `each` kernel share no arrays"));
    }
    old::check(kernel)?;
    assigned::check(kernel)?;
    let uniform = uniform::check(kernel, each)?;
    let needed = needed::find(kernel);
    let mut walk = walk::Walk::new(kernel, words, rooms, grid, needed);
    walk.run()?;
    let places = cover::Places { words: &walk.words, lane: walk.separation.lane(), spots: &walk.spots };
    cover::check(kernel, &uniform, &walk.needed, places)?;
    for meeting in walk.separation.meetings(&walk.words) {
        let [first, second] = meeting.sites;
        let who = if meeting.groups { "two groups" } else { "two lanes" };
        let places = walk.separation.show(&meeting, &walk.words.space);
        let what = format!(
            "{:?}: {who} are not shown to be apart here and at instruction {}: {places}",
            meeting.common, first.0
        );
        return Err(Refusal::at(rules::OWN, second, what));
    }
    Ok(Proof { reasons: walk.reasons })
}
