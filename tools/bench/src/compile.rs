//! The speed of the compiler: equal programs through Lockstep, naga and glslang, in one run.

use std::{
    io::{self, Write},
    time::Duration,
};

use lockstep_compiler::{Compilation, check, compile, spirv};
use naga::{
    back::spv,
    front::wgsl,
    valid::{Capabilities, ValidationFlags, Validator},
};

use crate::{
    glslang::{EMPTY, Glslang, repeated},
    peers::{PEERS, Peer, lines},
    timing::{median_of, middle, milliseconds},
};

const RUNS: usize = 21;
/// Its processes are slow.
const GLSLANG_RUNS: usize = 11;
/// How many kernels more.
const COPIES: usize = 64;

/// A compiler's time for one program.
struct Measured {
    compiler: &'static str,
    lines: usize,
    time: Duration,
}

/// Measures and prints a table.
///
/// # Errors
/// A program that a compiler refuses.
pub fn measure(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "The speed of compilers, source to SPIR-V. Medians of {RUNS} runs; lines without comments")?;
    let glslang = match Glslang::find()? {
        Ok(glslang) => {
            writeln!(
                out,
                "glslang {}: a process for each kernel; \"less empty\": less that of an empty shader; \"one more\": what \
                 one more main function adds to a process, by {COPIES} of them",
                glslang.version
            )?;
            Some(glslang)
        }
        Err(reason) => {
            writeln!(out, "glslang is left out: {reason}")?;
            None
        }
    };
    let header = ["program", "compiler", "lines", "ms", "µs a line"];
    writeln!(out, "{:14}{:30}{:>6}{:>10}{:>11}", header[0], header[1], header[2], header[3], header[4])?;
    let mut sums: Vec<Measured> = Vec::new();
    for peer in &PEERS {
        let rows = rows(peer, glslang.as_ref())?;
        for row in &rows {
            print(out, peer.name, row)?;
        }
        if sums.is_empty() {
            sums = rows;
        } else {
            for (sum, row) in sums.iter_mut().zip(rows) {
                sum.lines += row.lines;
                sum.time += row.time;
            }
        }
    }
    sums.iter().try_for_each(|sum| print(out, "all", sum))
}

#[allow(clippy::cast_precision_loss, reason = "few lines")]
fn print(out: &mut dyn Write, program: &str, row: &Measured) -> io::Result<()> {
    let ms = milliseconds(row.time);
    let each = ms * 1000.0 / row.lines.max(1) as f64;
    writeln!(out, "{program:14}{:30}{:6}{ms:10.3}{each:11.2}", row.compiler, row.lines)
}

fn rows(peer: &Peer, glslang: Option<&Glslang>) -> io::Result<Vec<Measured>> {
    let text = peer.lockstep;
    let lockstep = |compiler, time| Measured { compiler, lines: lines(text), time };
    let mut rows = vec![
        lockstep("lockstep, check alone", median_of(RUNS, || checked(check(peer.name, text)))?),
        lockstep("lockstep", median_of(RUNS, || emitted(peer.name, text))?),
        lockstep("lockstep and spirv-val", median_of(RUNS, || checked(compile(peer.name, text)))?),
        Measured { compiler: "naga", lines: lines(peer.wgsl), time: median_of(RUNS, || naga(peer))? },
    ];
    if let Some(glslang) = glslang {
        let compilers = ["glslang, processes", "glslang, less empty", "glslang, one more"];
        for (compiler, time) in compilers.into_iter().zip(glslang_rows(glslang, peer)?) {
            rows.push(Measured { compiler, lines: peer.glsl_lines(), time });
        }
    }
    Ok(rows)
}

/// A process for each kernel; how much longer these take than processes for an empty shader; how much longer one takes
/// for one kernel more. Medians. What a process costs is nearly all of it and swings, so each is
/// set against one that follows it.
fn glslang_rows(glslang: &Glslang, peer: &Peer) -> io::Result<[Duration; 3]> {
    let process = |text: &str| glslang.compile(text).map(|(_, time)| time);
    let (mut whole, mut less_empty, mut one_more) = (Vec::new(), Differences::default(), Differences::default());
    for _ in 0..GLSLANG_RUNS {
        let mut kernels = Duration::ZERO;
        let (mut empty, mut once, mut often) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        for (_, text) in peer.glsl {
            kernels += process(text)?;
            empty += process(EMPTY)?;
            once += process(&repeated(text, 1))?;
            often += process(&repeated(text, 1 + COPIES))?;
        }
        whole.push(kernels);
        less_empty.add(kernels, empty);
        one_more.add(often, once);
    }
    let copies = u32::try_from(COPIES).unwrap_or(u32::MAX);
    Ok([middle(whole), less_empty.median(), one_more.median() / copies])
}

/// Signed differences of times. In each of them one of the two is zero.
#[derive(Default)]
struct Differences {
    more: Vec<Duration>,
    less: Vec<Duration>,
}

impl Differences {
    fn add(&mut self, a: Duration, b: Duration) {
        self.more.push(a.saturating_sub(b));
        self.less.push(b.saturating_sub(a));
    }

    /// The median; zero if it is negative.
    fn median(self) -> Duration {
        middle(self.more).saturating_sub(middle(self.less))
    }
}

fn checked(compilation: Compilation) -> io::Result<Compilation> {
    match compilation.diagnostics.first() {
        Some(diagnostic) => Err(io::Error::other(format!("lockstep: {diagnostic:?}"))),
        None => Ok(compilation),
    }
}

/// All proofs, and SPIR-V, but not the validator of Khronos, which neither naga nor glslang runs.
fn emitted(name: &str, text: &str) -> io::Result<Vec<Vec<u32>>> {
    let compilation = checked(check(name, text))?;
    let kernels = compilation.ir.iter().map(spirv::emit);
    kernels.collect::<Result<_, _>>().map_err(io::Error::other)
}

fn naga(peer: &Peer) -> io::Result<Vec<u32>> {
    let failed = |what: String| io::Error::other(format!("naga: {}: {what}", peer.name));
    let module = wgsl::parse_str(peer.wgsl).map_err(|error| failed(error.to_string()))?;
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::default());
    let info = validator.validate(&module).map_err(|error| failed(error.to_string()))?;
    spv::write_vec(&module, &info, &spv::Options::default(), None).map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn naga_compiles_every_program() {
        for peer in &PEERS {
            assert!(naga(peer).unwrap().len() > 5, "{}", peer.name);
        }
    }
}
