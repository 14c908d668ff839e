//! Queries over a small store, wrong queries with their sentences, and each field against a plain model.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::contract::{
    AppendThreadItemsParams, CreateThreadParams, ResumeThreadParams, StoredThread, ThreadMetadataPatch,
    ThreadStore, UpdateThreadMetadataParams,
};
use crate::protocol::{RolloutItem, ThreadId};
use crate::store::InMemoryThreadStore;

fn id(n: u32) -> ThreadId {
    ThreadId::from_string(&format!("0198f2a3-0000-7000-8000-{n:012}")).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-07-10T12:00:00Z".parse().unwrap()
}

struct Store(InMemoryThreadStore);

impl Store {
    async fn create(&self, n: u32, with: impl FnOnce(&mut CreateThreadParams)) {
        let mut params = CreateThreadParams::new(id(n));
        with(&mut params);
        self.0.create_thread(params).await.unwrap();
    }

    async fn patch(&self, n: u32, patch: &str) {
        let patch = serde_json::from_str(patch).unwrap();
        let update = UpdateThreadMetadataParams::new(id(n), patch);
        // A thread that was never created keeps its patch, too.
        let _ = self.0.update_thread_metadata(update).await;
    }

    async fn items(&self, n: u32, items: &[&str]) {
        let parse = |text: &&str| match text.starts_with('{') {
            true => RolloutItem::parse(*text).unwrap(),
            false => RolloutItem::damaged(text.as_bytes()),
        };
        let items = items.iter().map(parse).collect();
        self.0
            .append_items(AppendThreadItemsParams::new(id(n), items))
            .await
            .unwrap();
    }

    async fn path(&self, n: u32, path: &str) {
        let mut params = ResumeThreadParams::new(id(n));
        params.rollout_path = Some(path.into());
        self.0.resume_thread(params).await.unwrap();
    }
}

