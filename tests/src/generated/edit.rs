//! Changes of one place of a program: the places are numbered in the order in which a visit comes to them.

use super::{
    tree::{Block, Expr, Kind, Program, Stmt},
    visit::{self, Visitor},
};

/// The place of this number among those of its kind.
struct At<'e, T> {
    /// How many are still to be passed.
    left: usize,
    found: bool,
    edit: &'e mut dyn FnMut(&mut T),
}

impl<T> At<'_, T> {
    fn pass(&mut self, place: &mut T) {
        if self.left == 0 && !self.found {
            self.found = true;
            (self.edit)(place);
        }
        self.left = self.left.saturating_sub(1);
    }
}

impl Visitor for At<'_, Block> {
    fn block(&mut self, block: &mut Block) {
        self.pass(block);
    }
}

impl Visitor for At<'_, Expr> {
    fn expression(&mut self, expression: &mut Expr) {
        self.pass(expression);
    }
}

/// How many blocks there are.
pub fn blocks(program: &Program) -> usize {
    struct Count(usize);
    impl Visitor for Count {
        fn block(&mut self, _: &mut Block) {
            self.0 += 1;
        }
    }
    let mut count = Count(0);
    visit::program(&mut count, &mut program.clone());
    count.0
}

/// How many expressions there are.
pub fn expressions(program: &Program) -> usize {
    struct Count(usize);
    impl Visitor for Count {
        fn expression(&mut self, _: &mut Expr) {
            self.0 += 1;
        }
    }
    let mut count = Count(0);
    visit::program(&mut count, &mut program.clone());
    count.0
}

/// Changes the block of this number. False if there is none.
pub fn block(program: &mut Program, number: usize, mut edit: impl FnMut(&mut Block)) -> bool {
    let mut at = At { left: number, found: false, edit: &mut edit };
    visit::program(&mut at, program);
    at.found
}

/// Changes the expression of this number. False if there is none.
pub fn expression(program: &mut Program, number: usize, mut edit: impl FnMut(&mut Expr)) -> bool {
    let mut at = At { left: number, found: false, edit: &mut edit };
    visit::program(&mut at, program);
    at.found
}

/// Drops an argument of every call or run of something.
pub fn drop_argument(program: &mut Program, of: &str, position: usize, generic: bool) {
    struct Drop<'n> {
        of: &'n str,
        position: usize,
        generic: bool,
    }
    impl Drop<'_> {
        fn from(&self, name: &str, generics: &mut Vec<Expr>, arguments: &mut Vec<Expr>) {
            let list = if self.generic { generics } else { arguments };
            if name == self.of && self.position < list.len() {
                list.remove(self.position);
            }
        }
    }
    impl Visitor for Drop<'_> {
        fn expression(&mut self, expression: &mut Expr) {
            if let Kind::Call { name, generics, arguments } = &mut expression.kind {
                self.from(name, generics, arguments);
            }
        }

        fn statement(&mut self, statement: &mut Stmt) {
            if let Stmt::Run { name, generics, arguments } = statement {
                self.from(name, generics, arguments);
            }
        }
    }
    visit::program(&mut Drop { of, position, generic }, program);
}
