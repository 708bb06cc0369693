//! What a program that runs under callgrind asks of it: to count from here to there. Drivers compile uncounted then, which
//! is many times faster.
#![allow(unsafe_code, reason = "valgrind is spoken to by a sequence of instructions that nothing else would write")]

use std::{fs, io, path::Path};

/// Requests of callgrind's, from its header.
#[derive(Clone, Copy)]
enum Request {
    Dump = 0x4354_0000,
    Zero = 0x4354_0001,
    Start = 0x4354_0004,
    Stop = 0x4354_0005,
}

/// Instructions of this process, all its threads together, while `work` runs. Callgrind writes its dumps to `files`, with a
/// number behind the name, and this is the dump of number `dump`.
///
/// # Errors
/// Those of `work`; if there is no dump, since nothing runs under callgrind.
pub(super) fn instructions(files: &Path, dump: u32, work: impl FnOnce() -> io::Result<()>) -> io::Result<u64> {
    ask(Request::Start);
    ask(Request::Zero);
    let worked = work();
    ask(Request::Dump);
    ask(Request::Stop);
    worked?;
    let path = format!("{}.{dump}", files.display());
    let text = fs::read_to_string(&path).map_err(|error| io::Error::other(format!("{path}: {error}")))?;
    fs::remove_file(&path)?;
    totals(&text).ok_or_else(|| io::Error::other(format!("{path} has no total")))
}

fn totals(dump: &str) -> Option<u64> {
    dump.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok())
}

/// Without valgrind this does nothing.
#[cfg(target_arch = "x86_64")]
fn ask(request: Request) {
    let words = [request as u64, 0, 0, 0, 0, 0];
    // SAFETY: four rotations of a register by 128 bits in all and an exchange of a register with itself change nothing;
    // valgrind, which knows the sequence, reads the words that rax points to and writes its answer to rdx.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") words.as_ptr(),
            inout("rdx") 0u64 => _,
        );
    }
}

/// Valgrind's sequence is another on each architecture.
#[cfg(not(target_arch = "x86_64"))]
fn ask(_: Request) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_of_a_dump_is_found() {
        assert_eq!(totals("events: Ir\nfn=x\n1 2\n\ntotals: 1234\n"), Some(1234));
        assert_eq!(totals("events: Ir\n"), None);
    }

    #[test]
    fn without_callgrind_there_is_no_count() {
        assert!(instructions(Path::new("/nowhere/dump"), 1, || Ok(())).is_err());
    }
}
