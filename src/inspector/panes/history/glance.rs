//! A cache of what the list shows for its items, so that the cost of a frame does not depend on the length of its
//! items. The module `row` draws the rows.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::found::read_snippet;
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::protocol::kinds::{AuthorRole, ItemKind};
use crate::rollout::search::Snippet;
use crate::workbench::failures::failure;
use crate::workbench::item_summary;

/// The maximum number of cached items, more than the rows of a screen.
const KEPT: usize = 512;
/// The maximum number of bytes of an item's message that are read.
const SAID: usize = 16 * 1024;

/// An item as the list shows it. Each part is read once, when it is needed.
#[derive(Debug)]
pub struct RowCache {
    item: RolloutItem,
    summary: OnceCell<String>,
    at: OnceCell<Option<DateTime<Utc>>>,
    said: OnceCell<String>,
    kind: OnceCell<&'static ItemKind>,
    role: OnceCell<AuthorRole>,
    failed: OnceCell<bool>,
    /// The last text that was searched for, and the text around its first match.
    snippet: RefCell<Option<(String, Option<Rc<Snippet>>)>>,
}

impl RowCache {
    fn new(item: &RolloutItem) -> Self {
        Self {
            item: item.clone(),
            summary: OnceCell::new(),
            at: OnceCell::new(),
            said: OnceCell::new(),
            kind: OnceCell::new(),
            role: OnceCell::new(),
            failed: OnceCell::new(),
            snippet: RefCell::new(None),
        }
    }

    /// Returns the text around the first match of a text.
    pub fn snippet(&self, text: &str) -> Option<Rc<Snippet>> {
        let mut known = self.snippet.borrow_mut();
        match &*known {
            Some((of, snippet)) if of == text => snippet.clone(),
            _ => {
                let snippet = read_snippet(&self.item, self.summary(), text).map(Rc::new);
                *known = Some((text.to_owned(), snippet.clone()));
                snippet
            }
        }
    }

    /// Returns the summary on one line.
    pub fn summary(&self) -> &str {
        self.summary.get_or_init(|| item_summary(&self.item))
    }

    /// Returns the kind of the content.
    pub fn kind(&self) -> &'static ItemKind {
        self.kind.get_or_init(|| self.item.content_kind())
    }

    /// Returns the role of the author.
    pub fn role(&self) -> AuthorRole {
        *self.role.get_or_init(|| self.item.role())
    }

    /// Returns whether the item records a failure.
    pub fn has_failed(&self) -> bool {
        *self.failed.get_or_init(|| failure(&self.item).is_some())
    }

    /// Returns the timestamp.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        *self.at.get_or_init(|| self.item.timestamp())
    }

    /// Returns the message of the item, which is the source of its summary. A long message is truncated. The result is
    /// empty if the item has no message.
    pub fn said(&self) -> &str {
        self.said.get_or_init(|| {
            let mut said = said(&self.item).unwrap_or_default();
            said.truncate(said.floor_char_boundary(SAID));
            said
        })
    }
}

fn said(item: &RolloutItem) -> Option<String> {
    let payload = match item.kind().name {
        "item_completed" => item.payload()?.get("item")?,
        _ => item.payload()?,
    };
    // An escape of six bytes may stand for one byte.
    let text = |json: Json<'_>| json.head(6 * SAID).map(|text| text.into_owned());
    for key in ["message", "text", "output", "arguments", "input"] {
        if let Some(text) = payload.get(key).and_then(text) {
            return Some(text);
        }
    }
    let parts = ["content", "summary", "summary_text"]
        .iter()
        .find_map(|key| payload.get(key))?;
    let mut said = String::new();
    for part in parts
        .elements()
        .filter_map(|part| text(part.get("text").unwrap_or(part)))
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

/// The row caches, keyed by the address of the item's text. A cached item keeps its text alive, so the address stays
/// unique.
#[derive(Clone, Debug, Default)]
pub struct RowCaches(RefCell<HashMap<(usize, usize), Rc<RowCache>>>);

impl RowCaches {
    /// Returns the cache of an item.
    pub fn of(&self, item: &RolloutItem) -> Rc<RowCache> {
        let place = match item.bytes() {
            Cow::Borrowed(bytes) => (bytes.as_ptr() as usize, bytes.len()),
            Cow::Owned(_) => return Rc::new(RowCache::new(item)),
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
    fn items_are_read_once() {
        let glances = RowCaches::default();
        let (short, long) = (item("short"), item(&"long ".repeat(8 * 1024)));
        assert!(Rc::ptr_eq(&glances.of(&short), &glances.of(&short.clone())));
        assert!(Rc::ptr_eq(&glances.of(&long), &glances.of(&long.clone())));
        assert!(!Rc::ptr_eq(
            &glances.of(&long),
            &glances.of(&item(&"long ".repeat(8 * 1024)))
        ));
        assert_eq!(glances.of(&long).summary(), item_summary(&long));
        assert_eq!(glances.of(&long).at(), long.timestamp());
        assert_eq!(glances.of(&long).said().len(), SAID);
        assert_eq!(glances.of(&short).said(), "short");
    }

    #[test]
    fn no_more_are_kept_than_a_screen_can_show() {
        let glances = RowCaches::default();
        for n in 0..KEPT + 10 {
            glances.of(&item(&n.to_string()));
        }
        assert!(glances.0.borrow().len() <= KEPT);
    }
}
