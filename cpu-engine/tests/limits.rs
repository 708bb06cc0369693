//! Kernels that are made to take much memory to compile are refused before they do; what is just below the limits is
//! compiled.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_cpu::Engine;
use lockstep_engine::Fault;
use lockstep_verifier::verify;

/// Why the engine refuses a kernel whose lanes do this, if it does.
fn refusal(does: &str) -> Option<String> {
    let head = "kernel k[n](x: in [u32; n], w: in [i64; n], y: out [u32; n]) each i of y";
    let module = lockstep_compiler::compile("k.lks", &format!("{head} {{ {does} }}")).module.expect("it compiles");
    let engine = Engine::new().unwrap();
    let loaded = engine.load(&verify(&module).unwrap()).unwrap();
    match engine.compile(&loaded) {
        Ok(()) => None,
        Err(Fault::KernelRefused { detail, .. }) => Some(detail),
        Err(fault) => panic!("{fault}"),
    }
}

fn each(count: u32, write: impl Fn(u32) -> String) -> String {
    (0..count).map(write).collect()
}

/// Quotients of 64 bits, which are long.
fn long(quotients: u32) -> String {
    let divided = each(quotients, |_| "s = s / (w[i] | 1) + 7;\n".into());
    format!("var s = w[i]; {divided} y[i] = u32(s);")
}

/// A loop that is left in as many places as it changes variables: each place carries all of them.
fn carried(variables: u32) -> String {
    let set = each(variables, |v| format!("var v{v} = i ^ {v};\n"));
    let left = each(variables, |v| format!("v{v} += p; if x[p] == {v} {{ break; }}\n"));
    let used = each(variables, |v| format!("s = s * 3 + v{v};\n"));
    format!("var s: u32 = x[i]; {set} for p in 0..n {{ {left} }} {used} y[i] = s;")
}

/// Variables in the last blocks of many.
fn noted(variables: u32, reads: u32) -> String {
    let read = each(reads, |j| format!("s ^= x[i + {j}] else 0;\n"));
    let set = each(variables, |v| format!("var v{v} = i;\n"));
    let changed = each(variables, |v| format!("v{v} = p;\n"));
    let used = each(variables, |v| format!("s ^= v{v};\n"));
    format!("var s: u32 = x[i]; {read} {set} for p in 0..n {{ {changed} }} {used} y[i] = s;")
}

#[test]
fn instructions_are_limited() {
    assert_eq!(refusal(&long(300)), None);
    let why = refusal(&long(1800)).unwrap();
    assert!(why.starts_with("it comes to more than 524288 instructions"), "{why}");
}

#[test]
fn what_branches_carry_is_limited() {
    assert_eq!(refusal(&carried(600)), None);
    let why = refusal(&carried(1800)).unwrap();
    assert!(why.starts_with("its branches carry more than 8388608 words"), "{why}");
}

#[test]
fn variables_times_blocks_are_limited() {
    assert_eq!(refusal(&noted(1500, 1500)), None);
    let why = refusal(&noted(3600, 3600)).unwrap();
    assert!(why.starts_with("its variables times its blocks are more than 33554432"), "{why}");
}
