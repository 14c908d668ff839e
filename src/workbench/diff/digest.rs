//! Compares JSON by value: the order of an object's keys and the notation of a number or string do not matter. If a
//! key occurs twice, the last one counts.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::protocol::json::{Json, JsonKind};

/// The maximum nesting depth. Values that are nested deeper are compared as text.
pub(super) const DEEPEST: usize = 32;

/// Whether two values are equal.
pub fn equal(left: Json<'_>, right: Json<'_>) -> bool {
    left.text() == right.text() || digest(left) == digest(right)
}

/// A hash that is the same for equal values, and almost always different for other values.
pub fn digest(json: Json<'_>) -> u64 {
    of(json, DEEPEST)
}

/// The hash of any value.
pub(super) fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn of(json: Json<'_>, deep: usize) -> u64 {
    let Some(deeper) = deep.checked_sub(1) else {
        return hash(json.text());
    };
    match json.kind() {
        JsonKind::Object => {
            // A sum does not depend on the order.
            let members: HashMap<u64, u64> = json
                .members()
                .map(|(key, value)| (hash(&*key), of(value, deeper)))
                .collect();
            let sum = members.into_iter().map(hash).fold(0, u64::wrapping_add);
            hash(("object", sum))
        }
        JsonKind::Array => {
            let mut hasher = DefaultHasher::new();
            "array".hash(&mut hasher);
            for value in json.elements() {
                of(value, deeper).hash(&mut hasher);
            }
            hasher.finish()
        }
        JsonKind::String => hash(("string", json.as_str())),
        JsonKind::Number => hash(("number", decimal(json.text()))),
        JsonKind::Bool | JsonKind::Null => hash(json.text()),
    }
}

/// Splits a number into its sign, its digits without leading and trailing zeros, and the power of ten to multiply
/// them by. The result is the same for `1`, `1.0` and `10e-1`. If the exponent is too large, the error is the
/// original text.
fn decimal(text: &str) -> Result<(bool, String, i64), &str> {
    let (negative, size) = match text.strip_prefix('-') {
        Some(size) => (true, size),
        None => (false, text),
    };
    let (mantissa, exponent) = size.split_once(['e', 'E']).unwrap_or((size, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() {
        return Ok((false, String::new(), 0));
    }
    let places = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
    let zeros = places(digits) - places(kept) - places(fraction);
    match exponent
        .parse::<i64>()
        .map(|exponent| exponent.checked_add(zeros))
    {
        Ok(Some(power)) => Ok((negative, kept.to_string(), power)),
        _ => Err(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(left: &str, right: &str) -> bool {
        equal(Json::parse(left).unwrap(), Json::parse(right).unwrap())
    }

    #[test]
    fn values_are_compared_and_not_the_way_in_which_they_are_written() {
        for (left, right) in [
            (r#"{"a":1,"b":[2]}"#, r#"{ "b": [2.0], "a": 10e-1 }"#),
            (r#""\u0041b""#, r#""Ab""#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
            ("-0", "0.00e7"),
            ("12e3", "12000"),
            ("1e99999999999999999999", "1e99999999999999999999"),
        ] {
            assert!(same(left, right), "{left} {right}");
        }
    }

    #[test]
    fn different_values_are_different() {
        let values = [
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1",
            "10",
            "0.1",
            "\"\"",
            "\"1\"",
            "\"null\"",
            "[]",
            "{}",
            "[1]",
            "[[1]]",
            "[1,2]",
            "[2,1]",
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"b":1}"#,
            r#"{"a":1,"b":1}"#,
            r#"{"1":"a"}"#,
            "9007199254740992",
            "9007199254740993",
            "1e400",
            "1e401",
        ];
        for (index, left) in values.iter().enumerate() {
            for (other, right) in values.iter().enumerate() {
                assert_eq!(same(left, right), index == other, "{left} {right}");
            }
        }
    }

    #[test]
    fn depth_is_no_trouble() {
        let deep = |n: usize, core: &str| format!("{}{core}{}", "[".repeat(n), "]".repeat(n));
        assert!(same(&deep(20_000, "1"), &deep(20_000, "1")));
        assert!(!same(&deep(20_000, "1"), &deep(20_000, "2")));
    }

    proptest! {
        #[test]
        fn the_order_of_keys_does_not_count(mut members in prop::collection::hash_map("[a-d]{1,3}", 0i32..5, 0..8)
            .prop_map(|members| members.into_iter().collect::<Vec<_>>()), by in 0usize..8) {
            let text = |members: &[(String, i32)]| {
                let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{{\"x\":{value}}}")).collect();
                format!("{{{}}}", members.join(","))
            };
            let before = text(&members);
            let turn = by.min(members.len());
            members.rotate_left(turn);
            prop_assert!(same(&before, &text(&members)));
        }
    }
}
