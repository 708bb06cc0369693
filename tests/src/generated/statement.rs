//! Statements, and the blocks in them.

use lockstep_numbers::ScalarType::{Bool, F32, I32, U32};

use super::{TYPES, Variable, Writer};

/// Loops in loops, at most.
const MAX_LOOPS: usize = 2;
/// The deepest indentation.
const MAX_INDENT: usize = 5;

impl Writer {
    /// One statement.
    pub(super) fn statement(&mut self) {
        self.operations -= 1;
        let deeper = self.indent < MAX_INDENT;
        match self.random.below(12) {
            0 | 1 => self.declaration("let"),
            2 => self.declaration("var"),
            3 | 4 if deeper => self.branch(),
            5 if deeper && self.loops < MAX_LOOPS => self.repeat(),
            6 if self.loops > 0 => {
                let condition = self.expression(Bool, 2);
                let word = *self.random.pick(&["break", "continue"]);
                self.line(&format!("if {condition} {{ {word}; }}"));
            }
            7 => self.store(),
            8 if self.may_trap && self.in_kernel && self.random.one_in(3) => {
                let condition = self.expression(Bool, 2);
                self.line(&format!("assert {condition} || (k < 5);"));
            }
            9 if deeper => self.block_with_value(),
            _ => self.assignment(),
        }
    }

    /// A `let` of an `if` whose branches hold statements before their values. No loop outside is left from there.
    fn block_with_value(&mut self) {
        let ty = *self.random.pick(&TYPES);
        let (name, condition) = (self.fresh("v"), self.expression(Bool, 2));
        self.line(&format!("let {name}: {ty} = if {condition} {{"));
        let loops = std::mem::take(&mut self.loops);
        for last in [false, true] {
            let outside = self.scope.len();
            self.indent += 1;
            for _ in 0..1 + self.random.below(2) {
                self.statement();
            }
            let value = self.expression(ty, 2);
            self.line(&value);
            self.indent -= 1;
            self.scope.truncate(outside);
            self.line(if last { "};" } else { "} else {" });
        }
        self.loops = loops;
        self.scope.push(Variable { name, ty, assignable: false });
    }

    fn declaration(&mut self, word: &str) {
        let ty = *self.random.pick(&TYPES);
        let (name, value) = (self.fresh("v"), self.expression(ty, 3));
        self.line(&format!("{word} {name}: {ty} = {value};"));
        self.scope.push(Variable { name, ty, assignable: word == "var" });
    }

    fn assignment(&mut self) {
        let variables: Vec<Variable> = self.scope.iter().filter(|v| v.assignable).cloned().collect();
        let Variable { name, ty, .. } = self.random.pick(&variables).clone();
        let operators: &[&str] = match ty {
            F32 => &["=", "=", "+=", "-=", "*=", "/="],
            I32 | U32 => &["=", "=", "+=", "-=", "*=", "&=", "|=", "^="],
            Bool => &["=", "&=", "|=", "^="],
        };
        let operator = *self.random.pick(operators);
        let value = self.expression(ty, 3);
        self.line(&format!("{name} {operator} {value};"));
    }

    fn store(&mut self) {
        if self.arrays.is_empty() {
            return self.assignment();
        }
        let (name, ty) = self.random.pick(&self.arrays.clone()).clone();
        let (index, value) = (self.local_index(2), self.expression(ty, 3));
        self.line(&format!("{name}[{index}] = {value};"));
    }

    fn block(&mut self, statements: usize) {
        let outside = self.scope.len();
        self.indent += 1;
        for _ in 0..statements {
            self.statement();
        }
        self.indent -= 1;
        self.scope.truncate(outside);
    }

    fn branch(&mut self) {
        let condition = self.expression(Bool, 2);
        self.line(&format!("if {condition} {{"));
        let some = 1 + self.random.below(3);
        self.block(some);
        if self.random.one_in(3) {
            let condition = self.expression(Bool, 2);
            self.line(&format!("}} else if {condition} {{"));
            self.block(1);
        }
        if self.random.one_in(2) {
            self.line("} else {");
            let some = self.random.below(3);
            self.block(some);
        }
        self.line("}");
    }

    fn repeat(&mut self) {
        let name = self.fresh("at");
        let (ty, head) = match self.random.below(5) {
            0 => (U32, format!("for {name} in 0..{}", self.random.below(7))),
            1 => (I32, format!("for {name} in -3..{} step 2", self.random.below(5))),
            2 if self.in_kernel => (U32, format!("for {name} in 1..k")),
            3 => (I32, format!("for {name} in i32(-2)..({} & i32(3)) max 6", self.expression(I32, 2))),
            _ => (U32, format!("for {name} in 0..({} & 3) max 3", self.expression(U32, 2))),
        };
        self.line(&format!("{head} {{"));
        self.loops += 1;
        self.scope.push(Variable { name, ty, assignable: false });
        let some = 1 + self.random.below(3);
        self.block(some);
        self.scope.pop();
        self.loops -= 1;
        self.line("}");
    }
}
