//! The text of a `result` block: calls with their arguments, and how each must end.

use lockstep_module::{Argument, Array, Call, Outcome, Output, TrapReport};
use lockstep_numbers::{ScalarType, float};

/// One call and how it must end.
#[derive(Debug)]
pub struct Scenario {
    /// The kernel or job.
    pub entry: String,
    /// The arguments.
    pub call: Call,
    /// What must come out.
    pub expected: Expected,
}

/// How a call must end.
#[derive(Debug, PartialEq)]
pub enum Expected {
    /// With exactly these outputs, in this order.
    Outputs(Vec<Output>),
    /// With a trap of this cause, and these parts of its report.
    Trap(String, Vec<(String, String)>),
    /// Refused before it runs, with this code.
    Refused(String),
}

/// The calls of a block.
///
/// # Errors
/// The line that cannot be read, and why.
pub fn scenarios(text: &str) -> Result<Vec<Scenario>, String> {
    let mut all: Vec<Scenario> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        read_line(line.trim(), &mut all).map_err(|why| format!("`{line}`: {why}"))?;
    }
    match all.iter().find(|scenario| scenario.expected == Expected::Outputs(Vec::new())) {
        Some(scenario) => Err(format!("the call of `{}` states no result", scenario.entry)),
        None if all.is_empty() => Err("it calls nothing".into()),
        None => Ok(all),
    }
}

fn read_line(line: &str, all: &mut Vec<Scenario>) -> Result<(), String> {
    if let Some(entry) = line.strip_prefix("call ") {
        let expected = Expected::Outputs(Vec::new());
        all.push(Scenario { entry: entry.trim().into(), call: Call::default(), expected });
        return Ok(());
    }
    let scenario = all.last_mut().ok_or("a `call` must come first")?;
    if let Some(end) = line.strip_prefix("-> ") {
        scenario.expected = ending(end)?;
    } else if let Some((name, value)) = line.split_once(" -> ") {
        let Expected::Outputs(outputs) = &mut scenario.expected else { return Err("a trap has no outputs".into()) };
        outputs.push(Output { name: name.into(), array: array(value)? });
    } else if let Some((name, value)) = line.split_once(" = ") {
        argument(&mut scenario.call, name, value)?;
    } else {
        return Err("it is neither `call …`, `name = value`, `name -> value` nor `-> …`".into());
    }
    Ok(())
}

fn ending(text: &str) -> Result<Expected, String> {
    let mut words = text.split_whitespace();
    match (words.next(), words.next()) {
        (Some("refused"), Some(code)) if words.next().is_none() => Ok(Expected::Refused(code.into())),
        (Some("trap"), Some(cause)) => {
            let parts = words.map(|word| word.split_once('=').map(|(name, value)| (name.into(), value.into())));
            let parts = parts.collect::<Option<_>>().ok_or("write parts of a report as `group=0`")?;
            Ok(Expected::Trap(cause.into(), parts))
        }
        _ => Err("write `-> trap Cause` or `-> refused C0001`".into()),
    }
}

fn argument(call: &mut Call, name: &str, value: &str) -> Result<(), String> {
    if value.starts_with('[') {
        call.arguments.insert(name.into(), Argument::Array(array(value)?));
    } else if let Some(size) = value.strip_prefix("extent ") {
        call.extents.insert(name.into(), word(ScalarType::U32, size)?);
    } else {
        let (ty, value) = value.split_once(' ').ok_or("write a type before the value")?;
        let ty = scalar_type(ty)?;
        call.arguments.insert(name.into(), Argument::Scalar(ty, word(ty, value)?));
    }
    Ok(())
}

