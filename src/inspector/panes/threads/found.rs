//! Shows why a thread matches the filter: its title, and the fields with a match that have no column.

use std::sync::Arc;

use super::columns::ThreadColumns;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::frame::Cells;
use crate::inspector::widgets::theme::Role;
use crate::rollout::search::Snippet;
use crate::store::ThreadRecord;
use crate::text::needle::Needle;
use crate::text::width;
use crate::workbench::query::FoundField;

/// The minimum number of columns of a title next to a field.
const TITLE: usize = 8;
/// The minimum number of columns of a field.
const FIELD: usize = 8;

/// Draws the title of a thread, which may be its id, and after the title the fields that have no column and contain a
/// string of the filter.
pub fn draw(
    cells: &mut Cells,
    model: &Model,
    record: &Arc<ThreadRecord>,
    (title, role, is_id): (&str, Role, bool),
    needles: &[Needle],
    columns: &ThreadColumns,
) {
    let filter = &model.session.threads.query.filter;
    let mut fields = match filter.is_empty() {
        true => Vec::new(),
        false => filter.found_in(record, &columns.fields()),
    };
    let texts = filter.contents_texts();
    let contents = texts.first().and_then(|text| {
        let snippet = model.session.threads.contents.of(record, text)?;
        Some(FoundField {
            name: "text",
            value: snippet.text.clone(),
        })
    });
    fields.extend(contents);
    let wanted: usize = fields
        .iter()
        .map(|field| width(field.name) + width(&field.value) + 4)
        .sum();
    let room = cells.left();
    let for_fields = wanted.min(room.saturating_sub(TITLE));
    if fields.is_empty() || for_fields < FIELD {
        match is_id {
            true => cells.middle(title, room, role),
            false => cells.found_any(title, needles, role),
        };
        return;
    }
    let title_columns = width(title).min(room - for_fields);
    let mut part = Cells::new(model.theme, u16::try_from(title_columns).unwrap_or(u16::MAX));
    part.found_any(title, needles, role);
    cells.join(part, title_columns);
    for field in &fields {
        if cells.left() < FIELD {
            break;
        }
        cells
            .text("  ", Role::Muted)
            .text(field.name, Role::Muted)
            .text(" ", Role::Muted);
        let first = needles.iter().find_map(|needle| {
            let start = needle.places(&field.value).into_iter().next()?;
            Some(start..start + needle.len())
        });
        let text = match first {
            Some(range) => Snippet::around(&field.value, &range)
                .from_match(cells.left())
                .into_owned(),
            None => field.value.clone(),
        };
        cells.found_any(&text, needles, Role::Text);
    }
}
