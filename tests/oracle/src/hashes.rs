//! Files of hashes: a line that says what they are of, then a line for each block of 2^24 results.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use lockstep_witness::operands;
use sha2::{Digest, Sha256};

use crate::parallel;
use crate::several::{self, Several};
use crate::unary::Unary;

const RULE: &str = "inputs canonical; rounded once to 24 bits, nearest even, unbounded exponent; \
    below 2^-126 a zero of its sign; from 2^128 infinity";
const BLOCK: usize = operands::BLOCK;

/// All 2^32 inputs, those that share their highest byte in one block.
pub fn unary(function: &Unary, path: &Path) -> Result<bool, String> {
    let header = format!("{}: {RULE}", function.name);
    append(&header, 256, path, |block| parallel::values(function, (block * BLOCK) as u32, BLOCK))
}

/// The operands of `lockstep_witness`, in their order.
pub fn several(function: &Several, path: &Path) -> Result<bool, String> {
    let header = format!("{} of 2^30 operands of lockstep-witness: {RULE}", function.name());
    append(&header, operands::BLOCKS, path, |block| {
        let mut words = vec![0; BLOCK];
        parallel::fill(&mut words, several::Evaluation::new, |at, evaluation| {
            function.word(function.operands.at((block * BLOCK + at) as u64), evaluation)
        });
        words
    })
}

/// Appends the lines that are not in the file yet, so that a run that was broken off goes on.
fn append(header: &str, blocks: usize, path: &Path, results: impl Fn(usize) -> Vec<u32>) -> Result<bool, String> {
    let explain = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut lines: Vec<String> = fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect();
    if lines.first().map(String::as_str) != Some(header) {
        lines = vec![header.to_owned()];
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(explain)?;
    }
    for block in lines.len() - 1..blocks {
        let mut hash = Sha256::new();
        results(block).iter().for_each(|word| hash.update(word.to_le_bytes()));
        let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        lines.push(format!("{block:02x} {hash}"));
        let aside = PathBuf::from(format!("{}.part", path.display()));
        fs::write(&aside, lines.join("\n") + "\n").and_then(|()| fs::rename(&aside, path)).map_err(explain)?;
        eprint!("\r{} {}/{blocks} ", path.display(), block + 1);
        std::io::stderr().flush().map_err(explain)?;
    }
    eprintln!();
    Ok(true)
}
