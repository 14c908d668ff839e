//! Tests of the transcript of a history.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::inspector::panes::history::entry::EntryLine;
use crate::inspector::tests::work;
use crate::protocol::item::READ;
use crate::rollout::import::{ImportOptions, Notice, import};

/// A turn in the form of older files: what was said as events, calls as items of the model.
const LEGACY: &str = r##"{"timestamp":"2026-05-13T10:00:00.000Z","type":"session_meta","payload":{"id":"t","cwd":"/srv/demo","cli_version":"0.146.0","source":"cli"}}
{"timestamp":"2026-05-13T10:00:00.100Z","type":"event_msg","payload":{"type":"task_started","turn_id":"t1"}}
{"timestamp":"2026-05-13T10:00:00.200Z","type":"turn_context","payload":{"model":"gpt-6","cwd":"/srv/demo","approval_policy":"never","sandbox_policy":{"type":"read-only"}}}
{"timestamp":"2026-05-13T10:00:01.000Z","type":"event_msg","payload":{"type":"user_message","message":"Why does the build fail?\n\n- on CI\n- never here, where the same compiler and the same flags are used for each of the crates"}}
{"timestamp":"2026-05-13T10:00:02.000Z","type":"response_item","payload":{"type":"reasoning","summary":[{"type":"summary_text","text":"**Looking**\n\nThe log says more."}],"encrypted_content":"gAAAAA"}}
{"timestamp":"2026-05-13T10:00:03.000Z","type":"response_item","payload":{"type":"function_call","name":"shell","call_id":"c1","arguments":"{\"command\":[\"cargo\",\"build\"],\"workdir\":\"/srv/demo\"}"}}
{"timestamp":"2026-05-13T10:00:09.000Z","type":"event_msg","payload":{"type":"exec_command_end","call_id":"c1","command":["cargo","build"],"exit_code":101,"stdout":"","stderr":"","aggregated_output":"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nerror: could not compile","duration":{"secs":6,"nanos":0}}}
{"timestamp":"2026-05-13T10:00:09.100Z","type":"response_item","payload":{"type":"function_call_output","call_id":"c1","output":"{\"output\":\"one\\ntwo\\nthree\\nfour\\nfive\\nsix\\nseven\\neight\\nnine\\nerror: could not compile\",\"metadata\":{\"exit_code\":101,\"duration_seconds\":6.0}}"}}
{"timestamp":"2026-05-13T10:00:10.000Z","type":"response_item","payload":{"type":"function_call","name":"shell","call_id":"c2","arguments":"{\"command\":[\"apply_patch\",\"*** Begin Patch\\n*** Update File: src/a.rs\\n@@ fn a\\n-    1\\n+    2\\n*** End Patch\"]}"}}
{"timestamp":"2026-05-13T10:00:10.200Z","type":"response_item","payload":{"type":"function_call_output","call_id":"c2","output":"{\"output\":\"Success. Updated the following files:\\nM src/a.rs\\n\",\"metadata\":{\"exit_code\":0,\"duration_seconds\":0.1}}"}}
{"timestamp":"2026-05-13T10:00:11.000Z","type":"response_item","payload":{"type":"function_call","name":"update_plan","call_id":"c3","arguments":"{\"plan\":[{\"step\":\"find the cause\",\"status\":\"completed\"},{\"step\":\"build again\",\"status\":\"in_progress\"}]}"}}
{"timestamp":"2026-05-13T10:00:11.100Z","type":"response_item","payload":{"type":"function_call_output","call_id":"c3","output":"Plan updated"}}
{"timestamp":"2026-05-13T10:00:12.000Z","type":"event_msg","payload":{"type":"agent_message","message":"# Cause\nThe constant was wrong:\n\n```rust\nfn a() -> u32 { 2 }\n```\n\n| crate | result |\n|-------|--------|\n| a     | builds |"}}
{"timestamp":"2026-05-13T10:00:12.010Z","type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"# Cause\nThe constant was wrong:\n\n```rust\nfn a() -> u32 { 2 }\n```\n\n| crate | result |\n|-------|--------|\n| a     | builds |"}]}}
{"timestamp":"2026-05-13T10:00:12.100Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":3000,"cached_input_tokens":0,"output_tokens":412,"reasoning_output_tokens":0,"total_tokens":3412},"last_token_usage":{"input_tokens":3000,"cached_input_tokens":0,"output_tokens":412,"reasoning_output_tokens":0,"total_tokens":3412},"model_context_window":272000}}}
{"timestamp":"2026-05-13T10:00:12.200Z","type":"event_msg","payload":{"type":"task_complete","turn_id":"t1","last_agent_message":"x"}}
{"timestamp":"2026-05-13T10:05:00.000Z","type":"compacted","payload":{"message":"","replacement_history":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Why does the build fail?"}]}]}}
{"timestamp":"2026-05-13T10:05:01.000Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":3000,"cached_input_tokens":0,"output_tokens":912,"reasoning_output_tokens":0,"total_tokens":3912},"last_token_usage":{"input_tokens":400,"cached_input_tokens":0,"output_tokens":100,"reasoning_output_tokens":0,"total_tokens":500},"model_context_window":272000}}}
{"timestamp":"2026-05-13T10:06:00.000Z","type":"event_msg","payload":{"type":"task_started","turn_id":"t2"}}
{"timestamp":"2026-05-13T10:06:01.000Z","type":"event_msg","payload":{"type":"user_message","message":"Thanks."}}
{"timestamp":"2026-05-13T10:06:02.000Z","type":"event_msg","payload":{"type":"turn_aborted","turn_id":"t2","reason":"interrupted"}}"##;

