//! A program of a given number of lines, of the kind that people write: functions, kernels with loops and branches,
//! jobs that chain them. The same number gives the same text.

/// Lines of one unit: a function, two kernels and a job.
const UNIT_LINES: usize = 40;

/// A source of at least `lines` lines.
pub fn of_lines(lines: usize) -> String {
    (0..lines.div_ceil(UNIT_LINES)).map(unit).collect()
}

fn unit(n: usize) -> String {
    let text = r"/// A polynomial of degree three.
fn polynomial_N(x: f32) -> f32 {
    let a = 0.25 + x * 0.5;
    let b = a * x + 1.5;
    b * x - 0.125
}

/// The weighted sum of a row's neighbours, clamped.
kernel smooth_N[h, w](x: in [f32; h, w], gain: f32, y: out [f32; h, w]) each (r, c) of y {
    var sum: f32 = 0.0;
    for i in 0..5 {
        for j in 0..5 {
            let row = i32(r + i) - 2;
            let column = i32(c + j) - 2;
            sum += polynomial_N(x[row, column] else 0.0);
        }
    }
    if sum > 1.0 && gain > 0.0 {
        y[r, c] = min(sum * gain, 100.0);
    } else {
        y[r, c] = max(sum, -100.0) / 3.0;
    }
}

/// How many cells of a row are above a limit, and a checksum of their bits.
kernel count_N[h, w](x: in [f32; h, w], limit: f32, n: out [u32; h]) each r of n {
    var count: u32 = 0;
    var sum: u32 = 0x9e3779b9;
    for c in 0..w {
        if x[r, c] > limit { count += 1; }
        sum = (sum ^ to_bits(x[r, c])) * 16777619;
    }
    n[r] = count + (sum >> 31);
}

job chain_N[h, w](x: in [f32; h, w], gain: f32, n: out [u32; h]) {
    let t: [f32; h, w];
    run smooth_N(x, gain, t);
    run count_N(t, 0.5, n);
}
";
    text.replace("_N", &format!("_{n}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_has_its_lines_and_compiles() {
        assert_eq!(unit(0).lines().count(), UNIT_LINES);
        let compilation = lockstep_compiler::compile("unit.lks", &unit(0));
        assert!(compilation.diagnostics.is_empty(), "{:?}", compilation.diagnostics);
    }
}
