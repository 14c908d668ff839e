//! Shows why an item matches: the text around the match, if the columns of the row do not show it.

use std::rc::Rc;

use super::glance::RowCache;
use crate::inspector::widgets::frame::Cells;
use crate::inspector::widgets::theme::Role;
use crate::protocol::RolloutItem;
use crate::rollout::pattern::Pattern;
use crate::rollout::search::Snippet;
use crate::text::fit;
use crate::text::needle::Needle;

/// The width of the summary and the space after it; the text around the match gets the remaining columns.
const SUMMARY: usize = 24;
/// The minimum number of columns in which both are shown.
const BOTH: usize = 60;

/// Reads the text around the first match in an item: in one of its string values, or else in its summary.
pub fn read_snippet(item: &RolloutItem, summary: &str, text: &str) -> Option<Snippet> {
    let pattern = Pattern::literal(text, false);
    if let Some((_, first)) = pattern.matches(item) {
        return Some(Snippet::around(&first.value, &first.range));
    }
    let range = pattern.ranges(summary).into_iter().next()?;
    Some(Snippet::around(summary, &range))
}

/// Returns the text around the first match of an item, unless the match is already visible in its kind or in the part
/// of its summary that fits into these columns.
pub fn snippet(glance: &RowCache, texts: &[&str], columns: usize) -> Option<Rc<Snippet>> {
    let shown = fit(glance.summary(), columns);
    let is_shown = |text: &&str| {
        let needle = Needle::new(text);
        needle.is_in(&shown) || needle.is_in(glance.kind().name)
    };
    if texts.iter().any(is_shown) {
        return None;
    }
    texts.iter().find_map(|text| glance.snippet(text))
}

/// Draws the start of the summary, and the text around the match.
pub fn draw(cells: &mut Cells, summary: &str, snippet: &Snippet, needles: &[Needle], role: Role) {
    if cells.left() >= BOTH && !summary.trim().is_empty() {
        cells.column(summary, SUMMARY - 1, Role::Muted).gap(1);
    }
    let text = snippet.from_match(cells.left()).into_owned();
    cells.found_any(&text, needles, role);
}
