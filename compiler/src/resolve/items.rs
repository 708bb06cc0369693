//! The items of every file: which module is imported, and what each name at the top level means.

use std::collections::BTreeMap;

use super::{Body, Builtin, Definition, Resolved};
use crate::{
    diagnostic::Diagnostic,
    errors::{e0202_name_taken, e0203_unknown_import},
    source::{Sources, Span},
    syntax::{
        parse,
        tree::{File, Item, Name, Use},
    },
};

/// The items that a file can name, and where each was declared.
pub(super) type Scope = BTreeMap<String, (Definition, Span)>;

pub(super) fn imports(sources: &mut Sources, main: File) -> (Vec<(String, File)>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut files = vec![(String::new(), main)];
    let mut next = 0;
    while let Some((_, file)) = files.get(next) {
        let uses: Vec<Use> = file
            .items
            .iter()
            .filter_map(|item| if let Item::Use(u) = item { Some(u) } else { None })
            .cloned()
            .collect();
        next += 1;
        for import in uses {
            let path = module_path(&import);
            if files.iter().any(|(name, _)| *name == path) {
                continue;
            }
            let Some(text) = path.strip_prefix("std::").and_then(lockstep_stdlib::source) else {
                diagnostics.push(e0203_unknown_import::module(path_span(&import), &path));
                continue;
            };
            let source = sources.add(format!("{path}.lks"), text);
            match parse(source, text) {
                Ok(file) => files.push((path, file)),
                Err(errors) => diagnostics.extend(errors),
            }
        }
    }
    (files, diagnostics)
}

fn module_path(import: &Use) -> String {
    import.path.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("::")
}

fn path_span(import: &Use) -> Span {
    import.path.iter().map(|name| name.span).reduce(Span::to).unwrap_or_default()
}

/// Numbers all items and makes the scope of each file.
pub(super) fn collect<'t>(
    files: &'t [(String, File)],
    diagnostics: &mut Vec<Diagnostic>,
) -> (Resolved<'t>, Vec<Scope>) {
    let mut resolved = Resolved::default();
    let mut scopes = Vec::new();
    for (_, file) in files {
        let mut scope = Scope::new();
        for item in &file.items {
            let (name, definition) = match item {
                Item::Constant(item) => {
                    resolved.constants.push(item);
                    (&item.name, Definition::Constant(resolved.constants.len() as u32 - 1))
                }
                Item::Function(item) => {
                    resolved.functions.push((item, Body::default()));
                    (&item.name, Definition::Function(resolved.functions.len() as u32 - 1))
                }
                Item::Kernel(item) => {
                    resolved.kernels.push((item, Body::default()));
                    (&item.name, Definition::Kernel(resolved.kernels.len() as u32 - 1))
                }
                Item::Job(item) => {
                    resolved.jobs.push((item, Body::default()));
                    (&item.name, Definition::Job(resolved.jobs.len() as u32 - 1))
                }
                Item::Use(_) | Item::Broken => continue,
            };
            declare(&mut scope, name, definition, diagnostics);
        }
        scopes.push(scope);
    }
    for (index, (_, file)) in files.iter().enumerate() {
        for item in &file.items {
            if let Item::Use(import) = item {
                bring_in(import, files, &mut scopes, index, diagnostics);
            }
        }
    }
    (resolved, scopes)
}

fn declare(scope: &mut Scope, name: &Name, definition: Definition, diagnostics: &mut Vec<Diagnostic>) {
    if Builtin::named(&name.text).is_some() {
        diagnostics.push(e0202_name_taken::error(name, None));
    } else if let Some((_, first)) = scope.get(&name.text) {
        diagnostics.push(e0202_name_taken::error(name, Some(*first)));
    } else {
        scope.insert(name.text.clone(), (definition, name.span));
    }
}

fn bring_in(
    import: &Use,
    files: &[(String, File)],
    scopes: &mut [Scope],
    into: usize,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let path = module_path(import);
    // A module that does not exist has been refused by `imports`.
    let Some(from) = files.iter().position(|(name, _)| *name == path) else { return };
    for name in &import.names {
        match scopes[from].get(&name.text) {
            Some((definition, _)) => {
                let definition = *definition;
                declare(&mut scopes[into], name, definition, diagnostics);
            }
            None => {
                let known: Vec<&str> = scopes[from].keys().map(String::as_str).collect();
                diagnostics.push(e0203_unknown_import::name(name, &path, &known));
            }
        }
    }
}
