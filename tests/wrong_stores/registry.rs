//! Wrong registries. No step can show a removed store, a poisoned registry or a default store.

use super::wrong::{Row, Way, row};

pub fn rows() -> Vec<Row> {
    let opens = |wrong: &str, way| row("R1", wrong, Way::Opens(way));
    vec![
        row(
            "R4",
            "a store without an id is the store with the empty id",
            Way::Default(""),
        ),
        row("R4", "a store without an id has an id", Way::Default("shelf")),
        opens("each use of an id makes a new store", |_| None),
        opens("all ids return the same store", |_| Some(String::new())),
        opens("ids are compared without regard to case", |id| {
            Some(id.to_lowercase())
        }),
        opens("an id is trimmed", |id| Some(id.trim().to_string())),
        opens("only the first word of an id counts", |id| {
            Some(id.split([' ', '-', '/']).next().unwrap_or(id).to_string())
        }),
        opens("the empty id is no id", |id| {
            Some(id.to_string()).filter(|id| !id.is_empty())
        }),
        opens("the empty id is the default one", |id| {
            Some(if id.is_empty() { "default" } else { id }.to_string())
        }),
    ]
}
