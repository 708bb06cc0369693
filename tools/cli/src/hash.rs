//! One SHA-256 for how a run ended, so that two people can compare runs by one line.
//!
//! The bytes that are hashed, where integers are little-endian and a *text* is its length in bytes as u64 and then its
//! UTF-8 bytes:
//!
//! - the 18 bytes `lockstep outcome 2` and a zero byte;
//! - of a run that finished: the byte 0; the number of outputs as u32; then each output in the order of the parameters:
//!   its name as text, its element type as a byte (f32 0, i32 1, u32 2, bool 3, i64 4, u64 5, i8x4 6, u8x4 7, i16x2 8,
//!   u16x2 9, f16x2 10, bf16x2 11), its rank as u32, its dimensions as u32 each, and its words as u32 each: the cells
//!   row-major, a cell of 64 bits as two words, the lower first;
//! - of a run that trapped: the byte 1; the kernel as text; the dispatch and then the group, each as the byte 0 for none,
//!   or the byte 1 and a u64; the number of lane coordinates as u32, and each as text and u32; the cause as a byte (index
//!   0, division 1, assertion 2, loop 3, doubly claimed 4); the detail as text; then as u64 each: source, first byte of
//!   the span, byte after the span, line, column.

use lockstep_module::{Outcome, Output, TrapCause, TrapReport};
use lockstep_numbers::ScalarType;
use sha2::{Digest, Sha256};

const DOMAIN: &[u8] = b"lockstep outcome 2\0";

/// The hash of an outcome, in 64 hexadecimal digits.
pub fn outcome(outcome: &Outcome) -> String {
    let mut sha = Sha256::new();
    sha.update(DOMAIN);
    match outcome {
        Outcome::Finished(outputs) => finished(&mut sha, outputs),
        Outcome::Trapped(report) => trapped(&mut sha, report),
    }
    sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn finished(sha: &mut Sha256, outputs: &[Output]) {
    sha.update([0]);
    sha.update((outputs.len() as u32).to_le_bytes());
    for Output { name, array } in outputs {
        text(sha, name);
        sha.update([match array.element {
            ScalarType::F32 => 0,
            ScalarType::I32 => 1,
            ScalarType::U32 => 2,
            ScalarType::Bool => 3,
            ScalarType::I64 => 4,
            ScalarType::U64 => 5,
            ScalarType::I8x4 => 6,
            ScalarType::U8x4 => 7,
            ScalarType::I16x2 => 8,
            ScalarType::U16x2 => 9,
            ScalarType::F16x2 => 10,
            ScalarType::Bf16x2 => 11,
        }]);
        sha.update((array.dimensions.len() as u32).to_le_bytes());
        words(sha, &array.dimensions);
        words(sha, &array.words);
    }
}

fn trapped(sha: &mut Sha256, report: &TrapReport) {
    let TrapReport { kernel, dispatch, group, lane, cause, detail, source, span, line, column } = report;
    sha.update([1]);
    text(sha, kernel);
    for place in [dispatch, group] {
        match place {
            None => sha.update([0]),
            Some(number) => {
                sha.update([1]);
                sha.update(number.to_le_bytes());
            }
        }
    }
    sha.update((lane.len() as u32).to_le_bytes());
    for (name, coordinate) in lane {
        text(sha, name);
        sha.update(coordinate.to_le_bytes());
    }
    sha.update([match cause {
        TrapCause::IndexOutOfRange => 0,
        TrapCause::DivisionByZero => 1,
        TrapCause::AssertionFailed => 2,
        TrapCause::LoopOverMaximum => 3,
        TrapCause::DoublyClaimed => 4,
    }]);
    text(sha, detail);
    for number in [source, &span.0, &span.1, line, column] {
        sha.update((*number as u64).to_le_bytes());
    }
}

fn text(sha: &mut Sha256, text: &str) {
    sha.update((text.len() as u64).to_le_bytes());
    sha.update(text);
}

/// The words in blocks, so that little is copied.
fn words(sha: &mut Sha256, words: &[u32]) {
    let mut bytes = Vec::with_capacity(4 * words.len().min(4096));
    for block in words.chunks(4096) {
        bytes.clear();
        bytes.extend(block.iter().flat_map(|word| word.to_le_bytes()));
        sha.update(&bytes);
    }
}

#[cfg(test)]
mod tests {
    use lockstep_module::Array;

    use super::*;

    fn output(name: &str, dimensions: Vec<u32>, words: Vec<u32>) -> Output {
        Output { name: name.into(), array: Array { element: ScalarType::U32, dimensions, words } }
    }

    fn report() -> TrapReport {
        TrapReport {
            kernel: "k".into(),
            dispatch: Some(0),
            group: Some(3),
            lane: vec![("i".into(), 800)],
            cause: TrapCause::IndexOutOfRange,
            detail: "index 7 is not below n = 5".into(),
            source: 0,
            span: (10, 14),
            line: 2,
            column: 5,
        }
    }

    #[test]
    fn the_layout_is_the_one_written_above() {
        let mut bytes = b"lockstep outcome 2\0\x00\x01\0\0\0\x01\0\0\0\0\0\0\0y\x02\x01\0\0\0\x02\0\0\0".to_vec();
        bytes.extend([7, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
        let wanted: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(outcome(&Outcome::Finished(vec![output("y", vec![2], vec![7, u32::MAX])])), wanted);
    }

    #[test]
    fn every_part_of_an_outcome_changes_the_hash() {
        let mut outcomes = vec![
            Outcome::Finished(vec![]),
            Outcome::Finished(vec![output("y", vec![2, 1], vec![7, 8])]),
            Outcome::Finished(vec![output("y", vec![1, 2], vec![7, 8])]),
            Outcome::Finished(vec![output("z", vec![2, 1], vec![7, 8])]),
            Outcome::Finished(vec![output("y", vec![2, 1], vec![7, 9])]),
            Outcome::Trapped(report()),
        ];
        let changes: [fn(&mut TrapReport); 11] = [
            |r| r.kernel = "l".into(),
            |r| r.dispatch = None,
            |r| r.group = Some(4),
            |r| r.group = None,
            |r| r.lane[0].1 = 801,
            |r| r.cause = TrapCause::DivisionByZero,
            |r| r.detail.push('.'),
            |r| r.source = 1,
            |r| r.span.1 = 15,
            |r| r.line = 3,
            |r| r.column = 6,
        ];
        for change in changes {
            let mut report = report();
            change(&mut report);
            outcomes.push(Outcome::Trapped(report));
        }
        let mut hashes: Vec<String> = outcomes.iter().map(outcome).collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), outcomes.len());
    }
}
