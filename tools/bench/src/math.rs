//! The elementary functions: `std::math`, correctly rounded, beside the driver's own instruction on the same driver, and
//! beside glibc and numpy on one core, as is the CPU engine. The results of the driver's instruction are compared with the right ones.

mod callgrind;
mod engine;
mod functions;
mod host;
pub mod instructions;

use std::{
    io::{self, Write},
    sync::Arc,
};

use lockstep_compiler::compile;
use lockstep_module::{
    Argument, Array, Call, Module, Output, bind,
    plan::{Plan, plan},
};
use lockstep_numbers::ScalarType;
use lockstep_vulkan::{DeviceOutcome, Engine, Loaded};

use crate::{
    agreement::Agreement,
    engines::engines,
    glslang::Glslang,
    input::Scale,
    repeated::{self, Repeated},
    timing::milliseconds,
};
use functions::{FUNCTIONS, Function};

/// How many values a stream has: more than fit the caches of a processor, or of a GPU.
const VALUES: u32 = 1 << 22;
const VALUES_LARGE: u32 = 1 << 25;
const ROUNDS: usize = 5;

/// Measures the functions of these names, or all, and prints a table.
///
/// # Errors
/// A name that is none of theirs; a program that does not compile or run.
pub fn measure(out: &mut dyn Write, names: &[String], scale: Scale) -> io::Result<()> {
    let functions = named(names)?;
    let values = if scale == Scale::Large { VALUES_LARGE } else { VALUES };
    writeln!(
        out,
        "Elementary functions of {values} values, in nanoseconds a value. `driver`: its own instruction; `by \
         CPU`: the ratio of what processors spent; `wrong`: how many of the driver's results are not the exact ones, \
         rounded; `apart`: how many are not those of the first driver's instruction; `no guards`: ours in the form for \
         devices that flush, whatever it gives"
    )?;
    let glslang = match Glslang::find()? {
        Ok(glslang) => Some(glslang),
        Err(reason) => {
            writeln!(out, "the drivers' instructions are left out, since there is no glslang: {reason}")?;
            None
        }
    };
    let mut first: Vec<Vec<Output>> = Vec::new();
    let engines = engines(out)?;
    for engine in &engines {
        writeln!(out, "{}, {}", engine.name(), engine.class())?;
        writeln!(
            out,
            "{:8}{:>10}{:>10}{:>8}{:>8}{:>10}{:>10}{:>10}",
            "", "Lockstep", "driver", "ratio", "by CPU", "wrong", "apart", "no guards"
        )?;
        let mut results = Vec::new();
        for (number, function) in functions.iter().enumerate() {
            results.push(on_device(out, engine, glslang.as_ref(), (function, values), first.get(number))?);
        }
        if first.is_empty() {
            first = results;
        }
    }
    host::measure(out, &functions, &engines)
}

/// The functions of these names, or all.
///
/// # Errors
/// A name that is none of theirs.
fn named(names: &[String]) -> io::Result<Vec<&'static Function>> {
    if let Some(name) = names.iter().find(|name| !FUNCTIONS.iter().any(|function| function.name == name.as_str())) {
        return Err(io::Error::other(format!("there is no function `{name}`")));
    }
    let wanted = |function: &&Function| names.is_empty() || names.iter().any(|name| name == function.name);
    Ok(FUNCTIONS.iter().filter(wanted).collect())
}

/// The stream of a function's argument, or of its second one.
fn stream(function: &Function, second: bool, values: u32) -> Vec<u32> {
    let (least, most) = if second { function.second } else { function.first };
    let mut state = 0x9e37_79b9_7f4a_7c15u64 + u64::from(second);
    let words = std::iter::from_fn(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let part = (state >> 40) as f32 / (1u32 << 24) as f32;
        Some((least + (most - least) * part).to_bits())
    });
    words.take(values as usize).collect()
}

/// Our kernel, and a call of it with so many values.
fn planned(function: &Function, values: u32) -> io::Result<(Module, Plan)> {
    let failed = |what: String| io::Error::other(format!("{}: {what}", function.name));
    let compilation = compile("math.lks", &function.lockstep());
    let Some(module) = compilation.module else {
        return Err(failed(format!("it does not compile: {:?}", compilation.diagnostics)));
    };
    let mut call = Call::default();
    for (name, second) in [("x", false), ("z", true)].into_iter().take(1 + usize::from(function.is_binary())) {
        let words = stream(function, second, values);
        let array = Array { element: ScalarType::F32, dimensions: vec![values], words };
        call.arguments.insert(name.into(), Argument::Array(array));
    }
    let Some(signature) = module.signature("k") else { return Err(failed("no kernel".into())) };
    let bound = bind(signature, module.profile, call).map_err(|error| failed(error.to_string()))?;
    let plan = plan(&module, "k", bound).map_err(|error| failed(format!("{error:?}")))?;
    Ok((module, plan))
}

