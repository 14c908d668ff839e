//! Finds the differences between two JSON values, each with its path and its value on both sides.

use std::collections::HashSet;

use super::align::{RunKind, align};
use super::digest::{DEEPEST, digest, equal, hash};
use crate::protocol::json::{Json, JsonKind, quoted};

/// The maximum length in bytes of values whose parts are compared. Longer values are compared as a whole.
const LONGEST: usize = 256 * 1024;

/// The number of differences after which parts are no longer compared. The remaining values are compared as a whole.
const MOST: usize = 10_000;

/// One difference between two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path in `jq` syntax; `.` is the whole value. The path of a list element contains its index in the side that
    /// contains the element, or in the right side if both sides contain it.
    pub path: String,
    /// The value on the left side, as JSON; `None` if the path does not exist there.
    pub left: Option<String>,
    /// The value on the right side, as JSON; `None` if the path does not exist there.
    pub right: Option<String>,
}

/// The differences between two values, in the order of the left value. Empty if the values are equal.
pub fn differences(left: Json<'_>, right: Json<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    let long = left.text().len().max(right.text().len()) > LONGEST;
    walk(left, right, "", if long { 0 } else { DEEPEST }, &mut found);
    found
}

fn walk(left: Json<'_>, right: Json<'_>, path: &str, deep: usize, found: &mut Vec<Difference>) {
    if left.text() == right.text() {
        return;
    }
    let deeper = deep.checked_sub(1).filter(|_| found.len() < MOST);
    match (left.kind(), right.kind(), deeper) {
        (JsonKind::Object, JsonKind::Object, Some(deep)) => members(left, right, path, deep, found),
        (JsonKind::Array, JsonKind::Array, Some(deep)) => elements(left, right, path, deep, found),
        _ if equal(left, right) => {}
        _ => tell(found, path, Some(left), Some(right)),
    }
}

fn members(left: Json<'_>, right: Json<'_>, path: &str, deep: usize, found: &mut Vec<Difference>) {
    let mut seen = HashSet::new();
    for (key, _) in left.members().chain(right.members()) {
        if seen.contains(&key) {
            continue;
        }
        let path = format!("{path}{}", step(&key));
        match (left.get(&key), right.get(&key)) {
            (Some(left), Some(right)) => walk(left, right, &path, deep, found),
            (left, right) => tell(found, &path, left, right),
        }
        seen.insert(key);
    }
}

fn elements(left: Json<'_>, right: Json<'_>, path: &str, deep: usize, found: &mut Vec<Difference>) {
    let (lefts, rights): (Vec<_>, Vec<_>) = (left.elements().collect(), right.elements().collect());
    let digests = |values: &[Json<'_>]| -> Vec<(u64, u64)> {
        values
            .iter()
            .map(|value| (digest(*value), hash(value.kind())))
            .collect()
    };
    for run in align(&digests(&lefts), &digests(&rights)) {
        let of = |values: &[Json<'_>], range: std::ops::Range<usize>| -> Vec<(usize, String)> {
            let part = &values[range.clone()];
            range
                .zip(part.iter().map(|value| value.text().to_string()))
                .collect()
        };
        let at = |index: usize| format!("{path}[{index}]");
        match run.fate {
            RunKind::Same => {}
            RunKind::Changed => {
                for (left, right) in run.left.zip(run.right) {
                    if let (Some(one), Some(other)) = (lefts.get(left), rights.get(right)) {
                        walk(*one, *other, &at(right), deep, found);
                    }
                }
            }
            RunKind::Removed => {
                found.extend(of(&lefts, run.left).into_iter().map(|(index, text)| Difference {
                    path: at(index),
                    left: Some(text),
                    right: None,
                }))
            }
            RunKind::Added => {
                found.extend(
                    of(&rights, run.right)
                        .into_iter()
                        .map(|(index, text)| Difference {
                            path: at(index),
                            left: None,
                            right: Some(text),
                        }),
                )
            }
        }
    }
}

fn tell(found: &mut Vec<Difference>, path: &str, left: Option<Json<'_>>, right: Option<Json<'_>>) {
    let text = |value: Option<Json<'_>>| value.map(|value| value.text().to_string());
    found.push(Difference {
        path: match path {
            "" => ".".to_string(),
            path => path.to_string(),
        },
        left: text(left),
        right: text(right),
    });
}

/// One element of a path.
fn step(key: &str) -> String {
    let plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match plain {
        true => format!(".{key}"),
        false => format!("[{}]", quoted(key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn told(left: &str, right: &str) -> Vec<String> {
        differences(Json::parse(left).unwrap(), Json::parse(right).unwrap())
            .into_iter()
            .map(|found| {
                let side = |text: Option<String>| text.unwrap_or("-".to_string());
                format!("{} {} {}", found.path, side(found.left), side(found.right))
            })
            .collect()
    }

    #[test]
    fn each_place_is_told_with_both_sides() {
        assert_eq!(
            told(r#"{"a":1,"b":2}"#, r#"{"b":2.0,"a":1}"#),
            Vec::<String>::new()
        );
        assert_eq!(told("1", "\"1\""), [". 1 \"1\""]);
        assert_eq!(
            told(
                r#"{"a":{"b":[1,2,{"c":3}]},"gone":null,"odd key":true}"#,
                r#"{"new":[],"a":{"b":[1,{"c":4}]},"odd key":false}"#
            ),
            [
                ".a.b[1] 2 -",
                ".a.b[1].c 3 4",
                ".gone null -",
                r#"["odd key"] true false"#,
                ".new - []",
            ]
        );
    }

    #[test]
    fn a_long_or_deep_value_differs_as_a_whole() {
        let long = |c: char| format!("{{\"a\":\"{}{c}\"}}", "x".repeat(LONGEST));
        let of = |found: Vec<Difference>| found.into_iter().map(|found| found.path).collect::<Vec<_>>();
        let (left, right) = (long('l'), long('r'));
        let found = differences(Json::parse(&left).unwrap(), Json::parse(&right).unwrap());
        assert_eq!(of(found), ["."]);
        let deep = |core: &str| format!("{}{core}{}", "[".repeat(5_000), "]".repeat(5_000));
        let (left, right) = (deep("1"), deep("2"));
        let found = differences(Json::parse(&left).unwrap(), Json::parse(&right).unwrap());
        assert_eq!(found.len(), 1);
    }

    /// Values of any shape, small enough to be equal often.
    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..4).prop_map(Value::from),
            "[ab]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[ab.]", inner, 0..4)
                    .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn there_are_none_exactly_where_the_values_are_equal(left in any_value(), right in any_value()) {
            prop_assert_eq!(told(&left.to_string(), &right.to_string()).is_empty(), left == right);
            prop_assert!(told(&left.to_string(), &left.to_string()).is_empty());
        }
    }
}
