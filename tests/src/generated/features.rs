//! What of the language a program uses, by name, so that it shows which parts the generator reaches.

use std::collections::BTreeSet;

use lockstep_module::Access;
use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    Case,
    tree::{Block, ConstantValue, Expr, Kind, Parameter, Program, Shape, Stmt, Ty},
    visit::{self, Visitor},
};

/// Names of features.
pub type Features = BTreeSet<String>;

/// What a case uses.
pub fn features(case: &Case) -> Features {
    let mut found = Found { features: case.forms.iter().map(|form| format!("form: {form}")).collect() };
    let program = &case.program;
    items(&mut found, program);
    visit::program(&mut found, &mut program.clone());
    if case.apart {
        found.add("file: another one");
    }
    for size in case.inputs.extents.values().filter(|size| **size < 2) {
        found.add(&format!("call: an extent of {size}"));
    }
    found.features
}

struct Found {
    features: Features,
}

impl Found {
    fn add(&mut self, feature: &str) {
        if !self.features.contains(feature) {
            self.features.insert(feature.into());
        }
    }

    fn ty(&mut self, ty: &Ty) {
        match ty {
            Ty::Scalar(ty) => self.add(&format!("type: {ty}")),
            Ty::Vector(..) => self.add(&format!("type: {}", ty.name())),
            Ty::Struct(_) => self.add("type: struct"),
        }
    }

    fn parameters(&mut self, parameters: &[Parameter], of: &str) {
        for parameter in parameters {
            self.ty(&parameter.ty);
            match parameter.access {
                Some(access) => {
                    self.add(&format!("{of}: {} array of {} dimensions", plain(access), parameter.sizes.len()))
                }
                None if !parameter.sizes.is_empty() => self.add(&format!("{of}: array")),
                None => self.add(&format!("{of}: scalar")),
            }
            if let Some(Access::Accumulate(_)) = parameter.access {
                self.add(&format!(
                    "combine: {} of {} in memory",
                    parameter.access.map(Access::name).unwrap_or_default(),
                    parameter.ty.name()
                ));
            }
        }
    }
}

fn plain(access: Access) -> String {
    if let Access::Accumulate(_) = access { "acc".into() } else { access.name() }
}

fn items(found: &mut Found, program: &Program) {
    if program.datacenter {
        found.add("profile: datacenter");
    }
    for constant in &program.constants {
        found.add(match (&constant.value, constant.sizes.is_empty()) {
            (ConstantValue::Single(_), _) => "constant: one value",
            (ConstantValue::List(_), _) => "constant: list",
            (ConstantValue::Each(..), _) => "constant: computed table",
        });
    }
    for function in &program.functions {
        found.parameters(&function.parameters, "function");
        if !function.generics.is_empty() {
            found.add("function: with constants to choose");
        }
        found.ty(&function.result);
    }
    for kernel in &program.kernels {
        found.parameters(&kernel.parameters, "kernel");
        if !kernel.generics.is_empty() {
            found.add("kernel: with constants to choose");
        }
        match &kernel.shape {
            Shape::Each { lanes, .. } => found.add(&format!("each: {} dimensions", lanes.len())),
            Shape::Tiles { tiles, lanes } => {
                found.add(&format!("tile: {} dimensions, lanes of {}", tiles[0].sizes.len(), lanes.len()));
                found.add(&format!("tile: {} clauses", tiles.len()));
            }
        }
    }
    for job in &program.jobs {
        found.parameters(&job.parameters, "job");
        found.add("job");
    }
    if program.jobs.len() > 1 {
        found.add("job: more than one");
    }
}

