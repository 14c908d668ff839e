//! Draws the whole screen: top line, panes, key bar, and overlays. Drawing does not change the model.

pub mod bar;
mod past;
pub mod strip;
mod top;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::inspector::commands::keys;
use crate::inspector::features::time_travel;
use crate::inspector::layout::parts::parts;
use crate::inspector::layout::{Layout, LayoutKind, arrange};
use crate::inspector::overlays::question::Question;
use crate::inspector::panes::{self, Pane};
use crate::inspector::runtime::event_loop::Canvas;
use crate::inspector::state::model::{Model, Stale, StalePane};
use crate::inspector::state::overlay;
use crate::inspector::widgets::cursor::ListCursor;
use crate::inspector::widgets::frame::{Cells, RowCursor};
use crate::inspector::widgets::redraw::Redraw;
use crate::inspector::widgets::theme::Role;
use crate::text::width;

/// Draws what may have changed since the last frame.
pub fn draw_stale(model: &Model, canvas: &mut Canvas) {
    let stale = model.stale.replace(Stale::NOTHING);
    let at = arrange(canvas.area(), &model.layout);
    let panes = match stale {
        Stale::Panes(panes) if !canvas.is_blank() && at.form != LayoutKind::Tiny => panes,
        _ => return canvas.draw_all(|buffer| draw(model, buffer)),
    };
    for (pane, area) in &at.places {
        let redraw = match panes[pane.index()] {
            StalePane::Nothing => continue,
            StalePane::Whole => {
                canvas.clear(*area);
                Redraw::All
            }
            StalePane::Cursor(from) => {
                keep_rows(canvas, *area, parts(*pane, *area).list, from, model.cursor(*pane))
            }
        };
        let buffer = canvas.buffer();
        draw_pane(model, buffer, *pane, *area, *pane == model.layout.focus, redraw);
        if at.tabs.contains(pane) {
            tabs(model, buffer, &at);
        }
    }
    canvas.clear(at.bar);
    bar::draw(model, canvas.buffer(), at.bar);
    #[cfg(debug_assertions)]
    {
        let built = model.built.get();
        let mut whole = Buffer::empty(canvas.area());
        draw(model, &mut whole);
        model.built.set(built);
        debug_assert!(
            whole == *canvas.cells(),
            "something changed outside the panes that were drawn: {panes:?}"
        );
    }
}

/// Clears a pane except the rows of its list that look the same after the cursor moved.
fn keep_rows(canvas: &mut Canvas, area: Rect, list: Rect, from: ListCursor, to: ListCursor) -> Redraw {
    let height = list.height;
    let redraw = Redraw::Moved { from, to, height };
    canvas.scroll(list, redraw.scrolled());
    // The border shows how far the list is scrolled.
    let left = Rect {
        width: list.x - area.x,
        ..area
    };
    let right = Rect {
        x: list.right(),
        width: area.right() - list.right(),
        ..area
    };
    canvas.clear(left);
    canvas.clear(right);
    for y in area.top()..area.bottom() {
        let is_kept =
            (list.top()..list.bottom()).contains(&y) && !redraw.draws(to.top + usize::from(y - list.y));
        if !is_kept {
            canvas.clear(Rect { y, height: 1, ..area });
        }
    }
    redraw
}

fn draw_pane(model: &Model, buffer: &mut Buffer, pane: Pane, area: Rect, focused: bool, redraw: Redraw) {
    let draw = match pane {
        Pane::Threads => panes::threads::draw,
        Pane::History => panes::history::draw,
        Pane::Metadata => panes::metadata::draw,
        Pane::Patch => panes::patch::draw,
        Pane::Calls => panes::calls::draw,
        Pane::Journal => panes::journal::draw,
    };
    draw(model, buffer, area, focused, redraw);
}

/// Draws the whole model onto a blank screen.
pub fn draw(model: &Model, buffer: &mut Buffer) {
    let at = arrange(buffer.area, &model.layout);
    if at.form == LayoutKind::Tiny {
        return tiny(model, buffer);
    }
    if at.top.height > 0 {
        top::draw(model, buffer, at.top);
    }
    let front = model.overlays.front();
    for (pane, area) in &at.places {
        let focused = front.is_none() && *pane == model.layout.focus;
        draw_pane(model, buffer, *pane, *area, focused, Redraw::All);
    }
    past::draw(model, buffer, &at);
    let tabs = tabs(model, buffer, &at);
    if let Some(area) = at.place(Pane::Journal) {
        past::slider(model, buffer, area, tabs);
    }
    for (index, over) in model.overlays.iter().enumerate() {
        let area = overlay::area(over, &at);
        if !over.is_line() {
            Clear.render(area, buffer);
        }
        over.draw(model, buffer, area, front == Some(index));
    }
    strip::draw(model, buffer, at.strip);
    bar::draw(model, buffer, at.bar);
}

