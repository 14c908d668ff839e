//! The event loop between a terminal and the interface. The loop sleeps until an event arrives, takes all events that
//! are ready, updates the app, and draws one frame as soon as the terminal has taken the previous frame. The [`App`]
//! and the [`Handler`] define the app and its effects. The [`Terminal`] defines the terminal.
//!
//! An idle app uses no CPU time. A timer runs only while a change waits for its frame or the app has set an alarm.

use std::io;
use std::task::{Context, Waker};
use std::time::Duration;

use crossterm::event::{Event, KeyEventKind};
use rustix::io::Errno;
use rustix::process::Signal;
use tokio::time::{Instant, sleep_until};

mod app;
mod canvas;
mod limiter;
mod screen;
#[cfg(test)]
mod tests;

pub use crate::inspector::runtime::event_loop::screen::{SuspendTarget, TermEvent, Terminal, drawable};
pub use app::{App, Effect, Handler, Inbox, Mailbox, PasteNotice, mailbox};
pub use canvas::Canvas;

use limiter::{FrameLimiter, Urgency};

/// The maximum number of events and messages processed in one turn before a frame.
const BATCH: usize = 1024;

/// The maximum duration of a turn that processes events.
const TURN: Duration = Duration::from_millis(4);

/// The reason why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// The app quit.
    Quit,
    /// A signal with this number asked the process to end.
    Signal(i32),
}

impl ExitReason {
    /// Returns the exit status: 0, or 128 plus the number of the signal, as in shells.
    pub fn status(self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Signal(number) => u8::try_from(128 + number).unwrap_or(u8::MAX),
        }
    }
}

/// Runs the app on the terminal until the app quits or a signal ends the process. If the terminal disappears, the loop
/// ends as if it received a hang-up signal. The loop does not restore the terminal. The owner of `stage` does.
///
/// # Errors
/// The terminal can no longer be read or written.
pub async fn run<A: App, H: Handler<A>, S: Terminal>(
    app: &mut A,
    handler: &mut H,
    stage: &mut S,
    (mailbox, inbox): (Mailbox<A::Msg>, Inbox<A::Msg>),
) -> io::Result<ExitReason> {
    let mut turn = Loop {
        app,
        handler,
        stage,
        mailbox,
        frames: FrameLimiter::default(),
        dirty: None,
        all: true,
        ended: None,
    };
    match turn.run(inbox).await {
        // A write to a terminal that has disappeared fails with this error.
        Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => {
            Ok(ExitReason::Signal(Signal::HUP.as_raw()))
        }
        ended => ended,
    }
}

/// The state of the loop between two turns.
struct Loop<'a, A: App, H, S> {
    app: &'a mut A,
    handler: &'a mut H,
    stage: &'a mut S,
    mailbox: Mailbox<A::Msg>,
    frames: FrameLimiter,
    /// Set if something has changed since the last frame, with the urgency of the change.
    dirty: Option<Urgency>,
    /// Whether the next frame draws every cell.
    all: bool,
    ended: Option<ExitReason>,
}

/// The reason why the loop woke up.
enum WakeReason<M> {
    Happened(io::Result<TermEvent>),
    Told(Option<M>),
    Alarm(M),
    Frame,
}

