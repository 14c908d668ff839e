//! Goes from a fork to its parent and from a call to its sub-agent, and back.

use crate::inspector::panes::Pane;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::state::places::Place;
use crate::inspector::state::session::Session;
use crate::protocol::{RolloutItem, ThreadId};
use crate::workbench::transcript::{Transcript, TranscriptBlock};

/// The maximum difference between the positions of the same item in a fork and in its parent.
const NEAR: usize = 64;

/// Goes to the thread that the selected item names or, in a fork, to the item of the parent at which the fork began.
pub fn follow(model: &mut Model) -> Effects {
    let session = &model.session;
    let Some(here) = here(session) else {
        return Vec::new();
    };
    let origin = origin(session);
    let named = named(session).filter(|named| *named != here.thread);
    let to = match (named, origin) {
        (Some(thread), Some(origin)) if thread == origin.thread => origin,
        (Some(thread), _) => Place { thread, item: None },
        (None, Some(origin)) => origin,
        (None, None) => {
            model.warn("The item names no other thread, and the thread is not a fork.".to_string());
            return Vec::new();
        }
    };
    if model.session.snapshot.thread(to.thread).is_none() {
        model.warn(format!("The store has no thread {}.", to.thread));
    } else if go(model, to) {
        model.session.places.leave(here);
    }
    Vec::new()
}

/// Goes to the position before a link was followed, or to the one after it.
pub fn go_back(model: &mut Model, forward: bool) -> Effects {
    let here = here(&model.session);
    match model.session.places.next(forward) {
        Some(place) if go(model, place) => model.session.places.go(here, forward),
        Some(_) => {}
        None => model.warn(
            match forward {
                true => "There is nothing to go forward to.",
                false => "There is nothing to go back to: {key:follow-link} follows a link.",
            }
            .to_string(),
        ),
    }
    Vec::new()
}

fn here(session: &Session) -> Option<Place> {
    Some(Place {
        thread: session.thread()?.id,
        item: session.history.selected(),
    })
}

/// Goes to a position. Returns false if a filter hides its thread.
fn go(model: &mut Model, place: Place) -> bool {
    if !model.session.threads.select(place.thread) {
        model.warn(
            "The filter of the Threads pane hides this thread; {key:step-back} there shows all threads."
                .to_string(),
        );
        return false;
    }
    model.layout.focus_on(Pane::History);
    model.session.refresh();
    if let Some(item) = place.item {
        model.session.history.go_near(item);
    }
    true
}

/// The thread that the selected item names; if it names several, one that is in the store.
fn named(session: &Session) -> Option<ThreadId> {
    let place = session.history.selected()?;
    let known = session.history.conversation.transcript();
    let mut bare = Transcript::default();
    let transcript = match session.history.conversation.is_shown {
        true => known,
        false => {
            bare.aim(session.items_of_thread()?);
            &bare
        }
    };
    let entry = transcript.entry(place)?;
    let own = session.thread()?.id;
    let ids = entry.blocks.iter().filter_map(|block| match block {
        TranscriptBlock::Thread { id, .. } => ThreadId::from_string(id).ok(),
        _ => None,
    });
    let ids: Vec<ThreadId> = ids.filter(|id| *id != own).collect();
    let here = ids.iter().find(|id| session.snapshot.thread(**id).is_some());
    here.or(ids.first()).copied()
}

/// The position in the parent at which a fork began.
fn origin(session: &Session) -> Option<Place> {
    let record = session.thread()?;
    let shared = session.imported().and_then(|imported| {
        let sources = &imported.sources;
        let inherited = sources.parts.iter().rev().find_map(|part| {
            let last = part.items.end.checked_sub(1)?;
            Some((part.inherited_from?, last))
        });
        let replayed = || {
            let replayed = sources.replayed.as_ref()?;
            Some((replayed.of, replayed.items.end.checked_sub(1)?))
        };
        let (parent, last) = inherited.or_else(replayed)?;
        Some((parent, imported.before + last))
    });
    match shared {
        Some((thread, last)) => Some(Place {
            thread,
            item: same_item(session, thread, last),
        }),
        None => Some(Place {
            thread: record.create.as_ref()?.forked_from_id?,
            item: None,
        }),
    }
}

/// The position, in the parent, of the item at `place` in the selected thread.
fn same_item(session: &Session, parent: ThreadId, place: usize) -> Option<usize> {
    let parent = session.snapshot.thread(parent)?.history.as_ref()?;
    let item = session.items_of_thread()?.get(place)?;
    // A copied item has a new time.
    let content = |item: &RolloutItem| item.payload().map(|payload| payload.text().to_owned());
    let wanted = content(item);
    let is_same = |place: &usize| parent.get(*place).is_some_and(|other| content(other) == wanted);
    let near = (0..NEAR).flat_map(|off| [place.checked_sub(off), place.checked_add(off)]);
    near.flatten().find(is_same)
}
