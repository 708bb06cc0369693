//! `std::nn` and `std::attention`, on every engine: to the bit as they are described, and near what they stand for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_tests::{
    calls::{F, bits, build, floats},
    everywhere, files,
    random::Random,
};

/// e^x, rounded once: the host's binary64 is wide enough for these inputs, none of which comes near to a midpoint.
fn exp(x: F) -> F {
    F::rounded(x.wide().exp())
}

/// The sum of a row as `std::nn` describes it.
fn row_sum(row: &[F]) -> F {
    let mut sums = [F::ZERO; 256];
    for (c, cell) in row.iter().enumerate() {
        sums[c % 256] = sums[c % 256] + *cell;
    }
    for h in [128, 64, 32, 16, 8, 4, 2, 1] {
        for i in 0..h {
            sums[i] = sums[i] + sums[i + h];
        }
    }
    sums[0]
}

fn near(found: &[u32], exact: impl Iterator<Item = f64>, what: &str) {
    for (found, exact) in found.iter().zip(exact) {
        let found = F(*found).wide();
        assert!((found - exact).abs() < 3e-5 * exact.abs().max(1.0), "{what}: {found} is not {exact}");
    }
}

const SHAPES: [(usize, usize); 6] = [(0, 4), (3, 0), (1, 1), (2, 300), (5, 256), (3, 70)];

#[test]
fn rows_become_shares() {
    let program = everywhere::compile(
        "softmax.lks",
        "use std::nn::{softmax_rows};
         job k[m, n](x: in [f32; m, n], y: out [f32; m, n]) { run softmax_rows(x, y); }",
    );
    let mut random = Random::new(1);
    for (m, n) in SHAPES {
        let x = floats(&mut random, m * n, 8.0);
        let mut wanted = Vec::new();
        for row in x.chunks(n.max(1)) {
            let peak = row.iter().fold(F::of(f32::NEG_INFINITY), |a, b| a.max(*b));
            let e: Vec<F> = row.iter().map(|cell| exp(*cell - peak)).collect();
            let inverse = F::of(1.0) / row_sum(&e);
            wanted.extend(e.iter().map(|e| *e * inverse));
        }
        let outcome = program.run_everywhere("k", build().floats("x", &[m, n], &x).done());
        let found = &files::output(&outcome, "y").words;
        assert!(*found == bits(&wanted), "{m} {n}");
        let exact = x.chunks(n.max(1)).flat_map(|row| {
            let sum: f64 = row.iter().map(|cell| cell.wide().exp()).sum();
            row.iter().map(move |cell| cell.wide().exp() / sum)
        });
        near(found, exact, "softmax");
    }
}

#[test]
fn rows_are_normalised() {
    let program = everywhere::compile(
        "norm.lks",
        "use std::nn::{layer_norm};
         job k[m, n](epsilon: f32, x: in [f32; m, n], gain: in [f32; n], bias: in [f32; n], y: out [f32; m, n]) {
             run layer_norm(epsilon, x, gain, bias, y);
         }",
    );
    let mut random = Random::new(2);
    let epsilon = F::of(1e-5);
    for (m, n) in SHAPES {
        let (x, gain, bias) =
            (floats(&mut random, m * n, 3.0), floats(&mut random, n, 2.0), floats(&mut random, n, 1.0));
        let count = F::of(n as f32);
        let (mut wanted, mut exact) = (Vec::new(), Vec::new());
        for row in x.chunks(n.max(1)) {
            let mean = row_sum(row) / count;
            let squares: Vec<F> = row.iter().map(|cell| (*cell - mean) * (*cell - mean)).collect();
            let scale = F::rounded(1.0 / (row_sum(&squares) / count + epsilon).wide().sqrt());
            wanted.extend(row.iter().enumerate().map(|(c, cell)| (*cell - mean) * scale * gain[c] + bias[c]));
            let mean = row.iter().map(|cell| cell.wide()).sum::<f64>() / n as f64;
            let variance = row.iter().map(|cell| (cell.wide() - mean).powi(2)).sum::<f64>() / n as f64;
            let scale = 1.0 / (variance + 1e-5).sqrt();
            exact.extend(
                row.iter().enumerate().map(|(c, x)| (x.wide() - mean) * scale * gain[c].wide() + bias[c].wide()),
            );
        }
        let call = build().float("epsilon", epsilon).floats("x", &[m, n], &x).floats("gain", &[n], &gain);
        let outcome = program.run_everywhere("k", call.floats("bias", &[n], &bias).done());
        let found = &files::output(&outcome, "y").words;
        assert!(*found == bits(&wanted), "{m} {n}");
        near(found, exact.into_iter(), "layer norm");
    }
}

