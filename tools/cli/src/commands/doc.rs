//! `lockstep doc`: what a source declares.

use std::path::Path;

use lockstep_compiler::syntax::{self, doc};

use crate::{console::Console, failure::Failure, report, source};

/// Prints the items of a source, or of a module of the standard library.
///
/// # Errors
/// What [`source::compile`] and [`source::library`] refuse.
pub fn doc(of: &str, json: bool, console: &mut dyn Console) -> Result<(), Failure> {
    let compiled = match of.strip_prefix("std::") {
        Some(name) => source::library(name)?,
        None => source::compile(Path::new(of))?,
    };
    let text = compiled.sources.files().first().map_or("", |file| file.text.as_str());
    // It has been compiled, so it can be parsed.
    let file = syntax::parse(0, text).unwrap_or_default();
    let items: Vec<report::doc::Item> =
        doc::items(&file, text).into_iter().map(|item| report::doc::item(item, &compiled)).collect();
    let text = if json { report::doc::json(&items) } else { report::doc::markdown(of, &doc::about(text), &items) };
    console.result(text.trim_end());
    Ok(())
}
