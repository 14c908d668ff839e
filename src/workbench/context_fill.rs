//! How full the context of a thread was over its history, as counted by the agent, with the compactions.

use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::protocol::numbers::{count, grouped};
use crate::store::History;

/// The number of rows of the chart.
const ROWS: usize = 10;
/// The characters that fill one to eight eighths of a row.
const EIGHTHS: [char; 8] = [
    '\u{2581}', '\u{2582}', '\u{2583}', '\u{2584}', '\u{2585}', '\u{2586}', '\u{2587}', '\u{2588}',
];

/// The tokens of one count, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountedTokens {
    /// Tokens that were sent to the model.
    pub input: u64,
    /// Those of them that were served from the cache.
    pub cached: u64,
    /// Tokens that the model generated.
    pub output: u64,
    /// Those of them that were reasoning.
    pub reasoning: u64,
    /// All tokens.
    pub total: u64,
}

/// A compaction of the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContextCompaction {
    /// The position of its item.
    pub place: usize,
    /// The tokens in the context before it.
    pub from: Option<u64>,
    /// The tokens in the context after it.
    pub to: Option<u64>,
}

/// The tokens in the context over a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContextFill {
    /// The number of items.
    pub items: usize,
    /// The positions of the counts, with the tokens in the context.
    pub counts: Vec<(usize, u64)>,
    /// The size of the context window in tokens, as the last count has it.
    pub window: Option<u64>,
    /// The tokens of the thread so far, as the last count has them.
    pub total: Option<CountedTokens>,
    /// The compactions.
    pub compactions: Vec<ContextCompaction>,
}

impl ContextFill {
    /// Reads all items of a history, as long as `goes_on` returns true for the number of items that were read.
    pub fn read(history: &History, mut goes_on: impl FnMut(usize) -> bool) -> Option<Self> {
        let mut fill = Self {
            items: history.len(),
            ..Self::default()
        };
        for (place, item) in history.iter().enumerate() {
            if place % 4_096 == 0 && !goes_on(place) {
                return None;
            }
            fill.read_item(place, item);
        }
        Some(fill)
    }

    fn read_item(&mut self, place: usize, item: &RolloutItem) {
        match (item.kind().outer, item.kind().name) {
            ("event_msg", "token_count") => {
                let info = item.payload().and_then(|payload| payload.get("info"));
                let Some(info) = info else { return };
                self.window = number(info, "model_context_window").or(self.window);
                self.total = info.get("total_token_usage").and_then(counted).or(self.total);
                self.add(place, info.get("last_token_usage").and_then(counted));
            }
            ("token_usage_record", _) => {
                let usage = item.payload().and_then(|payload| payload.get("usage"));
                self.add(place, usage.and_then(counted));
            }
            ("compacted", _) => self.compactions.push(ContextCompaction {
                place,
                from: self.counts.last().map(|(_, tokens)| *tokens),
                to: None,
            }),
            _ => {}
        }
    }

    fn add(&mut self, place: usize, counted: Option<CountedTokens>) {
        let Some(tokens) = counted.map(|counted| counted.total) else {
            return;
        };
        self.counts.push((place, tokens));
        if let Some(last) = self.compactions.last_mut() {
            last.to = last.to.or(Some(tokens));
        }
    }

    /// The chart in this many columns, with a line for the compactions below it, and a summary in words.
    pub fn text(&self, columns: usize) -> String {
        let Some((last, tokens)) = self.counts.last() else {
            return "No item of this thread has a token count.\n".to_owned();
        };
        let most = self.counts.iter().map(|(_, tokens)| *tokens).max().unwrap_or(0);
        let top = self.window.unwrap_or(most).max(most).max(1);
        let label = grouped(top).len();
        let columns = columns
            .saturating_sub(label + 2)
            .clamp(1, 100)
            .min(self.items.max(1));
        let column = |place: usize| place * columns / self.items.max(1);
        let bars = self.bars(columns, column);
        let mut text = format!(
            "Tokens in the context, {} counts\n\n",
            grouped(self.counts.len() as u64)
        );
        for row in (0..ROWS).rev() {
            let scale = match row {
                row if row + 1 == ROWS => grouped(top),
                0 => "0".to_owned(),
                _ => String::new(),
            };
            text.push_str(&format!("{scale:>label$} \u{2502}"));
            let signs: String = bars.iter().map(|tokens| sign(*tokens, top, row)).collect();
            text.push_str(signs.trim_end());
            text.push('\n');
        }
        text.push_str(&format!(
            "{:>label$} \u{2514}{}\n",
            "",
            "\u{2500}".repeat(columns)
        ));
        if !self.compactions.is_empty() {
            let mut marks = vec![' '; columns];
            for compaction in &self.compactions {
                marks[column(compaction.place)] = '\u{25b2}';
            }
            let marks: String = marks.into_iter().collect();
            text.push_str(&format!("{:>label$}  {} compacted\n", "", marks.trim_end()));
        }
        text.push('\n');
        let of = match self.window {
            Some(window) if window > 0 => {
                format!(
                    " of {}, {} %",
                    grouped(window),
                    tokens.saturating_mul(100) / window
                )
            }
            _ => String::new(),
        };
        text.push_str(&format!(
            "Now in the context: {}{of} (item {}).\n",
            count(*tokens, "token"),
            grouped(*last as u64 + 1)
        ));
        text.push_str(&format!("Most in the context: {}.\n", count(most, "token")));
        if let Some(total) = self.total {
            text.push_str(&format!(
                "Used by the thread so far: {} ({} input, {} of them cached; {} output, {} of them reasoning).\n",
                count(total.total, "token"),
                grouped(total.input),
                grouped(total.cached),
                grouped(total.output),
                grouped(total.reasoning)
            ));
        }
        for compaction in &self.compactions {
            let tokens = |tokens: Option<u64>| tokens.map_or("an unknown number".to_owned(), grouped);
            text.push_str(&format!(
                "Compacted by item {}: from {} to {} tokens.\n",
                grouped(compaction.place as u64 + 1),
                tokens(compaction.from),
                tokens(compaction.to)
            ));
        }
        text
    }

