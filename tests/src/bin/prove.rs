//! Verifies every source below some folders, or generated programs, and counts what is refused, by rule: what a change
//! of the compiler or of the verifier does to the other. `prove FOLDER…`, `prove --seeds FIRST COUNT`; `prove --source
//! SEED` shows a generated program.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a tool of the project's own")]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use lockstep_module::Module;
use lockstep_tests::generated;
use lockstep_verifier::{
    Unproven,
    profile::{self, Form},
    proof,
};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut tally = Tally::default();
    if let [option, seed] = arguments.as_slice()
        && option == "--source"
    {
        let (main, apart) = generated::generate(seed.parse().expect("a seed is a number")).sources();
        return println!("{main}{}", apart.map(|apart| format!("// the other file\n{apart}")).unwrap_or_default());
    }
    if arguments.first().is_some_and(|first| first == "--seeds") {
        let number = |i: usize| arguments.get(i).and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
        for seed in number(1)..number(1) + number(2) {
            let (main, apart) = generated::generate(seed).sources();
            let compiled = lockstep_compiler::compile_with("main.lks", &main, &|_| apart.clone());
            compiled.module.iter().for_each(|module| tally.module(&format!("seed {seed}"), module));
        }
    }
    for folder in arguments.iter().filter(|argument| Path::new(argument).exists()) {
        for path in sources(Path::new(folder)) {
            let text = fs::read_to_string(&path).expect("a source can be read");
            let beside = path.parent().map(Path::to_path_buf).unwrap_or_default();
            let files = |name: &str| fs::read_to_string(beside.join(name)).ok();
            let compiled = lockstep_compiler::compile_with("main.lks", &text, &files);
            compiled.module.iter().for_each(|module| tally.module(&path.display().to_string(), module));
        }
    }
    tally.show();
}

#[derive(Default)]
struct Tally {
    kernels: usize,
    words: usize,
    time: Duration,
    refused: BTreeMap<String, Vec<String>>,
    slowest: Vec<(Duration, usize, String)>,
    /// The factors of cost in thousandths.
    factors: Vec<(u32, String)>,
}

impl Tally {
    fn module(&mut self, name: &str, module: &Module) {
        for kernel in &module.kernels {
            for (form, words) in [(Form::Plain, &kernel.spirv), (Form::Guarded, &kernel.guarded)] {
                if words.is_empty() {
                    continue;
                }
                self.kernels += 1;
                self.words += words.len();
                let began = Instant::now();
                let found = profile::read(words, kernel, form)
                    .map_err(Unproven::Refused)
                    .and_then(|tree| proof::prove(&tree, kernel, module.profile));
                let took = began.elapsed();
                self.time += took;
                self.slowest.push((took, words.len(), format!("{name} `{}`", kernel.signature.name)));
                match found {
                    Ok(proof) => {
                        let form = if form == Form::Plain { "plain" } else { "guarded" };
                        let line = format!("{name} `{}`, {form}", kernel.signature.name);
                        self.factors.push((proof.cost.factor, line));
                    }
                    Err(unproven) => {
                        let line = format!("{name} `{}`: {unproven}", kernel.signature.name);
                        let why = match unproven {
                            Unproven::Refused(refusal) => refusal.rule.to_string(),
                            Unproven::Fault(_) => "no proof".into(),
                        };
                        self.refused.entry(why).or_default().push(line);
                    }
                }
            }
        }
    }

    fn show(mut self) {
        for (rule, lines) in &self.refused {
            for line in lines {
                println!("{line}");
            }
            println!("{rule}: {} refused", lines.len());
        }
        self.slowest.sort_by(|a, b| b.cmp(a));
        for (took, words, name) in self.slowest.iter().take(8) {
            println!("{took:?} {words} words {name}");
        }
        self.factors.sort_by(|a, b| b.cmp(a));
        for (factor, name) in self.factors.iter().take(8) {
            println!("work {:.3} times the bound: {name}", f64::from(*factor) / 1000.0);
        }
        let shares: Vec<String> = [1, 2, 4, 8, 16]
            .iter()
            .map(|most| {
                let within = self.factors.iter().filter(|(factor, _)| *factor <= 1000 * most).count();
                format!("{most}: {within}")
            })
            .collect();
        println!("kernels whose work is within so many times the bound: {}", shares.join(", "));
        let refused: usize = self.refused.values().map(Vec::len).sum();
        let megabytes = 4.0 * self.words as f64 / 1e6;
        let speed = megabytes / self.time.as_secs_f64();
        println!("{} kernels, {refused} refused, {megabytes:.1} MB, {speed:.2} MB/s", self.kernels);
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut found) = (vec![folder.to_path_buf()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            match entry.extension() {
                Some(extension) if extension == "lks" => found.push(entry),
                _ if entry.is_dir() => folders.push(entry),
                _ => {}
            }
        }
    }
    found.sort();
    found
}
