//! Scenarios as documents for people: plays them and writes, for each step, its note, the call, the answer and what it
//! changed. The submodules write Markdown and HTML.

mod html;
mod markdown;
mod step;

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::scenario::{Script, Tally};
use super::{Player, Workbench};
use crate::store::InMemoryThreadStore;

pub use step::HandoutStep;

/// The format of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoutFormat {
    /// Markdown (CommonMark).
    Markdown,
    /// One HTML file without scripts.
    Html,
}

impl HandoutFormat {
    /// The format for a file with this name, if its extension is one of a document.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "md" => Some(Self::Markdown),
            "html" => Some(Self::Html),
            _ => None,
        }
    }

    fn writer<'a>(self, out: &'a mut dyn Write) -> Box<dyn HandoutWriter + 'a> {
        match self {
            Self::Markdown => Box::new(markdown::MarkdownHandout::new(out)),
            Self::Html => Box::new(html::HtmlHandout::new(out)),
        }
    }
}

/// Writes a document.
trait HandoutWriter {
    /// The document begins. The title is that of its first scenario.
    fn begin(&mut self, title: &str) -> io::Result<()>;

    /// A scenario, or one row of it, begins.
    fn scenario(&mut self, number: usize, title: &str, about: Option<&str>) -> io::Result<()>;

    /// A step of the scenario.
    fn step(&mut self, scenario: usize, step: &HandoutStep) -> io::Result<()>;

    /// The document ends with a summary.
    fn end(&mut self, summary: &str) -> io::Result<()>;
}

/// The stores of the scenarios, as in a run: those with an id are shared, the others are new.
#[derive(Default)]
struct HandoutStores {
    named: HashMap<String, (Workbench, Player)>,
}

/// Plays scenarios and writes them as a document. `clock` overrides the clocks of their headers, and `store` the stores.
///
/// # Errors
/// If the output cannot be written.
pub async fn write(
    scripts: &[Script],
    clock: Option<DateTime<Utc>>,
    store: Option<&str>,
    format: HandoutFormat,
    out: &mut dyn Write,
) -> io::Result<Tally> {
    let mut writer = format.writer(out);
    writer.begin(&scripts.first().map(title).unwrap_or_default())?;
    let mut stores = HandoutStores::default();
    let (mut tally, mut number) = (Tally::default(), 0);
    for script in scripts {
        let mut of_file = Tally::file();
        let mut row = Some(script.clone());
        while let Some(script) = row {
            number += 1;
            row = script.next_row();
            writer.scenario(number, &title(&script), script.header.about.as_deref())?;
            let id = store.or(script.header.store.as_deref()).map(str::to_string);
            let mut own = None;
            let (bench, player) = match id {
                Some(id) => {
                    let opened = || opened(InMemoryThreadStore::for_id(id.as_str()));
                    stores.named.entry(id.clone()).or_insert_with(opened)
                }
                None => own.insert(opened(Arc::default())),
            };
            play(script, clock, (bench, player), number, &mut *writer, &mut of_file).await?;
        }
        tally.add(of_file);
    }
    writer.end(&super::scenario::text::summary(&tally))?;
    Ok(tally)
}

fn opened(store: Arc<InMemoryThreadStore>) -> (Workbench, Player) {
    let bench = Workbench::new(store);
    let player = Player::new(&bench.journal());
    (bench, player)
}

async fn play(
    script: Script,
    clock: Option<DateTime<Utc>>,
    (bench, player): (&Workbench, &mut Player),
    number: usize,
    writer: &mut dyn HandoutWriter,
    tally: &mut Tally,
) -> io::Result<()> {
    player.add(Arc::new(script.clone()), clock);
    for place in 0..script.len() {
        let before = bench.look();
        let Some((_, outcome)) = player.forth(bench).await else {
            debug_assert!(false, "the player has every step of the script");
            break;
        };
        tally.step(&outcome);
        let step = HandoutStep::new(place, script.step(place), &outcome, before, bench.look());
        writer.step(number, &step)?;
    }
    Ok(())
}

/// The title of a scenario: its name, or that of its file, and its row if it has rows.
fn title(script: &Script) -> String {
    let name = match script.header.scenario.as_str() {
        "" => script.name.clone(),
        name => name.to_string(),
    };
    match script.row() {
        Some(row) => format!("{name}, row {row} of {}", script.header.rows.len()),
        None => name,
    }
}
