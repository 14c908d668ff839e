//! The checklist of the facets of a history: groups, and the kinds of items in each group with their counts.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::inspector::features::facets::is_failed_only;
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::legend::signs;
use crate::inspector::panes::history::facets::{Facet, FacetGroup};
use crate::inspector::panes::history::glyph::glyph;
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::ListCursor;
use crate::inspector::widgets::frame::{Cells, Frame, RowCursor};
use crate::inspector::widgets::theme::Role;
use crate::protocol::kinds::{AuthorRole, ItemKind};
use crate::protocol::numbers::grouped;
use crate::text::needle::Needle;

/// For each facet, a kind that describes it and the number of its items.
pub type FacetCounts = BTreeMap<Facet, (&'static ItemKind, usize)>;

/// A row of the checklist.
struct FacetRow {
    /// The group; `None` for the row of failures.
    group: Option<FacetGroup>,
    /// The facet and its kind; `None` for the row of the group.
    facet: Option<(Facet, &'static ItemKind)>,
    /// The number of items; `None` if they have not been counted.
    count: Option<usize>,
}

impl FacetRow {
    fn name(&self) -> String {
        match self.facet {
            None => match self.group {
                None => "\u{2717} failed".to_owned(),
                Some(group) => group.name().to_owned(),
            },
            Some(((_, "message", role), _)) => match role {
                AuthorRole::User => "message of the user".to_owned(),
                AuthorRole::Assistant => "message of the agent".to_owned(),
                _ => "message with instructions".to_owned(),
            },
            Some(((_, name, _), _)) => name.to_owned(),
        }
    }

    fn about(&self) -> &'static str {
        match self.facet {
            None => match self.group {
                None => "The items that record a failure; they can be shown alone.",
                Some(group) => group.about(),
            },
            Some((_, kind)) => kind.about,
        }
    }
}

/// The checklist.
pub struct FacetList {
    rows: Vec<FacetRow>,
    cursor: ListCursor,
    needle: String,
}

impl FacetList {
    /// Creates the checklist of the facets that occur, the most frequent of each group first.
    pub fn new(counts: FacetCounts) -> Self {
        let mut rows = vec![FacetRow {
            group: None,
            facet: None,
            count: None,
        }];
        for group in FacetGroup::ALL {
            let in_group = counts
                .iter()
                .filter(|(facet, _)| FacetGroup::of(**facet) == group);
            let mut facets: Vec<FacetRow> = in_group
                .map(|(facet, (kind, count))| FacetRow {
                    group: Some(group),
                    facet: Some((*facet, kind)),
                    count: Some(*count),
                })
                .collect();
            if facets.is_empty() {
                continue;
            }
            facets.sort_by_key(|row| std::cmp::Reverse(row.count));
            rows.push(FacetRow {
                group: Some(group),
                facet: None,
                count: Some(facets.iter().filter_map(|row| row.count).sum()),
            });
            rows.append(&mut facets);
        }
        Self {
            rows,
            cursor: ListCursor::default(),
            needle: String::new(),
        }
    }

    /// Returns whether the row of failures is selected.
    pub fn is_at_failures(&self) -> bool {
        self.rows
            .get(self.cursor.at)
            .is_some_and(|row| row.group.is_none())
    }

    /// Returns the facets of the selected row: one, or those of a group.
    pub fn selected(&self) -> Vec<Facet> {
        self.rows
            .get(self.cursor.at)
            .map(|row| self.facets_of(row))
            .unwrap_or_default()
    }

    fn facets_of(&self, row: &FacetRow) -> Vec<Facet> {
        let all = self.rows.iter().filter(|other| match row.facet {
            None => other.group == row.group,
            Some((facet, _)) => other.facet.is_some_and(|(of, _)| of == facet),
        });
        all.filter_map(|row| Some(row.facet?.0)).collect()
    }

    /// Goes to the next or previous row that contains a text, wrapping at the ends. Returns whether such a row exists.
    pub fn find(&mut self, text: &str, forward: bool) -> bool {
        text.clone_into(&mut self.needle);
        let needle = Needle::new(text);
        let rows = self.rows.len();
        let at = |step: usize| match forward {
            true => (self.cursor.at + step) % rows,
            false => (self.cursor.at + rows - step) % rows,
        };
        let is_found = |row: &usize| {
            let row = &self.rows[*row];
            needle.is_in(&row.name()) || needle.is_in(row.about())
        };
        let found = (1..=rows).map(at).find(is_found);
        self.cursor.at = found.unwrap_or(self.cursor.at);
        found.is_some()
    }

    /// Returns the sign for a row: fully shown, partly shown or hidden.
    fn sign(&self, row: &FacetRow, hidden: &BTreeSet<Facet>, failed_only: bool) -> &'static str {
        if row.group.is_none() {
            return if failed_only { signs::SHOWN_KIND } else { "[ ]" };
        }
        let facets = self.facets_of(row);
        let shown = facets.iter().filter(|facet| !hidden.contains(*facet)).count();
        match shown {
            0 => "[ ]",
            shown if shown == facets.len() => signs::SHOWN_KIND,
            _ => "[-]",
        }
    }
}