/// `[f32; 2, 2] 1.0 2.0 3.0 4.0`; `7*300` stands for 300 cells of 7.
fn array(text: &str) -> Result<Array, String> {
    let inside =
        text.strip_prefix('[').and_then(|text| text.split_once(']')).ok_or("write an array as `[u32; 2] 1 2`")?;
    let (element, sizes) = inside.0.split_once(';').ok_or("write the type of an array as `[u32; 2]`")?;
    let element = scalar_type(element.trim())?;
    let dimensions: Vec<u32> =
        sizes.split(',').map(|size| size.trim().parse()).collect::<Result<_, _>>().map_err(|_| "a size is a number")?;
    let mut words = Vec::new();
    for cell in inside.1.split_whitespace() {
        let (cell, count) = cell.split_once('*').unwrap_or((cell, "1"));
        let count = count.parse().map_err(|_| "write repeated cells as `7*300`")?;
        words.extend(std::iter::repeat_n(word(element, cell)?, count));
    }
    let cells: usize = dimensions.iter().map(|size| *size as usize).product();
    if words.len() != cells {
        return Err(format!("the type has {cells} cells, and {} are given", words.len()));
    }
    Ok(Array { element, dimensions, words })
}

fn scalar_type(text: &str) -> Result<ScalarType, String> {
    let all = [ScalarType::F32, ScalarType::I32, ScalarType::U32, ScalarType::Bool];
    all.into_iter().find(|ty| ty.name() == text).ok_or(format!("`{text}` is no type"))
}

/// A number of the type; `0x…` gives the bits of any type, as they are.
fn word(ty: ScalarType, text: &str) -> Result<u32, String> {
    let text = text.trim();
    let parsed = match (text.strip_prefix("0x"), ty) {
        (Some(bits), _) => u32::from_str_radix(bits, 16).ok(),
        (None, ScalarType::F32) if text == "NaN" => Some(float::NAN),
        (None, ScalarType::F32) => lockstep_numbers::from_decimal(text),
        (None, ScalarType::I32) => text.parse::<i32>().ok().map(i32::cast_unsigned),
        (None, ScalarType::U32) => text.parse().ok(),
        (None, ScalarType::Bool) => text.parse::<bool>().ok().map(u32::from),
    };
    parsed.ok_or(format!("`{text}` is no {ty}"))
}

/// How the outcome differs from what was expected; None if it does not.
pub fn difference(expected: &Expected, outcome: &Result<Outcome, String>) -> Option<String> {
    match (expected, outcome) {
        (Expected::Refused(wanted), Err(code)) if wanted == code => None,
        (Expected::Outputs(wanted), Ok(Outcome::Finished(found))) => {
            (wanted != found).then(|| format!("the outputs are {}", shown(found)))
        }
        (Expected::Trap(cause, parts), Ok(Outcome::Trapped(report))) => {
            let found = facts(report);
            let is = |name: &str, value: &str| found.iter().any(|(n, v)| n == name && v == value);
            let all = is("cause", cause) && parts.iter().all(|(name, value)| is(name, value));
            (!all).then(|| format!("the trap is {found:?}"))
        }
        (_, Ok(Outcome::Finished(found))) => Some(format!("the outputs are {}", shown(found))),
        (_, Ok(Outcome::Trapped(report))) => Some(format!("it trapped: {:?}", facts(report))),
        (_, Err(code)) => Some(format!("it was refused with {code}")),
    }
}

/// The parts of a report by name. The lane's coordinates have their own names.
fn facts(report: &TrapReport) -> Vec<(String, String)> {
    let mut facts = vec![
        ("cause".to_string(), format!("{:?}", report.cause)),
        ("kernel".into(), report.kernel.clone()),
        ("dispatch".into(), report.dispatch.map_or("none".into(), |dispatch| dispatch.to_string())),
        ("group".into(), report.group.to_string()),
        ("line".into(), report.line.to_string()),
        ("column".into(), report.column.to_string()),
    ];
    facts.extend(report.lane.iter().map(|(name, at)| (name.clone(), at.to_string())));
    facts
}

fn shown(outputs: &[Output]) -> String {
    let shown = outputs.iter().map(|Output { name, array }| {
        let cells: Vec<String> =
            array.words.iter().map(|word| format!("{} ({word:#x})", array.element.show(*word))).collect();
        format!("{name} -> [{}; {:?}] {}", array.element, array.dimensions, cells.join(" "))
    });
    shown.collect::<Vec<_>>().join("; ")
}
