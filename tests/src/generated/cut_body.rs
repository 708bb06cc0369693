//! Cuts in bodies: statements go, what stands in them takes their place, expressions become simpler ones.

use super::{
    edit,
    make::{literal, number, zero},
    shrink::Search,
    tree::{Block, Expr, Kind, Program, Stmt, Ty},
};

/// Statements of every block: many at once, then one by one; then what is left is replaced by what stands in it.
pub(super) fn statements(search: &mut Search<'_>) {
    let mut at = 0;
    while at < edit::blocks(&search.best.program) && !search.over() {
        let mut size = length(search, at);
        while size > 0 {
            let mut from = 0;
            while from < length(search, at) {
                let mut cut = search.best.clone();
                edit::block(&mut cut.program, at, |block| {
                    let to = (from + size).min(block.statements.len());
                    block.statements.drain(from..to);
                });
                if !search.attempt(cut) {
                    from += size;
                }
            }
            size /= 2;
        }
        unwrap(search, at);
        at += 1;
    }
}

/// How many statements a block has.
fn length(search: &Search<'_>, at: usize) -> usize {
    let mut found = 0;
    edit::block(&mut search.best.program.clone(), at, |block| found = block.statements.len());
    found
}

/// Replaces statements by simpler ones.
fn unwrap(search: &mut Search<'_>, at: usize) {
    let mut position = 0;
    while position < length(search, at) {
        let mut simpler = Vec::new();
        edit::block(&mut search.best.program.clone(), at, |block| {
            simpler = block.statements.get(position).map(simpler_statements).unwrap_or_default();
        });
        let taken = simpler.into_iter().any(|statements| {
            let mut cut = search.best.clone();
            edit::block(&mut cut.program, at, |block| {
                if position < block.statements.len() {
                    block.statements.splice(position..=position, statements.iter().cloned());
                }
            });
            search.attempt(cut)
        });
        if !taken {
            position += 1;
        }
    }
}

/// What could stand for a statement.
fn simpler_statements(statement: &Stmt) -> Vec<Vec<Stmt>> {
    match statement {
        Stmt::If { arms, otherwise } => {
            let bodies = arms.iter().map(|(_, block)| block).chain(otherwise);
            let mut simpler: Vec<Vec<Stmt>> = bodies.map(|block| block.statements.clone()).collect();
            if otherwise.is_some() {
                simpler.push(vec![Stmt::If { arms: arms.clone(), otherwise: None }]);
            }
            if arms.len() > 1 {
                simpler.push(vec![Stmt::If { arms: arms[1..].to_vec(), otherwise: otherwise.clone() }]);
                simpler.push(vec![Stmt::If { arms: arms[..1].to_vec(), otherwise: otherwise.clone() }]);
            }
            simpler
        }
        Stmt::For(inner) => {
            let mut once = vec![Stmt::Let { name: inner.counter.clone(), ty: None, value: inner.from.clone() }];
            once.extend(inner.body.statements.iter().cloned());
            let mut simpler = vec![inner.body.statements.clone(), once];
            if inner.step.is_some() {
                let mut plain = inner.clone();
                plain.step = None;
                simpler.push(vec![Stmt::For(plain)]);
            }
            if inner.max.is_some() {
                let mut plain = inner.clone();
                plain.max = None;
                plain.to = number(2);
                plain.from = number(0);
                simpler.push(vec![Stmt::For(plain)]);
            }
            simpler
        }
        Stmt::Assign { target, operator, value } if *operator != "=" => {
            vec![vec![Stmt::Assign { target: target.clone(), operator: "=", value: value.clone() }]]
        }
        Stmt::Let { name, ty, value: Expr { kind: Kind::If { arms, otherwise }, .. } } => {
            // The statements of a branch move in front of it.
            let blocks = arms.iter().map(|(_, block)| block).chain([&**otherwise]);
            let hoisted = blocks.filter_map(|block| {
                let value = block.value.clone()?;
                let mut statements = block.statements.clone();
                statements.push(Stmt::Let { name: name.clone(), ty: ty.clone(), value });
                Some(statements)
            });
            hoisted.collect()
        }
        Stmt::Var(declared) if declared.nested => {
            let mut plain = declared.clone();
            plain.nested = false;
            vec![vec![Stmt::Var(plain)]]
        }
        Stmt::Phase { coordinates, body } if !coordinates.is_empty() => {
            vec![vec![Stmt::Phase { coordinates: Vec::new(), body: body.clone() }]]
        }
        _ => Vec::new(),
    }
}