impl<A: App, H: Handler<A>, S: Terminal> Loop<'_, A, H, S> {
    async fn run(&mut self, Inbox(mut inbox): Inbox<A::Msg>) -> io::Result<ExitReason> {
        self.tell_size().await?;
        self.draw()?;
        loop {
            let due = self.dirty.map(|urgency| self.frames.due(urgency));
            let room = self.stage.room();
            let frame = async {
                at(due).await;
                room.await;
            };
            let (alarm, alarm_msg) = self
                .app
                .alarm()
                .map_or((None, None), |(at, msg)| (Some(at.into()), Some(msg)));
            let woken = tokio::select! {
                biased;
                happened = self.stage.next() => WakeReason::Happened(happened),
                () = frame => WakeReason::Frame,
                told = inbox.recv() => WakeReason::Told(told),
                () = at(alarm) => alarm_msg.map_or(WakeReason::Frame, WakeReason::Alarm),
            };
            match woken {
                WakeReason::Happened(first) => self.take_happenings(first?).await?,
                WakeReason::Told(msg) => self.take_messages(msg, &mut inbox).await?,
                WakeReason::Alarm(msg) => self.update(msg, Urgency::News).await?,
                WakeReason::Frame => {}
            }
            if let Some(ended) = self.ended {
                return Ok(ended);
            }
            let due = self.dirty.map(|urgency| self.frames.due(urgency));
            if due.is_some_and(|due| due <= Instant::now()) && is_ready(self.stage.room()) {
                self.draw()?;
            }
        }
    }

    /// Processes all terminal events that are ready. Of consecutive resizes, only the last is passed to the app.
    async fn take_happenings(&mut self, first: TermEvent) -> io::Result<()> {
        let until = Instant::now() + TURN;
        let mut happening = Some(first);
        let mut resized = None;
        for _ in 0..BATCH {
            match happening.take() {
                None => break,
                Some(TermEvent::Event(Event::Resize(columns, rows))) => {
                    resized = Some(Event::Resize(columns, rows))
                }
                Some(other) => {
                    self.tell(resized.take()).await?;
                    self.happen(other).await?;
                }
            }
            if self.ended.is_some() || Instant::now() >= until {
                break;
            }
            happening = self.stage.ready().await?;
        }
        self.tell(resized).await
    }

    async fn take_messages(
        &mut self,
        first: Option<A::Msg>,
        inbox: &mut tokio::sync::mpsc::Receiver<A::Msg>,
    ) -> io::Result<()> {
        let until = Instant::now() + TURN;
        let mut msg = first;
        for _ in 0..BATCH {
            let Some(next) = msg.take() else { break };
            self.update(next, Urgency::News).await?;
            if self.ended.is_some() || Instant::now() >= until {
                break;
            }
            msg = inbox.try_recv().ok();
        }
        Ok(())
    }

    async fn happen(&mut self, happening: TermEvent) -> io::Result<()> {
        match happening {
            TermEvent::Event(event) => self.tell(Some(event)).await,
            TermEvent::Background(color) => match self.app.background(color) {
                Some(msg) => self.update(msg, Urgency::News).await,
                None => Ok(()),
            },
            TermEvent::Answered => Ok(()),
            TermEvent::Paste(notice) => match self.app.paste_notice(notice) {
                Some(msg) => self.update(msg, Urgency::Key).await,
                None => Ok(()),
            },
            TermEvent::End(number) => {
                self.ended = Some(ExitReason::Signal(number));
                Ok(())
            }
            TermEvent::Stop => {
                self.stage.suspend(SuspendTarget::Process).await?;
                self.came_back().await
            }
            TermEvent::Continued => {
                self.stage.enter()?;
                self.came_back().await
            }
        }
    }

    async fn tell(&mut self, event: Option<Event>) -> io::Result<()> {
        // A terminal that was smaller in between has lost cells, even if its size is the same again.
        self.all |= matches!(event, Some(Event::Resize(..)));
        match event {
            None => Ok(()),
            Some(Event::Key(key)) if key.kind == KeyEventKind::Release => Ok(()),
            Some(event) => match self.app.event(of_drawable(event)) {
                Some(msg) => self.update(msg, Urgency::Key).await,
                None => Ok(()),
            },
        }
    }

    async fn tell_size(&mut self) -> io::Result<()> {
        let (columns, rows) = self.stage.size()?;
        self.tell(Some(Event::Resize(columns, rows))).await
    }

    /// Another program used the terminal in between, so the screen must be redrawn.
    async fn came_back(&mut self) -> io::Result<()> {
        self.all = true;
        self.dirty = Some(Urgency::Key);
        Box::pin(self.tell_size()).await
    }

    async fn update(&mut self, msg: A::Msg, urgency: Urgency) -> io::Result<()> {
        self.dirty = self.dirty.max(Some(urgency));
        for effect in self.app.update(msg) {
            match effect {
                Effect::Run(call) => self.handler.run(call, &self.mailbox),
                Effect::Copy(text) => self.stage.copy(text),
                Effect::Redraw => self.all = true,
                Effect::Mouse(on) => self.stage.capture_mouse(on),
                Effect::Suspend => {
                    self.stage.suspend(SuspendTarget::Job).await?;
                    self.came_back().await?;
                }
                Effect::Outside(call) => {
                    let handler = &mut *self.handler;
                    let answer = self.stage.lend(|| handler.outside(call)).await?;
                    self.came_back().await?;
                    if let Some(msg) = answer {
                        Box::pin(self.update(msg, Urgency::Key)).await?;
                    }
                }
                Effect::Quit => {
                    self.ended = Some(ExitReason::Quit);
                    break;
                }
            }
            if self.ended.is_some() {
                break;
            }
        }
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let app = &*self.app;
        self.stage
            .frame(&mut |canvas| app.draw(canvas), std::mem::take(&mut self.all))?;
        self.frames.drawn(Instant::now());
        self.dirty = None;
        Ok(())
    }
}

/// Limits a resize event to the size that is drawn.
fn of_drawable(event: Event) -> Event {
    match event {
        Event::Resize(columns, rows) => {
            let (columns, rows) = drawable((columns, rows));
            Event::Resize(columns, rows)
        }
        other => other,
    }
}

/// Returns whether a future is ready.
fn is_ready(wait: impl Future<Output = ()>) -> bool {
    std::pin::pin!(wait)
        .poll(&mut Context::from_waker(Waker::noop()))
        .is_ready()
}

/// Waits until this time, or forever if there is none.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
