//! Adds a value of a step's result to the expectation of the step, given the path of the value.

use std::borrow::Cow;

use crate::protocol::json::{Json, JsonKind};
use crate::workbench::composed::Composed;

/// One element of a path in a result, such as `result`, a key, or a list index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A member of an object, by its key.
    Name(String),
    /// An element of a list, by its index, starting at 0.
    Place(usize),
}

/// Extends an expectation by the value at a path of the result `came`. `came` is a JSON object with `result` or
/// `error`, `calls` and `moved`. For a list on the path, the new expectation matches only lists of the same length.
/// Elements that were not in the previous expectation match any value. Returns `None` if there is no value at the
/// path.
pub fn with(expect: Option<&str>, came: &str, path: &[Key]) -> Option<String> {
    expected(expect.map(Json::trusted), Json::trusted(came), path).map(|expected| expected.text())
}

/// The value at a path of a result; `None` if there is none.
pub fn at<'a>(came: &'a str, path: &[Key]) -> Option<Json<'a>> {
    path.iter().try_fold(Json::trusted(came), |value, key| match key {
        Key::Name(name) => value.get(name),
        Key::Place(place) => value.elements().nth(*place),
    })
}

const ANY: &str = r#"{"$any":true}"#;

fn expected<'a>(expect: Option<Json<'a>>, came: Json<'a>, path: &'a [Key]) -> Option<Composed<'a>> {
    let Some((key, rest)) = path.split_first() else {
        return Some(Composed::Text(came));
    };
    match (key, came.kind()) {
        (Key::Name(name), JsonKind::Object) => {
            let value = came.get(name)?;
            // A placeholder for a value, such as {"$any":true}, is not an object to which keys can be added.
            let former = expect.filter(|expect| !expect.members().any(|(key, _)| key.starts_with('$')));
            let mut members: Vec<_> = former
                .into_iter()
                .flat_map(Json::members)
                .filter(|(known, _)| known != name)
                .map(|(known, kept)| (known, Composed::Text(kept)))
                .collect();
            let value = expected(former.and_then(|former| former.get(name)), value, rest)?;
            members.push((Cow::Borrowed(name), value));
            Some(Composed::Object(members))
        }
        (Key::Place(place), JsonKind::Array) => {
            let mut former = expect.into_iter().flat_map(Json::elements);
            let mut elements = Vec::new();
            for (index, value) in came.elements().enumerate() {
                let known = former.next();
                elements.push(match known {
                    known if index == *place => expected(known, value, rest)?,
                    known => Composed::Text(known.unwrap_or(Json::trusted(ANY))),
                });
            }
            (*place < elements.len()).then_some(Composed::List(elements))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Op;
    use crate::workbench::scenario::unmet;

    const CAME: &str = r#"{"result":{"items":[{"name":"a","model":null},{"name":"b","model":"m"}],"next_cursor":null},"calls":{"list_threads":2},"moved":{"list_threads":1}}"#;

    fn path(text: &str) -> Vec<Key> {
        let key = |part: &str| {
            part.parse()
                .map_or_else(|_| Key::Name(part.to_string()), Key::Place)
        };
        text.split('.').map(key).collect()
    }

    #[test]
    fn pointing_adds_to_what_is_expected_and_is_met_by_what_came() {
        let mut expect: Option<String> = None;
        for (at, want) in [
            (
                "result.items.1.name",
                r#"{"result":{"items":[{"$any":true},{"name":"b"}]}}"#,
            ),
            (
                "result.items.1.model",
                r#"{"result":{"items":[{"$any":true},{"name":"b","model":"m"}]}}"#,
            ),
            (
                "result.items.0.name",
                r#"{"result":{"items":[{"name":"a"},{"name":"b","model":"m"}]}}"#,
            ),
            (
                "moved",
                r#"{"result":{"items":[{"name":"a"},{"name":"b","model":"m"}]},"moved":{"list_threads":1}}"#,
            ),
            (
                "result.items",
                r#"{"moved":{"list_threads":1},"result":{"items":[{"name":"a","model":null},{"name":"b","model":"m"}]}}"#,
            ),
        ] {
            expect = with(expect.as_deref(), CAME, &path(at));
            assert_eq!(expect.as_deref(), Some(want), "{at}");
            assert_eq!(unmet(want, CAME, Some(Op::ListThreads)), [], "{at}");
        }
    }

    #[test]
    fn where_nothing_is_nothing_can_be_expected() {
        for at in [
            "error",
            "result.items.2",
            "result.items.name",
            "result.next_cursor.x",
        ] {
            assert_eq!(with(None, CAME, &path(at)), None, "{at}");
        }
    }

    #[test]
    fn a_stand_in_gives_way_to_the_value() {
        let known = r#"{"result":{"$any":true}}"#;
        let want = r#"{"result":{"next_cursor":null}}"#;
        assert_eq!(
            with(Some(known), CAME, &path("result.next_cursor")).as_deref(),
            Some(want)
        );
    }
}
