//! The threads that the patch in the form applies to. Only this module determines the targets. The title, columns,
//! lints and copies of the form and Ctrl+S all use this module, so the targets on the screen are the targets of the
//! call.
//!
//! A patch that was made for one thread (from a difference) applies to that thread. Otherwise it applies to the marked
//! threads. If no thread is marked, the patch applies to the thread for which the user started it. An empty patch
//! applies to the selected thread.

use std::sync::Arc;

use crate::contract::{Step, UpdateThreadMetadataParams};
use crate::inspector::panes::threads::list::facts::label;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::state::patch_draft::PatchTarget;
use crate::inspector::state::session::{Session, StoreKey};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::protocol::numbers::count;
use crate::store::ThreadRecord;
use crate::text::{fit, width};
use crate::workbench::lints::{self, Lint};

/// The reason for the targets of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetReason {
    /// The patch was made for this thread.
    Made,
    /// The threads are marked.
    Marked,
    /// The user started the patch for this thread, or the patch is empty and this thread is selected.
    Begun,
}

/// The targets of a patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// The store.
    pub store: StoreKey,
    /// The threads, in this order. Empty if there is none.
    pub threads: Arc<[ThreadId]>,
    /// The reason for these targets.
    pub why: TargetReason,
}

/// Returns the targets of the patch in the form.
pub fn of(model: &Model) -> Targets {
    match bound(model) {
        Some(bound) if bound.alone => Targets {
            store: bound.store,
            threads: [bound.thread].into(),
            why: TargetReason::Made,
        },
        bound => by_marks(model, bound),
    }
}

/// Returns the thread to which the patch is bound, if its store is still open.
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
    /// The session of its store.
    pub session: &'a Session,
    /// The thread.
    pub id: ThreadId,
    /// The position among the targets, starting at 1.
    pub number: usize,
}

impl ShownTarget<'_> {
    /// Returns the record of the thread in the store.
    pub fn record(&self) -> Option<&Arc<ThreadRecord>> {
        self.session.snapshot.thread(self.id)
    }
}

/// Returns the target that the form shows: the one the user selected, or else the first.
pub fn shown(model: &Model) -> Option<ShownTarget<'_>> {
    shown_of(model, &of(model))
}

/// Returns the lints of the patch: those of its text, and those of the call that would apply the patch to the shown
/// target.
pub fn lints(model: &Model) -> Vec<Lint> {
    let mut found = lints::of_patch_text(Json::trusted(&model.draft.json()));
    found.extend(call_lints(model));
    found
}

/// Returns the lints of the call that would apply the patch to the shown target.
pub fn call_lints(model: &Model) -> Vec<Lint> {
    let (Ok(patch), Some(shown)) = (model.draft.patch(), shown(model)) else {
        return Vec::new();
    };
    let params = UpdateThreadMetadataParams {
        thread_id: shown.id,
        patch,
        include_archived: false,
    };
    lints::of_call(&Step::UpdateThreadMetadata(params), &shown.session.snapshot)
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

/// Binds a non-empty patch to its thread, and unbinds an empty patch.
pub fn settle(model: &mut Model) {
    let is_begun = !model.draft.is_empty()
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

/// Shows the effect on the next or previous target, wrapping at the ends.
pub fn step(model: &mut Model, forward: bool) -> Effects {
    let targets = of(model);
    if let Some(shown) = shown_of(model, &targets) {
        let (at, count) = (shown.number - 1, targets.threads.len());
        let to = match forward {
            true => (at + 1) % count,
            false => (at + count - 1) % count,
        };
        model.draft.shown = Some(targets.threads[to]);
    }
    Vec::new()
}

/// Returns whether there are several targets.
pub fn several(model: &Model) -> Result<(), &'static str> {
    match of(model).threads.len() {
        0 | 1 => Err("the patch has one target: {key:mark} in Threads marks several"),
        _ => Ok(()),
    }
}

/// Retargets the patch to the marked threads, or else to the selected thread.
pub fn retarget(model: &mut Model) -> Effects {
    model.draft.release();
    settle(model);
    let targets = of(model);
    if let Some(shown) = shown_of(model, &targets) {
        let name = name(&shown);
        model.say(match targets.threads.len() {
            1 => format!("The patch is for {name}."),
            count => format!("The patch is for {count} marked threads, including {name}."),
        });
    }
    Vec::new()
}

/// If a patch has been started, reports how many threads it applies to after threads were marked or unmarked.
pub fn tell_marked(model: &mut Model) -> Effects {
    let targets = of(model);
    if !model.draft.is_empty() && targets.why == TargetReason::Marked {
        let threads = count(targets.threads.len() as u64, "marked thread");
        model.say(format!("The patch is for {threads}."));
    }
    Vec::new()
}

/// Returns whether retargeting would change the targets of the patch.
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

/// Reports the targets of the patch if they differ from the marked or selected threads.
pub fn remind(model: &mut Model) {
    if !model.draft.is_empty()
        && is_elsewhere(model).is_ok()
        && let Some(name) = shown(model).map(|shown| name(&shown))
    {
        model.say(format!(
            "The target of the patch is still {name}; {{key:retarget}} changes it to the selected thread."
        ));
    }
}

/// Returns whether there is a thread to send the patch to.
pub fn possible(model: &Model) -> Result<(), &'static str> {
    let targets = of(model);
    match targets.threads.is_empty() {
        true => Err("no thread is selected"),
        false if targets.store != model.session.store => Err(
            "the target of the patch is in another store: {key:retarget} in the form targets the selected thread",
        ),
        false => Ok(()),
    }
}

/// Returns the name of a target: its name or preview, or else its id.
pub fn name(shown: &ShownTarget<'_>) -> String {
    let text = shown.record().and_then(|record| label(record));
    text.map_or_else(|| shown.id.to_string(), str::to_string)
}

/// Returns the targets and the state of the patch for the title of the form. `states` contains descriptions of the
/// state, the longest first.
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
    // A preview can be long. Only the part that fits is measured.
    let name = fit(&name(&shown), room.max(16)).into_owned();
    let (count, number) = (targets.threads.len(), shown.number);
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
        behind.push_str(", marks ignored");
    }
    let id = match name == shown.id.to_string() {
        true => String::new(),
        false => format!(" ({})", shown.id),
    };
    // The name has priority. The other parts use the remaining columns.
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
    // The shortest state is used only if none of the longer ones fits next to a part of the name.
    let shortest = states.last().filter(|_| states.len() > 2);
    let longer = forms.iter().filter(|(_, _, state)| Some(*state) != shortest);
    let form = longer.into_iter().find(whole).or_else(|| forms.iter().find(fits));
    let Some((prefix, id, state)) = form.or(forms.last()) else {
        return String::new();
    };
    let left = room.saturating_sub(rest(&(prefix, id, state))).max(7);
    format!("{prefix}{}{id}{behind} \u{b7} {state}", fit(&name, left))
}
