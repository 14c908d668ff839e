//! What one item of a history says, as an entry of a transcript.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::workbench::failures::Failure;

/// Who an entry is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The user.
    User,
    /// The agent, to the user.
    Agent,
    /// The agent's reasoning.
    Reasoning,
    /// A tool call of the agent, with its output.
    Tool,
    /// The program that runs the agent: instructions, context, settings, errors, compactions.
    System,
}

impl Speaker {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
            Self::Reasoning => "reasoning",
            Self::Tool => "tool",
            Self::System => "system",
        }
    }
}

/// An entry of a transcript: what one item says, together with the items that belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranscriptEntry<'a> {
    /// The position of the item in the history, starting at 0.
    pub place: usize,
    /// The time of the item; `None` if the file has no times.
    pub at: Option<DateTime<Utc>>,
    /// Who it is from.
    pub speaker: Speaker,
    /// One line about the item: the call of a tool, the kind of a message, or what happened; can be empty.
    pub title: Cow<'a, str>,
    /// The outcome of a call or an error.
    pub outcome: Option<EntryOutcome>,
    /// Its content in order.
    pub blocks: Vec<TranscriptBlock<'a>>,
}

impl TranscriptEntry<'_> {
    /// The texts of its content, or its title if it has none: what was said, the output of a call, the lines of an edit.
    pub fn text(&self) -> String {
        let is_call = self.speaker == Speaker::Tool;
        let texts = self.blocks.iter().filter_map(|block| match block {
            TranscriptBlock::Text(text) if !is_call => Some(&**text),
            TranscriptBlock::Output(text) | TranscriptBlock::Diff { text, .. } => Some(&**text),
            _ => None,
        });
        let texts: Vec<&str> = texts.collect();
        match texts.is_empty() {
            true => self.title.clone().into_owned(),
            false => texts.join("\n\n"),
        }
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryOutcome {
    /// The call succeeded, with exit code 0 if the exit code is known.
    Done {
        /// Whether the file has an exit code.
        has_exit_code: bool,
    },
    /// It failed.
    Failed(Failure),
    /// The history has no output of the call.
    Unfinished,
}

impl EntryOutcome {
    /// Whether it is a failure.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// Describes the outcome in a few words on one line.
    pub fn words(&self) -> String {
        match self {
            Self::Done { has_exit_code: true } => "exit 0".to_owned(),
            Self::Done { has_exit_code: false } => "done".to_owned(),
            Self::Failed(failure @ (Failure::Exit(_) | Failure::Aborted(_) | Failure::Error(_))) => {
                failure.to_string()
            }
            Self::Failed(Failure::Tool(words)) if words == "failed" => words.clone(),
            Self::Failed(Failure::Tool(words)) => format!("failed: {words}"),
            Self::Unfinished => "no output".to_owned(),
        }
    }
}

/// A part of the content of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TranscriptBlock<'a> {
    /// What somebody said, as it was written.
    Text(Cow<'a, str>),
    /// The arguments of a call: indented JSON, or text.
    Arguments {
        /// The arguments.
        text: Cow<'a, str>,
        /// Whether the arguments are JSON.
        is_json: bool,
    },
    /// The output of a tool.
    Output(Cow<'a, str>),
    /// A change of files, as lines that begin with `+`, `-`, `@` or a space.
    Diff {
        /// What is done to which file, such as `update src/lib.rs`; empty if the lines already contain this.
        title: String,
        /// The lines.
        text: Cow<'a, str>,
    },
    /// The steps of a plan.
    Plan(Vec<PlanLine>),
    /// An image, which is not shown: its type and size, or its path or address.
    Image(String),
    /// A link to another thread: a description, and the id as it is written in the item.
    Thread {
        /// A description of the other thread, such as `sub-agent`.
        label: &'static str,
        /// Its id.
        id: String,
    },
    /// A message of the history with which a compaction replaced the previous one: its author, and its text.
    Replaced {
        /// The role of its author.
        role: String,
        /// Its text.
        text: Cow<'a, str>,
    },
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLine {
    /// Its status as it was written, such as `completed`.
    pub status: String,
    /// What to do in this step.
    pub step: String,
}

impl PlanLine {
    /// A sign for its status.
    pub fn sign(&self) -> &'static str {
        match &*self.status {
            "completed" => "[x]",
            "in_progress" => "[>]",
            _ => "[ ]",
        }
    }
}