impl Visitor for Found {
    fn expression(&mut self, expression: &mut Expr) {
        match &expression.kind {
            Kind::Unary(operator, operand) => {
                let shown = match operator {
                    Unary::Negate => "-",
                    Unary::Not => "!",
                    Unary::Absolute => "abs",
                    _ => "sqrt",
                };
                self.add(&format!("operator: {shown} of {}", class(&operand.ty)));
            }
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right),
            Kind::Logic { and, .. } => self.add(if *and { "operator: &&" } else { "operator: ||" }),
            Kind::Cell { otherwise, nested, indices, .. } => {
                if otherwise.is_some() {
                    self.add("expression: else of a read");
                }
                if *nested && indices.len() > 1 {
                    self.add("expression: nested cells");
                }
            }
            Kind::Field(base, _) => self.add(&format!("expression: part of {}", class(&base.ty))),
            Kind::Call { name, arguments, .. } => {
                if let Some(to) = ScalarType::named(name) {
                    let from = arguments.first().map(|argument| class(&argument.ty)).unwrap_or_default();
                    self.add(&format!("convert: {from} to {to}"));
                } else if name.starts_with("fn_") {
                    self.add("expression: call of a function");
                } else if matches!(name.as_str(), "to_bits" | "from_bits") {
                    self.add(&format!("operator: {name}"));
                }
            }
            Kind::If { otherwise, .. } => {
                self.add("expression: if");
                if !otherwise.statements.is_empty() {
                    self.add("expression: if with statements");
                }
            }
            Kind::Literal(_) | Kind::Name(_) | Kind::Array(_) => {}
        }
    }

    fn statement(&mut self, statement: &mut Stmt) {
        let statement = &*statement;
        let shown = match statement {
            Stmt::Let { value, .. } => {
                self.ty(&value.ty);
                "let"
            }
            Stmt::Var(declared) | Stmt::Lane(declared) => {
                self.ty(&declared.ty);
                let lane = matches!(statement, Stmt::Lane(_));
                match (lane, declared.sizes.len()) {
                    (true, 0) => "lane variable",
                    (true, _) => "lane array",
                    (false, 0) => "var",
                    (false, _) => "local array",
                }
            }
            Stmt::Shared { combine, ty, .. } => {
                self.ty(ty);
                if let Some(combine) = combine {
                    self.add(&format!("combine: acc({}) of {} shared", combine.name(), ty.name()));
                }
                "shared array"
            }
            Stmt::Temporary { .. } => "temporary",
            Stmt::Assign { operator, .. } => {
                self.add(&format!("assign: {operator}"));
                "assignment"
            }
            Stmt::Claim { .. } => "claim",
            Stmt::If { .. } if with_phases(statement) => "if of a group",
            Stmt::If { .. } => "if",
            Stmt::For(_) if with_phases(statement) => "for of a group",
            Stmt::For(inner) => {
                if inner.max.is_some() {
                    self.add("statement: for with max");
                }
                if inner.step.is_some() {
                    self.add("statement: for with step");
                }
                "for"
            }
            Stmt::Break => "break",
            Stmt::Continue => "continue",
            Stmt::Assert(_) => "assert",
            Stmt::Phase { coordinates, .. } if coordinates.is_empty() => "phase without coordinates",
            Stmt::Phase { .. } => "phase",
            Stmt::Run { name, .. } if name.starts_with("job") => "run of a job",
            Stmt::Run { .. } => "run",
            Stmt::Swap(..) => "swap",
        };
        self.add(&format!("statement: {shown}"));
    }
}

impl Found {
    fn binary(&mut self, operator: Binary, left: &Expr, right: &Expr) {
        let mixed = left.ty.scalar().is_some() != right.ty.scalar().is_some();
        let of = if mixed { "a vector and a scalar".into() } else { class(&left.ty) };
        self.add(&format!("operator: {} of {of}", operator.symbol()));
    }
}

/// A type, vectors and structs by their kind alone.
fn class(ty: &Ty) -> String {
    match ty {
        Ty::Scalar(ty) => ty.name().into(),
        Ty::Vector(ty, _) => format!("{ty} vectors"),
        Ty::Struct(_) => "structs".into(),
    }
}

fn with_phases(statement: &Stmt) -> bool {
    let within =
        |block: &Block| block.statements.iter().any(|inner| matches!(inner, Stmt::Phase { .. }) || with_phases(inner));
    match statement {
        Stmt::If { arms, otherwise } => arms.iter().map(|(_, block)| block).chain(otherwise).any(within),
        Stmt::For(inner) => within(&inner.body),
        _ => false,
    }
}
