//! The header of an `.npy` file, read by npyz once it is known to be harmless.
//!
//! npyz allocates the length that a header claims, recurses as deep as it nests, and multiplies its sizes without a
//! check. So the length, the nesting and the sizes are bounded here first.

use crate::arrays::{ArrayError, Code, Opened};

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// numpy refuses longer headers as well, and writes about 120 bytes.
const MAX_HEADER: u32 = 10_000;
/// A structured type nests a few brackets; nothing that numpy writes for a plain array nests more than two.
const MAX_NESTING: usize = 16;

/// What the header says.
#[derive(Debug, PartialEq)]
pub(super) struct Header {
    /// The type of a cell, as `<f4`; a structured type in brackets.
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
    let framing = [start.as_slice(), &length.to_le_bytes()[..length_bytes as usize]].concat();
    let header = [framing, text].concat();
    if !multiplies(&header) {
        return Err(file.error(Code::TooLarge, "claims more cells than any array may have"));
    }
    match parse(&header) {
        Some(header) => Ok((header, header_bytes)),
        None => Err(file.error(Code::Damaged, "has a header that numpy does not write for a plain array")),
    }
}

/// What npyz makes of a whole header, if that nests no deeper than it may.
fn parse(header: &[u8]) -> Option<Header> {
    shallow(header).then_some(())?;
    let header = npyz::NpyHeader::from_reader(header).ok()?;
    Some(Header {
        descr: header.dtype().descr().trim_matches('\'').to_string(),
        fortran_order: header.order() == npyz::Order::Fortran,
        shape: header.shape().to_vec(),
    })
}

/// Whether brackets nest no deeper than they may.
fn shallow(header: &[u8]) -> bool {
    let mut depth = 0usize;
    header.iter().all(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth <= MAX_NESTING
    })
}

/// Whether the product of all numbers is one that no multiplication of sizes can overflow.
fn multiplies(header: &[u8]) -> bool {
    let mut runs = header.split(|byte| !byte.is_ascii_digit()).filter(|run| !run.is_empty());
    let product = runs.try_fold(1u64, |product, run| {
        let number: u64 = std::str::from_utf8(run).ok()?.parse().ok()?;
        product.checked_mul(number.max(1))
    });
    product.is_some_and(|product| product < 1 << 62)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Header> {
        let mut header = [MAGIC.as_slice(), &[1, 0]].concat();
        header.extend((text.len() as u16).to_le_bytes());
        header.extend(text.bytes());
        parse(&header)
    }

    #[test]
    fn headers_are_read() {
        let wanted = |shape: Vec<u64>| Some(Header { descr: "<f4".into(), fortran_order: false, shape });
        assert_eq!(read("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   \n"), wanted(vec![3, 4]));
        assert_eq!(read("{\"shape\":(),\"fortran_order\":False,\"descr\":\"<f4\"}\n"), wanted(vec![]));
        let structured = read("{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (2,), }\n");
        assert!(structured.unwrap().descr.starts_with('['));
    }

    #[test]
    fn what_is_not_a_header_is_none() {
        let deep = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {}3", "(".repeat(9_000));
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
            &deep,
            "{'é",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_that_overflow_are_seen_before_they_are_multiplied() {
        assert!(multiplies(b"'<f4', (33554432, 1)"));
        assert!(!multiplies(b"'<f4', (99999999999999999999,)"));
        assert!(!multiplies(b"'<f4', (4294967296, 4294967296, 4294967296)"));
    }
}
