//! The benchmark: how long the compiler takes, beside others, and how fast its code is, beside hand-written code.
//! Medians, since machines are noisy. See README.md.
//!
//! `cargo run --release -p lockstep-bench -- [check] [compile] [verify] [code] [cpu] [math | instructions [FUNCTION…]] [--large]`

mod agreement;
mod check;
mod code;
mod compile;
mod cpu;
mod engines;
mod glslang;
mod input;
mod math;
mod native;
mod numpy;
mod peers;
mod program;
mod repeated;
mod timing;
mod verify;

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use input::Scale;
use math::instructions;

const USAGE: &str =
    "usage: lockstep-bench [check] [compile] [verify] [code] [cpu] [math | instructions [FUNCTION…]] [--large]";

fn main() -> ExitCode {
    let (options, mut parts): (Vec<String>, Vec<String>) = env::args().skip(1).partition(|word| word.starts_with('-'));
    if parts.is_empty() {
        parts = ["check", "compile", "verify", "code", "cpu", "math"].map(String::from).into();
    }
    let functions =
        match parts.iter().position(|part| ["math", "instructions", instructions::COUNTED].contains(&part.as_str())) {
            Some(at) => parts.split_off(at + 1),
            None => Vec::new(),
        };
    let scale = match options.as_slice() {
        [] => Scale::Small,
        [option] if option == "--large" => Scale::Large,
        _ => return usage(),
    };
    let out = &mut io::stdout();
    for part in &parts {
        let measured = match part.as_str() {
            "check" => check::measure(out),
            "compile" => compile::measure(out),
            "verify" => verify::measure(out),
            "code" => code::measure(out, scale),
            "cpu" => cpu::measure(out, scale),
            "math" => math::measure(out, &functions, scale),
            "instructions" => instructions::measure(out, &functions),
            instructions::COUNTED => instructions::count(out, &functions),
            _ => return usage(),
        };
        if let Err(error) = measured.and_then(|()| writeln!(out)) {
            eprintln!("the benchmark `{part}` failed: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
