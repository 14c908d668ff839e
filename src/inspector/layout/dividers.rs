//! Dividers between panes: which one is at a position, and the size adjustment that moves it.
//!
//! A divider is where two panes touch. What an adjustment does depends on the preset, the size of the screen and the
//! folded panes; the layout itself says which one moves a divider to a position.

use ratatui::layout::{Position, Rect};

use super::{Extra, Layout, LayoutState, arrange};
use crate::inspector::panes::Pane;

/// The edge of a pane that touches another pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divider {
    /// The pane before the divider.
    pane: Pane,
    /// Whether the other pane is on the right of it; otherwise it is below it.
    is_upright: bool,
    /// The edge minus the place of the mouse when it took hold of the divider.
    grip: i32,
}

impl Divider {
    /// Returns the divider at a position: the borders of two panes that touch.
    pub fn at(layout: &Layout, position: Position) -> Option<Self> {
        let (x, y) = (position.x, position.y);
        [true, false].into_iter().find_map(|is_upright| {
            let touches = |edge: u16, place: u16| place == edge || place + 1 == edge;
            let before = layout.places.iter().find(|(_, area)| match is_upright {
                true => touches(area.right(), x) && (area.top()..area.bottom()).contains(&y),
                false => touches(area.bottom(), y) && (area.left()..area.right()).contains(&x),
            });
            let (pane, area) = before?;
            let behind = match is_upright {
                true => Position::new(area.right(), y),
                false => Position::new(x, area.bottom()),
            };
            let edge = edge(*area, is_upright);
            let is_divider = layout.places.iter().any(|(_, other)| other.contains(behind));
            is_divider.then_some(Self {
                pane: *pane,
                is_upright,
                grip: edge - along(position, is_upright),
            })
        })
    }

    /// Returns the size adjustments of a desk with which this divider is at a position, or as near as possible. `None` if
    /// none is nearer than the current ones.
    pub fn moved(self, desk: &LayoutState, screen: Rect, to: Position) -> Option<Extra> {
        let before = arrange(screen, desk);
        let wanted = along(to, self.is_upright) + self.grip;
        let off = |layout: &Layout| Some(wanted - edge(layout.place(self.pane)?, self.is_upright));
        let distance = off(&before)?;
        let by = i16::try_from(distance).ok().filter(|by| *by != 0)?;
        let mut desk = desk.clone();
        let extra = desk.shape().extra;
        let mut attempt = |at: usize, by: i16| {
            let mut tried = extra;
            let adjusted = tried.all_mut();
            *adjusted[at] = adjusted[at].saturating_add(by);
            let tried = tried.limited();
            desk.shape_mut().extra = tried;
            let after = arrange(screen, &desk);
            let left = off(&after)?;
            Some((
                left.abs(),
                moved_edges(&before, &after),
                tried,
                (distance - left).abs(),
            ))
        };
        let tries = (0..Extra::default().all_mut().len()).flat_map(|at| [(at, by), (at, -by)]);
        let tried = tries.filter_map(|(at, by)| {
            // An adjustment beyond what is possible would have to be taken back before the divider moves again.
            let (.., reached) = attempt(at, by)?;
            attempt(at, by.signum() * i16::try_from(reached).ok()?)
        });
        let best = tried.min_by_key(|(left, others, ..)| (*left, *others))?;
        (best.0 < distance.abs()).then_some(best.2)
    }
}

/// The column or row of a position.
fn along(position: Position, is_upright: bool) -> i32 {
    i32::from(if is_upright { position.x } else { position.y })
}

fn edge(area: Rect, is_upright: bool) -> i32 {
    i32::from(if is_upright { area.right() } else { area.bottom() })
}

/// By how much all panes together changed.
fn moved_edges(before: &Layout, after: &Layout) -> u32 {
    let places = before.places.iter().zip(&after.places);
    let moved = places.map(|((_, before), (_, after))| {
        u32::from(before.width.abs_diff(after.width)) + u32::from(before.height.abs_diff(after.height))
    });
    moved.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspector::layout::presets::PRESETS;

    #[test]
    fn each_divider_can_be_taken_at_both_borders_and_follows_the_mouse() {
        for row in &PRESETS {
            for (width, height) in [(200, 50), (120, 36), (80, 24)] {
                let screen = Rect::new(0, 0, width, height);
                let mut desk = LayoutState::default();
                desk.use_preset(row.preset);
                let layout = arrange(screen, &desk);
                let mut dividers = 0;
                for (pane, area) in &layout.places {
                    for is_upright in [true, false] {
                        let on = match is_upright {
                            true => Position::new(area.right() - 1, area.y + area.height / 2),
                            false => Position::new(area.x + area.width / 2, area.bottom() - 1),
                        };
                        let behind = match is_upright {
                            true => Position::new(on.x + 1, on.y),
                            false => Position::new(on.x, on.y + 1),
                        };
                        let is_divider = layout.places.iter().any(|(_, other)| other.contains(behind));
                        let [near, far] = [on, behind].map(|at| Divider::at(&layout, at));
                        assert_eq!(near.is_some(), is_divider, "{pane:?} {on:?}");
                        let (Some(divider), Some(far)) = (near, far) else {
                            continue;
                        };
                        assert_eq!((divider.pane, divider.is_upright), (*pane, is_upright));
                        assert_eq!((far.pane, far.is_upright), (*pane, is_upright));
                        dividers += 1;
                        let before = edge(*area, is_upright);
                        let moves = [-2_i32, 2].into_iter().filter(|by| {
                            let to = |at: u16| u16::try_from(i32::from(at) + by).unwrap();
                            let to = match is_upright {
                                true => Position::new(to(on.x), on.y),
                                false => Position::new(on.x, to(on.y)),
                            };
                            let Some(extra) = divider.moved(&desk, screen, to) else {
                                return false;
                            };
                            let mut desk = desk.clone();
                            desk.shape_mut().extra = extra;
                            let after = arrange(screen, &desk).place(*pane).unwrap();
                            edge(after, is_upright) == before + by
                        });
                        let count = moves.count();
                        assert!(
                            count > 0,
                            "{} {width}x{height}: the divider after {pane:?} (upright: {is_upright}) does not move",
                            row.name
                        );
                    }
                }
                assert!(dividers > 0);
            }
        }
    }

    #[test]
    fn the_border_of_the_screen_is_no_divider() {
        let layout = arrange(Rect::new(0, 0, 200, 50), &LayoutState::default());
        for position in [(0, 10), (199, 10), (30, 1), (30, 48), (30, 0), (30, 49)] {
            assert_eq!(
                Divider::at(&layout, Position::from(position)),
                None,
                "{position:?}"
            );
        }
    }
}
