//! `.png`: 8 bits a channel. Grey is an array [h, w], colour an array [h, w, 3].
//!
//! Reading. A palette becomes colour and fewer bits become 8. For integers a cell is the byte, 0 to 255; for `f32` it
//! is byte / 255, divided as the language divides. 16 bits and transparency are refused: dropping either would lose
//! what the developer may need.
//!
//! Writing. An integer must be 0 to 255. An `f32` is clamped to 0..1, the NaN is 0, and the byte is 255 · v rounded to
//! nearest; the one tie, 0.5, becomes 128.

use std::{
    io::{self, Write},
    path::Path,
};

use lockstep_module::Array;
use lockstep_numbers::{ScalarType, convert, float};
use png::{BitDepth, ColorType, Decoder, DecodingError, Encoder, EncodingError, Limits, Transformations};

use super::{ArrayError, Code, Opened, Wanted, within_limit};
use crate::cell;

/// What the decoder may allocate for itself: a few rows of the widest image that fits 2^25 cells.
const DECODER_BYTES: usize = 256 << 20;

pub(super) fn read(file: Opened<'_>, wanted: &Wanted<'_>) -> Result<Array, ArrayError> {
    let path = file.path;
    let undecodable = |error: DecodingError| match error {
        DecodingError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            ArrayError::new(Code::Damaged, path, "is not a whole PNG image: it ends early")
        }
        DecodingError::IoError(error) => ArrayError::new(Code::System, path, format!("could not be read: {error}")),
        error => ArrayError::new(Code::Damaged, path, format!("is not a PNG image, or it is damaged: {error}")),
    };
    let mut decoder = Decoder::new_with_limits(file.reader, Limits { bytes: DECODER_BYTES });
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(undecodable)?;
    let (width, height) = header.size();
    let channels = if header.color_type == ColorType::Grayscale { 1 } else { 3 };
    // Asked before the decoder makes room for a row.
    within_limit(path, wanted, &[u64::from(height), u64::from(width), channels])?;
    let mut reader = decoder.read_info().map_err(undecodable)?;
    let (color, depth) = reader.output_color_type();
    let shape = match (color, depth) {
        (ColorType::Grayscale, BitDepth::Eight) => vec![height, width],
        (ColorType::Rgb, BitDepth::Eight) => vec![height, width, 3],
        (_, BitDepth::Sixteen) => {
            let hint = "has 16 bits a channel, and 8 are read: save it with 8, or give its values as .npy";
            return Err(ArrayError::new(Code::ImageKind, path, hint));
        }
        _ => {
            let hint = "has transparency, which an array of grey or RGB cannot hold: save it without an alpha channel";
            return Err(ArrayError::new(Code::ImageKind, path, hint));
        }
    };
    if shape.len() != wanted.rank {
        return Err(ArrayError::new(Code::Shape, path, other_rank(wanted, &shape)));
    }
    let mut bytes = vec![0; shape.iter().map(|size| *size as usize).product()];
    reader.next_frame(&mut bytes).map_err(undecodable)?;
    let words = word_of_each_byte(wanted.element);
    let words = bytes.iter().map(|byte| words[usize::from(*byte)]).collect();
    Ok(Array { element: wanted.element, dimensions: shape, words })
}

fn word_of_each_byte(element: ScalarType) -> [u32; 256] {
    let mut words = [0; 256];
    for (byte, word) in (0u32..).zip(&mut words) {
        *word = match element {
            ScalarType::F32 => float::div(convert::u32_to_f32(byte), convert::u32_to_f32(255)),
            _ => byte,
        };
    }
    words
}

fn other_rank(wanted: &Wanted<'_>, shape: &[u32]) -> String {
    let (name, element, rank) = (wanted.name, wanted.element, wanted.rank);
    match (shape, rank) {
        ([h, w, _], 2) => format!(
            "is a colour image, [{h}, {w}, 3], and `{name}` has rank 2: save it in greyscale, or declare \
             `{name}` as [{element}; h, w, 3]"
        ),
        ([h, w], 3) => format!(
            "is a grey image, [{h}, {w}], and `{name}` has rank 3: save it in RGB, or declare `{name}` as \
             [{element}; h, w]"
        ),
        _ => format!("is an image, of rank {}, and `{name}` has rank {rank}", shape.len()),
    }
}

/// An array that has been found to be an image.
pub(super) struct Image {
    width: u32,
    height: u32,
    color: ColorType,
    bytes: Vec<u8>,
}

impl Image {
    pub(super) fn of(path: &Path, name: &str, array: &Array) -> Result<Image, ArrayError> {
        let (height, width, color) = match array.dimensions.as_slice() {
            [height, width] => (*height, *width, ColorType::Grayscale),
            [height, width, 3] => (*height, *width, ColorType::Rgb),
            dimensions => {
                let message =
                    format!("cannot hold `{name}`: an image is [h, w] or [h, w, 3], and `{name}` is {dimensions:?}");
                return Err(ArrayError::new(Code::Shape, path, message));
            }
        };
        if height == 0 || width == 0 {
            let message = format!("cannot hold `{name}`: it has no cells, and an image has at least one");
            return Err(ArrayError::new(Code::Shape, path, message));
        }
        let mut bytes = Vec::with_capacity(array.words.len());
        for (position, word) in array.words.iter().enumerate() {
            match byte_of(array.element, *word) {
                Some(byte) => bytes.push(byte),
                None => {
                    let (cell, value) = (cell::show(position, &array.dimensions), array.element.show((*word).into()));
                    let message = format!(
                        "cannot hold `{name}`: {name}{cell} is {value}, and a byte is 0 to 255. Write it as .npy"
                    );
                    return Err(ArrayError::new(Code::Value, path, message));
                }
            }
        }
        Ok(Image { width, height, color, bytes })
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let system = |error: EncodingError| match error {
            EncodingError::IoError(error) => error,
            error => io::Error::other(error),
        };
        let mut encoder = Encoder::new(out, self.width, self.height);
        encoder.set_color(self.color);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(system)?;
        writer.write_image_data(&self.bytes).map_err(system)?;
        writer.finish().map_err(system)
    }
}

fn byte_of(element: ScalarType, word: u32) -> Option<u8> {
    match element {
        ScalarType::F32 => {
            // Exact: 24 bits times 8 bits. The cast takes the NaN to 0 and clamps.
            let scaled = f64::from(f32::from_bits(word)) * 255.0;
            Some(scaled.round_ties_even() as u8)
        }
        _ => u8::try_from(word).ok(),
    }
}