/// A zoomed transcript of a thread of these lines.
fn opened(lines: &str, width: u16, height: u16) -> Screen {
    let mut screen = Screen::empty(width, height);
    screen.append(1, lines);
    screen.press("T z");
    screen
}

/// The row of the screen with the cursor.
fn cursor(screen: &Screen) -> String {
    let text = screen.text();
    let row = text.lines().find(|row| row.contains('\u{25b8}'));
    row.unwrap_or_else(|| panic!("no cursor: {text}")).to_owned()
}

/// Goes on until the row with the cursor contains a text.
fn press_to(screen: &mut Screen, key: &str, text: &str) {
    for _ in 0..100 {
        if cursor(screen).contains(text) {
            return;
        }
        screen.press(key);
    }
    panic!("{text} is not reached: {}", screen.text());
}

const A: &str = "0199865a-0000-7000-8000-00000000000a";
const B: &str = "0199865a-0000-7000-8000-00000000000b";

/// A rollout of a paginated thread, with numbered lines.
#[derive(Default)]
struct Rollout {
    text: String,
    ordinal: u64,
}

impl Rollout {
    /// A rollout that continues another one of a thread, if there is one.
    fn of(thread: &str, base: Option<(&str, &Self)>) -> Self {
        let mut header = json!({"id": thread, "timestamp": "2026-05-13T10:00:00.000Z", "cwd": "/srv/demo",
            "cli_version": "0.171.0", "source": "cli", "model_provider": "mock", "history_mode": "paginated"});
        let mut rollout = Self::default();
        if let Some((of, end)) = base {
            rollout.ordinal = end.ordinal;
            header["history_base"] = json!({"thread_id": of, "end_ordinal_exclusive": end.ordinal,
                "end_byte_offset": end.text.len()});
        }
        if base.is_some_and(|(of, _)| of != thread) {
            header["forked_from_id"] = json!(A);
        }
        rollout.line("session_meta", header);
        rollout
    }

    fn line(&mut self, kind: &str, payload: Value) {
        let time = format!("2026-05-13T10:00:{:02}.000Z", self.ordinal);
        let line = json!({"timestamp": time, "ordinal": self.ordinal, "type": kind, "payload": payload});
        self.text.push_str(&format!("{line}\n"));
        self.ordinal += 1;
    }

    /// Adds a turn in which the agent runs a command and edits a file.
    fn turn(&mut self, id: &str, text: &str) -> &mut Self {
        self.line("event_msg", json!({"type": "task_started", "turn_id": id}));
        let item = |item: Value| json!({"type": "item_completed", "turn_id": id, "item": item});
        let content = json!([{"type": "text", "text": text}]);
        self.line(
            "event_msg",
            item(json!({"type": "UserMessage", "id": "u", "content": content})),
        );
        let command = json!({"type": "CommandExecution", "id": format!("c-{id}"), "command": ["ls"], "status": "completed",
            "exit_code": 0, "aggregated_output": "a.rs\nb.rs"});
        self.line("event_msg", item(command));
        let changes = json!({"a.rs": {"type": "update", "unified_diff": "@@ -1 +1 @@\n-old\n+new"}});
        let change =
            json!({"type": "FileChange", "id": format!("f-{id}"), "status": "completed", "changes": changes});
        self.line("event_msg", item(change));
        let content = json!([{"type": "Text", "text": format!("Done: {text}")}]);
        self.line(
            "event_msg",
            item(json!({"type": "AgentMessage", "id": "a", "content": content})),
        );
        self.line(
            "event_msg",
            json!({"type": "task_complete", "turn_id": id, "duration_ms": 4000}),
        );
        self
    }
}

