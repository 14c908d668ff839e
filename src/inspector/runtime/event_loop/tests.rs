//! Tests of the event loop on a test terminal, with a paused clock.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokio::sync::{mpsc, watch};

use super::*;
use crate::inspector::runtime::event_loop::screen::SuspendTarget;

/// An app that records its messages. The messages contain the effects to return.
#[derive(Default)]
struct Recorder {
    told: Vec<String>,
    alarm: Option<Instant>,
}

#[derive(Debug)]
enum Msg {
    Event(Event),
    Notice(PasteNotice),
    News(u32),
    Alarm,
}

impl App for Recorder {
    type Msg = Msg;
    type Call = char;

    fn event(&self, event: Event) -> Option<Msg> {
        (event != Event::FocusLost).then_some(Msg::Event(event))
    }

    fn paste_notice(&self, notice: PasteNotice) -> Option<Msg> {
        Some(Msg::Notice(notice))
    }

    fn update(&mut self, msg: Msg) -> Vec<Effect<char>> {
        let (told, effects) = match msg {
            Msg::Event(Event::Key(key)) => {
                let KeyCode::Char(c) = key.code else {
                    panic!("only letters are typed")
                };
                let effects = match c {
                    'q' => vec![Effect::Quit, Effect::Run('!')],
                    'z' => vec![Effect::Suspend],
                    'e' => vec![Effect::Outside('e')],
                    'r' => vec![Effect::Run('r')],
                    'y' => vec![Effect::Copy("text".into())],
                    'a' => {
                        self.alarm = Some(Instant::now() + Duration::from_secs(5));
                        vec![]
                    }
                    _ => vec![],
                };
                (c.to_string(), effects)
            }
            Msg::Event(Event::Resize(columns, rows)) => (format!("{columns}x{rows}"), vec![]),
            Msg::Event(other) => (format!("{other:?}"), vec![]),
            Msg::Notice(notice) => (format!("{notice:?}"), vec![]),
            Msg::News(number) => (format!("news {number}"), vec![]),
            Msg::Alarm => {
                self.alarm = None;
                ("alarm".into(), vec![])
            }
        };
        self.told.push(told);
        effects
    }

    fn draw(&self, _: &mut Canvas) {}

    fn alarm(&self) -> Option<(std::time::Instant, Msg)> {
        self.alarm.map(|at| (at.into_std(), Msg::Alarm))
    }
}

/// A handler that answers `run` with a message and `outside` with another one.
#[derive(Default)]
struct Echo(String);

impl Handler<Recorder> for Echo {
    fn run(&mut self, call: char, mailbox: &Mailbox<Msg>) {
        self.0.push(call);
        let mailbox = mailbox.clone();
        tokio::spawn(async move { mailbox.send(Msg::News(u32::from(call))).await });
    }

    fn outside(&mut self, call: char) -> Option<Msg> {
        self.0.push(call);
        Some(Msg::News(0))
    }
}

/// A terminal whose events come from a channel, and that records the calls.
struct ScriptedTerminal {
    happenings: mpsc::UnboundedReceiver<TermEvent>,
    done: Vec<&'static str>,
    drawn_at: Vec<Instant>,
    room: watch::Receiver<bool>,
    /// Whether writing fails.
    vanished: bool,
}

impl Terminal for ScriptedTerminal {
    async fn next(&mut self) -> io::Result<TermEvent> {
        self.happenings
            .recv()
            .await
            .ok_or_else(|| io::Error::other("the terminal is gone"))
    }

    fn room(&self) -> impl Future<Output = ()> + 'static {
        let mut room = self.room.clone();
        async move {
            // If the sender is gone, the value no longer changes.
            if room.wait_for(|room| *room).await.is_err() {
                std::future::pending().await
            }
        }
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        Ok((80, 24))
    }

    fn frame(&mut self, _: &mut dyn FnMut(&mut Canvas), all: bool) -> io::Result<()> {
        if self.vanished {
            return Err(Errno::IO.into());
        }
        self.done.push(if all { "all" } else { "frame" });
        self.drawn_at.push(Instant::now());
        Ok(())
    }

    fn copy(&mut self, _: String) {
        self.done.push("copy");
    }

    fn capture_mouse(&mut self, on: bool) {
        self.done.push(if on { "mouse" } else { "no mouse" });
    }

    fn enter(&mut self) -> io::Result<()> {
        self.done.push("enter");
        Ok(())
    }

    async fn suspend(&mut self, who: SuspendTarget) -> io::Result<()> {
        self.done.push(if who == SuspendTarget::Job {
            "job"
        } else {
            "process"
        });
        Ok(())
    }

    async fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        self.done.push("lend");
        Ok(work())
    }
}

fn key(c: char) -> TermEvent {
    TermEvent::Event(Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)))
}

