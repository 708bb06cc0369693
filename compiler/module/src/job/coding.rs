//! One byte for each scalar type and operator. The byte is the position in a table that only ever grows.

use std::io::{Error, ErrorKind, Read, Result, Write};

use borsh::{BorshDeserialize, BorshSerialize};
use lockstep_numbers::{Binary, ScalarType, Unary};

const SCALAR_TYPES: [ScalarType; 12] = [
    ScalarType::F32,
    ScalarType::I32,
    ScalarType::U32,
    ScalarType::Bool,
    ScalarType::I64,
    ScalarType::U64,
    ScalarType::I8x4,
    ScalarType::U8x4,
    ScalarType::I16x2,
    ScalarType::U16x2,
    ScalarType::F16x2,
    ScalarType::Bf16x2,
];

const UNARIES: [Unary; 7] = [
    Unary::Negate,
    Unary::Not,
    Unary::Absolute,
    Unary::SquareRoot,
    Unary::HalfToFloat,
    Unary::FloatToHalf,
    Unary::FloatToBrain,
];

const BINARIES: [Binary; 21] = [
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Divide,
    Binary::Remainder,
    Binary::And,
    Binary::Or,
    Binary::Xor,
    Binary::ShiftLeft,
    Binary::ShiftRight,
    Binary::Equal,
    Binary::NotEqual,
    Binary::Less,
    Binary::LessOrEqual,
    Binary::Greater,
    Binary::GreaterOrEqual,
    Binary::Minimum,
    Binary::Maximum,
    Binary::CeilingDivide,
    Binary::MultiplyHigh,
    Binary::Dot,
];

fn write<T: PartialEq, W: Write>(table: &[T], item: &T, writer: &mut W) -> Result<()> {
    let position = table.iter().position(|entry| entry == item);
    match position.and_then(|p| u8::try_from(p).ok()) {
        Some(byte) => byte.serialize(writer),
        None => Err(Error::new(ErrorKind::InvalidData, "an operator that the format has no byte for")),
    }
}

fn read<T: Copy, R: Read>(table: &[T], reader: &mut R) -> Result<T> {
    let byte = u8::deserialize_reader(reader)?;
    let unknown = || Error::new(ErrorKind::InvalidData, format!("byte {byte} names no type or operator"));
    table.get(usize::from(byte)).copied().ok_or_else(unknown)
}

pub(crate) fn write_scalar_type<W: Write>(item: &ScalarType, writer: &mut W) -> Result<()> {
    write(&SCALAR_TYPES, item, writer)
}

pub(crate) fn read_scalar_type<R: Read>(reader: &mut R) -> Result<ScalarType> {
    read(&SCALAR_TYPES, reader)
}

pub(crate) fn write_unary<W: Write>(item: &Unary, writer: &mut W) -> Result<()> {
    write(&UNARIES, item, writer)
}

pub(crate) fn read_unary<R: Read>(reader: &mut R) -> Result<Unary> {
    read(&UNARIES, reader)
}

pub(crate) fn write_binary<W: Write>(item: &Binary, writer: &mut W) -> Result<()> {
    write(&BINARIES, item, writer)
}

pub(crate) fn read_binary<R: Read>(reader: &mut R) -> Result<Binary> {
    read(&BINARIES, reader)
}
