//! One page: each of its blocks is what its tags say, or a complaint says why not.

use std::collections::BTreeMap;

use lockstep_compiler::{Compilation, compile_with, render::render};

use crate::{
    blocks::{Block, blocks, expand},
    call,
    scenario::scenarios,
};

/// What was found on pages.
#[derive(Debug, Default)]
pub struct Findings {
    /// What is wrong, with page and line.
    pub complaints: Vec<String>,
    /// The codes of errors and notes that blocks show, and of refused calls.
    pub shown: Vec<String>,
    /// Programs that compiled.
    pub compiled: usize,
    /// Programs that were refused, as they should be.
    pub refused: usize,
    /// Calls that ran and ended as stated.
    pub calls: usize,
    /// Costs that were as stated.
    pub formulas: usize,
}

/// What a block of source must do.
enum Duty {
    Compile,
    /// Compile, without a note.
    Quiet,
    Refuse(String),
    Note(String),
    Run,
    /// Compile, and cost what the `formula` block that follows says.
    Cost,
    /// Compile, and be a file that later programs of the page may use.
    File(String),
}

/// Checks a page and adds what it finds.
pub fn check(page: &str, text: &str, findings: &mut Findings) {
    match blocks(text) {
        Err(line) => findings.complaints.push(format!("{page}:{line}: nothing closes this block")),
        Ok(blocks) => {
            let mut files = BTreeMap::new();
            let mut rest = blocks.iter().peekable();
            while let Some(block) = rest.next() {
                let answer =
                    rest.next_if(|next| matches!(next.tags.first().map(String::as_str), Some("result" | "formula")));
                if let Err(why) = check_block(block, answer, &mut files, findings) {
                    findings.complaints.push(format!("{page}:{}: {why}", block.line));
                }
            }
        }
    }
}

/// The duty of a block and whether its text is to be expanded; None for a fragment.
fn duty(block: &Block) -> Result<Option<(Duty, bool)>, String> {
    let tags: Vec<&str> = block.tags.iter().map(String::as_str).collect();
    let (tags, expands) = match tags.as_slice() {
        [most @ .., "expand"] => (most, true),
        all => (all, false),
    };
    let duty = match tags {
        ["text"] if !expands => return Ok(None),
        ["lockstep"] => Duty::Compile,
        ["lockstep", "quiet"] => Duty::Quiet,
        ["lockstep", "run"] => Duty::Run,
        ["lockstep", "cost"] => Duty::Cost,
        ["lockstep", tag] => match tag.split_once('=') {
            Some(("error", code)) => Duty::Refuse(code.into()),
            Some(("note", code)) => Duty::Note(code.into()),
            Some(("file", path)) => Duty::File(path.into()),
            _ => return Err(format!("`{tag}` is no tag of a program")),
        },
        ["result" | "formula"] => return Err("it must follow the program that it speaks of directly".into()),
        _ => return Err(format!("`{}` is no tag of a block", block.tags.join(","))),
    };
    Ok(Some((duty, expands)))
}

fn check_block(
    block: &Block,
    answer: Option<&Block>,
    files: &mut BTreeMap<String, String>,
    findings: &mut Findings,
) -> Result<(), String> {
    let Some((duty, expands)) = duty(block)? else {
        return answer.map_or(Ok(()), |_| Err("a result follows a fragment".into()));
    };
    let text = if expands { expand(&block.text)? } else { block.text.clone() };
    let compilation = compile_with("book.lks", &text, &|path| files.get(path).cloned());
    if let Duty::Refuse(code) = duty {
        refused(&compilation, &code)?;
        findings.shown.push(code);
        findings.refused += 1;
    } else {
        compiled(&compilation, &duty)?;
        findings.compiled += 1;
        let answer = answer.filter(|answer| answer.follows);
        let wanted = |tag: &str| {
            let found = answer.filter(|answer| answer.tags == [tag]);
            found.ok_or(format!("no `{tag}` block follows directly"))
        };
        match duty {
            Duty::Run => {
                for scenario in scenarios(&wanted("result")?.text)? {
                    findings.shown.extend(call::run(&compilation, scenario)?);
                    findings.calls += 1;
                }
                return Ok(());
            }
            Duty::Cost => {
                findings.formulas += formulas(&compilation, &wanted("formula")?.text)?;
                return Ok(());
            }
            Duty::Note(code) => findings.shown.push(code),
            Duty::File(path) => {
                files.insert(path, text);
            }
            Duty::Compile | Duty::Quiet | Duty::Refuse(_) => {}
        }
    }
    answer.map_or(Ok(()), |_| Err("a result follows a program that is not tagged `run` or `cost`".into()))
}

fn refused(compilation: &Compilation, code: &str) -> Result<(), String> {
    let first = compilation.diagnostics.first().map(|diagnostic| diagnostic.code);
    let messages = || render(&compilation.diagnostics, &compilation.sources, false);
    if first == Some(code) {
        return Ok(());
    }
    Err(format!("the first error should be {code}, and is {first:?}:\n{}", messages()))
}

fn compiled(compilation: &Compilation, duty: &Duty) -> Result<(), String> {
    if compilation.module.is_none() {
        let messages = render(&compilation.diagnostics, &compilation.sources, false);
        return Err(format!("this should compile:\n{messages}"));
    }
    match duty {
        Duty::Note(code) if !compilation.notes.iter().any(|note| note.code == code) => {
            Err(format!("this should give the note {code}"))
        }
        Duty::Quiet if !compilation.notes.is_empty() => {
            Err(format!("this should give no note:\n{}", render(&compilation.notes, &compilation.sources, false)))
        }
        _ => Ok(()),
    }
}

/// Checks lines such as `saxpy: 4096 + groups × 64 + lanes × 28`; how many there are.
fn formulas(compilation: &Compilation, text: &str) -> Result<usize, String> {
    let kernels = compilation.module.iter().flat_map(|module| &module.kernels);
    let found: BTreeMap<&str, String> =
        kernels.map(|kernel| (kernel.signature.name.as_str(), kernel.cost.formula(&kernel.signature))).collect();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    for line in &lines {
        let (name, formula) = line.split_once(": ").ok_or(format!("`{line}`: write `kernel: formula`"))?;
        match found.get(name) {
            Some(found) if found == formula => {}
            Some(found) => return Err(format!("`{name}` costs {found}")),
            None => return Err(format!("the program has no kernel `{name}`")),
        }
    }
    if lines.is_empty() { Err("it states no formula".into()) } else { Ok(lines.len()) }
}
