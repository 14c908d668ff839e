//! The tutor: tells the user what to do on the demo store, and goes on when the state of the model shows that it was
//! done. The submodule `lessons` has the lessons, `layout/draw/strip/tutor.rs` draws them.

pub mod lessons;

use crate::inspector::features::time_travel;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::tutor::{TutorMoment, TutorState};
use lessons::{LESSONS, Lesson, LessonStep};

/// A step and its position.
pub struct TutorPlace {
    /// The lesson.
    pub lesson: &'static Lesson,
    /// The index of the lesson.
    pub number: usize,
    /// The step.
    pub step: &'static LessonStep,
    /// The index of the step in its lesson.
    pub at: usize,
}

/// Returns the number of all steps.
pub fn steps() -> usize {
    LESSONS.iter().map(|lesson| lesson.steps.len()).sum()
}

/// Returns the step with this number, or `None` after the last one.
pub fn place(step: usize) -> Option<TutorPlace> {
    let mut first = 0;
    for (number, lesson) in LESSONS.iter().enumerate() {
        if let Some(found) = step.checked_sub(first).and_then(|at| lesson.steps.get(at)) {
            return Some(TutorPlace {
                lesson,
                number,
                step: found,
                at: step - first,
            });
        }
        first += lesson.steps.len();
    }
    None
}

/// Returns the number of the first step of a lesson, or the number of all steps after the last lesson.
pub fn first_step(lesson: usize) -> usize {
    LESSONS[..lesson.min(LESSONS.len())]
        .iter()
        .map(|lesson| lesson.steps.len())
        .sum()
}

/// Begins the tutor.
pub fn begin(model: &mut Model) {
    let before = moment(model);
    model.tutor = Some(TutorState {
        before,
        ..TutorState::default()
    });
}

/// Ends the tutor.
pub fn end(model: &mut Model) -> Effects {
    model.tutor = None;
    model.say("The tutor has ended; the demo store stays open.".to_string());
    Vec::new()
}

/// Goes on to the next step if the step was done.
pub fn settle(model: &mut Model, effects: &[Effect<Call>]) {
    let Some(tutor) = &mut model.tutor else { return };
    tutor.has_copied |= effects.iter().any(|effect| matches!(effect, Effect::Copy(_)));
    let step = tutor.step;
    if !place(step).is_some_and(|place| (place.step.done)(model)) {
        return;
    }
    go_to(model, step + 1);
    if let Some(tutor) = &mut model.tutor {
        tutor.done.insert(step);
        tutor.is_going_on = true;
    }
}

fn go_to(model: &mut Model, step: usize) {
    let before = moment(model);
    if let Some(tutor) = &mut model.tutor {
        *tutor = TutorState {
            step,
            done: std::mem::take(&mut tutor.done),
            before,
            has_copied: false,
            is_going_on: false,
        };
    }
}

/// Goes to the beginning of another lesson, from a screen on which each lesson can begin.
fn open(model: &mut Model, lesson: usize) -> Effects {
    model.overlays.clear();
    model.layout.zoomed = false;
    if model.session.past().is_some() {
        time_travel::return_to_now(model);
    }
    go_to(model, first_step(lesson));
    Vec::new()
}

/// Skips the rest of the lesson.
pub fn next_lesson(model: &mut Model) -> Effects {
    let at = model.tutor.as_ref().and_then(|tutor| place(tutor.step));
    match at {
        Some(at) => open(model, at.number + 1),
        None => Vec::new(),
    }
}

/// Goes back to the beginning of the lesson or, from there, to the lesson before.
pub fn previous_lesson(model: &mut Model) -> Effects {
    let at = model.tutor.as_ref().and_then(|tutor| place(tutor.step));
    match at {
        Some(at) if at.at > 0 => open(model, at.number),
        Some(at) => open(model, at.number.saturating_sub(1)),
        None => open(model, LESSONS.len() - 1),
    }
}

/// Returns whether the tutor is open, or the reason why its commands are impossible.
pub fn is_open(model: &Model) -> Result<(), &'static str> {
    match model.tutor {
        Some(_) => Ok(()),
        None => Err("the tutor is not open: `threadloupe tutor` opens it"),
    }
}

/// Returns the part of the state that steps compare with.
fn moment(model: &Model) -> TutorMoment {
    let session = &model.session;
    TutorMoment {
        row: session.threads.cursor.at,
        thread: session.thread().map(|record| record.id),
        item: session.history.selected(),
        tip: session.line().tip(),
        unsaved: session.unsaved,
    }
}

/// Returns the state when the step began, and the state now.
pub fn moments(model: &Model) -> Option<(&TutorMoment, TutorMoment)> {
    let tutor = model.tutor.as_ref()?;
    Some((&tutor.before, moment(model)))
}
