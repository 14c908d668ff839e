//! JUnit XML for continuous integration: one test suite per file, one test case per step. A suite starts with the number of
//! its cases, so the cases are buffered until the file ends.

use std::io::{self, Write};

use super::{ReportedFile, Reporter, Tally, title};
use crate::workbench::scenario::Outcome;

#[derive(Default)]
pub struct JunitReport {
    cases: Vec<u8>,
    unreadable: usize,
}

impl Reporter for JunitReport {
    fn open(&self, out: &mut Vec<u8>, _: usize) -> io::Result<()> {
        writeln!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"threadloupe run\">"
        )
    }

    fn step(&mut self, _: &mut Vec<u8>, subject: &ReportedFile<'_>, outcome: &Outcome) -> io::Result<()> {
        let name = format!("{}: {}", outcome.place(), title(outcome));
        self.case(subject, &name)?;
        let not_judged = outcome.told_not_judged();
        if outcome.is_good() && not_judged.is_none() {
            return writeln!(self.cases, "/>");
        }
        writeln!(self.cases, ">")?;
        if !outcome.valid {
            let message = outcome.summary();
            writeln!(
                self.cases,
                "      <error type=\"invalid_step\" message=\"{}\"/>",
                quoted(&message)
            )?;
        }
        let found = outcome.expect.as_deref().unwrap_or_default();
        if let Some(first) = found.first() {
            let more = match found.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let message = format!(
                "{}: expected {}, got {}{more}",
                first.path,
                first.want,
                first.came()
            );
            write!(
                self.cases,
                "      <failure type=\"expectation\" message=\"{}\">",
                quoted(&message)
            )?;
            for mismatch in found {
                let diff = format!(
                    "{}\n- {}\n+ {}\n",
                    mismatch.place(),
                    mismatch.want,
                    mismatch.came()
                );
                write!(self.cases, "{}", escaped(&diff))?;
            }
            writeln!(self.cases, "</failure>")?;
        }
        if let Some(text) = not_judged {
            writeln!(self.cases, "      <system-out>{}</system-out>", escaped(&text))?;
        }
        writeln!(self.cases, "    </testcase>")
    }

    fn unreadable(&mut self, _: &mut Vec<u8>, sentence: &str) -> io::Result<()> {
        self.unreadable += 1;
        writeln!(
            self.cases,
            "    <testcase name=\"the file\"><error type=\"unreadable\" message=\"{}\"/></testcase>",
            quoted(sentence)
        )
    }

    fn end(&mut self, out: &mut Vec<u8>, subject: &ReportedFile<'_>, tally: &Tally) -> io::Result<()> {
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
            quoted(subject.file),
            tally.steps + self.unreadable,
            tally.failed,
            tally.invalid + self.unreadable
        )?;
        out.append(&mut self.cases);
        writeln!(out, "  </testsuite>")
    }

    fn close(&self, out: &mut Vec<u8>, _: &Tally) -> io::Result<()> {
        writeln!(out, "</testsuites>")
    }
}

impl JunitReport {
    fn case(&mut self, subject: &ReportedFile<'_>, name: &str) -> io::Result<()> {
        let class = match subject.scenario {
            "" => subject.file,
            scenario => scenario,
        };
        write!(
            self.cases,
            "    <testcase classname=\"{}\" name=\"{}\"",
            quoted(class),
            quoted(name)
        )
    }
}

/// Escapes text inside an element. XML cannot represent most control characters, so they become Rust escapes.
fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => written += "&amp;",
            '<' => written += "&lt;",
            '>' => written += "&gt;",
            '"' => written += "&quot;",
            '\n' | '\t' => written.push(c),
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                written.extend(c.escape_unicode());
            }
            c => written.push(c),
        }
    }
    written
}

/// Escapes text inside an attribute, where a literal line break would become a space.
fn quoted(text: &str) -> String {
    escaped(text).replace('\n', "&#10;").replace('\t', "&#9;")
}
