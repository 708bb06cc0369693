//! What was compared: for each operation and judge how many results, how many differ, and the first that does.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use crate::parallel;

#[derive(Default)]
pub struct Tally {
    rows: BTreeMap<(String, &'static str), Row>,
}

#[derive(Clone, Default)]
struct Row {
    compared: u64,
    wrong: u64,
    first: String,
}

impl Tally {
    /// Compares what the interpreter's numbers give with what a judge gives.
    pub fn compare<T>(&mut self, operation: &str, judge: &'static str, operands: &[T], ours: &[u64], theirs: &[u64])
    where
        T: std::fmt::LowerHex,
    {
        assert!(operands.len() == ours.len() && ours.len() == theirs.len());
        let row = self.rows.entry((operation.to_owned(), judge)).or_default();
        row.compared += ours.len() as u64;
        if ours == theirs {
            return;
        }
        for (operands, (ours, theirs)) in operands.iter().zip(ours.iter().zip(theirs)) {
            if ours != theirs {
                row.wrong += 1;
                if row.first.is_empty() {
                    row.first = format!("of {operands:#x} it is {ours:#x}, by the judge {theirs:#x}");
                }
            }
        }
    }

    fn join(&mut self, other: Tally) {
        for (key, row) in other.rows {
            let all = self.rows.entry(key).or_default();
            all.compared += row.compared;
            all.wrong += row.wrong;
            if all.first.is_empty() {
                all.first = row.first;
            }
        }
    }

    pub fn wrong(&self) -> u64 {
        self.rows.values().map(|row| row.wrong).sum()
    }

    /// How many of one operation differ from what one judge says.
    #[cfg(test)]
    pub fn wrong_of(&self, operation: &str, judge: &'static str) -> u64 {
        self.rows.get(&(operation.to_owned(), judge)).map_or(0, |row| row.wrong)
    }

    fn compared(&self) -> u64 {
        self.rows.values().map(|row| row.compared).sum()
    }

    /// Prints a line for each operation and judge, and one for all.
    pub fn print(&self) {
        for ((operation, judge), row) in &self.rows {
            println!("{operation:<14} {judge:<5} {:>12} compared, {} differ {}", row.compared, row.wrong, row.first);
        }
        println!("all {:>12} compared, {} differ", self.compared(), self.wrong());
    }
}

/// Runs the blocks on every core and joins what they found; progress goes to the standard error.
pub fn over_blocks(blocks: u64, block: impl Fn(u64, &mut Tally) + Sync) -> Tally {
    let (next, whole, start) = (AtomicU64::new(0), Mutex::new(Tally::default()), Instant::now());
    thread::scope(|scope| {
        for _ in 0..parallel::threads() {
            scope.spawn(|| {
                let mut tally = Tally::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= blocks {
                        break;
                    }
                    block(number, &mut tally);
                    if number % 1024 == 0 {
                        eprint!("\r{number} of {blocks} blocks, {:.0} s ", start.elapsed().as_secs_f64());
                        let _ = std::io::stderr().flush();
                    }
                }
                whole.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).join(tally);
            });
        }
    });
    eprintln!("\r{blocks} blocks, {:.0} s          ", start.elapsed().as_secs_f64());
    whole.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
}
