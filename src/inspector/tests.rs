//! Tests of the interface without a terminal. Each test presses keys by name, carries out the effects at once and draws
//! frames into a buffer. The files below this one test the screens, the keys and the cost of a frame.

mod calling;
mod clients;
mod columns;
mod counting;
mod differences;
mod drawer;
mod exporting;
mod filing;
mod filtering;
mod finding;
mod help;
mod journal;
mod keys;
mod laws;
mod layers;
mod lists;
mod looks;
mod marks;
mod measuring;
mod mouse;
mod outside;
mod past;
mod patching;
mod picture;
mod playing;
mod presets;
mod previewing;
mod recording;
mod refusals;
mod rules;
mod screens;
mod settings;
mod sizes;
mod stale;
mod taking;
mod targets;
mod tour;
mod transcript;
mod tutor;
mod work;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::runtime::Runtime;

use super::commands::COMMANDS;
use super::update::update;
use crate::contract::{AppendThreadItemsParams, ThreadStore as _};
use crate::inspector::features::{state_file, stores};
use crate::inspector::layout::draw::draw;
use crate::inspector::overlays::finder::Finder;
use crate::inspector::overlays::form::Form;
use crate::inspector::overlays::patch_text::PatchText;
use crate::inspector::overlays::prompt::Prompt;
use crate::inspector::overlays::question::Question;
use crate::inspector::overlays::reader::Reader;
use crate::inspector::runtime::event_loop::{Effect, Handler, Inbox, Mailbox, mailbox};
use crate::inspector::runtime::executor::Executor;
use crate::inspector::state::command::Commands;
use crate::inspector::state::effect::{Call, Effects, Job};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::{JobMsg, Msg, PatchMsg, PlaybackMsg, StoreMsg, TimeMsg};
use crate::inspector::state::session::{Session, StoreKey, StoreNews};
use crate::inspector::widgets::theme::{ColorLevel, Theme};
use crate::protocol::{RolloutItem, ThreadId};
use crate::rollout::limit::MaxBytes;
use crate::store::InMemoryThreadStore;
use crate::workbench::{Workbench, demo};

/// A model with its executor, and a record of the requests to the terminal.
pub struct Screen {
    pub model: Model,
    pub hand: Executor,
    pub copied: Vec<String>,
    pub quit: bool,
    pub suspended: usize,
    /// Whether the terminal reports the mouse, each time that this changed.
    pub mouse: Vec<bool>,
    /// Texts sent to the editor.
    pub edits: Vec<String>,
    /// Tells which calls a test holds back; those calls are in `held`.
    pub holds: fn(&Call) -> bool,
    pub held: Vec<Call>,
    mail: Mailbox<Msg>,
    inbox: Inbox<Msg>,
    runtime: Runtime,
    /// The folder for files that are saved without a path.
    _folder: tempfile::TempDir,
}

/// The longest time that a test waits for background work.
const PATIENCE: Duration = Duration::from_secs(60);

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The id that a new thread gets in tests.
fn fresh_id() -> ThreadId {
    ThreadId::from_string("019e2000-0000-7000-8000-00000000abcd").unwrap()
}

/// The id of the thread with this number.
fn numbered(thread: u8) -> ThreadId {
    ThreadId::from_string(&format!("019e2000-0000-7000-8000-0000000000{thread:02x}")).unwrap()
}

/// The id of the selected thread.
fn named(screen: &Screen) -> String {
    screen
        .model
        .session
        .thread()
        .map(|record| record.id.to_string())
        .unwrap_or_default()
}

/// The demo with its longest thread selected; that thread has a value in every pane.
fn longest() -> Screen {
    let mut screen = Screen::demo(200, 50);
    screen.press("s s s g");
    assert!(screen.model.session.items() > 100, "{}", screen.text());
    screen
}

