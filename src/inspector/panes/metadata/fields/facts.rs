//! What an import knows about a thread in addition to the store: its files, and its row in its Codex home.

use crate::protocol::numbers::{count, grouped};
use crate::rollout::find::shown_name;
use crate::workbench::ImportedThread;

/// The facts about a thread, as pairs of a name and a text.
pub fn facts(imported: &ImportedThread) -> Vec<(&'static str, String)> {
    let sources = &imported.sources;
    let mut facts = Vec::new();
    for part in &sources.parts {
        let first = grouped((imported.before + part.items.start) as u64 + 1);
        let last = grouped((imported.before + part.items.end) as u64);
        let file = shown_name(&part.file);
        match part.inherited_from {
            Some(thread) => facts.push((
                "inherited",
                format!("items {first} to {last}, from thread {thread}, {file}"),
            )),
            None => facts.push(("file", format!("items {first} to {last}, {file}"))),
        }
    }
    if let Some(replayed) = &sources.replayed {
        let first = grouped((imported.before + replayed.items.start) as u64 + 1);
        let last = grouped((imported.before + replayed.items.end) as u64);
        facts.push((
            "replayed",
            format!("items {first} to {last}, copied from thread {}", replayed.of),
        ));
    }
    for cut in &sources.superseded {
        let items = count(cut.items.len() as u64, "item");
        let file = shown_name(&cut.file);
        let text = match cut.at {
            0 => format!("{items} of {file}, not in the history"),
            at => format!(
                "{items} of {file}, cut off after item {}",
                grouped((imported.before + at) as u64)
            ),
        };
        facts.push(("superseded", text));
    }
    if sources.is_guess {
        facts.push((
            "current file",
            "a guess: the newest by name, because no database records it".to_owned(),
        ));
    }
    let row = sources.row.as_ref();
    if sources.archived {
        let since = row
            .and_then(|row| row.archived_at)
            .map(|at| format!(" since {}", at.format("%Y-%m-%d %H:%M:%S UTC")));
        let since = since.unwrap_or_default();
        facts.push((
            "archived",
            format!("yes{since}; the store's archived_at stays null (rule G5)"),
        ));
    }
    if let Some(row) = row {
        if let Some(section) = &row.section {
            facts.push(("section", section.clone()));
        }
        if let Some(goal) = &row.goal {
            let budget = goal
                .token_budget
                .map(|budget| format!(" of {} tokens", grouped(budget)));
            facts.push((
                "goal",
                format!(
                    "{} ({}{})",
                    goal.objective,
                    goal.status,
                    budget.unwrap_or_default()
                ),
            ));
        }
        if let Some(tokens) = row.tokens_used {
            facts.push(("tokens_used", grouped(tokens)));
        }
    }
    for remark in sources.remarks() {
        let file = shown_name(remark.file.as_ref());
        facts.push(("remark", format!("{}: {file}", remark.sentence)));
    }
    facts
}
