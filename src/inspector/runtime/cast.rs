//! Plays scenarios in the inspector without a terminal, and records the screen as an asciicast (version 2), which
//! `asciinema play` shows. The times of its frames depend only on the notes: they are the pauses of playback at normal
//! speed.

use std::io::{self, Write};
use std::time::Duration;

use crossterm::event::KeyCode;
use ratatui::layout::Rect;

use crate::inspector::commands;
use crate::inspector::configuration::Configuration;
use crate::inspector::features::playback::{open, view::PlaybackView};
use crate::inspector::features::settings;
use crate::inspector::layout::draw::draw_stale;
use crate::inspector::picture::ansi;
use crate::inspector::runtime::event_loop::{App as _, Canvas, Effect, Handler, Inbox, Mailbox, mailbox};
use crate::inspector::runtime::executor::Executor;
use crate::inspector::state::command::Commands;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::Msg;
use crate::inspector::state::pace::Speed;
use crate::inspector::state::playback::Scenarios;
use crate::inspector::state::session::Session;
use crate::inspector::widgets::theme::{ColorLevel, Theme};
use crate::protocol::json::quoted;
use crate::rollout::limit::MaxBytes;
use crate::store::InMemoryThreadStore;
use crate::workbench::Workbench;
use crate::workbench::player::PerformedKind;
use crate::workbench::scenario::Tally;

/// The size of the screen, in columns and rows.
const SIZE: (u16, u16) = (120, 36);

/// How long to wait before looking again whether work in progress has ended.
const MOMENT: Duration = Duration::from_millis(1);

/// The inspector without a terminal.
struct Recorder {
    model: Model,
    hand: Executor,
    mail: Mailbox<Msg>,
    inbox: Inbox<Msg>,
}

/// Plays scenarios to their end and writes the asciicast. Requires a tokio runtime. Returns the number of steps by outcome.
///
/// # Errors
/// If the output cannot be written.
pub async fn record(scenarios: Scenarios, out: &mut dyn Write) -> io::Result<Tally> {
    let mut recorder = Recorder::new(scenarios.store.as_deref());
    let (columns, rows) = SIZE;
    recorder.tell(Msg::Resize(columns, rows));
    let opened = open::start(&mut recorder.model, scenarios);
    recorder.start(opened);
    recorder.settle().await;
    writeln!(
        out,
        "{{\"version\":2,\"width\":{columns},\"height\":{rows},\"title\":{}}}",
        quoted(&recorder.model.session.name)
    )?;
    let mut canvas = Canvas::new(Rect::new(0, 0, columns, rows));
    let mut time = Duration::ZERO;
    let mut tally = Tally::default();
    event(out, time, "\x1b[2J\x1b[H\x1b[?25l")?;
    while let Some(pause) = recorder.frame(&mut canvas, time, out)? {
        time += pause;
        if recorder.is_last() {
            recorder.count(&mut tally);
            if recorder.model.playback.next().is_none() {
                break;
            }
        }
        // Plays a step, or opens the next scenario.
        recorder.tell(Msg::Key(KeyCode::Char('.').into()));
        recorder.settle().await;
    }
    // The last frame stays until its note has been read.
    event(out, time, "\x1b[?25h")?;
    out.flush()?;
    Ok(tally)
}

/// Writes an event: output at a time since the beginning.
fn event(out: &mut dyn Write, time: Duration, text: &str) -> io::Result<()> {
    writeln!(out, "[{:.3},\"o\",{}]", time.as_secs_f64(), quoted(text))
}

impl Recorder {
    fn new(store: Option<&str>) -> Self {
        let bench = Workbench::new(store.map_or_else(Default::default, InMemoryThreadStore::for_id));
        let (mail, inbox) = mailbox(1024);
        let mut hand = Executor::new(mail.clone(), MaxBytes::default());
        let news = hand.observe(bench);
        let id = store.unwrap_or_default().to_owned();
        let mut model = Model::new(
            Session::new(id, news),
            Theme::new(ColorLevel::True),
            Commands(commands::COMMANDS),
        );
        settings::start(&mut model, None, &Configuration::default(), false);
        Self {
            model,
            hand,
            mail,
            inbox,
        }
    }

    fn tell(&mut self, msg: Msg) {
        let effects = self.model.update(msg);
        self.start(effects);
    }

    fn start(&mut self, effects: Effects) {
        for effect in effects {
            if let Effect::Run(call) = effect {
                Handler::<Model>::run(&mut self.hand, call, &self.mail);
            }
        }
    }

    /// Waits until no work is in progress.
    async fn settle(&mut self) {
        loop {
            let is_busy = self.hand.is_busy();
            while let Ok(msg) = self.inbox.0.try_recv() {
                self.tell(msg);
            }
            if !is_busy && !self.hand.is_busy() && self.inbox.0.is_empty() {
                return;
            }
            tokio::time::sleep(MOMENT).await;
        }
    }

    /// Writes what has changed on the screen. Returns how long it is shown; `None` if no scenario is open.
    fn frame(
        &self,
        canvas: &mut Canvas,
        time: Duration,
        out: &mut dyn Write,
    ) -> io::Result<Option<Duration>> {
        draw_stale(&self.model, canvas);
        let changed = canvas.take_changes();
        if !changed.is_empty() {
            event(out, time, &ansi::changes(canvas.cells(), &changed))?;
        }
        let view = PlaybackView::of(&self.model.session);
        Ok(view.and_then(|view| {
            let note = match view.performed {
                Some(performed) => performed.note.as_deref(),
                None => view.part.script.header.about.as_deref(),
            };
            Speed::default().pause(note)
        }))
    }

    /// Counts the steps of the scenario that is shown.
    fn count(&self, tally: &mut Tally) {
        let Some(view) = PlaybackView::of(&self.model.session) else {
            return;
        };
        tally.files += 1;
        for performed in (view.part.first..view.part.end).filter_map(|place| view.player.performed(place)) {
            tally.steps += 1;
            match (&performed.what, &performed.expect) {
                (PerformedKind::Invalid(_), _) => tally.invalid += 1,
                (_, Some(found)) if found.is_empty() => tally.met += 1,
                (_, Some(_)) => tally.failed += 1,
                (_, None) => {}
            }
        }
    }

    /// Whether the last step of the scenario is shown.
    fn is_last(&self) -> bool {
        PlaybackView::of(&self.model.session).is_some_and(|view| view.is_last())
    }
}
