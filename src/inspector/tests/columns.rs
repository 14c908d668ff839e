//! Tests of the columns, the order and the groups of the threads.

use super::*;
use crate::contract::{Op, Step};
use crate::inspector::panes::threads::columns::{COLUMNS, ColumnValue, ThreadColumns};
use crate::inspector::panes::threads::list::query::Sort;
use crate::protocol::json::Json;

fn call(screen: &mut Screen, op: Op, params: &str) {
    let step = Step::read(op, Some(Json::parse(params).unwrap())).unwrap();
    screen.runtime.block_on(screen.bench().call(step)).unwrap();
}

/// A store with six threads of two projects and one without, the last one archived.
fn projects(width: u16, height: u16) -> Screen {
    let mut screen = Screen::empty(width, height);
    let threads = [
        ("/home/u/web", "main", "git@example.org:u/web.git", 900),
        ("/home/u/web", "fix/retry", "git@example.org:u/web.git", 12_000),
        ("/home/u/api", "main", "git@example.org:u/web.git", 7),
        ("/home/u/api", "fix/retry", "", 1_234_567),
        ("", "", "", 0),
    ];
    for (n, (cwd, branch, origin, tokens)) in threads.into_iter().enumerate() {
        let id = format!("019e2000-0000-7000-8000-00000000000{n}");
        call(
            &mut screen,
            Op::CreateThread,
            &format!(r#"{{"thread_id":"{id}"}}"#),
        );
        let git = format!(r#""branch":"{branch}","origin_url":"{origin}""#);
        let git = git
            .replace(r#""branch":"","#, "")
            .replace(r#","origin_url":"""#, "");
        let git = git.replace(r#""origin_url":"""#, "");
        let cwd = if cwd.is_empty() {
            String::new()
        } else {
            format!(r#""cwd":"{cwd}","#)
        };
        let patch = format!(
            r#"{{"thread_id":"{id}","patch":{{"name":"Thread {n}",{cwd}"updated_at":"2026-05-0{}T00:00:00Z","model":"gpt-{}","git_info":{{{git}}},"token_usage":{{"input_tokens":0,"cached_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0,"total_tokens":{tokens}}}}}}}"#,
            9 - n,
            n % 2
        );
        call(&mut screen, Op::UpdateThreadMetadata, &patch);
    }
    let archived = r#"{"thread_id":"019e2000-0000-7000-8000-000000000005","rollout_path":"/h/archived_sessions/rollout.jsonl"}"#;
    call(&mut screen, Op::ResumeThread, archived);
    screen.look();
    screen
}

fn listed(screen: &Screen) -> Vec<String> {
    let rows = screen.model.session.threads.rows().iter();
    rows.map(|row| match &row.head {
        Some(head) => format!("{:?} {}", head.key, head.count),
        None => row.record.id.to_string().split_off(35),
    })
    .collect()
}

#[test]
fn more_columns_are_shown_where_there_is_room() {
    let mut screen = projects(120, 36);
    screen.press("7");
    let shown = |screen: &Screen, width: u16| -> Vec<&str> {
        let columns = ThreadColumns::of(&screen.model, width);
        let taken: usize = columns.shown.iter().map(|(_, columns)| columns).sum();
        assert_eq!(columns.title + taken + 4, usize::from(width));
        columns.shown.iter().map(|(at, _)| COLUMNS[*at].name).collect()
    };
    assert_eq!(shown(&screen, 19), [""; 0]);
    assert_eq!(shown(&screen, 20), ["updated"]);
    assert_eq!(shown(&screen, 46), ["updated", "cwd", "branch"]);
    assert_eq!(
        shown(&screen, 120),
        ["updated", "cwd", "branch", "items", "model", "tokens", "created"]
    );
    // A column that the filter names or that the threads are sorted by is among them.
    screen.press("& 'model:gpt-1' Enter");
    assert_eq!(shown(&screen, 32), ["updated", "model"]);
    screen.press("Esc : 'sort tokens' Enter");
    assert_eq!(shown(&screen, 40), ["updated", "tokens"]);
    assert_eq!(
        screen.said(),
        "\u{2713} Threads are sorted by tokens; S reverses the order."
    );
    screen.press(": 'sort nothing' Enter");
    assert!(
        screen.text().contains("There is no column nothing"),
        "{}",
        screen.said()
    );
}

#[test]
fn columns_are_chosen_and_ordered() {
    let mut screen = projects(120, 36);
    screen.press("7 z : 'columns branch model nothing' Enter");
    assert!(
        screen.text().contains("There is no column nothing"),
        "{}",
        screen.said()
    );
    screen.press(": 'columns branch,model' Enter");
    let head = |screen: &Screen| {
        let text = screen.text();
        let head = text
            .lines()
            .nth(2)
            .unwrap()
            .trim_matches(['\u{2503}', ' ', '\u{2588}'])
            .to_string();
        head.split_whitespace().skip(3).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(head(&screen), "branch model");
    // In the list of columns, one is hidden and shown again: after the others.
    screen.press("C 'branch' Enter Enter Ctrl+U 'tokens' Enter Esc");
    assert_eq!(head(&screen), "model branch tokens");
    screen.press("& 'cwd:web' Enter");
    assert_eq!(head(&screen), "model branch tokens cwd");
    screen.press("Esc Esc z : 'columns auto' Enter");
    assert_eq!(head(&screen), "age cwd branch items model tokens created");
}

#[test]
fn threads_are_sorted_by_every_column() {
    let mut screen = projects(200, 50);
    for column in COLUMNS {
        screen.press(&format!(": 'sort {}' Enter", column.name));
        let rows = screen.model.session.threads.rows();
        assert_eq!(rows.len(), 6, "{}", column.name);
        let values = rows.iter().map(|row| match column.value {
            ColumnValue::Number(number) => format!("{:020}", u64::MAX - number(&row.record).unwrap_or(0)),
            ColumnValue::Text(text) | ColumnValue::Path(text) => {
                text(&row.record).map_or("\u{10ffff}".to_string(), |text| text.to_lowercase())
            }
            ColumnValue::Age(time) | ColumnValue::Day(time) => {
                format!(
                    "{:020}",
                    time(&row.record).map_or(u64::MAX, |time| { u64::MAX - time.timestamp().unsigned_abs() })
                )
            }
            ColumnValue::Title => row.record.name().unwrap_or("\u{10ffff}").to_string(),
            ColumnValue::Id => row.record.id.to_string(),
        });
        let values: Vec<String> = values.collect();
        assert!(values.is_sorted(), "{}: {values:?}", column.name);
    }
    for (sort, name) in [
        (Sort::UPDATED, "updated"),
        (Sort::CREATED, "created"),
        (Sort::NAME, "name"),
        (Sort::ITEMS, "items"),
        (Sort::ID, "id"),
    ] {
        assert_eq!(sort.name(), name);
    }
}

#[test]
fn threads_are_grouped_by_project_with_counts_and_archived_ones_apart() {
    let mut screen = projects(120, 36);
    screen.press("7 b");
    insta::assert_snapshot!("groups_120x36", shot(&screen));
    // Where there is little room, a path keeps its end and words keep their beginning.
    let mut narrow = projects(80, 24);
    narrow.press("b");
    assert!(
        narrow.text().contains("\u{25be} no working d"),
        "{}",
        narrow.text()
    );
    assert_eq!(
        listed(&screen),
        [
            r#"Value("/home/u/web") 2"#,
            "0",
            "1",
            r#"Value("/home/u/api") 2"#,
            "2",
            "3",
            "NoValue 1",
            "4",
            "Archived 1",
            "5"
        ]
    );
    assert!(screen.text().contains("Threads 6 "), "{}", screen.text());
    // The cursor has stayed on its thread; h goes to its group, then folds it, and l unfolds it and goes in.
    assert!(named(&screen).ends_with('0'));
    screen.press("j h");
    assert_eq!(screen.model.session.threads.cursor.at, 0);
    assert_eq!(named(&screen), "", "no thread is selected on a group");
    screen.press("h");
    assert_eq!(
        listed(&screen)[..2],
        [r#"Value("/home/u/web") 2"#, r#"Value("/home/u/api") 2"#]
    );
    assert_eq!(screen.model.session.threads.cursor.at, 0);
    assert!(
        screen.text().contains("Threads 6 "),
        "a folded group hides no thread from the count"
    );
    screen.press("l l");
    assert!(named(&screen).ends_with('0'), "{}", screen.text());
    // Enter on a group folds it too; a search unfolds the group of what it finds.
    screen.press("k Enter G / 'Thread 1' Enter");
    assert!(named(&screen).ends_with('1'), "{}", screen.text());
    // By origin; threads of two folders are in one group.
    screen.press("b");
    assert_eq!(
        listed(&screen),
        [
            r#"Value("git@example.org:u/web.git") 3"#,
            "0",
            "1",
            "2",
            "NoValue 2",
            "3",
            "4",
            "Archived 1",
            "5"
        ]
    );
    assert!(named(&screen).ends_with('1'));
    screen.press("b");
    assert_eq!(listed(&screen), ["0", "1", "2", "3", "4", "5"]);
}

#[test]
fn a_group_is_marked_as_a_whole_and_each_thread_is_listed_once() {
    let mut screen = projects(120, 36);
    screen.press("7 b g Space");
    assert_eq!(screen.model.session.marked().len(), 2);
    screen.press("g Space M");
    assert_eq!(screen.model.session.marked().len(), 6);
    screen.press("U 4 c B");
    assert!(screen.text().contains("6 threads"), "{}", screen.text());
}

#[test]
fn a_filter_and_a_change_of_the_store_keep_the_groups() {
    let mut screen = projects(120, 36);
    screen.press("7 b & 'branch:fix' Enter");
    assert_eq!(
        listed(&screen),
        [r#"Value("/home/u/web") 1"#, "1", r#"Value("/home/u/api") 1"#, "3"]
    );
    let patch = r#"{"thread_id":"019e2000-0000-7000-8000-000000000003","patch":{"cwd":"/home/u/web"}}"#;
    call(&mut screen, Op::UpdateThreadMetadata, patch);
    screen.look();
    assert_eq!(listed(&screen), [r#"Value("/home/u/web") 2"#, "1", "3"]);
}

#[test]
fn a_sub_agent_without_a_nickname_is_told_apart_by_its_path() {
    let mut screen = projects(120, 36);
    let patch =
        r#"{"thread_id":"019e2000-0000-7000-8000-000000000003","patch":{"agent_path":"/root/explorer"}}"#;
    call(&mut screen, Op::UpdateThreadMetadata, patch);
    screen.look();
    screen.press("z");
    assert!(
        screen.text().contains("/root/explorer Thread 3"),
        "{}",
        screen.text()
    );
}
