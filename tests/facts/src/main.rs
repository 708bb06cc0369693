//! What the Vulkan drivers of this machine really do with floats: the questions on which Lockstep's rules of emission
//! rest, asked of each device. `cargo run --release -p lockstep-facts -- [--out FOLDER]`; with a folder each report is kept as
//! a file there, named after driver and device. No test depends on the answers, and none of them admits a device.
//!
//! The float environment of the process is left as it is: subnormals are kept on the host, and CPU drivers that take
//! over the environment keep them too.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test says what is wrong by failing"))]

mod device;
mod exactness;
mod matrices;
mod operands;
mod report;
mod rewriting;
mod shader;
mod subnormals;

use std::{env, fs, path::PathBuf, process::ExitCode};

use device::{Device, Ran};
use report::Report;

fn main() -> ExitCode {
    let mut folder = None;
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match (word.as_str(), words.next()) {
            ("--out", Some(path)) => folder = Some(PathBuf::from(path)),
            _ => {
                eprintln!("usage: lockstep-facts [--out FOLDER]");
                return ExitCode::from(2);
            }
        }
    }
    match device::devices().and_then(|devices| devices.iter().try_for_each(|device| answer(device, folder.as_ref()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("lockstep-facts: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn answer(device: &Device, folder: Option<&PathBuf>) -> Ran<()> {
    let mut report = Report::default();
    report.line("device", &device.name);
    report.line("driver", device.driver.trim());
    subnormals::ask(device, &mut report)?;
    exactness::ask(device, &mut report)?;
    rewriting::ask(device, &mut report)?;
    matrices::ask(device, &mut report)?;
    println!("{}", report.text);
    let Some(folder) = folder else { return Ok(()) };
    let name = format!("{} {}", device.driver.trim(), device.name).to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let path = folder.join(words.join("-") + ".txt");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, report.text))
        .map_err(|error| format!("{}: {error}", path.display()))
}
