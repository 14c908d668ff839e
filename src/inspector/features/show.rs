//! The panes follow the scenario that is played: the thread of the shown step is selected, the fields and items that
//! the step changed or that its note names are scrolled to, its patch is in the form, and of stacked panes the one that
//! the step is about is visible.
//!
//! This runs once for each step that is shown. After that, the user can select and scroll anything.

use crate::contract::{FIELDS, Op, Step};
use crate::inspector::features::playback::view::PlaybackView;
use crate::inspector::layout::LayoutKind;
use crate::inspector::layout::presets::Preset;
use crate::inspector::panes::Pane;
use crate::inspector::panes::metadata::fields::MetadataRow;
use crate::inspector::panes::metadata::fields::named::NamedFields;
use crate::inspector::state::model::Model;
use crate::inspector::state::patch_draft::PatchDraft;
use crate::inspector::widgets::cursor::ListCursor;
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::workbench::JournalEntry;
use crate::workbench::player::{PerformedKind, PerformedStep};

/// The words that name a field in a note, besides its name.
const WORDS: &[(&str, &[&str])] = &[
    ("cwd", &["folder", "directory"]),
    ("model_provider", &["provider"]),
    ("created_at", &["times"]),
    ("updated_at", &["times", "time"]),
    ("agent_nickname", &["nickname"]),
    ("token_usage", &["token"]),
    ("git_info", &["git"]),
    ("rollout_path", &["path", "file"]),
];

/// The most fields of an expectation that are taken as what the step is about.
const EXPECTED: usize = 8;

/// Follows the shown step of the scenario, once.
pub fn follow(model: &mut Model) {
    let session = &model.session;
    let tip = session.journal.tip();
    let Some(view) = PlaybackView::of(session) else {
        return;
    };
    let at = (session.store, view.shown, tip);
    if model.playback.followed == Some(at) {
        return;
    }
    model.playback.followed = Some(at);
    // A call that was made by hand after the step is followed by the user.
    let performed = view.performed.filter(|performed| performed.tip == tip).cloned();
    let Some(performed) = performed else {
        model.session.metadata.named = None;
        return model.session.refresh();
    };
    let entry = match performed.what {
        PerformedKind::Call(step) => model.session.journal.get(step).cloned(),
        PerformedKind::Counters => {
            // All counters are in sight.
            model.session.calls.select(Op::CreateThread);
            None
        }
        PerformedKind::Elsewhere(_) | PerformedKind::Invalid(_) => None,
    };
    match entry {
        Some(entry) => call(model, &entry, &performed),
        None => {
            model.session.metadata.named = None;
            clear_patch(model);
        }
    }
    model.session.refresh();
}

fn call(model: &mut Model, entry: &JournalEntry, performed: &PerformedStep) {
    let session = &mut model.session;
    let Some(op) = entry.op() else { return };
    session.calls.select(op);
    let thread = thread_of(entry, &session.snapshot);
    if let Some(id) = thread {
        session.threads.select(id);
    }
    let remark = session.line().remark(entry.step);
    let expect = remark.and_then(|remark| remark.expect.as_deref());
    let (fields, noted) = fields(entry, performed, expect);
    session.metadata.named = thread.map(|thread| NamedFields {
        step: entry.step,
        thread,
        fields,
        noted,
    });
    session.refresh();
    let has_heading = matches!(session.metadata.rows.first(), Some(MetadataRow::Heading(_)));
    session.metadata.cursor = ListCursor {
        at: usize::from(has_heading),
        top: 0,
    };
    match op {
        Op::AppendItems => session.history.go_near(session.items().saturating_sub(1)),
        Op::LoadHistory | Op::ReadThread => {
            session.history.go_to(0);
        }
        _ => {}
    }
    patch(model, entry);
    if let Some(pane) = pane(model, op) {
        let at = model.arrangement();
        if at.tabs.contains(&pane) && !at.tabs.contains(&model.layout.focus) {
            model.layout.bring_forward(pane);
        }
    }
}

