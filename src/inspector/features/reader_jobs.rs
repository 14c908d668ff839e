//! Opens and searches long texts. Short texts are handled immediately, long texts in the background.

use crate::inspector::overlays::reader::Reader;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay as _;
use crate::protocol::RolloutItem;
use crate::protocol::numbers::grouped;
use crate::workbench::ItemMark;

/// The maximum size in bytes of a text that is handled immediately.
pub const AT_ONCE: usize = 1024 * 1024;

/// A task on a text.
pub enum TextTask {
    /// Open an item of the history.
    Item(ItemToOpen),
    /// Open the selected string of a tree.
    Leaf(Box<Reader>),
    /// Go to the next or previous match of the search text.
    Find {
        /// The reader to search in.
        reader: Box<Reader>,
        /// Whether to search forward.
        forward: bool,
        /// Whether a match at the current position counts.
        from_here: bool,
    },
}

/// The result of a task.
pub enum TextResult {
    /// The opened reader.
    Opened(Box<Reader>),
    /// The reader at the match or, without a match, at its previous position.
    Found(Box<Reader>, bool),
}

impl TextTask {
    /// Runs the task.
    pub fn run(self) -> Option<TextResult> {
        match self {
            Self::Item(item) => Some(TextResult::Opened(Box::new(item.read()))),
            Self::Leaf(reader) => reader.leaf().map(|leaf| TextResult::Opened(Box::new(leaf))),
            Self::Find {
                mut reader,
                forward,
                from_here,
            } => {
                let found = reader.next_match(forward, from_here);
                Some(TextResult::Found(reader, found))
            }
        }
    }

    /// Returns the size of the text in bytes.
    fn size(&self) -> usize {
        match self {
            Self::Item(item) => item.size(),
            Self::Leaf(reader) | Self::Find { reader, .. } => reader.size(),
        }
    }
}

/// Runs the task immediately or in the background.
pub fn begin(model: &mut Model, job: TextTask) -> Effects {
    if job.size() > AT_ONCE {
        let work = move |_: JobProgressFn<'_>| job.run();
        return model.start(Job::new("Reading a long text", work, take));
    }
    match job.run() {
        Some(read) => take(model, read),
        None => Vec::new(),
    }
}

/// Searches for the search text of the open reader.
pub fn find(model: &mut Model, forward: bool, from_here: bool) -> Effects {
    let reader = Box::new(ensured(model.overlays.top::<Reader>()).clone());
    begin(
        model,
        TextTask::Find {
            reader,
            forward,
            from_here,
        },
    )
}

/// Shows the result, unless the user has moved on.
fn take(model: &mut Model, read: TextResult) -> Effects {
    match (read, model.overlays.top_mut::<Reader>()) {
        (TextResult::Found(reader, found), Some(open)) if open.shows_text_of(&reader) => {
            let needle = reader.needle().to_string();
            match found {
                true => *open = *reader,
                false => not_found(model, &needle),
            }
        }
        (TextResult::Found(..), _) => {}
        // The next item replaces the item that is open.
        (TextResult::Opened(reader), Some(open)) if reader.is_item() && open.is_item() => *open = *reader,
        (TextResult::Opened(reader), _) => return model.arrive(*reader),
    }
    Vec::new()
}

/// An item of the history to open.
pub struct ItemToOpen {
    item: RolloutItem,
    title: String,
    place: usize,
    marks: Vec<ItemMark>,
    raw: bool,
    /// The text to search for: that of the open reader, else that of the history.
    needle: String,
}

impl ItemToOpen {
    pub fn of(model: &Model, place: usize, raw: bool) -> Self {
        let history = ensured(model.session.items_of_thread());
        let item = ensured(history.get(place)).clone();
        let mut title = format!(
            "Item {} of {} \u{b7} {}",
            grouped(place as u64 + 1),
            grouped(history.len() as u64),
            item.kind().name
        );
        let reader = model
            .overlays
            .top::<Reader>()
            .map_or("", |reader| reader.needle());
        let needle = match reader {
            "" => model.session.history.needle(),
            needle => needle,
        };
        if let Some(line) = item.line() {
            title.push_str(&format!(" \u{b7} line {}", grouped(u64::from(line))));
        }
        Self {
            item,
            title,
            place,
            marks: model.session.item_marks(place),
            raw,
            needle: needle.to_string(),
        }
    }

    /// Returns the size of the item in bytes.
    pub fn size(&self) -> usize {
        self.item.len()
    }

    /// Returns a reader with the item as a tree or as text.
    pub fn read(self) -> Reader {
        let mut reader = match self.item.is_damaged() {
            true => Reader::text(self.title, String::from_utf8_lossy(&self.item.bytes())),
            false => Reader::json(self.title, self.item.text()),
        };
        reader.item = Some(self.place);
        reader.marks = self.marks;
        if self.raw && reader.is_tree() {
            reader.toggle_raw();
        }
        if !self.needle.is_empty() {
            reader.look_for(&self.needle);
            reader.next_match(true, true);
        }
        reader
    }
}

/// Shows a warning that a text was not found.
pub fn not_found(model: &mut Model, text: &str) {
    model.warn(format!("\u{201c}{text}\u{201d} was not found."));
}
