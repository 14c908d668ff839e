//! Plays the steps of scenarios beside the interface, with a pause between them, and tells what was played.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep_until};

use crate::inspector::runtime::event_loop::Mailbox;
use crate::inspector::state::import;
use crate::inspector::state::msg::{Msg, PlaybackMsg};
use crate::inspector::state::pace::PlaybackOrders;
use crate::inspector::state::playback::{PlayAction, ScenarioBegun, StepsPlayed};
use crate::inspector::state::session::{News, StoreKey};
use crate::workbench::scenario::Script;
use crate::workbench::{Player, Stop, Workbench};

/// While steps follow each other without a pause they are told so often at most.
const TELL: Duration = Duration::from_millis(40);
/// So many steps are played before other tasks have their turn.
const TURN: usize = 64;

/// The player of a store, and what it needs to play.
pub struct PlaybackTask {
    pub store: StoreKey,
    pub bench: Workbench,
    /// Held while a step is played, and by whoever goes elsewhere in time: no step is played on a store that it was not
    /// meant for.
    pub player: Arc<Mutex<Player>>,
    pub mail: Mailbox<Msg>,
}

impl PlaybackTask {
    /// Takes a scenario in.
    pub async fn begin(self, id: Option<String>, script: Arc<Script>, clock: Option<DateTime<Utc>>) {
        let name = import::names(&[PathBuf::from(&script.name)]);
        let player = {
            let mut player = self.player.lock().await;
            player.follow(&self.bench.journal());
            player.add(script, clock);
            // What is done before the first step is done at its time.
            if let Some(clock) = player.clock() {
                self.bench.inner().stand_at(clock);
            }
            player.clone()
        };
        let news = News::of(self.store, &self.bench);
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

    /// Does what the player is to do.
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
                    Err(Stop::NoStep(_)) => Some(
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

    /// Tells how far the player is; false when nobody hears it any more.
    async fn tell(&self, act: PlayAction, ended: Option<u64>, wrong: Option<String>) -> bool {
        let player = self.player.lock().await.clone();
        let news = News::of(self.store, &self.bench);
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

/// Lets a step stand as long as the orders say, which may change meanwhile; false if they end the playing.
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
