//! How long an engine takes for a plan's dispatches alone: the plan with its dispatches many times over, less the same
//! plan without any, which still uploads the arrays.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use lockstep_engine::{DeviceOutcome, Fault};
use lockstep_module::plan::Plan;
use lockstep_vulkan::{Engine, Loaded};

use crate::timing::{middle, spent};

/// One measurement should take so long that what a device does besides is small.
const WANTED: Duration = Duration::from_millis(400);
const MOST_REPEATS: u32 = 256;

/// How a plan of one module is run on one engine.
pub type Runs<'a> = Box<dyn Fn(Arc<Plan>) -> Result<DeviceOutcome, Fault> + 'a>;

/// A module on a device.
pub fn on_device(engine: &Engine, loaded: Loaded) -> Runs<'_> {
    Box::new(move |plan| engine.run(&loaded, plan))
}

/// A module on the CPU engine.
pub fn on_cpu(engine: &lockstep_cpu::Engine, loaded: lockstep_cpu::Loaded) -> Runs<'_> {
    Box::new(move |plan| engine.run(&loaded, plan))
}

/// A program on an engine, with the plans by which it is timed.
pub struct Repeated<'a> {
    runs: Runs<'a>,
    many: Arc<Plan>,
    none: Arc<Plan>,
    repeats: u32,
    times: Vec<Duration>,
    idle: Vec<Duration>,
    /// What processors have spent on all runs of `many`, and of `none`.
    spent: Option<[Duration; 2]>,
}

impl<'a> Repeated<'a> {
    /// Finds out how often to repeat. The plan must have run before: drivers compile at the first run.
    ///
    /// # Errors
    /// A run that fails.
    pub fn new(runs: Runs<'a>, plan: &Plan) -> io::Result<Repeated<'a>> {
        let (none, once) = (repeated(plan, 0), repeated(plan, 1));
        let idle = timed(&runs, &none)?;
        let time = timed(&runs, &once)?.saturating_sub(idle);
        let wanted = WANTED.as_nanos() / time.as_nanos().max(1) + 1;
        let repeats = u32::try_from(wanted).unwrap_or(MOST_REPEATS).min(MOST_REPEATS);
        let many = repeated(plan, repeats);
        Ok(Repeated { runs, many, none, repeats, times: Vec::new(), idle: Vec::new(), spent: Some(Default::default()) })
    }

    /// Takes one measurement.
    ///
    /// # Errors
    /// A run that fails.
    pub fn measure(&mut self) -> io::Result<()> {
        let start = spent();
        self.idle.push(timed(&self.runs, &self.none)?);
        let between = spent();
        self.times.push(timed(&self.runs, &self.many)?);
        self.spent = (|| {
            let ([many, none], between) = (self.spent?, between?);
            Some([many + spent()?.saturating_sub(between), none + between.saturating_sub(start?)])
        })();
        Ok(())
    }

    /// The median time of the plan's dispatches.
    pub fn median(&self) -> Duration {
        middle(self.times.clone()).saturating_sub(middle(self.idle.clone())) / self.repeats
    }

    /// What processors have spent on the plan's dispatches in all measurements together, for one time; None if that is
    /// not known, or too little.
    pub fn spent(&self) -> Option<f64> {
        let [many, none] = self.spent?;
        let spent = many.saturating_sub(none).as_secs_f64() / f64::from(self.repeats);
        (spent > 0.0).then_some(spent)
    }
}

/// Nothing is read back.
fn repeated(plan: &Plan, times: u32) -> Arc<Plan> {
    let dispatches = (0..times).flat_map(|_| plan.dispatches.iter().cloned()).collect();
    Arc::new(Plan { dispatches, outputs: Vec::new(), ..plan.clone() })
}

fn timed(runs: &Runs<'_>, plan: &Arc<Plan>) -> io::Result<Duration> {
    let plan = plan.clone();
    let start = Instant::now();
    let outcome = runs(plan).map_err(io::Error::other)?;
    let time = start.elapsed();
    match outcome {
        DeviceOutcome::Finished(_) => Ok(time),
        DeviceOutcome::Trapped(trap) => Err(io::Error::other(format!("dispatch {} trapped", trap.dispatch))),
        DeviceOutcome::DoublyClaimed(claim) => {
            Err(io::Error::other(format!("dispatch {} claimed cell {} twice", claim.dispatch, claim.cell)))
        }
    }
}
