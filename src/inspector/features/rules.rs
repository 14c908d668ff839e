//! The rules that apply to what is on the screen: finds the rules that the selected row mentions, and opens their text.

use crate::contract::{Rule, UnknownRule, field, rule, rule_numbers};
use crate::inspector::features::time_travel;
use crate::inspector::overlays::reader::{Reader, StepPart};
use crate::inspector::panes::Pane;
use crate::inspector::panes::metadata::fields::MetadataRow;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::json_tree::Label;

/// Opens the rule with this number. Without a number, opens the rules that are mentioned at the cursor.
pub fn open(model: &mut Model, number: &str) -> Effects {
    match number.trim() {
        "" => {
            let rules = mentioned(model);
            show(model, &rules)
        }
        number => match rule(number) {
            Ok(rule) => show(model, &[rule]),
            Err(unknown) => {
                model.warn(refusal(&unknown));
                Vec::new()
            }
        },
    }
}

fn show(model: &mut Model, rules: &[&Rule]) -> Effects {
    let numbers: Vec<&str> = rules.iter().map(|rule| rule.number).collect();
    let title = match numbers.as_slice() {
        [] => {
            model.warn("No rule is mentioned here. :rule M3 opens rule M3.".to_string());
            return Vec::new();
        }
        [number] => format!("Rule {number}"),
        numbers => format!("Rules {}", numbers.join(", ")),
    };
    let texts: Vec<String> = rules.iter().map(ToString::to_string).collect();
    model.open(Reader::page(title, texts.join("\n\n")))
}

fn refusal(unknown: &UnknownRule) -> String {
    let sentence = unknown.to_string();
    let end = if sentence.ends_with('?') { "" } else { "." };
    format!("rule: {sentence}{end}")
}

/// Returns the rules that are mentioned at the cursor, each once. In the Threads, History and Journal panes, returns
/// the rules of the shown step.
pub fn mentioned(model: &Model) -> Vec<&'static Rule> {
    let text = match (model.overlays.last(), model.layout.focus) {
        (Some(_), _) => model
            .overlays
            .top::<Reader>()
            .and_then(Reader::value)
            .unwrap_or_default(),
        (None, Pane::Metadata) => in_metadata(model),
        // A field that cannot be cleared mentions the rule that says so.
        (None, Pane::Patch) => {
            let cannot = model.draft.can_clear().err();
            about(cannot) + &about(model.draft.field().map(|field| field.about))
        }
        (None, Pane::Calls) => about(model.session.calls.selected().map(|op| op.row().about)),
        (None, _) => behind_step(model),
    };
    let mut rules: Vec<&Rule> = Vec::new();
    for number in rule_numbers(&text) {
        // Opened text may contain anything, such as numbers that match no rule.
        let Ok(found) = rule(&number) else { continue };
        if rules.iter().all(|there| there.number != found.number) {
            rules.push(found);
        }
    }
    rules
}

fn about(about: Option<&str>) -> String {
    about.map(str::to_string).unwrap_or_default()
}

/// Returns the text about the selected field. If no field is selected, returns the sentence about the thread, which
/// takes several rows.
fn in_metadata(model: &Model) -> String {
    let list = &model.session.metadata;
    if let Some(selected) = list.selected() {
        return about(field(&selected.name).map(|field| field.about));
    }
    let rows = list.rows.iter().filter_map(|row| match row {
        MetadataRow::Sentence(text) => Some(*text),
        _ => None,
    });
    rows.collect::<Vec<_>>().join(" ")
}

/// Returns the explanation of the result of the shown step, or the description of its method.
fn behind_step(model: &Model) -> String {
    let why: Vec<String> = model.session.why().iter().map(ToString::to_string).collect();
    match time_travel::looked_at(model) {
        Ok(entry) if why.is_empty() => match &entry.call {
            Some(call) => call.op().row().about.to_string(),
            None => String::new(),
        },
        _ => why.join(" "),
    }
}

/// Returns whether the selected row of an opened step is one of its reasons.
pub fn is_reason(reader: &Reader) -> bool {
    let in_step = matches!(reader.step, Some(StepPart::Step(_)));
    in_step && reader.is_at_leaf() && reader.way().first() == Some(&Label::Key("why".into()))
}