impl Screen {
    /// Opens the interface on a store, on a screen of this size, without colours.
    pub fn on(bench: Workbench, width: u16, height: u16) -> Self {
        // The clock of the runtime is paused, so pauses pass only while the test waits.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let (mail, inbox) = mailbox(1024);
        let (hand, news) = {
            let _in_runtime = runtime.enter();
            let mut hand = Executor::new(mail.clone(), MaxBytes::default());
            let news = hand.observe(bench);
            (hand, news)
        };
        let session = Session::new(String::new(), news);
        let mut model = Model::new(session, Theme::new(ColorLevel::None), Commands(COMMANDS));
        model.fresh_id = fresh_id;
        let folder = tempfile::tempdir().unwrap();
        model.folder = folder.path().to_owned();
        let mut screen = Self {
            model,
            hand,
            copied: Vec::new(),
            quit: false,
            suspended: 0,
            mouse: Vec::new(),
            edits: Vec::new(),
            holds: |_| false,
            held: Vec::new(),
            mail,
            inbox,
            runtime,
            _folder: folder,
        };
        screen.tell(Msg::Resize(width, height));
        screen
    }

    /// An empty store with a fixed clock.
    pub fn empty(width: u16, height: u16) -> Self {
        let store = InMemoryThreadStore::standing_at(moment("2026-05-13T09:00:00Z"));
        Self::on(Workbench::new(Arc::new(store)), width, height)
    }

    /// The demo store; its clock is fixed at the next morning.
    pub fn demo(width: u16, height: u16) -> Self {
        let mut screen = Self::empty(width, height);
        let bench = screen.bench();
        screen.runtime.block_on(demo::play(&bench)).unwrap();
        bench.inner().stand_at(moment("2026-05-13T09:00:00Z"));
        screen.look();
        screen.model.title = "demo".to_string();
        screen.model.session.set_mark(false);
        screen.look();
        screen
    }

    pub fn bench(&self) -> Workbench {
        self.bench_of(0)
    }

    /// The store with this number, counted in the order of opening.
    pub fn bench_of(&self, store: usize) -> Workbench {
        self.hand.bench(StoreKey(store))
    }

    /// Sends the current state of the first store to the model.
    pub fn look(&mut self) {
        let news = StoreNews::of(StoreKey(0), &self.bench());
        self.tell(Msg::Store(StoreMsg::News(news)));
    }

    /// Appends a line each as an item to the thread with this number, which need not exist.
    pub fn append(&mut self, thread: u8, lines: &str) {
        let params = AppendThreadItemsParams {
            thread_id: numbered(thread),
            items: lines
                .lines()
                .map(|line| RolloutItem::parse(line).unwrap())
                .collect(),
        };
        let store = self.bench().store();
        self.runtime.block_on(store.append_items(params)).unwrap();
        self.look();
    }

    /// Sends a message to the model and waits until the resulting work has ended.
    pub fn tell(&mut self, msg: Msg) {
        self.begin(msg);
        self.finish();
    }

    /// Sends a message to the model and starts the resulting work.
    pub fn begin(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.start(effects);
    }

    /// Carries out the effects and waits until the resulting work has ended.
    pub fn carry_out(&mut self, effects: Effects) {
        self.start(effects);
        self.finish();
    }

    /// Carries out the effects; requests to the terminal are only recorded.
    fn start(&mut self, effects: Effects) {
        for effect in effects {
            match effect {
                Effect::Quit => self.quit = true,
                Effect::Suspend => self.suspended += 1,
                Effect::Mouse(on) => self.mouse.push(on),
                Effect::Copy(text) => self.copied.push(text),
                Effect::Outside(Call::Edit(text)) => self.edits.push(text),
                Effect::Redraw | Effect::Outside(_) => {}
                Effect::Run(call) if (self.holds)(&call) => self.held.push(call),
                Effect::Run(call) => {
                    let _in_runtime = self.runtime.enter();
                    Handler::<Model>::run(&mut self.hand, call, &self.mail);
                }
            }
        }
    }

    /// Holds background jobs back from now on.
    pub fn hold_jobs(&mut self) {
        self.holds = |call| matches!(call, Call::Job(..) | Call::StopJob);
    }

    /// Takes the last job that was held back.
    pub fn job(&mut self) -> Option<(u64, Job)> {
        match self.held.pop()? {
            Call::Job(number, job) => Some((number, job)),
            _ => None,
        }
    }

    /// Runs a job that was held back and sends its result to the model.
    pub fn do_job(&mut self, (number, job): (u64, Job)) {
        let done = job.run(&mut |_, _| ControlFlow::Continue(())).unwrap();
        self.tell(Msg::Job(number, JobMsg::Done(done)));
    }

