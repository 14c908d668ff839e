//! A custom store with a single method. It wraps another store and rejects updates that clear a name.
//!
//! `cargo run --no-default-features --example own_store`

use threadloupe::contract::{
    Answer, CreateThreadParams, Step, StepStore, ThreadMetadataPatch, ThreadStore, ThreadStoreError,
    ThreadStoreResult, UpdateThreadMetadataParams, carry,
};
use threadloupe::protocol::ThreadId;
use threadloupe::store::InMemoryThreadStore;

/// Forwards every call except updates that clear a name.
#[derive(Default)]
struct KeepsNames(InMemoryThreadStore);

impl StepStore for KeepsNames {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        if let Step::UpdateThreadMetadata(params) = &step
            && params.patch.name == Some(None)
        {
            return Err(ThreadStoreError::Conflict {
                message: format!("the name of {} is protected", params.thread_id),
            });
        }
        carry(&self.0, step).await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store: Box<dyn ThreadStore> = Box::new(KeepsNames::default());
    let thread = ThreadId::new();
    store.create_thread(CreateThreadParams::new(thread)).await?;
    let mut patch = ThreadMetadataPatch::default();
    patch.set_name("Keep me");
    let named = store
        .update_thread_metadata(UpdateThreadMetadataParams::new(thread, patch.clone()))
        .await?;
    assert_eq!(named.name.as_deref(), Some("Keep me"));
    patch.clear_name();
    let refused = store
        .update_thread_metadata(UpdateThreadMetadataParams::new(thread, patch))
        .await;
    match refused {
        Err(error) => println!("{error}"),
        Ok(_) => return Err("the name was cleared".into()),
    }
    Ok(())
}
