//! Every message of every thread is shown once and whole, compared with a plain program that only knows how files hold
//! messages.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::Value;
use threadloupe::contract::{LoadThreadHistoryParams, ThreadStore};
use threadloupe::protocol::RolloutItem;
use threadloupe::rollout::import::{ImportOptions, import};
use threadloupe::store::InMemoryThreadStore;

use super::run;
use crate::support::homes;
use crate::support::html::articles;
use crate::support::rollouts::samples;

/// The author of a message, and its text without what an editor put before it.
type Said = (String, String);

/// A message as an item holds it: its author, its parts, and the form.
fn message(item: &RolloutItem) -> Option<(String, Vec<String>, usize)> {
    let line: Value = serde_json::from_slice(&item.bytes()).ok()?;
    let payload = line.get("payload").unwrap_or(&line);
    let kind = |value: &Value| value["type"].as_str().unwrap_or_default().to_owned();
    let outer = kind(&line);
    let parts = |content: &Value| match content {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(parts) => {
            let has_image = parts
                .iter()
                .any(|part| kind(part).to_lowercase().contains("image") && !part["image_url"].is_null());
            let texts = parts.iter().filter_map(|part| part["text"].as_str());
            let tags = |text: &&str| !has_image || !text.starts_with("<image") && *text != "</image>";
            Some(texts.filter(tags).map(str::to_owned).collect::<Vec<_>>())
        }
        _ => None,
    };
    let (author, text, form) = match (outer.as_str(), kind(payload).as_str()) {
        ("response_item" | "message", "message") => {
            (payload["role"].as_str()?, parts(&payload["content"])?, 0)
        }
        ("event_msg", "user_message") => ("user", vec![payload["message"].as_str()?.to_owned()], 1),
        ("event_msg", "agent_message") => ("assistant", vec![payload["message"].as_str()?.to_owned()], 1),
        ("event_msg", "item_completed") => match kind(&payload["item"]).as_str() {
            "UserMessage" => ("user", parts(&payload["item"]["content"])?, 2),
            "AgentMessage" => ("assistant", parts(&payload["item"]["content"])?, 2),
            _ => return None,
        },
        _ => return None,
    };
    let author = if author == "system" { "developer" } else { author };
    (!text.concat().is_empty()).then(|| (author.to_owned(), text, form))
}

/// The words without the context of an editor.
fn own(text: &str) -> String {
    let own = text
        .split_once("## My request for Codex:")
        .map_or(text, |(_, own)| own);
    own.trim().to_owned()
}

/// The messages of a history: of the forms in which a turn has a text, the one in which it is there most often counts.
fn messages(items: &[RolloutItem]) -> BTreeMap<Said, (usize, Vec<Vec<String>>)> {
    let mut found: BTreeMap<(usize, Said), [usize; 3]> = BTreeMap::new();
    let mut messages: BTreeMap<Said, (usize, Vec<Vec<String>>)> = BTreeMap::new();
    let mut turn = 0;
    for item in items {
        turn += usize::from(item.kind().name == "task_started");
        if let Some((author, parts, form)) = message(item) {
            let said = (author, own(&parts.concat()));
            found.entry((turn, said.clone())).or_default()[form] += 1;
            messages.entry(said).or_default().1.push(parts);
        }
    }
    for ((_, said), forms) in found {
        messages.get_mut(&said).unwrap().0 += forms.into_iter().max().unwrap();
    }
    messages
}

/// The text as it is shown: control characters are symbols.
fn visible(text: &str) -> String {
    let text = text.replace("\r\n", "\u{1}");
    let signs = text.chars().map(|sign| match sign {
        '\u{1}' => "\r\n".to_owned(),
        '\n' | '\t' => sign.to_string(),
        '\u{7f}' => "\u{2421}".to_owned(),
        '\0'..'\u{20}' => char::from_u32(0x2400 + u32::from(sign)).unwrap().to_string(),
        '\u{80}'..='\u{9f}' => format!("\u{2039}{:02X}\u{203a}", u32::from(sign)),
        _ => sign.to_string(),
    });
    signs.collect()
}

