//! The columns of the Calls pane: the table of columns, by which the rows are sorted too, and the columns that fit.

use super::counters::{CELLS, CallRow};
use crate::inspector::panes::journal::took;
use crate::inspector::widgets::theme::Role;
use crate::protocol::numbers::grouped;
use crate::text::width;

/// The columns of the sign before a name, and of the longest name of a method.
pub const NAMES: usize = 1 + 27;

/// A column.
pub struct CallColumn {
    /// The name in commands.
    pub name: &'static str,
    /// The words above the column.
    pub head: &'static str,
    /// The columns where there is little room and where there is enough, including a leading blank.
    pub widths: (usize, usize),
    /// The place in the order in which columns are shown as a pane gets wider.
    pub rank: usize,
    /// The text and its role.
    pub text: fn(&CallRow, usize) -> (String, Role),
    /// The number by which rows are sorted.
    pub key: fn(&CallRow) -> f64,
}

/// All columns, from left to right. The first one is the method itself: the rows in the order of the OPS table.
#[rustfmt::skip]
pub static COLUMNS: &[CallColumn] = &[
    CallColumn { name: "method", head: "method", widths: (NAMES, NAMES), rank: 0, text: |row, _| (row.op.name().to_string(), Role::Text), key: |row| -(row.op as usize as f64) },
    CallColumn { name: "total", head: "total", widths: (6, 8), rank: 1, text: total, key: |row| row.total as f64 },
    CallColumn { name: "step", head: "step", widths: (3, 5), rank: 2, text: moved, key: |row| row.moved as f64 },
    CallColumn { name: "since", head: "since", widths: (5, 7), rank: 3, text: since, key: |row| row.since as f64 },
    CallColumn { name: "errors", head: "errors", widths: (7, 7), rank: 4, text: |row, room| number(row.errors, room, Role::Bad), key: |row| row.errors as f64 },
    CallColumn { name: "rate", head: "calls/s", widths: (8, 8), rank: 5, text: rate, key: CallRow::rate },
    CallColumn { name: "minute", head: "last minute", widths: (13, 13), rank: 9, text: |row, _| (sparkline(&row.minute), Role::Progress), key: |row| row.minute.iter().map(|calls| f64::from(*calls)).sum() },
    CallColumn { name: "median", head: "median", widths: (7, 7), rank: 7, text: |row, _| latency(row, 0), key: |row| latency_key(row, 0) },
    CallColumn { name: "p99", head: "p99", widths: (7, 7), rank: 8, text: |row, _| latency(row, 1), key: |row| latency_key(row, 1) },
    CallColumn { name: "last", head: "last", widths: (8, 8), rank: 6, text: last, key: |row| row.last as f64 },
];

/// Returns the place of the column with a name.
pub fn named(name: &str) -> Option<usize> {
    COLUMNS.iter().position(|column| column.name == name)
}

/// Returns the columns that fit into a row of this width, with their widths. The name of the method takes what is left.
pub fn fitting(width: usize) -> Vec<(&'static CallColumn, usize)> {
    let mut ranked: Vec<&CallColumn> = COLUMNS[1..].iter().collect();
    ranked.sort_by_key(|column| column.rank);
    let room = width.saturating_sub(NAMES);
    let first: usize = ranked.iter().take(3).map(|column| column.widths.1).sum();
    let is_roomy = room >= first;
    let [total, step] = [ranked[0], ranked[1]].map(|column| column.widths.0);
    let mut left = match is_roomy || room >= total + step {
        true => room,
        // Long names are cut before the numbers.
        false => width.saturating_sub(NAMES / 2),
    };
    let mut shown = Vec::new();
    for column in ranked {
        let columns = if is_roomy {
            column.widths.1
        } else {
            column.widths.0
        };
        if columns > left || (!is_roomy && shown.len() == 3) {
            break;
        }
        left -= columns;
        shown.push((column, columns));
    }
    let place = |column: &CallColumn| named(column.name);
    shown.sort_by_key(|(column, _)| place(column));
    shown
}

/// Returns a number in this many columns, with a blank before it: with separators, or else with a unit.
pub fn compact(number: u64, columns: usize) -> String {
    let room = columns.saturating_sub(1);
    let whole = [grouped(number), number.to_string()];
    if let Some(text) = whole.into_iter().find(|text| width(text) <= room) {
        return text;
    }
    let mut value = number;
    for unit in ["k", "M", "G", "T", "P"] {
        value /= 1_000;
        if value < 1_000 {
            return format!("{value}{unit}");
        }
    }
    format!("{value}P")
}

