//! Functions of `std::math` as kernels that take many inputs at once, for comparison with `tests/math`.

use lockstep_module::Call;
use lockstep_numbers::ScalarType;
use lockstep_witness::operands::{self, Several};

use crate::{
    calls::build,
    everywhere::{self, Compiled},
};

/// Inputs of one hash.
pub const BLOCK: usize = operands::BLOCK;

/// A function of `std::math`, and the kernel `all` that runs it over a block of inputs.
pub struct Function {
    /// Its name.
    pub name: String,
    /// The kernel.
    pub program: Compiled,
    /// None of a function of one number.
    several: Option<Several>,
}

/// Names of the arrays of arguments.
const ARRAYS: [&str; 3] = ["a", "b", "c"];

impl Function {
    /// The function of this name, for blocks.
    ///
    /// # Panics
    /// If there is none.
    pub fn of_name(name: &str) -> Function {
        let several = Several::of_name(name);
        let program = match several {
            Some(function) => everywhere::compile("exhaust.lks", &of_arrays(name, function.operands())),
            None => everywhere::compile(
                "exhaust.lks",
                &format!(
                    "use std::math::{name};\n\
                     kernel all[n](first: u32, y: out [f32; n]) each i of y {{ y[i] = {name}(from_bits(first + i)); }}\n"
                ),
            ),
        };
        Function { name: name.into(), program, several }
    }

    /// How many hashes there are of it.
    pub fn blocks(&self) -> u32 {
        self.several.map_or(256, |_| operands::BLOCKS as u32)
    }

    /// The call of `all` that computes one block.
    pub fn call(&self, block: u32) -> Call {
        let Some(function) = self.several else {
            return build().number("first", block * BLOCK as u32).extent("n", BLOCK).done();
        };
        let first = u64::from(block) * BLOCK as u64;
        let mut arrays = vec![Vec::with_capacity(BLOCK); function.operands()];
        for number in first..first + BLOCK as u64 {
            for (array, word) in arrays.iter_mut().zip(function.at(number)) {
                array.push(word);
            }
        }
        of_lists(&arrays)
    }
}

/// The kernel of a function for lists of arguments, and the call for these ones.
///
/// # Panics
/// If there is no such function.
pub fn given(name: &str, arguments: &[Vec<u32>]) -> (Compiled, Call) {
    (everywhere::compile("exhaust.lks", &of_arrays(name, arguments.len())), of_lists(arguments))
}

fn of_arrays(name: &str, arguments: usize) -> String {
    let arrays: String = ARRAYS[..arguments].iter().map(|array| format!("{array}: in [f32; n], ")).collect();
    let cells: Vec<String> = ARRAYS[..arguments].iter().map(|array| format!("{array}[i]")).collect();
    format!(
        "use std::math::{name};\n\
         kernel all[n]({arrays}y: out [f32; n]) each i of y {{ y[i] = {name}({}); }}\n",
        cells.join(", ")
    )
}

fn of_lists(arguments: &[Vec<u32>]) -> Call {
    let lists = ARRAYS.iter().zip(arguments);
    lists.fold(build(), |call, (name, words)| call.array(name, ScalarType::F32, &[words.len()], words)).done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files;

    /// The first inputs of a block of each kind, on every engine.
    #[test]
    fn a_function_runs_over_the_operands_of_the_hashes() {
        let function = Function::of_name("rem");
        assert_eq!(function.blocks(), 64);
        let wanted: Vec<[u32; 3]> = (0..100).map(|number| Several::Rem.at(number)).collect();
        let lists: Vec<Vec<u32>> = (0..2).map(|place| wanted.iter().map(|words| words[place]).collect()).collect();
        let (program, call) = given("rem", &lists);
        let outcome = program.run_everywhere("all", call);
        let got = &files::output(&outcome, "y").words;
        for ([a, b, _], got) in wanted.into_iter().zip(got) {
            let canonical = |word| f64::from(f32::from_bits(lockstep_numbers::float::canonical(word)));
            let exact = (canonical(a) % canonical(b)) as f32;
            let right = if exact.is_nan() { lockstep_numbers::float::NAN } else { exact.to_bits() };
            assert_eq!(lockstep_numbers::float::canonical(right), *got, "rem of {a:08x} and {b:08x}");
        }
    }

    #[test]
    fn a_block_of_a_function_of_one_number_is_a_range() {
        let function = Function::of_name("floor");
        assert_eq!(function.blocks(), 256);
        assert_eq!(function.call(3).extents["n"], 1 << 24);
    }
}
