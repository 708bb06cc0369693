//! Two disciplines of writing do not mix: in one phase a shared array is combined into or read. The types see to it that
//! an array that a tile writes is reached through that tile alone.

use crate::{
    diagnostic::Diagnostic,
    errors::e0409_read_while_combined,
    laws::arrays,
    program::{Access, ArrayRef, Kernel, Program, Statement},
    source::Span,
    visit::{self, Visitor},
};

pub(super) fn check(program: &Program, kernel: &Kernel, diagnostics: &mut Vec<Diagnostic>) {
    for phase in kernel.phases() {
        let mut accesses = Accesses::default();
        visit::block(&mut accesses, &phase.body);
        for shared in (0..kernel.shared.len()).map(ArrayRef::Shared) {
            let of = |list: &[(ArrayRef, Span)]| list.iter().find(|(array, _)| *array == shared).map(|(_, span)| *span);
            if let (Some(combine), Some(read)) = (of(&accesses.combines), of(&accesses.reads)) {
                let name = arrays::name(program, kernel, shared);
                diagnostics.push(e0409_read_while_combined::error(read, &name, combine, phase.span));
            }
        }
    }
}

/// What is read and combined into, and where.
#[derive(Default)]
struct Accesses {
    reads: Vec<(ArrayRef, Span)>,
    combines: Vec<(ArrayRef, Span)>,
}

impl Visitor for Accesses {
    fn statement(&mut self, statement: &Statement) {
        if let Statement::Combine { access, .. } = statement {
            self.combines.push((access.array, access.span));
        }
    }

    fn access(&mut self, access: &Access, write: bool) {
        if !write {
            self.reads.push((access.array, access.span));
        }
    }
}
