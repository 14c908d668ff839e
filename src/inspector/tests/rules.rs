//! Tests of rules opened from a place that mentions them or by their number.

use super::*;
use crate::contract::rule;
use crate::inspector::overlays::reader::Reader;

/// The title and the text of the open reader, without the frame.
fn opened(screen: &Screen) -> String {
    let reader = screen.model.overlays.top::<Reader>().expect("a rule is open");
    format!("{}\n{}", reader.title, reader.value().unwrap())
}

/// The title and the text of a reader that shows these rules.
fn page(numbers: &[&str]) -> String {
    let texts: Vec<String> = numbers
        .iter()
        .map(|number| rule(number).unwrap().to_string())
        .collect();
    let word = if numbers.len() == 1 { "Rule" } else { "Rules" };
    format!("{word} {}\n{}", numbers.join(", "), texts.join("\n\n"))
}

#[test]
fn a_rule_opens_by_its_number_and_closes_again() {
    let mut screen = Screen::demo(200, 50);
    screen.press(": 'rule m3' Enter");
    assert_eq!(opened(&screen), page(&["M3"]));
    let text = screen.text();
    for part in [
        "Rule M3 \u{b7} Metadata",
        "Applies to: every store (part of the contract)",
        "Example: assets/scenarios/m-metadata.jsonl, step 5",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    screen.press("Esc");
    assert!(screen.model.overlays.top::<Reader>().is_none());
    let mut small = Screen::demo(80, 24);
    small.press(": 'rule A1' Enter");
    insta::assert_snapshot!("rule_80x24", shot(&small));
}

#[test]
fn a_number_that_no_rule_has_names_the_nearest() {
    let mut screen = Screen::demo(200, 50);
    for (typed, said) in [
        ("M33", "rule: there is no rule M33; did you mean M3?"),
        ("nonsense", "such as M3."),
    ] {
        screen.press(&format!(": 'rule {typed}' Enter"));
        assert!(screen.said().ends_with(said), "{}", screen.said());
        assert!(screen.model.overlays.top::<Reader>().is_none());
    }
}

#[test]
fn enter_on_a_reason_of_an_opened_step_opens_its_rule() {
    let mut screen = Screen::demo(200, 50);
    screen.press("6 g Enter / 'rule A2' Enter");
    let step = opened(&screen);
    assert!(step.contains("(rule A2)"), "{step}");
    screen.press("Enter");
    assert_eq!(opened(&screen), page(&["A2"]));
    screen.press("Esc");
    assert_eq!(opened(&screen), step);
    // Another text of the step opens as usual, even if it mentions a rule.
    screen.press("g / Ctrl+U 'create_thread' Enter Enter");
    let title = &screen.model.overlays.top::<Reader>().unwrap().title;
    assert!(title.ends_with(".method"), "{title}");
}

#[test]
fn without_a_number_the_rules_at_the_cursor_open() {
    let mut screen = Screen::demo(200, 50);
    // In the journal: the rules in the reasons of the selected step.
    screen.press("6 g H");
    assert_eq!(opened(&screen), page(&["A2"]));
    // For an update without reasons: the rules of its method.
    screen.press("Esc");
    while !screen.model.session.why().is_empty() {
        screen.press("j");
    }
    screen.press("H");
    let all = ["M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11"];
    assert_eq!(opened(&screen), page(&all));
    // In a rule: the rules that it mentions.
    screen.press("Esc : 'rule V2' Enter H");
    assert_eq!(opened(&screen), page(&["M1"]));
    // In the counters: the rules of the selected method.
    screen.press("Esc Esc 5 g H");
    assert_eq!(opened(&screen), page(&["A1"]));
    // In the patch form and the metadata: the rules of the selected field.
    screen.press("Esc 4 g H");
    assert_eq!(opened(&screen), page(&["M3"]));
    screen.press("Esc 1 g 3 g");
    while screen.model.session.metadata.selected().unwrap().name != "name" {
        screen.press("j");
    }
    screen.press("H");
    assert_eq!(opened(&screen), page(&["M3"]));
}

#[test]
fn enter_on_the_sentence_about_a_thread_that_was_never_created_opens_its_rules() {
    let mut screen = Screen::demo(80, 24);
    screen.press("G 3 Enter");
    assert_eq!(opened(&screen), page(&["M1", "M2"]));
    screen.press("Esc 1 k 3 j j Enter");
    assert_eq!(opened(&screen), page(&["G1", "G2", "L2"]));
}

#[test]
fn where_no_rule_is_mentioned_that_is_said() {
    let mut screen = longest();
    screen.press("2 Enter H");
    assert!(
        screen
            .said()
            .ends_with("No rule is mentioned here. :rule M3 opens rule M3."),
        "{}",
        screen.said()
    );
    // A number without a rule is ignored, even in a text that mentions it.
    let mut screen = Screen::empty(80, 24);
    let reader = Reader::text(
        "Text".to_string(),
        "see there is no rule Q7 or rule A6".to_string(),
    );
    screen.model.open(reader);
    screen.press("H");
    assert_eq!(opened(&screen), page(&["A6"]));
}
