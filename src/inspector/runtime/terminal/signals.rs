//! The signals that a terminal program must handle.

use std::io;
use std::time::Duration;

use rustix::process::{Signal as Number, kill_current_process_group, kill_process};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::inspector::runtime::event_loop::{ExitReason, SuspendTarget, TermEvent};

/// How long a process that tries to suspend itself waits to be continued before it assumes that the suspension had no
/// effect. The time while it is suspended does not count.
const STOPPING: Duration = Duration::from_millis(100);

/// Listens for signals. Each signal is handled once.
pub(super) struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
    quit: Signal,
    stop: Signal,
    resume: Signal,
}

impl Signals {
    /// Starts listening. Earlier signals are not reported.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            stop: on(Number::TSTP)?,
            resume: on(Number::CONT)?,
        })
    }

    /// Discards signals that were meant for a child program: interrupts and stops.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        self.interrupt = on(Number::INT)?;
        self.quit = on(Number::QUIT)?;
        self.stop = on(Number::TSTP)?;
        self.resume = on(Number::CONT)?;
        Ok(())
    }

    /// Waits for the next signal. Dropping the future loses no signal.
    pub(super) async fn next(&mut self) -> TermEvent {
        tokio::select! {
            _ = self.terminate.recv() => end(Number::TERM),
            _ = self.hang_up.recv() => end(Number::HUP),
            _ = self.interrupt.recv() => end(Number::INT),
            _ = self.quit.recv() => end(Number::QUIT),
            _ = self.stop.recv() => TermEvent::Stop,
            _ = self.resume.recv() => TermEvent::Continued,
        }
    }

    /// Suspends this process or its whole job, and returns when it is continued.
    ///
    /// The signal cannot be caught, so the whole job stops with it, as the shell that waits for the job's leader
    /// expects.
    pub(super) async fn stop(&mut self, who: SuspendTarget) -> io::Result<()> {
        match who {
            SuspendTarget::Process => stop_self()?,
            SuspendTarget::Job => kill_current_process_group(Number::STOP)?,
        }
        // The process may stop shortly after the call has returned.
        let _ = tokio::time::timeout(STOPPING, self.resume.recv()).await;
        Ok(())
    }
}

fn on(number: Number) -> io::Result<Signal> {
    signal(SignalKind::from_raw(number.as_raw()))
}

fn end(number: Number) -> TermEvent {
    TermEvent::End(number.as_raw())
}

/// Handles signals while a child program has the terminal. If the user suspends the child, this process suspends itself
/// too, so that the shell returns. If this process is asked to end, it ends, since the terminal is already restored.
/// Runs until it is aborted.
pub(super) fn with_child() -> io::Result<impl Future<Output = io::Result<()>>> {
    let mut stop = on(Number::TSTP)?;
    let (mut terminate, mut hang_up) = (on(Number::TERM)?, on(Number::HUP)?);
    Ok(async move {
        loop {
            tokio::select! {
                _ = stop.recv() => stop_self()?,
                _ = terminate.recv() => std::process::exit(ended_by(Number::TERM)),
                _ = hang_up.recv() => std::process::exit(ended_by(Number::HUP)),
            }
        }
    })
}

fn ended_by(number: Number) -> i32 {
    ExitReason::Signal(number.as_raw()).status().into()
}

fn stop_self() -> io::Result<()> {
    Ok(kill_process(rustix::process::getpid(), Number::STOP)?)
}
