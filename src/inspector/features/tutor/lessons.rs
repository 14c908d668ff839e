//! The table of lessons. A step says what to do and recognizes from the model that it was done. `{key:NAME}` in a text
//! stands for the key of that command.

use super::moments;
use crate::contract::{Change, Op};
use crate::inspector::layout::presets::Preset;
use crate::inspector::overlays::contents::ContentsView;
use crate::inspector::overlays::facets::FacetList;
use crate::inspector::overlays::finder::{Finder, ListPurpose};
use crate::inspector::overlays::form::Form;
use crate::inspector::overlays::reader::Reader;
use crate::inspector::panes::Pane;
use crate::inspector::state::model::Model;

use crate::inspector::state::tutor::TutorMoment;
use crate::workbench::failures::failure;

/// A lesson.
pub struct Lesson {
    /// The title.
    pub title: &'static str,
    /// The steps, in order.
    pub steps: &'static [LessonStep],
}

/// A step of a lesson.
pub struct LessonStep {
    /// What to do.
    pub text: &'static str,
    /// Returns whether it was done.
    pub done: fn(&Model) -> bool,
    /// What to know about it after it was done.
    pub then: &'static str,
}

/// All lessons, in order.
pub static LESSONS: &[Lesson] = &[
    Lesson {
        title: "Moving",
        steps: &[
            LessonStep {
                text: "Threads lists the threads of the demo store; the other panes show the selected thread. Press {key:down} to select the next one.",
                done: |model| has_moved(model, |moment| moment.row),
                then: "The other panes have followed. {key:up} goes up again; the arrow keys work, too.",
            },
            LessonStep {
                text: "Each pane has a number. Press {key:history} to go to History.",
                done: |model| is_in(model, Pane::History),
                then: "The thick border shows which pane gets the keys; {key:next-pane} goes to the next pane.",
            },
            LessonStep {
                text: "Press {key:zoom} to give History the whole screen.",
                done: |model| model.layout.zoomed,
                then: "The last line names the most useful keys of the pane.",
            },
            LessonStep {
                text: "Press {key:zoom} again to see the other panes.",
                done: |model| !model.layout.zoomed,
                then: "{key:step-back} does the same: it goes one level back, and never quits.",
            },
            LessonStep {
                text: "Press {key:threads} to go back to Threads.",
                done: |model| is_in(model, Pane::Threads),
                then: "That is all you need to move around.",
            },
        ],
    },
    Lesson {
        title: "Reading a thread",
        steps: &[
            LessonStep {
                text: "Select the thread \u{201c}Fork: pause tokio's clock\u{201d} with {key:up} or {key:down}, and press {key:open-thread} to open its history.",
                done: |model| is_in(model, Pane::History) && is_thread(model, "Fork: pause tokio's clock"),
                then: "This is the transcript: messages, calls with their output, and each text once.",
            },
            LessonStep {
                text: "Press {key:next-turn} to go to the next message of the user.",
                done: |model| has_moved(model, |moment| moment.item),
                then: "A turn is a message of the user and all that follows. {key:previous-turn} goes back.",
            },
            LessonStep {
                text: "Press {key:next-failure} to go to the next failure.",
                done: |model| has_moved(model, |moment| moment.item) && is_at_failure(model),
                then: "The last line of the screen says what failed and how its output ends.",
            },
            LessonStep {
                text: "Press {key:transcript} to see one row for each item of the file instead.",
                done: |model| !model.session.history.conversation.is_shown,
                then: "A row has the number of the item, the time since the row above, a sign for its kind, and a summary.",
            },
            LessonStep {
                text: "Press {key:counterpart} to go from the call that failed to its output, or from the output to its call.",
                done: |model| has_moved(model, |moment| moment.item),
                then: "{key:counterpart} again goes back.",
            },
            LessonStep {
                text: "Press {key:facets} to list the kinds of items.",
                done: |model| model.overlays.top::<FacetList>().is_some(),
                then: "Each row is a kind, with the number of its items.",
            },
            LessonStep {
                text: "Select a kind with {key:down} and press {key:toggle-facet} to hide its items.",
                done: |model| !model.session.history.hidden.is_empty(),
                then: "Hidden items are still in the thread; History says how many it shows.",
            },
            LessonStep {
                text: "Press {key:close-facets} to close the list, then {key:all-kinds} to show all kinds again.",
                done: |model| is_in(model, Pane::History) && !model.session.history.is_filtered(),
                then: "{key:filter} would show only the items that match a query, such as is:failed.",
            },
        ],
    },
    Lesson {
        title: "Searching everything",
        steps: &[
            LessonStep {
                text: "Press {key:threads} and then {key:find}. Type a word, such as retry, and press {key:accept}.",
                done: |model| {
                    let found = model.session.found.as_ref();
                    let found = found.or(model.overlays.top::<ContentsView>().map(|view| &view.found));
                    model.overlays.top::<ContentsView>().is_some()
                        && found.is_some_and(|found| !found.hits().is_empty())
                },
                then: "All contents were searched. A row is a thread, with its number of matches and the first of them.",
            },
            LessonStep {
                text: "Press {key:open-found} to go to the first match in the selected thread.",
                done: |model| is_in(model, Pane::History) && !model.needle().is_empty(),
                then: "The item with the match is selected.",
            },
            LessonStep {
                text: "Press {key:next-match} to go to the next match.",
                done: |model| has_moved(model, |moment| (moment.thread, moment.item)),
                then: "After the last match of a thread, {key:next-match} goes on to the next thread.",
            },
        ],
    },
    Lesson {
        title: "Filtering threads",
        steps: &[
            LessonStep {
                text: "Press {key:threads} and then {key:filter}. Type is:fork and press {key:accept}.",
                done: |model| is_in(model, Pane::Threads) && !model.session.threads.query.filter.is_empty(),
                then: "Only forks are listed. While you type a filter, {key:complete-term} completes fields and values.",
            },
            LessonStep {
                text: "Press {key:step-back} to list all threads again.",
                done: |model| is_in(model, Pane::Threads) && model.session.threads.query.filter.is_empty(),
                then: "In a filter, a word without a field, such as retry, finds threads by name, folder, branch and so on.",
            },
        ],
    },
    Lesson {
        title: "Opening and copying an item",
        steps: &[
            LessonStep {
                text: "Press {key:history} and then {key:open-item} to open the selected item.",
                done: |model| model.overlays.top::<Reader>().is_some_and(Reader::is_item),
                then: "The item is a tree. {key:toggle} closes or opens a part of it, {key:raw} shows its text.",
            },
            LessonStep {
                text: "Press {key:copy} to copy the selected value to the clipboard of the terminal.",
                done: |model| model.tutor.as_ref().is_some_and(|tutor| tutor.has_copied),
                then: "{key:copy-as} lists other forms in which it can be copied.",
            },
            LessonStep {
                text: "Press {key:back} to close the item.",
                done: |model| is_in(model, Pane::History),
                then: "Most windows close with {key:back}.",
            },
        ],
    },
    Lesson {
        title: "Where a value comes from",
        steps: &[
            LessonStep {
                text: "Press {key:metadata} to see the fields of the thread.",
                done: |model| is_in(model, Pane::Metadata),
                then: "Each value has an origin: the step or the line of a file that set it.",
            },
            LessonStep {
                text: "Press {key:down} until the field `name` is selected.",
                done: |model| {
                    let selected = model.session.metadata.selected();
                    selected.is_some_and(|row| row.name == "name")
                },
                then: "Its origin is a patch, with the number of the step.",
            },
            LessonStep {
                text: "Press {key:origins} to list each step that set or cleared the field.",
                done: |model| is_listed(model, ListPurpose::Steps),
                then: "{key:choose} would open the step.",
            },
            LessonStep {
                text: "Press {key:close} to close the list.",
                done: |model| is_in(model, Pane::Metadata),
                then: "Below the fields is the accumulated patch: all patches of the thread, merged.",
            },
        ],
    },
    Lesson {
        title: "Building a patch",
        steps: &[
            LessonStep {
                text: "Press {key:test-patches}, which arranges the panes for testing patches, and then {key:patch} to go to the form.",
                done: |model| is_in(model, Pane::Patch) && model.layout.preset == Preset::Patch,
                then: "The form has a row for each field. So far, it leaves all of them as they are.",
            },
            LessonStep {
                text: "Select the first row, `name`, with {key:first}. Press {key:set-field}, type another name, and press {key:accept}.",
                done: |model| is_in(model, Pane::Patch) && is_set(model, "name"),
                then: "You see the name before and after the patch. Nothing has been applied yet.",
            },
            LessonStep {
                text: "Go down to `thread_source` with {key:down}, and press {key:clear-field} to clear it.",
                done: |model| model.draft.rows().any(|(_, change)| *change == Change::Clear),
                then: "Clear removes a value. Not all fields can be cleared; if one cannot, a message says so.",
            },
            LessonStep {
                text: "Press {key:leave-field} to leave this field as it is after all.",
                done: |model| model.draft.rows().all(|(_, change)| *change != Change::Clear),
                then: "Leave, clear and set are the three things that a patch can do with a field.",
            },
            LessonStep {
                text: "Press {key:apply} to apply the patch.",
                done: |model| {
                    has_moved(model, |moment| moment.tip)
                        && last_call(model) == Some(Op::UpdateThreadMetadata)
                },
                then: "That was one call of update_thread_metadata: the journal has one more step, and the thread has its new name.",
            },
            LessonStep {
                text: "Press {key:undo} to undo it.",
                done: |model| has_moved(model, |moment| moment.tip) && model.session.redo.is_some(),
                then: "{key:redo} would redo it. Undo takes the store and its counters back to the step before.",
            },
        ],
    },
    Lesson {
        title: "Counting calls",
        steps: &[
            LessonStep {
                text: "Press {key:show}, which arranges the panes for showing calls, and then {key:calls} to go to Calls.",
                done: |model| is_in(model, Pane::Calls) && model.layout.preset == Preset::Show,
                then: "Each row is a method with its counter; only the two methods that the store does not support have none.",
            },
            LessonStep {
                text: "Press {key:set-mark} to set the mark: from now on, the column `since` counts from 0.",
                done: |model| model.session.calls.is_marked(),
                then: "The title says how many calls there have been since the mark. Browsing makes no calls, so it changes no counter.",
            },
            LessonStep {
                text: "Make a call by hand: press {key:palette}, type read_thread, and press {key:choose}.",
                done: |model| model.overlays.top::<Form>().is_some(),
                then: "This form has the parameters of the call; the selected thread is already there.",
            },
            LessonStep {
                text: "Press {key:send} to make the call.",
                done: |model| {
                    has_moved(model, |moment| moment.tip) && last_call(model) == Some(Op::ReadThread)
                },
                then: "This is the answer of the store.",
            },
            LessonStep {
                text: "Press {key:back} to close the answer, and look at the row of read_thread.",
                done: |model| is_in(model, Pane::Calls),
                then: "The + marks the counter that the last call changed. {key:calls-behind} lists the calls behind a counter.",
            },
        ],
    },
    Lesson {
        title: "Moving in time",
        steps: &[
            LessonStep {
                text: "Press {key:back-in-time} to see the store as it was one step earlier.",
                done: |model| model.session.past().is_some(),
                then: "The first line says PAST, and the borders are dashed. Nothing has changed in the store.",
            },
            LessonStep {
                text: "Press {key:journal} to go to Journal, and {key:open-step} to open the call of the selected step.",
                done: |model| model.overlays.top::<Reader>().is_some(),
                then: "You see the call, its result, and the counter that it changed, if any.",
            },
            LessonStep {
                text: "Press {key:back} to close the step, then {key:now} to return to the latest step.",
                done: |model| is_in(model, Pane::Journal) && model.session.past().is_none(),
                then: "A call that is made while an earlier step is shown starts a branch there.",
            },
        ],
    },
    Lesson {
        title: "Saving a test",
        steps: &[
            LessonStep {
                text: "In Journal ({key:journal}), press {key:expect} and then {key:choose}: `threadloupe run` will then check that this step returns the same result.",
                done: |model| has_moved(model, |moment| moment.unsaved),
                then: "The = before the step marks the expectation. A field or a counter can be expected in the same way.",
            },
            LessonStep {
                text: "Press {key:palette}, type save-scenario lesson.jsonl and press {key:choose} to save all steps.",
                done: |model| model.session.unsaved == 0,
                then: "`threadloupe run` makes the calls of such a file again and checks its expectations. The tutor deletes this file when you quit.",
            },
        ],
    },
    Lesson {
        title: "Help",
        steps: &[
            LessonStep {
                text: "Press {key:help} for help.",
                done: |model| is_listed(model, ListPurpose::Help),
                then: "It begins with what the pane is for, and lists all commands, those of this pane first.",
            },
            LessonStep {
                text: "Type clipboard. Help also finds commands by words other than their names.",
                done: |model| {
                    let finder = model.overlays.top::<Finder>();
                    finder.is_some_and(|finder| finder.query.text().len() > 3)
                },
                then: "{key:choose} would run the selected command.",
            },
            LessonStep {
                text: "Press {key:close} to close help.",
                done: |model| model.overlays.is_empty(),
                then: "{key:palette} lists the commands, too, and takes arguments after their names.",
            },
            LessonStep {
                text: "Press {key:legend} to see what the signs and words of the screen mean.",
                done: |model| is_listed(model, ListPurpose::Legend),
                then: "Type a sign or a word to find it.",
            },
            LessonStep {
                text: "Press {key:close} to close the list.",
                done: |model| model.overlays.is_empty(),
                then: "That was the last lesson.",
            },
        ],
    },
];

