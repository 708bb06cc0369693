//! Calls written as text, one line an argument:
//!
//! ```text
//! entry saxpy
//! n = 100                            an extent
//! a = f32 2.5                        a scalar
//! x = [f32; 4] 1.0 -0.0 nan 0x1      an array: a value for each cell, or bits in hexadecimal; packed words are bits
//! y = [u32; 2, 3] count              0 1 2 3 4 5
//! z = [i32; 1000] cycle -1 0 1       the values again and again
//! ```
//!
//! Values are separated by blanks; an array's values may go on in lines that begin with a blank. `#` begins a comment.

use lockstep_module::{Argument, Array, Call};
use lockstep_numbers::{ScalarType, convert};

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
            written.call.arguments.insert(name, Argument::Scalar(ty, bits(ty, value.trim())?));
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
    let values: Vec<u64> = if form == "count" {
        let value = |cell: u64| if element.is_packed() { cell } else { convert(ScalarType::U32, element, cell) };
        (0..cells as u64).map(value).collect()
    } else {
        let values: Vec<u64> = list.split_whitespace().map(|text| bits(element, text)).collect::<Result<_, _>>()?;
        if form == "cycle" { values.into_iter().cycle().take(cells).collect() } else { values }
    };
    if values.len() != cells {
        return Err(format!("{} values for {cells} cells", values.len()));
    }
    Ok(array(element, dimensions, &values))
}

/// An array of these cells.
pub fn array(element: ScalarType, dimensions: Vec<u32>, cells: &[u64]) -> Array {
    let words = cells.iter().flat_map(|bits| (0..element.words()).map(move |word| (bits >> (32 * word)) as u32));
    Array { element, dimensions, words: words.collect() }
}

fn scalar_type(name: &str) -> Result<ScalarType, String> {
    ScalarType::named(name).ok_or_else(|| format!("`{name}` is no type"))
}

/// The bits of a value as a person writes it, or as `0x…`, which may be no canonical float.
pub fn bits(ty: ScalarType, text: &str) -> Result<u64, String> {
    let found = match (text.strip_prefix("0x"), ty) {
        (Some(digits), _) => u64::from_str_radix(digits, 16).ok().filter(|bits| bits & !ty.mask() == 0),
        (None, ScalarType::F32) => text.parse::<f32>().ok().map(|value| value.to_bits().into()),
        (None, ScalarType::Bool) => text.parse::<bool>().ok().map(u64::from),
        (None, ScalarType::I32) => text.parse::<i32>().ok().map(|value| value.cast_unsigned().into()),
        (None, ScalarType::I64) => text.parse::<i64>().ok().map(i64::cast_unsigned),
        (None, ScalarType::U64) => text.parse().ok(),
        (None, _) => text.parse::<u32>().ok().map(u64::from),
    };
    found.ok_or_else(|| format!("`{text}` is no {ty}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read() {
        let text = "entry k # which\nn = 7\na = f32 -0.5\nb = bool true\nx = [f32; 2, 2] 1 0x1\n  nan inf\ny = [i32; 3] cycle -1 2\nz = [f32; 3] count\n\
                    w = [i64; 2] -2 0x100000000\np = [i8x4; 2] count\n";
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
        assert_eq!(words("w"), [u32::MAX - 1, u32::MAX, 0, 1]);
        assert_eq!(words("p"), [0, 1]);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("n = 3", "entry"),
            ("entry k\nn = x", "no size"),
            ("entry k\nx = [f32; 2] 1", "1 values for 2 cells"),
            ("entry k\nx = [f64; 2] 1", "no type"),
            ("entry k\nx = i32 3000000000", "no i32"),
            ("entry k\nx = u32 0x100000000", "no u32"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
    }
}