fn keys(all: &str) -> Vec<TermEvent> {
    all.chars().map(key).collect()
}

/// Runs the loop on events that are all available at the start.
async fn played(happenings: Vec<TermEvent>) -> (io::Result<ExitReason>, Recorder, Echo, ScriptedTerminal) {
    let (sender, receiver) = mpsc::unbounded_channel();
    for happening in happenings {
        sender.send(happening).unwrap();
    }
    drop(sender);
    played_on(receiver, mailbox(8)).await
}

async fn played_on(
    happenings: mpsc::UnboundedReceiver<TermEvent>,
    ends: (Mailbox<Msg>, Inbox<Msg>),
) -> (io::Result<ExitReason>, Recorder, Echo, ScriptedTerminal) {
    played_in(happenings, ends, watch::Sender::new(true).subscribe()).await
}

async fn played_in(
    happenings: mpsc::UnboundedReceiver<TermEvent>,
    ends: (Mailbox<Msg>, Inbox<Msg>),
    room: watch::Receiver<bool>,
) -> (io::Result<ExitReason>, Recorder, Echo, ScriptedTerminal) {
    let (mut app, mut handler) = (Recorder::default(), Echo::default());
    let mut stage = ScriptedTerminal {
        happenings,
        done: Vec::new(),
        drawn_at: Vec::new(),
        room,
        vanished: false,
    };
    let ended = run(&mut app, &mut handler, &mut stage, ends).await;
    (ended, app, handler, stage)
}

#[tokio::test(start_paused = true)]
async fn the_size_comes_first_and_quit_ends() {
    let (ended, app, handler, stage) = played(keys("abq")).await;
    assert_eq!(ended.unwrap(), ExitReason::Quit);
    assert_eq!(app.told, ["80x24", "a", "b", "q"]);
    assert_eq!(handler.0, "", "effects after a quit are not executed");
    assert_eq!(stage.done, ["all"]);
}

#[tokio::test(start_paused = true)]
async fn all_that_is_ready_is_drawn_once() {
    let (sender, receiver) = mpsc::unbounded_channel();
    let typing = async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        keys("bcdfgh")
            .into_iter()
            .for_each(|key| sender.send(key).unwrap());
        tokio::time::sleep(Duration::from_secs(1)).await;
        sender.send(key('q')).unwrap();
    };
    let ((ended, app, _, stage), ()) = tokio::join!(played_on(receiver, mailbox(8)), typing);
    assert_eq!(ended.unwrap(), ExitReason::Quit);
    assert_eq!(app.told.len(), 8);
    assert_eq!(stage.done, ["all", "frame"]);
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_resizes_is_one() {
    let resize = |columns| TermEvent::Event(Event::Resize(columns, 1));
    let (_, app, ..) = played(vec![
        resize(1),
        resize(2),
        resize(3),
        key('a'),
        resize(4),
        resize(5),
        key('q'),
    ])
    .await;
    assert_eq!(app.told, ["80x24", "3x1", "a", "5x1", "q"]);
}

