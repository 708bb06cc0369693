//! A bar on stderr while an engine works. It shows only on a terminal, and only if the work takes a while.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a spinner turns while nothing is reported.
const TICK: Duration = Duration::from_millis(120);

/// The bar of one engine's run. It is wiped when it is dropped.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar with the name of what works. `quiet` hides it; so does a stderr that is no terminal.
    pub fn new(name: &str, quiet: bool) -> Progress {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(name.to_string());
        bar.enable_steady_tick(TICK);
        Progress { bar }
    }

    /// So much is done, of so much.
    pub fn update(&self, done: u64, total: u64) {
        if self.bar.length() != Some(total) {
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {bar:30} {percent}%  {elapsed}") {
                self.bar.set_style(style);
            }
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
