//! The items of every file: which module is imported, and what each name at the top level means.

use std::collections::BTreeMap;

use super::{Body, Builtin, BuiltinType, Definition, Files, Named, Resolved};
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

/// The most files of one program. A bound on all the work that follows.
const MAX_FILES: usize = 64;

pub(super) fn imports(sources: &mut Sources, main: File, read: Files<'_>) -> (Vec<(String, File)>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut files = vec![(String::new(), main)];
    let mut missing: Vec<String> = Vec::new();
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
            if files.iter().any(|(name, _)| *name == path) || missing.contains(&path) {
                continue;
            }
            if files.len() >= MAX_FILES {
                diagnostics.push(e0203_unknown_import::too_many(path_span(&import), MAX_FILES));
                return (files, diagnostics);
            }
            let (shown, text) = match path.strip_prefix("std::") {
                Some(name) => (format!("{path}.lks"), lockstep_stdlib::source(name).map(String::from)),
                None => {
                    let shown = format!("{}.lks", path.replace("::", "/"));
                    let text = read(&shown);
                    (shown, text)
                }
            };
            let Some(text) = text else {
                diagnostics.push(e0203_unknown_import::module(path_span(&import), &path, &shown));
                missing.push(path);
                continue;
            };
            let source = sources.add(shown, &text);
            match parse(source, &text) {
                Ok(file) => files.push((path, file)),
                Err(errors) => {
                    diagnostics.extend(errors);
                    missing.push(path);
                }
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
    let paths = files.iter().map(|(path, _)| path.clone()).collect();
    let mut resolved = Resolved { paths, ..Resolved::default() };
    let mut scopes = Vec::new();
    for (index, (_, file)) in files.iter().enumerate() {
        let mut scope = Scope::new();
        for item in &file.items {
            let (name, definition) = match item {
                Item::Constant(item) => (&item.name, Definition::Constant(add(&mut resolved.constants, item, index))),
                Item::Struct(item) => (&item.name, Definition::Struct(add(&mut resolved.structs, item, index))),
                Item::Function(item) => (&item.name, Definition::Function(add(&mut resolved.functions, item, index))),
                Item::Kernel(item) => (&item.name, Definition::Kernel(add(&mut resolved.kernels, item, index))),
                Item::Job(item) => (&item.name, Definition::Job(add(&mut resolved.jobs, item, index))),
                Item::Use(_) | Item::Broken => continue,
            };
            declare(&mut scope, name, definition, diagnostics);
        }
        scopes.push(scope);
    }
    // A file gives away what it declares, and not what it has brought in.
    let declared = scopes.clone();
    for (index, (_, file)) in files.iter().enumerate() {
        for item in &file.items {
            if let Item::Use(import) = item {
                bring_in(import, files, &declared, &mut scopes, index, diagnostics);
            }
        }
    }
    (resolved, scopes)
}

fn add<'t, T>(items: &mut Vec<Named<'t, T>>, item: &'t T, file: usize) -> u32 {
    items.push(Named { item, body: Body::default(), file });
    items.len() as u32 - 1
}

fn declare(scope: &mut Scope, name: &Name, definition: Definition, diagnostics: &mut Vec<Diagnostic>) {
    if Builtin::named(&name.text).is_some() || BuiltinType::named(&name.text).is_some() {
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
    declared: &[Scope],
    scopes: &mut [Scope],
    into: usize,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let path = module_path(import);
    // A module that does not exist has been refused by `imports`.
    let Some(from) = files.iter().position(|(name, _)| *name == path) else { return };
    for name in &import.names {
        match declared[from].get(&name.text) {
            Some((definition, _)) => declare(&mut scopes[into], name, *definition, diagnostics),
            None => {
                let known: Vec<&str> = declared[from].keys().map(String::as_str).collect();
                diagnostics.push(e0203_unknown_import::name(name, &path, &known));
                // Its uses are passed over.
                scopes[into].entry(name.text.clone()).or_insert((Definition::Unknown, name.span));
            }
        }
    }
}
