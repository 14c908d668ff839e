//! The output formats of a run, and the order in which a format receives its events.
//!
//! A report writes into a buffer. It does not know where the buffer goes or which other files are played at the same time.
//! Only JUnit XML contains durations; in the other formats, two runs with a fixed clock print the same bytes.

mod junit;
mod tap;
mod text;

use std::io::{self, IsTerminal};

use clap::ValueEnum;

use crate::cli::{FINE, UNMET, UNUSABLE};
use crate::workbench::scenario::Outcome;
pub use crate::workbench::scenario::Tally;

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One JSON object per step
    Jsonl,
    /// One line per step and a summary, for people, with colours on a terminal
    Text,
    /// TAP version 14: one test per file, one subtest per step
    Tap,
    /// JUnit XML: one test suite per file, one test case per step
    Junit,
}

impl ReportFormat {
    /// A new report.
    pub fn report(self) -> Box<dyn Reporter> {
        match self {
            Self::Jsonl => Box::new(JsonlReport),
            Self::Text => Box::new(text::TextReport {
                coloured: io::stdout().is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()),
                row: None,
            }),
            Self::Tap => Box::new(tap::TapReport::default()),
            Self::Junit => Box::new(junit::JunitReport::new()),
        }
    }
}

/// The file that is being played.
pub struct ReportedFile<'a> {
    /// Its path.
    pub file: &'a str,
    /// The index of the file among all files, starting at 0.
    pub index: usize,
    /// The number of files.
    pub count: usize,
    /// The scenario name in its header; empty if there is none.
    pub scenario: &'a str,
    /// The description in its header.
    pub about: Option<&'a str>,
}

/// A format. `open` and `close` are called once per run. In between, each file has its own report, which receives `begin`,
/// each step and `end`.
pub trait Reporter {
    /// Whether the output begins with totals. Then the output of the files is kept until the end, and `open` is called
    /// after all files.
    fn begins_with_totals(&self) -> bool {
        false
    }

    /// The beginning of the output, for this number of files. `totals` are those of the files, if the output begins with
    /// totals.
    fn open(&self, _out: &mut Vec<u8>, _files: usize, _totals: &Tally) -> io::Result<()> {
        Ok(())
    }

    /// A file begins.
    fn begin(&mut self, _out: &mut Vec<u8>, _subject: &ReportedFile<'_>) -> io::Result<()> {
        Ok(())
    }

    /// A step was played.
    fn step(&mut self, out: &mut Vec<u8>, subject: &ReportedFile<'_>, outcome: &Outcome) -> io::Result<()>;

    /// The rest of the file cannot be read.
    fn unreadable(&mut self, _out: &mut Vec<u8>, _sentence: &str) -> io::Result<()> {
        Ok(())
    }

    /// The file has ended.
    fn end(&mut self, _out: &mut Vec<u8>, _subject: &ReportedFile<'_>, _tally: &Tally) -> io::Result<()> {
        Ok(())
    }

    /// All files have ended.
    fn close(&self, _out: &mut Vec<u8>, _tally: &Tally) -> io::Result<()> {
        Ok(())
    }
}

/// One JSON object per step, for other programs.
struct JsonlReport;

impl Reporter for JsonlReport {
    fn step(&mut self, out: &mut Vec<u8>, subject: &ReportedFile<'_>, outcome: &Outcome) -> io::Result<()> {
        outcome.write(out, (subject.count > 1).then_some(subject.file))
    }
}

/// The exit status of a run; the highest that applies.
pub fn status(tally: &Tally) -> u8 {
    match (tally.unreadable + tally.invalid > 0, tally.failed > 0) {
        (true, _) => UNUSABLE,
        (false, true) => UNMET,
        (false, false) => FINE,
    }
}

/// The title of a step in a report: its method and its note.
fn title(outcome: &Outcome) -> String {
    let method = outcome.method.as_deref().unwrap_or("?");
    match &outcome.note {
        Some(note) => format!("{method}: {note}"),
        None => method.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::workbench::scenario::Returned;

    /// The report of a step that could not be judged at all, and of one that was judged in part.
    fn printed(format: ReportFormat) -> String {
        let report = &mut *format.report();
        let subject = ReportedFile {
            file: "f",
            index: 0,
            count: 1,
            scenario: "",
            about: None,
        };
        let outcome = |step, expect, not_judged: &[&str]| Outcome {
            row: None,
            step,
            method: Some("create_thread".to_string()),
            note: None,
            returned: Returned::Answer(().into()),
            valid: true,
            lints: Vec::new(),
            expected_lints: BTreeSet::new(),
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
        let text = printed(ReportFormat::Text);
        assert!(text.contains("done  [not checked: moved, calls]\n"), "{text}");
        assert!(
            text.contains("done  [as expected]  [not checked: moved]\n"),
            "{text}"
        );
        assert!(
            text.contains("2 as expected, 0 not as expected, 1 not checked, 1 checked in part\n"),
            "{text}"
        );
        let tap = printed(ReportFormat::Tap);
        assert!(
            tap.contains("    ok 1 - create_thread\n    # not checked: moved, calls\n    ok 2 "),
            "{tap}"
        );
        let junit = printed(ReportFormat::Junit);
        assert!(
            junit.contains("      <skipped message=\"not checked: moved, calls\"/>\n    </testcase>"),
            "{junit}"
        );
        assert!(
            junit.contains("      <system-out>not checked: moved</system-out>\n    </testcase>"),
            "{junit}"
        );
        assert!(
            junit.contains(" tests=\"3\" failures=\"0\" errors=\"0\" skipped=\"1\" "),
            "{junit}"
        );
        let jsonl = printed(ReportFormat::Jsonl);
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
            assert_eq!(report.matches("not checked: ").count(), 2, "{report}");
        }
    }
}
