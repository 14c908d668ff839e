//! The filter of the Threads pane: queries as they are typed, wrong ones, and what the same query selects from the store.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::contract::{Op, Step};
use crate::protocol::json::Json;
use crate::workbench::query::{QUERY_FIELDS, ThreadFilter};

/// The ids of the listed threads, sorted.
fn listed(screen: &Screen) -> Vec<String> {
    let rows = screen.model.session.threads.rows().iter();
    let mut ids: Vec<String> = rows.map(|row| row.record.id.to_string()).collect();
    ids.sort();
    ids
}

/// The ids that a query without the screen selects, sorted.
fn selected(screen: &Screen, query: &str) -> Vec<String> {
    let session = &screen.model.session;
    let marked = Arc::new(session.marked().iter().copied().collect());
    let filter = ThreadFilter::parse_with_marks(query).unwrap();
    let matcher = filter.matcher(&session.snapshot).with_marks(marked);
    let found = matcher.select(session.snapshot.threads());
    found.map(|record| record.id.to_string()).collect()
}

/// The row above the prompt.
fn above_prompt(screen: &Screen) -> String {
    let frame = rows(&screen.frame());
    frame[frame.len() - 2].trim().to_string()
}

#[test]
fn a_query_filters_while_it_is_typed() {
    for query in [
        "flaky",
        "is:fork",
        "-is:fork",
        "is:fork or is:subagent",
        "flaky or -has:name",
        "-is:unlisted has:name",
    ] {
        let mut screen = Screen::demo(200, 50);
        let all = listed(&screen);
        screen.press(&format!("& '{query}'"));
        let found = listed(&screen);
        assert_eq!(found, selected(&screen, query), "{query}");
        assert!(!found.is_empty() && found.len() < all.len(), "{query}: {found:?}");
        screen.press("Enter");
        assert_eq!(listed(&screen), found, "{query}");
        assert!(screen.text().contains(&format!("& {query}")), "{}", screen.text());
        screen.press("Esc");
        assert_eq!(listed(&screen), all, "{query}");
    }
}

#[test]
fn a_wrong_term_is_named_with_its_column_and_the_list_stays() {
    let mut screen = Screen::demo(200, 50);
    screen.press("& 'is:fork is'");
    let found = listed(&screen);
    screen.press("':fokr'");
    let fault = "\u{2717} Filter, column 12: there is no is:fokr; did you mean is:fork?";
    assert_eq!(above_prompt(&screen), fault);
    assert_eq!(listed(&screen), found);
    // Enter does not accept it.
    screen.press("Enter");
    assert_eq!(above_prompt(&screen), fault);
    assert_eq!(listed(&screen), found);
    screen.press("Backspace Backspace 'rk'");
    assert!(!above_prompt(&screen).contains("Filter"), "{}", screen.text());
    screen.press("Enter");
    assert!(screen.model.overlays.is_empty());
    assert_eq!(listed(&screen), selected(&screen, "is:fork"));
    // Escape returns to the filter before the prompt.
    screen.press("& ' or'");
    assert!(
        above_prompt(&screen).contains("column 17: `or` needs a term"),
        "{}",
        screen.text()
    );
    screen.press("Esc");
    assert_eq!(
        screen.model.session.threads.query.filter.text(),
        "is:fork is:fork"
    );
}

#[test]
fn a_wrong_filter_of_the_palette_changes_nothing() {
    let mut screen = Screen::demo(200, 50);
    let all = listed(&screen);
    screen.press(": 'filter is:faild' Enter");
    let said = screen.said();
    assert!(
        said.contains("column 4: there is no is:faild; did you mean is:failed?"),
        "{said}"
    );
    assert_eq!(listed(&screen), all);
    screen.press(": 'filter is:fork' Enter");
    assert_eq!(listed(&screen), selected(&screen, "is:fork"));
}

