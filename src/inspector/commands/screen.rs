//! Commands about the whole screen: panes, help, palette, messages, quitting.

use crate::inspector::features::{
    actions, facets, groups, imported, lists, mouse, playback, presets, rules, state_file, time_travel,
};
use crate::inspector::layout::Shape;
use crate::inspector::layout::presets::Preset;
use crate::inspector::overlays::question::Question;
use crate::inspector::overlays::reader::Reader;
use crate::inspector::panes::Pane;
use crate::inspector::panes::journal::filter::Filter;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::command::{Command, ROW, ensured};
use crate::inspector::state::context::{Context, EVERYWHERE, LETTERS};
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::widgets::theme::ThemeName;
use crate::protocol::numbers::grouped;
use crate::workbench::query::ThreadFilter;

macro_rules! go_to {
    ($name:literal, $key:literal, $pane:expr, $about:literal) => {
        Command {
            name: $name,
            keys: &[$key],
            about: $about,
            make: |model, _| {
                model.layout.focus_on($pane);
                Vec::new()
            },
            ..ROW
        }
    };
}

macro_rules! use_preset {
    ($name:literal, $key:literal, $preset:expr, $about:literal) => {
        Command {
            name: $name,
            keys: &[$key],
            about: $about,
            make: |model, _| {
                presets::switch(model, $preset);
                Vec::new()
            },
            ..ROW
        }
    };
}

