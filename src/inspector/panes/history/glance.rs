//! What the list says of an item, kept for items that are long to read: a frame must not cost what the text of its items
//! costs. How it looks is `row`'s matter.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use chrono::{DateTime, Utc};

use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::protocol::kinds::Role;

/// Items of at least so many bytes are kept; shorter ones are read faster than they are found.
const LONG: usize = 8 * 1024;
/// So many are kept at most; more than there are rows on a screen.
const KEPT: usize = 512;
/// So many bytes of what is said in an item are looked at.
const SAID: usize = 16 * 1024;

/// An item as the list shows it, read when it is asked for and once.
#[derive(Debug)]
pub struct RowCache {
    item: RolloutItem,
    summary: OnceCell<String>,
    at: OnceCell<Option<DateTime<Utc>>>,
    said: OnceCell<String>,
    role: OnceCell<Role>,
}

impl RowCache {
    fn new(item: &RolloutItem) -> Self {
        Self {
            item: item.clone(),
            summary: OnceCell::new(),
            at: OnceCell::new(),
            said: OnceCell::new(),
            role: OnceCell::new(),
        }
    }

    /// Its summary on one line.
    pub fn summary(&self) -> &str {
        self.summary.get_or_init(|| self.item.summary())
    }

    /// Whose word it is.
    pub fn role(&self) -> Role {
        *self.role.get_or_init(|| self.item.role())
    }

    /// When it was written.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        *self.at.get_or_init(|| self.item.timestamp())
    }

    /// What somebody says in it: the text that its summary is made from; its beginning where it is long, empty where there is none.
    pub fn said(&self) -> &str {
        self.said.get_or_init(|| {
            let mut said = said(&self.item).unwrap_or_default();
            said.truncate(said.floor_char_boundary(SAID));
            said
        })
    }
}

fn said(item: &RolloutItem) -> Option<String> {
    let payload = item.payload()?;
    // An escape of six bytes may stand for one.
    let text = |json: Json<'_>| json.head(6 * SAID).map(|text| text.into_owned());
    for key in ["message", "text", "output", "arguments", "input"] {
        if let Some(text) = payload.get(key).and_then(text) {
            return Some(text);
        }
    }
    let parts = payload.get("content").or_else(|| payload.get("summary"))?;
    let mut said = String::new();
    for part in parts
        .elements()
        .filter_map(|part| part.get("text").and_then(text))
    {
        if !said.is_empty() {
            said.push('\n');
        }
        said.push_str(&part);
        if said.len() >= SAID {
            break;
        }
    }
    Some(said)
}

/// The glances that are kept. An item that is kept keeps its text, so that the place of its text is its name.
#[derive(Clone, Debug, Default)]
pub struct RowCaches(RefCell<HashMap<(usize, usize), Rc<RowCache>>>);

impl RowCaches {
    /// The glance at an item.
    pub fn of(&self, item: &RolloutItem) -> Rc<RowCache> {
        let place = match item.bytes() {
            Cow::Borrowed(bytes) if bytes.len() >= LONG => (bytes.as_ptr() as usize, bytes.len()),
            _ => return Rc::new(RowCache::new(item)),
        };
        let mut kept = self.0.borrow_mut();
        if kept.len() >= KEPT {
            kept.clear();
        }
        let glance = kept.entry(place).or_insert_with(|| Rc::new(RowCache::new(item)));
        Rc::clone(glance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(text: &str) -> RolloutItem {
        let text = format!(
            r#"{{"timestamp":"2026-01-01T00:00:01Z","type":"event_msg","payload":{{"type":"user_message","message":"{text}"}}}}"#
        );
        RolloutItem::parse(text).unwrap()
    }

    #[test]
    fn long_items_are_read_once_and_short_ones_are_not_kept() {
        let glances = RowCaches::default();
        let (short, long) = (item("short"), item(&"long ".repeat(LONG)));
        assert!(!Rc::ptr_eq(&glances.of(&short), &glances.of(&short)));
        assert!(Rc::ptr_eq(&glances.of(&long), &glances.of(&long.clone())));
        assert!(!Rc::ptr_eq(
            &glances.of(&long),
            &glances.of(&item(&"long ".repeat(LONG)))
        ));
        assert_eq!(glances.of(&long).summary(), long.summary());
        assert_eq!(glances.of(&long).at(), long.timestamp());
        assert_eq!(glances.of(&long).said().len(), SAID);
        assert_eq!(glances.of(&short).said(), "short");
    }

    #[test]
    fn no_more_are_kept_than_a_screen_can_show() {
        let glances = RowCaches::default();
        for n in 0..KEPT + 10 {
            glances.of(&item(&n.to_string().repeat(LONG)));
        }
        assert!(glances.0.borrow().len() <= KEPT);
    }
}
