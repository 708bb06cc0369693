//! Law 4, *everything ends, and its price is known before it starts*: what a lane does is at most what it pays for. Both
//! sides are sums of products of numbers of trips. The walk through a kernel finds for each loop a loop of the claimed
//! bound that runs at least as often; then the work, with each instruction at its weight, is compared product by product.
//!
//! Shown for every call that the interface permits: *work of a lane* ≤ [`FACTOR`] × *bound of a lane* + what is
//! [free], as long as the bound is less than 2^64 - 1; what a lane past the end of the
//! grid does is free, since nobody pays for it.

mod choices;
mod claim;
mod condition;
mod formula;
mod operators;
mod payer;
mod settle;
mod vector;
pub mod weights;
mod wide;
mod work;

pub(super) use payer::Payer;

use std::fmt;

use self::{
    vector::{Set, Vector},
    work::Work,
};
use crate::{refusal::Refusal, rules, tree::Kernel};

/// How many units of work a unit of the bound pays for.
pub const FACTOR: u32 = 8;
/// What a lane may do without paying: find its place, and note that it trapped; and what it may do for each cell of the
/// group that it has to set to zero.
pub const FREE: [u128; 2] = [64, 16];

/// What was proven of a kernel's cost.
#[derive(Clone, Debug)]
pub struct CostProof {
    /// The least factor in the place of [`FACTOR`] that would do, in thousandths.
    pub factor: u32,
    /// The work of a lane that is free.
    pub free: u64,
}

impl fmt::Display for CostProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.factor / 1000, self.factor % 1000);
        write!(f, "a lane does at most {whole}.{rest:03} times its bound, and {} that are free", self.free)
    }
}

/// The work that is free for each lane of a kernel: a fixed amount, and what it takes to set the cells of the group to
/// zero.
pub fn free(kernel: &Kernel) -> u64 {
    let cells: u128 = kernel.shared.iter().map(|shared| u128::from(shared.cells)).sum();
    let each = cells.div_ceil(u128::from(kernel.lanes.max(1)));
    u64::try_from(FREE[0] + FREE[1] * each).unwrap_or(u64::MAX)
}

/// Compares the work of a kernel with its bound.
///
/// # Errors
/// [`rules::WORK`] or [`rules::UNPAID_LOOP`] if the bound does not pay, [`rules::PAST_THE_GRID`] if lanes past the end of
/// the grid do more than what is free.
pub(super) fn check(kernel: &Kernel, payer: &Payer) -> Result<CostProof, Refusal> {
    let free = free(kernel);
    let mut outside = Work { kernel, payments: &payer.payments, without: [&payer.never; 2], by_numbers: false };
    if payer.has_grid() {
        outside.without = [&payer.never, &payer.of_the_grid];
        factor(&outside.of(&kernel.body), &Set::number(0), free).map_err(|what| {
            let what = format!("past the end of the grid, where nobody pays, {what}");
            Refusal { site: outside.first(kernel), ..Refusal::of(rules::PAST_THE_GRID, what) }
        })?;
    }
    let mut refused = None;
    for by_numbers in [false, true] {
        let work = Work { kernel, payments: &payer.payments, without: [&payer.never; 2], by_numbers };
        match factor(&work.of(&kernel.body), &payer.claim.price, free) {
            Ok(factor) => return Ok(CostProof { factor, free }),
            Err(refusal) => drop(refused.get_or_insert(refusal)),
        }
    }
    let unpaid = payer.payments.iter().find(|(_, payment)| !payment.exact && payment.symbol.is_none());
    Err(match (unpaid, refused) {
        (Some((site, payment)), _) => {
            let what =
                format!("no loop of the bound is shown to run as often; {} trips are too many without", payment.most);
            Refusal::at(rules::UNPAID_LOOP, *site, what)
        }
        (None, Some(what)) => {
            let all = Work { kernel, payments: &payer.payments, without: [&payer.never; 2], by_numbers: false };
            Refusal { site: all.first_loop(&kernel.body), ..Refusal::of(rules::WORK, what) }
        }
        (None, None) => Refusal::of(rules::WORK, "the bound does not pay for the work"),
    })
}

/// The least factor that pays for all of the work, in thousandths.
fn factor(work: &Set, price: &Set, free: u64) -> Result<u32, String> {
    let mut least = 0;
    for most in work.vectors() {
        let paid = price.pays(most, free.into()).filter(|_| !most.is_boundless());
        match paid.and_then(|paid| u32::try_from(paid).ok()) {
            Some(paid) if paid <= 1000 * FACTOR => least = least.max(paid),
            _ => {
                let prices: Vec<String> = price.vectors().iter().take(3).map(show).collect();
                return Err(format!(
                    "a lane does up to {}; it pays for {FACTOR} times {}, and {free}",
                    show(most),
                    prices.join(", or ")
                ));
            }
        }
    }
    Ok(least)
}

/// A vector in words. `t0` is the first loop of the bound whose trips are no number.
fn show(vector: &Vector) -> String {
    let parts = vector.parts().map(|(product, factor)| {
        let symbols = product.iter().map(|symbol| format!("t{symbol}"));
        let factors: Vec<String> = std::iter::once(factor.to_string()).chain(symbols).collect();
        factors.join(" × ")
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "0".into() } else { parts.join(" + ") }
}
