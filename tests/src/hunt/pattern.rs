//! The patterns of the hunt: what a compiler that takes floats for real numbers would simplify, and what it may conclude
//! from bits and comparisons.

use super::program::Writer;

/// Constants that laws speak of, and that lie at edges.
const CONSTANTS: [&str; 20] = [
    "0.0",
    "-0.0",
    "1.0",
    "-1.0",
    "2.0",
    "0.5",
    "-2.0",
    "3.0",
    "-3.0",
    "0.1",
    "10.0",
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

impl Writer {
    fn constant(&mut self) -> &'static str {
        CONSTANTS[self.random.below(CONSTANTS.len())]
    }

    /// A float that is there, or a constant.
    pub(super) fn operand(&mut self) -> String {
        if self.random.one_in(3) { self.constant().into() } else { self.float() }
    }

    /// A word that a driver knows something of.
    fn word(&mut self) -> String {
        let shift = self.random.below(31);
        match self.random.below(7) {
            0 => format!("(a[i] >> {shift})"),
            1 => "(b[i] & 255)".into(),
            2 => "(a[i] ^ b[i])".into(),
            3 => format!("u32({} < {})", self.float(), self.operand()),
            4 => "i".into(),
            5 => format!("(if {} {{ 1 }} else {{ 0 }})", self.truth()),
            _ => format!("(to_bits({}) >> 23)", self.float()),
        }
    }

    /// A comparison, or what looks like one.
    pub(super) fn truth(&mut self) -> String {
        let (x, y) = (self.float(), self.operand());
        let comparison = *self.random.pick(&["<", "<=", "==", "!=", ">", ">="]);
        match self.random.below(12) {
            0 => format!("{x} - {y} {comparison} 0.0"),
            1 => format!("{x} * {y} {comparison} {y}"),
            2 => format!("!({x} {comparison} {y})"),
            3 => format!("abs({x}) {comparison} abs({y})"),
            4 => format!("-({x}) {comparison} -({y})"),
            5 => format!("{x} {comparison} {x}"),
            6 => format!("{x} + {y} {comparison} {x}"),
            7 => format!("to_bits({x}) {comparison} to_bits({y})"),
            8 => format!("abs({x}) {comparison} 0.0"),
            9 => format!("{x} * {x} {comparison} 0.0"),
            _ => format!("{x} {comparison} {y}"),
        }
    }

    /// A pattern. Division and square root are long in the code of a driver, so they come less often.
    pub(super) fn value(&mut self) -> String {
        match self.random.below(24) {
            0 => self.quotient_or_root(),
            1..=6 => self.choice(),
            7..=10 => self.through_bits(),
            _ => self.sum_or_product(),
        }
    }

    /// Laws of the real numbers about sums and products.
    fn sum_or_product(&mut self) -> String {
        let (x, y, z) = (self.float(), self.operand(), self.operand());
        let (c, d) = (self.constant(), self.constant());
        match self.random.below(34) {
            0 => format!("({x} + {y}) - {x}"),
            1 => format!("({x} - {y}) + {y}"),
            2 => format!("({x} * {c}) * {d}"),
            3 => format!("({x} + {c}) + {d}"),
            4 => format!("({x} - {c}) + {d}"),
            5 => format!("{x} * {y} + {x} * {z}"),
            6 => format!("{x} * {y} - {x} * {z}"),
            7 => format!("{x} * {c} + {x} * {d}"),
            8 => format!("{x} * ({y} + {z})"),
            9 => format!("{x} * {y} + {z}"),
            10 => format!("{z} - {x} * {y}"),
            11 => format!("{x} - {x}"),
            12 => format!("{x} + {x}"),
            13 => format!("{x} + {x} + {x}"),
            14 => format!("{x} * {c}"),
            15 => format!("{x} + {c}"),
            16 => format!("{c} - {x}"),
            17 => format!("{x} - {c}"),
            18 => format!("-({x} - {y})"),
            19 => format!("-({x} * {y})"),
            20 => format!("-({x} + {y})"),
            21 => format!("-(-({x}))"),
            22 => format!("(-{x}) * (-({y}))"),
            23 => format!("{x} - (-({y}))"),
            24 => format!("{x} + (-({x}))"),
            25 => format!("({x} + {y}) * ({x} - {y})"),
            26 => format!("{x} * {x} * {x} * {x}"),
            27 => format!("abs({x} * {x})"),
            28 => format!("abs({x}) * abs({y})"),
            29 => format!("abs(-({y})) * {x}"),
            30 => format!("({x} + {y}) + ({z} + {x})"),
            31 => format!("({x} * {y}) * ({z} * {x})"),
            32 => format!("{x} - ({y} - {x})"),
            _ => format!("{x} + {y}"),
        }
    }

    /// Laws about division and roots.
    fn quotient_or_root(&mut self) -> String {
        let (x, y, c) = (self.float(), self.operand(), self.constant());
        match self.random.below(14) {
            0 => format!("{x} / {c}"),
            1 => format!("{c} / {x}"),
            2 => format!("({x} / {y}) * {y}"),
            3 => format!("({x} * {y}) / {y}"),
            4 => format!("{x} / {x}"),
            5 => format!("1.0 / (1.0 / {x})"),
            6 => format!("{x} * (1.0 / {y})"),
            7 => format!("(-{x}) / {y}"),
            8 => format!("sqrt({x} * {x})"),
            9 => format!("sqrt({x}) * sqrt({x})"),
            10 => format!("sqrt(abs({x})) * sqrt(abs({y}))"),
            11 => format!("abs(sqrt({x}))"),
            12 => format!("1.0 / sqrt({x})"),
            _ => format!("{x} / {y}"),
        }
    }

    /// Minimum, maximum, and selection by a comparison.
    fn choice(&mut self) -> String {
        let (x, y, z) = (self.float(), self.operand(), self.operand());
        let (c, d) = (self.constant(), self.constant());
        match self.random.below(18) {
            0 => format!("min(max({x}, {c}), {d})"),
            1 => format!("max(min({x}, {c}), {c})"),
            2 => format!("max({x}, {x}) + min({y}, {x})"),
            3 => format!("min({x}, -({x}))"),
            4 => format!("min({x}, max({x}, {y}))"),
            5 => format!("-(max(-({x}), -({y})))"),
            6 => format!("max({x}, {y}) - min({x}, {y})"),
            7 => format!("if {} {{ {x} }} else {{ {y} }}", self.truth()),
            8 => format!("if {} {{ {x} + {y} }} else {{ {x} + {z} }}", self.truth()),
            9 => format!("if {} {{ {x} * {y} }} else {{ {x} }}", self.truth()),
            10 => format!("(if {} {{ 1.0 }} else {{ 0.0 }}) * {x}", self.truth()),
            11 => format!("if {x} < {y} {{ {x} }} else {{ {y} }}"),
            12 => format!("if {x} > {y} {{ {y} }} else {{ {x} }}"),
            13 => format!("if {x} == {y} {{ {x} }} else {{ {y} }}"),
            14 => format!("if {x} != {y} {{ {x} - {y} }} else {{ 0.0 }}"),
            15 => format!("if {x} < 0.0 {{ -{x} }} else {{ {x} }}"),
            16 => format!("if {x} == {x} {{ {x} }} else {{ {y} }}"),
            _ => format!("if {x} == 0.0 {{ 0.0 }} else {{ {x} }}"),
        }
    }

    /// Conversions, and floats from words and back.
    fn through_bits(&mut self) -> String {
        let (x, y) = (self.float(), self.operand());
        match self.random.below(12) {
            0 => format!("f32({}) * {x}", self.word()),
            1 => format!("f32({}) - {y}", self.word()),
            2 => format!("f32(i32({x})) + {y}"),
            3 => format!("f32(u32({x})) - {x}"),
            4 => format!("f32(i32({})) * {y}", self.word()),
            5 => format!("from_bits(to_bits({x}) ^ 0x80000000) + {y}"),
            6 => format!("from_bits(to_bits({x}) & 0x7fffffff) - {y}"),
            7 => format!("from_bits(to_bits({x}) | 0x80000000) * {y}"),
            8 => format!("from_bits(to_bits({x}) & 0x80000000) + {y}"),
            9 => format!("from_bits({} << 23) * {x}", self.word()),
            10 => format!("from_bits(to_bits({x}) + {})", self.word()),
            _ => format!("from_bits(to_bits({x} + {y}) ^ (to_bits({x}) & 0x80000000))"),
        }
    }
}
