//! Arrays as `.png`: the values of pixels, and the images that are refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use lockstep_cli::arrays::{self, ArrayError, Code, Wanted};
use lockstep_module::{Array, Profile};
use lockstep_numbers::ScalarType::{self, F32, I32, U32};
use png::{BitDepth, ColorType};

/// An image, made by the library itself.
fn image(folder: &Path, color: ColorType, depth: BitDepth, (width, height): (u32, u32), bytes: &[u8]) -> PathBuf {
    let path = folder.join("photo.png");
    let mut encoder = png::Encoder::new(File::create(&path).unwrap(), width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == ColorType::Indexed {
        encoder.set_palette(vec![10, 20, 30, 40, 50, 60]);
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(bytes).unwrap();
    writer.finish().unwrap();
    path
}

fn read(path: &Path, element: ScalarType, rank: usize) -> Result<Array, ArrayError> {
    arrays::read(path, &Wanted { name: "x", element, rank, dimensions: None, profile: Profile::Baseline })
}

#[test]
fn bytes_become_integers_or_the_nearest_fraction() {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<u8> = (0..=255).collect();
    let path = image(folder.path(), ColorType::Grayscale, BitDepth::Eight, (64, 4), &all);
    for element in [U32, I32] {
        let array = read(&path, element, 2).unwrap();
        assert_eq!(array, Array { element, dimensions: vec![4, 64], words: (0..256).collect() });
    }
    let floats = read(&path, F32, 2).unwrap().words;
    for (byte, word) in (0u16..).zip(floats) {
        assert_eq!(word, (f32::from(byte) / 255.0).to_bits(), "{byte}");
    }
}

#[test]
fn colour_and_palette_have_three_channels() {
    let folder = tempfile::tempdir().unwrap();
    let path = image(folder.path(), ColorType::Rgb, BitDepth::Eight, (2, 1), &[1, 2, 3, 4, 5, 6]);
    let array = read(&path, U32, 3).unwrap();
    assert_eq!(array, Array { element: U32, dimensions: vec![1, 2, 3], words: vec![1, 2, 3, 4, 5, 6] });
    let path = image(folder.path(), ColorType::Indexed, BitDepth::One, (2, 1), &[0b0100_0000]);
    assert_eq!(read(&path, U32, 3).unwrap().words, [10, 20, 30, 40, 50, 60]);
}

#[test]
fn few_bits_become_eight() {
    let folder = tempfile::tempdir().unwrap();
    let path = image(folder.path(), ColorType::Grayscale, BitDepth::Two, (4, 1), &[0b0001_1011]);
    assert_eq!(read(&path, U32, 2).unwrap().words, [0, 85, 170, 255]);
}

#[test]
fn images_without_one_meaning_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = |color, depth, bytes: &[u8], rank| {
        let path = image(folder.path(), color, depth, (1, 1), bytes);
        let ArrayError { code, message } = read(&path, F32, rank).unwrap_err();
        (code, message)
    };
    let (code, message) = refusal(ColorType::Grayscale, BitDepth::Sixteen, &[1, 2], 2);
    assert!(code == Code::ImageKind && message.contains("16 bits"), "{message}");
    let (code, message) = refusal(ColorType::Rgba, BitDepth::Eight, &[1, 2, 3, 4], 3);
    assert!(code == Code::ImageKind && message.contains("transparency"), "{message}");
    let (code, message) = refusal(ColorType::GrayscaleAlpha, BitDepth::Eight, &[1, 2], 2);
    assert!(code == Code::ImageKind && message.contains("transparency"), "{message}");
    let (code, message) = refusal(ColorType::Rgb, BitDepth::Eight, &[1, 2, 3], 2);
    assert!(code == Code::Shape && message.contains("[f32; h, w, 3]"), "{message}");
    let (code, message) = refusal(ColorType::Grayscale, BitDepth::Eight, &[1], 3);
    assert!(code == Code::Shape && message.contains("`x` as [f32; h, w]"), "{message}");
    let (code, message) = refusal(ColorType::Grayscale, BitDepth::Eight, &[1], 1);
    assert!(code == Code::Shape && message.contains("rank 1"), "{message}");
}

#[test]
fn damaged_and_oversized_images_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = image(folder.path(), ColorType::Grayscale, BitDepth::Eight, (8, 8), &[7; 64]);
    let whole = fs::read(&path).unwrap();
    // The last twelve bytes are the mark of the end; every pixel is there without them.
    for length in 0..whole.len() - 12 {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(read(&path, F32, 2).unwrap_err().code, Code::Damaged, "{length} bytes");
    }
    for byte in 0..whole.len() {
        let mut changed = whole.clone();
        changed[byte] ^= 0x55;
        fs::write(&path, &changed).unwrap();
        if let Ok(array) = read(&path, U32, 2) {
            assert_eq!(array.words.len(), array.dimensions.iter().product::<u32>() as usize, "byte {byte}");
        }
    }
    fs::write(&path, b"\x93NUMPY\x01\0 and so on").unwrap();
    assert!(read(&path, F32, 2).unwrap_err().message.contains("not a PNG image"));
    // A header that claims 2^31 - 1 by 2^31 - 1 pixels, with its right checksum.
    let mut claim = whole[..16].to_vec();
    claim.extend([0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 8, 0, 0, 0, 0]);
    claim.extend(checksum(&claim[12..]).to_be_bytes());
    claim.extend(&whole[33..]);
    fs::write(&path, claim).unwrap();
    assert_eq!(read(&path, F32, 2).unwrap_err().code, Code::TooLarge);
}

fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[test]
fn floats_are_clamped_and_rounded_on_their_way_to_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("y.png");
    let cases = [
        (0.0, 0),
        (1.0, 255),
        (0.5, 128),
        (-3.0, 0),
        (7.0, 255),
        (f32::NAN, 0),
        (f32::INFINITY, 255),
        (f32::NEG_INFINITY, 0),
        (0.49999997, 127),
        (1.0 / 510.0 + 1e-9, 1),
        (1.0 / 510.0 - 1e-9, 0),
    ];
    let words = cases.iter().map(|(value, _): &(f32, u32)| value.to_bits()).collect();
    arrays::write(&path, "y", &Array { element: F32, dimensions: vec![1, 11], words }).unwrap();
    let bytes: Vec<u32> = cases.iter().map(|(_, byte)| *byte).collect();
    assert_eq!(read(&path, U32, 2).unwrap().words, bytes);
}

#[test]
fn every_byte_survives_the_way_out_and_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("y.png");
    for element in [U32, I32] {
        let array = Array { element, dimensions: vec![16, 16], words: (0..256).collect() };
        arrays::write(&path, "y", &array).unwrap();
        assert_eq!(read(&path, element, 2).unwrap(), array);
        let floats = read(&path, F32, 2).unwrap();
        arrays::write(&path, "y", &floats).unwrap();
        assert_eq!(read(&path, element, 2).unwrap(), array);
    }
    let colour = Array { element: U32, dimensions: vec![2, 1, 3], words: vec![9, 8, 7, 6, 5, 4] };
    arrays::write(&path, "y", &colour).unwrap();
    assert_eq!(read(&path, U32, 3).unwrap(), colour);
}

#[test]
fn what_is_no_image_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("y.png");
    let refusal = |element, dimensions: Vec<u32>, words: Vec<u32>| {
        let ArrayError { code, message } =
            arrays::write(&path, "y", &Array { element, dimensions, words }).unwrap_err();
        (code, message)
    };
    let (code, message) = refusal(U32, vec![2, 2], vec![0, 1, 2, 256]);
    assert!(code == Code::Value && message.contains("y[1, 1] is 256"), "{message}");
    let (code, message) = refusal(I32, vec![1, 2], vec![0, u32::MAX]);
    assert!(code == Code::Value && message.contains("y[0, 1] is -1"), "{message}");
    assert_eq!(refusal(U32, vec![4], vec![0; 4]).0, Code::Shape);
    assert_eq!(refusal(U32, vec![1, 1, 4], vec![0; 4]).0, Code::Shape);
    assert_eq!(refusal(U32, vec![0, 4], vec![]).0, Code::Shape);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
