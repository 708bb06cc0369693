//! Arrays as `.npy`: what is taken, what is refused, and that an independent library reads and writes the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use lockstep_cli::arrays::{self, ArrayError, Code, Wanted};
use lockstep_module::{Array, Profile};
use lockstep_numbers::ScalarType::{self, Bf16x2, Bool, F16x2, F32, I8x4, I16x2, I32, I64, U8x4, U16x2, U32, U64};
use npyz::WriterBuilder;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, version: u8, header: &str, cells: &[u8]) -> PathBuf {
        let mut bytes = b"\x93NUMPY".to_vec();
        bytes.extend([version, 0]);
        match version {
            1 => bytes.extend((header.len() as u16).to_le_bytes()),
            _ => bytes.extend((header.len() as u32).to_le_bytes()),
        }
        bytes.extend(header.bytes());
        bytes.extend(cells);
        let path = self.path("x.npy");
        fs::write(&path, bytes).unwrap();
        path
    }

    fn plain(&self, descr: &str, shape: &str, cells: &[u8]) -> PathBuf {
        self.file(1, &format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n"), cells)
    }
}

fn read(path: &Path, element: ScalarType) -> Result<Array, ArrayError> {
    arrays::read(path, &Wanted { name: "x", element, rank: 1, dimensions: None, profile: Profile::Baseline })
}

fn refusal(path: &Path, element: ScalarType) -> (Code, String) {
    let ArrayError { code, message } = read(path, element).unwrap_err();
    (code, message)
}

#[test]
fn floats_keep_every_bit() {
    let folder = Folder::new();
    let words = [0x7fa0_0001u32, 0xffff_ffff, 1, 0x8000_0000, 0x7f80_0000, 0x3f80_0000];
    let little: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let big: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    assert_eq!(read(&folder.plain("<f4", "(6,)", &little), F32).unwrap().words, words);
    assert_eq!(read(&folder.plain(">f4", "(6,)", &big), F32).unwrap().words, words);
}

#[test]
fn integers_that_fit_exactly_are_taken() {
    let folder = Folder::new();
    let float = |value: f32| value.to_bits();
    let cases: [(&str, &[u8], ScalarType, u32); 15] = [
        ("|u1", &[200], F32, float(200.0)),
        ("|i1", &[0xff], F32, float(-1.0)),
        ("<u2", &[0xff, 0xff], F32, float(65535.0)),
        (">i2", &[0x80, 0x00], F32, float(-32768.0)),
        ("<u4", &[1, 2, 3, 4], U32, 0x0403_0201),
        (">u4", &[1, 2, 3, 4], U32, 0x0102_0304),
        (">u2", &[1, 2], U32, 0x0102),
        ("|u1", &[9], U32, 9),
        ("|b1", &[1], U32, 1),
        ("<i4", &[0xfe, 0xff, 0xff, 0xff], I32, u32::MAX - 1),
        ("<i2", &[0xfe, 0xff], I32, u32::MAX - 1),
        ("|i1", &[0xfe], I32, u32::MAX - 1),
        ("<u2", &[0xfe, 0xff], I32, 0xfffe),
        ("|u1", &[0xfe], I32, 0xfe),
        (">i2", &[0xff, 0xfe], I32, u32::MAX - 1),
    ];
    for (descr, cell, element, word) in cases {
        let array = read(&folder.plain(descr, "(1,)", cell), element).unwrap();
        assert_eq!(array, Array { element, dimensions: vec![1], words: vec![word] }, "{descr} as {element}");
    }
}

