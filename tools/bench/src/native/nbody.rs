//! How all bodies pull on each: eight bodies at a time, each of which adds the pulls in order.

use rayon::prelude::*;

const SOFTENING: f32 = 0.0001;
const LANES: usize = 8;

/// Of bodies of four cells, place and mass, whose number is a multiple of 8.
pub fn pulls(bodies: &[f32], inverse_root: impl Fn(f32) -> f32 + Sync) -> Vec<f32> {
    let mut pulls = vec![0.0; bodies.len() / 4 * 3];
    pulls.par_chunks_mut(3 * LANES).zip(bodies.par_chunks(4 * LANES)).for_each(|(pulls, us)| {
        let place = |axis: usize| -> [f32; LANES] { std::array::from_fn(|l| us[4 * l + axis]) };
        let [x, y, z] = [place(0), place(1), place(2)];
        let mut sums = [[0.0f32; LANES]; 3];
        for other in bodies.chunks_exact(4) {
            // Stage by stage, so that each is one of vectors.
            let [dx, dy, dz] = [x.map(|x| other[0] - x), y.map(|y| other[1] - y), z.map(|z| other[2] - z)];
            let squares: [f32; LANES] =
                std::array::from_fn(|l| dx[l] * dx[l] + dy[l] * dy[l] + dz[l] * dz[l] + SOFTENING);
            let inverse = squares.map(&inverse_root);
            let factors = inverse.map(|inverse| other[3] * inverse * inverse * inverse);
            for (sums, d) in sums.iter_mut().zip([dx, dy, dz]) {
                for l in 0..LANES {
                    sums[l] += d[l] * factors[l];
                }
            }
        }
        for (l, pull) in pulls.chunks_exact_mut(3).enumerate() {
            pull.iter_mut().zip(&sums).for_each(|(pull, sum)| *pull = sum[l]);
        }
    });
    pulls
}

/// 1 / √x, each operation rounded.
pub fn exact(x: f32) -> f32 {
    1.0 / x.sqrt()
}

/// 1 / √x, nearly: a first guess from the bits, and three of Newton's steps.
pub fn newton(x: f32) -> f32 {
    let half = 0.5 * x;
    let mut y = f32::from_bits(0x5f37_5a86 - (x.to_bits() >> 1));
    for _ in 0..3 {
        y *= 1.5 - half * y * y;
    }
    y
}
