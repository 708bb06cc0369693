//! A program of which nothing is proven: what may run it, and what may not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::fs;

use lockstep_cli::{
    commands::build,
    console::Console,
    engines,
    failure::{Exit, Failure},
    source::{self, Compiled},
};
use lockstep_verifier::{Fault, Unproven};
use tempfile::TempDir;

const SOURCE: &str = "kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y { y[i] = x[i] + 1; }\n";

#[derive(Default)]
struct Messages(Vec<String>);

impl Console for Messages {
    fn result(&mut self, _: &str) {}

    fn message(&mut self, text: &str) {
        self.0.push(text.into());
    }
}

fn compiled() -> Compiled {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("k.lks");
    fs::write(&path, SOURCE).unwrap();
    source::load(&path).unwrap()
}

/// The same with an instruction of SPIR-V that no profile has.
fn unproven() -> Compiled {
    let mut compiled = compiled();
    compiled.module.kernels[0].spirv.extend([1 << 16 | 1]);
    compiled
}

fn opened(engine: &str, compiled: &Compiled) -> (Result<Vec<String>, Failure>, Vec<String>) {
    let mut messages = Messages::default();
    let engines = engines::open(engine, compiled, &mut messages);
    (engines.map(|engines| engines.iter().map(|engine| engine.name().to_string()).collect()), messages.0)
}

#[test]
fn the_choice_of_auto_is_the_interpreter_for_a_developers_own_source_and_the_message_says_why() {
    let (engines, messages) = opened("auto", &unproven());
    assert_eq!(engines.unwrap(), ["interpreter"]);
    let said = messages.last().unwrap();
    assert!(said.starts_with("the program is not proven") && said.contains("error[V"), "{said}");
    let (engines, messages) = opened("auto", &compiled());
    assert_ne!(engines.unwrap(), ["interpreter"]);
    assert!(messages.iter().all(|message| !message.contains("not proven")), "{messages:?}");
}

#[test]
fn a_module_file_and_an_engine_that_is_named_stay_strict() {
    let given = Compiled { from_source: false, ..unproven() };
    for (engine, compiled) in [("auto", given), ("cpu", unproven()), ("all", unproven())] {
        let (engines, _) = opened(engine, &compiled);
        let failure = engines.unwrap_err();
        assert_eq!(failure.exit, Exit::Refused, "{engine}");
        assert!(failure.text.starts_with("error[V"), "{engine}: {failure}");
    }
    let (engines, messages) = opened("interpreter", &unproven());
    assert_eq!(engines.unwrap(), ["interpreter"]);
    assert!(messages.is_empty());
}

#[test]
fn no_module_is_written() {
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("k.lks");
    let failure = build::module(&unproven().module, &source, None, &mut Messages::default()).unwrap_err();
    assert_eq!(failure.exit, Exit::Refused);
    assert!(failure.text.starts_with("error[V") && failure.text.contains("`k`"), "{failure}");
    assert!(!folder.path().join("k.lkm").exists());
    build::module(&compiled().module, &source, None, &mut Messages::default()).unwrap();
    assert!(folder.path().join("k.lkm").exists());
}

#[test]
fn a_machine_without_room_is_a_fault_and_no_refusal() {
    for fault in [Fault::NoRoom, Fault::Broken] {
        let failure = Failure::from(Unproven::Fault(fault));
        assert_eq!(failure.exit, Exit::Fault);
        assert!(failure.text.starts_with("fault[M0016]"), "{failure}");
    }
}