/// Expressions, outer ones first.
pub(super) fn expressions(search: &mut Search<'_>) {
    let mut at = 0;
    while at < edit::expressions(&search.best.program) && !search.over() {
        let mut simpler = Vec::new();
        let program = search.best.program.clone();
        edit::expression(&mut program.clone(), at, |expression| simpler = simpler_expressions(&program, expression));
        let taken = simpler.into_iter().any(|with| {
            let mut cut = search.best.clone();
            edit::expression(&mut cut.program, at, |expression| expression.clone_from(&with));
            search.attempt(cut)
        });
        if !taken {
            at += 1;
        }
    }
}

/// What could stand for an expression, the simplest first.
fn simpler_expressions(program: &Program, expression: &Expr) -> Vec<Expr> {
    let mut simpler = Vec::new();
    match &expression.kind {
        Kind::Array(_) => return Vec::new(),
        Kind::Literal(bits) => {
            let Ty::Scalar(ty) = expression.ty else { return Vec::new() };
            // Never a larger number, or cutting might not end.
            return [0, 1, 2, bits / 2].into_iter().filter(|less| less < bits).map(|less| literal(ty, less)).collect();
        }
        Kind::Name(_) => {
            simpler.push(zero(program, &expression.ty));
            return simpler;
        }
        _ => {}
    }
    let zeros = zero(program, &expression.ty);
    if zeros == *expression {
        return Vec::new();
    }
    simpler.push(zeros);
    if let Ty::Scalar(ty) = expression.ty
        && ty.is_integer()
    {
        simpler.push(literal(ty, 1));
    }
    for part in parts(expression) {
        if part.ty == expression.ty {
            simpler.push(part.clone());
        }
        simpler.extend(parts(part).into_iter().filter(|inner| inner.ty == expression.ty).cloned());
    }
    match &expression.kind {
        Kind::Cell { array, indices, nested, otherwise: Some(_) } => {
            let kind = Kind::Cell { array: array.clone(), indices: indices.clone(), nested: *nested, otherwise: None };
            simpler.push(Expr { ty: expression.ty.clone(), kind });
        }
        Kind::If { arms, otherwise } if arms.len() > 1 => {
            let kind = Kind::If { arms: arms[1..].to_vec(), otherwise: otherwise.clone() };
            simpler.push(Expr { ty: expression.ty.clone(), kind });
        }
        _ => {}
    }
    simpler
}

/// What an expression is made of.
fn parts(expression: &Expr) -> Vec<&Expr> {
    match &expression.kind {
        Kind::Literal(_) | Kind::Name(_) | Kind::Array(_) => Vec::new(),
        Kind::Cell { indices, otherwise, .. } => indices.iter().chain(otherwise.as_deref()).collect(),
        Kind::Field(inner, _) | Kind::Unary(_, inner) => vec![inner],
        Kind::Binary(_, left, right) | Kind::Logic { left, right, .. } => vec![left, right],
        Kind::Call { arguments, .. } => arguments.iter().collect(),
        Kind::If { arms, otherwise } => {
            let value = |block: &'_ Block| block.statements.is_empty();
            let of_arms = arms.iter().filter(|(_, block)| value(block)).filter_map(|(_, block)| block.value.as_ref());
            let conditions = arms.iter().map(|(condition, _)| condition);
            of_arms.chain(otherwise.value.as_ref().filter(|_| value(otherwise))).chain(conditions).collect()
        }
    }
}
