//! The SCENARIO_KEYS table: one row per key of a scenario's JSON. The parser takes the known keys from it, and
//! `docs/scenarios.md` describes them.

/// A key of the JSON of a scenario.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ScenarioKey {
    /// The object that it is a key of.
    pub place: KeyPlace,
    /// Its name.
    pub name: &'static str,
    /// What its value is.
    pub value: &'static str,
    /// A sentence that describes it.
    pub about: &'static str,
    /// A value of it, as JSON.
    pub example: &'static str,
}

/// An object in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPlace {
    /// The header.
    Header,
    /// A step.
    Step,
    /// The expectation of a step.
    Expectation,
    /// An object that stands for a value in an expected result.
    Placeholder,
}

impl KeyPlace {
    /// The object, with its article.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Header => "a header",
            Self::Step => "a step",
            Self::Expectation => "an expectation",
            Self::Placeholder => "a placeholder",
        }
    }

    /// The names of its keys.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> + Clone {
        let keys = SCENARIO_KEYS.iter().filter(move |key| key.place == self);
        keys.map(|key| key.name)
    }
}

macro_rules! keys {
    ($( $place:ident { $( $name:literal: $value:literal, $example:literal, $about:literal; )* } )*) => {
        /// All keys, in the order in which they are described.
        pub const SCENARIO_KEYS: &[ScenarioKey] = &[
            $( $( ScenarioKey {
                place: KeyPlace::$place, name: $name, value: $value, example: $example, about: $about,
            }, )* )*
        ];
    };
}

keys! {
    Header {
        "scenario": "string", r#""clear a name""#,
            "The name of the scenario; it can be empty. Every header needs this key: the first value of a file is a header only if it has the key.";
        "about": "string", r#""What clearing a name does.""#,
            "A description, shown before the first step in reports and in the inspector.";
        "clock": "time", r#""2026-05-13T00:28:15Z""#,
            "The time of the first step; each later step is one millisecond later. `--clock` overrides it. Without either of them, the store uses the system clock.";
        "store": "string", r#""qa-1""#,
            "The id of a registered store, on which the file is played. Files that name the same store share it, its clock and its step numbers. Without this key, each file has a new store. `--store` overrides it.";
        "rows": "list of objects", r#"[{"name": "a"}, {"name": null}]"#,
            "Variables: the file is played once for each object, each time on a new store.";
    }
    Step {
        "method": "string", r#""read_thread""#,
            "A method of the contract, or `calls`, which reads the fourteen counters and is not counted. Required.";
        "params": "object", r#"{"thread_id": "0198f2a3-0000-7000-8000-000000000001"}"#,
            "The parameters of the method. This key can be left out if the method requires no parameters.";
        "expect": "object", r#"{"result": {"name": null}}"#,
            "What the answer must be. Without it, every answer is accepted.";
        "note": "string", r#""The name is gone.""#,
            "A text for people, which is shown with the step in reports and in the inspector.";
        "at": "time", r#""2026-05-13T00:28:15Z""#,
            "The time of this step; the following steps continue from it.";
        "store": "string", r#""qa-2""#,
            "The id of a registered store that only this step is called on. The clock and the step numbers of the file apply.";
    }
    Expectation {
        "result": "any value", r#"{"name": null}"#,
            "The call succeeds, and its result matches.";
        "error": "object", r#"{"code": "thread_not_found"}"#,
            "The call fails, and its `code` and `message` match.";
        "calls": "object of counters", r#"{"append_items": 2}"#,
            "After the step, the named counters have these values.";
        "moved": "object of counters", r#"{"append_items": 1}"#,
            "The step adds exactly these amounts to the named counters, and nothing to any other counter.";
        "lints": "list of codes", r#"["null-ignored"]"#,
            "The step raises lints with exactly these codes, in any order.";
    }
    Placeholder {
        "$any": "true", "true",
            "The key exists, with any value, even `null`.";
        "$absent": "true", "true",
            "The key does not exist.";
        "$len": "number", "3",
            "A list with this number of elements, an object with this number of keys, or a string with this number of characters.";
    }
}

#[cfg(test)]
mod tests {
    use super::super::expect::mismatches;
    use super::super::statement::Parsed;
    use super::super::values::Values;
    use super::*;
    use crate::contract::Op;
    use crate::protocol::json::Json;

    fn parsed(text: &str) -> Vec<Parsed> {
        let mut values = Values::new(text.as_bytes());
        let mut all = Vec::new();
        while let Some(value) = values.next_value().unwrap() {
            all.push(Parsed::read(&value, all.is_empty()));
        }
        all
    }

    #[test]
    fn the_parser_accepts_every_key_with_its_example() {
        for ScenarioKey {
            place, name, example, ..
        } in SCENARIO_KEYS
        {
            let text = match (place, *name) {
                (KeyPlace::Header, "scenario") => format!(r#"{{"scenario": {example}}}"#),
                (KeyPlace::Header, _) => format!(r#"{{"scenario": "", "{name}": {example}}}"#),
                (KeyPlace::Step, "method") => {
                    format!(
                        r#"{{"method": {example}, "params": {{"thread_id": "0198f2a3-0000-7000-8000-000000000001"}}}}"#
                    )
                }
                (KeyPlace::Step, _) => format!(r#"{{"method": "calls", "{name}": {example}}}"#),
                (KeyPlace::Expectation, _) => {
                    format!(r#"{{"method": "calls", "expect": {{"{name}": {example}}}}}"#)
                }
                (KeyPlace::Placeholder, _) => {
                    let want = format!(r#"{{"result": {{"history": {{"{name}": {example}}}}}}}"#);
                    let none = r#"{"result": {}}"#;
                    let (met, unmet) = match *name {
                        "$absent" => (none, r#"{"result": {"history": null}}"#),
                        _ => (r#"{"result": {"history": [1, 2, 3]}}"#, none),
                    };
                    for (came, is_met) in [(met, true), (unmet, false)] {
                        let op = Some(Op::ReadThread);
                        let found = mismatches(Json::trusted(&want), Json::trusted(came), op);
                        assert_eq!(found.is_empty(), is_met, "{name}: {came}");
                    }
                    continue;
                }
            };
            match parsed(&text).as_slice() {
                [Parsed::Header(_)] => assert_eq!(*place, KeyPlace::Header, "{name}"),
                [Parsed::Step(_)] => assert_ne!(*place, KeyPlace::Header, "{name}"),
                other => panic!("{place:?} {name}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_parser_knows_no_other_key() {
        for (text, place) in [
            (r#"{"scenario": "", "odd": 1}"#, KeyPlace::Header),
            (r#"{"method": "calls", "odd": 1}"#, KeyPlace::Step),
            (
                r#"{"method": "calls", "expect": {"odd": 1}}"#,
                KeyPlace::Expectation,
            ),
        ] {
            let parsed = parsed(text);
            let [Parsed::Invalid(invalid)] = parsed.as_slice() else {
                panic!("{parsed:?}");
            };
            let names: Vec<&str> = place.names().collect();
            let told = format!("{} has no key `odd`; it has {}", place.noun(), names.join(", "));
            assert!(invalid.message.ends_with(&told), "{}", invalid.message);
        }
    }
}