impl Overlay for FacetList {
    fn context(&self) -> Context {
        Context::Facets
    }

    fn height(&self, body: Rect) -> u16 {
        let rows = u16::try_from(self.rows.len()).unwrap_or(u16::MAX);
        rows.saturating_add(2).min(body.height / 4 * 3)
    }

    fn parts(&self, area: Rect) -> PaneParts {
        split(inner(area), 0, 0)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        let list = inner(area);
        let height = usize::from(list.height);
        let hidden = &model.session.history.hidden;
        let failed_only = is_failed_only(model);
        let kinds = self.rows.iter().filter_map(|row| Some(row.facet?.0));
        let (all, shown) = (
            kinds.clone().count(),
            kinds.filter(|facet| !hidden.contains(facet)),
        );
        let note = format!("{} of {all} kinds shown", shown.count());
        Frame {
            title: "Facets",
            note: &note,
            focused,
            scroll: Some((self.cursor.top, height, self.rows.len())),
        }
        .draw(buffer, area, model.theme);
        let needle = Needle::new(&self.needle);
        for (y, at) in (list.y..).zip(self.cursor.visible(self.rows.len(), height)) {
            let row = &self.rows[at];
            let cursor = RowCursor::of(at == self.cursor.at, focused);
            let mut cells = Cells::new(model.theme, list.width);
            let sign = self.sign(row, hidden, failed_only);
            let role = match (row.facet, sign) {
                (None, _) if row.group.is_none() => Role::Bad,
                (_, "[ ]") => Role::Muted,
                (None, _) => Role::Strong,
                (Some(_), _) => Role::Text,
            };
            cells.text(cursor.sign(), Role::Key);
            let indent = if row.facet.is_some() { 2 } else { 0 };
            cells.gap(indent).text(sign, Role::Key).gap(1);
            if let Some((_, kind)) = row.facet {
                cells.text(glyph(kind), role).gap(1);
            }
            let columns = 34_usize.saturating_sub(indent * 2).min(cells.left() / 2);
            let name = crate::text::pad(&crate::text::fit(&row.name(), columns), columns);
            cells.found(&name, &needle, role);
            let failures = || model.session.history.failures();
            let count = row.count.or_else(|| failures().filter(|_| row.group.is_none()));
            let count = count.map_or(String::new(), |count| grouped(count as u64));
            cells.right(&count, 8, role).gap(1);
            cells.found(row.about(), &needle, Role::Muted);
            cells.draw(buffer, list.x, y, list.width, cursor);
        }
    }

    fn list(&mut self) -> Option<(&mut ListCursor, usize)> {
        Some((&mut self.cursor, self.rows.len()))
    }

    fn copies(&self) -> Vec<(&'static str, String)> {
        let row = self.rows.get(self.cursor.at);
        row.map(|row| ("the name", row.name())).into_iter().collect()
    }

    fn needle(&self) -> &str {
        &self.needle
    }
}
