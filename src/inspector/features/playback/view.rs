//! Where one stands in the scenarios of a store, told from the step that is looked at.

use std::sync::Arc;

use crate::inspector::state::session::Session;
use crate::workbench::Player;
use crate::workbench::player::{Part, Performed};

/// Where one stands in the scenarios of a store.
pub struct PlaybackView<'a> {
    /// The player.
    pub player: &'a Player,
    /// How many steps were played when the store was as it is looked at.
    pub shown: usize,
    /// The scenario.
    pub part: &'a Part,
    /// The step that is looked at; `None` before the first one of the scenario.
    pub performed: Option<&'a Arc<Performed>>,
}

impl<'a> PlaybackView<'a> {
    /// Where one stands in a store, if scenarios are played on it.
    pub fn of(session: &'a Session) -> Option<Self> {
        let player = session.player.as_ref()?;
        let tip = session.journal.tip();
        let shown = match session.shown {
            Some((at, shown)) if at == tip && shown <= player.played() => shown,
            _ => player.played_at(tip),
        };
        let part = player.part(shown)?;
        let performed = shown
            .checked_sub(1)
            .filter(|place| *place >= part.first)
            .and_then(|place| player.performed(place));
        Some(Self {
            player,
            shown,
            part,
            performed,
        })
    }

    /// Whether there are steps that were played after the one that is looked at.
    pub fn is_behind(&self) -> bool {
        self.shown < self.player.played()
    }

    /// Whether the last step of the scenario is looked at.
    pub fn is_last(&self) -> bool {
        self.shown == self.part.end
    }
}