#[test]
fn cells_of_64_bits_are_two_words() {
    let folder = Folder::new();
    let cases: [(&str, &[u8], ScalarType, [u32; 2]); 8] = [
        ("<i8", &[1, 2, 3, 4, 5, 6, 7, 8], I64, [0x0403_0201, 0x0807_0605]),
        (">u8", &[1, 2, 3, 4, 5, 6, 7, 8], U64, [0x0506_0708, 0x0102_0304]),
        ("<i4", &[0xfe, 0xff, 0xff, 0xff], I64, [u32::MAX - 1, u32::MAX]),
        ("|i1", &[0x80], I64, [0xffff_ff80, u32::MAX]),
        ("<u4", &[0xfe, 0xff, 0xff, 0xff], I64, [u32::MAX - 1, 0]),
        ("<u4", &[0xfe, 0xff, 0xff, 0xff], U64, [u32::MAX - 1, 0]),
        (">u2", &[1, 2], U64, [0x0102, 0]),
        ("|b1", &[1], U64, [1, 0]),
    ];
    for (descr, cell, element, words) in cases {
        let array = read(&folder.plain(descr, "(1,)", cell), element).unwrap();
        assert_eq!(array, Array { element, dimensions: vec![1], words: words.into() }, "{descr} as {element}");
    }
}

#[test]
fn packed_words_are_read_as_bits_or_as_their_parts() {
    let folder = Folder::new();
    for element in [I8x4, U8x4, I16x2, U16x2, F16x2, Bf16x2] {
        let array = read(&folder.plain(">u4", "(1,)", &[1, 2, 3, 4]), element).unwrap();
        assert_eq!(array, Array { element, dimensions: vec![1], words: vec![0x0102_0304] });
    }
    let bytes = [1, 0xff, 3, 4, 5, 6, 7, 0x80];
    let cases = [
        ("|i1", "(2, 4)", I8x4, [0x0403_ff01, 0x8007_0605]),
        ("|u1", "(2, 4)", U8x4, [0x0403_ff01, 0x8007_0605]),
        ("<i2", "(2, 2)", I16x2, [0x0403_ff01, 0x8007_0605]),
        ("<u2", "(2, 2)", U16x2, [0x0403_ff01, 0x8007_0605]),
        (">u2", "(2, 2)", U16x2, [0x0304_01ff, 0x0780_0506]),
        ("<f2", "(2, 2)", F16x2, [0x0403_ff01, 0x8007_0605]),
    ];
    for (descr, shape, element, words) in cases {
        let array = read(&folder.plain(descr, shape, &bytes), element).unwrap();
        assert_eq!(array, Array { element, dimensions: vec![2, 1], words: words.into() }, "{descr} as {element}");
    }
    // The first index fastest: the rows are 1 3 5 7 and -1 4 6 -128.
    let header = "{'descr': '|i1', 'fortran_order': True, 'shape': (2, 4), }\n";
    let array = read(&folder.file(1, header, &bytes), I8x4).unwrap();
    assert_eq!(array, Array { element: I8x4, dimensions: vec![2, 1], words: vec![0x0705_0301, 0x8006_04ff] });
    let (code, message) = refusal(&folder.plain("|i1", "(6,)", &[0; 6]), I8x4);
    assert!(code == Code::Shape && message.contains("last dimension of 6"), "{message}");
}

#[test]
fn other_types_are_refused_with_the_sentence_that_converts() {
    let folder = Folder::new();
    for (descr, element, sentence) in [
        ("<f8", F32, "x.astype(np.float32)"),
        ("<f2", F32, "x.astype(np.float32)"),
        ("<i4", F32, "x.astype(np.float32)"),
        ("|b1", F32, "x.astype(np.float32)"),
        ("<i4", U32, "x.astype(np.uint32)"),
        ("<u8", U32, "x.astype(np.uint32)"),
        ("<u4", I32, "x.astype(np.int32)"),
        ("|b1", I32, "x.astype(np.int32)"),
        ("<f4", I32, "x.astype(np.int32)"),
        ("|O", U32, "x.astype(np.uint32)"),
        ("<M8[ns]", U32, "x.astype(np.uint32)"),
        ("<u8", I64, "x.astype(np.int64)"),
        ("<i8", U64, "x.astype(np.uint64)"),
        ("<f4", I64, "x.astype(np.int64)"),
        ("|u1", I8x4, "x.astype(np.int8)"),
        ("<i4", U8x4, "x.astype(np.uint8)"),
        ("<f4", F16x2, "x.astype(np.float16)"),
        ("<f2", Bf16x2, "x.astype(np.uint32)"),
    ] {
        let (code, message) = refusal(&folder.plain(descr, "(1,)", &[0; 8]), element);
        assert_eq!(code, Code::ElementType, "{message}");
        assert!(message.contains(sentence) && message.contains("`x` takes"), "{message}");
    }
    // Not a type at all, so there is nothing to convert.
    assert_eq!(refusal(&folder.plain("é", "(1,)", &[0; 8]), U32).0, Code::Damaged);
    let structured =
        folder.file(1, "{'descr': [('a', '<f4'), ('b', '<f4')], 'fortran_order': False, 'shape': (1,), }\n", &[0; 8]);
    assert_eq!(refusal(&structured, F32).0, Code::ElementType);
    assert_eq!(refusal(&folder.plain("|b1", "(1,)", &[0]), Bool).0, Code::ElementType);
}

