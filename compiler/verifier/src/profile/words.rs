//! The words of a module as instructions, one after the other. Nothing is built: an instruction is a view of its words.

use rspirv::spirv::{MAGIC_NUMBER, Op};

use super::{Reading, limits};
use crate::{refusal::Refusal, rules, tree::Site};

/// The version 1.5.
const VERSION: u32 = 0x0001_0500;
/// How many words the header has.
const HEADER: usize = 5;

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub struct Instruction<'w> {
    /// Where it stands.
    pub site: Site,
    /// Its opcode.
    pub code: u32,
    /// The words after the first.
    pub operands: &'w [u32],
}

impl Instruction<'_> {
    /// Its name.
    pub fn name(&self) -> String {
        name(self.code)
    }

    /// Whether it is this one.
    pub fn is(&self, op: Op) -> bool {
        self.code == op as u32
    }

    /// The operands, as many as the form has.
    pub fn exactly<const N: usize>(&self) -> Reading<[u32; N]> {
        match <[u32; N]>::try_from(self.operands) {
            Ok(operands) => Ok(operands),
            Err(_) => Err(self.form(format!("has {} operands in the profile, not {}", N, self.operands.len()))),
        }
    }

    /// A refusal of its form.
    pub fn form(&self, what: impl AsRef<str>) -> Refusal {
        Refusal::at(rules::FORM, self.site, format!("{} {}", self.name(), what.as_ref()))
    }
}

/// The name of an opcode.
pub fn name(code: u32) -> String {
    Op::from_u32(code).map_or_else(|| format!("opcode {code}"), |op| format!("Op{op:?}"))
}

/// The instructions that are still to be read.
#[derive(Clone, Debug)]
pub struct Words<'w> {
    rest: &'w [u32],
    /// How many ids the header allows.
    pub bound: u32,
    next: u32,
}

impl<'w> Words<'w> {
    /// Checks the header.
    pub fn new(words: &'w [u32]) -> Reading<Words<'w>> {
        let refuse = |what: String| Err(Refusal::of(rules::BINARY, what));
        if words.len() > limits::WORDS.most as usize {
            return Err(exceeded(limits::WORDS, None));
        }
        let (Some([magic, version, _, bound, schema]), Some(rest)) =
            (words.get(..HEADER).and_then(|header| <[u32; HEADER]>::try_from(header).ok()), words.get(HEADER..))
        else {
            return refuse(format!("a module has a header of {HEADER} words; this has {} in all", words.len()));
        };
        if magic != MAGIC_NUMBER {
            return refuse(format!("the first word is {magic:#010x}, not the magic number {MAGIC_NUMBER:#010x}"));
        }
        if version != VERSION {
            return refuse(format!("the version is {version:#010x}; the profile has {VERSION:#010x}, which is 1.5"));
        }
        if schema != 0 {
            return refuse(format!("the schema is {schema}, not 0"));
        }
        if bound as usize > words.len() {
            return refuse(format!("the bound of ids, {bound}, is more than the module has words, {}", words.len()));
        }
        Ok(Words { rest, bound, next: 0 })
    }

    /// Takes the next instruction; None at the end.
    pub fn next(&mut self) -> Reading<Option<Instruction<'w>>> {
        let Some(first) = self.rest.first() else { return Ok(None) };
        let (length, code) = (first >> 16, first & 0xffff);
        let site = Site(self.next);
        let (Some(all), Some(rest)) = (self.rest.get(..length as usize), self.rest.get(length as usize..)) else {
            let left = self.rest.len();
            let what = format!("{} has {length} words, and {left} are left in the module", name(code));
            return Err(Refusal::at(rules::BINARY, site, what));
        };
        let Some(operands) = all.get(1..) else {
            return Err(Refusal::at(rules::BINARY, site, format!("{} has no words", name(code))));
        };
        self.rest = rest;
        self.next += 1;
        Ok(Some(Instruction { site, code, operands }))
    }

    /// Looks at the opcode of the next instruction.
    pub fn peek(&self) -> Option<u32> {
        self.rest.first().map(|first| first & 0xffff)
    }

    /// How many instructions were taken.
    pub fn taken(&self) -> u32 {
        self.next
    }
}

/// A literal text: bytes up to the first that is 0, padded with zeros; None if it is no such text.
pub fn text(words: &[u32]) -> Option<String> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let (text, padding) = bytes.split_at(end);
    let padded = padding.len() <= 4 && padding.iter().all(|byte| *byte == 0);
    padded.then(|| String::from_utf8_lossy(text).into_owned())
}

/// The refusal of a module that is larger than a limit.
pub fn exceeded(limit: limits::Limit, site: Option<Site>) -> Refusal {
    let message = format!("there are more than {} {}", limit.most, limit.name);
    Refusal { rule: rules::LIMIT, site, message }
}
