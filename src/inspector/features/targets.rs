//! The threads that the patch of the form goes to. This is decided here and nowhere else: the title of the form, its columns,
//! its lints, its copies and Ctrl+S all ask here, so that what is shown is what is sent.
//!
//! A patch that was made for one thread (of a difference) goes to that one. Otherwise it goes to the marked threads; where
//! none is marked, to the thread for which it was begun; and while it says nothing, to the selected one.

use std::sync::Arc;

use crate::inspector::panes::threads::list::facts::label;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::state::patch_draft::PatchTarget;
use crate::inspector::state::session::{Session, StoreKey};
use crate::protocol::ThreadId;
use crate::store::ThreadRecord;
use crate::text::{fit, width};

/// TargetReason a patch goes where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetReason {
    /// It was made for that thread.
    Made,
    /// Those threads are marked.
    Marked,
    /// It was begun for that thread, or it says nothing and that thread is selected.
    Begun,
}

/// Where a patch goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// To which store.
    pub store: StoreKey,
    /// To which threads, in this order; none if there is none to be had.
    pub threads: Vec<ThreadId>,
    /// TargetReason.
    pub why: TargetReason,
}

/// Where the patch of the form goes.
pub fn of(model: &Model) -> Targets {
    match bound(model) {
        Some(bound) if bound.alone => Targets {
            store: bound.store,
            threads: vec![bound.thread],
            why: TargetReason::Made,
        },
        bound => by_marks(model, bound),
    }
}

/// The thread to which the patch belongs, if its store is still open.
fn bound(model: &Model) -> Option<PatchTarget> {
    let bound = model.draft.bound;
    bound.filter(|bound| model.session_at(bound.store).is_some())
}

fn by_marks(model: &Model, bound: Option<PatchTarget>) -> Targets {
    let session = &model.session;
    let marked = session.marked();
    if !marked.is_empty() {
        return Targets {
            store: session.store,
            threads: marked,
            why: TargetReason::Marked,
        };
    }
    let selected = || session.thread().map(|record| (session.store, record.id));
    let (store, thread) = bound
        .map(|bound| (bound.store, bound.thread))
        .or_else(selected)
        .map_or((session.store, None), |(store, id)| (store, Some(id)));
    Targets {
        store,
        threads: thread.into_iter().collect(),
        why: TargetReason::Begun,
    }
}

/// The target that the form shows.
pub struct ShownTarget<'a> {
    /// Its store.
    pub session: &'a Session,
    /// The thread.
    pub id: ThreadId,
    /// Which one of the targets it is, from 1.
    pub number: usize,
}

impl ShownTarget<'_> {
    /// What the store has of it.
    pub fn record(&self) -> Option<&Arc<ThreadRecord>> {
        self.session.snapshot.thread(self.id)
    }
}

/// The target that the form shows: the one that was gone to, or else the first.
pub fn shown(model: &Model) -> Option<ShownTarget<'_>> {
    shown_of(model, &of(model))
}

fn shown_of<'a>(model: &'a Model, targets: &Targets) -> Option<ShownTarget<'a>> {
    let gone_to = model
        .draft
        .shown
        .and_then(|id| targets.threads.iter().position(|target| *target == id));
    let at = gone_to.unwrap_or(0);
    Some(ShownTarget {
        session: model.session_at(targets.store)?,
        id: *targets.threads.get(at)?,
        number: at + 1,
    })
}

/// Binds a patch that was begun to its thread, and lets go of one that says nothing any more.
pub fn settle(model: &mut Model) {
    let is_begun = model.draft.changed() > 0
        || model.draft.has_rejected()
        || model.overlays.iter().any(Overlay::writes_patch);
    let bound = bound(model).filter(|_| is_begun);
    let selected = || {
        let thread = model.session.thread()?.id;
        let store = model.session.store;
        let alone = false;
        Some(PatchTarget { store, thread, alone })
    };
    model.draft.bound = match bound {
        None if is_begun && model.session.marked().is_empty() => selected(),
        bound => bound,
    };
}

/// Shows the effect on the next target or on the one before, round the end.
pub fn step(model: &mut Model, forward: bool) -> Effects {
    let targets = of(model);
    if let Some(shown) = shown_of(model, &targets) {
        let (at, count) = (shown.number - 1, targets.threads.len());
        let to = match forward {
            true => (at + 1) % count,
            false => (at + count - 1) % count,
        };
        model.draft.shown = targets.threads.get(to).copied();
    }
    Vec::new()
}

/// Whether there are several targets to step through.
pub fn several(model: &Model) -> Result<(), &'static str> {
    match of(model).threads.len() {
        0 | 1 => Err("the patch has one target: press Space in Threads to mark several"),
        _ => Ok(()),
    }
}

