//! A type that answers steps in one method is a store: each method reaches it as its own step, and an answer of another
//! method is an error.

use threadloupe::contract::*;
use threadloupe::protocol::ThreadId;
use threadloupe::protocol::json::Json;
use threadloupe::store::{InMemoryThreadStore, InMemoryThreadStoreCalls};

#[derive(Default)]
struct Forwarding(InMemoryThreadStore);

impl StepStore for Forwarding {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        carry(&self.0, step).await
    }
}

struct Silent;

impl StepStore for Silent {
    async fn call(&self, _step: Step) -> ThreadStoreResult<Answer> {
        Ok(Answer::Items(ItemPage {
            items: Vec::new(),
            next_cursor: None,
            backwards_cursor: None,
        }))
    }
}

#[tokio::test]
async fn every_method_is_carried_as_its_own_step() {
    let store = Forwarding::default();
    let id = ThreadId::new();
    let calls: Vec<Step> = OPS
        .iter()
        .map(|row| {
            let params = format!(
                r#"{{"thread_id":"{id}","items":[],"patch":{{}},"turn_id":"1","rollout_path":"/a"}}"#
            );
            Step::read(row.op, Some(Json::parse(&params).unwrap())).unwrap()
        })
        .collect();
    for call in calls {
        let op = call.op();
        let before = store.0.snapshot().calls();
        let through: &dyn ThreadStore = &store;
        let outcome = carry(through, call.clone()).await;
        let moved = |now: InMemoryThreadStoreCalls| now.get(op).map(|calls| calls - before.get(op).unwrap());
        assert_eq!(
            moved(store.0.snapshot().calls()),
            op.row().counted.then_some(1),
            "{}",
            op.name()
        );
        assert_eq!(
            carry(&store.0, call).await.is_ok(),
            outcome.is_ok(),
            "{}",
            op.name()
        );
    }
}

#[tokio::test]
async fn an_answer_of_another_method_is_an_error() {
    let read = ReadThreadParams::new(ThreadId::new());
    let error = Silent.read_thread(read).await.unwrap_err();
    let text = "thread-store internal error: read_thread was answered with the result of another method";
    assert_eq!(error.to_string(), text);
}
