//! Generated programs. Any well-typed program has one result, so engines that differ on one are wrong.
//!
//! A program is one `each` kernel over inputs rich in special values: lets, variables, branches, bounded loops, local
//! arrays, functions, and every operator on every type. Most are written so that they cannot trap; one in eight may.

mod expression;
mod statement;

use std::fmt::Write;

use lockstep_module::{Argument, Array, Call};
use lockstep_numbers::ScalarType;

use crate::{random::Random, special};

/// The kernel's name.
pub const ENTRY: &str = "generated";
/// Lanes of a call: more than two groups, and the last not full.
pub const LANES: u32 = 600;
/// The cells of a local array.
const LOCAL_CELLS: u32 = 8;
/// How many operations a program has, about.
const OPERATIONS: i32 = 40;

const NUMBERS: [ScalarType; 3] = [ScalarType::F32, ScalarType::I32, ScalarType::U32];
const TYPES: [ScalarType; 4] = [ScalarType::F32, ScalarType::I32, ScalarType::U32, ScalarType::Bool];

/// A program and a call of it.
pub struct Generated {
    /// The source.
    pub source: String,
    /// The inputs.
    pub call: Call,
}

/// Something that an expression can name.
#[derive(Clone)]
struct Variable {
    name: String,
    ty: ScalarType,
    assignable: bool,
}

struct Function {
    name: String,
    parameters: Vec<ScalarType>,
    result: ScalarType,
}

/// Writes one program.
struct Writer {
    random: Random,
    text: String,
    indent: usize,
    /// What is in scope; blocks cut it back to its length at their beginning.
    scope: Vec<Variable>,
    functions: Vec<Function>,
    /// Arrays of the body, [`LOCAL_CELLS`] cells each.
    arrays: Vec<(String, ScalarType)>,
    /// Whether inputs can be read.
    in_kernel: bool,
    /// Whether operations that trap may be written.
    may_trap: bool,
    loops: usize,
    names: usize,
    operations: i32,
}

/// The program of a seed.
pub fn generate(seed: u64) -> Generated {
    let mut random = Random::new(seed);
    let may_trap = random.one_in(8);
    let mut writer = Writer {
        random,
        text: String::new(),
        indent: 0,
        scope: Vec::new(),
        functions: Vec::new(),
        arrays: Vec::new(),
        in_kernel: false,
        may_trap,
        loops: 0,
        names: 0,
        operations: 0,
    };
    for _ in 0..writer.random.below(3) {
        writer.function();
    }
    writer.kernel();
    let mut call = Call::default();
    for (names, ty) in [(["a", "b"], ScalarType::F32), (["c", "d"], ScalarType::I32), (["e", "f"], ScalarType::U32)] {
        for name in names {
            let words = (0..LANES).map(|_| special::word(&mut writer.random, ty)).collect();
            let array = Array { element: ty, dimensions: vec![LANES], words };
            call.arguments.insert(name.into(), Argument::Array(array));
        }
    }
    let scalar = special::word(&mut writer.random, ScalarType::F32);
    call.arguments.insert("s".into(), Argument::Scalar(ScalarType::F32, scalar));
    call.arguments.insert("k".into(), Argument::Scalar(ScalarType::U32, writer.random.below(6) as u32));
    Generated { source: writer.text, call }
}

impl Writer {
    fn line(&mut self, text: &str) {
        let indent = 4 * self.indent;
        writeln!(self.text, "{:indent$}{text}", "").expect("a string takes any text");
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn function(&mut self) {
        let name = self.fresh("fn_");
        let parameters: Vec<ScalarType> = (0..=self.random.below(3)).map(|_| *self.random.pick(&TYPES)).collect();
        let result = *self.random.pick(&NUMBERS);
        self.scope = Vec::new();
        let mut shown = Vec::new();
        for ty in &parameters {
            let name = self.fresh("p");
            shown.push(format!("{name}: {ty}"));
            self.scope.push(Variable { name, ty: *ty, assignable: false });
        }
        self.line(&format!("fn {name}({}) -> {result} {{", shown.join(", ")));
        self.operations = OPERATIONS / 4;
        self.body();
        let value = self.expression(result, 2);
        self.indent = 1;
        self.line(&value);
        self.indent = 0;
        self.line("}");
        self.functions.push(Function { name, parameters, result });
    }

    fn kernel(&mut self) {
        self.line(&format!(
            "kernel {ENTRY}[n](s: f32, k: u32, a: in [f32; n], b: in [f32; n], c: in [i32; n], d: in [i32; n], \
             e: in [u32; n], f: in [u32; n], x: out [f32; n], y: out [i32; n], z: out [u32; n]) each lane of x {{"
        ));
        let parameter = |(name, ty): (&str, ScalarType)| Variable { name: name.into(), ty, assignable: false };
        let known = [("s", ScalarType::F32), ("k", ScalarType::U32), ("n", ScalarType::U32), ("lane", ScalarType::U32)];
        self.scope = known.into_iter().map(parameter).collect();
        self.in_kernel = true;
        self.operations = OPERATIONS;
        self.body();
        self.indent = 1;
        // Every variable goes into one word, so that none is dead.
        self.line("var all = 2166136261;");
        for Variable { name, ty, .. } in self.scope.clone() {
            let bits = match ty {
                ScalarType::F32 => format!("to_bits({name})"),
                ScalarType::U32 => name,
                ScalarType::I32 | ScalarType::Bool => format!("u32({name})"),
            };
            self.line(&format!("all = (all ^ {bits}) * 16777619;"));
        }
        for (name, ty) in self.arrays.clone() {
            let cell = if ty == ScalarType::F32 { format!("to_bits({name}[at])") } else { format!("u32({name}[at])") };
            self.line(&format!("for at in 0..{LOCAL_CELLS} {{ all = (all ^ {cell}) * 16777619; }}"));
        }
        let (float, integer) = (self.expression(ScalarType::F32, 2), self.expression(ScalarType::I32, 2));
        self.line(&format!("x[lane] = {float};"));
        self.line(&format!("y[lane] = {integer};"));
        self.line("z[lane] = all;");
        self.indent = 0;
        self.line("}");
    }

    /// The statements of a function or kernel.
    fn body(&mut self) {
        self.indent = 1;
        self.arrays = Vec::new();
        for ty in TYPES {
            if ty != ScalarType::Bool && self.random.one_in(3) {
                let (name, value) = (self.fresh("t"), self.expression(ty, 1));
                self.line(&format!("var {name}: [{ty}; {LOCAL_CELLS}] = {value};"));
                self.arrays.push((name, ty));
            }
        }
        for ty in TYPES {
            let (name, value) = (self.fresh("v"), self.expression(ty, 2));
            self.line(&format!("var {name}: {ty} = {value};"));
            self.scope.push(Variable { name, ty, assignable: true });
        }
        while self.operations > 0 {
            self.statement();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_program_and_every_program_is_accepted() {
        for seed in 0..300 {
            let Generated { source, call } = generate(seed);
            let again = generate(seed);
            assert_eq!((&source, &call), (&again.source, &again.call));
            crate::everywhere::compile("generated.lks", &source).bind(ENTRY, call);
        }
    }
}
