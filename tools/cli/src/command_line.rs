//! The command line, and its help.

use std::{path::PathBuf, str::FromStr};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::binding::Assignment;

const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  the source has errors, or the input is refused
  2  the command line is wrong
  3  the run trapped
  4  two engines gave different results
  5  this machine, its driver or its disk failed

Results go to stdout, messages to stderr.";

/// Lockstep: GPU compute in which every program has exactly one result, to the bit.
#[derive(Debug, Parser)]
#[command(name = "lockstep", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find the errors in sources
    ///
    /// Compiles each source and prints its errors and notes. Nothing is written.
    #[command(after_help = "Example:\n  lockstep check blur.lks")]
    Check(Check),
    /// Compile a source to a module
    ///
    /// Writes one module file (.lkm). The same source gives the same bytes on every machine. With --emit it writes
    /// what the compiler makes on the way instead.
    #[command(
        after_help = "Examples:\n  lockstep build blur.lks -o blur.lkm\n  lockstep build blur.lks --emit spirv-text --kernel blur"
    )]
    Build(Build),
    /// Say what a kernel or job costs before it runs
    ///
    /// Prints the cost and the memory of kernels and jobs as formulas over scalars and extents. With shapes it prints
    /// the numbers too.
    #[command(after_help = COST_HELP)]
    Cost(Cost),
    /// Show what a source declares, with its comments
    ///
    /// Prints each item with its doc comment and its head as written, and for kernels and jobs the cost and the
    /// memory as formulas, as Markdown. The standard library is documented by the names of its modules.
    #[command(after_help = "Examples:\n  lockstep doc blur.lks\n  lockstep doc std::sort")]
    Doc(Doc),
    /// Run a kernel or job and compare engines
    ///
    /// Runs one call on one engine or several, prints the hash of each result, and writes the outputs if all engines
    /// agree. Arguments are given by the names in source.
    #[command(after_help = RUN_HELP)]
    Run(Run),
    /// List the Vulkan devices of this machine
    ///
    /// Says for each device whether it may compute, and if not, why.
    #[command(after_help = "Examples:\n  lockstep devices\n  lockstep devices --qualify --out tests/drivers")]
    Devices(Devices),
    /// Prove a module on its SPIR-V alone
    ///
    /// Shows for each kernel what was proven: the discipline of each array, and the bounds. A module is taken as it is,
    /// whoever made it; a source is compiled first. A module that breaks a rule is refused with the rule and the
    /// instruction.
    #[command(
        after_help = "Examples:\n  lockstep verify blur.lkm\n  lockstep verify blur.lkm --kernel blur --explain 118"
    )]
    Verify(Verify),
    /// Show what is in a module
    ///
    /// Prints the module's hash, its sources, and the interfaces of its kernels and jobs.
    #[command(after_help = "Example:\n  lockstep inspect blur.lkm")]
    Inspect(Inspect),
}

const RUN_HELP: &str = "\
Values:
  a=2.5        a scalar: a number as in source, `true`, `false`, `inf` or `nan`
  n=0x10       an extent that no input array fixes
  x=photo.npy  an `in`, `inout` or `acc` array: the file to read
  y=out.png    an `out` or `claim` array: the file to write

Files:
  .npy         numpy's format
  .png         8 bits a channel; [h, w] if grey, [h, w, 3] if RGB; f32 cells are byte / 255
  .bin, .raw   little-endian 32-bit words, row-major, without a header; the lower word of 64 bits first

Example:
  lockstep run saxpy.lks a=2.0 x=x.npy y=y.npy --save y=sum.npy";

const COST_HELP: &str = "\
Values are those of `lockstep run`; in place of a file a shape will do: x=[1024,64]

Examples:
  lockstep cost softmax.lks
  lockstep cost softmax.lks softmax x=[1024,64]";

/// `lockstep check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Source files (.lks)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// List every index that stays checked when the program runs, and why
    #[arg(long)]
    pub explain: bool,
}

/// `lockstep build`.
#[derive(Debug, Args)]
pub struct Build {
    /// The source file (.lks)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where the result goes; without it, beside the source with another extension
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// What to write instead of the module
    #[arg(long, value_enum, value_name = "WHAT")]
    pub emit: Option<Emit>,
    /// The kernel whose SPIR-V is meant, where the source has several
    #[arg(long, value_name = "NAME", requires = "emit")]
    pub kernel: Option<String>,
}

/// What `lockstep build --emit` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// The SPIR-V of one kernel, as words
    Spirv,
    /// The SPIR-V of one kernel, as text on stdout
    SpirvText,
    /// The compiler's intermediate form, as text on stdout
    Ir,
}

/// `lockstep cost`.
#[derive(Debug, Args)]
pub struct Cost {
    /// A source (.lks) or a module (.lkm)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The kernel or job, and its arguments by their names in source. Without an entry: all of them, or where arguments
    /// are given the one that `lockstep run` would run
    #[arg(value_name = "ENTRY | NAME=VALUE")]
    pub of: Vec<CostOf>,
}

