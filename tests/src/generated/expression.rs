//! Expressions of a wanted type.

use lockstep_numbers::ScalarType::{self, Bool, F32, I32, U32};

use super::{LOCAL_CELLS, NUMBERS, TYPES, Writer};

const FLOATS: [&str; 14] = [
    "0.0",
    "(-0.0)",
    "1.0",
    "(-1.0)",
    "0.5",
    "2.0",
    "3.0",
    "0.1",
    "1.1754944e-38",
    "3.4028235e38",
    "16777216.0",
    "1e-30",
    "from_bits(0x7f800000)",
    "from_bits(0x7fc00000)",
];

const INTEGERS: [&str; 12] =
    ["0", "1", "2", "3", "7", "31", "32", "33", "65535", "2147483647", "0x01000001", "1000003"];

impl Writer {
    /// An expression that can stand anywhere; nested at most `depth` deep.
    pub(super) fn expression(&mut self, ty: ScalarType, depth: usize) -> String {
        if depth == 0 || self.random.one_in(6) {
            return self.leaf(ty);
        }
        self.operations -= 1;
        let depth = depth - 1;
        match self.random.below(12) {
            0 => {
                let (condition, yes, no) =
                    (self.expression(Bool, depth), self.expression(ty, depth), self.expression(ty, depth));
                format!("(if {condition} {{ {yes} }} else {{ {no} }})")
            }
            1 if ty != Bool => self.cell(ty, depth),
            2 => self.call(ty, depth),
            _ => match ty {
                F32 => self.float(depth),
                I32 | U32 => self.integer(ty, depth),
                Bool => self.truth(depth),
            },
        }
    }

    fn leaf(&mut self, ty: ScalarType) -> String {
        let names: Vec<String> = self.scope.iter().filter(|v| v.ty == ty).map(|v| v.name.clone()).collect();
        if !names.is_empty() && !self.random.one_in(3) {
            return self.random.pick(&names).clone();
        }
        if self.in_kernel && ty != Bool && !self.random.one_in(3) {
            return format!("{}[lane]", self.input(ty));
        }
        match ty {
            F32 => (*self.random.pick(&FLOATS)).into(),
            // By conversion, so that no literal takes a type from what stands beside it.
            I32 => format!("i32({}{})", if self.random.one_in(2) { "-" } else { "" }, self.random.pick(&INTEGERS)),
            U32 => (*self.random.pick(&INTEGERS)).into(),
            Bool => (*self.random.pick(&["true", "false"])).into(),
        }
    }

    fn input(&mut self, ty: ScalarType) -> &'static str {
        let names = match ty {
            F32 => ["a", "b"],
            I32 => ["c", "d"],
            U32 | Bool => ["e", "f"],
        };
        names[self.random.below(2)]
    }

    /// A cell of an input or a local array, at a place that is computed.
    fn cell(&mut self, ty: ScalarType, depth: usize) -> String {
        let local = self.arrays.iter().find(|(_, element)| *element == ty).map(|(name, _)| name.clone());
        if let Some(name) = local.filter(|_| !self.in_kernel || self.random.one_in(2)) {
            return format!("{name}[{}]", self.local_index(depth));
        }
        if !self.in_kernel {
            return self.leaf(ty);
        }
        let array = self.input(ty);
        match self.random.below(4) {
            0 => format!("{array}[{} % n]", self.expression(U32, depth)),
            1 => format!("({array}[{}] else {})", self.expression(I32, depth), self.leaf(ty)),
            2 if self.may_trap => format!("{array}[lane + {}]", self.leaf(U32)),
            _ => format!("({array}[lane + {}] else {})", self.leaf(U32), self.leaf(ty)),
        }
    }

    /// An index of a local array, mostly below its size.
    pub(super) fn local_index(&mut self, depth: usize) -> String {
        let index = self.expression(U32, depth);
        match self.random.below(4) {
            0 if self.may_trap => index,
            1 => format!("{index} % {LOCAL_CELLS}"),
            2 => format!("min({index}, {})", LOCAL_CELLS - 1),
            _ => format!("{index} & {}", LOCAL_CELLS - 1),
        }
    }

    fn call(&mut self, ty: ScalarType, depth: usize) -> String {
        let found = self.functions.iter().find(|function| function.result == ty);
        let Some((name, parameters)) = found.map(|f| (f.name.clone(), f.parameters.clone())) else {
            return self.leaf(ty);
        };
        let arguments: Vec<String> = parameters.into_iter().map(|ty| self.expression(ty, depth)).collect();
        format!("{name}({})", arguments.join(", "))
    }

    fn float(&mut self, depth: usize) -> String {
        let a = self.expression(F32, depth);
        match self.random.below(14) {
            0 => format!("(-{a})"),
            1 => format!("abs({a})"),
            2 => format!("sqrt({a})"),
            3 => format!("f32({})", self.expression(I32, depth)),
            4 => format!("f32({})", self.expression(U32, depth)),
            5 => format!("from_bits({})", self.expression(U32, depth)),
            6 => format!("{}({a}, {})", self.random.pick(&["min", "max"]), self.expression(F32, depth)),
            // A product that another operation takes up at once: what a compiler would like to contract.
            7 => format!("({a} * {} + {})", self.leaf(F32), self.leaf(F32)),
            _ => format!("({a} {} {})", self.random.pick(&["+", "-", "*", "/"]), self.expression(F32, depth)),
        }
    }

    fn integer(&mut self, ty: ScalarType, depth: usize) -> String {
        let a = self.expression(ty, depth);
        match self.random.below(14) {
            0 if ty == I32 => format!("(-{a})"),
            1 if ty == I32 => format!("abs({a})"),
            0 => format!("ceil_div({a}, {})", self.divisor(ty, depth)),
            1 => format!("to_bits({})", self.expression(F32, depth)),
            2 => format!("(!{a})"),
            3 => format!("{ty}({})", self.expression(F32, depth)),
            4 => {
                let from = *self.random.pick(&TYPES);
                format!("{ty}({})", self.expression(from, depth))
            }
            5 | 6 => format!("({a} {} {})", self.random.pick(&["/", "%"]), self.divisor(ty, depth)),
            7 | 8 => format!("({a} {} {})", self.random.pick(&["<<", ">>"]), self.expression(U32, depth)),
            9 => format!("{}({a}, {})", self.random.pick(&["min", "max"]), self.expression(ty, depth)),
            _ => format!("({a} {} {})", self.random.pick(&["+", "-", "*", "&", "|", "^"]), self.expression(ty, depth)),
        }
    }

    /// A divisor, mostly one that is never zero.
    fn divisor(&mut self, ty: ScalarType, depth: usize) -> String {
        let b = self.expression(ty, depth);
        if self.may_trap && self.random.one_in(4) { b } else { format!("({b} | 1)") }
    }

    fn truth(&mut self, depth: usize) -> String {
        match self.random.below(6) {
            0 => format!("(!{})", self.expression(Bool, depth)),
            1 => {
                let operator = *self.random.pick(&["&&", "||", "==", "!=", "&", "|", "^"]);
                format!("({} {operator} {})", self.expression(Bool, depth), self.expression(Bool, depth))
            }
            _ => {
                let ty = *self.random.pick(&NUMBERS);
                let operator = *self.random.pick(&["==", "!=", "<", "<=", ">", ">="]);
                format!("({} {operator} {})", self.expression(ty, depth), self.expression(ty, depth))
            }
        }
    }
}
