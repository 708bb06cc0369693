//! The names of bodies. Locals live in nested scopes; a name may be used again beside its scope, never inside it.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Body, Builtin, BuiltinType, Definition, Local, LocalId, LocalKind, Resolved, items::Scope};
use crate::{
    diagnostic::Diagnostic,
    errors::{e0201_unknown_name, e0202_name_taken},
    source::Span,
    syntax::tree::{
        Block, Constant, ConstantValue, Expression, ExpressionKind, File, For, Function, Generic, Grid, Item, Job,
        Kernel, Name, Parameter, Shape, Statement, StatementKind, Type, TypeKind,
    },
};

/// Resolves every body, in the order in which `items` numbered them.
pub(super) fn resolve_bodies(
    files: &[(String, File)],
    scopes: &[Scope],
    resolved: &mut Resolved<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut unknown = HashMap::new();
    let (mut constants, mut functions, mut kernels, mut jobs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((_, file), scope) in files.iter().zip(scopes) {
        for item in &file.items {
            let mut walker = Walker {
                items: scope,
                locals: Vec::new(),
                body: Body::default(),
                names: &mut resolved.names,
                unknown: &mut unknown,
                diagnostics,
            };
            match item {
                Item::Constant(constant) => constants.push(walker.constant(constant)),
                Item::Struct(item) => item.fields.iter().for_each(|(_, ty)| walker.ty(ty)),
                Item::Function(function) => functions.push(walker.function(function)),
                Item::Kernel(kernel) => kernels.push(walker.kernel(kernel)),
                Item::Job(job) => jobs.push(walker.job(job)),
                Item::Use(_) | Item::Broken => {}
            }
        }
    }
    resolved.constants.iter_mut().zip(constants).for_each(|(named, body)| named.body = body);
    resolved.functions.iter_mut().zip(functions).for_each(|(named, body)| named.body = body);
    resolved.kernels.iter_mut().zip(kernels).for_each(|(named, body)| named.body = body);
    resolved.jobs.iter_mut().zip(jobs).for_each(|(named, body)| named.body = body);
}

struct Walker<'a> {
    items: &'a Scope,
    /// The visible locals and arrays, innermost last.
    locals: Vec<(String, Definition, Span)>,
    body: Body,
    names: &'a mut HashMap<Span, Definition, RandomState>,
    /// The error of each unknown name, by its number: one name is one mistake.
    unknown: &'a mut HashMap<String, usize>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Walker<'_> {
    fn constant(mut self, constant: &Constant) -> Body {
        self.ty(&constant.ty);
        match &constant.value {
            ConstantValue::Single(value) => self.expression(value),
            ConstantValue::List(values, _) => values.iter().for_each(|value| self.expression(value)),
            ConstantValue::Each(names, block) => {
                names.iter().for_each(|name| self.declare(name, LocalKind::Coordinate));
                self.block(block);
            }
        }
        self.body
    }

    fn function(mut self, function: &Function) -> Body {
        self.generics(&function.generics);
        function.extents.iter().for_each(|name| self.declare(name, LocalKind::Extent));
        for parameter in &function.parameters {
            self.ty(&parameter.ty);
            self.declare(&parameter.name, LocalKind::Parameter);
        }
        self.ty(&function.result);
        self.block(&function.body);
        self.body
    }

    fn kernel(mut self, kernel: &Kernel) -> Body {
        self.generics(&kernel.generics);
        kernel.extents.iter().for_each(|name| self.declare(name, LocalKind::Extent));
        self.parameters(&kernel.parameters);
        match &kernel.shape {
            Shape::Each(lanes, grid) => {
                match grid {
                    Grid::Of(array) => self.use_name(array),
                    Grid::In(sizes) => sizes.iter().for_each(|size| self.expression(size)),
                }
                lanes.iter().for_each(|name| self.declare(name, LocalKind::Coordinate));
            }
            Shape::Tiles(tiles, lanes, _) => {
                for tile in tiles {
                    tile.sizes.iter().for_each(|size| self.expression(size));
                    self.use_name(&tile.array);
                    tile.name.iter().for_each(|name| self.declare(name, LocalKind::Tile));
                    tile.origin.iter().for_each(|name| self.declare(name, LocalKind::Origin));
                }
                lanes.iter().for_each(|size| self.expression(size));
            }
        }
        self.block(&kernel.body);
        self.body
    }

    fn job(mut self, job: &Job) -> Body {
        job.extents.iter().for_each(|name| self.declare(name, LocalKind::Extent));
        self.parameters(&job.parameters);
        self.block(&job.body);
        self.body
    }

    fn generics(&mut self, generics: &[Generic]) {
        for generic in generics {
            self.ty(&generic.ty);
            generic.default.iter().for_each(|value| self.expression(value));
            self.declare(&generic.name, LocalKind::Generic);
        }
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            self.ty(&parameter.ty);
            if parameter.ty.is_array() {
                self.declare_array(&parameter.name);
            } else {
                self.declare(&parameter.name, LocalKind::Parameter);
            }
        }
    }

    fn declare(&mut self, name: &Name, kind: LocalKind) {
        let definition = Definition::Local(LocalId(self.body.locals.len() as u32));
        self.body.locals.push(Local { name: name.clone(), kind });
        self.enter(name, definition);
    }

    fn declare_array(&mut self, name: &Name) {
        let definition = Definition::Array(self.body.arrays.len() as u32);
        self.body.arrays.push(name.clone());
        self.enter(name, definition);
    }

    fn enter(&mut self, name: &Name, definition: Definition) {
        if Builtin::named(&name.text).is_some() || BuiltinType::named(&name.text).is_some() {
            self.diagnostics.push(e0202_name_taken::error(name, None));
        } else if let Some((_, _, first)) = self.locals.iter().find(|(text, ..)| *text == name.text) {
            self.diagnostics.push(e0202_name_taken::error(name, Some(*first)));
        }
        self.names.insert(name.span, definition);
        self.locals.push((name.text.clone(), definition, name.span));
    }

    fn use_name(&mut self, name: &Name) {
        let local =
            self.locals.iter().rev().find(|(text, ..)| *text == name.text).map(|(_, definition, _)| *definition);
        let item = || self.items.get(&name.text).map(|(definition, _)| *definition);
        let ty = || BuiltinType::named(&name.text).map(Definition::BuiltinType);
        let builtin = || Builtin::named(&name.text).map(Definition::Builtin).or_else(ty);
        let meaning = local.or_else(item).or_else(builtin).unwrap_or_else(|| {
            if let Some(error) = self.unknown.get(&name.text).and_then(|error| self.diagnostics.get_mut(*error)) {
                e0201_unknown_name::again(error, name);
                return Definition::Unknown;
            }
            self.unknown.insert(name.text.clone(), self.diagnostics.len());
            let locals = self.locals.iter().map(|(text, ..)| text.as_str());
            let builtins = Builtin::ALL.iter().map(|(text, _)| *text);
            let items = self.items.keys().map(String::as_str);
            let known = locals.chain(items).chain(builtins);
            let types: Vec<&str> = BuiltinType::names().collect();
            let known = known.chain(types);
            self.diagnostics.push(e0201_unknown_name::error(name, known));
            Definition::Unknown
        });
        self.names.insert(name.span, meaning);
    }

    fn ty(&mut self, ty: &Type) {
        match &ty.kind {
            TypeKind::Named(name) => self.use_name(name),
            TypeKind::Array(element, dimensions) => {
                self.ty(element);
                dimensions.iter().for_each(|dimension| self.expression(dimension));
            }
        }
    }

    fn block(&mut self, block: &Block) {
        let outer = self.locals.len();
        block.statements.iter().for_each(|statement| self.statement(statement));
        block.result.iter().for_each(|result| self.expression(result));
        self.locals.truncate(outer);
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, ty, value } => {
                ty.iter().for_each(|ty| self.ty(ty));
                value.iter().for_each(|value| self.expression(value));
                if value.is_none() {
                    self.declare_array(name);
                } else {
                    self.declare(name, LocalKind::Let);
                }
            }
            StatementKind::Var { name, ty, value } => {
                ty.iter().for_each(|ty| self.ty(ty));
                self.expression(value);
                self.declare(name, LocalKind::Var);
            }
            StatementKind::Assign { target, value, .. } => {
                self.expression(target);
                self.expression(value);
            }
            StatementKind::Claim { target, value } => {
                self.expression(target);
                self.expression(value);
            }
            StatementKind::Shared { name, ty, .. } => {
                self.ty(ty);
                self.declare(name, LocalKind::Shared);
            }
            StatementKind::Lane { name, ty, value } => {
                self.ty(ty);
                self.expression(value);
                self.declare(name, LocalKind::Lane);
            }
            StatementKind::Phase { coordinates, body } => {
                let outer = self.locals.len();
                coordinates.iter().for_each(|name| self.declare(name, LocalKind::Coordinate));
                self.block(body);
                self.locals.truncate(outer);
            }
            StatementKind::If { arms, otherwise } => {
                self.arms(arms);
                otherwise.iter().for_each(|block| self.block(block));
            }
            StatementKind::For(inner) => {
                let For { counter, from, to, step, max, body } = inner.as_ref();
                [Some(from), Some(to), step.as_ref(), max.as_ref()]
                    .into_iter()
                    .flatten()
                    .for_each(|e| self.expression(e));
                let outer = self.locals.len();
                self.declare(counter, LocalKind::Counter);
                self.block(body);
                self.locals.truncate(outer);
            }
            StatementKind::Assert(condition) => self.expression(condition),
            StatementKind::Run { name, generics, arguments } => {
                self.use_name(name);
                generics.iter().for_each(|value| self.expression(value));
                arguments.iter().for_each(|argument| self.expression(argument));
            }
            StatementKind::Swap(a, b) => {
                self.use_name(a);
                self.use_name(b);
            }
            StatementKind::Break | StatementKind::Continue | StatementKind::Broken => {}
        }
    }

    fn arms(&mut self, arms: &[(Expression, Block)]) {
        for (condition, block) in arms {
            self.expression(condition);
            self.block(block);
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Name(name) => self.use_name(name),
            ExpressionKind::Index { base, indices, otherwise } => {
                self.expression(base);
                indices.iter().for_each(|index| self.expression(index));
                otherwise.iter().for_each(|value| self.expression(value));
            }
            ExpressionKind::Field { base, .. } => self.expression(base),
            ExpressionKind::Call { function, generics, arguments } => {
                self.use_name(function);
                if let Some(Definition::Function(id)) = self.names.get(&function.span) {
                    self.body.calls.push((*id, function.span));
                }
                generics.iter().chain(arguments).for_each(|argument| self.expression(argument));
            }
            ExpressionKind::Unary { operand, .. } => self.expression(operand),
            ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::If { arms, otherwise } => {
                self.arms(arms);
                self.block(otherwise);
            }
            ExpressionKind::Integer(_)
            | ExpressionKind::Float(_)
            | ExpressionKind::Bool(_)
            | ExpressionKind::Broken => {}
        }
    }
}
