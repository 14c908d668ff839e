//! The interface without a terminal: keys by their names into the pure core, effects carried out at once, frames into a
//! buffer. What the screens look like, what keys do and what a frame costs is each in a file below this one.

mod calling;
mod differences;
mod filing;
mod journal;
mod keys;
mod laws;
mod layers;
mod lists;
mod outside;
mod past;
mod patching;
mod playing;
mod recording;
mod refusals;
mod rules;
mod screens;
mod sizes;
mod taking;
mod targets;
mod work;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::runtime::Runtime;

use super::beside::Told;
use super::draw::draw;
use super::driver::Effect;
use super::importing;
use super::model::{Answered, Applied, Call, Effects, Found, Model, Msg, News};
use super::playing::{Act, Begun, Orders, Played};
use super::search::Needle;
use super::session::{Session, StoreKey};
use super::theme::{Level, Theme};
use super::timeline;
use super::update::update;
use crate::contract::{ThreadStore as _, UpdateThreadMetadataParams};
use crate::protocol::ThreadId;
use crate::store::{InMemoryThreadStore, When};
use crate::workbench::{Player, Workbench, demo};

/// A model, its stores and what it wanted from the terminal.
pub struct Screen {
    pub model: Model,
    pub benches: Vec<Workbench>,
    pub copied: Vec<String>,
    pub quit: bool,
    pub suspended: usize,
    /// Texts that went to the editor.
    pub edits: Vec<String>,
    /// Effects that are only noted: imports.
    pub asked: Vec<Call>,
    /// The players of stores on which scenarios are played.
    pub players: HashMap<usize, Player>,
    /// What holds for steps that are played one after the other, and where they are.
    pub orders: Orders,
    pub going: Option<(StoreKey, u64)>,
    runtime: Runtime,
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A new thread's id in tests.
fn fresh_id() -> ThreadId {
    ThreadId::from_string("019e2000-0000-7000-8000-00000000abcd").unwrap()
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

/// The demo with the cursor on its longest thread, which has everything.
fn longest() -> Screen {
    let mut screen = Screen::demo(200, 50);
    screen.press("s s s g");
    assert!(screen.model.session.items() > 100, "{}", screen.text());
    screen
}

fn news(store: usize, bench: &Workbench) -> News {
    let (journal, snapshot) = bench.look();
    News {
        store: StoreKey(store),
        snapshot,
        journal,
    }
}

impl Screen {
    /// The interface on a store, on a screen of that size, without colours.
    pub fn on(bench: Workbench, width: u16, height: u16) -> Self {
        let session = Session::new(String::new(), news(0, &bench));
        let mut model = Model::new(session, Theme::new(Level::None));
        model.fresh_id = fresh_id;
        let mut screen = Self {
            model,
            benches: vec![bench],
            copied: Vec::new(),
            quit: false,
            suspended: 0,
            edits: Vec::new(),
            asked: Vec::new(),
            players: HashMap::new(),
            orders: Orders::default(),
            going: None,
            runtime: tokio::runtime::Builder::new_current_thread().build().unwrap(),
        };
        screen.tell(Msg::Resize(width, height));
        screen
    }

    /// An empty store whose clock stands.
    pub fn empty(width: u16, height: u16) -> Self {
        let store = InMemoryThreadStore::standing_at(moment("2026-05-13T09:00:00Z"));
        Self::on(Workbench::new(Arc::new(store)), width, height)
    }

    /// The demo store, its clock standing at the morning after.
    pub fn demo(width: u16, height: u16) -> Self {
        let mut screen = Self::empty(width, height);
        let bench = screen.bench();
        screen.runtime.block_on(demo::play(&bench)).unwrap();
        bench.inner().stand_at(moment("2026-05-13T09:00:00Z"));
        screen.look();
        screen.model.title = "demo".to_string();
        screen.model.session.set_mark();
        screen
    }

    pub fn bench(&self) -> Workbench {
        self.benches.first().unwrap().clone()
    }

    /// Tells the model how its first store stands.
    pub fn look(&mut self) {
        let news = news(0, &self.bench());
        self.tell(Msg::News(news));
    }

    pub fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Effects) {
        for effect in effects {
            match effect {
                Effect::Quit => self.quit = true,
                Effect::Suspend => self.suspended += 1,
                Effect::Copy(text) => self.copied.push(text),
                Effect::Outside(Call::Edit(text)) => self.edits.push(text),
                Effect::Redraw | Effect::Outside(_) => {}
                Effect::Run(call) => self.run(call),
            }
        }
    }

    fn run(&mut self, call: Call) {
        match call {
            Call::Step { store, step } => {
                let bench = self.benches.get(store.0).unwrap().clone();
                let op = step.op();
                let (number, result) = self.runtime.block_on(bench.numbered(*step, When::Now));
                let summary = result.as_ref().map(|answer| answer.summary()).unwrap_or_default();
                let outcome = result
                    .map(|answer| serde_json::to_string(&answer).unwrap())
                    .map_err(|error| error.to_string());
                self.tell(Msg::News(news(store.0, &bench)));
                self.tell(Msg::Answered(Box::new(Answered {
                    step: number,
                    op,
                    outcome,
                    summary,
                })));
            }
            Call::Apply {
                store,
                threads,
                patch,
            } => {
                let bench = self.benches.get(store.0).unwrap().clone();
                let all = bench.store();
                let mut applied = Applied::of(&patch);
                for thread_id in threads {
                    let params = UpdateThreadMetadataParams {
                        thread_id,
                        patch: (*patch).clone(),
                        include_archived: false,
                    };
                    match self.runtime.block_on(all.update_thread_metadata(params)) {
                        Ok(_) => applied.done += 1,
                        Err(error) => applied.failed.push(error.to_string()),
                    }
                }
                self.tell(Msg::News(news(store.0, &bench)));
                self.tell(Msg::Applied(applied));
            }
            Call::Expect { store, of, path } => {
                let bench = self.benches.get(store.0).unwrap().clone();
                let told = self
                    .runtime
                    .block_on(crate::inspector::recording::expect(&bench, of, &path));
                self.tell(Msg::News(news(store.0, &bench)));
                self.tell(Msg::Said(told));
            }
            Call::Remark { store, step, remark } => {
                let bench = self.benches.get(store.0).unwrap().clone();
                bench.say(step, remark);
                self.tell(Msg::News(news(store.0, &bench)));
            }
            Call::Branch { store, step, then } => {
                let bench = self.benches.get(store.0).unwrap().clone();
                match self.runtime.block_on(bench.go_back(step)) {
                    Ok(()) => self.run(*then),
                    Err(stop) => self.tell(Msg::NotBranched(stop.to_string())),
                }
            }
            Call::Open(id) => {
                let bench = Workbench::new(InMemoryThreadStore::for_id(id.as_str()));
                let news = news(self.benches.len(), &bench);
                self.benches.push(bench);
                self.tell(Msg::Opened { id, news });
            }
            Call::List(store, listing) => self.tell(Msg::Listed(store, Box::new(listing.whole()))),
            Call::Search {
                search,
                history,
                needle,
            } => {
                let needle = Needle::new(&needle);
                let found = history
                    .iter()
                    .enumerate()
                    .filter(|(_, item)| needle.is_in_item(item));
                let places = found.map(|(place, _)| place).collect();
                self.tell(Msg::Found(Found {
                    search,
                    places,
                    seen: history.len(),
                    done: true,
                }));
            }
            Call::Save { path, text, over } => {
                let saved = crate::inspector::taking::carry_out(&path, text, over);
                self.tell(Msg::Saved(saved));
            }
            Call::SaveState(saving) => {
                let news = saving.run(&mut |_, _| ControlFlow::Continue(()));
                self.tell(Msg::Filing(news));
            }
            Call::OpenState(opening) => {
                let news = crate::inspector::filing::read(*opening, &mut |_, _| ControlFlow::Continue(()));
                self.tell(Msg::Filing(news));
            }
            Call::Restore { store, state } => {
                let bench = crate::inspector::filing::restore(self.benches.get(store.0).unwrap(), &state);
                let news = news(self.benches.len(), &bench);
                self.benches.push(bench);
                self.tell(Msg::Restored(news));
            }
            Call::Beside { number, task } => {
                if let Some(finding) = task.run(&mut |_, _| ControlFlow::Continue(())) {
                    let told = Told::Found(finding);
                    self.tell(Msg::Beside { number, told });
                }
            }
            Call::Begin {
                store,
                id,
                script,
                clock,
            } => {
                let store = store.map_or(self.benches.len(), |store| store.0);
                if store == self.benches.len() {
                    let own = id
                        .as_deref()
                        .map_or_else(Arc::default, InMemoryThreadStore::for_id);
                    self.benches.push(Workbench::new(own));
                }
                let bench = self.benches.get(store).unwrap().clone();
                let player = self.players.entry(store);
                let player = player.or_insert_with(|| Player::new(&bench.journal()));
                let name = importing::names(&[(&script.name).into()]);
                player.follow(&bench.journal());
                player.add(script, clock);
                if let Some(clock) = player.clock() {
                    bench.inner().stand_at(clock);
                }
                let begun = Begun {
                    id,
                    name,
                    news: news(store, &bench),
                    player: player.clone(),
                };
                self.tell(Msg::Begun(Box::new(begun)));
            }
            Call::Perform { store, act } => match act {
                Act::Step => drop(self.perform(store, act)),
                Act::On { to_note: false } => self.going = Some((store, self.orders.number)),
                Act::On { to_note: true } => {
                    let number = self.orders.number;
                    while !self.perform(store, act) {}
                    self.tell_played(store, act, Some(number));
                }
                Act::Restart => {
                    let bench = self.benches.get(store.0).unwrap().clone();
                    let player = self.players.get_mut(&store.0).unwrap();
                    self.runtime.block_on(player.restart(&bench)).unwrap();
                    self.tell_played(store, act, None);
                }
            },
            Call::Order(orders) => self.orders = orders,
            Call::Travel { store, to } => {
                let bench = self.benches.get(store.0).unwrap().clone();
                let told = self.runtime.block_on(timeline::travel(&bench, to));
                self.tell(Msg::News(news(store.0, &bench)));
                self.tell(Msg::Travelled(told));
            }
            call => self.asked.push(call),
        }
    }

    /// Lets a player play one step; whether it is at the end or the step has a note.
    fn perform(&mut self, store: StoreKey, act: Act) -> bool {
        let bench = self.benches.get(store.0).unwrap().clone();
        let player = self.players.get_mut(&store.0).unwrap();
        let performed = self.runtime.block_on(player.forth(&bench));
        let is_last = player.is_at_end();
        self.tell_played(store, act, None);
        is_last || performed.is_none_or(|(performed, _)| performed.note.is_some())
    }

    /// Tells how far a player is.
    fn tell_played(&mut self, store: StoreKey, act: Act, ended: Option<u64>) {
        let bench = self.benches.get(store.0).unwrap().clone();
        let played = Played {
            news: news(store.0, &bench),
            player: self.players.get(&store.0).unwrap().clone(),
            act,
            ended,
            wrong: None,
        };
        self.tell(Msg::Played(Box::new(played)));
    }

    /// The pauses of so many steps pass that are played one after the other, unless they were ended.
    pub fn pass(&mut self, steps: usize) -> &mut Self {
        let on = Act::On { to_note: false };
        for _ in 0..steps {
            let Some((store, number)) = self.going else { break };
            if number != self.orders.number {
                self.going = None;
                break;
            }
            self.perform(store, on);
            if self.players.get(&store.0).unwrap().is_at_end() {
                self.going = None;
                self.tell_played(store, on, Some(number));
            }
        }
        self
    }

    /// Presses keys by their names, with blanks between them; what is in `'quotes'` is typed.
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
                let key = super::keys::parse(&name).unwrap_or_else(|| panic!("there is no key {name}"));
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

    /// The screen as text, one line a row, blanks at the ends of rows left out.
    pub fn text(&self) -> String {
        rows(&self.frame())
            .iter()
            .map(|row| row.trim_end())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// What the bar says.
    pub fn said(&self) -> String {
        rows(&self.frame())
            .last()
            .map(|row| row.trim().to_string())
            .unwrap_or_default()
    }
}

/// The screen as text for a picture that is kept: how long steps took is left open.
pub fn shot(screen: &Screen) -> String {
    let text = screen.text();
    let lines: Vec<String> = text.lines().map(without_durations).collect();
    lines.join("\n")
}

/// A line of the screen in which how long a step took is written the same whatever it was.
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

/// The rows of a frame; the second half of a wide character is left out.
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
                hidden = super::text::width(cell.symbol()).saturating_sub(1);
            }
            row
        })
        .collect()
}
