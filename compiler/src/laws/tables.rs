//! Constant arrays that a kernel reads when it runs. Drivers set up such a table cell by cell and take more than linear
//! time to compile that, so there is a limit on all of them together.

use std::collections::BTreeSet;

use crate::{
    diagnostic::Diagnostic,
    errors::e0407_too_large,
    program::{Access, ArrayRef, Kernel, Program},
    visit::{self, Visitor},
};

/// The most words of the constant arrays that one kernel reads.
pub const MAX_TABLE_WORDS: u64 = 2048;

pub(super) fn check(program: &Program, kernel: &Kernel, diagnostics: &mut Vec<Diagnostic>) {
    let mut tables = Tables { program, seen: BTreeSet::new(), words: 0, error: None };
    visit::group(&mut tables, &kernel.body);
    diagnostics.extend(tables.error);
}

struct Tables<'p> {
    program: &'p Program,
    seen: BTreeSet<usize>,
    words: u64,
    /// At the first cell of the array that is too much.
    error: Option<Diagnostic>,
}

impl Visitor for Tables<'_> {
    fn access(&mut self, access: &Access, _: bool) {
        let ArrayRef::Constant(number) = access.array else { return };
        let Some(table) = self.program.constants.get(number).filter(|_| self.seen.insert(number)) else { return };
        self.words += (table.cells.len() * table.element.words()) as u64;
        if self.words > MAX_TABLE_WORDS && self.error.is_none() {
            self.error = Some(e0407_too_large::tables(access.span, &table.name, self.words, MAX_TABLE_WORDS));
        }
    }
}
