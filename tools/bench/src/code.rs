//! The speed of the code: Lockstep beside hand-written GLSL without guards, on the same driver, in the same run.
//!
//! The GLSL keeps Lockstep's ABI, so it takes the place of the SPIR-V in a copy of the module, and one plan serves both.
//! Where the device's float class needs guards, the form without them runs too, so that their price is seen.

use std::io::{self, Write};

use lockstep_compiler::compile;
use lockstep_module::{
    Access, Module, Output, ParameterKind, bind,
    plan::{Plan, plan},
};
use lockstep_vulkan::{DeviceOutcome, Engine, Loaded};

use crate::{
    agreement::Agreement,
    engines::engines,
    glslang::Glslang,
    input::{Scale, call},
    peers::{PEERS, Peer},
    repeated::{Repeated, on_device},
    timing::milliseconds,
};

const ROUNDS: usize = 7;

/// Measures and prints a table.
///
/// # Errors
/// A program that does not compile or run, and integers in which the two differ.
pub fn measure(out: &mut dyn Write, scale: Scale) -> io::Result<()> {
    writeln!(
        out,
        "The speed of the code, beside hand-written GLSL without guards. Medians of {ROUNDS} interleaved runs"
    )?;
    let glslang = match Glslang::find()? {
        Ok(glslang) => glslang,
        Err(reason) => return writeln!(out, "it is left out, since there is no glslang: {reason}"),
    };
    let engines = engines(out)?;
    let header = ["program", "Lockstep ms", "GLSL ms", "ratio", "of CPU", "no guards", "results"];
    let [name, ours, theirs, ratio, spent, bare, results] = header;
    writeln!(out, "{name:14}{ours:>12}{theirs:>12}{ratio:>8}{spent:>8}{bare:>10}  {results}")?;
    let mut wrong = Vec::new();
    for engine in &engines {
        writeln!(out, "{}, {}", engine.name(), engine.class())?;
        for peer in &PEERS {
            if !measure_one(out, engine, &glslang, peer, scale)? {
                wrong.push(peer.name);
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(io::Error::other(format!("the results differ: {}", wrong.join(", ")))) }
}

/// Whether the results agree as they must.
fn measure_one(out: &mut dyn Write, engine: &Engine, glslang: &Glslang, peer: &Peer, scale: Scale) -> io::Result<bool> {
    let failed = |what: String| io::Error::other(format!("{}: {what}", peer.name));
    let compilation = compile(peer.name, peer.lockstep);
    let Some(ours) = compilation.module else {
        return Err(failed(format!("it does not compile: {:?}", compilation.diagnostics)));
    };
    let theirs = with_glsl(&ours, glslang, peer)?;
    let (call, size) = call(peer.name, scale);
    let Some(signature) = ours.signature(peer.entry) else { return Err(failed(format!("no `{}`", peer.entry))) };
    let bound = bind(signature, ours.profile, call).map_err(|error| failed(error.to_string()))?;
    let plan = plan(&ours, peer.entry, bound).map_err(|error| failed(format!("{error:?}")))?;
    let load = |module| engine.load_unverified(module).map_err(io::Error::other);
    let bare = engine.class().needs_guards().then(|| without_guards(&ours));
    let (ours, theirs) = (load(&ours)?, load(&theirs)?);
    let agreement = Agreement::of(&finished(engine, &ours, &plan)?, &finished(engine, &theirs, &plan)?);
    let mut sides =
        vec![Repeated::new(on_device(engine, ours), &plan)?, Repeated::new(on_device(engine, theirs), &plan)?];
    if let Some(bare) = bare {
        sides.push(Repeated::new(on_device(engine, load(&bare)?), &plan)?);
    }
    for _ in 0..ROUNDS {
        sides.iter_mut().try_for_each(Repeated::measure)?;
    }
    let spent = match [sides[0].spent(), sides[1].spent()] {
        [Some(ours), Some(theirs)] => format!("{:.2}", ours / theirs),
        _ => "-".into(),
    };
    let times: Vec<f64> = sides.into_iter().map(|side| milliseconds(side.median())).collect();
    let (ours, theirs) = (times[0], times[1]);
    let bare = times.get(2).map_or("-".into(), |bare| format!("{bare:.3}"));
    let (name, ratio, results) = (peer.name, ours / theirs, agreement.show());
    writeln!(out, "{name:14}{ours:12.3}{theirs:12.3}{ratio:8.2}{spent:>8}{bare:>10}  {results}; {size}")?;
    Ok(!agreement.wrong)
}

/// The module with the plain form of each kernel alone: what the device makes of it is not the language's result.
fn without_guards(module: &Module) -> Module {
    let mut module = module.clone();
    module.kernels.iter_mut().for_each(|kernel| kernel.guarded.clear());
    module
}

/// The module with the GLSL's SPIR-V in the place of its own, in both forms. A claimed array is plainly written there: the GLSL has no
/// use for the bitmap that goes with a claim, and should not pay for it.
fn with_glsl(module: &Module, glslang: &Glslang, peer: &Peer) -> io::Result<Module> {
    let mut module = module.clone();
    for kernel in &mut module.kernels {
        let name = &kernel.signature.name;
        let Some((_, text)) = peer.glsl.iter().find(|(kernel, _)| kernel == name) else {
            return Err(io::Error::other(format!("{}: the kernel `{name}` has no peer", peer.name)));
        };
        kernel.spirv = glslang.compile(text)?.0;
        kernel.guarded.clear();
        for parameter in &mut kernel.signature.parameters {
            if let ParameterKind::Array { access, .. } = &mut parameter.kind
                && *access == Access::Claim
            {
                *access = Access::Out;
            }
        }
    }
    Ok(module)
}

fn finished(engine: &Engine, loaded: &Loaded, plan: &Plan) -> io::Result<Vec<Output>> {
    match engine.run(loaded, plan.clone()).map_err(io::Error::other)? {
        DeviceOutcome::Finished(outputs) => Ok(outputs),
        DeviceOutcome::Trapped(trap) => Err(io::Error::other(format!("dispatch {} trapped", trap.dispatch))),
        DeviceOutcome::DoublyClaimed(claim) => {
            Err(io::Error::other(format!("dispatch {} claimed cell {} twice", claim.dispatch, claim.cell)))
        }
    }
}
