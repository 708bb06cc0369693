//! Law 4, *its price is known before it starts*: what each block costs (`price`), and the most that a lane can cost
//! (`bound`). A block costs its whole straight-line weight when it is entered: everything in it that is in no inner
//! block, the right sides of `&&` and `||`, the `else` of reads and the conditions of all arms included.

mod bound;
mod limit;
#[cfg(test)]
mod tests;
mod weights;

use crate::program::{Access, Block, Expression, ExpressionKind, GroupStatement, Local, LocalKind, Program, Statement};

pub use bound::bound;
pub use weights::Kind;

/// What an expression costs where it stands, without the blocks inside it.
pub fn weight(expression: &Expression) -> u64 {
    let inner = match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Local(_) => return Kind::Nothing.weight(),
        ExpressionKind::Load { access, otherwise } => indices(access) + otherwise.as_deref().map_or(0, weight),
        ExpressionKind::Unary { operand, .. }
        | ExpressionKind::Convert(operand)
        | ExpressionKind::ToBits(operand)
        | ExpressionKind::FromBits(operand) => weight(operand),
        ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
            weight(left) + weight(right)
        }
        ExpressionKind::If { arms, .. } => return choice(arms.iter().map(|(condition, _)| condition)),
    };
    inner + kind(expression).weight()
}

fn kind(expression: &Expression) -> Kind {
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Local(_) => Kind::Nothing,
        ExpressionKind::Load { access, .. } => Kind::of_cell(access.array, expression.ty),
        ExpressionKind::Unary { operator, operand } => Kind::of_unary(*operator, operand.ty),
        ExpressionKind::Binary { operator, left, .. } => Kind::of_binary(*operator, left.ty),
        ExpressionKind::Logic { .. } => Kind::Simple,
        ExpressionKind::Convert(_) | ExpressionKind::ToBits(_) | ExpressionKind::FromBits(_) => Kind::Convert,
        ExpressionKind::If { .. } => Kind::If,
    }
}

/// What an `if` costs without its blocks. One without arms is a function that is written out, and costs nothing.
pub fn choice<'e>(conditions: impl Iterator<Item = &'e Expression>) -> u64 {
    conditions.map(weight).reduce(|a, b| a + b).map_or(0, |conditions| conditions + Kind::If.weight())
}

fn indices(access: &Access) -> u64 {
    access.indices.iter().map(weight).sum()
}

/// What a statement of a lane costs where it stands, without the blocks inside it.
fn statement_weight(statement: &Statement, locals: &[Local]) -> u64 {
    match statement {
        Statement::Set { local, value } => {
            let set = match locals.get(local.0 as usize).map(|local| local.kind) {
                Some(LocalKind::Var | LocalKind::Lane) => Kind::Set,
                _ => Kind::Nothing,
            };
            weight(value) + set.weight()
        }
        Statement::Fill { local, value } => {
            let cells = locals.get(local.0 as usize).map_or(0, Local::cells) as u64;
            weight(value) + cells * Kind::Set.weight()
        }
        Statement::Store { access, value } => {
            indices(access) + weight(value) + Kind::of_cell(access.array, value.ty).weight()
        }
        Statement::Combine { access, value, .. } => indices(access) + weight(value) + Kind::Combine.weight(),
        Statement::Claim { access, value } => indices(access) + weight(value) + Kind::Claim.weight(),
        Statement::If { arms, .. } => choice(arms.iter().map(|(condition, _)| condition)),
        Statement::For(inner) => weight(&inner.from) + weight(&inner.to) + inner.max.as_ref().map_or(0, weight),
        Statement::Break | Statement::Continue => Kind::Nothing.weight(),
        Statement::Assert { condition, .. } => weight(condition) + Kind::Assert.weight(),
    }
}

/// Sets the weight of every block of a program.
pub fn price(program: &mut Program) {
    for kernel in &mut program.kernels {
        price_group(&mut kernel.body, &kernel.locals);
    }
}

fn price_group(statements: &mut [GroupStatement], locals: &[Local]) {
    for statement in statements {
        match statement {
            GroupStatement::Let { value, .. } | GroupStatement::Lane { value, .. } => price_expression(value, locals),
            GroupStatement::For { from, to, body, .. } => {
                price_expression(from, locals);
                price_expression(to, locals);
                price_group(body, locals);
            }
            GroupStatement::If { arms, otherwise } => {
                for (condition, body) in arms {
                    price_expression(condition, locals);
                    price_group(body, locals);
                }
                price_group(otherwise, locals);
            }
            GroupStatement::Phase(phase) => price_block(&mut phase.body, locals),
        }
    }
}

fn price_block(block: &mut Block, locals: &[Local]) {
    let statements: u64 = block.statements.iter().map(|statement| statement_weight(statement, locals)).sum();
    block.weight = statements + block.result.as_deref().map_or(0, weight);
    for statement in &mut block.statements {
        match statement {
            Statement::Set { value, .. }
            | Statement::Fill { value, .. }
            | Statement::Assert { condition: value, .. } => price_expression(value, locals),
            Statement::Store { access, value }
            | Statement::Combine { access, value, .. }
            | Statement::Claim { access, value } => {
                access.indices.iter_mut().for_each(|index| price_expression(index, locals));
                price_expression(value, locals);
            }
            Statement::If { arms, otherwise } => {
                for (condition, block) in arms {
                    price_expression(condition, locals);
                    price_block(block, locals);
                }
                otherwise.iter_mut().for_each(|block| price_block(block, locals));
            }
            Statement::For(inner) => {
                price_expression(&mut inner.from, locals);
                price_expression(&mut inner.to, locals);
                inner.max.iter_mut().for_each(|max| price_expression(max, locals));
                price_block(&mut inner.body, locals);
            }
            Statement::Break | Statement::Continue => {}
        }
    }
    block.result.iter_mut().for_each(|result| price_expression(result, locals));
}

/// Sets the weights of the blocks inside an expression.
fn price_expression(expression: &mut Expression, locals: &[Local]) {
    match &mut expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Local(_) => {}
        ExpressionKind::Load { access, otherwise } => {
            access.indices.iter_mut().for_each(|index| price_expression(index, locals));
            otherwise.iter_mut().for_each(|value| price_expression(value, locals));
        }
        ExpressionKind::Unary { operand, .. }
        | ExpressionKind::Convert(operand)
        | ExpressionKind::ToBits(operand)
        | ExpressionKind::FromBits(operand) => price_expression(operand, locals),
        ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
            price_expression(left, locals);
            price_expression(right, locals);
        }
        ExpressionKind::If { arms, otherwise } => {
            for (condition, block) in arms {
                price_expression(condition, locals);
                price_block(block, locals);
            }
            price_block(otherwise, locals);
        }
    }
}
