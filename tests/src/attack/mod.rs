//! Attacks on a verifier: modules that it accepts are edited by `lockstep_shadow::mutate`, and what it still accepts is
//! judged. A verifier is a function from a kernel, as a module claims it, to a refusal.

mod bases;
mod drivers;
pub mod report;
mod tally;
mod trial;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

pub use bases::{Base, conformance, generated};
pub use drivers::agree;
use lockstep_module::{Kernel, Profile};
use lockstep_verifier::profile::Form;
pub use tally::Tally;
pub use trial::{Ended, Mutant, mutant, shrink, trial, unchanged};

/// A verifier: the kernel with its claims, the profile of its module, and whether its guarded form is asked for; a
/// refusal, if there is one.
pub type Verifier<'v> = dyn Fn(&Kernel, Profile, bool) -> Result<(), String> + Sync + 'v;

/// How often it is said how far an attack is.
const NEWS: Duration = Duration::from_secs(10);

/// Whether modules are legal SPIR-V: a careless verifier, which is what the judge must find fault with.
///
/// # Errors
/// The validator's reason.
pub fn only_legal(kernel: &Kernel, _: Profile, guarded: bool) -> Result<(), String> {
    lockstep_compiler::spirv::validate(if guarded { &kernel.guarded } else { &kernel.spirv })
}

/// The verifier.
///
/// # Errors
/// The refusal.
pub fn verified(kernel: &Kernel, profile: Profile, guarded: bool) -> Result<(), String> {
    let serves_all = guarded || kernel.guarded.is_empty();
    let form = if serves_all { Form::Guarded } else { Form::Plain };
    let words = if guarded { &kernel.guarded } else { &kernel.spirv };
    lockstep_verifier::verify_kernel(words, kernel, profile, form).map(drop).map_err(|refusal| refusal.to_string())
}

/// Tries this many mutants on all cores.
pub fn attack(bases: &[Base], verifier: &Verifier<'_>, seed: u64, mutants: u64, news: bool, drivers: bool) -> Tally {
    let next = AtomicU64::new(0);
    let (began, spoken) = (Instant::now(), Mutex::new(Instant::now()));
    let total = Mutex::new(Tally::default());
    let work = || {
        let mut tally = Tally::default();
        let nanoseconds = AtomicU64::new(0);
        let timed = |kernel: &Kernel, profile: Profile, guarded: bool| {
            let began = Instant::now();
            let verified = verifier(kernel, profile, guarded);
            nanoseconds.store(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
            verified
        };
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= mutants {
                break;
            }
            let mutant = mutant(bases, seed, number);
            let mut ended = trial(&mutant, bases, &timed);
            tally.time(&mutant, Duration::from_nanos(nanoseconds.load(Ordering::Relaxed)));
            if let (true, Ended::Harmless) = (drivers, &ended)
                && let Err(what) = agree(&mutant, bases)
            {
                ended = Ended::Misbehaving(what);
            }
            tally.count(&mutant, &ended);
            let mut last = spoken.lock().unwrap_or_else(PoisonError::into_inner);
            if news && last.elapsed() > NEWS {
                *last = Instant::now();
                drop(last);
                total.lock().unwrap_or_else(PoisonError::into_inner).add(std::mem::take(&mut tally));
                let (seconds, total) =
                    (began.elapsed().as_secs_f64(), total.lock().unwrap_or_else(PoisonError::into_inner));
                println!("{number} mutants, {:.0} a second; {}", number as f64 / seconds, total.line());
            }
        }
        total.lock().unwrap_or_else(PoisonError::into_inner).add(tally);
    };
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    total.into_inner().unwrap_or_else(PoisonError::into_inner)
}