/// Draws the text of a screen that is too small for anything else.
fn tiny(model: &Model, buffer: &mut Buffer) {
    let area = buffer.area;
    if area.area() == 0 {
        return;
    }
    // Even the smallest screen shows the name of the focused pane, or the question.
    let question = model.overlays.top::<Question>();
    let text = match area.width {
        _ if let Some(question) = question => &question.text,
        0..12 => "too small",
        12..30 => "at least 20 by 5",
        _ => "The screen is too small: at least 20 by 5 is needed.",
    };
    let mut cells = Cells::new(model.theme, area.width);
    cells.text(text, Role::Warning);
    cells.draw(
        buffer,
        area.x,
        area.y + area.height / 2,
        area.width,
        RowCursor::No,
    );
}

/// The tab of a pane.
pub struct PaneTab {
    /// The pane that it opens.
    pub pane: Pane,
    /// Whether the pane is the visible one.
    is_shown: bool,
    text: String,
    /// Where it is.
    pub area: Rect,
}

/// Which panes of a stack have a title in their tabs.
#[derive(Clone, Copy)]
enum TabTitles {
    /// All, in full.
    Full,
    /// All, in short.
    Short,
    /// The visible one.
    Visible,
    /// None.
    None,
}

/// Returns the tabs of stacked panes, in the lower border of the visible pane.
pub fn pane_tabs(model: &Model, at: &Layout) -> Vec<PaneTab> {
    let Some((shown, area)) = at.places.iter().rev().find(|(pane, _)| at.tabs.contains(pane)) else {
        return Vec::new();
    };
    if at.tabs.len() < 2 || area.width < 12 {
        return Vec::new();
    }
    let room = usize::from(area.width - 4);
    // Beside the tabs of Journal is the slider.
    let slider = match shown {
        Pane::Journal => time_travel::SLIDER + 1,
        _ => 0,
    };
    // Uses the full titles, the short ones, only the title of the visible pane, or only the keys, depending on the
    // space.
    let title = |form: TabTitles, pane: Pane| match form {
        TabTitles::Full => pane.row().title,
        TabTitles::Short => pane.row().short,
        TabTitles::Visible if pane == *shown => pane.row().title,
        TabTitles::Visible | TabTitles::None => "",
    };
    let keys = at.tabs.iter().map(|pane| {
        let command = model.commands.named(pane.row().command);
        let key = command.and_then(|command| command.keys.first());
        // A pane without a key has only its title.
        key.map_or(String::new(), |key| format!(" {}", keys::short(key)))
    });
    let keys: Vec<String> = keys.collect();
    let columns = |form: TabTitles| -> usize {
        let columns = at
            .tabs
            .iter()
            .zip(&keys)
            .map(|(pane, key)| match title(form, *pane) {
                "" => width(key) + 1,
                title => width(key) + title.len() + 2,
            });
        columns.sum()
    };
    let mut forms = [TabTitles::Full, TabTitles::Short, TabTitles::Visible].into_iter();
    let form = forms.find(|form| columns(*form) + slider <= room);
    let mut x = area.x + 2;
    let tabs = at.tabs.iter().zip(&keys).map(|(pane, key)| {
        let text = match title(form.unwrap_or(TabTitles::None), *pane) {
            "" => format!("{key} "),
            title => format!("{key} {title} "),
        };
        let left = (area.right() - 2).saturating_sub(x);
        let width = u16::try_from(width(&text)).unwrap_or(left).min(left);
        let area = Rect::new(x, area.bottom() - 1, width, 1);
        x += width;
        PaneTab {
            pane: *pane,
            is_shown: pane == shown,
            text,
            area,
        }
    });
    tabs.collect()
}

/// Draws the tabs. Returns their width.
fn tabs(model: &Model, buffer: &mut Buffer, at: &Layout) -> u16 {
    let mut used = 0;
    for tab in pane_tabs(model, at) {
        let role = match tab.is_shown {
            true => Role::TitleFocused,
            false => Role::Muted,
        };
        let mut cells = Cells::new(model.theme, tab.area.width);
        cells.text(&tab.text, role);
        cells.draw_in(buffer, tab.area);
        used += tab.area.width;
    }
    used
}
