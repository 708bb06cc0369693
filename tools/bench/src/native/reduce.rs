//! Sums of many words: the exclusive scan and the histogram, by blocks.

use rayon::prelude::*;

const BLOCK: usize = 1 << 16;

/// The sum of the cells before each, modulo 2^32.
pub fn exclusive_scan(x: &[u32]) -> Vec<u32> {
    let sums: Vec<u32> = x.par_chunks(BLOCK).map(|block| block.iter().copied().fold(0, u32::wrapping_add)).collect();
    let starts = sums.iter().scan(0u32, |before, sum| {
        let start = *before;
        *before = start.wrapping_add(*sum);
        Some(start)
    });
    let starts: Vec<u32> = starts.collect();
    let mut y = vec![0; x.len()];
    y.par_chunks_mut(BLOCK).zip(x.par_chunks(BLOCK)).zip(starts).for_each(|((y, x), mut sum)| {
        for (y, x) in y.iter_mut().zip(x) {
            *y = sum;
            sum = sum.wrapping_add(*x);
        }
    });
    y
}

/// How many cells have each low byte.
pub fn histogram(x: &[u32]) -> Vec<u32> {
    let count = |block: &[u32]| {
        // Four tables keep equal neighbours out of each other's way.
        let mut tables = [[0u32; 256]; 4];
        for cells in block.chunks(4) {
            for (table, cell) in tables.iter_mut().zip(cells) {
                table[(cell & 255) as usize] += 1;
            }
        }
        (0..256).map(|bin| tables.iter().map(|table| table[bin]).sum()).collect::<Vec<u32>>()
    };
    let add = |a: Vec<u32>, b: Vec<u32>| a.iter().zip(&b).map(|(a, b)| a.wrapping_add(*b)).collect();
    x.par_chunks(BLOCK).map(count).reduce(|| vec![0; 256], add)
}
