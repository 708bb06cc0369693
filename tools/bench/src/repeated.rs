//! How long a device takes for a plan's dispatches alone: the plan with its dispatches many times over, less the same
//! plan without any, which still uploads the arrays.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use lockstep_module::plan::Plan;
use lockstep_vulkan::{DeviceOutcome, Engine, Loaded};

use crate::timing::{middle, spent};

/// One measurement should take so long that what a device does besides is small.
const WANTED: Duration = Duration::from_millis(400);
const MOST_REPEATS: u32 = 256;

/// A program on a device, with the plans by which it is timed.
pub struct Repeated<'a> {
    engine: &'a Engine,
    loaded: Loaded,
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
    pub fn new(engine: &'a Engine, loaded: Loaded, plan: &Plan) -> io::Result<Repeated<'a>> {
        let (none, once) = (repeated(plan, 0), repeated(plan, 1));
        let idle = timed(engine, &loaded, &none)?;
        let time = timed(engine, &loaded, &once)?.saturating_sub(idle);
        let wanted = WANTED.as_nanos() / time.as_nanos().max(1) + 1;
        let repeats = u32::try_from(wanted).unwrap_or(MOST_REPEATS).min(MOST_REPEATS);
        let many = repeated(plan, repeats);
        Ok(Repeated {
            engine,
            loaded,
            many,
            none,
            repeats,
            times: Vec::new(),
            idle: Vec::new(),
            spent: Some(Default::default()),
        })
    }

    /// Takes one measurement.
    ///
    /// # Errors
    /// A run that fails.
    pub fn measure(&mut self) -> io::Result<()> {
        let start = spent();
        self.idle.push(timed(self.engine, &self.loaded, &self.none)?);
        let between = spent();
        self.times.push(timed(self.engine, &self.loaded, &self.many)?);
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

fn timed(engine: &Engine, loaded: &Loaded, plan: &Arc<Plan>) -> io::Result<Duration> {
    let plan = plan.clone();
    let start = Instant::now();
    let outcome = engine.run(loaded, plan).map_err(io::Error::other)?;
    let time = start.elapsed();
    match outcome {
        DeviceOutcome::Finished(_) => Ok(time),
        DeviceOutcome::Trapped(trap) => Err(io::Error::other(format!("dispatch {} trapped", trap.dispatch))),
        DeviceOutcome::DoublyClaimed(claim) => {
            Err(io::Error::other(format!("dispatch {} claimed cell {} twice", claim.dispatch, claim.cell)))
        }
    }
}
