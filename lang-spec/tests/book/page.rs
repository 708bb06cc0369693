//! One page: each of its blocks is what its tags say, or a complaint says why not.

use lockstep_compiler::{Compilation, compile, render::render};
use lockstep_interpreter::Source;
use lockstep_module::bind;

use crate::{
    blocks::{Block, blocks, expand},
    scenario::{Scenario, difference, scenarios},
};

/// What was found on pages.
#[derive(Debug, Default)]
pub struct Findings {
    /// What is wrong, with page and line.
    pub complaints: Vec<String>,
    /// The codes of errors and notes that blocks show.
    pub shown: Vec<String>,
    /// Programs that compiled.
    pub compiled: usize,
    /// Programs that were refused, as they should be.
    pub refused: usize,
    /// Calls that ran and ended as stated.
    pub calls: usize,
}

/// What a block of source must do.
enum Duty {
    Compile,
    Refuse(String),
    Note(String),
    Run,
}

/// Checks a page and adds what it finds.
pub fn check(page: &str, text: &str, findings: &mut Findings) {
    match blocks(text) {
        Err(line) => findings.complaints.push(format!("{page}:{line}: nothing closes this block")),
        Ok(blocks) => {
            let mut rest = blocks.iter().peekable();
            while let Some(block) = rest.next() {
                let result = rest.next_if(|next| next.tags == ["result"]);
                if let Err(why) = check_block(block, result, findings) {
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
        ["lockstep", "run"] => Duty::Run,
        ["lockstep", tag] => match tag.split_once('=') {
            Some(("error", code)) => Duty::Refuse(code.into()),
            Some(("note", code)) => Duty::Note(code.into()),
            _ => return Err(format!("`{tag}` is no tag of a program")),
        },
        ["result"] => return Err("a result must follow a `lockstep,run` block directly".into()),
        _ => return Err(format!("`{}` is no tag of a block", block.tags.join(","))),
    };
    Ok(Some((duty, expands)))
}

fn check_block(block: &Block, result: Option<&Block>, findings: &mut Findings) -> Result<(), String> {
    let Some((duty, expands)) = duty(block)? else {
        return result.map_or(Ok(()), |_| Err("a result follows a fragment".into()));
    };
    let text = if expands { expand(&block.text)? } else { block.text.clone() };
    let compilation = compile("book.lks", &text);
    let messages = || render(&compilation.diagnostics, &compilation.sources, false);
    match duty {
        Duty::Compile | Duty::Run | Duty::Note(_) if compilation.module.is_none() => {
            return Err(format!("this should compile:\n{}", messages()));
        }
        Duty::Refuse(code) => {
            let first = compilation.diagnostics.first().map(|diagnostic| diagnostic.code);
            if first != Some(code.as_str()) {
                return Err(format!("the first error should be {code}, and is {first:?}:\n{}", messages()));
            }
            findings.shown.push(code);
            findings.refused += 1;
        }
        Duty::Note(code) => {
            if !compilation.notes.iter().any(|note| note.code == code) {
                return Err(format!("this should give the note {code}"));
            }
            findings.shown.push(code);
            findings.compiled += 1;
        }
        Duty::Compile => findings.compiled += 1,
        Duty::Run => {
            findings.compiled += 1;
            let result = result.filter(|result| result.follows).ok_or("no `result` block follows directly")?;
            for scenario in scenarios(&result.text)? {
                run(&compilation, scenario)?;
                findings.calls += 1;
            }
            return Ok(());
        }
    }
    result.map_or(Ok(()), |_| Err("a result follows a program that is not tagged `run`".into()))
}

fn run(compilation: &Compilation, scenario: Scenario) -> Result<(), String> {
    let Scenario { entry, call, expected } = scenario;
    let (Some(program), Some(module)) = (&compilation.program, &compilation.module) else {
        return Err("there is no program".into());
    };
    let signature = module.signature(&entry).ok_or(format!("the program has no `{entry}`"))?;
    let outcome = bind(signature, call)
        .and_then(|bound| {
            lockstep_interpreter::run(Source { program, sources: &compilation.sources }, &entry, bound, &|_, _| {})
        })
        .map_err(|refusal| refusal.code.to_string());
    difference(&expected, &outcome)
        .map_or(Ok(()), |found| Err(format!("call {entry}: expected {expected:?}, and {found}")))
}
