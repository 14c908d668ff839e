//! Plays the steps of scenarios in the background, with a pause between steps, and sends the results.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep_until};

use crate::inspector::runtime::event_loop::Mailbox;
use crate::inspector::state::msg::{Msg, PlaybackMsg};
use crate::inspector::state::pace::PlaybackOrders;
use crate::inspector::state::playback::{PlayAction, ScenarioBegun, StepsPlayed, script_name};
use crate::inspector::state::session::{StoreKey, StoreNews};
use crate::workbench::scenario::Script;
use crate::workbench::{Player, TimeTravelError, Workbench};

/// The minimum time between two messages while steps are played without pauses.
const TELL: Duration = Duration::from_millis(40);
/// The number of steps played before the task yields to other tasks.
const TURN: usize = 64;

/// The player of a store and what it needs for playback.
pub struct PlaybackTask {
    pub store: StoreKey,
    pub bench: Workbench,
    /// Locked while a step is played and while the store goes to another step. This prevents playing a step on a state
    /// for which it was not intended.
    pub player: Arc<Mutex<Player>>,
    pub mail: Mailbox<Msg>,
}

impl PlaybackTask {
    /// Loads a scenario into the player.
    pub async fn begin(self, id: Option<String>, script: Arc<Script>, clock: Option<DateTime<Utc>>) {
        let name = script_name(&script);
        let player = {
            let mut player = self.player.lock().await;
            player.follow(&self.bench.journal());
            player.add(script, clock);
            // Calls before the first step use the time of the first step.
            if let Some(clock) = player.clock() {
                self.bench.inner().stand_at(clock);
            }
            player.clone()
        };
        let news = StoreNews::of(self.store, &self.bench);
        let begun = ScenarioBegun {
            id,
            name,
            news,
            player,
        };
        self.mail
            .send(Msg::Playback(PlaybackMsg::Begun(Box::new(begun))))
            .await;
    }

    /// Runs a request to the player.
    pub async fn perform(self, act: PlayAction, orders: watch::Receiver<PlaybackOrders>) {
        match act {
            PlayAction::Step => {
                self.player.lock().await.forth(&self.bench).await;
                self.tell(act, None, None).await;
            }
            PlayAction::On { to_note } => self.play_on(act, to_note, orders).await,
            PlayAction::Restart => {
                let wrong = match self.player.lock().await.restart(&self.bench).await {
                    Ok(()) => None,
                    Err(TimeTravelError::NoStep(_)) => Some(
                        "The store is already at the start of the scenario: nothing changed.".to_string(),
                    ),
                    Err(stop) => Some(stop.to_string()),
                };
                self.tell(act, None, wrong).await;
            }
        }
    }

    async fn play_on(&self, act: PlayAction, to_note: bool, mut orders: watch::Receiver<PlaybackOrders>) {
        let number = orders.borrow_and_update().number;
        let mut told = Instant::now();
        for count in 1.. {
            let (performed, ended) = {
                let mut player = self.player.lock().await;
                if orders.borrow().number != number {
                    break;
                }
                let Some((performed, _)) = player.forth(&self.bench).await else {
                    break;
                };
                (performed, player.is_at_end())
            };
            let note = performed.note.as_deref();
            if ended || (to_note && note.is_some()) {
                break;
            }
            let paced = !to_note && orders.borrow().speed.pause(note).is_some();
            if paced || told.elapsed() >= TELL {
                told = Instant::now();
                if !self.tell(act, None, None).await {
                    return;
                }
            } else if count % TURN == 0 {
                tokio::task::yield_now().await;
            }
            if paced && !wait(number, note, &mut orders).await {
                break;
            }
        }
        self.tell(act, Some(number), None).await;
    }

    /// Sends the progress of the player. Returns false if the loop has ended.
    async fn tell(&self, act: PlayAction, ended: Option<u64>, wrong: Option<String>) -> bool {
        let player = self.player.lock().await.clone();
        let news = StoreNews::of(self.store, &self.bench);
        let played = StepsPlayed {
            news,
            player,
            act,
            ended,
            wrong,
        };
        self.mail
            .send(Msg::Playback(PlaybackMsg::Played(Box::new(played))))
            .await
    }
}

/// Waits for the pause after a step; changes of the orders take effect during the wait. Returns false if the orders end
/// the playback.
async fn wait(number: u64, note: Option<&str>, orders: &mut watch::Receiver<PlaybackOrders>) -> bool {
    let began = Instant::now();
    loop {
        let now = *orders.borrow_and_update();
        if now.number != number {
            return false;
        }
        let Some(pause) = now.speed.pause(note) else {
            return true;
        };
        tokio::select! {
            () = sleep_until(began + pause) => return true,
            changed = orders.changed() => if changed.is_err() { return false },
        }
    }
}

#[cfg(test)]
mod tests;
