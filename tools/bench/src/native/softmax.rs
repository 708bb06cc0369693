//! Softmax over rows of 1024 cells, with the sums of the Lockstep program: by column modulo 256, then halves onto halves.

use rayon::prelude::*;

const LANES: usize = 256;
const CELLS: usize = 4;

/// All rows.
pub fn rows(x: &[f32]) -> Vec<f32> {
    let mut y = vec![0.0; x.len()];
    y.par_chunks_mut(LANES * CELLS).zip(x.par_chunks(LANES * CELLS)).for_each(|(y, x)| row(x, y));
    y
}

fn row(x: &[f32], y: &mut [f32]) {
    let mut most = [f32::NEG_INFINITY; LANES];
    for cells in x.chunks_exact(LANES) {
        for (most, cell) in most.iter_mut().zip(cells) {
            *most = larger(*most, *cell);
        }
    }
    let most = halved(most, larger);
    let mut total = [0.0; LANES];
    for (y, x) in y.chunks_exact_mut(LANES).zip(x.chunks_exact(LANES)) {
        for ((total, y), x) in total.iter_mut().zip(y).zip(x) {
            *y = exp(x - most);
            *total += *y;
        }
    }
    let scale = 1.0 / halved(total, |a, b| a + b);
    y.iter_mut().for_each(|cell| *cell *= scale);
}

fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

fn halved(mut lanes: [f32; LANES], combine: impl Fn(f32, f32) -> f32) -> f32 {
    let mut distance = LANES / 2;
    while distance > 0 {
        let (low, high) = lanes.split_at_mut(distance);
        for (low, high) in low.iter_mut().zip(high) {
            *low = combine(*low, *high);
        }
        distance /= 2;
    }
    lanes[0]
}

/// e to the power of x, as the Lockstep program has it.
#[allow(
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "the literals are those of the Lockstep program"
)]
fn exp(x: f32) -> f32 {
    let k = (x * 1.44269504 - 0.5) as i32;
    let whole = k as f32;
    let r = (x - whole * 0.693359375) + whole * 0.00021219444;
    let p = 1.0 + r * (1.0 + r * (0.5 + r * (0.16666667 + r * (0.041666668 + r * 0.0083333338))));
    if x < -87.0 { 0.0 } else { p * f32::from_bits(((k.wrapping_add(127)) as u32) << 23) }
}