#[tokio::test(start_paused = true)]
async fn an_idle_app_is_not_drawn() {
    let (sender, receiver) = mpsc::unbounded_channel();
    let idle = async move {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        sender.send(TermEvent::Event(Event::FocusLost)).unwrap();
        tokio::time::sleep(Duration::from_secs(3600)).await;
        sender.send(key('q')).unwrap();
    };
    let ((_, _, _, stage), ()) = tokio::join!(played_on(receiver, mailbox(8)), idle);
    assert_eq!(stage.done, ["all"], "an ignored event draws no frame");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_news_keeps_frames_at_their_distance() {
    let (sender, receiver) = mpsc::unbounded_channel();
    let (mailbox, inbox) = mailbox(4);
    let news = mailbox.clone();
    let flood = async move {
        for number in 0..1000 {
            assert!(news.send(Msg::News(number)).await);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        sender.send(key('q')).unwrap();
    };
    let ((_, app, _, stage), ()) = tokio::join!(played_on(receiver, (mailbox, inbox)), flood);
    assert_eq!(app.told.len(), 1002);
    // The first frames follow one another faster.
    assert!(
        stage
            .drawn_at
            .windows(2)
            .skip(4)
            .all(|pair| pair[1] - pair[0] >= Duration::from_millis(16))
    );
    assert!(
        stage.drawn_at.len() <= 68,
        "{} frames in a second",
        stage.drawn_at.len()
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_drawn_without_room_and_one_frame_when_there_is_some() {
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = watch::Sender::new(false);
    let there = room.subscribe();
    let typing = async move {
        for key in keys("bcdfgh") {
            sender.send(key).unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        room.send_replace(true);
        tokio::time::sleep(Duration::from_secs(1)).await;
        room.send_replace(false);
        sender.send(key('q')).unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    let ((ended, app, _, stage), ()) = tokio::join!(played_in(receiver, mailbox(8), there), typing);
    assert_eq!(
        ended.unwrap(),
        ExitReason::Quit,
        "keys are accepted even if the queue is full"
    );
    assert_eq!(app.told.len(), 8);
    assert_eq!(
        stage.done,
        ["all", "frame"],
        "the first frame, and one for all keys"
    );
}

#[tokio::test(start_paused = true)]
async fn effects_reach_their_place_and_answers_come_back() {
    let (sender, receiver) = mpsc::unbounded_channel();
    let typing = async move {
        for key in keys("ryzeq") {
            sender.send(key).unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let ((_, app, handler, stage), ()) = tokio::join!(played_on(receiver, mailbox(8)), typing);
    assert_eq!(
        app.told,
        [
            "80x24", "r", "news 114", "y", "z", "80x24", "e", "80x24", "news 0", "q"
        ]
    );
    assert_eq!(handler.0, "re");
    assert_eq!(stage.done.iter().filter(|done| **done == "copy").count(), 1);
    let after = |what| {
        stage
            .done
            .iter()
            .skip_while(|done| **done != what)
            .nth(1)
            .copied()
    };
    assert_eq!(
        (after("job"), after("lend")),
        (Some("all"), Some("all")),
        "{:?}",
        stage.done
    );
}

#[tokio::test(start_paused = true)]
async fn signals_stop_continue_and_end() {
    let (ended, _, _, stage) = played(vec![
        TermEvent::Stop,
        TermEvent::Continued,
        TermEvent::End(15),
        key('a'),
    ])
    .await;
    assert_eq!(ended.unwrap(), ExitReason::Signal(15));
    assert_eq!(stage.done, ["all", "process", "enter"]);
    assert_eq!(
        (ExitReason::Signal(15).status(), ExitReason::Quit.status()),
        (143, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn an_alarm_wakes_once() {
    let (sender, receiver) = mpsc::unbounded_channel();
    let typing = async move {
        sender.send(key('a')).unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        sender.send(key('q')).unwrap();
    };
    let ((_, app, _, stage), ()) = tokio::join!(played_on(receiver, mailbox(8)), typing);
    assert_eq!(app.told, ["80x24", "a", "alarm", "q"]);
    assert_eq!(stage.done.len(), 3);
    assert_eq!(stage.drawn_at[2] - stage.drawn_at[0], Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_terminal_that_is_gone_is_an_error() {
    let (ended, ..) = played(keys("a")).await;
    assert_eq!(ended.unwrap_err().to_string(), "the terminal is gone");
}

#[tokio::test(start_paused = true)]
async fn a_terminal_that_vanishes_while_it_is_drawn_on_is_a_hang_up() {
    let (_sender, happenings) = mpsc::unbounded_channel();
    let mut stage = ScriptedTerminal {
        happenings,
        done: Vec::new(),
        drawn_at: Vec::new(),
        room: watch::Sender::new(true).subscribe(),
        vanished: true,
    };
    let ended = run(
        &mut Recorder::default(),
        &mut Echo::default(),
        &mut stage,
        mailbox(8),
    )
    .await;
    assert_eq!(ended.unwrap().status(), 129);
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_a_paste_is_told_to_the_person() {
    let (_, app, ..) = played(vec![TermEvent::Paste(PasteNotice::Unfinished), key('q')]).await;
    assert_eq!(app.told, ["80x24", "Unfinished", "q"]);
}

#[tokio::test(start_paused = true)]
async fn releases_of_keys_are_not_told() {
    let mut release = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
    release.kind = KeyEventKind::Release;
    let (_, app, ..) = played(vec![TermEvent::Event(Event::Key(release)), key('q')]).await;
    assert_eq!(app.told, ["80x24", "q"]);
}

#[test]
fn what_is_drawn_of_a_terminal_has_a_size_and_an_end() {
    for (size, drawn) in [
        ((80, 24), (80, 24)),
        ((1, 1), (1, 1)),
        ((0, 0), (80, 24)),
        ((0, 50), (80, 50)),
        ((132, 0), (132, 24)),
        ((1024, 512), (1024, 512)),
        ((u16::MAX, 1), (1024, 1)),
        ((1, u16::MAX), (1, 512)),
        ((u16::MAX, u16::MAX), (1024, 512)),
    ] {
        assert_eq!(drawable(size), drawn, "{size:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_app_is_told_what_is_drawn() {
    let resize = |columns, rows| TermEvent::Event(Event::Resize(columns, rows));
    let (_, app, ..) = played(vec![resize(0, 0), key('a'), resize(u16::MAX, 40), key('q')]).await;
    assert_eq!(app.told, ["80x24", "80x24", "a", "1024x40", "q"]);
}
