//! Which shared arrays can be read before all of their cells have been written, and so must begin as zeros on a device
//! too.

use crate::{
    laws::own::cover::Cover,
    program::{Access, ArrayRef, GroupStatement, Kernel, Phase, Program, Statement},
    visit::{self, Visitor},
};

/// For each shared array whether its first zeros can be seen.
pub(super) fn needed(program: &Program, kernel: &Kernel) -> Vec<bool> {
    let cover = Cover::of(program, kernel);
    let mut needed = vec![false; kernel.shared.len()];
    let mut written = vec![false; kernel.shared.len()];
    group(&kernel.body, &cover, &mut written, &mut needed);
    needed
}

/// `written` says of each array whether all of its cells have been written on every path.
fn group(statements: &[GroupStatement], cover: &Cover<'_>, written: &mut Vec<bool>, needed: &mut [bool]) {
    for statement in statements {
        match statement {
            GroupStatement::Let { .. } | GroupStatement::Lane { .. } => {}
            // It may run no trips.
            GroupStatement::For { body, .. } => group(body, cover, &mut written.clone(), needed),
            GroupStatement::If { arms, otherwise } => {
                let mut all = written.clone();
                group(otherwise, cover, &mut all, needed);
                for (_, body) in arms {
                    let mut after = written.clone();
                    group(body, cover, &mut after, needed);
                    all.iter_mut().zip(after).for_each(|(all, after)| *all &= after);
                }
                *written = all;
            }
            GroupStatement::Phase(phase) => {
                for shared in reads(phase) {
                    if written.get(shared) == Some(&false) {
                        needed[shared] = true;
                    }
                }
                for (shared, written) in written.iter_mut().enumerate() {
                    *written |= cover.covers(phase, shared);
                }
            }
        }
    }
}

/// The shared arrays whose cells a phase reads, or combines with what they hold.
fn reads(phase: &Phase) -> Vec<usize> {
    struct Reads(Vec<usize>);
    impl Visitor for Reads {
        fn statement(&mut self, statement: &Statement) {
            if let Statement::Combine { access, .. } = statement {
                self.access(access, false);
            }
        }

        fn access(&mut self, access: &Access, write: bool) {
            if let (ArrayRef::Shared(shared), false) = (access.array, write) {
                self.0.push(shared);
            }
        }
    }
    let mut reads = Reads(Vec::new());
    visit::block(&mut reads, &phase.body);
    reads.0
}
