use std::ops::ControlFlow;

use tokio::task::JoinHandle;

use super::*;
use crate::inspector::runtime::event_loop::{Inbox, mailbox};
use crate::inspector::state::pace::Speed;

fn script(steps: usize, note: &str) -> Arc<Script> {
    let step = format!("{{\"method\":\"list_threads\",\"note\":\"{note}\"}}\n");
    let step = if note.is_empty() {
        step.replace(",\"note\":\"\"", "")
    } else {
        step
    };
    let text = step.repeat(steps);
    let mut on = |_| ControlFlow::Continue(());
    Arc::new(Script::read("x", text.as_bytes(), 0, &mut on).unwrap().unwrap())
}

struct Table {
    orders: watch::Sender<PlaybackOrders>,
    player: Arc<Mutex<Player>>,
    bench: Workbench,
    mail: Mailbox<Msg>,
    inbox: Inbox<Msg>,
}

impl Table {
    fn of(script: Arc<Script>) -> Self {
        let bench = Workbench::new(Arc::default());
        let mut player = Player::new(&bench.journal());
        player.add(script, None);
        let (mail, inbox) = mailbox(8);
        Self {
            orders: watch::Sender::default(),
            player: Arc::new(Mutex::new(player)),
            bench,
            mail,
            inbox,
        }
    }

    fn order(&self, number: u64, faster: isize) {
        let speed = Speed::default().faster(faster);
        self.orders.send_replace(PlaybackOrders { number, speed });
    }

    fn play(&self, act: PlayAction) -> JoinHandle<()> {
        let stand = PlaybackTask {
            store: StoreKey(0),
            bench: self.bench.clone(),
            player: Arc::clone(&self.player),
            mail: self.mail.clone(),
        };
        tokio::spawn(stand.perform(act, self.orders.subscribe()))
    }

    /// Returns the next message: the number of steps played, and the number of the playback if it has ended.
    async fn told(&mut self) -> (usize, Option<u64>) {
        match self.inbox.0.recv().await {
            Some(Msg::Playback(PlaybackMsg::Played(played))) => (played.player.played(), played.ended),
            _ => panic!("expected a different message"),
        }
    }
}

const ON: PlayAction = PlayAction::On { to_note: false };

#[tokio::test(start_paused = true)]
async fn a_step_stands_as_long_as_the_speed_and_its_note_say() {
    for (note, faster, millis) in [
        ("", 0, 1_500),
        ("0123456789", 0, 2_100),
        ("", -2, 6_000),
        ("", 1, 750),
        ("0123456789", 4, 131),
    ] {
        let mut table = Table::of(script(3, note));
        table.order(1, faster);
        let began = Instant::now();
        table.play(ON);
        assert_eq!(table.told().await, (1, None));
        assert_eq!(began.elapsed().as_millis(), 0, "the first step comes at once");
        assert_eq!(table.told().await, (2, None));
        let passed = began.elapsed().as_millis();
        assert!((millis..=millis + 1).contains(&passed), "{passed}");
        assert_eq!(table.told().await, (3, Some(1)));
    }
}

#[tokio::test(start_paused = true)]
async fn another_speed_holds_for_the_step_that_stands_and_a_pause_ends_at_once() {
    let mut table = Table::of(script(5, ""));
    table.order(1, -2);
    let playing = table.play(ON);
    let began = Instant::now();
    assert_eq!(table.told().await, (1, None));
    tokio::time::sleep(Duration::from_millis(500)).await;
    table.order(1, 1);
    assert_eq!(table.told().await, (2, None));
    let passed = began.elapsed().as_millis();
    assert!((750..=751).contains(&passed), "{passed}");
    table.order(2, 1);
    assert_eq!(table.told().await, (2, Some(1)));
    assert!(began.elapsed().as_millis() <= 752);
    playing.await.unwrap();
    // Playback has stopped, and a new request continues from there.
    table.play(ON);
    assert_eq!(table.told().await, (3, None));
}

#[tokio::test(start_paused = true)]
async fn at_full_speed_thousands_of_steps_are_told_in_a_few_words() {
    let steps = 20_000;
    let mut table = Table::of(script(steps, ""));
    table.order(1, 9);
    let playing = table.play(ON);
    let mut told = 0;
    loop {
        told += 1;
        let (played, ended) = table.told().await;
        if ended.is_some() {
            assert_eq!(played, steps);
            break;
        }
    }
    // Time passes only while a task waits, so there is no message until the end.
    assert_eq!(told, 1);
    playing.await.unwrap();
    assert_eq!(table.bench.journal().len(), steps);
}

#[tokio::test(start_paused = true)]
async fn a_single_step_a_restart_and_the_way_to_a_note_are_told_once_each() {
    let mut table = Table::of(script(3, "here"));
    table.play(PlayAction::Step);
    assert_eq!(table.told().await, (1, None));
    table.order(7, 0);
    table.play(PlayAction::On { to_note: true });
    assert_eq!(table.told().await, (2, Some(7)));
    table.play(PlayAction::Restart);
    assert_eq!(table.told().await, (0, None));
    assert_eq!(table.bench.journal().len(), 0);
}
