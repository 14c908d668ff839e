//! Shows what takes up the bytes of a store: lists of kinds, threads, months and repeated texts, each row with a bar.
//! The screen shows as many lists side by side as fit its width.

use std::collections::{BTreeMap, HashMap};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::inspector::layout::parts::{PaneParts, with_head_and_foot};
use crate::inspector::legend::signs;
use crate::inspector::panes::threads::list::facts::label;
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::ListCursor;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor, sentence};
use crate::inspector::widgets::theme::Role;
use crate::protocol::ThreadId;
use crate::protocol::kinds::ItemKind;
use crate::protocol::numbers::{count, grouped, size};
use crate::rollout::sizes::{Month, RepeatedTexts, Size, largest_first};
use crate::store::Snapshot;

/// The minimum width of a list in columns, and the number of columns between two lists.
const LIST: u16 = 56;
const GAP: u16 = 2;

/// The maximum width of a bar in columns.
const BAR: usize = 12;

/// The sizes of a thread by kind.
pub struct ThreadSizes {
    /// The thread.
    pub id: ThreadId,
    /// The sizes, each kind once.
    pub kinds: Vec<(&'static ItemKind, Size)>,
}

/// A thread and the position of an item in it.
pub type TextPlace = (ThreadId, usize);

/// The sizes of a store.
pub struct SizesView {
    /// The store when the sizes were opened.
    pub store: Snapshot,
    /// The number of the job that reads the texts of the items.
    pub job: u64,
    threads: Vec<ThreadSizes>,
    /// The bytes and items of the store.
    total: Size,
    /// The kind whose threads are listed; `None` for all.
    kind: Option<&'static str>,
    /// The lists, and the index of the selected one.
    lists: [SizeList; 4],
    selected: usize,
    /// Whether the months and repeated texts are known.
    is_read: bool,
    /// The bytes of the repeated texts and their number.
    repeated: (u64, u64),
}

const KINDS: usize = 0;
const THREADS: usize = 1;
const MONTHS: usize = 2;
const TEXTS: usize = 3;

/// A list, the largest row first.
#[derive(Default)]
struct SizeList {
    rows: Vec<SizeEntry>,
    cursor: ListCursor,
}

struct SizeEntry {
    target: SizeTarget,
    size: Size,
}

/// What a row stands for.
enum SizeTarget {
    Kind(&'static str),
    Thread(ThreadId),
    Month(Option<Month>),
    Text {
        text: String,
        kind: &'static str,
        place: Option<TextPlace>,
    },
}

fn entries<K: Ord>(
    sums: impl IntoIterator<Item = (K, Size)>,
    target: impl Fn(K) -> SizeTarget,
) -> Vec<SizeEntry> {
    let sorted = largest_first(sums).into_iter();
    sorted
        .map(|(key, size)| SizeEntry {
            target: target(key),
            size,
        })
        .collect()
}

impl SizesView {
    /// Creates the view without the months and the repeated texts.
    pub fn new(store: Snapshot, threads: Vec<ThreadSizes>) -> Self {
        let mut kinds: BTreeMap<&'static str, Size> = BTreeMap::new();
        let mut total = Size::default();
        for (kind, size) in threads.iter().flat_map(|thread| &thread.kinds) {
            *kinds.entry(kind.name).or_default() += *size;
            total += *size;
        }
        let mut view = Self {
            store,
            job: 0,
            threads,
            total,
            kind: None,
            lists: Default::default(),
            selected: KINDS,
            is_read: false,
            repeated: (0, 0),
        };
        view.lists[KINDS].rows = entries(kinds, SizeTarget::Kind);
        view.narrow(None);
        view
    }

    /// Adds the months and the repeated texts; `places` says where the first occurrence of each text is.
    pub fn add(
        &mut self,
        months: HashMap<Option<Month>, Size>,
        repeated: RepeatedTexts,
        places: Vec<Option<TextPlace>>,
    ) {
        self.is_read = true;
        self.repeated = (repeated.bytes, repeated.texts);
        self.lists[MONTHS].rows = entries(months, SizeTarget::Month);
        let texts = repeated.largest.into_iter().zip(places);
        self.lists[TEXTS].rows = texts
            .map(|(text, place)| SizeEntry {
                size: Size {
                    items: text.count,
                    bytes: text.bytes,
                },
                target: SizeTarget::Text {
                    text: text.text,
                    kind: text.kind,
                    place,
                },
            })
            .collect();
    }

