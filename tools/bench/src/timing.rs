//! Medians of times.

use std::{
    io,
    time::{Duration, Instant},
};

/// The median of so many runs, each of which measures itself.
///
/// # Errors
/// That of the first run that fails.
pub fn median(runs: usize, mut run: impl FnMut() -> io::Result<Duration>) -> io::Result<Duration> {
    let times = (0..runs).map(|_| run()).collect::<io::Result<Vec<_>>>()?;
    Ok(middle(times))
}

/// The median time of so many runs of something whose value must be dropped outside of the measured time.
///
/// # Errors
/// That of the first run that fails.
pub fn median_of<T>(runs: usize, mut run: impl FnMut() -> io::Result<T>) -> io::Result<Duration> {
    median(runs, || {
        let start = Instant::now();
        let value = run()?;
        let time = start.elapsed();
        drop(value);
        Ok(time)
    })
}

/// The time in the middle; zero if there is none.
pub fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// In milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_not_moved_by_one_slow_run() {
        let times = [5, 1, 900].map(Duration::from_millis);
        assert_eq!(middle(times.into()), Duration::from_millis(5));
        assert_eq!(middle(Vec::new()), Duration::ZERO);
    }
}
