//! Where text goes: results to stdout, messages to stderr.

use std::io::{self, Write};

/// The two streams of the command.
pub trait Console {
    /// A part of the result, one or more whole lines without the last line's end.
    fn result(&mut self, text: &str);
    /// A message: an error, a fault or a note.
    fn message(&mut self, text: &str);
}

/// The streams of this process.
#[derive(Debug, Default)]
pub struct Terminal;

impl Console for Terminal {
    fn result(&mut self, text: &str) {
        // A reader that has gone away, as in `lockstep … | head`, is no reason to stop a run that writes files.
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    fn message(&mut self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}
