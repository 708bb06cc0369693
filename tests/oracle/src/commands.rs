//! What the command does. Each answers whether what it compared was equal.

use std::fs;
use std::path::Path;

use lockstep_witness::operation::Operation;

use crate::basics;
use crate::hashes;
use crate::parallel;
use crate::samples;
use crate::scrambled;
use crate::several::{self, Several};
use crate::unary::{self, Unary};

pub fn run(arguments: &[&str]) -> Result<bool, String> {
    match arguments {
        ["list"] => {
            for function in &unary::ALL {
                println!("{}", function.name);
            }
            Ok(true)
        }
        ["hashes", name] => hashes(name, &Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../math/{name}.hashes"))),
        ["hashes", name, path] => hashes(name, Path::new(path)),
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
        ["verify", name, count] => verify(name, number(count)?, 1),
        ["verify", name, count, seed] => verify(name, number(count)?, u64::from(number(seed)?)),
        ["answers", name, arguments, path] => {
            let function = several(name)?;
            write(Path::new(path), &answers(function, &read(arguments)?))?;
            Ok(true)
        }
        ["check-answers", name, arguments, path] => {
            let function = several(name)?;
            let (arguments, got) = (read(arguments)?, read(path)?);
            let want = answers(function, &arguments);
            let count = function.arguments();
            Ok(compare(&got, &want, |at| format!("{:08x?}", &arguments[count * at..count * (at + 1)])))
        }
        ["basics", count] => basics(number(count)?.into(), 1),
        ["basics", count, seed] => basics(number(count)?.into(), number(seed)?.into()),
        ["basics-words"] => words(1, ""),
        ["basics-words", one_in] => words(number(one_in)?.into(), ""),
        ["basics-words", one_in, part] => words(number(one_in)?.into(), part),
        _ => Err("not a command".to_owned()),
    }
}

fn basics(count: u64, seed: u64) -> Result<bool, String> {
    println!("all pairs of edges, and {count} others of seed {seed}");
    let tally = basics::pairs::run(count, seed, Operation::right);
    tally.print();
    Ok(tally.wrong() == 0)
}

fn words(one_in: u64, part: &str) -> Result<bool, String> {
    println!("all 2^32 words by the unit, those of one block in {one_in} by MPFR");
    let tally = basics::words::run(one_in.max(1), part);
    tally.print();
    Ok(tally.wrong() == 0)
}

fn samples(name: &str, path: &Path) -> Result<bool, String> {
    let text = match Unary::of_name(name) {
        Some(function) => samples::unary(function),
        None => samples::several(several(name).and_then(|function| match function.arguments() {
            2 => Ok(function),
            _ => Err(format!("{name}: samples are of one argument or two")),
        })?),
    };
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(true)
}

fn unary(name: &str) -> Result<&'static Unary, String> {
    Unary::of_name(name).ok_or_else(|| format!("{name}: no such function of one argument"))
}

fn several(name: &str) -> Result<&'static Several, String> {
    Several::of_name(name).ok_or_else(|| format!("{name}: no such function"))
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

fn answers(function: &Several, arguments: &[u32]) -> Vec<u32> {
    let count = function.arguments();
    let mut words = vec![0; arguments.len() / count];
    parallel::fill(&mut words, several::Evaluation::new, |at, evaluation| {
        let mut words = [0; 3];
        words[..count].copy_from_slice(&arguments[count * at..count * (at + 1)]);
        function.word(words, evaluation)
    });
    words
}

fn hashes(name: &str, path: &Path) -> Result<bool, String> {
    match Unary::of_name(name) {
        Some(function) => hashes::unary(function, path),
        None => hashes::several(several(name)?, path),
    }
}

/// Compares the quick decision with MPFR, wherever there is one.
fn verify(name: &str, count: u32, seed: u64) -> Result<bool, String> {
    let Some(function) = Unary::of_name(name) else {
        let function = several(name)?;
        let operands = |at: usize| function.operands.at(at as u64 + (seed << 32));
        return Ok(decided(name, count, several::Evaluation::new, |at, evaluation| {
            let words = operands(at);
            let quick = function.quick(words)?;
            Some((format!("{:08x?}", &words[..function.arguments()]), quick, function.exact(words, evaluation)))
        }));
    };
    Ok(decided(name, count, unary::Evaluation::new, |at, evaluation| {
        let word = scrambled(at as u64 ^ (seed << 32));
        let quick = function.quick(word)?;
        Some((format!("{word:08x}"), quick, function.exact(word, evaluation)))
    }))
}

/// For each number the arguments, the quick decision and MPFR's, where there is a quick one.
fn decided<S>(
    name: &str,
    count: u32,
    state: impl Fn() -> S + Sync,
    both: impl Fn(usize, &mut S) -> Option<(String, u32, u32)> + Sync,
) -> bool {
    let mut found = vec![(false, None); count as usize];
    parallel::fill(&mut found, state, |at, evaluation| match both(at, evaluation) {
        Some(both) if both.1 != both.2 => (true, Some(both)),
        Some(_) => (true, None),
        None => (false, None),
    });
    let decided = found.iter().filter(|(decided, _)| *decided).count();
    let wrong: Vec<_> = found.into_iter().filter_map(|(_, wrong)| wrong).collect();
    println!("{name}: {decided} decided of {count}, {} wrong", wrong.len());
    for (words, quick, exact) in wrong.iter().take(20) {
        println!("{words}: {quick:08x}, should be {exact:08x}");
    }
    wrong.is_empty()
}
