//! How large a body is with its functions written out, about.

use super::{
    tree::{Block, Expr, Kind, Program},
    visit,
    writer::KnownFunction,
};

pub fn of_block(program: &Program, functions: &[KnownFunction], block: &Block) -> i32 {
    let mut weight = 1;
    visit::expressions_in(block, &mut |expression: &Expr| {
        weight += 1;
        if let Kind::Call { name, .. } = &expression.kind {
            let called = functions.iter().find(|known| program.functions[known.number].name == *name);
            weight += called.map_or(0, |known| known.weight);
        }
    });
    weight
}