/// Threads 1 to 6; 6 was never created.
async fn store() -> InMemoryThreadStore {
    let store = Store(InMemoryThreadStore::standing_at(now()));
    store
        .create(1, |params| params.source = "cli".parse_source())
        .await;
    store
        .patch(
            1,
            r#"{"name":"Fix the Retry test","preview":"retry\n please","cwd":"/home/ann/Web","model":"gpt-5","model_provider":"openai",
               "reasoning_effort":"high","cli_version":"0.171.0","updated_at":"2026-07-10T11:00:00Z",
               "created_at":"2026-06-30T23:59:59Z","git_info":{"branch":"main"},
               "approval_mode":"never","sandbox_policy":{"type":"danger-full-access"}}"#,
        )
        .await;
    store
        .items(
            1,
            &[
                r#"{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"a \"quoted\"\nline"}]}}"#,
                r#"{"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"total_tokens":1500000}}}}"#,
                r#"{"type":"event_msg","payload":{"type":"token_count","info":null}}"#,
            ],
        )
        .await;
    store.path(1, "/home/ann/sessions/one.jsonl").await;
    store
        .create(2, |params| params.forked_from_id = Some(id(1)))
        .await;
    store
        .patch(
            2,
            r#"{"preview":"Say hello","cwd":"C:\\Users\\ann b","updated_at":"2026-07-01T10:00:00Z"}"#,
        )
        .await;
    store.items(2, &["torn: {\"a", r#"{"needle":"hay"}"#]).await;
    store.path(2, "/home/ann/archived_sessions/two.jsonl").await;
    let spawned = format!(
        r#"{{"subagent":{{"thread_spawn":{{"parent_thread_id":"{}","depth":1,"agent_nickname":"Ada"}}}}}}"#,
        id(2)
    );
    store
        .create(3, |params| {
            params.source = serde_json::from_str(&spawned).unwrap()
        })
        .await;
    store
        .patch(3, r#"{"agent_nickname":"Ada","agent_role":"explorer","name":""}"#)
        .await;
    store.create(4, |_| ()).await;
    store
        .items(
            4,
            &[
                r##"{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"# AGENTS.md instructions for x"},{"type":"input_text","text":"<environment>"}]}}"##,
                r##"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"UserMessage","content":[{"type":"text","text":"# Context from my IDE setup:\nfiles\n## My request for Codex:\n  count\nsheep "}]}}}"##,
                r#"{"type":"token_usage_record","payload":{"thread_token_usage":{"total_tokens":7}}}"#,
            ],
        )
        .await;
    store
        .create(5, |params| params.source = "or".parse_source())
        .await;
    store
        .patch(
            5,
            r#"{"git_info":{"sha":null,"branch":null},"updated_at":"2026-07-08T11:59:59Z"}"#,
        )
        .await;
    store.patch(6, r#"{"name":"12:30 -x 5\" a"}"#).await;
    store.0
}

trait ParseSource {
    fn parse_source(&self) -> crate::protocol::SessionSource;
}

impl ParseSource for str {
    fn parse_source(&self) -> crate::protocol::SessionSource {
        crate::protocol::SessionSource::from_startup_arg(self).unwrap()
    }
}

fn found(query: &str, snapshot: &Snapshot) -> Vec<u32> {
    let filter = ThreadFilter::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let matcher = filter.matcher(snapshot);
    (1..=6)
        .filter(|n| matcher.matches(snapshot.thread(id(*n)).unwrap()))
        .collect()
}

#[tokio::test]
async fn queries_find_their_threads() {
    let snapshot = store().await.snapshot();
    let all = &[1, 2, 3, 4, 5, 6][..];
    for (query, ids) in [
        ("", all),
        ("  \t ", all),
        // Words
        ("retry", &[1]),
        ("Retry", &[1]),
        ("RETRY", &[]),
        ("\"retry please\"", &[1]),
        ("hello say", &[2]),
        ("\"say hello\"", &[2]),
        ("\"hello say\"", &[]),
        ("retry hello", &[]),
        ("ann", &[1, 2]),
        ("\"C:\\Users\\ann b\"", &[2]),
        ("000000000003", &[3]),
        ("main gpt-5 openai cli 0.171.0 one.jsonl web", &[1]),
        ("ada explorer", &[3]),
        ("\"count sheep\"", &[4]),
        ("count sheep", &[4]),
        ("agents.md", &[]),
        ("12:30", &[6]),
        ("5\"", &[6]),
        ("\"-x\"", &[6]),
        // The effort and the policies are no words.
        ("high or danger-full-access", &[]),
        // Fields
        ("cwd:web", &[1]),
        ("cwd:=/home/ann/web", &[]),
        ("cwd:=/home/ann/Web", &[1]),
        ("cwd:\"ann b\"", &[2]),
        ("branch:main", &[1]),
        ("branch:=mai", &[]),
        ("model:gpt provider:OpenAI", &[]),
        ("model:gpt provider:openai", &[1]),
        ("source:=cli", &[1]),
        ("source:spawn", &[3]),
        ("source:=or", &[5]),
        ("version:171", &[1]),
        ("effort:=high sandbox:full approval:never", &[1]),
        ("id:0000-7000", all),
        ("name:\"the retry\"", &[1]),
        ("name:=\"\"", &[3]),
        ("path:sessions", &[1, 2]),
        ("path:one or path:two.jsonl", &[1, 2]),
        ("nickname:ada role:=explorer", &[3]),
        // The contents
        ("text:quoted", &[1]),
        ("text:=hay", &[2]),
        ("text:=ha", &[]),
        ("text:needle", &[]),
        ("text:torn", &[2]),
        // Properties
        ("is:archived", &[2]),
        ("is:fork", &[2]),
        ("is:subagent", &[3]),
        ("is:unlisted", &[6]),
        ("is:damaged", &[2]),
        ("has:name", &[1, 3, 6]),
        ("has:git", &[1]),
        ("has:children", &[1, 2]),
        // Times and numbers
        ("updated:<2d", &[1]),
        ("updated:<=2d", &[1]),
        ("updated:>2d", &[2, 5]),
        ("updated:<61m", &[1]),
        ("updated:<3600s", &[]),
        ("updated:<=3600s", &[1]),
        ("updated:<1w", &[1, 5]),
        ("updated:>2026-07-01", &[1, 5]),
        ("updated:>=2026-07-01", &[1, 2, 5]),
        ("updated:<2026-07-08", &[2]),
        ("updated:<=2026-07-08", &[2, 5]),
        ("updated:2026-07", &[1, 2, 5]),
        ("created:2026-06", &[1]),
        ("created:2026-06-30 created:2026", &[1]),
        ("created:2026-07", &[]),
        ("created:=2026-06-30T23:59:59Z", &[1]),
        ("-updated:2026", &[3, 4, 6]),
        ("items:>2", &[1, 4]),
        ("items:2", &[2]),
        ("items:<=2 items:>0", &[2]),
        ("items:<1", &[3, 5, 6]),
        ("tokens:>1m", &[1]),
        ("tokens:1.5M", &[1]),
        ("tokens:<0.01k", &[4]),
        ("tokens:>=0", &[1, 4]),
        // Negation and or
        ("-is:fork", &[1, 3, 4, 5, 6]),
        ("--is:fork", &[2]),
        ("-\"say hello\" -retry", &[3, 4, 5, 6]),
        ("is:fork or is:subagent has:name", &[3]),
        ("has:name is:subagent or is:fork or is:unlisted", &[3, 6]),
        ("is:fork or -has:name", &[2, 4, 5]),
        ("\"or\" -explorer", &[5]),
    ] {
        assert_eq!(found(query, &snapshot), ids, "{query}");
    }
}

#[test]
fn wrong_queries_are_named_with_their_column() {
    for (query, sentence) in [
        (
            "modle:gpt",
            "column 1: there is no field modle; did you mean model?",
        ),
        ("é  -Cwd:x", "column 5: there is no field Cwd; did you mean cwd?"),
        (
            "https://a",
            "column 1: there is no field https; to search for this text, put it in quotation marks",
        ),
        (
            "is:forked",
            "column 4: there is no is:forked; did you mean is:fork?",
        ),
        (
            "is:archivd",
            "column 4: there is no is:archivd; did you mean is:archived?",
        ),
        (
            "has:xyz",
            "column 5: there is no has:xyz; has: takes one of name, git, children",
        ),
        (
            "a is:marked",
            "column 6: is:marked cannot be used here, because threads can be marked only in the inspector",
        ),
        (
            "x cwd: y",
            "column 3: cwd: needs a value directly after the colon",
        ),
        ("cwd:=", "column 1: cwd: needs a value directly after the colon"),
        (
            "\"\"",
            "column 1: there is no text between the quotation marks; add some text or remove the marks",
        ),
        (
            "cwd:\"\"",
            "column 5: there is no text between the quotation marks; add some text or remove the marks",
        ),
        (
            "a \"b c",
            "column 3: the quotation mark is not closed; add one at the end of the phrase",
        ),
        (
            "name:\"b\"c",
            "column 9: text follows a closing quotation mark; put a space between them",
        ),
        (
            "a -",
            "column 3: `-` needs a term directly after it; to search for a minus sign, write \"-\"",
        ),
        (
            "or a",
            "column 1: `or` needs a term on each side; to search for this word, write \"or\"",
        ),
        (
            "a or",
            "column 3: `or` needs a term on each side; to search for this word, write \"or\"",
        ),
        (
            "a or or b",
            "column 6: `or` needs a term on each side; to search for this word, write \"or\"",
        ),
        (
            "updated:soon",
            "column 9: updated:soon is not a time; use an age such as updated:<2d (s, m, h, d or w) or a date such as updated:>2026-07-01",
        ),
        (
            "created:2d",
            "column 9: created:2d needs a comparison; use created:<2d for times within this age, or created:>2d for older ones",
        ),
        (
            "tokens:>1q",
            "column 8: tokens:>1q is not a number; use one such as tokens:>100, with k, m or g for thousands, millions or billions",
        ),
    ] {
        let error = ThreadFilter::parse(query).expect_err(query);
        assert_eq!(error.to_string(), sentence, "{query}");
    }
}

#[tokio::test]
async fn marks_are_asked_for_only_where_they_are_known() {
    let snapshot = store().await.snapshot();
    let filter = ThreadFilter::parse_with_marks("is:marked or is:fork -000000000003").unwrap();
    let marked = [id(1), id(3), id(9)].into_iter().collect();
    let matcher = filter.matcher(&snapshot).with_marks(Arc::new(marked));
    let ids: Vec<ThreadId> = matcher
        .select(snapshot.threads())
        .map(|record| record.id)
        .collect();
    assert_eq!(ids, [id(1), id(2)]);
    assert!(ThreadFilter::parse("-is:marked").is_err());
}

#[tokio::test]
async fn a_phrase_is_looked_for_with_all_its_signs() {
    let snapshot = store().await.snapshot();
    for (phrase, ids) in [
        ("", 1..7),
        ("-x", 6..7),
        ("5\" a", 6..7),
        ("retry please", 1..2),
        ("is:fork", 1..1),
    ] {
        let matcher = ThreadFilter::of_phrase(phrase).matcher(&snapshot);
        let found: Vec<ThreadId> = matcher
            .select(snapshot.threads())
            .map(|record| record.id)
            .collect();
        assert_eq!(found, ids.map(id).collect::<Vec<_>>(), "{phrase}");
    }
}

#[test]
fn a_query_narrows_another_if_its_terms_do() {
    let parse = |query| ThreadFilter::parse(query).unwrap();
    for (query, wider) in [
        ("", ""),
        ("a", ""),
        ("ab", "a"),
        ("AB", "ab"),
        ("-a", "-ab"),
        ("b a", "a b"),
        ("cwd:web x", "cwd:we"),
        ("cwd:=/Web", "cwd:web"),
        ("is:fork a", "is:fork"),
        ("a", "a or b"),
        ("ab or ac", "a"),
        ("text:quoted", "text:quote"),
    ] {
        assert!(parse(query).narrows(&parse(wider)), "{query} narrows {wider}");
    }
    for (query, other) in [
        ("", "a"),
        ("a", "ab"),
        ("ab", "Ab"),
        ("-ab", "-a"),
        ("-a", "a"),
        ("cwd:web", "web"),
        ("cwd:web", "branch:web"),
        ("cwd:web", "cwd:=web"),
        ("a or b", "a"),
        ("is:fork", "is:subagent"),
        ("updated:<1d", "updated:<2d"),
    ] {
        assert!(!parse(query).narrows(&parse(other)), "{query} and {other}");
    }
}

#[test]
fn values_that_only_look_like_times_and_numbers_are_refused() {
    for value in [
        "",
        "<",
        "2026-",
        "2026-13",
        "2026-02-30",
        "2026-1",
        "2026-01-01-01",
        "26",
        "<d",
        "<-2d",
        "<2y",
        "<>2d",
        "<99999999999999999999d",
        "+2026",
        "2026-07-01T25:00:00Z",
        "9999999d",
    ] {
        for field in ["updated", "created"] {
            let query = format!("{field}:{value}");
            assert!(ThreadFilter::parse(&query).is_err(), "{query}");
        }
    }
    for value in [
        "",
        ">",
        "k",
        "1.",
        ".5",
        "1.5",
        "1.2345k",
        "-1",
        "+1",
        "1e3",
        "99999999999999999999",
        "99999999999g",
        "1kk",
        "٣",
    ] {
        for field in ["items", "tokens"] {
            let query = format!("{field}:{value}");
            assert!(ThreadFilter::parse(&query).is_err(), "{query}");
        }
    }
}

#[tokio::test]
async fn titles_are_one_line_with_their_origin() {
    let store = Store(store().await);
    store
        .patch(5, &format!(r#"{{"name":" {} "}}"#, "é \\n".repeat(150)))
        .await;
    let snapshot = store.0.snapshot();
    let title = |n| title(snapshot.thread(id(n)).unwrap());
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(title(1), (some("Fix the Retry test"), TitleOrigin::Name));
    assert_eq!(title(2), (some("Say hello"), TitleOrigin::Preview));
    assert_eq!(title(3), (None, TitleOrigin::None));
    assert_eq!(title(4), (some("count sheep"), TitleOrigin::History));
    assert_eq!(title(5), (some(&("é ".repeat(100) + "…")), TitleOrigin::Name));
}

/// A record with random metadata and a number of items.
fn records() -> impl Strategy<Value = ThreadRecord> {
    let word = || prop::option::of("[abAB /é]{0,4}");
    let texts = prop::collection::vec(word(), 8);
    let source = prop::sample::select(vec![
        r#""cli""#,
        r#""vscode""#,
        r#""exec""#,
        r#""mcp""#,
        r#""unknown""#,
        r#"{"custom":"aB"}"#,
        r#"{"subagent":"review"}"#,
        r#"{"internal":"memory_consolidation"}"#,
    ]);
    let policy = prop::option::of(prop::sample::select(vec![
        (r#""untrusted""#, r#"{"type":"read-only"}"#, r#""low""#),
        (r#""never""#, r#"{"type":"danger-full-access"}"#, r#""xhigh""#),
    ]));
    let times = (prop::option::of(-200i64..200), prop::option::of(-200i64..200));
    (0u32..100, texts, source, policy, times, 0usize..4).prop_map(
        |(n, texts, source, policy, times, items)| {
            let mut record = ThreadRecord::created(CreateThreadParams::new(id(n)));
            let mut patch = ThreadMetadataPatch::default();
            let mut texts = texts.into_iter();
            let mut next = || texts.next().flatten();
            patch.name = next().map(Some);
            patch.cwd = next().map(Into::into);
            patch.model = next();
            patch.model_provider = next();
            patch.agent_nickname = next().map(Some);
            patch.agent_role = next().map(Some);
            patch.cli_version = next();
            if let Some(branch) = next() {
                patch.git_info.get_or_insert_default().branch = Some(Some(branch));
            }
            patch.source = serde_json::from_str(source).unwrap();
            if let Some((approval, sandbox, effort)) = policy {
                patch.approval_mode = serde_json::from_str(approval).unwrap();
                patch.sandbox_policy = serde_json::from_str(sandbox).unwrap();
                patch.reasoning_effort = serde_json::from_str(effort).unwrap();
            }
            let at = |hours: i64| now() + TimeDelta::hours(hours);
            patch.updated_at = times.0.map(at);
            patch.created_at = times.1.map(at);
            record.patch = Some(Arc::new(patch));
            let item = RolloutItem::parse(r#"{"a":"b"}"#).unwrap();
            record
                .history
                .get_or_insert_default()
                .append(vec![item; items].into());
            record
        },
    )
}

/// The value of a field as a read returns it; `None` if nothing has set it.
fn read(record: &ThreadRecord, field: &str) -> Option<String> {
    let thread: StoredThread = record.project(now()).unwrap();
    let patch = record.patch.as_deref().unwrap();
    let set = |is_set: bool, text: String| is_set.then_some(text);
    match field {
        "id" => Some(thread.thread_id.to_string()),
        "name" => thread.name,
        "cwd" => set(patch.cwd.is_some(), thread.cwd.to_str().unwrap().to_owned()),
        "model" => thread.model,
        "provider" => set(patch.model_provider.is_some(), thread.model_provider),
        "nickname" => thread.agent_nickname,
        "role" => thread.agent_role,
        "version" => set(patch.cli_version.is_some(), thread.cli_version),
        "branch" => thread.git_info.and_then(|git| git.branch),
        "source" => Some(thread.source.to_string()),
        "effort" => thread.reasoning_effort.map(|effort| effort.to_string()),
        "sandbox" => set(patch.sandbox_policy.is_some(), thread.sandbox_policy.to_string()),
        "approval" => set(patch.approval_mode.is_some(), thread.approval_mode.to_string()),
        _ => panic!("{field} is no text of a read"),
    }
}

const READ: [&str; 13] = [
    "id", "name", "cwd", "model", "provider", "nickname", "role", "version", "branch", "source", "effort",
    "sandbox", "approval",
];

fn contains(text: &str, part: &str) -> bool {
    match part.chars().any(char::is_uppercase) {
        true => text.contains(part),
        false => text.to_lowercase().contains(part),
    }
}

fn matches(query: &str, record: &ThreadRecord) -> bool {
    let store = InMemoryThreadStore::standing_at(now());
    let filter = ThreadFilter::parse(query).unwrap();
    filter.matcher(&store.snapshot()).matches(record)
}

/// A random field, text and number of hours.
type DrawnValues = (usize, String, i64);
/// Whether a term matches a record, by the model.
type TermModel = fn(&ThreadRecord, &DrawnValues) -> bool;

/// A term of a random kind, and its model.
fn terms() -> impl Strategy<Value = (String, TermModel, DrawnValues)> {
    let drawn = (0..READ.len(), "[abABé01]{1,2}", -210i64..210);
    (0usize..8, drawn).prop_map(|(kind, drawn)| {
        let (field, text, hours) = &drawn;
        let moment = (now() + TimeDelta::hours(*hours)).to_rfc3339();
        let age = hours.unsigned_abs();
        let (term, model): (String, TermModel) = match kind {
            0 => (format!("{}:{text}", READ[*field]), |record, (field, text, _)| {
                read(record, READ[*field]).is_some_and(|value| contains(&value, text))
            }),
            1 => (
                format!("{}:=\"{text}\"", READ[*field]),
                |record, (field, text, _)| read(record, READ[*field]).is_some_and(|value| value == *text),
            ),
            2 => (format!("updated:<{moment}"), |record, (_, _, hours)| {
                let at = record.patch.as_ref().unwrap().updated_at;
                at.is_some_and(|at| at < now() + TimeDelta::hours(*hours))
            }),
            3 => (format!("updated:>{age}h"), |record, (_, _, hours)| {
                let at = record.patch.as_ref().unwrap().updated_at;
                at.is_some_and(|at| now() - at > TimeDelta::hours(hours.abs()))
            }),
            4 => (format!("created:<={age}h"), |record, (_, _, hours)| {
                let at = record.patch.as_ref().unwrap().created_at;
                at.is_some_and(|at| now() - at <= TimeDelta::hours(hours.abs()))
            }),
            5 => (format!("created:{}", &moment[..10]), |record, (_, _, hours)| {
                let at = record.patch.as_ref().unwrap().created_at;
                at.is_some_and(|at| at.date_naive() == (now() + TimeDelta::hours(*hours)).date_naive())
            }),
            6 => (format!("items:>={}", age % 4), |record, (_, _, hours)| {
                record.history.as_ref().unwrap().len() as u64 >= hours.unsigned_abs() % 4
            }),
            _ => (text.clone(), |record, (_, text, _)| {
                let words = READ[..10].iter().filter(|field| **field != "name");
                let title = record.name().filter(|name| !name.trim().is_empty());
                let mut texts: Vec<String> = words.filter_map(|field| read(record, field)).collect();
                texts.extend(title.map(str::to_owned));
                texts.iter().any(|value| contains(value, text))
            }),
        };
        (term, model, drawn)
    })
}

proptest! {
    /// Each field finds what a read returns, and negation, `or` and spaces combine terms as their meaning says.
    #[test]
    fn queries_match_as_a_plain_model(
        record in records(),
        clauses in prop::collection::vec(prop::collection::vec((any::<bool>(), terms()), 1..3), 0..3),
    ) {
        let mut query = String::new();
        let mut expected = true;
        for clause in &clauses {
            let mut one = false;
            for (at, (negated, (term, model, drawn))) in clause.iter().enumerate() {
                query.push_str(if at == 0 { " " } else { " or " });
                query.push_str(if *negated { "-" } else { "" });
                query.push_str(term);
                one |= model(&record, drawn) != *negated;
            }
            expected &= one;
        }
        prop_assert_eq!(matches(&query, &record), expected, "{}", query);
    }

    /// What is selected from many threads is what each test finds, and a query that narrows another finds no other thread.
    #[test]
    fn selected_threads_are_those_that_match(
        records in prop::collection::vec(records(), 0..150),
        terms in prop::collection::vec((any::<bool>(), terms()), 1..3),
        more in "[abABé01]{0,2}",
    ) {
        let query = terms.iter().fold(String::new(), |query, (negated, (term, ..))| {
            format!("{query} {}{term}", if *negated { "-" } else { "" })
        });
        let longer = format!("{query}{more}");
        let snapshot = InMemoryThreadStore::standing_at(now()).snapshot();
        let [filter, other] = [&query, &longer].map(|query| ThreadFilter::parse(query));
        let filter = filter.unwrap();
        let matcher = filter.matcher(&snapshot);
        let records: Vec<Arc<ThreadRecord>> = records.into_iter().map(Arc::new).collect();
        let selected: Vec<&Arc<ThreadRecord>> = matcher.select(&records).collect();
        let matching: Vec<&Arc<ThreadRecord>> = records.iter().filter(|record| matcher.matches(record)).collect();
        prop_assert_eq!(selected.len(), matching.len());
        prop_assert!(selected.iter().zip(&matching).all(|(one, other)| Arc::ptr_eq(one, other)));
        if let Ok(other) = other && other.narrows(&filter) {
            let found = other.matcher(&snapshot);
            prop_assert!(found.select(&records).all(|record| matcher.matches(record)), "{} {}", longer, query);
        }
    }

    /// Any text is either a query or has a fault within it.
    #[test]
    fn any_text_is_a_query_or_has_a_fault_in_it(query in "([a-c:=\"<>é -]|or |is:|updated:|items:|\\PC){0,20}") {
        if let Err(error) = ThreadFilter::parse(&query) {
            prop_assert!((1..=query.chars().count() + 1).contains(&error.column), "{}", error);
        }
    }
}
