//! Opens stores, switches between open stores, and imports into the current store.

use std::path::PathBuf;

use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::StoreMsg;
use crate::inspector::state::session::{Session, StoreKey};
use crate::protocol::numbers::count;

/// Handles messages about stores.
pub fn take(model: &mut Model, msg: StoreMsg) -> Effects {
    match msg {
        StoreMsg::News(news) => {
            if let Some(session) = model.session_of(news.store) {
                session.take(news);
            }
        }
        StoreMsg::Opened { id, news } => {
            let store = news.store;
            let session = Session::new(id, news).viewed_as(&model.session);
            model.show(session);
            look_at(model, store);
        }
        StoreMsg::Listed(store, listed) => {
            if let Some(session) = model.session_of(store) {
                session.threads.take(*listed);
            }
        }
    }
    Vec::new()
}

/// Switches to the open store with this id, or requests it.
pub fn switch_to(model: &mut Model, id: &str) -> Effects {
    if model.session.id == id {
        let title = model.session.title();
        model.say(format!("Store {title} is already shown."));
    } else if let Some(store) = model.store_of(id) {
        look_at(model, store);
    } else {
        return vec![Effect::Run(Call::Open(id.to_string()))];
    }
    Vec::new()
}

/// Switches to an open store and shows its name.
pub fn look_at(model: &mut Model, store: StoreKey) {
    model.show_store(store);
    let threads = count(model.session.snapshot.len() as u64, "thread");
    model.say(format!("Store {}: {threads}.", model.session.title()));
}

/// Starts an import into the current store. Undo does not revert an import that opens the store.
pub fn import(model: &mut Model, paths: Vec<PathBuf>, opening: bool) -> Effects {
    model.import.start(&paths, opening);
    vec![Effect::Run(Call::Import {
        store: model.session.store,
        paths,
        opening,
        again: false,
    })]
}
