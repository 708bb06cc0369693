//! Every refusal of a call, by its code: what a replica says before anything runs.

use lockstep_module::{Access, Argument, Array, Call, CallError, Combine, Extent, Profile, Signature, bind};
use lockstep_numbers::ScalarType;

use crate::make::{N, array, array_of, named, scalar, signature};

fn cells(count: u32) -> Argument {
    Argument::Array(Array::zeros(ScalarType::F32, vec![count]))
}

fn call(arguments: &[(&str, Argument)], extents: &[(&str, u32)]) -> Call {
    Call {
        arguments: arguments.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        extents: extents.iter().map(|(name, value)| ((*name).into(), *value)).collect(),
    }
}

fn refusal(arguments: &[(&str, Argument)], extents: &[(&str, u32)]) -> CallError {
    bind(&signature("k"), Profile::Baseline, call(arguments, extents)).expect_err("this call should be refused")
}

fn one() -> Argument {
    Argument::Scalar(ScalarType::F32, 0x3f80_0000)
}

#[test]
fn a_call_that_fits_is_bound() {
    let call = call(&[("a", one()), ("x", cells(3))], &[]);
    let bound = bind(&signature("k"), Profile::Baseline, call).expect("it fits");
    assert_eq!((bound.scalars, bound.extents), (vec![0x3f80_0000], vec![3]));
    assert_eq!(bound.arrays.iter().map(|a| a.words.is_some()).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_scalar_comes_through_the_door() {
    let of = |ty: ScalarType, bits| {
        let signature = named("k", &[], vec![scalar("s", ty)]);
        let call = call(&[("s", Argument::Scalar(ty, bits))], &[]);
        bind(&signature, Profile::Baseline, call).expect("it fits").scalars
    };
    assert_eq!(of(ScalarType::F32, 1), [0]);
    assert_eq!(of(ScalarType::Bool, 2), [1]);
    assert_eq!(of(ScalarType::I32, u64::MAX), [u32::MAX.into()]);
    assert_eq!(of(ScalarType::U64, u64::MAX), [u64::MAX]);
}

#[test]
fn each_refusal_has_its_code_and_names_what_is_wrong() {
    let wrong_type = Argument::Array(Array::zeros(ScalarType::U32, vec![3]));
    let short = Argument::Array(Array { element: ScalarType::F32, dimensions: vec![3], words: vec![0; 2] });
    let square = Argument::Array(Array::zeros(ScalarType::F32, vec![2, 2]));
    let huge = Argument::Array(Array { element: ScalarType::F32, dimensions: vec![1 << 26], words: vec![] });
    let cases = [
        ("C0001", refusal(&[("a", one())], &[]), "`x` is missing"),
        ("C0001", refusal(&[("x", cells(3))], &[]), "`a` is missing"),
        ("C0002", refusal(&[("a", one()), ("x", cells(3)), ("z", one())], &[]), "no parameter `z`"),
        ("C0002", refusal(&[("a", one()), ("x", cells(3))], &[("m", 3)]), "no parameter `m`"),
        ("C0003", refusal(&[("a", one()), ("x", wrong_type)], &[]), "[u32; 3]"),
        ("C0003", refusal(&[("a", one()), ("x", one())], &[]), "a single number"),
        ("C0003", refusal(&[("a", Argument::Scalar(ScalarType::I32, 1)), ("x", cells(3))], &[]), "i32 was given"),
        ("C0003", refusal(&[("a", cells(3)), ("x", cells(3))], &[]), "an array was given"),
        ("C0003", refusal(&[("a", one()), ("x", cells(3)), ("y", cells(3))], &[]), "an out array"),
        ("C0004", refusal(&[("a", one()), ("x", square)], &[]), "of rank 2"),
        ("C0004", refusal(&[("a", one()), ("x", short)], &[]), "it holds 2 cells"),
        ("C0004", refusal(&[("a", one()), ("x", cells(3))], &[("n", 4)]), "the call makes n = 4, not 3"),
        ("C0006", refusal(&[("a", one()), ("x", huge)], &[]), "67108864 cells"),
    ];
    for (code, error, part) in cases {
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.contains(part), "{error} does not say {part}");
    }
    let free = named("k", &["n"], vec![array("y", Access::Out, &[N])]);
    assert_eq!(bind(&free, Profile::Baseline, Call::default()).expect_err("nothing fixes n").code, "C0005");
}

#[test]
fn an_array_of_sums_is_supplied_and_one_of_claims_is_not() {
    let sums = array_of(ScalarType::U32, "h", Access::Accumulate(Combine::Add), &[N]);
    let claims = array_of(ScalarType::U32, "p", Access::Claim, &[N]);
    let signature = named("k", &["n"], vec![sums, claims]);
    let h = || ("h", Argument::Array(Array::zeros(ScalarType::U32, vec![4])));
    let bound = bind(&signature, Profile::Baseline, call(&[h()], &[])).expect("it fits");
    assert_eq!(bound.arrays.iter().map(|a| a.words.clone()).collect::<Vec<_>>(), [Some(vec![0; 4]), None]);
    let missing = bind(&signature, Profile::Baseline, call(&[], &[("n", 4)])).expect_err("h is missing");
    assert!(missing.code == "C0001" && missing.message.contains("acc(add)"), "{missing}");
    let p = ("p", Argument::Array(Array::zeros(ScalarType::U32, vec![4])));
    let given = bind(&signature, Profile::Baseline, call(&[h(), p], &[])).expect_err("p is given");
    assert!(given.code == "C0003" && given.message.contains("a claim array"), "{given}");
}

#[test]
fn a_64_bit_cell_is_two_words_the_lower_first() {
    let array = Array { element: ScalarType::U64, dimensions: vec![2], words: vec![1, 2, 3, 4] };
    assert_eq!(array.cells().collect::<Vec<u64>>(), [2 << 32 | 1, 4 << 32 | 3]);
    let signature = named("k", &["n"], vec![array_of(ScalarType::U64, "x", Access::In, &[N])]);
    let of = |array| bind(&signature, Profile::Baseline, call(&[("x", Argument::Array(array))], &[]));
    assert_eq!(of(array.clone()).expect("it fits").extents, [2]);
    let short = Array { words: vec![1, 2], ..array };
    assert_eq!(of(short).expect_err("it is one cell short").code, "C0004");
}

#[test]
fn the_profile_bounds_the_words_of_an_array_and_each_dimension() {
    let of = |element: ScalarType, profile: Profile, sizes: &[u32]| {
        let dimensions: Vec<Extent> = sizes.iter().map(|size| Extent::Constant(*size)).collect();
        let signature: Signature = named("k", &[], vec![array_of(element, "y", Access::Out, &dimensions)]);
        bind(&signature, profile, Call::default()).map_err(|error| error.code).map(|_| ())
    };
    let (small, large) = (Profile::Baseline, Profile::Datacenter);
    let most = 1 << 25;
    assert_eq!(of(ScalarType::F32, small, &[most]), Ok(()));
    assert_eq!(of(ScalarType::I8x4, small, &[1 << 13, 1 << 12]), Ok(()));
    assert_eq!(of(ScalarType::U64, small, &[1 << 24]), Ok(()));
    assert_eq!(of(ScalarType::U64, small, &[(1 << 24) + 1]), Err("C0006"));
    assert_eq!(of(ScalarType::F32, small, &[most + 1]), Err("C0006"));
    assert_eq!(of(ScalarType::F32, small, &[most + 1, 0]), Err("C0006"), "no dimension is larger");
    assert_eq!(of(ScalarType::F32, small, &[u32::MAX, u32::MAX, u32::MAX]), Err("C0006"));
    assert_eq!(of(ScalarType::F32, large, &[1 << 29]), Ok(()));
    assert_eq!(of(ScalarType::U64, large, &[(1 << 28) + 1]), Err("C0006"));
    assert_eq!(of(ScalarType::F32, large, &[(1 << 29) + 1, 0]), Err("C0006"));
}
