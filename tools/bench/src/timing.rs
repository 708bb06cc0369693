//! Medians of times, and the time of processors.

use std::{
    fs, io,
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

/// How much time processors have spent on this process so far, all its threads together, in steps of 10 ms. Others on
/// the machine disturb it less than they do the clock. None where the system does not tell as Linux does.
pub fn spent() -> Option<Duration> {
    spent_in(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// Of the text of `/proc/self/stat`: the fields 14 and 15, in hundredths of a second. The second field is a name in
/// brackets, which may hold anything.
fn spent_in(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ').skip(11);
    let (user, system) = (fields.next()?.parse::<u64>().ok()?, fields.next()?.parse::<u64>().ok()?);
    Some(Duration::from_millis(10 * user.checked_add(system)?))
}

/// In milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_spent_is_that_of_user_and_system() {
        let stat = "7 (a ) b) R 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20";
        assert_eq!(spent_in(stat), Some(Duration::from_millis(1750)));
        assert_eq!(spent_in("7 (a) R 1"), None);
    }

    #[test]
    fn the_middle_is_not_moved_by_one_slow_run() {
        let times = [5, 1, 900].map(Duration::from_millis);
        assert_eq!(middle(times.into()), Duration::from_millis(5));
        assert_eq!(middle(Vec::new()), Duration::ZERO);
    }
}
