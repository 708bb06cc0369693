//! Law 4, *everything ends, and its price is known*: how often a loop runs is made of constants, scalars, extents and
//! counters, or the source states the most. A function sees no scalars of its kernel, so its parameters are data.

use crate::{
    diagnostic::Diagnostic,
    errors::e0404_unbounded_loop,
    program::{Block, LocalKind, Program, Statement},
    visit::{self, Visitor},
};

use super::facts::Facts;

/// How many `let`s and operators deep a bound may be.
const MAX_BOUND_DEPTH: u32 = 64;

pub(super) fn check(program: &Program, diagnostics: &mut Vec<Diagnostic>) {
    for kernel in &program.kernels {
        check_body(&kernel.body, &Facts::of_kernel(kernel), true, diagnostics);
    }
    for function in &program.functions {
        check_body(&function.body, &Facts::of_function(function), false, diagnostics);
    }
}

fn check_body(body: &Block, facts: &Facts<'_>, scalars: bool, diagnostics: &mut Vec<Diagnostic>) {
    visit::block(&mut Loops { facts, scalars, diagnostics }, body);
}

struct Loops<'a, 'p> {
    facts: &'a Facts<'p>,
    /// Whether parameters are scalars of a kernel.
    scalars: bool,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Visitor for Loops<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        let Statement::For(inner) = statement else { return };
        let known = |kind: LocalKind| match kind {
            LocalKind::Extent | LocalKind::Counter => true,
            LocalKind::Parameter => self.scalars,
            LocalKind::Coordinate | LocalKind::Let | LocalKind::Var => false,
        };
        let bounds = match &inner.max {
            Some(max) => vec![(max, "maximum")],
            None => vec![(&inner.from, "beginning"), (&inner.to, "end")],
        };
        for (bound, part) in bounds {
            if !self.facts.made_of(bound, &known, MAX_BOUND_DEPTH) {
                self.diagnostics.push(e0404_unbounded_loop::error(bound.span, part));
            }
        }
    }
}