#[test]
fn fortran_order_becomes_row_major_in_every_version() {
    let folder = Folder::new();
    // The array [[0, 1, 2], [3, 4, 5]], stored with the first index fastest.
    for version in 1..=3 {
        let header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n";
        let array = read(&folder.file(version, header, &[0, 3, 1, 4, 2, 5]), U32).unwrap();
        assert_eq!(array, Array { element: U32, dimensions: vec![2, 3], words: vec![0, 1, 2, 3, 4, 5] });
    }
    let header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 0), }\n";
    assert_eq!(read(&folder.file(1, header, &[]), U32).unwrap().words, [0u32; 0]);
}

#[test]
fn an_independent_library_writes_what_is_read() {
    let folder = Folder::new();
    let dimensions = [2u64, 3, 4];
    let place = |i: u32, j: u32, k: u32| i * 100 + j * 10 + k;
    for (order, dtype) in [(npyz::Order::Fortran, ">u4"), (npyz::Order::C, "<u4")] {
        let path = folder.path("x.npy");
        let mut writer = npyz::WriteOptions::new()
            .dtype(npyz::DType::Plain(dtype.parse().unwrap()))
            .order(order)
            .shape(&dimensions)
            .writer(fs::File::create(&path).unwrap())
            .begin_nd()
            .unwrap();
        for stored in 0..24u32 {
            let value = match order {
                npyz::Order::Fortran => place(stored % 2, stored / 2 % 3, stored / 6),
                npyz::Order::C => place(stored / 12, stored / 4 % 3, stored % 4),
            };
            writer.push(&value).unwrap();
        }
        writer.finish().unwrap();
        let array = read(&path, U32).unwrap();
        let wanted: Vec<u32> = (0..24).map(|cell| place(cell / 12, cell / 4 % 3, cell % 4)).collect();
        assert_eq!((array.dimensions, array.words), (vec![2, 3, 4], wanted));
    }
}

#[test]
fn an_independent_library_reads_what_is_written() {
    let folder = Folder::new();
    let path = folder.path("y.npy");
    let values = [1.5f32, -0.0, f32::INFINITY, 3.25, 0.1, 7.0];
    let words: Vec<u32> = values.iter().map(|value| value.to_bits()).collect();
    for dimensions in [vec![6], vec![2, 3], vec![1, 2, 3]] {
        let array = Array { element: F32, dimensions: dimensions.clone(), words: words.clone() };
        arrays::write(&path, "y", &array).unwrap();
        let bytes = fs::read(&path).unwrap();
        assert_eq!((bytes.len() - 24) % 64, 0, "the cells begin at a multiple of 64");
        let file = npyz::NpyFile::new(&bytes[..]).unwrap();
        assert_eq!(file.shape(), dimensions.iter().map(|size| u64::from(*size)).collect::<Vec<_>>());
        assert_eq!(file.into_vec::<f32>().unwrap(), values);
        assert_eq!(read(&path, F32).unwrap(), array);
    }
    for (element, descr) in [(I32, "<i4"), (U32, "<u4"), (I8x4, "<u4"), (F16x2, "<u4")] {
        let array = Array { element, dimensions: vec![2], words: vec![5, u32::MAX] };
        arrays::write(&path, "y", &array).unwrap();
        assert!(String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(&format!("'descr': '{descr}'")));
        assert_eq!(read(&path, element).unwrap(), array);
    }
}