/// A home with a thread, its revert to after its first turn, and a fork from there.
fn home(width: u16, height: u16) -> (Screen, TempDir) {
    let mut first = Rollout::of(A, None);
    first.turn("t1", "Count the threads.");
    let mut second = Rollout::of(A, Some((A, &first)));
    second.turn("t3", "Count them again.");
    let mut fork = Rollout::of(B, Some((A, &first)));
    fork.turn("t4", "Name them.");
    first.turn("t2", "Cut them off.");
    let folder = tempfile::tempdir().unwrap();
    let day = folder.path().join("sessions/2026/05/13");
    std::fs::create_dir_all(&day).unwrap();
    let name = |time: &str, id: &str| day.join(format!("rollout-2026-05-13T{time}-{id}.jsonl"));
    let revert = format!("{A}_0199865a-0000-7000-8000-0000000000a2");
    for (time, id, rollout) in [
        ("10-00-00", A, &first),
        ("11-00-00", &revert, &second),
        ("10-30-00", B, &fork),
    ] {
        std::fs::write(name(time, id), &rollout.text).unwrap();
    }
    let mut screen = Screen::empty(width, height);
    // The places of files and differences from the home are known to the executor only.
    let store = StoreKey(0);
    let paths = vec![folder.path().to_owned()];
    screen.carry_out(vec![Effect::Run(Call::Import {
        store,
        paths,
        opening: false,
        again: false,
    })]);
    screen.look();
    (screen, folder)
}

fn select(screen: &mut Screen, id: &str) {
    let is_there = screen
        .model
        .session
        .threads
        .select(ThreadId::from_string(id).unwrap());
    assert!(is_there, "{}", screen.text());
    screen.look();
}

const SIZES: [(u16, u16); 4] = [(200, 50), (120, 36), (80, 24), (40, 12)];

#[test]
fn a_conversation_is_read_at_every_size() {
    for (width, height) in SIZES {
        let screen = opened(LEGACY, width, height);
        insta::assert_snapshot!(format!("legacy_{width}x{height}"), shot(&screen));
    }
}

#[test]
fn a_compaction_is_told_with_its_tokens_and_unfolds() {
    for (width, height) in SIZES {
        let mut screen = opened(LEGACY, width, height);
        screen.press("G");
        press_to(&mut screen, "k", "context com");
        screen.press("Space");
        assert!(screen.text().contains("\u{2502}  user:"), "{}", screen.text());
        insta::assert_snapshot!(format!("compacted_{width}x{height}"), shot(&screen));
    }
}

#[test]
fn forks_and_reverts_are_read_at_every_size() {
    for (width, height) in SIZES {
        let (mut screen, _folder) = home(width, height);
        for (name, id) in [("reverted", A), ("forked", B)] {
            select(&mut screen, id);
            screen.model.layout.zoomed = true;
            screen.press(if name == "reverted" { "T" } else { "g" });
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), shot(&screen));
        }
    }
}

#[test]
fn a_link_of_a_fork_leads_to_where_it_began() {
    let (mut screen, _folder) = home(120, 36);
    select(&mut screen, B);
    screen.press("T z G L");
    assert_eq!(named(&screen), A);
    assert!(cursor(&screen).contains("agent"), "{}", screen.text());
    assert!(
        screen.text().contains("\u{2502}  Done: Count the threads."),
        "{}",
        screen.text()
    );
    screen.press("Backspace");
    assert_eq!(named(&screen), B);
    assert!(
        screen.text().contains("\u{2502}  Done: Name them."),
        "{}",
        screen.text()
    );
}

#[test]
fn the_column_of_times_is_switched_in_both_views() {
    let mut screen = opened(LEGACY, 120, 36);
    press_to(&mut screen, "j", "update_plan");
    for shown in ["10:00:11", "10:00:11", "in 1h", "+1.0s", "0:00:11"] {
        assert!(cursor(&screen).contains(shown), "{shown}: {}", screen.text());
        screen.press("t");
    }
    // In the rows, a gap counts from the visible row above.
    screen.press("T");
    assert!(cursor(&screen).contains("+0.8s"), "{}", screen.text());
    screen.press("f / 'function_call_output' Enter Space Esc");
    assert!(cursor(&screen).contains("+1.0s"), "{}", screen.text());
    screen.press("t");
    assert!(
        cursor(&screen).contains("0:00:11") && screen.text().contains("time since the start"),
        "{}",
        screen.text()
    );
}

