//! Functions of `std::math` on one device, against the hashes in `tests/math`: all 2^32 inputs of those of one number, 2^30
//! operands of others. `cargo run --release -p lockstep-tests --bin exhaust -- FUNCTION… [--engine PART-OF-NAME]`, with no
//! function all of which there are hashes. With `--keeping` a CPU driver keeps subnormals, so that the guarded forms run. With `--blocks 00,3f,bf` only these blocks, for slow devices. With `--samples FILE`
//! one function on the lines of such a file, instead.
//!
//! A block is 2^24 inputs: those that share their highest byte, or operands of `lockstep_witness`. Blocks that were right
//! are noted in `target/exhaust`, so that a run that was broken off goes on where it was.
#![allow(clippy::expect_used, clippy::panic, reason = "a tool of the tests, not of the product")]

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use lockstep_interpreter::Source;
use lockstep_module::{Call, Outcome};
use lockstep_tests::{
    everywhere::Compiled,
    exhaust::{Function, given},
};
use lockstep_vulkan::{Engine, Loaded, devices};
use sha2::{Digest, Sha256};

/// What the command line asks for.
struct Wish {
    functions: Vec<String>,
    engine: String,
    /// In an environment in which a CPU driver keeps subnormals.
    keeping: bool,
    /// None: all.
    blocks: Option<Vec<u32>>,
    samples: Option<PathBuf>,
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("math");
    let mut wish = wish();
    if wish.functions.is_empty() {
        wish.functions = all(&folder);
    }
    let devices = devices().expect("there are devices");
    let fits = |name: &str| name.to_lowercase().contains(&wish.engine);
    let meant = devices.iter().find(|device| device.refused.is_none() && fits(&device.name));
    let device = meant.unwrap_or_else(|| panic!("no admitted device has `{}` in its name", wish.engine));
    let open = if wish.keeping { Engine::open_keeping_subnormals } else { Engine::open };
    let engine = open(device).expect("the device opens");
    println!("{} ({}), {}", device.name, device.driver, engine.class());
    let wrong: usize = match &wish.samples {
        Some(path) => wish.functions.iter().map(|function| compare(&engine, function, path)).sum(),
        None => wish.functions.iter().map(|function| run(&engine, &folder, function, wish.blocks.as_deref())).sum(),
    };
    if wrong > 0 {
        std::process::exit(1);
    }
}

fn wish() -> Wish {
    let mut wish = Wish { functions: Vec::new(), engine: String::new(), keeping: false, blocks: None, samples: None };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--engine" => wish.engine = words.next().expect("--engine takes a part of a name").to_lowercase(),
            "--keeping" => wish.keeping = true,
            "--blocks" => wish.blocks = Some(listed(&words.next().expect("--blocks takes numbers in hexadecimal"))),
            "--samples" => wish.samples = Some(words.next().expect("--samples takes a file").into()),
            _ => wish.functions.push(word),
        }
    }
    wish
}

fn listed(numbers: &str) -> Vec<u32> {
    numbers
        .split(',')
        .map(|number| u32::from_str_radix(number, 16).expect("a block is a number in hexadecimal"))
        .collect()
}

/// The functions of which there are hashes.
fn all(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("tests/math is there").filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".hashes").map(String::from));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The results of a call of `all`.
fn results(engine: &Engine, program: &Compiled, loaded: &Loaded, call: Call) -> Vec<u32> {
    let source = Source { program: &program.program, sources: &program.sources };
    let ended = engine.call(loaded, &program.module, source, "all", program.bind("all", call));
    match ended.expect("the device runs") {
        Outcome::Finished(mut outputs) => outputs.remove(0).array.words,
        Outcome::Trapped(_) => panic!("a function of std::math traps"),
    }
}

