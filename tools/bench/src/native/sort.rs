//! Pairs in the order of their keys, equal keys as they were: rayon's stable sort.

use rayon::prelude::*;

/// The keys and the payloads, sorted.
pub fn pairs(keys: &[u32], payloads: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut pairs: Vec<(u32, u32)> = keys.par_iter().copied().zip(payloads.par_iter().copied()).collect();
    pairs.par_sort_by_key(|(key, _)| *key);
    pairs.into_par_iter().unzip()
}
