//! The drawing primitives of all panes and overlays: rows that truncate text with an ellipsis, and borders with a title
//! and a scroll position.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::symbols::border::{self, Set};
use ratatui::text::{Line, Span};

use unicode_segmentation::UnicodeSegmentation;

use super::ascii;
use super::theme::{Role, Theme};
use crate::inspector::legend::signs;
use crate::text::needle::Needle;
use crate::text::{
    Break, ELLIPSIS, WrappedRow, fit, fit_middle, fit_runs, fits, is_plain, pad, pad_left, visible, width,
    wrap,
};

/// A row that is built from the left. Text that does not fit into its columns ends in an ellipsis. Nothing is drawn
/// after it.
pub struct Cells {
    theme: Theme,
    spans: Vec<Span<'static>>,
    left: usize,
    /// Whether texts are drawn as they are, even if they contain signs of the program.
    is_exact: bool,
}

impl Cells {
    /// Creates an empty row of this width.
    pub fn new(theme: Theme, columns: u16) -> Self {
        Self {
            theme,
            spans: Vec::new(),
            left: usize::from(columns),
            is_exact: false,
        }
    }

    /// Returns the number of remaining columns.
    pub fn left(&self) -> usize {
        self.left
    }

    fn push(&mut self, text: String, style: Style) {
        self.left = self.left.saturating_sub(width(&text));
        if !text.is_empty() {
            self.spans.push(Span::styled(text, style));
        }
    }

    /// Adds texts from files and stores: their characters are kept where the signs of the program are drawn in ASCII.
    pub fn exact(&mut self, write: impl FnOnce(&mut Self)) -> &mut Self {
        let before = std::mem::replace(&mut self.is_exact, true);
        write(self);
        self.is_exact = before;
        self
    }

    /// Adds a line of a text from a file, or the line of the program that stands for the rest: it starts with an
    /// ellipsis.
    pub fn body(&mut self, text: &str, needles: &[Needle], role: Role) -> &mut Self {
        match text.starts_with(ELLIPSIS) {
            true => self.found_any(text, needles, role),
            false => self.exact(|cells| {
                cells.found_any(text, needles, role);
            }),
        }
    }