    /// Lists the threads by the bytes of one kind, or of all kinds.
    pub fn narrow(&mut self, kind: Option<&'static str>) {
        self.selected = match kind {
            Some(_) => THREADS,
            None => KINDS,
        };
        self.kind = kind;
        let sum = |thread: &ThreadSizes| {
            let mut sum = Size::default();
            let kinds = thread.kinds.iter();
            kinds
                .filter(|(row, _)| kind.is_none_or(|kind| row.name == kind))
                .for_each(|(_, size)| sum += *size);
            (thread.id.uuid(), sum)
        };
        let sums = self.threads.iter().map(sum).filter(|(_, sum)| sum.items > 0);
        self.lists[THREADS] = SizeList {
            rows: entries(sums, |id| SizeTarget::Thread(id.into())),
            cursor: ListCursor::default(),
        };
    }

    /// Returns the kind whose threads are listed, or `None` if all threads are listed.
    pub fn kind(&self) -> Option<&'static str> {
        self.kind
    }

    /// Selects the next or previous list, wrapping at the ends.
    pub fn next_list(&mut self, forward: bool) {
        let lists = self.lists.len();
        self.selected = (self.selected + if forward { 1 } else { lists - 1 }) % lists;
    }

    fn selected_entry(&self) -> Option<&SizeEntry> {
        let list = self.lists.get(self.selected)?;
        list.rows.get(list.cursor.at)
    }

    /// Returns the selected kind.
    pub fn selected_kind(&self) -> Option<&'static str> {
        match self.selected_entry()?.target {
            SizeTarget::Kind(kind) => Some(kind),
            _ => None,
        }
    }

    /// Returns the selected thread.
    pub fn selected_thread(&self) -> Option<ThreadId> {
        match self.selected_entry()?.target {
            SizeTarget::Thread(id) => Some(id),
            _ => None,
        }
    }

    /// Returns the position of the first occurrence of the selected text.
    pub fn selected_text(&self) -> Option<TextPlace> {
        match self.selected_entry()?.target {
            SizeTarget::Text { place, .. } => place,
            _ => None,
        }
    }

    fn label(&self, id: ThreadId) -> Option<&str> {
        self.store.thread(id).and_then(|record| label(record))
    }

    /// Returns the name of a row.
    fn name(&self, target: &SizeTarget) -> String {
        match target {
            SizeTarget::Kind(kind) => (*kind).to_string(),
            SizeTarget::Thread(id) => self.label(*id).map_or_else(|| id.to_string(), str::to_string),
            SizeTarget::Month(month) => month.map_or("unknown".to_string(), |month| month.to_string()),
            SizeTarget::Text { text, kind, .. } => format!("{kind}: {text}"),
        }
    }

    /// Returns the title of a list.
    fn title(&self, list: usize) -> String {
        let rows = grouped(self.lists[list].rows.len() as u64);
        match (list, self.kind) {
            (KINDS, _) => format!("Kinds {rows}"),
            (THREADS, None) => format!("Threads {rows}"),
            (THREADS, Some(kind)) => format!("Threads with {kind} {rows}"),
            (MONTHS, _) => format!("Months {rows}"),
            _ => format!("Repeated texts {}", grouped(self.repeated.1)),
        }
    }

    /// Returns the lists that are visible side by side in this width, and the width of each.
    fn columns(&self, width: u16) -> (std::ops::Range<usize>, u16) {
        let lists = self.lists.len();
        let fit = usize::from((width + GAP) / (LIST + GAP)).clamp(1, lists);
        let first = (self.selected + 1).saturating_sub(fit);
        let each = (width + GAP) / u16::try_from(fit).unwrap_or(1);
        (first..first + fit, each.saturating_sub(GAP))
    }

    /// Returns a sentence about the selected list.
    fn about(&self, model: &Model) -> String {
        let open = model.commands.key("open-size");
        match self.selected {
            KINDS => format!("{open} lists the threads by their bytes of this kind."),
            THREADS => match self.kind {
                Some(kind) => {
                    let back = model.commands.key("close-sizes");
                    format!("{open} goes to the {kind} items of the thread; {back} lists all threads.")
                }
                None => format!("{open} goes to the thread."),
            },
            _ if !self.is_read => match model.job.is_at(self.job) {
                true => "Reading all items for this list.".to_string(),
                false => "Reading all items was stopped.".to_string(),
            },
            MONTHS => "Months come from the items' timestamps, otherwise from the file names.".to_string(),
            _ => format!("Texts of 4 KiB or more; first occurrence not counted. {open} goes to the text."),
        }
    }
}

impl Overlay for SizesView {
    fn context(&self) -> Context {
        Context::Sizes
    }

    fn height(&self, body: Rect) -> u16 {
        let rows = self.lists.iter().map(|list| list.rows.len()).max().unwrap_or(0);
        u16::try_from(rows.saturating_add(4))
            .unwrap_or(u16::MAX)
            .clamp(8, body.height.max(8))
    }

    /// The titles of the lists are above them, and a sentence about the selected one is below them.
    fn parts(&self, area: Rect) -> PaneParts {
        with_head_and_foot(area)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw(model, self, buffer, area, focused);
    }

