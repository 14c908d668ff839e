//! Tests of the cost of a key, counted while the event loop drives the interface: frames drawn, rows built, items read,
//! rows wrapped and bytes written. The cost depends on the size of the screen, not on the number of threads or items.
//! Work that must look at all of them runs in the background, and the screen says so.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::Duration;

use crossterm::event::Event;
use ratatui::backend::{Backend as _, CrosstermBackend};

use super::*;
use crate::contract::{AppendThreadItemsParams, Op, Step, ThreadStore};
use crate::inspector::commands::keys;
use crate::inspector::layout::draw::draw_stale;
use crate::inspector::panes::threads::list::listing::Listing;
use crate::inspector::panes::threads::list::rows::AT_ONCE;
use crate::inspector::runtime::event_loop::{
    self, App, Canvas, Handler, Mailbox, SuspendTarget, TermEvent, Terminal,
};
use crate::protocol::RolloutItem;
use crate::protocol::item::READ;
use crate::protocol::json::Json;
use crate::store::Snapshot;
use crate::text::WRAPPED;

const FEW: usize = 10;
const SOME: usize = 1_000;
const MANY: usize = 50_000;

fn said(n: usize) -> RolloutItem {
    let text = format!(r#"{{"type":"event_msg","payload":{{"type":"user_message","message":"said {n}"}}}}"#);
    RolloutItem::parse(text).unwrap()
}

pub(super) fn id(n: usize) -> ThreadId {
    ThreadId::from_string(&format!("019e2000-0000-7000-8000-{n:012x}")).unwrap()
}

/// A store without a workbench, so no journal is kept.
pub(super) fn store() -> Arc<InMemoryThreadStore> {
    Arc::new(InMemoryThreadStore::standing_at(moment("2026-05-13T09:00:00Z")))
}

pub(super) fn append(store: &InMemoryThreadStore, thread: usize, items: Vec<RolloutItem>) {
    let params = AppendThreadItemsParams {
        thread_id: id(thread),
        items,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(store.append_items(params)).unwrap();
}

/// A screen with one thread of this many items, focused on them.
fn history(items: usize) -> Screen {
    let store = store();
    let thousand: Vec<RolloutItem> = (0..1_000.min(items)).map(said).collect();
    for _ in 0..items / thousand.len() {
        append(&store, 0, thousand.clone());
    }
    let mut screen = Screen::on(Workbench::new(store), 200, 50);
    screen.press("2");
    screen
}

/// A screen with this many threads of one item each. The store of many is built once.
fn threads(count: usize) -> Screen {
    static MADE: OnceLock<Snapshot> = OnceLock::new();
    let store = store();
    match count {
        MANY => store.restore(MADE.get_or_init(|| make_threads(MANY))),
        few => store.restore(&make_threads(few)),
    }
    Screen::on(Workbench::new(store), 200, 50)
}

fn make_threads(count: usize) -> Snapshot {
    let store = store();
    let item = said(0);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for n in 0..count {
            let params = AppendThreadItemsParams {
                thread_id: uuid::Uuid::from_u128(id(0).uuid().as_u128() + n as u128).into(),
                items: vec![item.clone()],
            };
            store.append_items(params).await.unwrap();
        }
    });
    store.snapshot()
}

/// Counts the bytes written to the terminal.
#[derive(Clone, Default)]
struct Written(Rc<RefCell<usize>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        *self.0.borrow_mut() += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The cost of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cost {
    /// Frames drawn.
    frames: usize,
    /// Rows of lists and trees built.
    rows: usize,
    /// How often the text of an item was read.
    read: usize,
    /// Rows that texts were wrapped into.
    wrapped: usize,
    /// Bytes written to the terminal.
    bytes: usize,
}

/// The interface under the event loop, with the totals at the time of each key.
struct Watched<'a> {
    screen: &'a mut Screen,
    frames: Cell<usize>,
    written: Written,
    costs: RefCell<Vec<Cost>>,
}

impl Watched<'_> {
    fn note(&self) {
        self.costs.borrow_mut().push(Cost {
            frames: self.frames.get(),
            rows: self.screen.model.built.get(),
            read: READ.get(),
            wrapped: WRAPPED.get(),
            bytes: *self.written.0.borrow(),
        });
    }
}