fn number(number: u64, room: usize, role: Role) -> (String, Role) {
    let role = if number == 0 { Role::Muted } else { role };
    (compact(number, room), role)
}

fn total(row: &CallRow, room: usize) -> (String, Role) {
    let role = if row.op.row().counted {
        Role::Strong
    } else {
        Role::Muted
    };
    number(row.total, room, role)
}

fn moved(row: &CallRow, room: usize) -> (String, Role) {
    let text = match row.moved {
        0 => String::new(),
        moved if moved < 0 => format!("-{}", compact(moved.unsigned_abs(), room - 1)),
        moved => format!("+{}", compact(moved.unsigned_abs(), room - 1)),
    };
    (text, Role::Moved)
}

fn since(row: &CallRow, room: usize) -> (String, Role) {
    match row.since {
        0 => ("0".to_string(), Role::Muted),
        since => (format!("+{}", compact(since, room - 1)), Role::Text),
    }
}

fn rate(row: &CallRow, room: usize) -> (String, Role) {
    match row.rate() {
        0.0 => ("0".to_string(), Role::Muted),
        rate if rate < 100.0 => (format!("{rate:.1}"), Role::Text),
        rate => (compact(rate.round() as u64, room), Role::Text),
    }
}

fn latency(row: &CallRow, index: usize) -> (String, Role) {
    match &row.latencies {
        Some(latencies) => (took(latencies[index]), Role::Text),
        None => (String::new(), Role::Muted),
    }
}

fn latency_key(row: &CallRow, index: usize) -> f64 {
    row.latencies
        .map_or(-1.0, |latencies| latencies[index].as_secs_f64())
}

fn last(row: &CallRow, room: usize) -> (String, Role) {
    match row.last {
        0 => (String::new(), Role::Muted),
        last => (compact(last, room), Role::Muted),
    }
}

/// The bars of a number of calls, from few to many.
pub const BARS: [char; 8] = [
    '\u{2581}', '\u{2582}', '\u{2583}', '\u{2584}', '\u{2585}', '\u{2586}', '\u{2587}', '\u{2588}',
];

/// Returns the calls of the last minute as bars, the tallest for the most calls. A blank is no call.
fn sparkline(minute: &[u32; CELLS]) -> String {
    let most = u64::from(minute.iter().copied().max().unwrap_or(0));
    let bar = |calls: &u32| match (u64::from(*calls) * BARS.len() as u64).div_ceil(most.max(1)) {
        0 => ' ',
        height => BARS[usize::try_from(height).unwrap_or(BARS.len()).min(BARS.len()) - 1],
    };
    minute.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_within_its_columns() {
        let shown = [0, 7, 9_999, 12_345, 99_999, 123_456, 1_234_567].map(|number| compact(number, 6));
        assert_eq!(shown, ["0", "7", "9,999", "12345", "99999", "123k", "1M"]);
        assert_eq!(compact(12_345, 8), "12,345");
        for number in [u64::MAX, 999_999, 1_000_000, 10_u64.pow(17)] {
            for columns in [5, 6, 8] {
                assert!(compact(number, columns).len() < columns + 2, "{number} {columns}");
            }
        }
    }

    #[test]
    fn columns_come_with_the_width_and_leave_the_name_whole() {
        let names = |width| {
            fitting(width)
                .iter()
                .map(|(column, _)| column.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(30), ["total", "step", "since"]);
        assert_eq!(names(38), ["total", "step"]);
        assert_eq!(names(42), ["total", "step", "since"]);
        assert_eq!(names(50), ["total", "step", "since"]);
        assert_eq!(names(63), ["total", "step", "since", "errors", "rate"]);
        assert_eq!(names(200).len(), COLUMNS.len() - 1);
        for width in NAMES + 20..200 {
            let taken: usize = fitting(width).iter().map(|(_, columns)| columns).sum();
            assert!(taken + NAMES <= width);
            assert!(fitting(width).len() <= fitting(width + 1).len());
        }
    }

    #[test]
    fn the_last_minute_is_bars_of_its_own_height() {
        let mut minute = [0; CELLS];
        assert_eq!(sparkline(&minute), " ".repeat(CELLS));
        (minute[0], minute[1], minute[11]) = (1, 800, 400);
        assert_eq!(sparkline(&minute), "\u{2581}\u{2588}         \u{2584}");
    }
}
