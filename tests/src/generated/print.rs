//! A generated program as source.

use std::fmt::Write;

use super::{
    print_expression::{index, list, plain, sums, whole},
    print_item,
    tree::{Block, Declared, Expr, Program, Stmt, Ty},
};

/// The source of a program. If a file is named, structs, constants and functions are imported from it.
pub fn print(program: &Program, from: Option<&str>) -> String {
    let mut printer = Printer { text: String::new(), indent: 0 };
    print_item::program(&mut printer, program, from);
    printer.text
}

/// Text so far, and how deep the next line stands.
pub(super) struct Printer {
    text: String,
    indent: usize,
}

impl Printer {
    pub(super) fn line(&mut self, text: &str) {
        let indent = 4 * self.indent;
        for line in text.lines() {
            // A string takes any text.
            let _always = writeln!(self.text, "{:indent$}{line}", "");
        }
    }

    /// A block that begins at the end of a line, and what follows its end.
    pub(super) fn block(&mut self, head: &str, block: &Block, typed: bool, tail: &str) {
        self.line(&format!("{head}{{"));
        self.inner(block, typed);
        self.line(&format!("}}{tail}"));
    }

    fn inner(&mut self, block: &Block, typed: bool) {
        self.indent += 1;
        block.statements.iter().for_each(|statement| self.statement(statement));
        if let Some(value) = &block.value {
            self.line(&plain(value, typed));
        }
        self.indent -= 1;
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Let { name, ty, value } => {
                let written = ty.as_ref().map(|ty| format!(": {}", ty.name())).unwrap_or_default();
                self.line(&format!("let {name}{written} = {};", whole(value, ty.is_some())));
            }
            Stmt::Var(declared) => self.declared("var", declared),
            Stmt::Lane(declared) => self.declared("lane", declared),
            Stmt::Shared { name, combine, ty, sizes } => {
                let combine = combine.map(|combine| format!("acc({}) ", combine.name())).unwrap_or_default();
                self.line(&format!("shared {name}: {combine}{};", array_type(ty, sizes)));
            }
            Stmt::Temporary { name, ty, sizes } => {
                self.line(&format!("let {name}: {};", array_type(&(*ty).into(), sizes)))
            }
            Stmt::Assign { target, operator, value } => {
                self.line(&format!("{} {operator} {};", whole(target, false), whole(value, true)));
            }
            Stmt::Claim { target, value } => {
                self.line(&format!("claim {} = {};", whole(target, false), whole(value, true)))
            }
            Stmt::If { arms, otherwise } => self.branches(arms, otherwise.as_ref()),
            Stmt::For(inner) => {
                let step = inner.step.map(|step| format!(" step {step}")).unwrap_or_default();
                let max = inner.max.as_ref().map(|max| format!(" max {}", plain(max, true))).unwrap_or_default();
                let (from, to) = (plain(&inner.from, is_u32(&inner.from)), plain(&inner.to, is_u32(&inner.from)));
                self.block(&format!("for {} in {from}..{to}{step}{max} ", inner.counter), &inner.body, false, "");
            }
            Stmt::Break => self.line("break;"),
            Stmt::Continue => self.line("continue;"),
            Stmt::Assert(condition) => self.line(&format!("assert {};", whole(condition, true))),
            Stmt::Phase { coordinates, body } => {
                let names =
                    if coordinates.is_empty() { String::new() } else { format!("({}) ", coordinates.join(", ")) };
                self.block(&format!("phase {names}"), body, false, "");
            }
            Stmt::Run { name, generics, arguments } => {
                let generics = if generics.is_empty() { String::new() } else { format!("::<{}>", sums(generics)) };
                self.line(&format!("run {name}{generics}({});", list(arguments)));
            }
            Stmt::Swap(a, b) => self.line(&format!("swap {a}, {b};")),
        }
    }

    fn declared(&mut self, word: &str, declared: &Declared) {
        let Declared { name, ty, sizes, nested, value } = declared;
        let ty = match sizes.as_slice() {
            [] => ty.name(),
            sizes if *nested => {
                let inner = sizes.iter().rev();
                inner.fold(ty.name(), |inner, size| format!("[{inner}; {}]", index(size)))
            }
            sizes => array_type(ty, sizes),
        };
        self.line(&format!("{word} {name}: {ty} = {};", whole(value, true)));
    }

    fn branches(&mut self, arms: &[(Expr, Block)], otherwise: Option<&Block>) {
        let mut head = String::from("if ");
        for (condition, block) in arms {
            self.line(&format!("{head}{} {{", plain(condition, true)));
            self.inner(block, false);
            head = "} else if ".into();
        }
        if let Some(block) = otherwise {
            self.line("} else {");
            self.inner(block, false);
        }
        self.line("}");
    }
}

fn is_u32(expression: &Expr) -> bool {
    expression.ty == Ty::Scalar(lockstep_numbers::ScalarType::U32)
}

/// `[f32; n, 3]`
pub(super) fn array_type(ty: &Ty, sizes: &[Expr]) -> String {
    let sizes: Vec<String> = sizes.iter().map(index).collect();
    format!("[{}; {}]", ty.name(), sizes.join(", "))
}

/// A block with a value in one line, where it has no statements; else over several lines.
pub(super) fn block_inline(block: &Block, typed: bool) -> String {
    if let (true, Some(value)) = (block.statements.is_empty(), &block.value) {
        return format!("{{ {} }}", plain(value, typed));
    }
    let mut printer = Printer { text: String::new(), indent: 0 };
    printer.block("", block, typed, "");
    printer.text.trim_end().into()
}
