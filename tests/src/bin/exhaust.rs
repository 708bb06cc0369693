//! All 2^32 inputs of functions of `std::math` on one device, against the hashes in `tests/math`:
//! `cargo run --release -p lockstep-tests --bin exhaust -- FUNCTION… [--engine PART-OF-NAME]`, with no function all of
//! which there are hashes.
//!
//! A block is the 2^24 inputs that share their highest byte. Blocks that were right are noted in `target/exhaust`, so that
//! a run that was broken off goes on where it was.
#![allow(clippy::expect_used, clippy::panic, reason = "a tool of the tests, not of the product")]

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use lockstep_compiler::{Compilation, compile};
use lockstep_interpreter::Source;
use lockstep_module::{Argument, Call, Outcome, bind};
use lockstep_numbers::ScalarType;
use lockstep_vulkan::{Engine, devices};
use sha2::{Digest, Sha256};

const BLOCK: u32 = 1 << 24;
const BLOCKS: u32 = 256;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("math");
    let (mut functions, mut part) = (Vec::new(), String::new());
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--engine" => part = words.next().expect("--engine takes a part of a name").to_lowercase(),
            _ => functions.push(word),
        }
    }
    if functions.is_empty() {
        functions = all(&folder);
    }
    let devices = devices().expect("there are devices");
    let meant = devices.iter().find(|device| device.refused.is_none() && device.name.to_lowercase().contains(&part));
    let device = meant.unwrap_or_else(|| panic!("no admitted device has `{part}` in its name"));
    let engine = Engine::open(device).expect("the device opens");
    println!("{} ({}), {}", device.name, device.driver, engine.class());
    let wrong: u32 = functions.iter().map(|function| run(&engine, &folder, function)).sum();
    if wrong > 0 {
        std::process::exit(1);
    }
}

/// The functions of which there are hashes.
fn all(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("tests/math is there").filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".hashes").map(String::from));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Runs one function; how many blocks are wrong.
fn run(engine: &Engine, folder: &Path, function: &str) -> u32 {
    let text = fs::read_to_string(folder.join(format!("{function}.hashes")));
    let text = text.unwrap_or_else(|_| panic!("there are no hashes of {function} in tests/math"));
    let hashes: Vec<&str> = text.lines().skip(1).filter_map(|line| line.get(3..)).collect();
    assert_eq!(hashes.len(), BLOCKS as usize, "{function}: some blocks have no hash yet");
    let source = format!(
        "use std::math::{function};\n\
         kernel all[n](first: u32, y: out [f32; n]) each i of y {{ y[i] = {function}(from_bits(first + i)); }}\n"
    );
    let Compilation { program, module, sources, diagnostics, .. } = compile("exhaust.lks", &source);
    let (Some(program), Some(module)) = (program, module) else { panic!("{function}: {diagnostics:?}") };
    let done = Done::of(engine, function, &(text.clone() + &module.hash()));
    let loaded = engine.load(&module).expect("the module loads");
    let signature = module.signature("all").expect("the kernel is there");
    let (start, mut wrong) = (Instant::now(), 0);
    for block in (0..BLOCKS).filter(|block| !done.blocks.contains(block)) {
        let mut call = Call::default();
        call.arguments.insert("first".into(), Argument::Scalar(ScalarType::U32, (block * BLOCK).into()));
        call.extents.insert("n".into(), BLOCK);
        let bound = bind(signature, module.profile, call).expect("the call fits");
        let source = Source { program: &program, sources: &sources };
        let ended = engine.call(&loaded, &module, source, "all", bound).expect("the device runs");
        let Outcome::Finished(outputs) = ended else { panic!("{function} traps") };
        let mut hash = Sha256::new();
        outputs[0].array.words.iter().for_each(|word| hash.update(word.to_le_bytes()));
        let found = hash.finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        if found == hashes[block as usize] {
            done.note(block);
        } else {
            wrong += 1;
            println!("\n{function}: block {block:02x} is wrong: {found}");
        }
        print!(
            "\r{function}: {} of {BLOCKS} blocks, {wrong} wrong, {:.0} s ",
            block + 1,
            start.elapsed().as_secs_f64()
        );
        let _ = std::io::stdout().flush();
    }
    println!("\r{function}: all {BLOCKS} blocks, {wrong} wrong, {:.0} s    ", start.elapsed().as_secs_f64());
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
