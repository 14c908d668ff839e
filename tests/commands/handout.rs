//! `threadloupe play --export`: scenarios as Markdown, as HTML and as an asciicast, with the real binary.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::html::{Token, tokens};
use pulldown_cmark::{Event, Options, Parser};
use serde_json::Value;
use tempfile::tempdir;

fn tour() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/scenarios/tour.jsonl")
}

/// The steps of the tour.
fn steps() -> Vec<Value> {
    let text = fs::read_to_string(tour()).unwrap();
    let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    values.skip(1).map(Result::unwrap).collect()
}

fn export(file: &Path, args: &[&str], paths: &[PathBuf]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .arg("play")
        .args(args)
        .arg("--export")
        .arg(file)
        .args(paths)
        .output()
        .unwrap()
}

/// The content of a file that was exported. All steps are as expected.
fn exported(name: &str, paths: &[PathBuf]) -> String {
    let (output, text) = exported_with_status(name, paths, 0);
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    text
}

fn exported_with_status(name: &str, paths: &[PathBuf], status: i32) -> (Output, String) {
    let folder = tempdir().unwrap();
    let file = folder.path().join(name);
    let output = export(&file, &[], paths);
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    (output, fs::read_to_string(file).unwrap())
}

/// The text of a Markdown document, and the number of its headings. Panics if it contains HTML.
fn markdown(document: &str) -> (String, usize) {
    let (mut text, mut headings) = (String::new(), 0);
    // With every extension but the one that replaces quotation marks and dashes.
    let extensions = Options::all() - Options::ENABLE_SMART_PUNCTUATION;
    for event in Parser::new_ext(document, extensions) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            Event::Start(pulldown_cmark::Tag::Heading { .. }) => {
                headings += 1;
                text.push('\n');
            }
            Event::Start(
                tag @ (pulldown_cmark::Tag::Link { .. }
                | pulldown_cmark::Tag::Image { .. }
                | pulldown_cmark::Tag::Table(_)
                | pulldown_cmark::Tag::HtmlBlock),
            ) => panic!("{tag:?}"),
            event @ (Event::Html(_) | Event::InlineHtml(_) | Event::TaskListMarker(_)) => panic!("{event:?}"),
            _ => {}
        }
    }
    (text, headings)
}