    fn settle(&mut self, _: usize, height: usize) {
        for list in &mut self.lists {
            list.cursor.settle(list.rows.len(), height);
        }
    }

    fn list(&mut self) -> Option<(&mut ListCursor, usize)> {
        let list = &mut self.lists[self.selected];
        Some((&mut list.cursor, list.rows.len()))
    }

    fn point(&mut self, list: Rect, at: Position) {
        let (lists, width) = self.columns(list.width);
        let column = usize::from((at.x - list.x) / (width + GAP).max(1));
        self.selected = (lists.start + column).min(lists.end - 1);
    }

    fn copies(&self) -> Vec<(&'static str, String)> {
        let Some(entry) = self.selected_entry() else {
            return Vec::new();
        };
        let name = match &entry.target {
            SizeTarget::Thread(id) => ("the thread's id", id.to_string()),
            SizeTarget::Text { text, .. } => ("the start of the text", text.clone()),
            target => ("the name", self.name(target)),
        };
        vec![name, ("the size in bytes", entry.size.bytes.to_string())]
    }
}

fn draw(model: &Model, view: &SizesView, buffer: &mut Buffer, area: Rect, uppermost: bool) {
    let parts = view.parts(area);
    let height = usize::from(parts.list.height);
    let selected = &view.lists[view.selected];
    let note = format!(
        "{} in {}",
        size(view.total.bytes),
        count(view.total.items, "item")
    );
    Frame {
        title: "Sizes",
        note: &note,
        focused: uppermost,
        scroll: Some((selected.cursor.top, height, selected.rows.len())),
    }
    .draw(buffer, area, model.theme);
    let (lists, width) = view.columns(parts.list.width);
    let mut x = parts.list.x;
    for at in lists {
        let is_selected = at == view.selected;
        if parts.head.height > 0 {
            let role = if is_selected {
                Role::TitleFocused
            } else {
                Role::Muted
            };
            let mut cells = Cells::new(model.theme, width);
            let sign = if is_selected { signs::SELECTED } else { " " };
            cells.text(sign, Role::Key).text(&view.title(at), role);
            cells.draw(buffer, x, parts.head.y, width, RowCursor::No);
        }
        let list = &view.lists[at];
        for (y, row) in (parts.list.y..).zip(list.cursor.visible(list.rows.len(), height)) {
            model.built.set(model.built.get() + 1);
            let cursor = match is_selected {
                true => RowCursor::of(row == list.cursor.at, uppermost),
                false => RowCursor::No,
            };
            let cells = cells(model, view, list, row, (cursor, width));
            cells.draw(buffer, x, y, width, cursor);
        }
        x += width + GAP;
    }
    sentence(buffer, parts.foot, model.theme, &view.about(model), Role::Muted);
}

/// A row: the size, its share, a bar and the name. Narrow lists have no bar.
fn cells(
    model: &Model,
    view: &SizesView,
    list: &SizeList,
    row: usize,
    (cursor, width): (RowCursor, u16),
) -> Cells {
    let entry = &list.rows[row];
    let share = entry.size.bytes as f64 / view.total.bytes.max(1) as f64;
    let mut cells = Cells::new(model.theme, width);
    cells
        .text(cursor.sign(), Role::Key)
        .right(&size(entry.size.bytes), 8, Role::Strong);
    if width >= 40 {
        let most = list.rows.first().map_or(0, |first| first.size.bytes);
        cells
            .right(&format!("{:.1}%", share * 100.0), 7, Role::Text)
            .gap(1);
        cells.column(&bar(entry.size.bytes, most), BAR, Role::Progress);
    }
    if let SizeTarget::Text { .. } = entry.target {
        cells.right(&format!("{}\u{d7}", grouped(entry.size.items)), 6, Role::Muted);
    }
    cells.gap(1);
    match &entry.target {
        SizeTarget::Thread(id) if view.label(*id).is_none() => {
            let columns = cells.left();
            cells.middle(&id.to_string(), columns, Role::Muted)
        }
        target => cells.text(&view.name(target), Role::Text),
    };
    cells
}

/// A bar whose length is proportional to a part's share of the largest part, exact to an eighth of a column.
fn bar(part: u64, largest: u64) -> String {
    const EIGHTHS: [&str; 8] = [
        "", "\u{258f}", "\u{258e}", "\u{258d}", "\u{258c}", "\u{258b}", "\u{258a}", "\u{2589}",
    ];
    let length = u128::from(part) * (BAR * 8) as u128 / u128::from(largest.max(1));
    let length = usize::try_from(length).unwrap_or(0).max(usize::from(part > 0));
    let mut bar = "\u{2588}".repeat(length / 8);
    bar.push_str(EIGHTHS[length % 8]);
    bar
}