pub const ROWS: &[Command] = &[
    Command {
        name: "next-pane",
        keys: &["Tab"],
        hint: "pane",
        about: "Focuses the next pane.",
        also: &["window", "switch"],
        make: |model, _| focus_next(model, true),
        ..ROW
    },
    Command {
        name: "previous-pane",
        keys: &["Shift+Tab"],
        about: "Focuses the previous pane.",
        also: &["window", "switch"],
        make: |model, _| focus_next(model, false),
        ..ROW
    },
    go_to!("threads", "1", Pane::Threads, "Goes to the threads."),
    go_to!("history", "2", Pane::History, "Goes to the history."),
    go_to!("metadata", "3", Pane::Metadata, "Goes to the metadata."),
    go_to!("patch", "4", Pane::Patch, "Goes to the patch form."),
    go_to!("calls", "5", Pane::Calls, "Goes to the call counters."),
    go_to!(
        "journal",
        "6",
        Pane::Journal,
        "Goes to the journal; all panes show the store at its selected step."
    ),
    use_preset!(
        "read",
        "7",
        Preset::Read,
        "Arranges the panes for reading: Threads, a large History, and Metadata if there is room."
    ),
    use_preset!(
        "test-patches",
        "8",
        Preset::Patch,
        "Arranges the panes for testing patches: Threads, Metadata, a large Patch, and small Calls and Journal panes."
    ),
    use_preset!(
        "show",
        "9",
        Preset::Show,
        "Shows all panes at once, for showing what calls do; if there is too little room, Patch and Journal share one area."
    ),
    Command {
        name: "help",
        keys: &["?", "F1"],
        contexts: LETTERS,
        hint: "help",
        about: "Lists every command; type to search, {key:choose} runs the selected one.",
        also: &["keys", "shortcuts", "bindings", "manual"],
        make: |model, _| {
            let finder = lists::help(model);
            model.open(finder)
        },
        ..ROW
    },
    Command {
        name: "legend",
        keys: &["I"],
        contexts: LETTERS,
        about: "Explains the signs and the words of the screen; type to search.",
        also: &[
            "signs", "symbols", "words", "glossary", "icons", "meaning", "terms",
        ],
        make: |model, _| {
            let finder = lists::legend();
            model.open(finder)
        },
        ..ROW
    },
    Command {
        name: "palette",
        keys: &[":", "Ctrl+P"],
        contexts: LETTERS,
        hint: "commands",
        about: "Runs a command or a store call by name, followed by its arguments.",
        also: &["commands", "run"],
        make: |model, _| {
            let finder = lists::palette(model);
            model.open(finder)
        },
        ..ROW
    },
    Command {
        name: "zoom",
        keys: &["z"],
        hint: "zoom",
        about: "Zooms the focused pane to the whole screen, or back.",
        also: &["maximize", "fullscreen", "enlarge"],
        make: |model, _| {
            model.layout.zoomed = !model.layout.zoomed;
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "fold",
        keys: &["Z"],
        about: "Hides the focused pane; its key shows it again.",
        also: &["hide", "minimize", "collapse", "close"],
        possible: |model| match model.layout.open() {
            0 | 1 => Err("it is the last visible pane"),
            _ => Ok(()),
        },
        make: |model, _| {
            let pane = model.layout.focus;
            model.layout.focus_next(true);
            model.layout.set_folded(pane, true);
            model.say(format!(
                "{} is hidden; {{key:{}}} shows it again.",
                pane.row().title,
                pane.row().command
            ));
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "wider",
        keys: &[">"],
        about: "Makes the focused pane wider.",
        possible: beside,
        make: |model, _| grow(model, 4, 0),
        ..ROW
    },
    Command {
        name: "narrower",
        keys: &["<"],
        about: "Makes the focused pane narrower.",
        possible: beside,
        make: |model, _| grow(model, -4, 0),
        ..ROW
    },
    Command {
        name: "taller",
        keys: &["+"],
        about: "Makes the focused pane taller.",
        possible: above,
        make: |model, _| grow(model, 0, 2),
        ..ROW
    },
    Command {
        name: "shorter",
        keys: &["-"],
        about: "Makes the focused pane shorter.",
        possible: above,
        make: |model, _| grow(model, 0, -2),
        ..ROW
    },
    Command {
        name: "even",
        keys: &["="],
        about: "Restores the initial sizes of all panes in this preset and shows hidden ones again.",
        also: &["reset", "equal", "unhide", "restore"],
        make: |model, _| {
            *model.layout.shape_mut() = Shape::default();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "step-back",
        keys: &["Esc"],
        about: "Stops a running comparison, save or import, or pauses a scenario; otherwise ends the zoom, the filter or the search, or goes back to the threads. Never quits.",
        also: &["cancel", "close", "stop", "escape"],
        make: |model, _| step_back(model),
        ..ROW
    },
    Command {
        name: "messages",
        keys: &["!"],
        about: "Shows all messages so far, including import errors.",
        also: &["log", "errors", "notifications"],
        make: |model, _| {
            let text = model.log.text();
            model.open(Reader::page("Messages".to_string(), text))
        },
        ..ROW
    },
    Command {
        name: "home-report",
        about: "Shows problems that imports found in a Codex home: files and databases that disagree, rows without files, files without rows, and broken chains of files.",
        also: &["problems", "damage"],
        make: |model, _| {
            let text = imported::report(model);
            model.open(Reader::page("Home report".to_string(), text))
        },
        ..ROW
    },
    Command {
        name: "rule",
        keys: &["H"],
        contexts: LETTERS,
        takes: "[NUMBER]",
        about: "Opens the rule with that number, such as M3; without a number, the rules that the selected row or step mentions.",
        also: &["law", "contract", "specification"],
        make: rules::open,
        ..ROW
    },
    Command {
        name: "theme",
        takes: "[NAME]",
        about: "Uses a theme: auto, dark, light, high-contrast, color-blind, 16 or none; without a name, the next one.",
        make: use_theme,
        ..ROW
    },
    Command {
        name: "mouse",
        keys: &["Alt+M"],
        contexts: EVERYWHERE,
        about: "Turns the mouse on or off; while it is on, Shift+drag selects text, and while it is off, dragging does.",
        make: |model, _| mouse::capture(model, !model.mouse.is_on),
        ..ROW
    },
    Command {
        name: "suspend",
        keys: &["Ctrl+Z"],
        contexts: EVERYWHERE,
        about: "Suspends the program; fg in the shell resumes it.",
        also: &["background", "shell"],
        make: |_, _| vec![Effect::Suspend],
        ..ROW
    },
    Command {
        name: "redraw",
        keys: &["Ctrl+L"],
        contexts: EVERYWHERE,
        about: "Redraws the whole screen.",
        also: &["refresh", "repaint"],
        make: |_, _| vec![Effect::Redraw],
        ..ROW
    },
    Command {
        name: "quit",
        keys: &["q"],
        contexts: LETTERS,
        hint: "quit",
        about: "Quits. Asks first if a patch was not applied, if your calls or expectations were not saved, or if a file is being written.",
        also: &["exit", "close", "leave"],
        make: |model, _| quit(model),
        ..ROW
    },
    Command {
        name: "interrupt",
        keys: &["Ctrl+C"],
        contexts: EVERYWHERE,
        about: "Quits from anywhere. Asks for confirmation in the same cases as the command quit.",
        also: &["exit", "stop", "kill"],
        make: |model, _| quit(model),
        ..ROW
    },
    Command {
        name: "yes",
        keys: &["y", "Enter"],
        contexts: &[Context::Question],
        hint: "yes",
        about: "Answers yes to the question.",
        make: |model, _| {
            let question = ensured(model.overlays.take_top::<Question>());
            actions::perform(model, question.then, "")
        },
        ..ROW
    },
    Command {
        name: "no",
        keys: &["n", "Esc", "q"],
        contexts: &[Context::Question],
        hint: "no",
        about: "Answers no: nothing changes.",
        make: |model, _| {
            model.overlays.pop();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "return-to-now",
        keys: &["}"],
        contexts: &[Context::Question],
        hint: "now",
        about: "Closes the question and shows the latest step again; changes nothing.",
        possible: super::time::past,
        make: |model, _| time_travel::return_to_now(model),
        ..ROW
    },
];

fn use_theme(model: &mut Model, name: &str) -> Effects {
    let name = match name {
        "" => Ok(model.theme.name().next()),
        name => name.parse::<ThemeName>(),
    };
    match name {
        Ok(name) => {
            model.theme = model.theme.named(name);
            model.say(format!("The theme is {}.", name.text()));
        }
        Err(unknown) => model.warn(format!("{unknown}.")),
    }
    Vec::new()
}

fn focus_next(model: &mut Model, forward: bool) -> Effects {
    model.layout.focus_next(forward);
    Vec::new()
}

fn quit(model: &mut Model) -> Effects {
    let unsaved = model.draft.is_unsaved();
    let unapplied = unsaved.then(|| "The patch was not applied.".to_string());
    let sessions = std::iter::once(&model.session).chain(&model.others);
    let by_hand: usize = sessions.map(|session| session.unsaved).sum();
    let unsaved = (by_hand > 0).then(|| {
        let by_hand = grouped(by_hand as u64);
        format!("Your calls and expectations ({by_hand}) are not saved; :save-scenario saves them.")
    });
    let losses = match model.tutor {
        // What the lessons do is not to be kept.
        Some(_) => [None, None, model.file_job.loss()],
        None => [unapplied, unsaved, model.file_job.loss()],
    };
    let losses: Vec<String> = losses.into_iter().flatten().collect();
    let question = model.overlays.top::<Question>();
    let is_asked = question.is_some_and(|question| matches!(question.then, Action::Quit));
    if !losses.is_empty() && !is_asked {
        let text = losses.join(" ") + " Quit anyway?";
        return model.open(Question::new(text, Action::Quit));
    }
    vec![Effect::Quit]
}

fn step_back(model: &mut Model) -> Effects {
    if model.job.is_running() {
        return model.stop_job();
    }
    if model.file_job.is_running() {
        return state_file::stop();
    }
    if model.import.is_running() {
        model.import.stop();
        return vec![Effect::Run(Call::StopImport)];
    }
    if model.playback.is_going(model.session.store) {
        return vec![playback::pause(model)];
    }
    if model.layout.zoomed {
        model.layout.zoomed = false;
        return Vec::new();
    }
    match model.layout.focus {
        Pane::History if model.session.history.search.is_some() || model.session.history.is_filtered() => {
            return facets::clear(model);
        }
        Pane::Threads => {
            model.session.threads.query.filter = ThreadFilter::default();
            model.session.threads.needle.clear();
        }
        Pane::Journal if model.session.steps.filter != Filter::default() => {
            return time_travel::sift(model, Filter::default());
        }
        _ => groups::go_out(model),
    }
    Vec::new()
}

fn grow(model: &mut Model, columns: i16, rows: i16) -> Effects {
    let form = model.arrangement().form;
    model.layout.grow(form, columns, rows);
    Vec::new()
}

fn beside(model: &Model) -> Result<(), &'static str> {
    let at = model.arrangement();
    match at.place(model.layout.focus) {
        Some(place) if place.width < at.body.width => Ok(()),
        _ => Err("no pane is next to this one"),
    }
}

fn above(model: &Model) -> Result<(), &'static str> {
    let at = model.arrangement();
    match at.place(model.layout.focus) {
        Some(place) if place.height < at.body.height => Ok(()),
        _ => Err("no pane is above or below this one"),
    }
}
