//! The text around the first match in the contents of a thread, for a row of the list. Only the beginning of a history is
//! read, once for each thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::protocol::ThreadId;
use crate::rollout::pattern::Pattern;
use crate::rollout::search::Snippet;
use crate::store::ThreadRecord;

/// The number of bytes of a history that are read.
const READ: usize = 512 * 1024;
/// The maximum number of threads whose matches are kept; more than the rows of a screen.
const KEPT: usize = 512;

/// The text around the first match in a version of a thread.
type KnownMatch = (Arc<ThreadRecord>, Option<Rc<Snippet>>);

/// The first matches of one search text, by thread.
#[derive(Debug, Default)]
pub struct ContentsMatches(RefCell<(String, HashMap<ThreadId, KnownMatch>)>);

impl ContentsMatches {
    /// Returns the text around the first match of a text in a thread; `None` if the part that is read does not contain
    /// it.
    pub fn of(&self, record: &Arc<ThreadRecord>, text: &str) -> Option<Rc<Snippet>> {
        let mut known = self.0.borrow_mut();
        if known.0 != text || known.1.len() >= KEPT {
            *known = (text.to_string(), HashMap::new());
        }
        match known.1.get(&record.id) {
            Some((of, snippet)) if Arc::ptr_eq(of, record) => snippet.clone(),
            _ => {
                let snippet = read(record, text).map(Rc::new);
                known.1.insert(record.id, (Arc::clone(record), snippet.clone()));
                snippet
            }
        }
    }
}

fn read(record: &ThreadRecord, text: &str) -> Option<Snippet> {
    let pattern = Pattern::literal(text, false);
    let mut bytes = 0;
    let items = record.history.iter().flat_map(|history| history.iter());
    let mut items = items.take_while(|item| {
        bytes += item.len();
        bytes <= READ
    });
    items.find_map(|item| {
        let (_, first) = pattern.matches(item)?;
        Some(Snippet::around(&first.value, &first.range))
    })
}
