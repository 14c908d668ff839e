//! The inspector as a program: the terminal, the model, and the hand that carries the model's effects out.
//!
//! Owns the stores that are open in this run, each as a [`Workbench`], and the work beside the interface: store calls,
//! imports and searches. Their results come back as messages.

mod editor;
pub mod event_loop;
pub mod executor;
mod files;
pub mod terminal;
mod threads;

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::Event;
use ratatui::Frame;

use super::commands;
use super::update::update;
use crate::inspector::features::{playback, state_file, stores};
use crate::inspector::layout::draw::draw;
use crate::inspector::runtime::event_loop::{App, Effect, Ended, Handler, Mailbox, PasteNotice, mailbox};
use crate::inspector::runtime::executor::Hand;
use crate::inspector::state::command::Commands;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::import;
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::Msg;
use crate::inspector::state::playback::Scenarios;
use crate::inspector::state::session::Session;
use crate::inspector::widgets::theme::Theme;
use crate::rollout::limit::MaxBytes;
use crate::store::InMemoryThreadStore;
use crate::workbench::state_file::Reading;
use crate::workbench::{Workbench, demo};

/// So many messages wait for the interface at most.
const MESSAGES: usize = 64;

/// What the inspector is started with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Rollout files and folders to import.
    pub paths: Vec<PathBuf>,
    /// The state file to open.
    pub state: Option<PathBuf>,
    /// The registered store to look at; without it, one that belongs to this run alone.
    pub store: Option<String>,
    /// How large packed files may be.
    pub max_bytes: MaxBytes,
    /// Scenarios to be played.
    pub scenarios: Option<Scenarios>,
}

/// Runs the inspector until the person leaves, and gives the exit status. The error is a sentence for the person; the
/// exit status that goes with it is 2.
pub async fn run(options: Options) -> Result<u8, String> {
    terminal::require().map_err(|error| error.to_string())?;
    let state = options.state.as_deref().map(Reading::open).transpose();
    let state = state.map_err(|refusal| refusal.to_string())?;
    let scenarios = options.scenarios.as_ref();
    let is_demo =
        options.paths.is_empty() && options.store.is_none() && state.is_none() && scenarios.is_none();
    let id = options.store.or_else(|| scenarios?.store.clone());
    let store = match &id {
        Some(id) => InMemoryThreadStore::for_id(id.as_str()),
        None => Arc::new(InMemoryThreadStore::default()),
    };
    let bench = Workbench::new(store);
    if is_demo {
        demo::play(&bench)
            .await
            .map_err(|error| format!("the demo cannot be played: {error}"))?;
    }
    let (mail, inbox) = mailbox(MESSAGES);
    let mut hand = Hand::new(mail.clone(), options.max_bytes);
    let news = hand.observe(bench);
    let mut model = Model::new(
        Session::new(id.unwrap_or_default(), news),
        Theme::of_environment(),
        Commands(commands::COMMANDS),
    );
    if is_demo {
        model.title = "demo".to_string();
        model.session.set_mark();
    }
    if !options.paths.is_empty() {
        model.title = import::names(&options.paths);
        begin(&mut hand, stores::import(&mut model, options.paths, true), &mail);
    }
    if let Some(state) = state {
        begin(&mut hand, state_file::open(&mut model, state), &mail);
    }
    if let Some(scenarios) = options.scenarios {
        begin(&mut hand, playback::open::start(&mut model, scenarios), &mail);
    }
    let mut stage =
        terminal::Session::start().map_err(|error| format!("the terminal cannot be used: {error}"))?;
    let ended = event_loop::run(&mut model, &mut hand, &mut stage, (mail, inbox)).await;
    drop(stage);
    hand.files.finish();
    if let Some(sentence) = model.ending {
        return Err(sentence);
    }
    ended
        .map(Ended::status)
        .map_err(|error| format!("the terminal cannot be used any more: {error}"))
}

/// Carries out what goes on before the first key.
fn begin(hand: &mut Hand, effects: Effects, mail: &Mailbox<Msg>) {
    for effect in effects {
        if let Effect::Run(call) = effect {
            Handler::<Model>::run(hand, call, mail);
        }
    }
}

impl App for Model {
    type Msg = Msg;
    type Call = Call;

    fn event(&self, event: Event) -> Option<Msg> {
        match event {
            Event::Key(key) => Some(Msg::Key(key)),
            Event::Paste(text) => Some(Msg::Paste(text)),
            Event::Resize(width, height) => Some(Msg::Resize(width, height)),
            Event::FocusGained | Event::FocusLost | Event::Mouse(_) => None,
        }
    }

    fn paste_notice(&self, notice: PasteNotice) -> Option<Msg> {
        let sentence = notice.to_string();
        Some(Msg::Said(match notice {
            PasteNotice::Ended => Ok(sentence),
            PasteNotice::Unfinished | PasteNotice::Cut { .. } => Err(sentence),
        }))
    }

    fn update(&mut self, msg: Msg) -> Effects {
        update(self, msg)
    }

    fn draw(&self, frame: &mut Frame<'_>) {
        draw(self, frame.buffer_mut());
    }
}
