//! The text of a `result` block: calls with their arguments, how each must end, and what it must cost.

use lockstep_module::{Argument, Array, Call, Output};
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
    /// What must be true of it besides.
    pub measures: Vec<(Measure, u64)>,
}

/// A number that a call has beside its outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// What was really spent.
    Cost,
    /// The most that could be spent.
    Bound,
    /// The bytes of all arrays.
    Bytes,
    /// The dispatches of the plan.
    Dispatches,
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
    /// With outputs that the page leaves open.
    Finishes,
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
        all.push(Scenario { entry: entry.trim().into(), call: Call::default(), expected, measures: Vec::new() });
        return Ok(());
    }
    let scenario = all.last_mut().ok_or("a `call` must come first")?;
    if let Some(detail) = line.strip_prefix("-> detail ") {
        let Expected::Trap(_, parts) = &mut scenario.expected else { return Err("only a trap has a detail".into()) };
        parts.push(("detail".into(), detail.into()));
    } else if let Some(end) = line.strip_prefix("-> ") {
        match measure(end)? {
            Some(found) => scenario.measures.push(found),
            None => scenario.expected = ending(end)?,
        }
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

/// `cost 4288`
fn measure(text: &str) -> Result<Option<(Measure, u64)>, String> {
    let Some((word, number)) = text.split_once(' ') else { return Ok(None) };
    let measure = match word {
        "cost" => Measure::Cost,
        "bound" => Measure::Bound,
        "bytes" => Measure::Bytes,
        "dispatches" => Measure::Dispatches,
        _ => return Ok(None),
    };
    number.parse().map(|number| Some((measure, number))).map_err(|_| format!("`{number}` is no number"))
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
        (Some("finishes"), None) => Ok(Expected::Finishes),
        _ => Err("write `-> trap Cause`, `-> refused C0001` or `-> finishes`".into()),
    }
}

fn argument(call: &mut Call, name: &str, value: &str) -> Result<(), String> {
    if value.starts_with('[') {
        call.arguments.insert(name.into(), Argument::Array(array(value)?));
    } else if let Some(size) = value.strip_prefix("extent ") {
        call.extents.insert(name.into(), bits(ScalarType::U32, size)? as u32);
    } else {
        let (ty, value) = value.split_once(' ').ok_or("write a type before the value")?;
        let ty = scalar_type(ty)?;
        call.arguments.insert(name.into(), Argument::Scalar(ty, bits(ty, value)?));
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
        let count: usize = count.parse().map_err(|_| "write repeated cells as `7*300`")?;
        let bits = bits(element, cell)?;
        for _ in 0..count {
            words.extend([bits as u32, (bits >> 32) as u32].into_iter().take(element.words()));
        }
    }
    let cells: usize = dimensions.iter().map(|size| *size as usize).product();
    let given = words.len() / element.words();
    if given != cells {
        return Err(format!("the type has {cells} cells, and {given} are given"));
    }
    Ok(Array { element, dimensions, words })
}

fn scalar_type(text: &str) -> Result<ScalarType, String> {
    ScalarType::named(text).ok_or(format!("`{text}` is no type"))
}

/// A number of the type; `0x…` gives the bits of any type, as they are.
fn bits(ty: ScalarType, text: &str) -> Result<u64, String> {
    let text = text.trim();
    let parsed = match (text.strip_prefix("0x"), ty) {
        (Some(bits), _) => u64::from_str_radix(bits, 16).ok().filter(|bits| *bits <= ty.mask()),
        (None, ScalarType::F32) if text == "NaN" => Some(float::NAN.into()),
        (None, ScalarType::F32) => lockstep_numbers::from_decimal(text).map(u64::from),
        (None, ScalarType::I32) => text.parse::<i32>().ok().map(|value| value.cast_unsigned().into()),
        (None, ScalarType::I64) => text.parse::<i64>().ok().map(i64::cast_unsigned),
        (None, ScalarType::U32) => text.parse::<u32>().ok().map(u64::from),
        (None, ScalarType::U64) => text.parse().ok(),
        (None, ScalarType::Bool) => text.parse::<bool>().ok().map(u64::from),
        // A packed word is given by its bits.
        (None, _) => None,
    };
    parsed.ok_or(format!("`{text}` is no {ty}"))
}