/// Returns the thread that a step names, or that it found by its path.
fn thread_of(entry: &JournalEntry, snapshot: &crate::store::Snapshot) -> Option<ThreadId> {
    let by_path = || match &entry.call {
        Some(Step::ReadThreadByRolloutPath(params)) => snapshot.owner(&params.rollout_path),
        _ => None,
    };
    entry.thread_id().or_else(by_path)
}

/// Returns the fields that a step is about: those that its note names, those of its patch, and those of a short
/// expectation; and the number of those that its note names.
fn fields(entry: &JournalEntry, performed: &PerformedStep, expect: Option<&str>) -> (Vec<String>, usize) {
    let note = performed.note.as_deref().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = note.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let is_named = |name: &str| {
        let others = WORDS.iter().filter(|(field, _)| *field == name);
        let mut others = others.flat_map(|(_, words)| *words);
        words.contains(&name) || others.any(|word| words.contains(word))
    };
    let names = FIELDS.iter().filter(|field| !field.is_part());
    let names = names.map(|field| field.shown.unwrap_or(field.name));
    let names = names.chain(["archived_at", "history"]);
    let mut fields: Vec<String> = names.filter(|name| is_named(name)).map(str::to_string).collect();
    let noted = fields.len();
    if let Some(patch) = patch_text(entry) {
        let patch = Json::trusted(&patch);
        fields.extend(patch.members().map(|(key, _)| key.into_owned()));
    }
    if let Some(Ok(expect)) = expect.map(Json::parse)
        && let Some(result) = expect.get("result")
    {
        let keys: Vec<String> = result.members().map(|(key, _)| key.into_owned()).collect();
        if keys.len() <= EXPECTED {
            fields.extend(keys);
        }
    }
    (fields, noted)
}

/// Returns the patch of a step as it was sent.
fn patch_text(entry: &JournalEntry) -> Option<String> {
    if entry.op() != Some(Op::UpdateThreadMetadata) {
        return None;
    }
    let params = entry.params()?.ok()?;
    Some(Json::trusted(&params).get("patch")?.text().to_string())
}

/// Puts the patch of a step into the form, unless the user has started one there. A step without a patch takes the one
/// of the step before it out of the form.
fn patch(model: &mut Model, entry: &JournalEntry) {
    if !model.draft.is_empty() && model.draft.of_step().is_none() {
        return;
    }
    let text = patch_text(entry).zip(entry.thread_id());
    let before = model
        .session
        .line()
        .near(entry.before, Some((entry.step, &model.session.snapshot)));
    let preview = model.draft.preview;
    match (text, before) {
        (Some((text, thread)), Some(before)) => {
            model.draft = PatchDraft::of(entry.step, &text, thread, before, preview);
        }
        _ => clear_patch(model),
    }
}

/// Takes the patch of a step out of the form.
fn clear_patch(model: &mut Model) {
    if model.draft.of_step().is_some() {
        let preview = model.draft.preview;
        model.draft = PatchDraft::default();
        model.draft.preview = preview;
    }
}

/// Returns the pane that a step is about, for the stacked panes of a screen with little room.
fn pane(model: &Model, op: Op) -> Option<Pane> {
    let form = model.arrangement().form;
    match op {
        _ if model.layout.preset != Preset::Show => None,
        Op::UpdateThreadMetadata if form == LayoutKind::Wide => Some(Pane::Patch),
        _ if form == LayoutKind::Wide => Some(Pane::Journal),
        Op::AppendItems | Op::LoadHistory => Some(Pane::History),
        Op::ListTurns | Op::ListItems => Some(Pane::Journal),
        Op::ListThreads | Op::PersistThread | Op::FlushThread | Op::ShutdownThread | Op::DiscardThread => {
            None
        }
        _ => Some(Pane::Metadata),
    }
}
