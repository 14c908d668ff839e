//! The formats in which a transcript can be written.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

use super::{HtmlWriter, MarkdownWriter, TextWriter, TranscriptWriter};

/// A format of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TranscriptFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// One HTML file.
    Html,
}

impl TranscriptFormat {
    /// The format that the extension of a file name means; `None` for other extensions.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension().and_then(OsStr::to_str)? {
            "txt" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }

    /// A writer of this format.
    pub fn writer<'a>(self, out: &'a mut dyn Write) -> Box<dyn TranscriptWriter + 'a> {
        match self {
            Self::Text => Box::new(TextWriter::new(out)),
            Self::Markdown => Box::new(MarkdownWriter::new(out)),
            Self::Html => Box::new(HtmlWriter::new(out)),
        }
    }
}
