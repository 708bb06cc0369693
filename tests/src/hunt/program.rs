//! A program of the hunt: straight and branching code over floats, each step a pattern that a compiler may know.

use crate::random::Random;

/// How many steps a program has.
const STEPS: usize = 36;
/// Constants that laws speak of, and that lie at edges.
const CONSTANTS: [&str; 18] = [
    "0.0",
    "-0.0",
    "1.0",
    "-1.0",
    "2.0",
    "0.5",
    "3.0",
    "-3.0",
    "0.1",
    "1e30",
    "1e-30",
    "16777216.0",
    "3.4028235e38",
    "-3.4028235e38",
    "1.1754944e-38",
    "2.3509887e-38",
    "5e-20",
    "0.33333334",
];

/// The text of a seed's program.
pub fn source(seed: u64) -> String {
    let mut writer = Writer { random: Random::new(seed), floats: vec!["p".into(), "q".into()], lines: Vec::new() };
    for step in 0..STEPS {
        writer.step(step);
    }
    let mut folded = String::from("0");
    for float in writer.floats.iter().rev().take(6) {
        folded = format!("({folded}) * 31 + to_bits({float})");
    }
    let body: String = writer.lines.iter().map(|line| format!("    {line}\n")).collect();
    format!(
        "kernel hunted[n](a: in [u32; n], b: in [u32; n], y: out [u32; n]) each i of y {{\n    \
         let p = from_bits(a[i]);\n    let q = from_bits(b[i]);\n{body}    y[i] = {folded};\n}}\n"
    )
}

struct Writer {
    random: Random,
    /// The floats so far, by name.
    floats: Vec<String>,
    lines: Vec<String>,
}

impl Writer {
    fn step(&mut self, step: usize) {
        let name = format!("v{step}");
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
    fn float(&mut self) -> String {
        let count = self.floats.len();
        let from = if self.random.one_in(3) { 0 } else { count.saturating_sub(6) };
        self.floats[from + self.random.below(count - from)].clone()
    }

    /// A float that is there, or a constant.
    fn operand(&mut self) -> String {
        if self.random.one_in(3) { (*self.random.pick(&CONSTANTS)).into() } else { self.float() }
    }

    /// A word that a driver knows something of.
    fn word(&mut self) -> String {
        let shift = self.random.below(31);
        match self.random.below(6) {
            0 => format!("(a[i] >> {shift})"),
            1 => "(b[i] & 255)".into(),
            2 => "(a[i] ^ b[i])".into(),
            3 => format!("u32({} < {})", self.float(), self.operand()),
            4 => "i".into(),
            _ => format!("(to_bits({}) >> 23)", self.float()),
        }
    }

    fn truth(&mut self) -> String {
        let (x, y) = (self.float(), self.operand());
        let comparison = *self.random.pick(&["<", "<=", "==", "!=", ">", ">="]);
        match self.random.below(5) {
            0 => format!("{x} - {y} {comparison} 0.0"),
            1 => format!("{x} * {y} {comparison} {y}"),
            2 => format!("!({x} {comparison} {y})"),
            3 => format!("abs({x}) {comparison} abs({y})"),
            _ => format!("{x} {comparison} {y}"),
        }
    }

    /// A pattern.
    fn value(&mut self) -> String {
        let (x, y, z) = (self.float(), self.operand(), self.operand());
        let (c, d) = (*self.random.pick(&CONSTANTS), *self.random.pick(&CONSTANTS));
        match self.random.below(38) {
            0 => format!("({x} + {y}) - {x}"),
            1 => format!("({x} - {y}) + {y}"),
            2 => format!("({x} * {c}) * {d}"),
            3 => format!("({x} + {c}) + {d}"),
            4 => format!("{x} * {y} + {x} * {z}"),
            5 => format!("{x} * {y} + {z}"),
            6 => format!("{z} - {x} * {y}"),
            7 => format!("{x} / {c}"),
            8 => format!("{c} / {x}"),
            9 => format!("({x} / {y}) * {y}"),
            10 => format!("{x} - {x}"),
            11 => format!("{x} + {x}"),
            12 => format!("{x} * {c}"),
            13 => format!("{c} - {x}"),
            14 => format!("-({x} - {y})"),
            15 => format!("-({x} * {y})"),
            16 => format!("(-{x}) * (-({y}))"),
            17 => format!("abs(-({y})) * {x}"),
            18 => format!("abs({x} * {x})"),
            19 => format!("sqrt({x} * {x})"),
            20 => format!("sqrt(abs({x})) * sqrt(abs({y}))"),
            21 => format!("abs(sqrt({x}))"),
            22 => format!("min(max({x}, {c}), {d})"),
            23 => format!("max({x}, {x}) + min({y}, {x})"),
            24 => format!("min({x}, -({x}))"),
            25 => format!("if {} {{ {x} }} else {{ {y} }}", self.truth()),
            26 => format!("if {x} < {y} {{ {x} }} else {{ {y} }}"),
            27 => format!("if {x} == {y} {{ {x} }} else {{ {y} }}"),
            28 => format!("if {x} < 0.0 {{ -{x} }} else {{ {x} }}"),
            29 => format!("f32({}) * {x}", self.word()),
            30 => format!("f32({}) - {y}", self.word()),
            31 => format!("f32(i32({x})) + {y}"),
            32 => format!("from_bits(to_bits({x}) ^ 0x80000000) + {y}"),
            33 => format!("from_bits(to_bits({x}) & 0x7fffffff) - {y}"),
            34 => format!("from_bits({} << 23) * {x}", self.word()),
            35 => format!("from_bits(to_bits({x}) + {})", self.word()),
            36 => format!("({x} + {y}) * ({x} - {y})"),
            _ => format!("{x} + {y}"),
        }
    }
}