    /// Returns a text of the program as it is drawn.
    fn signs<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        match text {
            text if !self.theme.is_ascii() => text,
            Cow::Borrowed(text) => ascii::ascii(text),
            Cow::Owned(text) => Cow::Owned(ascii::ascii(&text).into_owned()),
        }
    }

    /// Returns a text in at most this many columns, as it is drawn.
    fn shown<'a>(&self, text: &'a str, columns: usize) -> Cow<'a, str> {
        match self.is_exact && self.theme.is_ascii() {
            true => Cow::Owned(
                self.shown_runs(text, columns)
                    .into_iter()
                    .map(|(run, _)| run)
                    .collect(),
            ),
            false => self.signs(fit(text, columns)),
        }
    }

    /// [`Cells::shown`] in runs; the flag of a run tells that it consists of symbols for characters that cannot be shown.
    fn shown_runs<'a>(&self, text: &'a str, columns: usize) -> Vec<(Cow<'a, str>, bool)> {
        let mut runs = fit_runs(text, columns);
        if !self.theme.is_ascii() {
            return runs;
        }
        let cut = (columns > 0 && !fits(text, columns)).then(|| {
            // The ellipsis is a sign of the program.
            let (last, _) = runs.last_mut()?;
            let whole = last.strip_suffix(ELLIPSIS)?.to_owned();
            *last = Cow::Owned(whole);
            Some((self.signs(Cow::Borrowed(ELLIPSIS)), false))
        });
        let mut shown: Vec<_> = runs
            .into_iter()
            .map(|(run, is_symbol)| match self.is_exact && !is_symbol {
                true => (ascii::without_control(run), false),
                false => (self.signs(run), is_symbol),
            })
            .collect();
        shown.extend(cut.flatten());
        shown
    }

    /// Adds a text, with an ellipsis if it does not fit.
    pub fn text(&mut self, text: &str, role: Role) -> &mut Self {
        self.runs(text, self.left, role);
        self
    }

    /// Adds a text with exactly this width, or the remaining width.
    pub fn column(&mut self, text: &str, columns: usize, role: Role) -> &mut Self {
        let columns = columns.min(self.left);
        let behind = self.left - columns;
        self.runs(text, columns, role);
        self.push(
            " ".repeat(self.left.saturating_sub(behind)),
            self.theme.style(role),
        );
        self
    }

    /// Adds a text with at most this width. Symbols for characters that cannot be shown have the symbol style.
    fn runs(&mut self, text: &str, columns: usize, role: Role) {
        let style = self.theme.style(role);
        for (run, is_symbol) in self.shown_runs(text, columns) {
            let style = if is_symbol {
                style.patch(self.theme.style(Role::Symbol))
            } else {
                style
            };
            self.push(run.into_owned(), style);
        }
    }

    /// Adds a text with exactly this width and an ellipsis in the middle, for ids and paths.
    pub fn middle(&mut self, text: &str, columns: usize, role: Role) -> &mut Self {
        let text = pad(&fit_middle(text, columns.min(self.left)), columns.min(self.left));
        let text = self.signs(Cow::Owned(text)).into_owned();
        let style = self.theme.style(role);
        self.push(text, style);
        self
    }

    /// Adds a right-aligned text of this width, for numbers.
    pub fn right(&mut self, text: &str, columns: usize, role: Role) -> &mut Self {
        let text = self.signs(Cow::Owned(pad_left(text, columns.min(self.left))));
        let text = text.into_owned();
        let style = self.theme.style(role);
        self.push(text, style);
        self
    }

    /// Adds this number of blank columns.
    pub fn gap(&mut self, columns: usize) -> &mut Self {
        let columns = columns.min(self.left);
        self.push(" ".repeat(columns), Style::new());
        self
    }

    /// Adds a text with the matches of a search text marked.
    pub fn found(&mut self, text: &str, needle: &Needle, role: Role) -> &mut Self {
        self.found_any(text, std::slice::from_ref(needle), role)
    }

    /// Adds a text with the matches of several search texts marked.
    pub fn found_any(&mut self, text: &str, needles: &[Needle], role: Role) -> &mut Self {
        if needles.iter().all(Needle::is_empty) {
            return self.text(text, role);
        }
        let shown = self.shown(text, self.left).into_owned();
        let (base, mark) = (self.theme.style(role), self.theme.style(Role::Match));
        let places = |needle: &Needle| {
            let places = needle.places(&shown).into_iter();
            let length = needle.len();
            places
                .map(|place| (place, place.saturating_add(length)))
                .collect::<Vec<_>>()
        };
        let mut found: Vec<(usize, usize)> = needles.iter().flat_map(places).collect();
        found.sort_unstable();
        let mut at = 0;
        for (place, end) in found {
            let (Some(before), Some(hit)) = (shown.get(at..place), shown.get(place..end)) else {
                continue;
            };
            self.push(before.to_string(), base);
            self.push(hit.to_string(), base.patch(mark));
            at = end;
        }
        self.push(shown[at..].to_string(), base);
        self
    }

    /// Adds a text with these byte ranges marked. If the first mark would be out of view, the text starts shortly
    /// before it.
    pub fn marked(&mut self, text: &str, marks: &[Range<usize>], role: Role) -> &mut Self {
        let first = marks.first().map_or(0, |mark| mark.start);
        let mut at = 0;
        if !fits(&text[..first], self.left / 2) && !fits(text, self.left) {
            at = text.floor_char_boundary(first.saturating_sub(self.left / 4));
            self.text(ELLIPSIS, Role::Muted);
        }
        let (base, mark) = (self.theme.style(role), self.theme.style(Role::Marked));
        for part in marks {
            self.runs(&text[at..part.start], self.left, role);
            let hit = self.shown(&text[part.clone()], self.left).into_owned();
            self.push(hit, base.patch(mark));
            at = part.end;
        }
        self.text(&text[at..], role)
    }

    /// Adds a text with these byte ranges marked as matches.
    pub fn matched(&mut self, text: &str, matches: &[Range<usize>], role: Role) -> &mut Self {
        let (base, symbol) = (self.theme.style(role), self.theme.style(Role::Symbol));
        let mark = base.patch(self.theme.style(Role::Match));
        let mut at = 0;
        let end = text.len()..text.len();
        for part in matches.iter().chain([&end]) {
            for (range, style) in [(at..part.start, base), (part.clone(), mark)] {
                let (piece, rest) = (&text[range.clone()], &text[range.start..]);
                // The piece in which the text is cut ends in an ellipsis.
                let is_cut = !fits(rest, self.left) && !fits(piece, self.left.saturating_sub(1));
                for (run, is_symbol) in self.shown_runs(if is_cut { rest } else { piece }, self.left) {
                    let style = if is_symbol { style.patch(symbol) } else { style };
                    self.push(run.into_owned(), style);
                }
                if is_cut {
                    return self;
                }
            }
            at = part.end;
        }
        self
    }

    /// Adds a text with exactly this width and these byte ranges marked as matches.
    pub fn matched_column(
        &mut self,
        text: &str,
        matches: &[Range<usize>],
        columns: usize,
        role: Role,
    ) -> &mut Self {
        let mut part = Cells::new(self.theme, u16::try_from(columns).unwrap_or(u16::MAX));
        part.is_exact = self.is_exact;
        part.matched(text, matches, role);
        self.join(part, columns)
    }

    /// Adds a text with exactly this width, with the matches of several search texts marked.
    pub fn found_column(&mut self, text: &str, needles: &[Needle], columns: usize, role: Role) -> &mut Self {
        let mut part = Cells::new(self.theme, u16::try_from(columns).unwrap_or(u16::MAX));
        part.is_exact = self.is_exact;
        part.found_any(text, needles, role);
        self.join(part, columns)
    }

    /// Adds another row with exactly this width.
    pub fn join(&mut self, other: Cells, columns: usize) -> &mut Self {
        let columns = columns.min(self.left);
        let blank = columns.saturating_sub(other.written());
        self.left = self.left.saturating_sub(columns - blank);
        self.spans.extend(other.spans);
        self.gap(blank)
    }

    fn written(&self) -> usize {
        self.spans.iter().map(|span| width(&span.content)).sum()
    }

    /// Adds a text input, scrolled so that its cursor is visible.
    pub fn input(&mut self, line: &super::line::TextInput) -> &mut Self {
        let (before, after) = line.parts();
        let (input, at) = (self.theme.style(Role::Input), self.theme.style(Role::Cursor));
        if line.is_selected() {
            let shown = self.exactly(line.text(), self.left);
            self.push(shown, at);
            return self;
        }
        if let Some(selected) = line.selection() {
            // The text starts so that the cursor is in sight.
            let shown = tail(before, self.left.saturating_sub(width(after).min(self.left / 3)));
            // The ellipsis before a text that is cut is not part of it.
            let start = match before.strip_suffix(&*shown) {
                Some(hidden) => hidden.len(),
                None => 0,
            };
            for (range, style) in [
                (start..selected.start.max(start), input),
                (selected.start.max(start)..selected.end, at),
                (selected.end..line.text().len(), input),
            ] {
                let text = self.exactly(&line.text()[range], self.left);
                self.push(text, style);
            }
            return self;
        }
        let room = self.left.saturating_sub(2);
        let shown = self.tail(before, room.saturating_sub(width(after).min(room / 3)));
        self.push(shown, input);
        let mut rest = after.graphemes(true);
        let under = rest
            .next()
            .map_or(" ".into(), |cluster| self.exactly(cluster, self.left));
        self.push(if under.is_empty() { " ".to_string() } else { under }, at);
        let rest = self.exactly(rest.as_str(), self.left);
        self.push(rest, input);
        self
    }

    /// Returns what the user types, as it is drawn.
    fn exactly(&mut self, text: &str, columns: usize) -> String {
        let before = std::mem::replace(&mut self.is_exact, true);
        let shown = self.shown(text, columns).into_owned();
        self.is_exact = before;
        shown
    }

    /// Returns the end of what the user types in this width, after an ellipsis if it does not fit.
    fn tail(&mut self, text: &str, columns: usize) -> String {
        match tail(text, columns).strip_prefix(ELLIPSIS) {
            Some(end) if !fits(text, columns) => {
                let end = self.exactly(end, columns);
                self.signs(Cow::Borrowed(ELLIPSIS)).into_owned() + &end
            }
            _ => self.exactly(text, columns),
        }
    }

    /// Draws the row in the first line of an area, unless the area has no lines.
    pub fn draw_in(self, buffer: &mut Buffer, area: Rect) {
        if area.height > 0 {
            self.draw(buffer, area.x, area.y, area.width, RowCursor::No);
        }
    }

    /// Draws the row. A selected row gets the style of the cursor row.
    pub fn draw(self, buffer: &mut Buffer, x: u16, y: u16, columns: u16, cursor: RowCursor) {
        let area = Rect {
            x,
            y,
            width: columns,
            height: 1,
        };
        let mut line = Line::from(self.spans);
        match cursor {
            RowCursor::No => {}
            RowCursor::Here => {
                let style = self.theme.style(Role::Cursor);
                for span in &mut line.spans {
                    let weight = span.style.add_modifier & (Modifier::BOLD | Modifier::UNDERLINED);
                    span.style = style.add_modifier(weight);
                }
                buffer.set_style(area, style);
            }
            RowCursor::Elsewhere => {
                for span in &mut line.spans {
                    span.style = span.style.patch(self.theme.style(Role::CursorElsewhere));
                }
            }
        }
        if area.intersection(buffer.area) == area {
            write(buffer, area, &line.spans);
        }
    }
}

