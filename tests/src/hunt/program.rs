//! The programs of the hunt: straight and branching code over floats, each step a pattern that a compiler may know.
//!
//! Several programs stand in one kernel, since a driver takes long to begin with one. Each has names and results of its
//! own, so a wrong word tells its program.

use crate::random::Random;

/// How many steps most programs have. A step is one to four operations of the source.
const SHORT: usize = 6;
/// How many steps the others have.
const LONG: usize = 24;
/// One program in so many is long.
const LONG_ONE_IN: usize = 100;
/// How many of its last floats a program shows, folded into one word.
const SHOWN: usize = 4;

/// The text of one kernel with the programs of these seeds. The results of the k-th are in `y{k}`.
pub fn source(seeds: &[u64]) -> String {
    let outputs: String = (0..seeds.len()).map(|place| format!(", y{place}: out [u32; n]")).collect();
    let bodies: String = seeds.iter().enumerate().map(|(place, seed)| body(*seed, place)).collect();
    format!(
        "kernel hunted[n](a: in [u32; n], b: in [u32; n]{outputs}) each i of y0 {{\n    \
         let p = from_bits(a[i]);\n    let q = from_bits(b[i]);\n{bodies}}}\n"
    )
}

fn body(seed: u64, place: usize) -> String {
    let mut random = Random::new(seed);
    let steps = if random.one_in(LONG_ONE_IN) { LONG } else { SHORT };
    let mut writer = Writer { random, floats: vec!["p".into(), "q".into()], lines: Vec::new() };
    for step in 0..steps {
        writer.step(format!("v{place}_{step}"));
    }
    let mut folded = String::from("0");
    for float in writer.floats.iter().rev().take(SHOWN) {
        folded = format!("({folded}) * 31 + to_bits({float})");
    }
    writer.lines.push(format!("y{place}[i] = {folded};"));
    writer.lines.iter().map(|line| format!("    {line}\n")).collect()
}

/// A program as far as it is written.
pub(super) struct Writer {
    pub(super) random: Random,
    /// The floats so far, by name.
    floats: Vec<String>,
    lines: Vec<String>,
}

impl Writer {
    fn step(&mut self, name: String) {
        match self.random.below(12) {
            0 => {
                // A branch that the lanes disagree on.
                let (condition, start, then, other) = (self.truth(), self.float(), self.value(), self.value());
                self.lines.push(format!("var {name}: f32 = {start};"));
                self.lines
                    .push(format!("if {condition} {{ {name} = {then}; }} else {{ {name} = {name} + ({other}); }}"));
            }
            1 => {
                let (start, factor, summand) = (self.float(), self.operand(), self.operand());
                let trips = 2 + self.random.below(4);
                self.lines.push(format!("var {name}: f32 = {start};"));
                self.lines.push(format!("for k in 0..{trips} {{ {name} = {name} * {factor} + {summand}; }}"));
            }
            _ => {
                let value = self.value();
                self.lines.push(format!("let {name} = {value};"));
            }
        }
        self.floats.push(name);
    }

    /// A float that is there, a recent one more often.
    pub(super) fn float(&mut self) -> String {
        let count = self.floats.len();
        let from = if self.random.one_in(3) { 0 } else { count.saturating_sub(6) };
        self.floats[from + self.random.below(count - from)].clone()
    }
}