#[test]
fn an_independent_library_reads_cells_of_64_bits() {
    let folder = Folder::new();
    let path = folder.path("y.npy");
    let words = vec![5, 0, 1, u32::MAX];
    let array = Array { element: I64, dimensions: vec![2], words: words.clone() };
    arrays::write(&path, "y", &array).unwrap();
    let signed = npyz::NpyFile::new(&fs::read(&path).unwrap()[..]).unwrap().into_vec::<i64>().unwrap();
    assert_eq!(signed, [5, -(1 << 32) + 1]);
    assert_eq!(read(&path, I64).unwrap(), array);
    let array = Array { element: U64, dimensions: vec![2], words };
    arrays::write(&path, "y", &array).unwrap();
    let unsigned = npyz::NpyFile::new(&fs::read(&path).unwrap()[..]).unwrap().into_vec::<u64>().unwrap();
    assert_eq!(unsigned, [5, 0xffff_ffff_0000_0001]);
    assert_eq!(read(&path, U64).unwrap(), array);
}

#[test]
fn shapes_that_no_parameter_has_are_refused() {
    let folder = Folder::new();
    let (code, message) = refusal(&folder.plain("<f4", "()", &[0; 4]), F32);
    assert_eq!(code, Code::Shape);
    assert!(message.contains("x.reshape(1)"), "{message}");
    assert_eq!(refusal(&folder.plain("<f4", "(1, 1, 1, 1)", &[0; 4]), F32).0, Code::Shape);
}

#[test]
fn a_header_that_claims_too_much_allocates_nothing() {
    let folder = Folder::new();
    for shape in [
        "(1000000, 1000000)",
        "(33554433,)",
        "(18446744073709551615,)",
        "(4294967296, 4294967296, 4294967296)",
        "(0, 5000000000)",
    ] {
        let (code, message) = refusal(&folder.plain("<f4", shape, &[0; 4]), F32);
        assert_eq!(code, Code::TooLarge, "{message}");
    }
    // The limit is on words, of which a cell of 64 bits has two; another profile has another.
    let half = folder.plain("<i8", "(16777217,)", &[0; 4]);
    assert_eq!(refusal(&half, I64).0, Code::TooLarge);
    let wanted = Wanted { name: "x", element: I64, rank: 1, dimensions: None, profile: Profile::Datacenter };
    assert_eq!(arrays::read(&half, &wanted).unwrap_err().code, Code::Damaged);
    let (code, message) = refusal(&folder.plain("<f4", "(33554432,)", &[0; 4]), F32);
    assert_eq!(code, Code::Damaged);
    assert!(message.contains("134217728") && message.contains("4 follow"), "{message}");
}

#[test]
fn damaged_files_are_refused() {
    let folder = Folder::new();
    let whole = fs::read(folder.plain("<f4", "(2,)", &[0; 8])).unwrap();
    let path = folder.path("cut.npy");
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(refusal(&path, F32).0, Code::Damaged, "{length} bytes");
    }
    fs::write(&path, [&whole[..], &[0]].concat()).unwrap();
    assert!(refusal(&path, F32).1.contains("goes on after its array"));
    fs::write(&path, b"\x89PNG\r\n\x1a\n and so on").unwrap();
    assert!(refusal(&path, F32).1.contains("not an .npy file"));
    assert!(refusal(&folder.file(9, "{}", &[]), F32).1.contains("version 9"));
    assert!(refusal(&folder.file(2, &"(".repeat(20_000), &[]), F32).1.contains("10000 is the most"));
    assert_eq!(refusal(&folder.file(2, &"(".repeat(9_000), &[]), F32).0, Code::Damaged);
    assert!(refusal(&folder.plain("|b1", "(1,)", &[2]), U32).1.contains("neither 0 nor 1"));
}