/// `lockstep doc`.
#[derive(Debug, Args)]
pub struct Doc {
    /// A source (.lks), or a module of the standard library, as std::sort
    #[arg(value_name = "FILE | std::NAME")]
    pub of: String,
    /// Prints JSON: one array with an object for each item
    #[arg(long)]
    pub json: bool,
}

/// What follows the file in `lockstep cost`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CostOf {
    /// The kernel or job.
    Entry(String),
    /// An argument. No name of a kernel or job holds a `=`.
    Argument(Assignment),
}

impl FromStr for CostOf {
    type Err = String;

    fn from_str(text: &str) -> Result<CostOf, String> {
        if text.contains('=') { text.parse().map(CostOf::Argument) } else { Ok(CostOf::Entry(text.into())) }
    }
}

impl Cost {
    /// The entry and the arguments; None if two entries are named.
    pub fn parts(&self) -> Option<(Option<&str>, Vec<Assignment>)> {
        let mut entry = None;
        let mut arguments = Vec::new();
        for part in &self.of {
            match part {
                CostOf::Entry(_) if entry.is_some() => return None,
                CostOf::Entry(name) => entry = Some(name.as_str()),
                CostOf::Argument(argument) => arguments.push(argument.clone()),
            }
        }
        Some((entry, arguments))
    }
}

/// `lockstep run`.
#[derive(Debug, Args)]
pub struct Run {
    /// A source (.lks) or a module (.lkm)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Arguments, by their names in source
    #[arg(value_name = "NAME=VALUE")]
    pub arguments: Vec<Assignment>,
    /// The kernel or job; without it, the job `main`, or the only job, or the only kernel
    #[arg(long, value_name = "NAME")]
    pub entry: Option<String>,
    /// Writes an array that the call writes; may be given for each
    #[arg(long, value_name = "NAME=PATH")]
    pub save: Vec<Assignment>,
    /// `auto` (the first admitted device, else `cpu`), `cpu` (this processor), `interpreter`, `vulkan`, `all`, or a
    /// part of a device's name. `all` runs every engine and compares the bits
    #[arg(long, value_name = "ENGINE", default_value = "auto")]
    pub engine: String,
    /// Shows no progress
    #[arg(short, long)]
    pub quiet: bool,
}

/// `lockstep devices`.
#[derive(Debug, Args)]
pub struct Devices {
    /// Run every suite of the qualification, and print what was found of each device
    #[arg(long)]
    pub qualify: bool,
    /// Keep each certificate as a file in this folder
    #[arg(long, value_name = "FOLDER", requires = "qualify")]
    pub out: Option<PathBuf>,
}

/// `lockstep verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// A module (.lkm) or a source (.lks)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Shows the reasoning for one instruction, by its number in the SPIR-V of a kernel
    #[arg(long, value_name = "NUMBER")]
    pub explain: Option<u32>,
    /// The kernel that is meant, where the module has several
    #[arg(long, value_name = "NAME", requires = "explain")]
    pub kernel: Option<String>,
    /// The form for devices that do not flush after rounding
    #[arg(long, requires = "explain")]
    pub guarded: bool,
}

/// `lockstep inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// The module (.lkm)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn a_run_is_read() {
        let line = ["lockstep", "run", "a.lks", "a=-2.5", "x=x.npy", "--save", "y=y.npy", "--save", "z=z.npy", "-q"];
        let Command::Run(run) = CommandLine::try_parse_from(line).unwrap().command else { panic!("not a run") };
        assert_eq!((run.arguments.len(), run.save.len(), run.quiet), (2, 2, true));
        assert_eq!(run.arguments[0], Assignment { name: "a".into(), value: "-2.5".into() });
        assert_eq!(run.engine, "auto");
    }

    #[test]
    fn the_entry_of_a_cost_may_be_left_out() {
        let parts = |line: &[&str]| {
            let line = ["lockstep", "cost", "a.lks"].iter().chain(line);
            let Command::Cost(cost) = CommandLine::try_parse_from(line).unwrap().command else { panic!("no cost") };
            cost.parts().map(|(entry, given)| (entry.map(String::from), given.len()))
        };
        assert_eq!(parts(&["k::<32>", "x=[3, 4]", "n=2"]), Some((Some("k::<32>".into()), 2)));
        assert_eq!(parts(&["x=[3,4]"]), Some((None, 1)));
        assert_eq!(parts(&["k", "l"]), None);
    }

    #[test]
    fn an_argument_without_a_value_is_refused() {
        for argument in ["n", "n=", "=3"] {
            let error = CommandLine::try_parse_from(["lockstep", "run", "a.lks", argument]).unwrap_err();
            assert!(error.to_string().contains("write name=value"), "{error}");
            assert_eq!(error.exit_code(), 2);
        }
    }
}
