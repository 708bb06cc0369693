//! Items as source.

use super::{
    print::{Printer, array_type},
    print_expression::{list, sums, whole},
    tree::{ConstantValue, Extent, Function, Generic, Grid, Job, Kernel, Parameter, Program, Shape},
};

pub(super) fn program(out: &mut Printer, program: &Program, from: Option<&str>) {
    if program.datacenter {
        out.line("profile datacenter;");
    }
    match from {
        Some(file) => import(out, program, file),
        None => definitions(out, program),
    }
    program.kernels.iter().for_each(|item| kernel(out, item));
    program.jobs.iter().for_each(|item| job(out, item));
}

fn import(out: &mut Printer, program: &Program, file: &str) {
    let structs = program.structs.iter().map(|item| &item.name);
    let constants = program.constants.iter().map(|item| &item.name);
    let functions = program.functions.iter().map(|item| &item.name);
    let names: Vec<String> = structs.chain(constants).chain(functions).cloned().collect();
    match names.as_slice() {
        [] => {}
        [single] => out.line(&format!("use {file}::{single};")),
        several => out.line(&format!("use {file}::{{{}}};", several.join(", "))),
    }
}

fn definitions(out: &mut Printer, program: &Program) {
    for known in &program.structs {
        let fields: Vec<String> = known.fields.iter().map(|(name, ty)| format!("{name}: {}", ty.name())).collect();
        out.line(&format!("struct {} {{ {} }}", known.name, fields.join(", ")));
    }
    for constant in &program.constants {
        let ty = if constant.sizes.is_empty() {
            constant.ty.name()
        } else {
            let sizes: Vec<String> = constant.sizes.iter().map(u32::to_string).collect();
            format!("[{}; {}]", constant.ty.name(), sizes.join(", "))
        };
        let head = format!("const {}: {ty} = ", constant.name);
        match &constant.value {
            ConstantValue::Single(value) => out.line(&format!("{head}{};", whole(value, true))),
            ConstantValue::List(values) => out.line(&format!("{head}[{}];", list(values))),
            ConstantValue::Each(names, block) => {
                out.block(&format!("{head}each {} ", names_of(names)), block, true, ";")
            }
        }
    }
    program.functions.iter().for_each(|item| function(out, item));
}

fn function(out: &mut Printer, item: &Function) {
    let Function { name, generics: constants, extents, parameters: list, result, body } = item;
    let (constants, list) = (generics(constants), parameters(list));
    let head = format!("fn {name}{constants}{}({list}) -> {} ", brackets(extents), result.name());
    out.block(&head, body, true, "");
}

fn kernel(out: &mut Printer, item: &Kernel) {
    let Kernel { name, generics: constants, extents, parameters: list, shape, body } = item;
    let shape = match shape {
        Shape::Each { lanes, grid: Grid::Of(array) } => format!("each {} of {array} ", names_of(lanes)),
        Shape::Each { lanes, grid: Grid::In(sizes) } => {
            let shown = self::list(sizes);
            let sizes = if sizes.len() == 1 { shown } else { format!("({shown})") };
            format!("each {} in {sizes} ", names_of(lanes))
        }
        Shape::Tiles { tiles, lanes } => {
            let mut text = String::new();
            for tile in tiles {
                let name = tile.name.as_ref().map(|name| format!(" as {name}")).unwrap_or_default();
                let (sizes, origin) = (self::list(&tile.sizes), tile.origin.join(", "));
                text.push_str(&format!("tile ({sizes}) of {}{name} at ({origin}) ", tile.array));
            }
            format!("{text}lanes ({}) ", self::list(lanes))
        }
    };
    let names = extents_of(extents);
    let head = format!("kernel {name}{}{}({}) {shape}", generics(constants), brackets(&names), parameters(list));
    out.block(&head, body, false, "");
}

fn job(out: &mut Printer, item: &Job) {
    let names = extents_of(&item.extents);
    let head = format!("job {}{}({}) ", item.name, brackets(&names), parameters(&item.parameters));
    out.block(&head, &item.body, false, "");
}

fn extents_of(extents: &[Extent]) -> Vec<String> {
    extents.iter().map(|extent| extent.name.clone()).collect()
}

fn brackets(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("[{}]", names.join(", ")) }
}

fn names_of(names: &[String]) -> String {
    match names {
        [single] => single.clone(),
        several => format!("({})", several.join(", ")),
    }
}

fn generics(generics: &[Generic]) -> String {
    let shown = generics.iter().map(|generic| {
        let default = generic.default.as_ref().map(|default| format!(" = {}", sums(std::slice::from_ref(default))));
        format!("{}: {}{}", generic.name, generic.ty, default.unwrap_or_default())
    });
    let shown: Vec<String> = shown.collect();
    if shown.is_empty() { String::new() } else { format!("<{}>", shown.join(", ")) }
}

fn parameters(parameters: &[Parameter]) -> String {
    let shown = parameters.iter().map(|parameter| {
        let Parameter { name, access, ty, sizes, .. } = parameter;
        let access = access.map(|access| format!("{} ", access.name())).unwrap_or_default();
        let ty = if sizes.is_empty() { ty.name() } else { array_type(ty, sizes) };
        format!("{name}: {access}{ty}")
    });
    let shown: Vec<String> = shown.collect();
    shown.join(", ")
}
