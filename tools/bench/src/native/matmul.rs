//! The product of two square matrices. Each cell adds its products in order, so the bits are those of the plain loops;
//! four rows and eight columns at a time stay in registers.

use rayon::prelude::*;

const ROWS: usize = 4;
const COLUMNS: usize = 8;

/// `n` is a multiple of 8.
pub fn product(a: &[f32], b: &[f32], n: usize) -> Vec<f32> {
    // Strips of eight columns, so that the inner loop reads on.
    let mut strips = vec![0.0; n * n];
    strips.par_chunks_mut(n * COLUMNS).enumerate().for_each(|(strip, cells)| {
        for (row, cells) in cells.chunks_exact_mut(COLUMNS).enumerate() {
            cells.copy_from_slice(&b[row * n + strip * COLUMNS..][..COLUMNS]);
        }
    });
    let mut c = vec![0.0; n * n];
    c.par_chunks_mut(ROWS * n).zip(a.par_chunks(ROWS * n)).for_each(|(c, a)| {
        for (strip, columns) in strips.chunks_exact(n * COLUMNS).enumerate() {
            let mut sums = [[0.0f32; COLUMNS]; ROWS];
            let rows: [&[f32]; ROWS] = std::array::from_fn(|i| &a[i * n..][..n]);
            for (p, b) in columns.chunks_exact(COLUMNS).enumerate() {
                for (sums, row) in sums.iter_mut().zip(rows) {
                    let factor = row[p];
                    for (sum, b) in sums.iter_mut().zip(b) {
                        *sum += factor * b;
                    }
                }
            }
            for (i, sums) in sums.iter().enumerate() {
                c[i * n + strip * COLUMNS..][..COLUMNS].copy_from_slice(sums);
            }
        }
    });
    c
}