/// Returns whether a pane has the keys.
fn is_in(model: &Model, pane: Pane) -> bool {
    model.overlays.is_empty() && model.layout.focus == pane
}

/// Returns whether a part of the state is not as it was when the step began.
fn has_moved<T: PartialEq>(model: &Model, part: impl Fn(&TutorMoment) -> T) -> bool {
    moments(model).is_some_and(|(before, now)| part(before) != part(&now))
}

/// Returns whether the thread with this name is selected.
fn is_thread(model: &Model, name: &str) -> bool {
    let thread = model.session.thread();
    thread.is_some_and(|record| record.name() == Some(name))
}

/// Returns whether the selected item or, in the transcript, one of the selected entry records a failure.
fn is_at_failure(model: &Model) -> bool {
    let view = &model.session.history;
    let (Some(history), Some(place)) = (model.session.items_of_thread(), view.selected()) else {
        return false;
    };
    let places = view.items_of(place).into_iter();
    let mut items = places.filter_map(|place| history.get(place));
    items.any(|item| failure(item).is_some())
}

/// Returns whether a list of this purpose is open.
fn is_listed(model: &Model, purpose: ListPurpose) -> bool {
    let finder = model.overlays.top::<Finder>();
    finder.is_some_and(|finder| finder.purpose == purpose)
}

/// Returns whether the patch in the form sets a field.
fn is_set(model: &Model, name: &str) -> bool {
    let mut rows = model.draft.rows();
    rows.any(|(field, change)| field.name == name && matches!(change, Change::Set(_)))
}

/// Returns the method of the last call.
fn last_call(model: &Model) -> Option<Op> {
    let line = model.session.line();
    line.get(line.tip())?.op()
}
