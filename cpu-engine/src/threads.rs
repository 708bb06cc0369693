//! Groups over threads. Which thread runs which group, and when, shows in no result. The thread that asks works too; the
//! others sleep between dispatches, and end with the call.

#![allow(unsafe_code, reason = "compiled code is called")]

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread::{Builder, Scope},
    time::Instant,
};

use lockstep_engine::Fault;

use crate::{arrays::Words, claims::Bitmaps, code::Seen, float_unit::FloatUnit, kernel::Compiled};

/// In so many shares each thread takes its part of the groups, so that all end together.
const SHARES: u32 = 16;
/// The most groups between two looks at the clock.
const MOST_AT_ONCE: u32 = 32;

/// One dispatch.
pub(crate) struct Dispatched<'k> {
    pub(crate) kernel: &'k Compiled,
    /// The trap words and the arrays.
    pub(crate) buffers: Vec<Seen>,
    /// Of claimed arrays; they are bound after the arrays.
    pub(crate) bitmaps: Vec<Arc<Bitmaps>>,
    pub(crate) push: Vec<u32>,
    pub(crate) groups: u32,
    /// The next group that nobody has taken.
    pub(crate) next: AtomicU32,
}

// SAFETY: what the buffers lead to outlives the dispatch, and groups touch it as the laws let them.
unsafe impl Send for Dispatched<'_> {}
// SAFETY: as above.
unsafe impl Sync for Dispatched<'_> {}

/// The threads of one call.
pub(crate) struct Crew<'k> {
    threads: u32,
    unit: FloatUnit,
    deadline: Option<Instant>,
    state: Mutex<State<'k>>,
    wake: Condvar,
    idle: Condvar,
    end: Condvar,
    /// No longer zero when the deadline has come. Compiled code looks at it.
    late: AtomicU32,
}

#[derive(Default)]
struct State<'k> {
    work: Option<Arc<Dispatched<'k>>>,
    /// Threads that were started, and those that are at work.
    started: u32,
    active: u32,
    /// Whether a thread looks at the clock.
    watched: bool,
    over: bool,
    fault: Option<Fault>,
}

impl<'k> Crew<'k> {
    pub(crate) fn new(threads: u32, unit: FloatUnit, deadline: Option<Instant>) -> Crew<'k> {
        Crew {
            threads,
            unit,
            deadline,
            state: Mutex::default(),
            wake: Condvar::new(),
            idle: Condvar::new(),
            end: Condvar::new(),
            late: AtomicU32::new(0),
        }
    }

    /// Whether the deadline has come.
    pub(crate) fn is_late(&self) -> bool {
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.late.store(1, Ordering::Relaxed);
        }
        self.late.load(Ordering::Relaxed) != 0
    }

    /// Runs all groups of a dispatch, unless the deadline comes before.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`] where a thread has no memory for a group, and where there is no thread to look at the
    /// clock.
    pub(crate) fn dispatch<'s>(
        &'s self,
        scope: &'s Scope<'s, '_>,
        work: Dispatched<'k>,
        memory: &mut Option<Words>,
    ) -> Result<(), Fault> {
        let work = Arc::new(work);
        if let (true, Some(deadline)) = (work.kernel.looks, self.deadline) {
            self.watched(scope, deadline)?;
        }
        if work.groups > 1 && self.threads > 1 {
            let mut state = self.lock();
            while state.started < self.threads - 1 {
                let builder = Builder::new().name("lockstep-cpu".into());
                // With fewer threads it takes longer, and gives the same.
                let Ok(_) = builder.spawn_scoped(scope, || self.serve()) else { break };
                state.started += 1;
            }
            state.work = Some(work.clone());
            drop(state);
            self.wake.notify_all();
        }
        let done = self.labour(&work, memory);
        let mut state = self.lock();
        state.work = None;
        while state.active > 0 {
            state = self.idle.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        match state.fault.take() {
            Some(fault) => Err(fault),
            None => done,
        }
    }

    /// Lets the threads end.
    pub(crate) fn end(&self) {
        self.lock().over = true;
        self.wake.notify_all();
        self.end.notify_all();
    }

    /// Has a thread look at the clock, while groups are so long that nobody else does.
    fn watched<'s>(&'s self, scope: &'s Scope<'s, '_>, deadline: Instant) -> Result<(), Fault> {
        let mut state = self.lock();
        if !state.watched {
            let watch = Builder::new().name("lockstep-clock".into()).spawn_scoped(scope, move || self.watch(deadline));
            let none = |_| Fault::OutOfMemory { what: "a thread that looks at the clock".into(), bytes: None };
            watch.map_err(none)?;
            state.watched = true;
        }
        Ok(())
    }

    fn watch(&self, deadline: Instant) {
        let mut state = self.lock();
        while !state.over && !self.is_late() {
            let left = deadline.saturating_duration_since(Instant::now());
            (state, _) = self.end.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The life of a thread.
    fn serve(&self) {
        let mut memory = None;
        let mut state = self.lock();
        while !state.over {
            let Some(work) = state.work.clone() else {
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            state.active += 1;
            drop(state);
            let done = self.labour(&work, &mut memory);
            state = self.lock();
            state.active -= 1;
            if let Err(fault) = done {
                state.fault = Some(fault);
            }
            if state.work.as_ref().is_some_and(|now| Arc::ptr_eq(now, &work)) {
                // All of its groups are taken.
                state.work = None;
            }
            self.idle.notify_all();
        }
    }

    /// Runs groups of a dispatch until none is left.
    fn labour(&self, work: &Dispatched<'_>, memory: &mut Option<Words>) -> Result<(), Fault> {
        let needed = work.kernel.memory;
        let own = match memory {
            Some(own) if own.cells() >= needed => own,
            _ => memory.insert(Words::new(needed, &|| "the memory of a group".into())?),
        };
        let address = own.address();
        let at_once = (work.groups / (self.threads * SHARES)).clamp(1, MOST_AT_ONCE);
        let end = Seen { address: self.late.as_ptr(), cells: 1 };
        let mut seen: Vec<Seen> = std::iter::once(end).chain(work.buffers.iter().copied()).collect();
        let mut claimed: Vec<Words> = Vec::new();
        let done = self.unit.with(|| {
            loop {
                let first = work.next.fetch_add(at_once, Ordering::Relaxed);
                if first >= work.groups || self.is_late() {
                    return Ok(());
                }
                for bitmaps in work.bitmaps.iter().skip(claimed.len()) {
                    let own = bitmaps.take()?;
                    seen.push(Seen::of(&own));
                    claimed.push(own);
                }
                for group in first..(first + at_once).min(work.groups) {
                    // SAFETY: the execution binds what the kernel's interface names, which the plan was checked against;
                    // the memory and the bitmaps are this thread's, and long enough.
                    unsafe { work.kernel.code.run(&seen, &work.push, address, group) };
                }
            }
        });
        work.bitmaps.iter().zip(claimed).for_each(|(bitmaps, own)| bitmaps.give_back(own));
        done
    }

    fn lock(&self) -> MutexGuard<'_, State<'k>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