#[test]
fn marked_threads_are_found_and_the_list_follows_the_marks() {
    let mut screen = Screen::demo(200, 50);
    let all = listed(&screen);
    screen.press("j Space Space & 'is:marked' Enter");
    assert_eq!(listed(&screen).len(), 2);
    assert_eq!(listed(&screen), selected(&screen, "is:marked"));
    screen.press("g Space");
    assert_eq!(listed(&screen).len(), 1);
    screen.press("& Ctrl+U '-is:marked' Enter M Esc");
    assert_eq!(listed(&screen), all);
    assert_eq!(selected(&screen, "is:marked"), all, "{}", screen.text());
}

#[test]
fn all_listed_threads_are_marked_at_once() {
    let mut screen = Screen::demo(200, 50);
    screen.press("& 'is:fork' Enter M Esc");
    assert_eq!(selected(&screen, "is:marked"), selected(&screen, "is:fork"));
    screen.press("M");
    assert_eq!(
        screen.model.session.marked().len(),
        screen.model.session.snapshot.len()
    );
}

/// Marks are kept while their threads do not exist.
#[test]
fn marks_of_threads_that_an_undo_removes_return_with_them() {
    let mut screen = Screen::empty(120, 40);
    let create = |screen: &mut Screen, n: usize| {
        let params = format!(r#"{{"thread_id":"019e2000-0000-7000-8000-{n:012}"}}"#);
        let step = Step::read(Op::CreateThread, Some(Json::parse(&params).unwrap())).unwrap();
        screen.runtime.block_on(screen.bench().call(step)).unwrap();
        screen.look();
    };
    (1..=3).for_each(|n| create(&mut screen, n));
    let marked = |screen: &Screen| -> Vec<String> {
        let marked = screen.model.session.marked();
        marked.iter().map(|id| id.to_string().split_off(35)).collect()
    };
    screen.press("M");
    assert_eq!(marked(&screen), ["1", "2", "3"]);
    screen.press("u u");
    assert_eq!(marked(&screen), ["1"], "{}", screen.text());
    screen.press("Ctrl+R");
    assert_eq!(marked(&screen), ["1", "2"]);
    // Another thread in its place is not marked.
    screen.press("u");
    create(&mut screen, 4);
    assert_eq!(marked(&screen), ["1"]);
    screen.press("U");
    assert_eq!(marked(&screen), Vec::<String>::new());
}

/// Ages are counted from the time of the shown step.
#[test]
fn ages_follow_the_clock_of_the_store() {
    let mut screen = Screen::demo(200, 50);
    screen.press("& 'updated:<400d' Enter");
    let some = listed(&screen);
    assert!(!some.is_empty());
    screen.bench().inner().stand_at(moment("2036-05-13T09:00:00Z"));
    screen.look();
    assert_eq!(listed(&screen), Vec::<String>::new(), "{}", screen.text());
    screen.bench().inner().stand_at(moment("2026-05-13T09:00:00Z"));
    screen.look();
    assert_eq!(listed(&screen), some);
}

/// A term of each field and each property, with a value that some of the threads of [`steps`] have.
fn terms() -> Vec<String> {
    let mut terms: Vec<String> = ["ab", "\"b c\"", "B", "first", "0002"].map(str::to_string).into();
    for field in QUERY_FIELDS {
        let values: Vec<&str> = match field.name {
            "is" | "has" => field.flags().iter().map(|flag| flag.name).collect(),
            "updated" | "created" => vec!["2026-05", "<3d", ">=2026-05-11"],
            "items" => vec!["1", ">1"],
            "tokens" => vec![">100", "<=100"],
            "id" => vec!["0003"],
            "source" => vec!["cli", "=exec"],
            "effort" => vec!["high"],
            "sandbox" => vec!["read"],
            "approval" => vec!["never"],
            _ => vec!["a", "=\"b c\""],
        };
        terms.extend(values.iter().map(|value| format!("{}:{value}", field.name)));
    }
    terms.retain(|term| ThreadFilter::parse_with_marks(term).is_ok());
    terms
}

/// A call that creates or changes one of a few threads.
fn steps() -> impl Strategy<Value = (Op, String)> {
    let id = |n: usize| format!(r#""019e2000-0000-7000-8000-{n:012}""#);
    let patches = prop::sample::select(vec![
        r#"{"name":"ab","cwd":"/a/b c"}"#,
        r#"{"name":"b c","preview":"B\nc","model":"a"}"#,
        r#"{"name":null,"agent_nickname":"a","agent_role":"b c","model_provider":"a"}"#,
        r#"{"cwd":"b c","cli_version":"b c","updated_at":"2026-05-12T10:00:00Z","git_info":{"branch":"b c"}}"#,
        r#"{"updated_at":"2026-05-01T10:00:00Z","created_at":"2026-04-01T10:00:00Z","rollout_path":"/a/b"}"#,
        r#"{"source":"exec","reasoning_effort":"high","approval_mode":"never","sandbox_policy":{"type":"read-only"}}"#,
    ]);
    let items = prop::sample::select(vec![
        r#"{"type":"event_msg","payload":{"type":"user_message","message":"first ab"}}"#,
        r#"{"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"total_tokens":200}}}}"#,
        r#"{"a":"b c"}"#,
    ]);
    (0..5usize, 0..5usize, 0..4usize, patches, items).prop_map(
        move |(n, other, kind, patch, item)| match kind {
            0 => (
                Op::CreateThread,
                format!(
                    r#"{{"thread_id":{},"source":"cli","forked_from_id":{}}}"#,
                    id(n),
                    id(other)
                ),
            ),
            1 => (
                Op::CreateThread,
                format!(r#"{{"thread_id":{},"source":"exec"}}"#, id(n)),
            ),
            2 => (
                Op::AppendItems,
                format!(r#"{{"thread_id":{},"items":[{item}]}}"#, id(n)),
            ),
            _ => (
                Op::UpdateThreadMetadata,
                format!(r#"{{"thread_id":{},"patch":{patch}}}"#, id(n)),
            ),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is typed, the pane lists what the matcher selects, also while the store changes.
    #[test]
    fn the_pane_lists_what_the_matcher_selects(steps in prop::collection::vec(steps(), 1..20), marks in 0..3usize) {
        let mut screen = Screen::empty(100, 30);
        let make = |screen: &mut Screen, (op, params): &(Op, String)| {
            let step = Step::read(*op, Some(Json::parse(params).unwrap())).unwrap();
            // A patch of a thread that was never created is refused, but it is stored.
            drop(screen.runtime.block_on(screen.bench().call(step)));
            screen.look();
        };
        // Without any thread there is nothing to filter.
        let half = steps.len().div_ceil(2);
        steps[..half].iter().for_each(|step| make(&mut screen, step));
        for _ in 0..marks {
            screen.press("Space");
        }
        for term in terms() {
            for query in [term.clone(), format!("-{term}"), format!("{term} or first"), format!("{term} -ab")] {
                screen.tell(Msg::Key(crate::inspector::commands::keys::parse("Esc").unwrap()));
                screen.model.open(Prompt::new(crate::inspector::overlays::prompt::PromptPurpose::Filter, String::new()));
                screen.tell(Msg::Paste(query.clone()));
                screen.press("Enter");
                prop_assert_eq!(listed(&screen), selected(&screen, &query), "{}", query);
            }
        }
        for term in ["is:marked or has:children", "text:b or -items:>1", "ab or is:unlisted", "updated:<3d"] {
            screen.press(&format!("Esc : 'filter {term}' Enter"));
            for step in &steps[half..] {
                make(&mut screen, step);
                prop_assert_eq!(listed(&screen), selected(&screen, term), "{}", term);
            }
        }
    }
}