    /// Waits until all background work has ended, and sends its messages to the model.
    pub fn finish(&mut self) {
        loop {
            let is_busy = self.hand.is_busy();
            while let Ok(msg) = self.inbox.0.try_recv() {
                self.begin(msg);
            }
            if !is_busy && !self.hand.is_busy() && self.inbox.0.is_empty() {
                return;
            }
            self.runtime.block_on(async {
                // Lets a ready task run; if none is ready, waits for a thread.
                tokio::task::yield_now().await;
                if self.hand.is_busy() && self.inbox.0.is_empty() {
                    std::thread::yield_now();
                }
            });
        }
    }

    /// Lets the player play this many steps, or fewer if the playback stops first.
    pub fn pass(&mut self, steps: usize) -> &mut Self {
        let mut played = 0;
        while played < steps && self.model.playback.is_busy() {
            let inbox = &mut self.inbox;
            let waited = async { tokio::time::timeout(PATIENCE, inbox.0.recv()).await };
            let Ok(Some(msg)) = self.runtime.block_on(waited) else {
                break;
            };
            played += usize::from(matches!(msg, Msg::Playback(PlaybackMsg::Played(_))));
            self.tell(msg);
        }
        self
    }

    /// Presses keys by name, separated by blanks; text in `'quotes'` is typed.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for (index, part) in keys.split('\'').enumerate() {
            let names: Vec<String> = match index % 2 {
                0 => part.split_whitespace().map(str::to_string).collect(),
                _ => part
                    .chars()
                    .map(|c| {
                        if c == ' ' {
                            "Space".to_string()
                        } else {
                            c.to_string()
                        }
                    })
                    .collect(),
            };
            for name in names {
                let key = crate::inspector::commands::keys::parse(&name)
                    .unwrap_or_else(|| panic!("there is no key {name}"));
                self.tell(Msg::Key(key));
            }
        }
        self
    }

    pub fn frame(&self) -> Buffer {
        let (width, height) = self.model.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        draw(&self.model, &mut buffer);
        buffer
    }

    /// The screen as text, one line per row, without trailing blanks.
    pub fn text(&self) -> String {
        rows(&self.frame())
            .iter()
            .map(|row| row.trim_end())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The text in the last row of the screen.
    pub fn said(&self) -> String {
        rows(&self.frame())
            .last()
            .map(|row| row.trim().to_string())
            .unwrap_or_default()
    }
}

/// The screen as text for a snapshot; the durations of steps are replaced.
pub fn shot(screen: &Screen) -> String {
    let text = screen.text();
    let lines: Vec<String> = text.lines().map(without_durations).collect();
    lines.join("\n")
}

/// Replaces the duration of a step in a line of the screen with a fixed text.
fn without_durations(line: &str) -> String {
    const TOOK: [usize; 2] = [18, 9];
    let signs: Vec<char> = line.chars().collect();
    let [from, to] = TOOK.map(|behind| signs.len().saturating_sub(behind));
    let took: String = signs.get(from..to).unwrap_or_default().iter().collect();
    let digits = took.trim_start().trim_end_matches(['n', '\u{b5}', 'm', 's']);
    let is_duration = took.ends_with('s') && digits.parse::<f64>().is_ok();
    match line.chars().count() > 150 && is_duration {
        true => {
            let (before, after) = (signs.iter().take(from), signs.iter().skip(to));
            before
                .copied()
                .chain("  some µs".chars())
                .chain(after.copied())
                .collect()
        }
        false => line.to_string(),
    }
}

/// The rows of a frame, without the second half of each wide character.
pub fn rows(buffer: &Buffer) -> Vec<String> {
    let width = usize::from(buffer.area.width.max(1));
    buffer
        .content
        .chunks(width)
        .map(|cells| {
            let mut row = String::new();
            let mut hidden = 0;
            for cell in cells {
                if hidden > 0 {
                    hidden -= 1;
                    continue;
                }
                row.push_str(cell.symbol());
                hidden = crate::text::width(cell.symbol()).saturating_sub(1);
            }
            row
        })
        .collect()
}