/// Writes texts into a row of the buffer. Most are plain ASCII, in which each byte is one cell.
fn write(buffer: &mut Buffer, row: Rect, spans: &[Span<'_>]) {
    let mut x = row.x;
    for span in spans {
        let left = row.right().saturating_sub(x);
        let text = span.content.as_ref();
        if !is_plain(text) {
            x = buffer.set_span(x, row.y, span, left).0;
            continue;
        }
        for c in text.chars().take(usize::from(left)) {
            if let Some(cell) = buffer.cell_mut((x, row.y)) {
                cell.set_char(c).set_style(span.style);
            }
            x += 1;
        }
    }
}

/// Whether a row has the cursor, and whether its list has focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowCursor {
    /// The row does not have the cursor.
    No,
    /// The row has the cursor, and its list has focus.
    Here,
    /// The row has the cursor, but something else has focus.
    Elsewhere,
}

impl RowCursor {
    /// Returns the cursor of a row, given whether the row is selected and its list has focus.
    pub fn of(selected: bool, focused: bool) -> Self {
        match (selected, focused) {
            (false, _) => RowCursor::No,
            (true, true) => RowCursor::Here,
            (true, false) => RowCursor::Elsewhere,
        }
    }

    /// Returns the sign before the row.
    pub fn sign(self) -> &'static str {
        match self {
            RowCursor::No => " ",
            RowCursor::Here | RowCursor::Elsewhere => signs::SELECTED,
        }
    }
}