/// Compares the lines of a file of samples; how many are wrong.
fn compare(engine: &Engine, function: &str, path: &Path) -> usize {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let word = |word| u32::from_str_radix(word, 16).expect("a word in hexadecimal");
    let lines: Vec<Vec<u32>> = text.lines().map(|line| line.split(' ').map(word).collect()).collect();
    let columns = lines.first().map_or(2, Vec::len);
    let lists: Vec<Vec<u32>> = (0..columns - 1).map(|column| lines.iter().map(|line| line[column]).collect()).collect();
    let (program, call) = given(function, &lists);
    let loaded = engine.load_unverified(&program.module).expect("the module loads");
    let got = results(engine, &program, &loaded, call);
    let wrong: Vec<_> = lines.iter().zip(got).filter(|(line, got)| line[columns - 1] != *got).collect();
    for (line, got) in wrong.iter().take(20) {
        println!("{function} of {:08x?} is {got:08x}, and should be {:08x}", &line[..columns - 1], line[columns - 1]);
    }
    println!("{function}: {} lines, {} wrong", lines.len(), wrong.len());
    wrong.len()
}

/// Runs one function; how many blocks are wrong. Blocks that a function does not have are left out.
fn run(engine: &Engine, folder: &Path, name: &str, wanted: Option<&[u32]>) -> usize {
    let text = fs::read_to_string(folder.join(format!("{name}.hashes")));
    let text = text.unwrap_or_else(|_| panic!("there are no hashes of {name} in tests/math"));
    let hashes: Vec<&str> = text.lines().skip(1).filter_map(|line| line.get(3..)).collect();
    let function = Function::of_name(name);
    assert_eq!(hashes.len(), function.blocks() as usize, "{name}: some blocks have no hash yet");
    let blocks: Vec<u32> =
        (0..function.blocks()).filter(|block| wanted.is_none_or(|wanted| wanted.contains(block))).collect();
    let what = format!("{text}{}{}", function.program.module.hash(), engine.class());
    let done = Done::of(engine, name, &what);
    let loaded = engine.load_unverified(&function.program.module).expect("the module loads");
    let (start, mut wrong) = (Instant::now(), 0);
    for (before, block) in blocks.iter().copied().enumerate().filter(|(_, block)| !done.blocks.contains(block)) {
        let mut hash = Sha256::new();
        let words = results(engine, &function.program, &loaded, function.call(block));
        words.iter().for_each(|word| hash.update(word.to_le_bytes()));
        let found = hash.finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        if found == hashes[block as usize] {
            done.note(block);
        } else {
            wrong += 1;
            println!("\n{name}: block {block:02x} is wrong: {found}");
        }
        let seconds = start.elapsed().as_secs_f64();
        print!("\r{name}: {} of {} blocks, {wrong} wrong, {seconds:.0} s ", before + 1, blocks.len());
        let _ = std::io::stdout().flush();
    }
    let what = if wanted.is_some() { "chosen" } else { "all" };
    println!("\r{name}: {what} {} blocks, {wrong} wrong, {:.0} s    ", blocks.len(), start.elapsed().as_secs_f64());
    wrong
}

/// The blocks that were right before, on this device, with this module and these hashes.
struct Done {
    path: PathBuf,
    blocks: Vec<u32>,
}

impl Done {
    fn of(engine: &Engine, function: &str, what: &str) -> Done {
        let name: String = engine.name().chars().filter(char::is_ascii_alphanumeric).collect();
        let version: String = Sha256::digest(what).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let path = PathBuf::from(format!("target/exhaust/{function}-{name}-{version}.txt"));
        let text = fs::read_to_string(&path).unwrap_or_default();
        Done { path, blocks: text.lines().filter_map(|line| line.parse().ok()).collect() }
    }

    fn note(&self, block: u32) {
        fs::create_dir_all("target/exhaust").expect("the folder can be made");
        let mut options = fs::OpenOptions::new();
        let mut file = options.create(true).append(true).open(&self.path).expect("the file can be written");
        writeln!(file, "{block}").expect("the file can be written");
    }
}