/// One row of the output, as `std::attention` describes it.
fn attend(scale: F, query: &[F], keys: &[F], values: &[F]) -> Vec<F> {
    let d = query.len();
    let lowest = F::of(f32::NEG_INFINITY);
    let (mut peak, mut totals, mut sums) = (lowest, [F::ZERO; 4], vec![F::ZERO; d]);
    for (keys, values) in keys.chunks(32 * d).zip(values.chunks(32 * d)) {
        let score = |key: &[F]| query.iter().zip(key).fold(F::ZERO, |sum, (q, k)| sum + *q * *k) * scale;
        let mut scores: Vec<F> = keys.chunks(d).map(score).collect();
        scores.resize(32, lowest);
        let new_peak = scores.iter().fold(peak, |a, b| a.max(*b));
        let shrink = exp(peak - new_peak);
        let e: Vec<F> = scores.iter().map(|score| exp(*score - new_peak)).collect();
        for (total, e) in totals.iter_mut().zip(e.chunks(8)) {
            *total = *total * shrink + e.iter().fold(F::ZERO, |sum, e| sum + *e);
        }
        for (c, sum) in sums.iter_mut().enumerate() {
            let value = |k: usize| values.get(k * d + c).copied().unwrap_or(F::ZERO);
            *sum = (0..32).fold(*sum * shrink, |sum, k| sum + e[k] * value(k));
        }
        peak = new_peak;
    }
    let whole = (totals[0] + totals[1]) + (totals[2] + totals[3]);
    sums.iter().map(|sum| *sum / whole).collect()
}

#[test]
fn queries_attend_to_keys() {
    let program = everywhere::compile(
        "attention.lks",
        "use std::attention::{attention};
         job wide[n, m](scale: f32, q: in [f32; n, 64], k: in [f32; m, 64], v: in [f32; m, 64], o: out [f32; n, 64]) {
             run attention(scale, q, k, v, o);
         }
         job narrow[n, m](scale: f32, q: in [f32; n, 16], k: in [f32; m, 16], v: in [f32; m, 16], o: out [f32; n, 16]) {
             run attention::<16>(scale, q, k, v, o);
         }",
    );
    let mut random = Random::new(3);
    for (entry, d, n, m) in
        [("wide", 64, 33, 70), ("narrow", 16, 40, 64), ("narrow", 16, 1, 1), ("narrow", 16, 0, 5), ("narrow", 16, 2, 0)]
    {
        let (q, k) = (floats(&mut random, n * d, 4.0), floats(&mut random, m * d, 4.0));
        let (v, scale) = (floats(&mut random, m * d, 1.0), F::of(0.25));
        let wanted: Vec<F> = q.chunks(d).flat_map(|query| attend(scale, query, &k, &v)).collect();
        let call = build().float("scale", scale).floats("q", &[n, d], &q).floats("k", &[m, d], &k);
        let outcome = program.run_everywhere(entry, call.floats("v", &[m, d], &v).done());
        let found = &files::output(&outcome, "o").words;
        assert!(*found == bits(&wanted), "{entry} {n} {m}");
        if m == 0 {
            assert!(found.iter().all(|word| *word == 0x7fc0_0000));
            continue;
        }
        let exact = q.chunks(d).flat_map(|query| {
            let score = |key: &[F]| query.iter().zip(key).map(|(q, k)| q.wide() * k.wide()).sum::<f64>() * 0.25;
            let e: Vec<f64> = k.chunks(d).map(|key| score(key).exp()).collect();
            let (v, whole) = (&v, e.iter().sum::<f64>());
            (0..d).map(move |c| e.iter().zip(v.chunks(d)).map(|(e, v)| e * v[c].wide()).sum::<f64>() / whole)
        });
        near(found, exact, "attention");
    }
}