/// The frame of a pane or an overlay.
pub struct Frame<'a> {
    /// The exact title.
    pub title: &'a str,
    /// The text after the title.
    pub note: &'a str,
    /// Whether it has focus.
    pub focused: bool,
    /// The first visible row, the number of visible rows, and the number of all rows.
    pub scroll: Option<(usize, usize, usize)>,
}

const PLAIN: Set<'static> = border::PLAIN;
const THICK: Set<'static> = border::THICK;

/// Draws a border inside an area.
fn frame(buffer: &mut Buffer, area: Rect, lines: Set<'static>, style: Style, theme: Theme) {
    if area.width < 2 || area.height < 2 {
        return;
    }
    let (left, top, right, bottom) = (area.left(), area.top(), area.right() - 1, area.bottom() - 1);
    let mut put = |x, y, symbol: &'static str| {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_symbol(&theme.sign(symbol)).set_style(style);
        }
    };
    for x in left + 1..right {
        put(x, top, lines.horizontal_top);
        put(x, bottom, lines.horizontal_bottom);
    }
    for y in top + 1..bottom {
        put(left, y, lines.vertical_left);
        put(right, y, lines.vertical_right);
    }
    put(left, top, lines.top_left);
    put(right, top, lines.top_right);
    put(left, bottom, lines.bottom_left);
    put(right, bottom, lines.bottom_right);
}

