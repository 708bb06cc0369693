//! Calls made of a command line: what each kind of parameter takes, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::Path};

use lockstep_cli::{
    arrays,
    binding::{self, Assignment, Binding},
    failure::{Exit, Failure},
};
use lockstep_module::{
    Access, Argument, Array, ArrayType, Combine, Extent, Parameter, ParameterKind, Profile, Signature,
};
use lockstep_numbers::ScalarType::{self, Bool, F32, I32, U32, U64};

/// `mix[n](a: f32, k: i32, flip: bool, big: u64, x: in [f32; n], table: in [u32; n, 2], y: inout [f32; n],
/// z: out [f32; n, 3], counts: acc(add) [u32; 2], places: claim [u32; n])`.
fn signature() -> Signature {
    let scalar = |name: &str, ty| Parameter { name: name.into(), kind: ParameterKind::Scalar(ty) };
    let array = |name: &str, access, element, dimensions: &[Extent]| Parameter {
        name: name.into(),
        kind: ParameterKind::Array { access, ty: ArrayType { element, dimensions: dimensions.to_vec() } },
    };
    let n = Extent::Named(0);
    Signature {
        name: "mix".into(),
        extents: vec!["n".into()],
        parameters: vec![
            scalar("a", F32),
            scalar("k", I32),
            scalar("flip", Bool),
            scalar("big", U64),
            array("x", Access::In, F32, &[n]),
            array("table", Access::In, U32, &[n, Extent::Constant(2)]),
            array("y", Access::InOut, F32, &[n]),
            array("z", Access::Out, F32, &[n, Extent::Constant(3)]),
            array("counts", Access::Accumulate(Combine::Add), U32, &[Extent::Constant(2)]),
            array("places", Access::Claim, U32, &[n]),
        ],
    }
}

fn assignments(folder: &Path, texts: &[&str]) -> Vec<Assignment> {
    let here = format!("{}/", folder.display());
    texts.iter().map(|text| text.replace("./", &here).parse().unwrap()).collect()
}

fn bind(folder: &Path, texts: &[&str], saves: &[&str]) -> Result<Binding, Failure> {
    binding::bind(&signature(), Profile::Baseline, &assignments(folder, texts), &assignments(folder, saves))
}

fn put(folder: &Path, name: &str, element: ScalarType, dimensions: &[u32]) {
    let mut array = Array::zeros(element, dimensions.to_vec());
    (1..).zip(&mut array.words).for_each(|(value, word)| *word = value);
    arrays::write(&folder.join(name), name, &array).unwrap();
}

#[test]
fn every_kind_of_parameter_is_bound() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    put(at, "x.npy", F32, &[4]);
    put(at, "table.bin", U32, &[4, 2]);
    put(at, "counts.npy", U32, &[2]);
    let numbers = ["a=2.5", "k=-3", "flip=true", "big=0xffffffffffffffff"];
    let files = ["table=./table.bin", "x=./x.npy", "z=./z.png", "counts=./counts.npy", "places=./places.npy"];
    let given = [&numbers[..], &files[..]].concat();
    let Binding { call, saves } = bind(at, &given, &["y=./y.npy"]).unwrap();
    assert_eq!(call.arguments["a"], Argument::Scalar(F32, 2.5f32.to_bits().into()));
    assert_eq!(call.arguments["k"], Argument::Scalar(I32, 0xffff_fffd));
    assert_eq!(call.arguments["flip"], Argument::Scalar(Bool, 1));
    assert_eq!(call.arguments["big"], Argument::Scalar(U64, u64::MAX));
    // What lanes combine into is the caller's, and what they claim begins as zeros.
    let counts = Array { element: U32, dimensions: vec![2], words: vec![1, 2] };
    assert_eq!(call.arguments["counts"], Argument::Array(counts));
    assert!(!call.arguments.contains_key("places"));
    assert_eq!(saves["places"], at.join("places.npy"));
    let words = vec![1, 2, 3, 4, 5, 6, 7, 8];
    assert_eq!(call.arguments["table"], Argument::Array(Array { element: U32, dimensions: vec![4, 2], words }));
    assert!(!call.arguments.contains_key("z"));
    assert_eq!(saves["y"], at.join("y.npy"));
    assert_eq!(saves["z"], at.join("z.png"));
}

#[test]
fn a_file_without_a_shape_needs_its_extents() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    put(at, "x.bin", F32, &[4]);
    let failure = bind(at, &["x=./x.bin"], &[]).unwrap_err();
    assert!(failure.text.contains("A0010") && failure.text.contains("as `n=100`"), "{failure}");
    assert!(bind(at, &["x=./x.bin", "n=4"], &[]).is_ok());
    let failure = bind(at, &["x=./x.bin", "n=5"], &[]).unwrap_err();
    assert!(failure.text.contains("16 bytes") && failure.text.contains("needs 20"), "{failure}");
}

#[test]
fn shapes_are_read() {
    assert_eq!(binding::shape("[1024, 64]"), Ok(vec![1024, 64]));
    assert_eq!(binding::shape("[3]"), Ok(vec![3]));
    for text in ["[]", "[3", "3", "[3,]", "[-1]", "[4294967296]"] {
        assert!(binding::shape(text).is_err(), "{text}");
    }
}

#[test]
fn mistakes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let cases: [(&[&str], &[&str], &str, &str); 12] = [
        (&["b=1"], &[], "B0001", "it has a: f32, k: i32, flip: bool, big: u64, x: in [f32; n]"),
        (&["a=1", "a=2"], &[], "B0002", "twice"),
        (&["a=x.npy"], &[], "B0003", "`a=x.npy`: an f32 is"),
        (&["n=-1"], &[], "B0003", "`n=-1`: a u32 is"),
        (&[], &["x=x.npy"], "B0004", "`mix` writes `y`, `z`, `counts`, `places`"),
        (&[], &["q=x.npy"], "B0004", "`q` cannot be saved"),
        (&["z=z.npy"], &["z=w.npy"], "B0004", "saved twice"),
        (&["z=z.npy"], &["y=z.npy"], "B0004", "path of its own"),
        (&["z=z.txt"], &[], "A0003", "extension"),
        (&[], &["y=y.png"], "A0006", "rank 1"),
        (&["x=./none.npy"], &[], "A0001", "does not exist"),
        (&["x=7"], &[], "A0003", "7 has no extension"),
    ];
    for (given, saves, code, part) in cases {
        let failure = bind(at, given, saves).unwrap_err();
        assert_eq!(failure.exit, Exit::Refused);
        assert!(failure.text.starts_with(&format!("error[{code}]")) && failure.text.contains(part), "{failure}");
    }
    assert_eq!(fs::read_dir(at).unwrap().count(), 0);
}
