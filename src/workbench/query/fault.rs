//! What is wrong with a query, in one sentence with its column.

use std::fmt;

/// A query that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {fault}")]
pub struct QueryError {
    /// The column of the fault, in characters, starting at 1.
    pub column: usize,
    /// The fault.
    pub fault: QueryFault,
}

/// What is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryFault {
    /// There is no field with this name.
    UnknownField {
        /// The word before the colon.
        word: String,
        /// The most similar field, if one is similar.
        nearest: Option<&'static str>,
    },
    /// `is:` or `has:` with an unknown word.
    UnknownFlag {
        /// The field, `is` or `has`.
        field: &'static str,
        /// The word after the colon.
        word: String,
        /// The most similar word, if one is similar.
        nearest: Option<&'static str>,
        /// All words of the field.
        known: Vec<&'static str>,
    },
    /// A known term that a query of threads cannot answer.
    CannotAnswer {
        /// The field, `is` or `has`.
        field: &'static str,
        /// The word after the colon.
        word: &'static str,
        /// The reason.
        why: &'static str,
    },
    /// A field without a value.
    NoValue(&'static str),
    /// A phrase without text.
    EmptyPhrase,
    /// A phrase without its closing quotation mark.
    OpenQuote,
    /// Text directly after a closing quotation mark.
    BehindQuote,
    /// A minus sign without a term.
    LoneMinus,
    /// An `or` without a term on each side.
    LoneOr,
    /// The value of a time field is not a time.
    NotATime {
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
    },
    /// The value of a time field is an age without `<` or `>`.
    BareAge {
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
    },
    /// The value of a number field is not a number.
    NotANumber {
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
    },
}

impl fmt::Display for QueryFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField { word, nearest } => {
                write!(out, "there is no field {word}; ")?;
                match nearest {
                    Some(nearest) => write!(out, "did you mean {nearest}?"),
                    None => out.write_str("to search for this text, put it in quotation marks"),
                }
            }
            Self::UnknownFlag {
                field,
                word,
                nearest,
                known,
            } => {
                write!(out, "there is no {field}:{word}; ")?;
                match nearest {
                    Some(nearest) => write!(out, "did you mean {field}:{nearest}?"),
                    None => write!(out, "{field}: takes one of {}", known.join(", ")),
                }
            }
            Self::CannotAnswer { field, word, why } => {
                write!(out, "{field}:{word} cannot be used here, because {why}")
            }
            Self::NoValue(field) => write!(out, "{field}: needs a value directly after the colon"),
            Self::EmptyPhrase => out
                .write_str("there is no text between the quotation marks; add some text or remove the marks"),
            Self::OpenQuote => {
                out.write_str("the quotation mark is not closed; add one at the end of the phrase")
            }
            Self::BehindQuote => {
                out.write_str("text follows a closing quotation mark; put a space between them")
            }
            Self::LoneMinus => {
                out.write_str("`-` needs a term directly after it; to search for a minus sign, write \"-\"")
            }
            Self::LoneOr => {
                out.write_str("`or` needs a term on each side; to search for this word, write \"or\"")
            }
            Self::NotATime { field, value } => write!(
                out,
                "{field}:{value} is not a time; use an age such as {field}:<2d (s, m, h, d or w) or a date such as {field}:>2026-07-01"
            ),
            Self::BareAge { field, value } => write!(
                out,
                "{field}:{value} needs a comparison; use {field}:<{value} for times within this age, or {field}:>{value} for older ones"
            ),
            Self::NotANumber { field, value } => write!(
                out,
                "{field}:{value} is not a number; use one such as {field}:>100, with k, m or g for thousands, millions or billions"
            ),
        }
    }
}
