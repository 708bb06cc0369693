//! The tables of the book, against the compiler: weights, limits, the types of operators, the modules of the library.

use std::collections::BTreeMap;

use lockstep_compiler::{cost::Kind, laws, syntax, types};
use lockstep_module::{MAX_ARRAYS, MAX_WORDS, Profile, plan};
use lockstep_numbers::{Binary, ScalarType, Unary};

use crate::{assert_none, page_text};

/// The rows of all tables of a page: their cells, without the marks of code.
fn rows(page: &str) -> Vec<Vec<String>> {
    let text = page_text(page).replace("\\|", "¦");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |").map(str::to_string));
    let cells = |row: String| row.split(" | ").map(|cell| cell.trim().to_string()).collect();
    rows.map(cells).collect()
}

/// The rows under a heading row that begins so.
fn table(page: &str, first: &str) -> Vec<Vec<String>> {
    let text = page_text(page).replace("\\|", "¦").replace(" |  |", " | |");
    let mut lines = text.lines().skip_while(|line| !line.starts_with(first));
    assert!(lines.next().is_some(), "{page} has no table `{first}`");
    let lines = lines.skip(1).take_while(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect()).collect()
}

#[test]
fn the_weights_are_those_of_the_compiler() {
    let written: Vec<(String, String)> =
        table("cost.md", "| operation | weight |").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let real: Vec<(String, String)> =
        Kind::ALL.into_iter().map(|kind| (kind.name().to_string(), kind.weight().to_string())).collect();
    assert_eq!(written, real);
}

#[test]
fn the_limits_are_those_of_the_compiler() {
    let number = |text: &str| match text.strip_prefix("2^") {
        Some(power) => 1u64 << power.parse::<u32>().unwrap(),
        None => text.replace(',', "").parse().unwrap_or(u64::MAX),
    };
    let rows = rows("limits.md");
    let written: BTreeMap<&str, u64> =
        rows.iter().filter(|row| row.len() > 1).map(|row| (row[0].as_str(), number(&row[1]))).collect();
    let of = |profile: Profile| {
        [u64::from(profile.max_lanes()), profile.max_shared_bytes().into(), profile.max_array_words()]
    };
    let mut complaints = Vec::new();
    for (what, real) in [
        ("bytes of a source", syntax::MAX_BYTES as u64),
        ("nesting of brackets, and of an expression", u64::from(syntax::build::MAX_DEPTH)),
        ("cells of an array of a lane", types::MAX_LOCAL_CELLS),
        ("cells of a constant array, of a shared array", types::MAX_TABLE_CELLS),
        ("words of the constant arrays that a kernel reads", laws::MAX_TABLE_WORDS),
        ("size of a kernel, job, function or constant", types::MAX_SIZE as u64),
        ("arrays of a kernel", MAX_ARRAYS as u64),
        ("words of scalars and extents of a kernel", MAX_WORDS as u64),
        ("lanes of a dispatch", plan::MAX_LANES),
        ("groups of a dispatch", plan::MAX_GROUPS),
        ("dispatches of a call", plan::MAX_DISPATCHES as u64),
        ("steps of a call", plan::MAX_STEPS),
        ("arrays of a call", plan::MAX_PLAN_ARRAYS as u64),
    ] {
        match written.get(what) {
            Some(found) if *found == real => {}
            found => complaints.push(format!("limits.md: {what} is {real}, and the page says {found:?}")),
        }
    }
    let profiles = table("limits.md", "| limit of a profile |");
    for (row, baseline, datacenter) in of(Profile::Baseline)
        .into_iter()
        .zip(of(Profile::Datacenter))
        .enumerate()
        .map(|(i, (b, d))| (&profiles[i], b, d))
    {
        if number(&row[1]) != baseline || number(&row[2]) != datacenter {
            complaints.push(format!("limits.md: {} is {baseline} and {datacenter}", row[0]));
        }
    }
    assert_none(&complaints);
}

/// The operator that a row of the table begins with.
fn accepts(form: &str) -> Vec<Box<dyn Fn(ScalarType) -> bool>> {
    let unary = |operator: Unary| -> Box<dyn Fn(ScalarType) -> bool> { Box::new(move |ty| operator.accepts(ty)) };
    let binary = |operator: Binary| -> Box<dyn Fn(ScalarType) -> bool> { Box::new(move |ty| operator.accepts(ty)) };
    let form = form.replace("(a, b)", "(…)");
    form.split(", ")
        .map(|form| form.trim_matches('`'))
        .filter_map(|form| match form {
            "-a" => Some(unary(Unary::Negate)),
            "!a" => Some(unary(Unary::Not)),
            "abs(a)" => Some(unary(Unary::Absolute)),
            "sqrt(a)" => Some(unary(Unary::SquareRoot)),
            "a + b" => Some(binary(Binary::Add)),
            "a - b" => Some(binary(Binary::Subtract)),
            "a * b" => Some(binary(Binary::Multiply)),
            "a / b" => Some(binary(Binary::Divide)),
            "a % b" => Some(binary(Binary::Remainder)),
            "a & b" => Some(binary(Binary::And)),
            "a ¦ b" => Some(binary(Binary::Or)),
            "a ^ b" => Some(binary(Binary::Xor)),
            "a << b" => Some(binary(Binary::ShiftLeft)),
            "a >> b" => Some(binary(Binary::ShiftRight)),
            "a == b" => Some(binary(Binary::Equal)),
            "a != b" => Some(binary(Binary::NotEqual)),
            "a < b" => Some(binary(Binary::Less)),
            "a <= b" => Some(binary(Binary::LessOrEqual)),
            "a > b" => Some(binary(Binary::Greater)),
            "a >= b" => Some(binary(Binary::GreaterOrEqual)),
            "min(…)" => Some(binary(Binary::Minimum)),
            "max(…)" => Some(binary(Binary::Maximum)),
            "ceil_div(…)" => Some(binary(Binary::CeilingDivide)),
            "mul_high(…)" => Some(binary(Binary::MultiplyHigh)),
            _ => None,
        })
        .collect()
}

#[test]
fn operators_are_defined_on_the_types_that_the_table_says() {
    const COLUMNS: [ScalarType; 7] = [
        ScalarType::F32,
        ScalarType::I32,
        ScalarType::U32,
        ScalarType::I64,
        ScalarType::U64,
        ScalarType::Bool,
        ScalarType::F16x2,
    ];
    let (mut complaints, mut compared) = (Vec::new(), 0);
    for row in table("operators.md", "| operator | `f32` |") {
        for operator in accepts(&row[0]) {
            compared += 1;
            for (cell, ty) in row[1..].iter().zip(COLUMNS) {
                if operator(ty) == cell.is_empty() {
                    complaints.push(format!("operators.md: {} on {ty}", row[0]));
                }
            }
        }
    }
    assert_none(&complaints);
    assert_eq!(compared, 24);
}

#[test]
fn the_modules_of_the_library_are_listed() {
    let listed: Vec<String> =
        table("std.md", "| module |").into_iter().map(|row| row[0].trim_matches('`').to_string()).collect();
    let real: Vec<String> = lockstep_stdlib::names().map(|name| format!("std::{name}")).collect();
    assert_eq!(listed, real);
}
