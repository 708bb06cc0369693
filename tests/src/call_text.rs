//! Calls written as text, one line an argument:
//!
//! ```text
//! entry saxpy
//! n = 100                            an extent
//! a = f32 2.5                        a scalar
//! x = [f32; 4] 1.0 -0.0 nan 0x1      an array: a value for each cell, or bits in hexadecimal
//! y = [u32; 2, 3] count              0 1 2 3 4 5
//! z = [i32; 1000] cycle -1 0 1       the values again and again
//! ```
//!
//! Values are separated by blanks; an array's values may go on in lines that begin with a blank. `#` begins a comment.

use lockstep_module::{Argument, Array, Call};
use lockstep_numbers::ScalarType;

/// A call, and the kernel or job that is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The kernel or job.
    pub entry: String,
    /// The arguments and extents.
    pub call: Call,
}

/// Reads a call.
///
/// # Errors
/// What is wrong, with the line.
pub fn read(text: &str) -> Result<Written, String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        match lines.last_mut() {
            Some(last) if line.starts_with(' ') => last.push_str(line),
            _ => lines.push(line.into()),
        }
    }
    let mut written = Written::default();
    for line in lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        read_line(line, &mut written).map_err(|what| format!("`{line}`: {what}"))?;
    }
    if written.entry.is_empty() { Err("no line says `entry …`".into()) } else { Ok(written) }
}

fn read_line(line: &str, written: &mut Written) -> Result<(), String> {
    if let Some(entry) = line.strip_prefix("entry ") {
        written.entry = entry.trim().into();
        return Ok(());
    }
    let (name, value) = line.split_once('=').ok_or("a line is `entry …` or `name = …`")?;
    let (name, value) = (name.trim().to_string(), value.trim());
    if let Some(array) = value.strip_prefix('[') {
        written.call.arguments.insert(name, Argument::Array(read_array(array)?));
        return Ok(());
    }
    match value.split_once(' ') {
        Some((ty, value)) => {
            let ty = scalar_type(ty)?;
            written.call.arguments.insert(name, Argument::Scalar(ty, word(ty, value.trim())?));
        }
        None => {
            let size = value.parse().map_err(|_| format!("`{value}` is no size"))?;
            written.call.extents.insert(name, size);
        }
    }
    Ok(())
}

/// What follows the opening bracket.
fn read_array(text: &str) -> Result<Array, String> {
    let (ty, values) = text.split_once(']').ok_or("the bracket is not closed")?;
    let (element, dimensions) = ty.split_once(';').ok_or("an array is `[type; sizes]`")?;
    let element = scalar_type(element.trim())?;
    let sizes: Result<Vec<u32>, _> = dimensions.split(',').map(|size| size.trim().parse()).collect();
    let dimensions: Vec<u32> = sizes.map_err(|_| format!("`{dimensions}` are no sizes"))?;
    let cells: usize = dimensions.iter().map(|size| *size as usize).product();
    let (form, list) = match values.trim().split_once(' ') {
        Some(("cycle", list)) => ("cycle", list),
        _ => (values.trim(), values),
    };
    let words: Vec<u32> = if form == "count" {
        let value = |cell: u32| lockstep_numbers::convert(ScalarType::U32, element, cell);
        (0..cells as u32).map(value).collect()
    } else {
        let words: Vec<u32> = list.split_whitespace().map(|text| word(element, text)).collect::<Result<_, _>>()?;
        if form == "cycle" { words.into_iter().cycle().take(cells).collect() } else { words }
    };
    if words.len() != cells {
        return Err(format!("{} values for {cells} cells", words.len()));
    }
    Ok(Array { element, dimensions, words })
}

fn scalar_type(name: &str) -> Result<ScalarType, String> {
    let types = [ScalarType::F32, ScalarType::I32, ScalarType::U32, ScalarType::Bool];
    types.into_iter().find(|ty| ty.name() == name).ok_or_else(|| format!("`{name}` is no type"))
}

/// A word as a person writes it, or its bits as `0x…`, which may be no canonical float.
fn word(ty: ScalarType, text: &str) -> Result<u32, String> {
    let wrong = || format!("`{text}` is no {ty}");
    if let Some(digits) = text.strip_prefix("0x") {
        return u32::from_str_radix(digits, 16).map_err(|_| wrong());
    }
    match ty {
        ScalarType::F32 => text.parse::<f32>().map(f32::to_bits).map_err(|_| wrong()),
        ScalarType::I32 => text.parse::<i32>().map(i32::cast_unsigned).map_err(|_| wrong()),
        ScalarType::U32 => text.parse().map_err(|_| wrong()),
        ScalarType::Bool => text.parse::<bool>().map(u32::from).map_err(|_| wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read() {
        let text = "entry k # which\nn = 7\na = f32 -0.5\nb = bool true\nx = [f32; 2, 2] 1 0x1\n  nan inf\ny = [i32; 3] cycle -1 2\nz = [f32; 3] count\n";
        let Written { entry, call } = read(text).unwrap();
        assert_eq!((entry.as_str(), call.extents["n"]), ("k", 7));
        assert_eq!(call.arguments["a"], Argument::Scalar(ScalarType::F32, 0xbf00_0000));
        assert_eq!(call.arguments["b"], Argument::Scalar(ScalarType::Bool, 1));
        let words = |name: &str| match &call.arguments[name] {
            Argument::Array(array) => array.words.clone(),
            Argument::Scalar(..) => panic!("`{name}` is no array"),
        };
        assert_eq!(words("x"), [0x3f80_0000, 1, 0x7fc0_0000, 0x7f80_0000]);
        assert_eq!(words("y"), [u32::MAX, 2, u32::MAX]);
        assert_eq!(words("z"), [0, 0x3f80_0000, 0x4000_0000]);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("n = 3", "entry"),
            ("entry k\nn = x", "no size"),
            ("entry k\nx = [f32; 2] 1", "1 values for 2 cells"),
            ("entry k\nx = [f64; 2] 1", "no type"),
            ("entry k\nx = i32 3000000000", "no i32"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
    }
}
