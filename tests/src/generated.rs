//! Generated programs. A well-typed program is accepted and has one result, so a compiler that refuses one is wrong,
//! and so are engines that differ on one.
//!
//! A program is a tree of its own (`tree`), written by a `Writer` from a seed, printed as source, judged by `judge`, and
//! cut down by `shrink` when something is wrong with it.

mod arithmetic;
mod call;
mod cells;
mod claim;
mod cut_body;
mod cut_inputs;
mod cut_items;
mod digest;
mod each;
mod edit;
mod expression;
pub mod features;
mod group;
mod guard;
pub mod inputs;
mod items;
mod job;
mod job_arrays;
pub mod judge;
mod make;
mod own_form;
mod phase;
mod print;
mod print_expression;
mod print_item;
mod rename;
mod repeat;
pub mod report;
pub mod shrink;
mod statement;
pub mod tally;
mod tile;
#[allow(missing_docs, reason = "the variants and fields are the parts of a program")]
pub mod tree;
mod truth;
mod values;
mod visit;
mod weight;
mod wild;
mod writer;

use std::collections::BTreeSet;

use crate::random::Random;
use inputs::Inputs;
use tree::Program;
use writer::Writer;

/// The name of the file that holds what stands apart.
pub const APART: &str = "apart";

/// A program, which of its kernels or jobs is called, and with what.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The program.
    pub program: Program,
    /// The kernel or job.
    pub entry: String,
    /// What it is given.
    pub inputs: Inputs,
    /// Whether it was written so that it may trap.
    pub may_trap: bool,
    /// Whether lanes may write what they do not own. The compiler may then refuse it for that.
    pub wild: bool,
    /// Whether structs, constants and functions stand in a file of their own.
    pub apart: bool,
    /// What is known of its form beside the tree.
    pub forms: BTreeSet<&'static str>,
}

impl Case {
    /// The main source, and that of [`APART`] if there is one.
    pub fn sources(&self) -> (String, Option<String>) {
        if !self.apart {
            return (print::print(&self.program, None), None);
        }
        let Program { structs, constants, functions, .. } = self.program.clone();
        let apart = Program { structs, constants, functions, ..Program::default() };
        (print::print(&self.program, Some(APART)), Some(print::print(&apart, None)))
    }

    /// All of its text.
    pub fn source(&self) -> String {
        match self.sources() {
            (main, None) => main,
            (main, Some(apart)) => format!("// {APART}.lks\n{apart}// main\n{main}"),
        }
    }
}

/// The case of a seed.
pub fn generate(seed: u64) -> Case {
    let mut random = Random::new(seed);
    let may_trap = random.one_in(6);
    let mut writer = Writer::new(random);
    writer.may_trap = may_trap;
    writer.wild = writer.one_in(8);
    writer.program.datacenter = writer.one_in(10);
    // One large program costs as much as many small ones, and finds less.
    let fuel = writer.pick(&[8, 15, 15, 30, 30, 60]);
    writer.structs();
    writer.some_functions(2);
    writer.some_constants(3);
    writer.some_functions(2);
    let form = writer.below(10);
    let kernels = if form < 6 { 1 } else { 1 + writer.below(3) };
    for _ in 0..kernels {
        if writer.one_in(2) {
            writer.each_kernel(fuel);
        } else {
            writer.tile_kernel(fuel);
        }
    }
    if form >= 6 {
        for _ in 0..if writer.one_in(3) { 2 } else { 1 } {
            writer.job();
        }
    }
    let last = writer.program.jobs.last().map(|job| job.name.clone());
    let entry = last.or_else(|| writer.program.kernels.last().map(|kernel| kernel.name.clone())).unwrap_or_default();
    if writer.one_in(2) {
        rename::rename(&mut writer.program);
    }
    let apart = writer.one_in(4);
    let inputs = inputs::choose(&mut writer.random, &writer.program, &entry);
    // Items may come in any order.
    for _ in 0..4 {
        let (a, b) = (writer.random.word() as usize, writer.random.word() as usize);
        let (constants, functions) = (&mut writer.program.constants, &mut writer.program.functions);
        if !constants.is_empty() {
            let count = constants.len();
            constants.swap(a % count, b % count);
        }
        if !functions.is_empty() {
            let count = functions.len();
            functions.swap(a % count, b % count);
        }
    }
    Case { program: writer.program, entry, inputs, may_trap, wild: writer.wild, apart, forms: writer.forms }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_program() {
        for seed in 0..100 {
            assert_eq!(generate(seed), generate(seed));
        }
    }
}
