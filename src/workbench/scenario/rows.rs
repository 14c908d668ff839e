//! The rows of a header: a scenario with rows is played once per row, and `${name}` in its steps stands for a value of
//! the row. Values are filled in before a step is parsed, and positions still refer to the file.

use super::statement::StatementError;
use crate::protocol::json::{Json, JsonKind, Scanner, TokenKind, quoted, unescape};
use crate::workbench::lints::nearest;

/// A row: the names of its variables and their values, as JSON, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row(Vec<(String, String)>);

impl Row {
    /// The value of a variable, as JSON.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| &**value)
    }

    /// The names of its variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }
}

/// Reads the member `rows` of a header.
pub(super) fn read(json: Json<'_>, value: Json<'_>) -> Result<Vec<Row>, StatementError> {
    let wrong = |part: Json<'_>, message: String| StatementError::new(part.offset_in(json), message);
    if value.kind() != JsonKind::Array {
        let noun = value.kind().noun();
        return Err(wrong(
            value,
            format!("rows must be a list of objects, but it is {noun}"),
        ));
    }
    let mut rows = Vec::new();
    for (index, element) in value.elements().enumerate() {
        if element.kind() != JsonKind::Object {
            let noun = element.kind().noun();
            let message = format!("rows must be a list of objects, but row {} is {noun}", index + 1);
            return Err(wrong(element, message));
        }
        let members = element.members();
        rows.push(Row(members
            .map(|(name, value)| (name.into_owned(), value.text().to_string()))
            .collect()));
    }
    if rows.is_empty() {
        return Err(wrong(
            value,
            "rows is empty, so nothing would be played; add a row or remove the key".to_string(),
        ));
    }
    Ok(rows)
}

/// The text of a step whose variables have been replaced.
pub(super) struct Filled {
    pub text: String,
    replaced: Vec<Replaced>,
}

/// The byte offsets of a value that was filled in, and of the variable in the original text.
struct Replaced {
    start: usize,
    end: usize,
    from: usize,
    to: usize,
}

impl Filled {
    /// Converts a byte offset in the new text to one in the original text. For an offset inside a value that was filled
    /// in, this is the start of the variable.
    pub fn origin(&self, at: usize) -> usize {
        match self.replaced.iter().rfind(|replaced| replaced.start <= at) {
            Some(inside) if at < inside.end => inside.from,
            Some(before) => before.to + (at - before.end),
            None => at,
        }
    }
}

/// Replaces the variables in all strings and keys of a step by the values of a row. `row` is an index. A string that is
/// exactly `${name}` becomes the value. In a longer string, and in a key, the variable becomes the text of the value,
/// which for a string is its contents. Values are not searched for variables.
pub(super) fn fill(text: &str, rows: &[Row], row: usize) -> Result<Filled, StatementError> {
    let mut filled = Filled {
        text: String::with_capacity(text.len()),
        replaced: Vec::new(),
    };
    let mut copied = 0;
    let mut scanner = Scanner::new();
    while let Ok(Some(token)) = scanner.next(text.as_bytes(), true) {
        let is_key = match token.kind {
            TokenKind::End => break,
            TokenKind::Key => true,
            TokenKind::String => false,
            _ => continue,
        };
        let (start, end) = (token.start + 1, token.end - 1);
        for variable in variables(text, start, end) {
            let value = Json::trusted(value(rows, row, &variable)?);
            let is_whole = !is_key && (variable.from, variable.to) == (start, end);
            // The quotes around the variable are replaced too.
            let (from, to) = match is_whole {
                true => (token.start, token.end),
                false => (variable.from, variable.to),
            };
            filled.text += &text[copied..from];
            let start = filled.text.len();
            match (is_whole, value.kind()) {
                (true, _) => filled.text += value.text(),
                (false, JsonKind::String) => filled.text += inside(value.text()),
                (false, _) => filled.text += inside(&quoted(value.text())),
            }
            let end = filled.text.len();
            filled.replaced.push(Replaced { start, end, from, to });
            copied = to;
        }
    }
    filled.text += &text[copied..];
    Ok(filled)
}

/// The contents of a JSON string, with their escapes.
fn inside(string: &str) -> &str {
    // Removes only the outer quotes: an escaped quote can be next to them.
    &string[1..string.len() - 1]
}

/// `${name}` in a text, from the dollar sign to the closing brace.
struct Variable {
    name: String,
    from: usize,
    to: usize,
}

/// The variables in a part of a text.
fn variables(text: &str, start: usize, end: usize) -> impl Iterator<Item = Variable> {
    let mut at = start;
    std::iter::from_fn(move || {
        let from = at + text[at..end].find("${")?;
        let to = from + text[from..end].find('}')? + 1;
        at = to;
        let name = unescape(&text[from + 2..to - 1]).into_owned();
        Some(Variable { name, from, to })
    })
}

fn value<'a>(rows: &'a [Row], row: usize, variable: &Variable) -> Result<&'a str, StatementError> {
    let name = &variable.name;
    if let Some(value) = rows.get(row).and_then(|row| row.get(name)) {
        return Ok(value);
    }
    let message = match rows.iter().position(|other| other.get(name).is_some()) {
        Some(other) => format!(
            "row {} has no variable `{name}`, but row {} has; add it to the row",
            row + 1,
            other + 1
        ),
        None => {
            let mut known: Vec<&str> = Vec::new();
            for name in rows.iter().flat_map(Row::names) {
                if !known.contains(&name) {
                    known.push(name);
                }
            }
            let there = match known.is_empty() {
                true => "the rows have no variables".to_string(),
                false => format!("the rows have {}", known.join(", ")),
            };
            let near = nearest(name, known).map_or(String::new(), |near| format!("; did you mean {near}?"));
            format!("no row has a variable `{name}`; {there}{near}")
        }
    };
    Err(StatementError::new(variable.from, message))
}

#[cfg(test)]
mod tests;