impl App for Watched<'_> {
    type Msg = Msg;
    type Call = ();

    fn event(&self, event: Event) -> Option<Msg> {
        if event.is_key() {
            self.note();
        }
        self.screen.model.event(event)
    }

    fn update(&mut self, msg: Msg) -> Vec<Effect<()>> {
        self.screen.tell(msg);
        Vec::new()
    }

    fn draw(&self, canvas: &mut Canvas) {
        self.frames.set(self.frames.get() + 1);
        draw_stale(&self.screen.model, canvas);
    }
}

impl Handler<Watched<'_>> for () {
    fn run(&mut self, (): (), _: &Mailbox<Msg>) {}

    fn outside(&mut self, (): ()) -> Option<Msg> {
        None
    }
}

/// A terminal that counts its bytes. Its user presses a key every second and then leaves.
struct Keyboard<'a> {
    keys: std::slice::Iter<'a, &'a str>,
    canvas: Canvas,
    backend: CrosstermBackend<Written>,
}

impl Terminal for Keyboard<'_> {
    async fn next(&mut self) -> io::Result<TermEvent> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let key = self.keys.next().and_then(|key| keys::parse(key));
        let event = key.map(|key| TermEvent::Event(Event::Key(key)));
        event.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn room(&self) -> impl Future<Output = ()> + 'static {
        std::future::ready(())
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        Ok((200, 50))
    }

    fn frame(&mut self, draw: &mut dyn FnMut(&mut Canvas), _: bool) -> io::Result<()> {
        draw(&mut self.canvas);
        let changes = self.canvas.take_changes();
        let cells = self.canvas.cells();
        self.backend
            .draw(changes.iter().map(|at| (at.0, at.1, &cells[*at])))
    }

    fn copy(&mut self, _: String) {}

    fn capture_mouse(&mut self, _: bool) {}

    fn enter(&mut self) -> io::Result<()> {
        Ok(())
    }

    async fn suspend(&mut self, _: SuspendTarget) -> io::Result<()> {
        Ok(())
    }

    async fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        Ok(work())
    }
}