/// Makes the patch one for the marked threads, or else for the selected one.
pub fn retarget(model: &mut Model) -> Effects {
    model.draft.release();
    settle(model);
    let targets = of(model);
    if let Some(shown) = shown_of(model, &targets) {
        let name = name(&shown);
        model.say(match targets.threads.len() {
            1 => format!("The patch is for {name}."),
            count => format!("The patch is for {count} marked threads, {name} among them."),
        });
    }
    Vec::new()
}

/// Whether the patch would be for other threads then.
pub fn is_elsewhere(model: &Model) -> Result<(), &'static str> {
    let here = by_marks(model, None);
    match here.threads.is_empty() {
        true => Err("no thread is selected"),
        false => match of(model) {
            now if (now.store, &now.threads) == (here.store, &here.threads) => {
                Err("these threads are already the targets of the patch")
            }
            _ => Ok(()),
        },
    }
}

/// Says for whom the patch is, where that is not what is marked or selected.
pub fn remind(model: &mut Model) {
    if model.draft.changed() > 0
        && is_elsewhere(model).is_ok()
        && let Some(name) = shown(model).map(|shown| name(&shown))
    {
        model.say(format!(
            "The target of the patch is still {name}; t changes it to the selected thread."
        ));
    }
}

/// Whether there is a thread to send the patch to.
pub fn possible(model: &Model) -> Result<(), &'static str> {
    let targets = of(model);
    match targets.threads.is_empty() {
        true => Err("no thread is selected"),
        false if targets.store != model.session.store => Err(
            "the target of the patch is in another store: press t in the form to target the selected thread",
        ),
        false => Ok(()),
    }
}

/// What a target is called: its name or preview, or else its id.
pub fn name(shown: &ShownTarget<'_>) -> String {
    let text = shown.record().and_then(|record| label(record));
    text.map_or_else(|| shown.id.to_string(), str::to_string)
}

/// For whom the patch is and how it stands, for the title of the form: `states` says how it stands, the longest first.
pub fn title(model: &Model, states: &[String], room: usize) -> String {
    let targets = of(model);
    let Some(shown) = shown_of(model, &targets) else {
        let mut titles = states.iter().map(|state| format!("for no thread \u{b7} {state}"));
        let fits = |title: &String| width(title) <= room;
        return titles
            .clone()
            .find(fits)
            .or_else(|| titles.next_back())
            .unwrap_or_default();
    };
    let (name, count, number) = (name(&shown), targets.threads.len(), shown.number);
    let (long, short) = match (targets.why, count) {
        (TargetReason::Marked, 1) => ("for the marked thread: ".to_string(), "for ".to_string()),
        (TargetReason::Marked, _) => (
            format!("for {count} marked threads, {number} of {count}: "),
            format!("for {count} marked, {number}: "),
        ),
        _ => ("for ".to_string(), "for ".to_string()),
    };
    let mut behind = String::new();
    if targets.store != model.session.store {
        behind.push_str(&format!(" in store {}", shown.session.title()));
    } else if shown.record().is_none() {
        behind.push_str(", not in the store");
    }
    if targets.why == TargetReason::Made {
        behind.push_str(" only");
    }
    let id = match name == shown.id.to_string() {
        true => String::new(),
        false => format!(" ({})", shown.id),
    };
    // The name is what must not be missing: the rest is as long as it leaves room for.
    let mut forms = Vec::new();
    for id in [id.as_str(), ""] {
        forms.extend(states.first().map(|state| (&long, id, state)));
    }
    for prefix in [&long, &short] {
        forms.extend(states.iter().map(|state| (prefix, "", state)));
    }
    let least = width(&name).min(16);
    let rest = |(prefix, id, state): &(&String, &str, &String)| {
        width(prefix) + width(id) + width(&behind) + 3 + width(state)
    };
    let whole = |form: &&(&String, &str, &String)| rest(form) + width(&name) <= room;
    let fits = |form: &&(&String, &str, &String)| rest(form) + least <= room;
    // The shortest state stands there only where there is no room for another one beside a part of the name.
    let shortest = states.last().filter(|_| states.len() > 2);
    let longer = forms.iter().filter(|(_, _, state)| Some(*state) != shortest);
    let form = longer.into_iter().find(whole).or_else(|| forms.iter().find(fits));
    let Some((prefix, id, state)) = form.or(forms.last()) else {
        return String::new();
    };
    let left = room.saturating_sub(rest(&(prefix, id, state))).max(7);
    format!("{prefix}{}{id}{behind} \u{b7} {state}", fit(&name, left))
}
