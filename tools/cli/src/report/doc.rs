//! The documentation of a source, as Markdown and as JSON.

use lockstep_compiler::syntax::doc::Documented;

use super::{cost, launch};
use crate::source::Compiled;

/// An item, and what is known of a kernel or job beside its text.
pub struct Item {
    written: Documented,
    /// Names and formulas, in the order in which they are shown.
    formulas: Vec<(&'static str, String)>,
}

/// Adds the formulas. A kernel with constants that have no defaults has none: they depend on these.
pub fn item(written: Documented, compiled: &Compiled) -> Item {
    let Compiled { module, program, sources, .. } = compiled;
    let mut formulas = Vec::new();
    if written.kind == "kernel"
        && let Some(kernel) = module.kernels.iter().find(|kernel| kernel.signature.name == written.name)
    {
        let names = ["groups", "lanes"];
        let lines = launch::lines(kernel);
        let formula = |(name, line): (&'static str, &String)| {
            (name, line.strip_prefix(name).unwrap_or(line).trim_start().to_string())
        };
        formulas.extend(names.into_iter().zip(&lines).map(formula));
        formulas.push(("cost", kernel.cost.formula(&kernel.signature)));
        formulas.push(("memory", cost::kernel_memory(kernel)));
    }
    if written.kind == "job"
        && let Some(job) = program.jobs.iter().find(|job| job.signature.name == written.name)
    {
        formulas.push(("cost", cost::job_cost(job, program, sources)));
        formulas.push(("memory", cost::job_memory(job, program, sources)));
    }
    Item { written, formulas }
}

/// A page: the text at the top of the file, then its items.
pub fn markdown(name: &str, about: &[String], items: &[Item]) -> String {
    let mut page = format!("# {name}\n");
    let mut paragraph = |text: &str| page.push_str(&format!("\n{text}\n"));
    if !about.is_empty() {
        paragraph(&about.join("\n"));
    }
    for Item { written, formulas } in items {
        paragraph(&format!("## {} {}", written.kind, written.name));
        paragraph(&format!("```lockstep\n{}\n```", written.head));
        if !written.lines.is_empty() {
            paragraph(&written.lines.join("\n"));
        }
        let list: Vec<String> = formulas.iter().map(|(name, formula)| format!("- {name}: `{formula}`")).collect();
        if !list.is_empty() {
            paragraph(&list.join("\n"));
        }
    }
    page
}

/// An array with one object for each item.
pub fn json(items: &[Item]) -> String {
    let object = |Item { written, formulas }: &Item| {
        let doc = written.lines.join("\n");
        let texts = [("kind", written.kind), ("name", &written.name), ("head", &written.head), ("doc", &doc)];
        let formulas = formulas.iter().map(|(name, formula)| (*name, formula.as_str()));
        let fields: Vec<String> = texts
            .into_iter()
            .chain(formulas)
            .map(|(name, text)| format!("{}: {}", quoted(name), quoted(text)))
            .collect();
        format!("  {{{}}}", fields.join(", "))
    };
    format!("[\n{}\n]\n", items.iter().map(object).collect::<Vec<_>>().join(",\n"))
}

/// A text as a string of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", control as u32)),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}
