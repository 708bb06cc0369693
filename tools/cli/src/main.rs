//! The command `lockstep`: reads the command line, does what it asks, and ends with the exit code that says how it went.

use std::process::ExitCode;

use clap::Parser;
use lockstep_cli::{
    command_line::{Build, Command, CommandLine, Cost, Emit, Run},
    commands::{build, cost, devices, doc, inspect, run, verify},
    console::{Console, Terminal},
    engines,
    failure::{Exit, Failure},
    source,
};

fn main() -> ExitCode {
    let mut console = Terminal;
    let ended = obey(CommandLine::parse().command, &mut console);
    let exit = ended.unwrap_or_else(|failure| {
        console.message(&failure.text);
        failure.exit
    });
    exit.into()
}

fn obey(command: Command, console: &mut dyn Console) -> Result<Exit, Failure> {
    match command {
        Command::Check(check) => return Ok(source::check(&check.files, check.explain, console)),
        Command::Build(build) => write(&build, console)?,
        Command::Cost(wanted) => price(&wanted, console)?,
        Command::Doc(wanted) => doc::doc(&wanted.of, wanted.json, console)?,
        Command::Run(run) => return call(&run, console),
        Command::Devices(wanted) if wanted.qualify => devices::qualify(wanted.out.as_deref(), console)?,
        Command::Devices(_) => devices::devices(console)?,
        Command::Verify(wanted) => verify::verify(&wanted, console)?,
        Command::Inspect(inspect) => inspect::inspect(&inspect.file, console)?,
    }
    Ok(Exit::Fine)
}

fn write(wanted: &Build, console: &mut dyn Console) -> Result<(), Failure> {
    let compiled = source::compile(&wanted.file)?;
    let (file, output, kernel) = (&wanted.file, wanted.output.as_deref(), wanted.kernel.as_deref());
    match wanted.emit {
        None => build::module(&compiled.module, file, output, console),
        Some(Emit::Spirv) => build::spirv(&compiled.module, kernel, file, output, console),
        Some(Emit::SpirvText) => build::text(&build::spirv_text(&compiled.module, kernel)?, file, output, console),
        Some(Emit::Ir) => build::text(&build::ir_text(&compiled, kernel)?, file, output, console),
    }
}

fn price(wanted: &Cost, console: &mut dyn Console) -> Result<(), Failure> {
    let Some((entry, given)) = wanted.parts() else {
        return Err(Failure::refused("B0006", "two kernels or jobs are named: name one, or none for all"));
    };
    cost::cost(&source::load(&wanted.file)?, entry, &given, console)
}

fn call(wanted: &Run, console: &mut dyn Console) -> Result<Exit, Failure> {
    let compiled = source::load(&wanted.file)?;
    let mut engines = engines::open(&wanted.engine, &compiled, console)?;
    let request = run::Request {
        module: &compiled.module,
        entry: wanted.entry.as_deref(),
        assignments: &wanted.arguments,
        saves: &wanted.save,
        quiet: wanted.quiet,
    };
    run::run(&request, &mut engines, console)
}