#[test]
fn the_fill_of_the_context_is_a_chart() {
    let mut screen = opened(LEGACY, 120, 36);
    screen.press("c");
    let text = screen.text();
    for words in [
        "272,000 \u{2502}",
        "compacted",
        "Compacted by item 17: from 3,412 to 500 tokens.",
        "Now in the context: 500 tokens of 272,000",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn the_selection_is_the_item_in_both_views() {
    let mut screen = opened(LEGACY, 120, 36);
    press_to(&mut screen, "j", "update_plan");
    assert_eq!(screen.model.session.history.selected(), Some(10));
    screen.press("T");
    assert!(cursor(&screen).contains("update_plan"), "{}", screen.text());
    // The output is in the entry of its call.
    screen.press("j T");
    assert!(cursor(&screen).contains("update_plan"), "{}", screen.text());
    screen.press("T");
    assert_eq!(screen.model.session.history.selected(), Some(10));
}

#[test]
fn a_failed_call_shows_the_end_of_its_output_and_unfolds() {
    let mut screen = opened(LEGACY, 120, 36);
    screen.press("E");
    assert!(cursor(&screen).contains("exit 101"), "{}", screen.text());
    let text = screen.text();
    assert!(
        text.contains("error: could not compile") && text.contains("2 more lines"),
        "{text}"
    );
    assert!(!text.contains("workdir"), "{text}");
    for key in ["Space", "o"] {
        screen.press(key);
        let text = screen.text();
        assert!(
            text.contains(r#""workdir": "/srv/demo""#) && !text.contains("more lines"),
            "{text}"
        );
        screen.press(key);
        assert!(!screen.text().contains("workdir"), "{}", screen.text());
    }
    // The calls after it did not fail.
    screen.press("E");
    assert!(cursor(&screen).contains("interrupted"), "{}", screen.text());
    screen.press("Alt+E");
    assert!(cursor(&screen).contains("exit 101"), "{}", screen.text());
}

#[test]
fn matches_in_folded_output_are_unfolded() {
    let mut screen = opened(LEGACY, 120, 36);
    screen.press("/ 'two' Enter");
    assert!(cursor(&screen).contains("exit 101"), "{}", screen.text());
    assert!(screen.text().contains("\u{2502}  two"), "{}", screen.text());
    // The event and the output are matches of their own in the same entry.
    assert!(screen.text().contains("match 1 of 2"), "{}", screen.text());
    screen.press("n");
    assert!(screen.text().contains("match 2 of 2"), "{}", screen.text());
    screen.press("N");
    assert!(screen.text().contains("match 1 of 2"), "{}", screen.text());
    assert!(cursor(&screen).contains("exit 101"), "{}", screen.text());
}

#[test]
fn turns_are_gone_through_and_texts_copied() {
    let mut screen = opened(LEGACY, 120, 36);
    screen.press("g J y");
    assert!(screen.copied[0].starts_with("Why does the build fail?\n\n- on CI"));
    screen.press("J y K");
    assert_eq!(screen.copied[1], "Thanks.");
    assert!(cursor(&screen).contains("user"), "{}", screen.text());
}

#[test]
fn every_density_shows_every_entry() {
    let mut screen = opened(LEGACY, 120, 36);
    let rows = screen.model.session.history.rows();
    for density in ["whole", "line"] {
        screen.press("v");
        assert!(screen.text().contains(density), "{}", screen.text());
        assert_eq!(screen.model.session.history.rows(), rows);
        insta::assert_snapshot!(format!("density_{density}"), shot(&screen));
    }
}

#[test]
fn what_is_appended_joins_the_call_on_the_screen() {
    let lines: Vec<&str> = LEGACY.lines().collect();
    let mut screen = opened(&lines[..6].join("\n"), 120, 36);
    screen.press("G");
    assert!(cursor(&screen).contains("no output"), "{}", screen.text());
    screen.append(1, &lines[6..8].join("\n"));
    assert!(cursor(&screen).contains("exit 101"), "{}", screen.text());
    assert!(
        screen.text().contains("error: could not compile"),
        "{}",
        screen.text()
    );
}

#[test]
fn facets_are_one_checklist_for_rows_and_transcript() {
    let mut screen = opened(LEGACY, 120, 36);
    let rows = |screen: &Screen| screen.model.session.history.rows();
    let all = rows(&screen);
    screen.press("f");
    insta::assert_snapshot!("facets_120x36", shot(&screen));
    // After the failures comes the group of what people say.
    screen.press("j o");
    assert!(
        screen.text().contains("[x] people") && screen.text().contains("[ ] tools"),
        "{}",
        screen.text()
    );
    screen.press("Esc");
    assert_eq!(
        rows(&screen),
        4,
        "two of the user, one of the agent, one of reasoning: {}",
        screen.text()
    );
    screen.press("T");
    assert_eq!(rows(&screen), 4);
    screen.press("f j i");
    assert!(
        screen.text().contains("[ ] people") && screen.text().contains("[x] tools"),
        "{}",
        screen.text()
    );
    screen.press("/ 'token_c' Enter Space Esc");
    assert!(!screen.text().contains("token_count"), "{}", screen.text());
    assert!(screen.text().contains("function_call"), "{}", screen.text());
    screen.press("T F");
    assert_eq!(rows(&screen), all);
    screen.press("C");
    assert_eq!(rows(&screen), 4);
    screen.press("C");
    assert_eq!(rows(&screen), all);
}

#[test]
fn links_lead_to_other_threads_and_back() {
    let id = |n: u8| numbered(n).to_string();
    let activity = format!(
        r#"{{"type":"event_msg","payload":{{"type":"sub_agent_activity","agent_path":"/root/a","kind":"started","agent_thread_id":"{}"}}}}"#,
        id(2)
    );
    let lost = activity.replace(&id(2), &id(9));
    for keys in ["T", "2"] {
        let mut screen = Screen::empty(120, 36);
        screen.append(
            1,
            &format!("{}\n{activity}\n{lost}", LEGACY.lines().next().unwrap()),
        );
        for create in [
            format!(r#"{{"thread_id":"{}"}}"#, id(1)),
            format!(r#"{{"thread_id":"{}","forked_from_id":"{}"}}"#, id(2), id(1)),
        ] {
            let create = crate::protocol::json::Json::parse(&create).unwrap();
            let step = crate::contract::Step::read(crate::contract::Op::CreateThread, Some(create)).unwrap();
            screen.runtime.block_on(screen.bench().call(step)).unwrap();
        }
        screen.look();
        assert!(
            screen
                .model
                .session
                .threads
                .select(ThreadId::from_string(&id(1)).unwrap())
        );
        screen.press(keys).press("g j");
        let item = screen.model.session.history.selected();
        assert_eq!((named(&screen), item), (id(1), Some(1)));
        screen.press("L");
        assert_eq!(named(&screen), id(2), "{}", screen.said());
        // The other thread has no items, so no entry names its parent.
        screen.press("Backspace");
        assert_eq!(
            (named(&screen), screen.model.session.history.selected()),
            (id(1), item)
        );
        screen.press("Alt+Right");
        assert_eq!(named(&screen), id(2));
        screen.press("Alt+Left j L");
        assert!(
            screen.said().contains("The store has no thread 019e2000"),
            "{}",
            screen.said()
        );
        assert_eq!(named(&screen), id(1));
        screen.press("g Backspace L");
        assert!(
            screen.said().contains("names no other thread"),
            "{}",
            screen.said()
        );
    }
}

/// The transcript of one thread of this many items.
fn transcript(items: usize) -> Screen {
    let store = work::store();
    let line = |n: usize| {
        let text = match n % 4 {
            0 => format!(
                r#"{{"type":"event_msg","payload":{{"type":"user_message","message":"said {n:06}"}}}}"#
            ),
            1 => format!(
                r#"{{"type":"response_item","payload":{{"type":"function_call","name":"shell","call_id":"c{n:06}","arguments":"{{\"command\":\"ls\"}}"}}}}"#
            ),
            2 => format!(
                r#"{{"type":"response_item","payload":{{"type":"function_call_output","call_id":"c{:06}","output":"a\nb\nc {n:06}"}}}}"#,
                n - 1
            ),
            _ => r#"{"type":"event_msg","payload":{"type":"token_count","info":null}}"#.to_owned(),
        };
        RolloutItem::parse(text).unwrap()
    };
    let all: Vec<RolloutItem> = (0..items).map(line).collect();
    for some in all.chunks(1_000) {
        work::append(&store, 0, some.to_vec());
    }
    let mut screen = Screen::on(Workbench::new(store), 200, 50);
    screen.press("T");
    screen
}

#[test]
fn moving_in_a_long_transcript_costs_what_it_costs_in_a_short_one() {
    let keys = [
        "j", "Ctrl+D", "G", "k", "g", "PgDn", "PgUp", "j", "J", "K", "z", "G", "g", "Space", "v", "G",
        "PgUp", "g", "v", "G", "PgUp", "g", "v", "z",
    ];
    work::assert_flat(transcript, &keys);
}

#[test]
fn a_long_transcript_opens_before_all_of_it_was_read() {
    let cost = |items: usize, key: &str| {
        let mut screen = transcript(items);
        screen.press("T g").press(key);
        // Another thread is looked at in between, so that nothing is known of this one.
        screen.model.session.history = Default::default();
        screen.look();
        screen.press(key);
        screen.holds = |call| matches!(call, Call::ReadTranscript(..));
        let before = READ.get();
        screen.press("T");
        let read = READ.get() - before;
        assert!(screen.text().contains("said"), "{}", screen.text());
        (screen, read)
    };
    for key in ["g", "G"] {
        let [(_, some), (mut screen, many)] = [10_000, 30_000].map(|items| cost(items, key));
        assert!(many <= some + some / 10, "{key}: {some} and {many}");
        assert!(
            screen.text().contains("transcript, reading the thread"),
            "{}",
            screen.text()
        );
        let selected = screen.model.session.history.selected();
        screen.holds = |_| false;
        let call = screen.held.pop().unwrap();
        assert!(screen.held.is_empty(), "it is read once");
        screen.carry_out(vec![Effect::Run(call)]);
        assert!(!screen.text().contains("reading"), "{}", screen.text());
        assert_eq!(screen.model.session.history.rows(), 15_000);
        assert!(
            screen.model.session.history.selected() <= selected,
            "the selection stays on its item, or its call"
        );
    }
}

/// The text without white space.
fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The whole text of an event with a message.
fn message(item: &RolloutItem) -> Option<String> {
    let line: Value = serde_json::from_slice(&item.bytes()).ok()?;
    let payload = line.get("payload")?;
    let is_message = line["type"] == "event_msg"
        && (payload["type"] == "user_message" || payload["type"] == "agent_message");
    let text = payload["message"]
        .as_str()
        .filter(|text| !text.is_empty() && is_message)?;
    Some(text.to_owned())
}

#[test]
fn every_message_of_the_sample_is_on_the_transcript_once_and_whole() {
    let Some(folder) = std::env::var_os("THREADLOUPE_ROLLOUTS") else {
        return println!("skipped: THREADLOUPE_ROLLOUTS names no folder of rollouts");
    };
    let mut screen = Screen::empty(90, 30);
    let bench = screen.bench();
    let paths = [PathBuf::from(folder)];
    let store = bench.store();
    let mut goes_on = |_: Notice<'_>| ControlFlow::Continue(());
    let work = import(&*store, &paths, ImportOptions::default(), &mut goes_on);
    screen.runtime.block_on(work);
    screen.look();
    screen.press("T");
    let mut messages = 0;
    for row in 0..screen.model.session.threads.rows().len() {
        screen.model.session.threads.cursor.at = row;
        screen.look();
        let view = &screen.model.session.history;
        let transcript = view.conversation.transcript();
        assert!(transcript.is_complete());
        let entries = (0..view.items()).filter(|place| transcript.entry(*place).is_some());
        let shown: Vec<usize> = (0..view.rows()).filter_map(|row| view.place(row)).collect();
        assert_eq!(entries.collect::<Vec<_>>(), shown, "thread {row}");
        for place in 0..view.items() {
            let item = transcript.history().get(place).unwrap();
            let Some(text) = message(item) else { continue };
            messages += 1;
            let entry = shown.binary_search(&view.shown_by(place)).unwrap();
            let lines = view.lines_at(entry);
            let mut said = String::new();
            for line in &lines.lines {
                match line {
                    EntryLine::Body(text, _) => said.push_str(text),
                    EntryLine::Heading(_) | EntryLine::Chapter(..) => {}
                }
            }
            let visible: Vec<_> = text
                .lines()
                .map(|line| crate::text::visible(line).into_owned())
                .collect();
            // Images stand behind the text.
            let is_whole = solid(&said).starts_with(&solid(&visible.concat()));
            assert!(is_whole, "thread {row}, item {}: {said}", place + 1);
        }
    }
    assert!(messages > 40, "{messages}");
}
