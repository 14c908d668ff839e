//! The playback position in the scenarios of a store, computed from the shown step.

use std::sync::Arc;

use crate::inspector::state::session::Session;
use crate::workbench::Player;
use crate::workbench::player::{PerformedKind, PerformedStep, PlayerScenario};

/// The playback position in the scenarios of a store.
pub struct PlaybackView<'a> {
    /// The player.
    pub player: &'a Player,
    /// The number of scenario steps played up to the shown step.
    pub shown: usize,
    /// The scenario.
    pub part: &'a PlayerScenario,
    /// The shown scenario step, or `None` before the first step of the scenario.
    pub performed: Option<&'a Arc<PerformedStep>>,
}

/// Returns the step of the journal whose changes are lit: the shown one. A scenario step that is no call moves nothing.
pub fn moved(session: &Session) -> Option<u64> {
    let tip = session.journal.tip();
    let is_call = match PlaybackView::of(session).and_then(|view| view.performed) {
        Some(performed) if performed.tip == tip => matches!(performed.what, PerformedKind::Call(_)),
        _ => true,
    };
    Some(tip).filter(|tip| *tip > 0 && is_call)
}

impl<'a> PlaybackView<'a> {
    /// Returns the playback position, if scenarios are played on the store.
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

    /// Returns whether steps were played after the shown one.
    pub fn is_behind(&self) -> bool {
        self.shown < self.player.played()
    }

    /// Returns whether the shown step is the last step of the scenario.
    pub fn is_last(&self) -> bool {
        self.shown == self.part.end
    }
}
