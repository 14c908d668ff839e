//! Matches the rows of a list with typed words, and ranks the rows that match.
//!
//! A row must match every word, in any order. A word matches the letters of a name in order, even with others between
//! them; in synonyms, keys and sentences it must occur as a whole.

use std::cmp::Reverse;
use std::ops::Range;

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

use super::ListEntry;

/// The least score of each letter of a word whose letters are apart in a name. Letters at the start of a part of the
/// name score more than this, letters far apart score less.
const LEAST_SCORE: usize = 15;

/// A row that matches.
pub struct FoundRow {
    /// The index of the row.
    pub index: usize,
    /// The byte ranges of the name that match.
    pub name: Vec<Range<usize>>,
    /// The byte ranges of the sentence that match.
    pub about: Vec<Range<usize>>,
    /// The synonym that matches, if nothing else does.
    pub also: Option<&'static str>,
}

/// Where a word matches, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It is the name.
    Name,
    /// The name starts with it.
    Start,
    /// The name contains it.
    Inside,
    /// A synonym starts with it.
    Synonym,
    /// It is a key, or the sentence contains it.
    Sentence,
    /// The name contains its letters in order. The higher the score, the better.
    Letters(Reverse<u16>),
}

/// A typed word.
struct Word {
    whole: Atom,
    letters: Atom,
    length: usize,
}

impl Word {
    fn new(text: &str) -> Self {
        let atom = |kind| Atom::new(text, CaseMatching::Ignore, Normalization::Smart, kind, false);
        Self {
            whole: atom(AtomKind::Substring),
            letters: atom(AtomKind::Fuzzy),
            length: text.chars().count(),
        }
    }
}

/// The matcher with its buffers.
struct Search {
    matcher: Matcher,
    chars: Vec<char>,
    places: Vec<u32>,
}

impl Search {
    /// Finds a word in a text. Returns the score. The places in the text are in `places`.
    fn find(&mut self, atom: &Atom, text: &str) -> Option<u16> {
        self.places.clear();
        let text = match text.is_ascii() {
            true => Utf32Str::Ascii(text.as_bytes()),
            false => {
                self.chars.clear();
                self.chars
                    .extend(text.graphemes(true).filter_map(|cluster| cluster.chars().next()));
                Utf32Str::Unicode(&self.chars)
            }
        };
        atom.indices(text, &mut self.matcher, &mut self.places)
    }

    /// Matches a word with a row, and adds the matching ranges to those of the row.
    fn rank(&mut self, word: &Word, entry: &ListEntry, row: &mut FoundRow) -> Option<Rank> {
        if self.find(&word.whole, &entry.name).is_some() {
            let is_first = self.places.first() == Some(&0);
            let is_whole = is_first && entry.name.chars().count() == word.length;
            row.name.extend(ranges(&entry.name, &self.places));
            return Some(match (is_whole, is_first) {
                (true, _) => Rank::Name,
                (_, true) => Rank::Start,
                _ => Rank::Inside,
            });
        }
        let mut synonyms = entry.also.iter();
        if let Some(also) =
            synonyms.find(|also| self.find(&word.whole, also).is_some() && self.places.first() == Some(&0))
        {
            row.also = Some(also);
            return Some(Rank::Synonym);
        }
        if self.find(&word.whole, &entry.about).is_some() {
            row.about.extend(ranges(&entry.about, &self.places));
            return Some(Rank::Sentence);
        }
        if self.find(&word.whole, &entry.keys).is_some() {
            return Some(Rank::Sentence);
        }
        let score = self.find(&word.letters, &entry.name)?;
        if word.length < 2 || usize::from(score) < LEAST_SCORE * word.length {
            return None;
        }
        row.name.extend(ranges(&entry.name, &self.places));
        Some(Rank::Letters(Reverse(score)))
    }
}

