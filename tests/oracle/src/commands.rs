//! What the command does. Each answers whether what it compared was equal.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use lockstep_witness::operation::Operation;
use sha2::{Digest, Sha256};

use crate::basics;
use crate::binary::{self, Binary};
use crate::parallel;
use crate::samples;
use crate::scrambled;
use crate::unary::{self, Unary};

/// Inputs of one line of hashes: those that share their highest byte.
const BLOCK: usize = 1 << 24;
const RULE: &str = "inputs canonical; rounded once to 24 bits, nearest even, unbounded exponent; \
    below 2^-126 a zero of its sign; from 2^128 infinity";

pub fn run(arguments: &[&str]) -> Result<bool, String> {
    match arguments {
        ["list"] => {
            for function in &unary::ALL {
                println!("{}", function.name);
            }
            Ok(true)
        }
        ["hashes", name] => {
            hashes(unary(name)?, &Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../math/{name}.hashes")))
        }
        ["hashes", name, path] => hashes(unary(name)?, Path::new(path)),
        ["samples", name] => {
            samples(name, &Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../math/{name}.samples")))
        }
        ["samples", name, path] => samples(name, Path::new(path)),
        ["values", name, first, count, path] => {
            let words = parallel::values(unary(name)?, number(first)?, number(count)? as usize);
            write(Path::new(path), &words)?;
            Ok(true)
        }
        ["check", name, first, path] => {
            let (got, first) = (read(path)?, number(first)?);
            let want = parallel::values(unary(name)?, first, got.len());
            Ok(compare(&got, &want, |at| format!("{:08x}", first.wrapping_add(at as u32))))
        }
        ["verify", name, count] => verify(unary(name)?, number(count)?, 1),
        ["verify", name, count, seed] => verify(unary(name)?, number(count)?, u64::from(number(seed)?)),
        ["pairs", name, pairs, path] => {
            write(Path::new(path), &of_pairs(binary(name)?, &read(pairs)?))?;
            Ok(true)
        }
        ["check-pairs", name, pairs, path] => {
            let (pairs, got) = (read(pairs)?, read(path)?);
            let want = of_pairs(binary(name)?, &pairs);
            Ok(compare(&got, &want, |at| format!("{:08x} {:08x}", pairs[2 * at], pairs[2 * at + 1])))
        }
        ["basics", count] => basics(number(count)?.into(), 1),
        ["basics", count, seed] => basics(number(count)?.into(), number(seed)?.into()),
        ["basics-words"] => words(1),
        ["basics-words", one_in] => words(u64::from(number(one_in)?).max(1)),
        _ => Err("not a command".to_owned()),
    }
}

fn basics(count: u64, seed: u64) -> Result<bool, String> {
    println!("all pairs of edges, and {count} others of seed {seed}");
    let tally = basics::pairs::run(count, seed, Operation::right);
    tally.print();
    Ok(tally.wrong() == 0)
}

fn words(one_in: u64) -> Result<bool, String> {
    println!("all 2^32 words by the unit, those of one block in {one_in} by MPFR");
    let tally = basics::words::run(one_in);
    tally.print();
    Ok(tally.wrong() == 0)
}

fn samples(name: &str, path: &Path) -> Result<bool, String> {
    let text = match Unary::of_name(name) {
        Some(function) => samples::unary(function),
        None => samples::binary(binary(name)?),
    };
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(true)
}

fn unary(name: &str) -> Result<&'static Unary, String> {
    Unary::of_name(name).ok_or_else(|| format!("{name}: no such function of one argument"))
}

fn binary(name: &str) -> Result<&'static Binary, String> {
    Binary::of_name(name).ok_or_else(|| format!("{name}: no such function of two arguments"))
}

fn number(text: &str) -> Result<u32, String> {
    let read = match text.strip_prefix("0x") {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => text.parse(),
    };
    read.map_err(|error| format!("{text}: {error}"))
}

fn read(path: &str) -> Result<Vec<u32>, String> {
    let bytes = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect())
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn write(path: &Path, words: &[u32]) -> Result<(), String> {
    fs::write(path, bytes(words)).map_err(|error| format!("{}: {error}", path.display()))
}

/// Prints how many differ, and the first of them.
fn compare(got: &[u32], want: &[u32], input: impl Fn(usize) -> String) -> bool {
    let wrong: Vec<usize> = (0..want.len()).filter(|&at| got.get(at) != Some(&want[at])).collect();
    println!("{} wrong of {}", wrong.len(), want.len());
    for &at in wrong.iter().take(20) {
        let got = got.get(at).map_or("nothing".to_owned(), |word| format!("{word:08x}"));
        println!("{}: {got}, should be {:08x}", input(at), want[at]);
    }
    wrong.is_empty()
}

fn of_pairs(function: &Binary, pairs: &[u32]) -> Vec<u32> {
    let mut words = vec![0; pairs.len() / 2];
    parallel::fill(&mut words, binary::Evaluation::new, |at, evaluation| {
        function.word(pairs[2 * at], pairs[2 * at + 1], evaluation)
    });
    words
}

/// Appends the lines that are not in the file yet, so that a run that was broken off goes on.
fn hashes(function: &Unary, path: &Path) -> Result<bool, String> {
    let explain = |error: std::io::Error| format!("{}: {error}", path.display());
    let header = format!("{}: {RULE}", function.name);
    let mut lines: Vec<String> = fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect();
    if lines.first() != Some(&header) {
        lines = vec![header];
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(explain)?;
    }
    for block in lines.len() - 1..256 {
        let words = parallel::values(function, (block * BLOCK) as u32, BLOCK);
        let hash: String = Sha256::digest(bytes(&words)).iter().map(|byte| format!("{byte:02x}")).collect();
        lines.push(format!("{block:02x} {hash}"));
        let aside = PathBuf::from(format!("{}.part", path.display()));
        fs::write(&aside, lines.join("\n") + "\n").and_then(|()| fs::rename(&aside, path)).map_err(explain)?;
        eprint!("\r{} {}/256 ", function.name, block + 1);
        std::io::stderr().flush().map_err(explain)?;
    }
    eprintln!();
    Ok(true)
}

/// Compares the quick decision with MPFR, wherever there is one.
fn verify(function: &Unary, count: u32, seed: u64) -> Result<bool, String> {
    let mut found = vec![None; count as usize];
    parallel::fill(&mut found, unary::Evaluation::new, |at, evaluation| {
        let word = scrambled(at as u64 ^ (seed << 32));
        let quick = function.quick(word)?;
        let exact = function.exact(word, evaluation);
        Some((word, quick, exact))
    });
    let decided: Vec<_> = found.into_iter().flatten().collect();
    let wrong: Vec<_> = decided.iter().filter(|(_, quick, exact)| quick != exact).collect();
    println!("{}: {} decided of {count}, {} wrong", function.name, decided.len(), wrong.len());
    for (word, quick, exact) in wrong.iter().take(20) {
        println!("{word:08x}: {quick:08x}, should be {exact:08x}");
    }
    Ok(wrong.is_empty())
}