/// The cost of each key, including its frames.
fn work(screen: &mut Screen, keys: &[&str]) -> Vec<Cost> {
    let written = Written::default();
    let mut stage = Keyboard {
        keys: keys.iter(),
        canvas: Canvas::new(Rect::new(0, 0, 200, 50)),
        backend: CrosstermBackend::new(written.clone()),
    };
    let mut app = Watched {
        screen,
        frames: Cell::new(0),
        written,
        costs: RefCell::default(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let ended = runtime.block_on(event_loop::run(&mut app, &mut (), &mut stage, mailbox(1)));
    assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    app.note();
    let totals = app.costs.into_inner();
    assert_eq!(totals.len(), keys.len() + 1);
    totals
        .windows(2)
        .map(|pair| Cost {
            frames: pair[1].frames - pair[0].frames,
            rows: pair[1].rows - pair[0].rows,
            read: pair[1].read - pair[0].read,
            wrapped: pair[1].wrapped - pair[0].wrapped,
            bytes: pair[1].bytes - pair[0].bytes,
        })
        .collect()
}

/// Moves, fills the whole screen, shows items by line and as a whole, opens an item as a tree and as text, and goes
/// back.
const KEYS: &[&str] = &[
    "j", "Ctrl+D", "G", "k", "g", "PgDn", "PgUp", "j", "k", "z", "G", "g", "z", "v", "G", "PgUp", "g", "v",
    "G", "PgUp", "g", "v", "Enter", "j", "m", "G", "g", "Esc", "Tab", "Tab",
];

pub(super) fn assert_flat(made: fn(usize) -> Screen, keys: &[&str]) {
    assert_flat_up_to(MANY, made, keys);
}

fn assert_flat_up_to(most: usize, made: fn(usize) -> Screen, keys: &[&str]) {
    let [few, some, many] = [FEW, SOME, most].map(|count| work(&mut made(count), keys));
    for (key, ((few, some), many)) in keys.iter().zip(few.iter().zip(&some).zip(&many)) {
        let said = format!("{key}: {few:?} {some:?} {many:?}");
        assert_eq!([few.frames, some.frames, many.frames], [1; 3], "{said}");
        assert_eq!(
            (some.rows, some.read, some.wrapped),
            (many.rows, many.read, many.wrapped),
            "{said}"
        );
        // A page may scroll a short list by fewer rows than are visible, so that the row that the cursor left is drawn too.
        assert!(
            few.rows <= some.rows + 1 && few.read <= some.read && few.wrapped <= some.wrapped,
            "{said}"
        );
        assert!(
            many.rows <= 60 && many.read <= 600 && many.wrapped <= 200,
            "{said}"
        );
        // Only numbers may be longer: up to four characters per row, in the old row and in the new one.
        assert!(
            many.bytes < 16_384 && many.bytes.abs_diff(some.bytes) <= 2 * 4 * 50,
            "{said}"
        );
    }
}

#[test]
fn moving_among_fifty_thousand_threads_costs_what_it_costs_among_ten() {
    assert_flat(threads, KEYS);
}

#[test]
fn moving_among_fifty_thousand_items_costs_what_it_costs_among_ten() {
    assert_flat(history, KEYS);
}

/// A screen with this many steps over ten threads, focused on them.
fn steps(count: usize) -> Screen {
    let bench = Workbench::new(store());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for n in 0..count {
            let (op, more) = match n {
                0..10 => (Op::CreateThread, String::new()),
                _ if n % 7 == 0 => (Op::ReadThread, String::new()),
                _ => (
                    Op::UpdateThreadMetadata,
                    format!(r#","patch":{{"name":"name {n:05}"}}"#),
                ),
            };
            let params = format!(r#"{{"thread_id":"{}"{more}}}"#, id(n % 10));
            let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
            bench.call(step).await.unwrap();
        }
    });
    // Too narrow for the column of durations, which a loaded machine makes longer.
    let mut screen = Screen::on(bench, 160, 50);
    screen.press("6");
    screen
}

/// More steps than a filter looks at in one go, and more than lie between two kept snapshots.
const LONG: usize = 20_000;

#[test]
fn moving_through_many_steps_costs_what_it_costs_among_ten() {
    let keys = [
        "k", "k", "j", "Ctrl+U", "g", "j", "PgDn", "G", "k", "z", "k", "PgUp", "g", "G", "z", "[", "[", "]",
        "{", "}", "1", "[", "[", "]", "}", "6", "k", "w", "Y", "Esc",
    ];
    assert_flat_up_to(LONG, steps, &keys);
}

#[test]
fn a_filter_over_many_steps_looks_beside_the_interface_and_follows_step_by_step() {
    let mut screen = steps(LONG);
    screen.press("k");
    let (number, task) = begun(&mut screen, "m").unwrap();
    assert_eq!(screen.said(), "Esc stops  Searching the steps");
    // The screen stays as it was until the result arrives.
    assert_eq!(screen.model.session.steps.rows(), LONG);
    assert!(
        begun(&mut screen, "k").is_none(),
        "moving the cursor starts no new job"
    );
    end(&mut screen, (number, task));
    let found = screen.model.session.steps.rows();
    assert!(found > LONG / 2 && found < LONG, "{found}");
    assert!(screen.text().contains("update_thread_metadata"));
    // A new step is filtered on its own.
    let bench = screen.bench();
    let patch = format!(r#"{{"thread_id":"{}","patch":{{"name":"new"}}}}"#, id(3));
    let step = Step::read(Op::UpdateThreadMetadata, Some(Json::parse(&patch).unwrap())).unwrap();
    screen.runtime.block_on(bench.call(step)).unwrap();
    let effects = update(
        &mut screen.model,
        Msg::Store(StoreMsg::News(StoreNews::of(StoreKey(0), &bench))),
    );
    assert!(effects.is_empty(), "a single step starts no job");
    assert_eq!(screen.model.session.steps.rows(), found + 1);
    // A stopped search has no result: the previous rows remain.
    let task = begun(&mut screen, "t").unwrap();
    screen.press("Esc");
    end(&mut screen, task);
    assert_eq!(screen.model.session.steps.rows(), found + 1);
    assert!(screen.model.session.steps.filter.thread.is_none());
    // Another letter stops the search for the first one.
    screen.press("F &");
    let (first, _) = begun(&mut screen, "1").unwrap();
    let (second, task) = begun(&mut screen, "2").unwrap();
    assert!(second > first);
    end(&mut screen, (second, task));
    let step = |row: usize| screen.model.session.steps.place(row).unwrap() + 1;
    assert_eq!(screen.model.session.steps.filter.query.text(), "12");
    assert_eq!((step(0), screen.model.session.steps.awaited), (13, None));
}

/// The listing that a key starts; the screen stays as it was until the result arrives.
fn asked(screen: &mut Screen, key: &str) -> Listing {
    let effects = update(&mut screen.model, Msg::Key(keys::parse(key).unwrap()));
    let mut listings = effects.into_iter().filter_map(|effect| match effect {
        Effect::Run(Call::List(_, listing)) => Some(*listing),
        _ => None,
    });
    listings.next().unwrap()
}

/// Runs this many parts of a listing and sends the result to the screen.
fn list(screen: &mut Screen, listing: &mut Listing, stretches: usize) {
    for _ in 0..stretches {
        listing.go_on();
    }
    let listed = Box::new(listing.list().clone());
    screen.tell(Msg::Store(StoreMsg::Listed(StoreKey(0), listed)));
}

#[test]
fn a_filter_over_fifty_thousand_threads_is_answered_at_once_and_narrows_with_each_letter() {
    let mut screen = threads(MANY);
    screen.press("&");
    let mut first = asked(&mut screen, "f");
    assert_eq!(
        screen.model.session.threads.rows().len(),
        MANY,
        "no search runs while a key is waiting"
    );
    list(&mut screen, &mut first, 3);
    let so_far = screen.model.session.threads.rows().len();
    assert!(so_far > 0 && so_far < MANY);
    assert!(screen.text().contains("so far"), "{}", screen.text());
    // Another letter stops the running listing and begins a new one over all threads.
    let mut second = asked(&mut screen, "f");
    assert!(!first.is_awaited());
    // The first chunk, in the order of the list, then all threads in the order of the store.
    list(&mut screen, &mut second, 1 + MANY / 4096 + 1);
    let found = screen.model.session.threads.rows().len();
    assert!(found > 0 && found < MANY);
    assert!(!screen.text().contains("so far"), "{}", screen.text());
    // After a complete list, only the threads in that list are filtered.
    let mut third = asked(&mut screen, "f");
    list(&mut screen, &mut third, found / 4096 + 1);
    assert!(!screen.text().contains("so far"), "{}", screen.text());
}

#[test]
fn another_order_of_fifty_thousand_threads_is_made_beside_the_interface() {
    let mut screen = threads(MANY);
    let mut listing = asked(&mut screen, "S");
    let top = |screen: &Screen| screen.model.session.threads.rows().get(0).unwrap().record.id;
    assert_eq!(top(&screen), id(0));
    list(&mut screen, &mut listing, 2);
    assert_eq!(top(&screen), id(MANY - 1));
    // The cursor stays on its thread.
    assert_eq!(screen.model.session.thread().unwrap().id, id(0));
}

#[test]
fn groups_and_columns_of_fifty_thousand_threads_are_made_beside_the_interface() {
    let mut screen = threads(MANY);
    screen.press("7");
    let mut listing = asked(&mut screen, "b");
    let rows = |screen: &Screen| screen.model.session.threads.rows().len();
    assert_eq!(rows(&screen), MANY, "the list so far stays");
    list(&mut screen, &mut listing, 2);
    assert_eq!(rows(&screen), MANY + 1, "one row is above the threads");
    assert_eq!(screen.model.session.thread().unwrap().id, id(0));
    // A group is folded from its row.
    screen.press("h");
    let mut folded = asked(&mut screen, "h");
    list(&mut screen, &mut folded, 2);
    assert_eq!(rows(&screen), 1);
    for keys in ["b", "b"] {
        let mut other = asked(&mut screen, keys);
        list(&mut screen, &mut other, 2);
    }
    let mut sorted = asked(&mut screen, "s");
    list(&mut screen, &mut sorted, 2);
    assert_eq!(rows(&screen), MANY);
}

#[test]
fn a_frame_of_groups_and_columns_costs_the_rows_that_it_shows() {
    let cost = |count: usize| {
        let mut screen = threads(count);
        screen.press("7 b G g : 'columns cwd branch model tokens created' Enter");
        work(&mut screen, &["j", "j", "k"])
    };
    let few = cost(SOME);
    assert!(few.iter().all(|cost| cost.rows <= 2 * 50), "{few:?}");
    assert_eq!(few, cost(2 * AT_ONCE));
}

#[test]
fn a_change_among_fifty_thousand_threads_moves_that_thread_alone() {
    let mut screen = threads(MANY);
    let listings = screen.model.session.threads.listings;
    screen.press("G");
    let last = screen.model.session.thread().unwrap().id;
    let bench = screen.bench();
    let patch = r#"{"thread_id":"019e2000-0000-7000-8000-000000000007","patch":{"updated_at":"2026-05-12T00:00:00Z"}}"#;
    let step = Step::read(Op::UpdateThreadMetadata, Some(Json::parse(patch).unwrap())).unwrap();
    // The thread was never created, so the update fails, but the store keeps the patch.
    screen.runtime.block_on(bench.call(step)).unwrap_err();
    screen.look();
    let list = &screen.model.session.threads;
    assert_eq!(list.rows().get(0).unwrap().record.id, id(7));
    assert_eq!((list.rows().len(), list.listings), (MANY, listings));
    assert_eq!(
        screen.model.session.thread().unwrap().id,
        last,
        "the cursor stays on its thread"
    );
}

#[test]
fn keys_do_not_make_the_list_of_threads_anew() {
    for count in [FEW, SOME, 2 * AT_ONCE] {
        let mut screen = threads(count);
        let before = screen.model.session.threads.listings;
        screen.press("j j G z z Tab Tab");
        assert_eq!(screen.model.session.threads.listings, before);
    }
}

#[test]
fn a_step_of_the_cursor_writes_the_same_few_bytes_among_ten_and_among_fifty_thousand() {
    for made in [threads, history] {
        let [few, some, many] = [FEW, SOME, MANY].map(|count| {
            let costs = work(&mut made(count), &["j", "j", "k", "j"]);
            costs.into_iter().map(|cost| cost.bytes).collect::<Vec<_>>()
        });
        assert!(few.iter().all(|bytes| (1..4096).contains(bytes)), "{few:?}");
        assert_eq!((&some, &many), (&few, &few));
    }
}

/// The background job that a key starts.
fn begun(screen: &mut Screen, key: &str) -> Option<(u64, Job)> {
    let effects = update(&mut screen.model, Msg::Key(keys::parse(key).unwrap()));
    effects.into_iter().find_map(|effect| match effect {
        Effect::Run(Call::Job(number, job)) => Some((number, job)),
        _ => None,
    })
}

fn end(screen: &mut Screen, job: (u64, Job)) {
    screen.do_job(job);
}

#[test]
fn a_long_item_is_opened_and_searched_beside_the_interface() {
    let store = store();
    let text = "so long a text ".repeat(100_000);
    let item = format!(
        r#"{{"type":"event_msg","payload":{{"type":"user_message","message":"{text}the end\nis here"}}}}"#
    );
    append(&store, 0, vec![said(0), RolloutItem::parse(item).unwrap()]);
    let mut screen = Screen::on(Workbench::new(store), 200, 50);
    screen.press("2");
    assert!(begun(&mut screen, "Enter").is_none(), "a short one opens at once");
    // The next item replaces this one.
    let opened = begun(&mut screen, "J").unwrap();
    assert_eq!(screen.said(), "Esc stops  Reading a long text");
    end(&mut screen, opened);
    assert!(screen.text().contains("Item 2 of 2"), "{}", screen.text());
    screen.press("/ n o w h e r e");
    let nowhere = begun(&mut screen, "Enter").unwrap();
    end(&mut screen, nowhere);
    assert!(screen.said().contains("was not found"), "{}", screen.said());
    screen.press("j j j j");
    let leaf = begun(&mut screen, "Enter").unwrap();
    end(&mut screen, leaf);
    // A stopped search changes nothing.
    screen.press("/ e n d");
    let (number, task) = begun(&mut screen, "Enter").unwrap();
    screen.press("Esc");
    let before = screen.text();
    end(&mut screen, (number, task));
    assert_eq!(screen.text(), before);
    // The last searched text is offered again.
    screen.press("/");
    let found = begun(&mut screen, "Enter").unwrap();
    end(&mut screen, found);
    assert!(
        screen.text().contains("is here"),
        "{}{}",
        screen.said(),
        screen.text()
    );
    // Going to an end starts no search.
    for key in ["G", "g", "PgDn", "PgUp", "j"] {
        assert!(begun(&mut screen, key).is_none());
    }
}

#[test]
fn a_thread_is_looked_for_among_fifty_thousand_beside_the_interface() {
    let mut screen = threads(MANY);
    let last = screen
        .model
        .session
        .threads
        .rows()
        .get(MANY - 1)
        .unwrap()
        .record
        .id;
    screen.press("/");
    screen.tell(Msg::Paste(last.to_string()));
    let task = begun(&mut screen, "Enter").unwrap();
    assert_eq!(screen.said(), "Esc stops  Searching the threads");
    end(&mut screen, task);
    assert_eq!(screen.model.session.thread().unwrap().id, last);
    let before = begun(&mut screen, "N").unwrap();
    screen.press("Esc");
    end(&mut screen, before);
    assert_eq!(screen.model.session.thread().unwrap().id, last);
}
