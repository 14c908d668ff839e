//! What the executor sends. If the system cannot start threads, each task ends with an error message, and nothing keeps
//! waiting for it.

use std::path::PathBuf;

use super::*;
use crate::inspector::panes::history::search::ItemsToSearch;
use crate::inspector::runtime::event_loop::mailbox;
use crate::inspector::runtime::threads::tests::REFUSING;
use crate::inspector::state::effect::Job;
use crate::inspector::state::file::{FileContent, FileMsg, SaveRequest};
use crate::store::History;
use crate::workbench::query::ItemFilter;

/// Returns the messages for a call for which no thread can be started.
async fn refused(call: impl FnOnce(StoreKey, &Executor) -> Call) -> Vec<Msg> {
    let (mail, mut inbox) = mailbox(8);
    let mut hand = Executor::new(mail.clone(), MaxBytes::default());
    let store = hand.observe(Workbench::new(Arc::default())).store;
    let call = call(store, &hand);
    REFUSING.set(true);
    Handler::<Model>::run(&mut hand, call, &mail);
    REFUSING.set(false);
    drop((hand, mail));
    let mut told = Vec::new();
    while let Ok(Some(msg)) = tokio::time::timeout(Duration::from_secs(1), inbox.0.recv()).await {
        told.push(msg);
    }
    told
}

fn is_sentence(text: &str) -> bool {
    text.starts_with("The system cannot start another thread (") && text.ends_with('.')
}

#[tokio::test(start_paused = true)]
async fn an_import_ends() {
    let told = refused(|store, _| Call::Import {
        store,
        paths: vec![PathBuf::from("somewhere")],
        opening: false,
        again: false,
    })
    .await;
    let [
        Msg::Import(ImportMsg::Failed(text)),
        Msg::Store(StoreMsg::News(_)),
        Msg::Import(ImportMsg::Done { stopped: true, .. }),
    ] = &told[..]
    else {
        panic!("{} messages", told.len());
    };
    assert!(is_sentence(text), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_of_an_import_its_paths_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, "{\"type\":\"event_msg\",\"payload\":{}}\n").unwrap();
    let (mail, mut inbox) = mailbox(8);
    let mut hand = Executor::new(mail.clone(), MaxBytes::default());
    let store = hand.observe(Workbench::new(Arc::default())).store;
    let call = Call::Import {
        store,
        paths: vec![path.clone()],
        opening: false,
        again: false,
    };
    Handler::<Model>::run(&mut hand, call, &mail);
    let mut roots = Vec::new();
    loop {
        match inbox.0.recv().await {
            Some(Msg::Store(StoreMsg::News(news))) => roots.clone_from(&news.imports.roots),
            Some(Msg::Import(ImportMsg::Done { .. })) => break,
            Some(_) => {}
            None => panic!("the import has no end"),
        }
    }
    assert_eq!(roots, [path]);
}

#[tokio::test(start_paused = true)]
async fn files_fail() {
    let told = refused(|_, hand| {
        Call::SaveState(Box::new(SaveRequest {
            content: FileContent::Store(Box::new(hand.benches[0].snapshot())),
            path: PathBuf::from("somewhere"),
            covers: (StoreKey(0), 0),
            past: None,
            over: false,
        }))
    })
    .await;
    assert!(
        matches!(&told[..], [Msg::StateFile(FileMsg::Failed(text))] if is_sentence(text)),
        "{} messages",
        told.len()
    );
    let told = refused(|_, _| Call::Save {
        path: PathBuf::from("somewhere"),
        text: String::new(),
        over: false,
        in_state_folder: false,
    })
    .await;
    assert!(
        matches!(&told[..], [Msg::Said(Err(text))] if is_sentence(text)),
        "{} messages",
        told.len()
    );
}

#[tokio::test(start_paused = true)]
async fn tasks_fail_and_searches_end() {
    let told = refused(|_, _| Call::Job(7, Job::new("x", |_| Some(()), |_, ()| Vec::new()))).await;
    assert!(
        matches!(&told[..], [Msg::Job(7, JobMsg::Failed(text))] if is_sentence(text)),
        "{} messages",
        told.len()
    );
    let told = refused(|_, _| {
        Call::Search(Box::new(ItemsToSearch {
            number: 3,
            is_filter: false,
            query: ItemFilter::of_phrase("x"),
            history: History::default(),
            imported: None,
            from: 0,
        }))
    })
    .await;
    assert!(
        matches!(
            &told[..],
            [Msg::Found(SearchMatches { search: 3, done: true, .. }), Msg::Said(Err(text))] if is_sentence(text)
        ),
        "{} messages",
        told.len()
    );
}