/// Which form of our kernel runs.
#[derive(PartialEq)]
enum Form {
    /// The one that the device's float class needs.
    Needed,
    /// The plain one, whatever it gives.
    Plain,
}

/// A function on a device, ours and the driver's own where there is one.
struct Prepared {
    plan: Arc<Plan>,
    ours: Loaded,
    theirs: Option<Loaded>,
}

impl Prepared {
    fn new(
        engine: &Engine,
        glslang: Option<&Glslang>,
        function: &Function,
        values: u32,
        form: Form,
    ) -> io::Result<Prepared> {
        let (mut ours, plan) = planned(function, values)?;
        let load = |module: &Module| engine.load_unverified(module).map_err(io::Error::other);
        if form == Form::Plain {
            ours.kernels[0].guarded.clear();
        }
        let theirs = match (glslang, function.glsl()) {
            (Some(glslang), Some(text)) => {
                let mut module = ours.clone();
                module.kernels[0].spirv = glslang.compile(&text)?.0;
                module.kernels[0].guarded.clear();
                Some(load(&module)?)
            }
            _ => None,
        };
        Ok(Prepared { plan: Arc::new(plan), ours: load(&ours)?, theirs })
    }
}

/// What a program gives. Drivers compile at the first run.
fn run(engine: &Engine, loaded: &Loaded, plan: &Arc<Plan>) -> io::Result<Vec<Output>> {
    match engine.run(loaded, plan.clone()).map_err(io::Error::other)? {
        DeviceOutcome::Finished(outputs) => Ok(outputs),
        _ => Err(io::Error::other("a function traps")),
    }
}

/// What the driver's instruction gave; empty if there is none.
fn on_device(
    out: &mut dyn Write,
    engine: &Engine,
    glslang: Option<&Glslang>,
    (function, values): (&Function, u32),
    first: Option<&Vec<Output>>,
) -> io::Result<Vec<Output>> {
    let Prepared { plan, ours, theirs } = Prepared::new(engine, glslang, function, values, Form::Needed)?;
    let right = run(engine, &ours, &plan)?;
    let found = theirs.as_ref().map(|theirs| run(engine, theirs, &plan)).transpose()?.unwrap_or_default();
    let mut sides = vec![Some(Repeated::new(repeated::on_device(engine, ours), &plan)?)];
    sides.push(theirs.map(|theirs| Repeated::new(repeated::on_device(engine, theirs), &plan)).transpose()?);
    let bare = engine.class().needs_guards().then(|| Prepared::new(engine, None, function, values, Form::Plain));
    sides.push(bare.transpose()?.map(|bare| Repeated::new(repeated::on_device(engine, bare.ours), &plan)).transpose()?);
    for _ in 0..ROUNDS {
        sides.iter_mut().flatten().try_for_each(Repeated::measure)?;
    }
    let spent = |side: &Option<Repeated>| side.as_ref().and_then(Repeated::spent);
    let by_spent = match (spent(&sides[0]), spent(&sides[1])) {
        (Some(ours), Some(theirs)) => format!("{:.2}", ours / theirs),
        _ => "-".into(),
    };
    let each = sides.into_iter().map(|side| Some(milliseconds(side?.median()) * 1e6 / f64::from(values)));
    let each: Vec<Option<f64>> = each.collect();
    let show = |time: Option<f64>| time.map_or("-".into(), figures);
    let ratio = each[0].zip(each[1]).map_or("-".into(), |(ours, theirs)| format!("{:.2}", ours / theirs));
    let share = |agreement: Agreement| format!("{:.3}%", 100.0 * agreement.different as f64 / agreement.cells as f64);
    let wrong = if found.is_empty() { "-".into() } else { share(Agreement::of(&right, &found)) };
    let first = first.filter(|first| !first.is_empty() && !found.is_empty());
    let apart = first.map_or("-".into(), |first| share(Agreement::of(first, &found)));
    let [ours, theirs, bare] = [show(each[0]), show(each[1]), show(each[2])];
    writeln!(out, "{:8}{ours:>10}{theirs:>10}{ratio:>8}{by_spent:>8}{wrong:>10}{apart:>10}{bare:>10}", function.name)?;
    Ok(found)
}

/// A time with three figures or so.
fn figures(time: f64) -> String {
    if time < 0.1 { format!("{time:.4}") } else { format!("{time:.2}") }
}