/// Returns the rows that match all words, the best first. Rows whose name is the first word or starts with it, or
/// contains several words, come before all others, even if they cannot be chosen now. Of the others, rows that cannot be
/// chosen now come last.
pub fn sift(entries: &[ListEntry], words: &[&str]) -> Vec<FoundRow> {
    let words: Vec<Word> = words.iter().map(|word| Word::new(word)).collect();
    let mut search = Search {
        matcher: Matcher::new(Config::DEFAULT),
        chars: Vec::new(),
        places: Vec::new(),
    };
    let mut found = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let mut row = FoundRow {
            index,
            name: Vec::new(),
            about: Vec::new(),
            also: None,
        };
        let ranks: Option<Vec<Rank>> = words
            .iter()
            .map(|word| search.rank(word, entry, &mut row))
            .collect();
        let Some(ranks) = ranks else { continue };
        let is_impossible = entry.impossible.is_some();
        let first = ranks.first().copied();
        let group = match first {
            Some(Rank::Name) => (0, false),
            Some(Rank::Start) => (1, is_impossible),
            _ if words.len() > 1 && ranks.iter().all(|rank| *rank <= Rank::Inside) => (1, is_impossible),
            _ => (2, is_impossible),
        };
        row.name = joined(row.name);
        row.about = joined(row.about);
        found.push(((group, ranks.into_iter().max(), first, index), row));
    }
    found.sort_by_key(|(key, _)| *key);
    found.into_iter().map(|(_, row)| row).collect()
}

/// Returns the byte ranges of the clusters at these places.
fn ranges(text: &str, places: &[u32]) -> Vec<Range<usize>> {
    let is_found = |place: usize| u32::try_from(place).is_ok_and(|place| places.contains(&place));
    match text.is_ascii() {
        true => places
            .iter()
            .map(|place| *place as usize..*place as usize + 1)
            .collect(),
        false => text
            .grapheme_indices(true)
            .enumerate()
            .filter(|(place, _)| is_found(*place))
            .map(|(_, (start, cluster))| start..start + cluster.len())
            .collect(),
    }
}

/// Sorts ranges, and joins those that touch.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut all: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => all.push(range),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspector::state::action::Action;

    fn entry(name: &str, about: &str) -> ListEntry {
        ListEntry::new(name, about, Action::Quit)
    }

    fn names(entries: &[ListEntry], query: &str) -> Vec<String> {
        let words: Vec<&str> = query.split_whitespace().collect();
        let found = sift(entries, &words);
        found.iter().map(|row| entries[row.index].name.clone()).collect()
    }

    #[test]
    fn names_come_before_synonyms_and_these_before_sentences_and_letters() {
        let entries = [
            entry("set-mark", "Counts since the unfold."),
            entry("far-outer-loop-d", "Letters apart."),
            ListEntry {
                also: &["folding"],
                ..entry("collapse", "Closes a value.")
            },
            entry("unfold", "Opens it."),
            entry("fold-entry", "Hides an entry."),
            entry("fold", "Hides a pane."),
            entry("other", "Nothing."),
        ];
        let found = names(&entries, "fold");
        assert_eq!(
            found,
            [
                "fold",
                "fold-entry",
                "unfold",
                "collapse",
                "set-mark",
                "far-outer-loop-d"
            ]
        );
    }

    #[test]
    fn words_match_in_any_order_and_all_of_them() {
        let entries = [entry("save-patch", "Saves it."), entry("name-patch", "Names it.")];
        assert_eq!(names(&entries, "patch save"), ["save-patch"]);
        assert_eq!(names(&entries, "patch saves x").len(), 0);
    }

    #[test]
    fn letters_of_the_parts_of_a_name_find_it_and_letters_far_apart_do_not() {
        let entries = [
            entry("half-page-down", "Moves."),
            entry("previous-played-step", "Goes."),
        ];
        assert_eq!(names(&entries, "hpd"), ["half-page-down"]);
        assert_eq!(names(&entries, "PPS"), ["previous-played-step"]);
        assert!(names(&entries, "esy").is_empty());
    }

    #[test]
    fn what_is_impossible_comes_last_unless_it_is_named() {
        let not_now = |name: &str| ListEntry {
            impossible: Some("not now".to_string()),
            ..entry(name, "Does something.")
        };
        let entries = [
            not_now("undo"),
            entry("redo", "Does something."),
            not_now("undo-text"),
        ];
        assert_eq!(names(&entries, ""), ["redo", "undo", "undo-text"]);
        assert_eq!(names(&entries, "something"), ["redo", "undo", "undo-text"]);
        assert_eq!(names(&entries, "undo"), ["undo", "undo-text"]);
    }

    #[test]
    fn matching_letters_are_ranges_of_whole_characters() {
        let entries = [entry("e\u{301}t\u{e9} noir", "\u{e9}t\u{e9}")];
        let found = sift(&entries, &["te", "noir"]);
        let name = &entries[0].name;
        let marked: Vec<&str> = found[0].name.iter().map(|range| &name[range.clone()]).collect();
        assert_eq!(marked, ["t\u{e9}", "noir"]);
    }
}