impl Frame<'_> {
    /// Draws the border, the title, and the scroll position on the right border.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, theme: Theme) {
        let border = theme.style(if self.focused {
            Role::BorderFocused
        } else {
            Role::Border
        });
        let lines = if self.focused { THICK } else { PLAIN };
        frame(buffer, area, lines, border, theme);
        let room = area.width.saturating_sub(4);
        let mut cells = Cells::new(theme, room);
        let title = if self.focused {
            Role::TitleFocused
        } else {
            Role::Title
        };
        if room >= 3 {
            cells.gap(1).text_before_edge(self.title, theme.style(title));
            if !self.note.is_empty() && cells.left() > 5 {
                cells.gap(1).text_before_edge(self.note, theme.style(Role::Muted));
            }
            cells.gap(1);
            let used = room - u16::try_from(cells.left()).unwrap_or(room);
            cells.draw(buffer, area.x + 2, area.y, used, RowCursor::No);
        }
        self.thumb(buffer, area, theme);
    }

    fn thumb(&self, buffer: &mut Buffer, area: Rect, theme: Theme) {
        let Some((top, shown, all)) = self.scroll.filter(|(_, shown, all)| all > shown) else {
            return;
        };
        let track = usize::from(area.height.saturating_sub(2));
        if track < 2 || area.width < 2 {
            return;
        }
        let size = (track * shown / all).clamp(1, track);
        let last = all - shown;
        let start = (track - size) * top.min(last) / last.max(1);
        let style = theme.style(if self.focused {
            Role::BorderFocused
        } else {
            Role::Border
        });
        for y in (area.y + 1..).skip(start).take(size) {
            if let Some(cell) = buffer.cell_mut((area.right() - 1, y)) {
                cell.set_symbol(&theme.sign(signs::SCROLLED)).set_style(style);
            }
        }
    }
}

impl Cells {
    /// Adds a text and leaves one column free after it.
    fn text_before_edge(&mut self, text: &str, style: Style) -> &mut Self {
        let text = self.shown(text, self.left.saturating_sub(1)).into_owned();
        self.push(text, style);
        self
    }
}

/// Returns the end of a text in this width, with a leading ellipsis if it does not fit.
fn tail(text: &str, columns: usize) -> String {
    if fits(text, columns) {
        return visible(text).into_owned();
    }
    let mut left = columns.saturating_sub(1);
    let mut start = text.len();
    for (index, cluster) in text.grapheme_indices(true).rev() {
        let wide = width(cluster);
        if wide > left {
            break;
        }
        left -= wide;
        start = index;
    }
    format!("\u{2026}{}", visible(&text[start..]))
}

/// Draws a sentence from the top of an area, wrapped at words.
pub fn sentence(buffer: &mut Buffer, area: Rect, theme: Theme, text: &str, role: Role) {
    let columns = usize::from(area.width.saturating_sub(2));
    if columns == 0 {
        return;
    }
    for (y, row) in (area.y..).zip(&cut_rows(text, columns, usize::from(area.height))) {
        let mut cells = Cells::new(theme, area.width);
        cells.gap(1).text(row, role);
        cells.draw(buffer, area.x, y, area.width, RowCursor::No);
    }
}

/// Returns the number of rows that a [`sentence`] takes in an area of this width.
pub fn rows_of(text: &str, columns: u16) -> u16 {
    let columns = usize::from(columns.saturating_sub(2)).max(1);
    u16::try_from(wrap(text, columns, Break::Word).count()).unwrap_or(u16::MAX)
}

/// Wraps a text at words into at most `most` rows. If text is left over, the last row ends in an ellipsis.
pub fn cut_rows(text: &str, columns: usize, most: usize) -> Vec<String> {
    let mut rows: Vec<_> = wrap(text, columns, Break::Word).take(most + 1).collect();
    let cut = rows.len() > most;
    rows.truncate(most);
    let last = rows.len().saturating_sub(1);
    let whole = |index: usize, row: WrappedRow<'_>| match cut && index == last {
        true => fit(&text[row.range.start..], columns).into_owned(),
        false => row.text.into_owned(),
    };
    rows.into_iter()
        .enumerate()
        .map(|(index, row)| whole(index, row))
        .collect()
}
