//! Every Vulkan call is made on a thread whose float environment was set first. No other thread of the process is
//! changed, and drivers' own threads are started from here and inherit it.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    thread::{Builder, JoinHandle},
};

use crate::float_environment::{self, Subnormals};
use lockstep_engine::Fault;

/// A driver's compiler recurses over a kernel on the thread that asks for it. Pages not used cost nothing.
const STACK_BYTES: usize = 64 << 20;

type Task<S> = Box<dyn FnOnce(&mut S) + Send>;

enum Message<S> {
    Do(Task<S>),
    Close,
}

/// A thread that owns a state `S`, made and destroyed on it, and works on it one task at a time.
pub(crate) struct DeviceThread<S> {
    tasks: Sender<Message<S>>,
    thread: Option<JoinHandle<Result<(), Fault>>>,
}

/// A way to send tasks that need no answer. It does not keep the thread alive.
pub(crate) struct Letterbox<S>(Sender<Message<S>>);

impl<S: 'static> DeviceThread<S> {
    /// Starts the thread, makes the state, and waits until it is there. `close` takes the state apart at the end.
    ///
    /// # Errors
    /// Whatever `open` returned; [`Fault::OutOfMemory`] if there can be no thread.
    pub(crate) fn start(
        subnormals: Subnormals,
        open: impl FnOnce() -> Result<S, Fault> + Send + 'static,
        close: impl FnOnce(S) -> Result<(), Fault> + Send + 'static,
    ) -> Result<DeviceThread<S>, Fault> {
        let (tasks, inbox) = channel();
        let (opened, wait) = channel();
        let thread = spawn(subnormals, move || {
            let mut state = match open() {
                Ok(state) => state,
                Err(fault) => {
                    // Nobody waits any more only if the starter itself is gone.
                    let _ = opened.send(Err(fault));
                    return Ok(());
                }
            };
            let _ = opened.send(Ok(()));
            work(subnormals, &inbox, &mut state);
            close(state)
        })?;
        wait.recv().unwrap_or(Err(Fault::Stopped))?;
        Ok(DeviceThread { tasks, thread: Some(thread) })
    }

    /// Runs a task on the thread and waits for its answer.
    ///
    /// # Errors
    /// [`Fault::Stopped`] if the thread has ended.
    pub(crate) fn ask<R: Send + 'static>(&self, task: impl FnOnce(&mut S) -> R + Send + 'static) -> Result<R, Fault> {
        let (answer, wait) = channel();
        let task = Box::new(move |state: &mut S| {
            // The asker waits below, so its end is there.
            let _ = answer.send(task(state));
        });
        self.tasks.send(Message::Do(task)).map_err(|_| Fault::Stopped)?;
        wait.recv().map_err(|_| Fault::Stopped)
    }

    /// A way to send tasks that may outlive the thread.
    pub(crate) fn letterbox(&self) -> Letterbox<S> {
        Letterbox(self.tasks.clone())
    }

    /// Takes the state apart and waits until that is done.
    ///
    /// # Errors
    /// Whatever taking it apart returned.
    pub(crate) fn close(mut self) -> Result<(), Fault> {
        self.end()
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        // The send fails only if the thread has ended already.
        let _ = self.tasks.send(Message::Close);
        thread.join().unwrap_or(Err(Fault::Stopped))
    }
}

impl<S> Letterbox<S> {
    /// Leaves a task. If the thread has ended, there is nothing left for the task to do.
    pub(crate) fn leave(&self, task: impl FnOnce(&mut S) + Send + 'static) {
        let _ = self.0.send(Message::Do(Box::new(task)));
    }
}

impl<S> Drop for DeviceThread<S> {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = self.tasks.send(Message::Close);
            // A fault on the way out has nobody left to read it; `close` is for those who want it.
            let _ = thread.join();
        }
    }
}

/// Runs one task on such a thread and ends the thread.
///
/// # Errors
/// Whatever the task returned; [`Fault::Stopped`] if it panicked.
pub(crate) fn once<R: Send + 'static>(task: impl FnOnce() -> Result<R, Fault> + Send + 'static) -> Result<R, Fault> {
    spawn(Subnormals::Flushed, task)?.join().unwrap_or(Err(Fault::Stopped))
}

fn spawn<R: Send + 'static>(
    subnormals: Subnormals,
    body: impl FnOnce() -> R + Send + 'static,
) -> Result<JoinHandle<R>, Fault> {
    let started = Builder::new().name("lockstep-device".into()).stack_size(STACK_BYTES).spawn(move || {
        float_environment::adopt(subnormals);
        body()
    });
    started.map_err(|error| Fault::OutOfMemory {
        what: format!("the thread for the device could not start ({error})"),
        bytes: None,
    })
}

fn work<S>(subnormals: Subnormals, inbox: &Receiver<Message<S>>, state: &mut S) {
    while let Ok(Message::Do(task)) = inbox.recv() {
        // A driver may have left another environment behind.
        float_environment::adopt(subnormals);
        task(state);
    }
}

#[cfg(test)]
mod tests {
    use lockstep_engine::Fault;

    use super::{DeviceThread, Subnormals, once};

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn sets_its_own_float_environment_and_no_other() {
        use crate::float_environment::control_register;
        let before = control_register();
        let outside = std::thread::spawn(control_register).join().unwrap();
        let inside = once(|| Ok((control_register(), std::thread::spawn(control_register).join().unwrap())));
        assert_eq!(inside, Ok((0x9FC0, 0x9FC0)), "the thread and one that it starts");
        assert_ne!(before & 0x8040, 0x8040, "the test's own thread keeps subnormals");
        assert_eq!((control_register(), outside), (before, before));
    }

    #[test]
    fn answers_in_order_and_closes() {
        let thread = DeviceThread::start(
            Subnormals::Flushed,
            || Ok(1),
            |last| if last == 3 { Ok(()) } else { Err(Fault::DeviceLost) },
        );
        let thread = thread.unwrap();
        let letterbox = thread.letterbox();
        letterbox.leave(|state| *state += 1);
        assert_eq!(thread.ask(|state| std::mem::replace(state, 3)), Ok(2));
        assert_eq!(thread.close(), Ok(()));
        letterbox.leave(|state| *state += 1);
    }

    #[test]
    fn a_failed_start_is_the_starters_fault() {
        let thread = DeviceThread::<()>::start(Subnormals::Flushed, || Err(Fault::NoDevice), Ok);
        assert_eq!(thread.err(), Some(Fault::NoDevice));
    }

    #[test]
    fn a_panic_ends_the_thread_and_no_other() {
        let thread = DeviceThread::start(Subnormals::Flushed, || Ok(()), Ok).unwrap();
        assert_eq!(thread.ask(|()| std::panic::resume_unwind(Box::new(()))), Err::<(), _>(Fault::Stopped));
        assert_eq!(thread.ask(|()| ()), Err(Fault::Stopped));
    }
}