fn compare(from: &Path, thread: &str, items: &[RolloutItem]) -> usize {
    let arguments = [thread, "--tools", "none", "--no-redact"];
    let output = run(from, &[&arguments[..], &["--format", "html"]].concat());
    let document = String::from_utf8(output.stdout).unwrap();
    let mut shown: BTreeMap<Said, Vec<String>> = BTreeMap::new();
    for article in articles(&document) {
        let author = match (article.class.as_str(), article.title.as_str()) {
            ("user", "goal") | ("agent", "plan" | "review") => continue,
            ("user", _) => "user",
            ("agent", _) => "assistant",
            ("system", title) if title.starts_with("developer") || title == "system" => "developer",
            ("system", title) if title.starts_with("user") => "user",
            ("system", title) if title.starts_with("system") => "developer",
            _ => continue,
        };
        let text = article.texts.concat();
        if !text.is_empty() {
            shown
                .entry((author.to_owned(), own(&text)))
                .or_default()
                .push(text);
        }
    }
    let expected = messages(items);
    let text = String::from_utf8(run(from, &arguments).stdout).unwrap();
    for ((author, words), (count, texts)) in &expected {
        let found = shown
            .remove(&(author.clone(), own(&visible(words))))
            .unwrap_or_default();
        assert_eq!(found.len(), *count, "{thread}: {author}: {words}");
        let whole: Vec<String> = texts.iter().map(|text| visible(&text.concat())).collect();
        assert!(
            found.iter().all(|text| whole.contains(text)),
            "{thread}: {found:?}"
        );
        // Each part of one of the forms stands in the plain text, too.
        let is_there = |parts: &Vec<String>| parts.iter().all(|part| text.contains(&visible(part)));
        assert!(texts.iter().any(is_there), "{thread}: {words}");
    }
    assert!(shown.is_empty(), "{thread}: {shown:?}");
    expected.values().map(|(count, _)| count).sum()
}

/// Compares all threads of a folder, and returns the number of messages.
async fn compare_all(folder: PathBuf) -> usize {
    let store = InMemoryThreadStore::default();
    let paths = vec![folder.clone()];
    let imported = import(&store, &paths, ImportOptions::default(), &mut |_| {
        ControlFlow::Continue(())
    })
    .await;
    let mut compared = 0;
    for thread in &imported.threads {
        let load = LoadThreadHistoryParams::new(thread.thread_id);
        let history = store.load_history(load).await.unwrap();
        compared += compare(&folder, &thread.thread_id.to_string(), &history.items);
    }
    compared
}

#[tokio::test]
async fn each_message_of_the_real_rollouts_is_shown_once_and_whole() {
    let Some(folder) = samples("each_message_of_the_real_rollouts") else {
        return;
    };
    assert!(compare_all(folder).await > 100);
}

#[tokio::test]
async fn each_message_of_the_real_homes_is_shown_once_and_whole() {
    let Some(folder) = std::env::var_os("THREADLOUPE_HOMES").map(PathBuf::from) else {
        return;
    };
    for home in ["codex-0.131", "codex-0.171", "codex-0.171-reverted"] {
        assert!(compare_all(folder.join(home)).await > 10, "{home}");
    }
}

#[tokio::test]
async fn each_message_of_a_home_is_shown_once_and_whole() {
    let home = homes::HomeFolder::new();
    let mut first = homes::Rollout::first(homes::A);
    for turn in 0..20 {
        first.turn(
            &format!("t{turn}"),
            &format!("words\r\n\tof \u{1b}[1m turn {turn} <b> `` & 😀\n"),
        );
    }
    home.rollout(&homes::named(homes::A), &first);
    assert_eq!(compare_all(home.path().to_owned()).await, 20);
}
