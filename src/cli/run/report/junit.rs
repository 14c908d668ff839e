//! JUnit XML for continuous integration: one test suite per file, one test case per step. A suite starts with its totals,
//! so its cases are buffered until the file ends, and so do the suites together. The time of a case is that since the case
//! before it, in seconds; the time of a suite is the sum of those of its cases.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use super::{ReportedFile, Reporter, Tally, title};
use crate::workbench::scenario::{Mismatch, Outcome};

pub struct JunitReport {
    cases: Vec<u8>,
    unreadable: usize,
    /// When the report began.
    began: Instant,
    /// The time until the end of the last case.
    time: Duration,
}

impl JunitReport {
    /// A report that begins now.
    pub fn new() -> Self {
        Self {
            cases: Vec::new(),
            unreadable: 0,
            began: Instant::now(),
            time: Duration::ZERO,
        }
    }

    /// Begins a case that ends now. A file whose rest cannot be read is a case without a class.
    fn case(&mut self, class: &str, name: &str) -> io::Result<()> {
        let before = std::mem::replace(&mut self.time, self.began.elapsed());
        let class = match class {
            "" => String::new(),
            class => format!(" classname=\"{}\"", quoted(class)),
        };
        write!(
            self.cases,
            "    <testcase{class} name=\"{}\" time=\"{}\"",
            quoted(name),
            seconds(self.time.saturating_sub(before))
        )
    }
}

impl Reporter for JunitReport {
    fn begins_with_totals(&self) -> bool {
        true
    }

    fn open(&self, out: &mut Vec<u8>, _: usize, totals: &Tally) -> io::Result<()> {
        writeln!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"threadloupe run\"{}>",
            attributes(totals, totals.unreadable, self.began.elapsed())
        )
    }

    fn step(&mut self, _: &mut Vec<u8>, subject: &ReportedFile<'_>, outcome: &Outcome) -> io::Result<()> {
        let class = match subject.scenario {
            "" => subject.file,
            scenario => scenario,
        };
        self.case(class, &format!("{}: {}", outcome.place(), title(outcome)))?;
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
            let message = format!("{}{more}", first.sentence());
            write!(
                self.cases,
                "      <failure type=\"expectation\" message=\"{}\">",
                quoted(&message)
            )?;
            for difference in found.iter().flat_map(Mismatch::differences) {
                let mut diff = difference.place() + "\n";
                if let Some(values) = difference.values {
                    diff += &format!("- {}\n+ {}\n", values.wanted(), values.came());
                }
                write!(self.cases, "{}", escaped(&diff))?;
            }
            writeln!(self.cases, "</failure>")?;
        }
        match not_judged {
            Some(text) if outcome.expect.is_none() => {
                writeln!(self.cases, "      <skipped message=\"{}\"/>", quoted(&text))?;
            }
            Some(text) => writeln!(self.cases, "      <system-out>{}</system-out>", escaped(&text))?,
            None => {}
        }
        writeln!(self.cases, "    </testcase>")
    }

    fn unreadable(&mut self, _: &mut Vec<u8>, sentence: &str) -> io::Result<()> {
        self.unreadable += 1;
        self.case("", "the file")?;
        writeln!(
            self.cases,
            "><error type=\"unreadable\" message=\"{}\"/></testcase>",
            quoted(sentence)
        )
    }

    fn end(&mut self, out: &mut Vec<u8>, subject: &ReportedFile<'_>, tally: &Tally) -> io::Result<()> {
        writeln!(
            out,
            "  <testsuite name=\"{}\"{}>",
            quoted(subject.file),
            attributes(tally, self.unreadable, self.time)
        )?;
        if let Some(about) = subject.about {
            writeln!(
                out,
                "    <properties>\n      <property name=\"about\" value=\"{}\"/>\n    </properties>",
                quoted(about)
            )?;
        }
        out.append(&mut self.cases);
        writeln!(out, "  </testsuite>")
    }

    fn close(&self, out: &mut Vec<u8>, _: &Tally) -> io::Result<()> {
        writeln!(out, "</testsuites>")
    }
}

/// The totals of a suite, or of all suites. Each file that cannot be read has a case for it.
fn attributes(tally: &Tally, unreadable: usize, time: Duration) -> String {
    format!(
        " tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
        tally.steps + unreadable,
        tally.failed,
        tally.invalid + unreadable,
        tally.not_judged,
        seconds(time)
    )
}

/// A duration in seconds, as a decimal number.
fn seconds(time: Duration) -> String {
    format!("{:.6}", time.as_secs_f64())
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