/// The text of an HTML document.
fn html_text(document: &str) -> String {
    let texts = tokens(document).into_iter().filter_map(|token| match token {
        Token::Text(text) => Some(text),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_document_has_each_step_with_its_note_its_call_its_answer_and_what_moved() {
    let (markdown, headings) = markdown(&exported("tour.md", &[tour()]));
    let html = html_text(&exported("tour.html", &[tour()]));
    let steps = steps();
    assert_eq!(headings, steps.len() + 1);
    for (index, step) in steps.iter().enumerate() {
        let method = step["method"].as_str().unwrap();
        let note = step["note"].as_str().unwrap();
        assert!(
            markdown.contains(&format!("Step {}: {method}", index + 1)),
            "{method}"
        );
        assert!(html.contains(&format!("Step {} {method}", index + 1)), "{method}");
        assert!(markdown.contains(note.trim()), "{note}");
        assert!(html.contains(note.trim()), "{note}");
        for text in [&markdown, &html] {
            let id = &step["params"]["thread_id"];
            assert!(id.is_null() || text.contains(id.as_str().unwrap()), "{id}");
        }
    }
    for text in [&markdown, &html] {
        // A counter, a field of a read, and a part of the accumulated patch.
        for change in [
            "create_thread: 0 \u{2192} 1",
            "  name: null \u{2192} \"",
            "  title in the accumulated patch: nothing \u{2192} \"",
            "  updated_at: time of the read \u{2192} \"2026-",
        ] {
            assert!(text.contains(change), "{change}\n{text}");
        }
        assert!(
            text.contains(&format!("1 file, {} steps: ", steps.len())),
            "{text}"
        );
    }
}

#[test]
fn no_text_becomes_markup_and_failures_are_told() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("odd.jsonl");
    for text in [
        "</pre><script>alert(1)</script>",
        "```\n# heading\n[link](javascript:x) ![i](http://e.com/x.png) https://example.com",
        "| a | b |\n| - | - |\n| 1 | 2 |",
        "- [ ] task <b>bold</b> `code` \u{1b}[31m \u{0}",
        "\n\n    four spaces\n---\n",
        "1. one\n2) two\n+ three\n* four\n> five\n===\nwww.example.com a@example.com http://example.com",
        "$a$ :emoji: ==mark== ~~gone~~ **bold** _it_ ||x|| [^1] [^1]: x &amp; \\` <http://e.com> ^a^ {a}",
    ] {
        let json = Value::from(text).to_string();
        let id = "0198f2a3-0000-7000-8000-000000000001";
        fs::write(
            &file,
            format!(
                "{{\"scenario\":{json},\"about\":{json},\"clock\":\"2026-05-13T00:28:15Z\"}}\n\
                 {{\"method\":\"create_thread\",\"params\":{{\"thread_id\":\"{id}\"}},\"note\":{json}}}\n\
                 {{\"method\":\"update_thread_metadata\",\"params\":{{\"thread_id\":\"{id}\",\"patch\":{{\"name\":{json},\"odd\":{json}}}}},\
                  \"expect\":{{\"result\":{{\"name\":\"n\"}}}},\"note\":{json}}}\n\
                 {{\"method\":{json}}}\n"
            ),
        )
        .unwrap();
        let (_, document) = exported_with_status("odd.md", std::slice::from_ref(&file), 2);
        assert!(!document.contains(['\u{1b}', '\0']), "{document:?}");
        let (markdown, headings) = markdown(&document);
        assert_eq!(headings, 4, "{document}");
        let (_, document) = exported_with_status("odd.html", std::slice::from_ref(&file), 2);
        assert!(!document.contains(['\u{1b}', '\0']), "{document:?}");
        let html = html_text(&document);
        for told in [markdown, html] {
            assert!(told.contains("not as expected"), "{told}");
            assert!(told.contains("result.name: expected \"n\", got "), "{told}");
            assert!(told.contains("unknown-field"), "{told}");
            assert!(told.contains("invalid_step: line 4"), "{told}");
        }
    }
}

/// A terminal of 120 columns and 36 rows.
fn terminal() -> vt100::Parser {
    let [rows, columns] = [36, 120].map(|size| std::num::NonZero::new(size).unwrap());
    vt100::Parser::new(rows, columns, 0)
}

/// The frames of an asciicast: their times and their output.
fn frames(cast: &str) -> Vec<(f64, String)> {
    let mut lines = cast.lines();
    let header: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(
        (&header["version"], &header["width"], &header["height"]),
        (&2.into(), &120.into(), &36.into())
    );
    let frame = |line: &str| {
        let frame: (f64, String, String) = serde_json::from_str(line).unwrap();
        assert_eq!(frame.1, "o");
        (frame.0, frame.2)
    };
    lines.map(frame).collect()
}

#[test]
fn an_asciicast_shows_the_scenario_at_the_pace_of_its_notes() {
    let cast = exported("tour.cast", &[tour()]);
    let frames = frames(&cast);
    assert!(frames.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    let steps = steps();
    let mut terminal = terminal();
    let mut shown: Vec<(f64, String)> = Vec::new();
    for (time, output) in &frames {
        terminal.process(output.as_bytes());
        shown.push((*time, terminal.screen().contents()));
    }
    let mut time = shown[0].0;
    for (index, step) in steps.iter().enumerate() {
        let progress = format!(" {} to go", steps.len() - index - 1);
        let found = shown.iter().find(|(_, screen)| screen.contains(&progress));
        let (at, screen) = found.unwrap_or_else(|| panic!("{progress}:\n{}", shown[shown.len() - 1].1));
        assert!(*at > time, "{progress}");
        time = *at;
        // The note begins on the screen of its step.
        let note = step["note"].as_str().unwrap();
        let begin: String = note.chars().take(30).collect();
        assert!(screen.contains(&begin), "{begin}\n{screen}");
    }
    let note = steps[steps.len() - 1]["note"].as_str().unwrap();
    let last = frames[frames.len() - 1].0 - time;
    assert!(
        (last - 1.5 - 0.06 * note.chars().count() as f64).abs() < 0.002,
        "{last}"
    );
    let again: Vec<f64> = self::frames(&exported("again.cast", &[tour()]))
        .iter()
        .map(|frame| frame.0)
        .collect();
    let times: Vec<f64> = frames.iter().map(|frame| frame.0).collect();
    assert_eq!(again, times);
}

#[test]
fn the_status_is_that_of_a_run() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("some.jsonl");
    let unmet = r#"{"method":"calls","expect":{"result":{"create_thread":7}}}"#;
    let invalid = r#"{"method":"call"}"#;
    for (steps, status, summary) in [
        (
            unmet.to_string(),
            1,
            "1 file, 1 step: 0 as expected, 1 not as expected\n",
        ),
        (
            format!("{unmet}\n{invalid}\n"),
            2,
            "1 file, 2 steps: 0 as expected, 1 not as expected, 1 invalid\n",
        ),
    ] {
        fs::write(&file, steps).unwrap();
        for name in ["a.md", "a.html", "a.cast"] {
            let (output, text) = exported_with_status(name, std::slice::from_ref(&file), status);
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(
                told.contains("was written, but some results were not as expected: "),
                "{told}"
            );
            assert!(told.ends_with(summary), "{told}");
            assert!(!text.is_empty());
        }
    }
}

#[test]
fn several_files_and_rows_are_in_one_file() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let create =
        r#"{"method":"create_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"}}"#;
    fs::write(
        path("a.jsonl"),
        format!("{{\"scenario\":\"first\",\"rows\":[{{\"a\":1}},{{\"a\":2}}]}}\n{create}\n"),
    )
    .unwrap();
    fs::write(
        path("b.jsonl"),
        format!("{{\"scenario\":\"second\"}}\n{create}\n{create}\n"),
    )
    .unwrap();
    let paths = [path("a.jsonl"), path("b.jsonl")];
    let document = exported("all.md", &paths);
    for title in ["# first, row 1 of 2\n", "# first, row 2 of 2\n", "# second\n"] {
        assert!(document.contains(title), "{document}");
    }
    assert!(document.contains("2 files, 4 steps"), "{document}");
    let cast = exported("all.cast", &paths);
    let mut terminal = terminal();
    let mut seen = String::new();
    for (_, output) in frames(&cast) {
        terminal.process(output.as_bytes());
        seen += &terminal.screen().contents();
    }
    for text in ["a.jsonl, row 1 of 2", "a.jsonl, row 2 of 2", "second", "2 of 2"] {
        assert!(seen.contains(text), "{text}\n{}", terminal.screen().contents());
    }
}

#[test]
fn a_file_is_not_overwritten_and_wrong_arguments_are_told() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("tour.md");
    fs::write(&file, "mine").unwrap();
    let told = |output: &Output| String::from_utf8(output.stderr.clone()).unwrap();
    let output = export(&file, &[], &[tour()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told(&output).contains("the file already exists; use --force to overwrite it"),
        "{output:?}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(export(&file, &["--force"], &[tour()]).status.code(), Some(0));
    assert!(fs::read_to_string(&file).unwrap().starts_with("# "));
    let output = export(&folder.path().join("tour.png"), &[], &[tour()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains(".md, .html or .cast"), "{output:?}");
    for name in ["none.md", "none.cast"] {
        let output = export(
            &folder.path().join(name),
            &[],
            &[folder.path().join("missing.jsonl")],
        );
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(told(&output).contains("missing.jsonl"), "{output:?}");
        let output = export(&folder.path().join("no/such").join(name), &[], &[tour()]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(
            told(&output).contains("check that its folder exists"),
            "{output:?}"
        );
    }
    // Nothing is left behind.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