    /// The maximum number of tokens in the context in each column; a column without a count repeats the previous
    /// column.
    fn bars(&self, columns: usize, column: impl Fn(usize) -> usize) -> Vec<u64> {
        let mut bars: Vec<Option<u64>> = vec![None; columns];
        for (place, tokens) in &self.counts {
            let bar = &mut bars[column(*place)];
            *bar = (*bar).max(Some(*tokens));
        }
        let mut before = 0;
        let mut fill = |bar: Option<u64>| {
            before = bar.unwrap_or(before);
            before
        };
        bars.into_iter().map(&mut fill).collect()
    }
}

/// The part of a bar in a row of the chart.
fn sign(tokens: u64, top: u64, row: usize) -> char {
    let eighths = u128::from(tokens) * (ROWS * 8) as u128 / u128::from(top);
    let here = usize::try_from(eighths)
        .unwrap_or(usize::MAX)
        .saturating_sub(row * 8);
    match here {
        // Even a few tokens are visible.
        0 if row == 0 && tokens > 0 => EIGHTHS[0],
        0 => ' ',
        here => EIGHTHS[here.min(8) - 1],
    }
}

fn number(object: Json<'_>, key: &str) -> Option<u64> {
    object.get(key)?.as_u64()
}

fn counted(usage: Json<'_>) -> Option<CountedTokens> {
    Some(CountedTokens {
        input: number(usage, "input_tokens").unwrap_or(0),
        cached: number(usage, "cached_input_tokens").unwrap_or(0),
        output: number(usage, "output_tokens").unwrap_or(0),
        reasoning: number(usage, "reasoning_output_tokens").unwrap_or(0),
        total: number(usage, "total_tokens")?,
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn history(lines: &[String]) -> History {
        let mut history = History::default();
        let items = lines
            .iter()
            .map(|line| RolloutItem::parse(line.as_str()).unwrap());
        history.append(items.collect());
        history
    }

    fn counted(context: u64, total: u64) -> String {
        format!(
            r#"{{"type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{{"input_tokens":{total},"cached_input_tokens":7,"output_tokens":5,"reasoning_output_tokens":2,"total_tokens":{total}}},"last_token_usage":{{"total_tokens":{context}}},"model_context_window":1000}}}}}}"#
        )
    }

    #[test]
    fn the_chart_shows_counts_and_compactions() {
        let compacted = r#"{"type":"compacted","payload":{"message":""}}"#.to_owned();
        let lines = [
            counted(100, 100),
            counted(500, 600),
            counted(1000, 1600),
            compacted,
            counted(50, 1650),
        ];
        let fill = ContextFill::read(&history(&lines), |_| true).unwrap();
        assert_eq!(
            fill.text(40),
            "\
Tokens in the context, 4 counts

1,000 \u{2502}  \u{2588}\u{2588}
      \u{2502}  \u{2588}\u{2588}
      \u{2502}  \u{2588}\u{2588}
      \u{2502}  \u{2588}\u{2588}
      \u{2502}  \u{2588}\u{2588}
      \u{2502} \u{2588}\u{2588}\u{2588}
      \u{2502} \u{2588}\u{2588}\u{2588}
      \u{2502} \u{2588}\u{2588}\u{2588}
      \u{2502} \u{2588}\u{2588}\u{2588}
    0 \u{2502}\u{2588}\u{2588}\u{2588}\u{2588}\u{2584}
      \u{2514}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}
          \u{25b2} compacted

Now in the context: 50 tokens of 1,000, 5 % (item 5).
Most in the context: 1,000 tokens.
Used by the thread so far: 1,650 tokens (1,650 input, 7 of them cached; 5 output, 2 of them reasoning).
Compacted by item 4: from 1,000 to 50 tokens.
"
        );
    }

    #[test]
    fn any_number_of_tokens_has_a_chart() {
        for lines in [vec![], vec![counted(0, 0)], vec![counted(u64::MAX, 1); 300]] {
            let fill = ContextFill::read(&history(&lines), |_| true).unwrap();
            for columns in [0, 1, 40, 200] {
                assert!(fill.text(columns).ends_with(".\n"));
            }
        }
        assert_eq!(ContextFill::read(&history(&[counted(0, 0)]), |_| false), None);
    }
}
