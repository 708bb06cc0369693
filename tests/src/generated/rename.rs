//! Gives the locals of a program short names that come again: in sibling blocks, in other functions and kernels. What a
//! name means then depends on where it stands.

use std::collections::HashMap;

use super::tree::{Block, ConstantValue, Expr, Generic, Grid, Kind, Parameter, Program, Shape, Size, Stmt};

/// Renames all locals of a program.
pub fn rename(program: &mut Program) {
    for constant in &mut program.constants {
        let mut names = Names::default();
        match &mut constant.value {
            ConstantValue::Single(value) => names.expression(value),
            ConstantValue::List(values) => values.iter_mut().for_each(|value| names.expression(value)),
            ConstantValue::Each(coordinates, block) => {
                coordinates.iter_mut().for_each(|name| names.declare(name));
                names.block(block);
            }
        }
    }
    for function in &mut program.functions {
        let mut names = Names::default();
        names.generics(&mut function.generics);
        function.extents.iter_mut().for_each(|name| names.declare(name));
        names.parameters(&mut function.parameters);
        names.block(&mut function.body);
    }
    for kernel in &mut program.kernels {
        let mut names = Names::default();
        names.generics(&mut kernel.generics);
        names.extents(kernel.extents.iter_mut().map(|extent| (&mut extent.name, &mut extent.size)));
        names.parameters(&mut kernel.parameters);
        match &mut kernel.shape {
            Shape::Each { lanes, grid } => {
                match grid {
                    Grid::Of(array) => names.used(array),
                    Grid::In(sizes) => sizes.iter_mut().for_each(|size| names.expression(size)),
                }
                lanes.iter_mut().for_each(|name| names.declare(name));
            }
            Shape::Tiles { tiles, lanes } => {
                for tile in tiles {
                    names.used(&mut tile.array);
                    tile.sizes.iter_mut().for_each(|size| names.expression(size));
                    tile.name.iter_mut().for_each(|name| names.declare(name));
                    tile.origin.iter_mut().for_each(|name| names.declare(name));
                }
                lanes.iter_mut().for_each(|size| names.expression(size));
            }
        }
        names.block(&mut kernel.body);
    }
    for job in &mut program.jobs {
        let mut names = Names::default();
        names.extents(job.extents.iter_mut().map(|extent| (&mut extent.name, &mut extent.size)));
        names.parameters(&mut job.parameters);
        names.block(&mut job.body);
    }
}

/// The new names of one body. A name is a letter and how many names were in scope before it.
#[derive(Default)]
struct Names {
    scope: Vec<(String, String)>,
    known: HashMap<String, String>,
}

impl Names {
    fn declare(&mut self, name: &mut String) {
        let letter = ["a", "b", "c"][self.scope.len() % 3];
        let new = format!("{letter}{}", self.scope.len());
        self.known.insert(name.clone(), new.clone());
        self.scope.push((std::mem::replace(name, new.clone()), new));
    }

    fn used(&self, name: &mut String) {
        if let Some(new) = self.known.get(name) {
            name.clone_from(new);
        }
    }

    fn generics(&mut self, generics: &mut [Generic]) {
        generics.iter_mut().for_each(|generic| self.declare(&mut generic.name));
    }

    fn extents<'e>(&mut self, extents: impl Iterator<Item = (&'e mut String, &'e mut Size)>) {
        for (name, size) in extents {
            if let Size::Computed(formula) = size {
                self.expression(formula);
            }
            self.declare(name);
        }
    }

    fn parameters(&mut self, parameters: &mut [Parameter]) {
        for parameter in parameters {
            parameter.sizes.iter_mut().for_each(|size| self.expression(size));
            self.declare(&mut parameter.name);
        }
    }

    fn block(&mut self, block: &mut Block) {
        let outside = self.scope.len();
        block.statements.iter_mut().for_each(|statement| self.statement(statement));
        block.value.iter_mut().for_each(|value| self.expression(value));
        for (old, _) in self.scope.drain(outside..) {
            self.known.remove(&old);
        }
    }

    fn statement(&mut self, statement: &mut Stmt) {
        match statement {
            Stmt::Let { name, value, .. } => {
                self.expression(value);
                self.declare(name);
            }
            Stmt::Var(declared) | Stmt::Lane(declared) => {
                declared.sizes.iter_mut().for_each(|size| self.expression(size));
                self.expression(&mut declared.value);
                self.declare(&mut declared.name);
            }
            Stmt::Shared { name, sizes, .. } | Stmt::Temporary { name, sizes, .. } => {
                sizes.iter_mut().for_each(|size| self.expression(size));
                self.declare(name);
            }
            Stmt::Assign { target, value, .. } | Stmt::Claim { target, value } => {
                self.expression(target);
                self.expression(value);
            }
            Stmt::If { arms, otherwise } => {
                for (condition, block) in arms {
                    self.expression(condition);
                    self.block(block);
                }
                otherwise.iter_mut().for_each(|block| self.block(block));
            }
            Stmt::For(inner) => {
                self.expression(&mut inner.from);
                self.expression(&mut inner.to);
                inner.max.iter_mut().for_each(|max| self.expression(max));
                self.inside(std::slice::from_mut(&mut inner.counter), &mut inner.body);
            }
            Stmt::Assert(value) => self.expression(value),
            Stmt::Phase { coordinates, body } => self.inside(coordinates, body),
            Stmt::Run { generics, arguments, .. } => {
                generics.iter_mut().chain(arguments).for_each(|inner| self.expression(inner));
            }
            Stmt::Swap(a, b) => {
                self.used(a);
                self.used(b);
            }
            Stmt::Break | Stmt::Continue => {}
        }
    }

    /// A block with names of its own before it.
    fn inside(&mut self, names: &mut [String], block: &mut Block) {
        let outside = self.scope.len();
        names.iter_mut().for_each(|name| self.declare(name));
        self.block(block);
        for (old, _) in self.scope.drain(outside..) {
            self.known.remove(&old);
        }
    }

    fn expression(&mut self, expression: &mut Expr) {
        match &mut expression.kind {
            Kind::Literal(_) => {}
            Kind::Name(name) | Kind::Array(name) => self.used(name),
            Kind::Cell { array, indices, otherwise, .. } => {
                self.used(array);
                indices.iter_mut().for_each(|index| self.expression(index));
                otherwise.iter_mut().for_each(|value| self.expression(value));
            }
            Kind::Field(inner, _) | Kind::Unary(_, inner) => self.expression(inner),
            Kind::Binary(_, left, right) | Kind::Logic { left, right, .. } => {
                self.expression(left);
                self.expression(right);
            }
            Kind::Call { generics, arguments, .. } => {
                generics.iter_mut().chain(arguments).for_each(|inner| self.expression(inner));
            }
            Kind::If { arms, otherwise } => {
                for (condition, block) in arms {
                    self.expression(condition);
                    self.block(block);
                }
                self.block(otherwise);
            }
        }
    }
}
