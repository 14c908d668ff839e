//! Compares two lists element by element. Lists of the same length are compared at each position. Lists of different
//! lengths are one mismatch; its [`ListDifference`] names the elements that differ, so that a report need not print
//! both lists in full.

use super::expect::{Matching, Mismatch, Pair, PathSegment, Paths, compared, surplus};
use crate::protocol::json::Json;

/// How two lists of different lengths differ. The elements at their beginning and at their end that are equal are left
/// out; the elements between these are compared by position.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListDifference {
    /// The number of expected elements.
    pub want: usize,
    /// The actual number of elements.
    pub got: usize,
    /// The index of the first element that differs, or that only one list has.
    pub first: usize,
    /// The first ten mismatches: those in elements that both lists have, then each element that is missing or extra.
    pub elements: Vec<Mismatch>,
    /// The number of mismatches after these.
    pub more: usize,
}

/// The number of mismatches that are kept.
const MOST: usize = 10;

/// Adds the elements of two lists to the open pairs, in order from the top. Returns false if their lengths differ and
/// one is an expectation.
pub(super) fn elements<'a>(
    matching: Matching,
    pair: &Pair<'a>,
    got: Json<'a>,
    paths: &mut Paths<'a>,
    open: &mut Vec<Pair<'a>>,
    found: &mut Vec<Mismatch>,
) -> bool {
    let wanted: Vec<_> = pair.want.elements().collect();
    let came: Vec<_> = got.elements().collect();
    if wanted.len() != came.len() && matching == Matching::Expectation {
        return false;
    }
    for (index, other) in came.iter().enumerate().skip(wanted.len()) {
        let path = paths.add(pair.path, PathSegment::Index(index));
        found.push(surplus(paths.text(path), *other));
    }
    for (index, want) in wanted.into_iter().enumerate().rev() {
        let path = paths.add(pair.path, PathSegment::Index(index));
        open.push(Pair {
            path,
            want,
            got: came.get(index).copied(),
            shape: pair.shape.element(),
            moment: false,
            clock: false,
        });
    }
    true
}

/// The mismatches in two elements of two lists. `path` is the path of both elements.
fn in_elements(lists: &Pair<'_>, path: &str, want: Json<'_>, got: Json<'_>) -> Vec<Mismatch> {
    let mut paths = Paths::default();
    let root = paths.add(0, PathSegment::Root);
    let at = paths.add(root, PathSegment::Text(path));
    let pair = Pair {
        path: at,
        want,
        got: Some(got),
        shape: lists.shape.element(),
        moment: false,
        clock: false,
    };
    compared(Matching::Expectation, paths, pair, None, false).mismatches
}

/// How an expected and an actual list of different lengths differ. `path` is the path of both.
pub(super) fn difference(pair: &Pair<'_>, got: Json<'_>, path: &str) -> ListDifference {
    let wanted: Vec<_> = pair.want.elements().collect();
    let came: Vec<_> = got.elements().collect();
    let is_equal = |(want, got): (&Json<'_>, &Json<'_>)| in_elements(pair, path, *want, *got).is_empty();
    let first = wanted
        .iter()
        .zip(&came)
        .take_while(|(want, got)| is_equal((want, got)))
        .count();
    let (wanted_rest, came_rest) = (&wanted[first..], &came[first..]);
    let last = wanted_rest.iter().rev().zip(came_rest.iter().rev());
    let last = last.take_while(|(want, got)| is_equal((want, got))).count();
    let wanted_rest = &wanted_rest[..wanted_rest.len() - last];
    let came_rest = &came_rest[..came_rest.len() - last];
    let both = wanted_rest.len().min(came_rest.len());
    let differing = wanted_rest.iter().zip(came_rest).enumerate();
    let in_both = differing.flat_map(|(index, (want, got))| {
        in_elements(pair, &format!("{path}[{}]", first + index), *want, *got)
    });
    let missing = wanted_rest.iter().enumerate().skip(both);
    let missing =
        missing.map(|(index, want)| Mismatch::new(format!("{path}[{}]", first + index), want.text(), None));
    let extra = came_rest.iter().enumerate().skip(both);
    let extra = extra.map(|(index, got)| surplus(format!("{path}[{}]", first + index), *got));
    let mut all = in_both.chain(missing).chain(extra);
    ListDifference {
        want: wanted.len(),
        got: came.len(),
        first,
        elements: all.by_ref().take(MOST).collect(),
        more: all.count(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::expect::mismatches;
    use super::*;
    use crate::contract::Op;

    /// The difference of two lists of threads, with the paths of its elements.
    fn of(want: &str, got: &str) -> (usize, usize, usize, Vec<String>) {
        let want = format!(r#"{{"result":{{"items":{want}}}}}"#);
        let got = format!(r#"{{"result":{{"items":{got}}}}}"#);
        let found = mismatches(Json::trusted(&want), Json::trusted(&got), Some(Op::ListThreads));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "result.items");
        let list = found[0].list.as_deref().unwrap();
        let told = |mismatch: &Mismatch| {
            format!(
                "{} {} {}",
                mismatch.path,
                mismatch.want,
                mismatch.got.as_deref().unwrap_or("-")
            )
        };
        (
            list.want,
            list.got,
            list.first,
            list.elements.iter().map(told).collect(),
        )
    }

    #[test]
    fn elements_that_only_one_list_has_are_found_at_any_place() {
        let (a, b, c) = (r#"{"name":"a"}"#, r#"{"name":"b"}"#, r#"{"name":"c"}"#);
        let all = format!("[{a},{b},{c}]");
        for (index, some) in [format!("[{b},{c}]"), format!("[{a},{c}]"), format!("[{a},{b}]")]
            .iter()
            .enumerate()
        {
            let element = [a, b, c][index];
            let missing = format!("result.items[{index}] {element} -");
            assert_eq!(of(&all, some), (3, 2, index, vec![missing]));
            let extra = format!("result.items[{index}] {{\"$absent\":true}} {element}");
            assert_eq!(of(some, &all), (2, 3, index, vec![extra]));
        }
        let missing = format!("result.items[0] {a} -");
        assert_eq!(of(&format!("[{a}]"), "[]"), (1, 0, 0, vec![missing]));
    }

    #[test]
    fn an_element_that_differs_is_compared_within() {
        let want = r#"[{"name":"a"},{"name":"b","git_info":{"branch":"x"}},{"name":"c"}]"#;
        let got = r#"[{"name":"a"},{"name":"b","git_info":{"branch":"y"}}]"#;
        assert_eq!(
            of(want, got),
            (
                3,
                2,
                1,
                vec![
                    "result.items[1].git_info.branch \"x\" \"y\"".to_string(),
                    "result.items[2] {\"name\":\"c\"} -".to_string()
                ]
            )
        );
    }

    #[test]
    fn stand_ins_and_times_match_as_elsewhere() {
        let want = r#"[{"name":{"$any":true}},{"created_at":"2026-05-13T00:00:00Z"},{"name":"c"}]"#;
        let got = r#"[{"name":"a"},{"created_at":"2026-05-13T00:00:00.000Z"}]"#;
        let missing = "result.items[2] {\"name\":\"c\"} -".to_string();
        assert_eq!(of(want, got), (3, 2, 2, vec![missing]));
    }

    #[test]
    fn a_list_in_a_list_is_told_where_it_stands() {
        let want = r#"[{"a":[1,2]},{"name":"b"}]"#;
        let found = of(want, r#"[{"a":[1]}]"#).3;
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
