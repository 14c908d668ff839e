//! What a run prints: the formats, what each is told and in which order, and the count of what became of the steps.
//!
//! A report writes into a buffer and knows neither where that goes nor which other files are played meanwhile. Nothing in
//! it depends on how long something took, so two runs with a fixed clock print the same bytes.

mod junit;
mod tap;
mod text;

use std::io::{self, IsTerminal};

use clap::ValueEnum;

use crate::cli::{FINE, UNMET, UNUSABLE};
use crate::workbench::scenario::Outcome;
pub use crate::workbench::scenario::Tally;

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line
    Jsonl,
    /// One line a step and a summary, for people; coloured on a terminal
    Text,
    /// TAP version 14: a test a file, with a subtest a step
    Tap,
    /// JUnit's XML: a suite a file, with a case a step
    Junit,
}

impl Format {
    /// A report that has been told nothing yet.
    pub fn report(self) -> Box<dyn Report> {
        match self {
            Self::Jsonl => Box::new(Jsonl),
            Self::Text => Box::new(text::Text {
                coloured: io::stdout().is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()),
            }),
            Self::Tap => Box::new(tap::Tap::default()),
            Self::Junit => Box::new(junit::Junit::default()),
        }
    }
}

/// Which file is played.
pub struct Subject<'a> {
    /// Its path.
    pub file: &'a str,
    /// Its place among the files, from 0.
    pub index: usize,
    /// How many files there are.
    pub count: usize,
    /// What its header calls it; empty without one.
    pub scenario: &'a str,
}

/// A format. The whole is opened and closed once; between that each file has a report of its own, which is told of its
/// beginning, its steps and its end.
pub trait Report {
    /// So many files will be played.
    fn open(&self, _out: &mut Vec<u8>, _files: usize) -> io::Result<()> {
        Ok(())
    }

    /// A file begins.
    fn begin(&mut self, _out: &mut Vec<u8>, _subject: &Subject<'_>) -> io::Result<()> {
        Ok(())
    }

    /// A step was played.
    fn step(&mut self, out: &mut Vec<u8>, subject: &Subject<'_>, outcome: &Outcome) -> io::Result<()>;

    /// The file cannot be read any further.
    fn unreadable(&mut self, _out: &mut Vec<u8>, _sentence: &str) -> io::Result<()> {
        Ok(())
    }

    /// The file has ended.
    fn end(&mut self, _out: &mut Vec<u8>, _subject: &Subject<'_>, _tally: &Tally) -> io::Result<()> {
        Ok(())
    }

    /// All files have ended.
    fn close(&self, _out: &mut Vec<u8>, _tally: &Tally) -> io::Result<()> {
        Ok(())
    }
}

/// The answers as other programs read them.
struct Jsonl;

impl Report for Jsonl {
    fn step(&mut self, out: &mut Vec<u8>, subject: &Subject<'_>, outcome: &Outcome) -> io::Result<()> {
        outcome.write(out, (subject.count > 1).then_some(subject.file))
    }
}

/// The exit status; the larger one wins.
pub fn status(tally: &Tally) -> u8 {
    match (tally.unreadable + tally.invalid > 0, tally.failed > 0) {
        (true, _) => UNUSABLE,
        (false, true) => UNMET,
        (false, false) => FINE,
    }
}

/// What a step is called in a report: its method and what was noted beside it.
fn title(outcome: &Outcome) -> String {
    let method = outcome.method.as_deref().unwrap_or("?");
    match &outcome.note {
        Some(note) => format!("{method}: {note}"),
        None => method.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::scenario::Returned;

    /// A report of a step of which nothing could be judged, and of one of which a part could not.
    fn printed(format: Format) -> String {
        let report = &mut *format.report();
        let subject = Subject {
            file: "f",
            index: 0,
            count: 1,
            scenario: "",
        };
        let outcome = |step, expect, not_judged: &[&str]| Outcome {
            step,
            method: Some("create_thread".to_string()),
            note: None,
            returned: Returned::Answer(().into()),
            valid: true,
            lints: Vec::new(),
            expect,
            not_judged: not_judged.iter().map(ToString::to_string).collect(),
        };
        let (mut out, mut tally) = (Vec::new(), Tally::file());
        for outcome in [
            outcome(1, None, &["moved", "calls"]),
            outcome(2, Some(Vec::new()), &["moved"]),
            outcome(3, Some(Vec::new()), &[]),
        ] {
            tally.step(&outcome);
            report.step(&mut out, &subject, &outcome).unwrap();
        }
        assert_eq!((tally.met, tally.not_judged, status(&tally)), (2, 1, FINE));
        report.end(&mut out, &subject, &tally).unwrap();
        report.close(&mut out, &tally).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_format_says_what_was_not_judged() {
        let text = printed(Format::Text);
        assert!(text.contains("done  [not judged: moved, calls]\n"), "{text}");
        assert!(
            text.contains("done  [as expected]  [not judged: moved]\n"),
            "{text}"
        );
        assert!(
            text.contains("2 as expected, 0 not as expected, 1 not judged, 1 judged in part\n"),
            "{text}"
        );
        let tap = printed(Format::Tap);
        assert!(
            tap.contains("    ok 1 - create_thread\n    # not judged: moved, calls\n    ok 2 "),
            "{tap}"
        );
        let junit = printed(Format::Junit);
        assert!(
            junit.contains("      <system-out>not judged: moved, calls</system-out>\n    </testcase>"),
            "{junit}"
        );
        let jsonl = printed(Format::Jsonl);
        let keys = [
            r#""expect":"not_judged","not_judged":["moved","calls"]}"#,
            r#""expect":"met","not_judged":["moved"]}"#,
            r#""expect":"met"}"#,
        ];
        for (line, keys) in jsonl.lines().zip(keys) {
            assert!(line.ends_with(keys), "{line}");
        }
        assert_eq!(jsonl.lines().count(), 3);
        for report in [text, tap, junit] {
            assert_eq!(report.matches("not judged: ").count(), 2, "{report}");
        }
    }
}
