//! Goes through a program: every block and every expression, outer ones first.

use super::tree::{Block, ConstantValue, Expr, Grid, Kind, Parameter, Program, Shape, Size, Stmt};

/// What is done on the way. What is put in place of something is gone through next.
pub trait Visitor {
    fn expression(&mut self, _expression: &mut Expr) {}
    fn block(&mut self, _block: &mut Block) {}
    fn statement(&mut self, _statement: &mut Stmt) {}
}

/// Goes through all items.
pub fn program(visitor: &mut dyn Visitor, program: &mut Program) {
    for constant in &mut program.constants {
        match &mut constant.value {
            ConstantValue::Single(value) => expression(visitor, value),
            ConstantValue::List(values) => all(visitor, values),
            ConstantValue::Each(_, inner) => block(visitor, inner),
        }
    }
    for function in &mut program.functions {
        parameters(visitor, &mut function.parameters);
        block(visitor, &mut function.body);
    }
    for kernel in &mut program.kernels {
        for generic in &mut kernel.generics {
            generic.default.iter_mut().for_each(|default| expression(visitor, default));
        }
        for extent in &mut kernel.extents {
            if let Size::Computed(size) = &mut extent.size {
                expression(visitor, size);
            }
        }
        parameters(visitor, &mut kernel.parameters);
        match &mut kernel.shape {
            Shape::Each { grid: Grid::Of(_), .. } => {}
            Shape::Each { grid: Grid::In(sizes), .. } => all(visitor, sizes),
            Shape::Tiles { tiles, lanes } => {
                tiles.iter_mut().for_each(|tile| all(visitor, &mut tile.sizes));
                all(visitor, lanes);
            }
        }
        block(visitor, &mut kernel.body);
    }
    for job in &mut program.jobs {
        parameters(visitor, &mut job.parameters);
        block(visitor, &mut job.body);
    }
}

fn parameters(visitor: &mut dyn Visitor, parameters: &mut [Parameter]) {
    parameters.iter_mut().for_each(|parameter| all(visitor, &mut parameter.sizes));
}

fn all(visitor: &mut dyn Visitor, expressions: &mut [Expr]) {
    expressions.iter_mut().for_each(|inner| expression(visitor, inner));
}

fn block(visitor: &mut dyn Visitor, block: &mut Block) {
    visitor.block(block);
    block.statements.iter_mut().for_each(|inner| statement(visitor, inner));
    block.value.iter_mut().for_each(|value| expression(visitor, value));
}

fn statement(visitor: &mut dyn Visitor, statement: &mut Stmt) {
    visitor.statement(statement);
    match statement {
        Stmt::Let { value, .. } | Stmt::Assert(value) => expression(visitor, value),
        Stmt::Var(declared) | Stmt::Lane(declared) => {
            all(visitor, &mut declared.sizes);
            expression(visitor, &mut declared.value);
        }
        Stmt::Shared { sizes, .. } | Stmt::Temporary { sizes, .. } => all(visitor, sizes),
        Stmt::Assign { target, value, .. } | Stmt::Claim { target, value } => {
            expression(visitor, target);
            expression(visitor, value);
        }
        Stmt::If { arms, otherwise } => {
            for (condition, inner) in arms {
                expression(visitor, condition);
                block(visitor, inner);
            }
            otherwise.iter_mut().for_each(|inner| block(visitor, inner));
        }
        Stmt::For(inner) => {
            expression(visitor, &mut inner.from);
            expression(visitor, &mut inner.to);
            inner.max.iter_mut().for_each(|max| expression(visitor, max));
            block(visitor, &mut inner.body);
        }
        Stmt::Phase { body, .. } => block(visitor, body),
        Stmt::Run { generics, arguments, .. } => {
            all(visitor, generics);
            all(visitor, arguments);
        }
        Stmt::Break | Stmt::Continue | Stmt::Swap(..) => {}
    }
}

fn expression(visitor: &mut dyn Visitor, expression: &mut Expr) {
    visitor.expression(expression);
    match &mut expression.kind {
        Kind::Literal(_) | Kind::Name(_) | Kind::Array(_) => {}
        Kind::Cell { indices, otherwise, .. } => {
            all(visitor, indices);
            otherwise.iter_mut().for_each(|value| self::expression(visitor, value));
        }
        Kind::Field(inner, _) | Kind::Unary(_, inner) => self::expression(visitor, inner),
        Kind::Binary(_, left, right) | Kind::Logic { left, right, .. } => {
            self::expression(visitor, left);
            self::expression(visitor, right);
        }
        Kind::Call { generics, arguments, .. } => {
            all(visitor, generics);
            all(visitor, arguments);
        }
        Kind::If { arms, otherwise } => {
            for (condition, inner) in arms {
                self::expression(visitor, condition);
                block(visitor, inner);
            }
            block(visitor, otherwise);
        }
    }
}

/// Looks at every expression of a block.
pub fn expressions_in(body: &Block, look: &mut dyn FnMut(&Expr)) {
    struct Look<'l>(&'l mut dyn FnMut(&Expr));
    impl Visitor for Look<'_> {
        fn expression(&mut self, expression: &mut Expr) {
            (self.0)(expression);
        }
    }
    block(&mut Look(look), &mut body.clone());
}
