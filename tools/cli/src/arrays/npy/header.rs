//! The header of an `.npy` file: a Python dictionary of three entries, read without recursion and without believing
//! any number in it.
//!
//! It is read here and not by a library because the readers of Python literals recurse as deep as the file says, and
//! multiply the shape without a check. Only what numpy itself writes for a plain array is understood.

use crate::arrays::{ArrayError, Code, Opened};

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// numpy refuses longer headers as well, and writes about 120 bytes.
const MAX_HEADER: u32 = 10_000;
/// numpy begins the cells at a multiple of this.
const ALIGNMENT: usize = 64;

/// What the header says.
#[derive(Debug, PartialEq)]
pub(super) struct Header {
    /// The type of a cell, as `<f4`; for a structured type, the word `structured`.
    pub descr: String,
    /// Whether the first index varies fastest.
    pub fortran_order: bool,
    /// The dimensions.
    pub shape: Vec<u64>,
}

/// Reads the header, and how many bytes it took.
pub(super) fn read(file: &mut Opened<'_>) -> Result<(Header, u64), ArrayError> {
    let short = "is cut short within its header";
    if file.bytes < 10 {
        return Err(file.error(Code::Damaged, "is not an .npy file: it is too short to have a header"));
    }
    let start = file.take(8)?;
    if !start.starts_with(MAGIC) {
        return Err(file.error(Code::Damaged, "is not an .npy file: its first bytes are not \"\\x93NUMPY\""));
    }
    let length_bytes = match start[6] {
        1 => 2,
        2 | 3 => 4,
        version => {
            return Err(file.error(Code::Damaged, format!("has .npy version {version}, and 1 to 3 are known")));
        }
    };
    if file.bytes < 8 + length_bytes {
        return Err(file.error(Code::Damaged, short));
    }
    let length = file.take(length_bytes as usize)?.iter().rev().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
    if length > MAX_HEADER {
        return Err(file.error(Code::Damaged, format!("has a header of {length} bytes, and {MAX_HEADER} is the most")));
    }
    let header_bytes = 8 + length_bytes + u64::from(length);
    if file.bytes < header_bytes {
        return Err(file.error(Code::Damaged, short));
    }
    let text = file.take(length as usize)?;
    match std::str::from_utf8(&text).ok().and_then(parse) {
        Some(header) => Ok((header, header_bytes)),
        None => Err(file.error(Code::Damaged, "has a header that numpy does not write for a plain array")),
    }
}

/// The rest of the text, with spaces in front already skipped.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn skip(&mut self, token: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(token)?.trim_start();
        Some(())
    }

    fn quoted(&mut self) -> Option<&'a str> {
        let quote = self.0.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (text, after) = self.0.get(1..)?.split_once(quote)?;
        self.0 = after.trim_start();
        Some(text)
    }

    fn number(&mut self) -> Option<u64> {
        let digits = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (number, after) = self.0.split_at(digits);
        // Python 2 wrote `3L`.
        self.0 = after.strip_prefix('L').unwrap_or(after).trim_start();
        number.parse().ok()
    }

    fn truth(&mut self) -> Option<bool> {
        self.skip("True").map(|()| true).or_else(|| self.skip("False").map(|()| false))
    }

    fn tuple(&mut self) -> Option<Vec<u64>> {
        let mut sizes = Vec::new();
        self.skip("(")?;
        while self.skip(")").is_none() {
            sizes.push(self.number()?);
            if self.skip(",").is_none() {
                self.skip(")")?;
                break;
            }
        }
        Some(sizes)
    }

    /// The type of a cell. A list is a structured type, which no parameter takes, so it is passed over: it ends before
    /// the entry that numpy, which sorts them, writes next.
    fn descr(&mut self) -> Option<String> {
        if self.0.starts_with('[') {
            self.0 = &self.0[self.0.find(", 'fortran_order'")?..];
            return Some("structured".into());
        }
        self.quoted().map(String::from)
    }
}

fn parse(text: &str) -> Option<Header> {
    let mut rest = Rest(text.trim());
    let (mut descr, mut fortran_order, mut shape) = (None, None, None);
    rest.skip("{")?;
    while rest.skip("}").is_none() {
        let key = rest.quoted()?;
        rest.skip(":")?;
        match key {
            "descr" => descr = Some(rest.descr()?),
            "fortran_order" => fortran_order = Some(rest.truth()?),
            "shape" => shape = Some(rest.tuple()?),
            _ => return None,
        }
        if rest.skip(",").is_none() {
            rest.skip("}")?;
            break;
        }
    }
    rest.0.is_empty().then_some(())?;
    Some(Header { descr: descr?, fortran_order: fortran_order?, shape: shape? })
}

impl Header {
    /// The bytes before the cells, as numpy writes them: version 1, padded with spaces.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let sizes: Vec<String> = self.shape.iter().map(u64::to_string).collect();
        let comma = if sizes.len() == 1 { "," } else { "" };
        let order = if self.fortran_order { "True" } else { "False" };
        let (descr, sizes) = (&self.descr, sizes.join(", "));
        let mut text = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({sizes}{comma}), }}");
        let unpadded = MAGIC.len() + 4 + text.len() + 1;
        text.extend(std::iter::repeat_n(' ', unpadded.next_multiple_of(ALIGNMENT) - unpadded));
        text.push('\n');
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        // One to three sizes of ten digits: far below 2^16.
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_in_every_spelling_that_numpy_used() {
        let wanted = |shape: Vec<u64>| Some(Header { descr: "<f4".into(), fortran_order: false, shape });
        assert_eq!(parse("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   \n"), wanted(vec![3, 4]));
        assert_eq!(parse("{'descr': '<f4', 'fortran_order': False, 'shape': (3L,), }\n"), wanted(vec![3]));
        assert_eq!(parse("{\"shape\":(),\"fortran_order\":False,\"descr\":\"<f4\"}"), wanted(vec![]));
        let structured = parse("{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (2,), }");
        assert_eq!(structured.unwrap().descr, "structured");
    }

    #[test]
    fn what_is_not_a_header_is_none() {
        for text in [
            "",
            "{",
            "{}",
            "{'descr': '<f4'}",
            "{'descr': '<f4', 'fortran_order': 0, 'shape': (3,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} + 1",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (((((((3,)}",
            "{'é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
