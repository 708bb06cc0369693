//! The long hunt: `cargo run --release -p lockstep-tests --bin generate -- --hours 1 [--seed N] [--workers N] [--out DIR]
//! [--only ENGINE]`.
//!
//! Programs are generated and judged one after the other; what fails is cut down and written to a folder. The work is
//! done in processes of their own, so that a driver that crashes or hangs costs one program and is itself a finding.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool of the tests, not of the product")]

use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use lockstep_tests::{
    engines,
    generated::{self, judge::Engine, report, tally::Tally},
};

/// After so long without a word a worker hangs. Cutting a failure down says nothing meanwhile.
const PATIENCE: Duration = Duration::from_secs(400);
/// How long one failure is cut down.
const CUTTING: Duration = Duration::from_secs(120);

struct Options {
    hours: f64,
    seed: u64,
    workers: u64,
    out: PathBuf,
    /// The one engine that is compared, rather than all: some compile much faster than others.
    only: Option<String>,
    /// The seeds of a worker: from `seed`, every so many.
    every: Option<u64>,
}

fn options() -> Options {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_secs());
    let out = PathBuf::from("target/generated");
    let mut options = Options { hours: 0.1, seed: now << 20, workers: 2, out, only: None, every: None };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().unwrap_or_else(|| panic!("{word} takes a value"));
        match word.as_str() {
            "--hours" => options.hours = value.parse().expect("hours are a number"),
            "--seed" => options.seed = value.parse().expect("a seed is a number"),
            "--workers" => options.workers = value.parse().expect("workers are a number"),
            "--out" => options.out = value.into(),
            "--only" => options.only = Some(value),
            "--every" => options.every = Some(value.parse().expect("every is a number")),
            _ => panic!("there is no option {word}: --hours H --seed N --workers N --out DIR --only ENGINE"),
        }
    }
    options
}

fn main() {
    let options = options();
    fs::create_dir_all(&options.out).expect("the folder can be made");
    match options.every {
        Some(every) => work(&options, every),
        None => hunt(&options),
    }
}

/// One worker: says which seed it begins, and how that ended.
fn work(options: &Options, every: u64) {
    let devices = engines::devices();
    let wanted = |device: &&engines::OpenDevice| options.only.as_ref().is_none_or(|only| *only == device.name);
    let engines: Vec<&dyn Engine> = devices.iter().filter(wanted).map(|device| device as &dyn Engine).collect();
    assert!(!engines.is_empty(), "there is no such engine");
    let mut known = BTreeMap::new();
    let mut say = std::io::stdout();
    let mut seed = options.seed;
    loop {
        let spoken = writeln!(say, "begin {seed}").and_then(|()| say.flush());
        // Nobody listens any more.
        if spoken.is_err() {
            return;
        }
        let case = generated::generate(seed);
        // Each program is counted by itself; the whole is counted where workers are listened to.
        let mut tally = Tally { failures: known.clone(), ..Tally::default() };
        let report = tally.judge(seed, &case, &engines, CUTTING);
        let line = match tally.ended.keys().next() {
            Some(ended) => {
                let features: Vec<String> = tally.features.into_keys().collect();
                format!("ended {seed}\t{ended}\t{}", features.join("\t"))
            }
            None => {
                known = tally.failures;
                let kind = known.iter().find(|(_, seeds)| seeds.last() == Some(&seed)).map(|(kind, _)| kind.as_str());
                let line = format!("failed {seed}\t{}", kind.unwrap_or_default());
                if let Some(report) = report {
                    write_report(&options.out, seed, &report);
                }
                line
            }
        };
        if writeln!(say, "{line}").and_then(|()| say.flush()).is_err() {
            return;
        }
        seed += every;
    }
}

fn write_report(folder: &Path, seed: u64, report: &str) {
    fs::write(folder.join(format!("{seed}.txt")), report).expect("the folder can be written");
}

fn hunt(options: &Options) {
    // If a driver is missing, this says what to do.
    engines::devices();
    println!("seeds from {}; failures go to {}", options.seed, options.out.display());
    let end = Instant::now() + Duration::from_secs_f64(options.hours * 3600.0);
    let tally = Mutex::new(Tally::default());
    thread::scope(|scope| {
        for worker in 0..options.workers {
            let tally = &tally;
            scope.spawn(move || {
                let mut seed = options.seed + worker;
                while Instant::now() < end {
                    seed = watch(options, seed, end, tally) + options.workers;
                }
            });
        }
    });
    let tally = tally.into_inner().expect("no worker panics");
    println!("{}", tally.show());
    if !tally.failures.is_empty() {
        std::process::exit(1);
    }
}

/// Starts a worker and listens to it until it dies, hangs, or the time is over. Gives the last seed that it began.
fn watch(options: &Options, first: u64, end: Instant, tally: &Mutex<Tally>) -> u64 {
    let mut child = Command::new(env::current_exe().expect("this program has a path"))
        .args(["--seed", &first.to_string(), "--every", &options.workers.to_string()])
        .arg("--out")
        .arg(&options.out)
        .args(options.only.iter().flat_map(|only| ["--only", only]))
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts");
    let output = BufReader::new(child.stdout.take().expect("it has an output"));
    let (sender, lines) = mpsc::channel();
    let reader = thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let mut open = None;
    let mut last = first;
    let silent = loop {
        let wait = PATIENCE.min(end.saturating_duration_since(Instant::now()));
        match lines.recv_timeout(wait) {
            Ok(line) => {
                let mut words = line.split('\t');
                let (what, seed) = words.next().and_then(|head| head.split_once(' ')).unwrap_or_default();
                last = seed.parse().unwrap_or(last);
                let mut tally = tally.lock().expect("no worker panics");
                match what {
                    "begin" => open = Some(last),
                    "ended" => {
                        open = None;
                        tally.count(words.next().unwrap_or_default(), words.map(String::from));
                    }
                    _ => {
                        open = None;
                        if tally.count_failure(last, words.next().unwrap_or_default().into()) {
                            println!("seed {last} fails: {}", line.split('\t').nth(1).unwrap_or_default());
                        }
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) if Instant::now() >= end => {
                open = None;
                break true;
            }
            Err(RecvTimeoutError::Timeout) => break true,
            Err(RecvTimeoutError::Disconnected) => break false,
        }
    };
    stop(&mut child);
    let _ended = reader.join();
    if let Some(seed) = open {
        let kind = if silent { "an engine hangs" } else { "an engine ends its process" };
        let case = generated::generate(seed);
        let (source, call) = (case.source(), report::call(&case));
        write_report(&options.out, seed, &format!("seed {seed}\n{kind}\n---- source\n{source}---- call\n{call}"));
        let new = tally.lock().expect("no worker panics").count_failure(seed, kind.into());
        if new {
            println!("seed {seed}: {kind}");
        }
    }
    last
}

fn stop(child: &mut Child) {
    // It may have ended by itself.
    let _gone = child.kill();
    let _status = child.wait();
}
