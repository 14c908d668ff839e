//! Checks that a transcript that is read in parts is the one that is read at once, and that entries need only one item.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

fn history(lines: &[String]) -> History {
    let mut history = History::default();
    let items: Vec<RolloutItem> = lines
        .iter()
        .map(|line| RolloutItem::parse(line.as_str()).unwrap())
        .collect();
    history.append(items.into());
    history
}

fn event(members: &str) -> String {
    format!(r#"{{"timestamp":"2026-11-27T10:00:00.000Z","type":"event_msg","payload":{{{members}}}}}"#)
}

fn model(members: &str) -> String {
    format!(r#"{{"timestamp":"2026-11-27T10:00:01.500Z","type":"response_item","payload":{{{members}}}}}"#)
}

/// A line of a random history in which calls, outputs, repeats and turns are frequent.
fn line() -> impl Strategy<Value = String> {
    let id = prop::sample::select(vec!["a", "b", "c"]);
    (0..14, id).prop_map(|(kind, id)| match kind {
        0 => event(&format!(r#""type":"task_started","turn_id":"{id}""#)),
        1 => event(&format!(r#""type":"task_complete","turn_id":"{id}","duration_ms":5"#)),
        2 => event(&format!(r#""type":"user_message","message":"{id}""#)),
        3 => event(&format!(r#""type":"agent_message","message":"{id}""#)),
        4 => model(&format!(r#""type":"message","role":"user","content":[{{"text":"{id}"}}]"#)),
        5 => model(&format!(r#""type":"function_call","name":"shell","arguments":"{{}}","call_id":"{id}""#)),
        6 => model(&format!(r#""type":"function_call_output","call_id":"{id}","output":"Exit code: 1""#)),
        7 => event(&format!(r#""type":"exec_command_end","call_id":"{id}","exit_code":0,"stdout":"x""#)),
        8 => event(&format!(
            r#""type":"item_completed","item":{{"type":"CommandExecution","id":"{id}","command":["ls"],"exit_code":0}}"#
        )),
        9 => event(r#""type":"thread_rolled_back","num_turns":1"#),
        10 => event(r#""type":"token_count","info":{"total_token_usage":{"total_tokens":9}}"#),
        11 => r#"{"type":"compacted","payload":{"message":"m","replacement_history":[]}}"#.to_owned(),
        12 => model(r#""type":"web_search_call","action":{"type":"search","query":"q"}"#),
        _ => event(&format!(r#""type":"web_search_end","call_id":"{id}","query":"q""#)),
    })
}

proptest! {
    #[test]
    fn reading_in_parts_is_reading_at_once(
        lines in prop::collection::vec(line(), 0..60),
        bytes in 1usize..600,
    ) {
        let history = history(&lines);
        let whole = Transcript::of(&history);
        let mut parts = Transcript::default();
        parts.aim(&history);
        while !parts.is_complete() {
            parts.read(bytes);
        }
        prop_assert_eq!(parts.chapters().collect::<Vec<_>>(), whole.chapters().collect::<Vec<_>>());
        for place in 0..lines.len() {
            prop_assert_eq!(parts.entry(place), whole.entry(place));
            // What shows an item has an entry of its own.
            let shown_by = whole.shown_by(place);
            prop_assert_eq!(whole.shown_by(shown_by), shown_by);
            if shown_by != place {
                prop_assert!(whole.entry(shown_by).is_some(), "{} by {}", place, shown_by);
            }
        }
    }
}

#[test]
fn an_event_before_its_call_belongs_to_the_call() {
    let lines = [
        event(
            r#""type":"item_completed","item":{"type":"CommandExecution","id":"c","command":["ls"],"exit_code":3,"aggregated_output":"from the event"}"#,
        ),
        model(r#""type":"function_call","name":"exec_command","arguments":"{\"cmd\":\"ls\"}","call_id":"c""#),
        model(r#""type":"function_call_output","call_id":"c","output":"from the output""#),
    ];
    let history = history(&lines);
    let transcript = Transcript::of(&history);
    assert_eq!([0, 1, 2].map(|place| transcript.shown_by(place)), [1, 1, 1]);
    let entry = transcript.entry(1).unwrap();
    assert_eq!(entry.outcome, Some(EntryOutcome::Failed(Failure::Exit(3))));
    assert_eq!(
        entry.blocks.last(),
        Some(&TranscriptBlock::Output("from the output".into()))
    );
    assert_eq!(entry.title, "exec_command ls");
}

#[test]
fn an_entry_is_made_from_its_own_items_only() {
    let turn = |number: usize| {
        [
            event(&format!(r#""type":"task_started","turn_id":"t{number}""#)),
            event(&format!(r#""type":"user_message","message":"m{number}""#)),
            model(&format!(
                r#""type":"function_call","name":"shell","arguments":"{{}}","call_id":"c{number}""#
            )),
            model(&format!(
                r#""type":"function_call_output","call_id":"c{number}","output":"o""#
            )),
        ]
    };
    let lines: Vec<String> = (0..500).flat_map(turn).collect();
    let history = history(&lines);
    let transcript = Transcript::of(&history);
    let before = crate::protocol::item::READ.get();
    for place in 1000..1040 {
        let entry = transcript.entry(place);
        assert_eq!(entry.is_some(), place % 4 == 1 || place % 4 == 2);
    }
    let read = crate::protocol::item::READ.get() - before;
    assert!(read < 40 * 12, "{read}");
}
