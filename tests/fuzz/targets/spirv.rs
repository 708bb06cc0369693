//! Any words get an answer from the verifier: a proof or a refusal, without a panic, and in bounded time and memory. The
//! bytes are a module, or, if they are none, the SPIR-V of a kernel with the interface of `saxpy`.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lockstep_module::Module;
use lockstep_verifier::verify;

const SAXPY: &str = "kernel saxpy[n](a: f32, x: in [f32; n], y: inout [f32; n]) each i of y { y[i] = a * x[i] + y[i]; }";

static MODULE: LazyLock<Module> =
    LazyLock::new(|| lockstep_compiler::compile("saxpy.lks", SAXPY).module.expect("it compiles"));

fuzz_target!(|data: &[u8]| {
    if let Ok(module) = Module::from_bytes(data) {
        let _ = verify(&module);
        return;
    }
    let mut module = MODULE.clone();
    module.kernels[0].spirv = data.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
    let _ = verify(&module);
});
