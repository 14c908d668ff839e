//! Tests with terminals that give each character the cells of its own width, or disagree about clusters. What a frame
//! changes must look there like the whole frame, drawn again: the key Ctrl+L must change nothing.

use proptest::prelude::*;
use ratatui::style::Style;
use unicode_width::UnicodeWidthChar as _;

use super::*;

/// The cells that a terminal gives to the characters of a cluster.
#[derive(Clone, Copy, Debug)]
enum Layout {
    /// Each character has its own width, as in tmux and xterm.
    Characters,
    /// Each half of a flag has two cells.
    WideFlags,
    /// A cluster that begins with a narrow character has one cell.
    OneCell,
}

/// The cells of a terminal: the characters that start in them, or nothing if a wide character covers them.
struct StrictTerminal {
    layout: Layout,
    rows: Vec<Vec<String>>,
}

const COLUMNS: u16 = 12;
const ROWS: u16 = 3;
const AREA: Rect = Rect::new(0, 0, COLUMNS, ROWS);

impl StrictTerminal {
    fn new(layout: Layout) -> Self {
        Self {
            layout,
            rows: vec![vec![" ".to_owned(); usize::from(COLUMNS)]; usize::from(ROWS)],
        }
    }

    /// Writes cells as the backend does: the cursor moves only if the last cell was not the one before.
    fn write(&mut self, canvas: &mut Canvas) {
        let changes = canvas.take_changes();
        let mut last = None;
        let mut cursor = 0;
        for (x, y) in changes {
            if last != x.checked_sub(1).map(|before| (before, y)) {
                cursor = usize::from(x);
            }
            last = Some((x, y));
            let symbol = canvas.cells[(x, y)].symbol().to_owned();
            for (index, c) in symbol.chars().enumerate() {
                let cells = match (self.layout, c) {
                    (Layout::OneCell, _) if index > 0 => 0,
                    (Layout::WideFlags, '\u{1f1e6}'..='\u{1f1ff}') => 2,
                    _ => c.width().unwrap(),
                };
                cursor = self.put(usize::from(y), cursor, c, cells);
            }
        }
    }

    /// Writes a character and returns the cursor after it.
    fn put(&mut self, y: usize, x: usize, c: char, cells: usize) -> usize {
        let row = &mut self.rows[y];
        if cells == 0 {
            let before = (0..x.min(row.len()))
                .rev()
                .find(|before| !row[*before].is_empty());
            row[before.unwrap()].push(c);
            return x;
        }
        if x + cells > row.len() {
            return x;
        }
        // What is left of a wide character that is overwritten in part.
        if row[x].is_empty() {
            let start = (0..x).rev().find(|before| !row[*before].is_empty()).unwrap();
            row[start..x].fill(" ".to_owned());
        }
        let rest = row[x + cells..].iter().take_while(|cell| cell.is_empty()).count();
        row[x + cells..x + cells + rest].fill(" ".to_owned());
        row[x] = c.to_string();
        row[x + 1..x + cells].fill(String::new());
        x + cells
    }
}

fn draw(buffer: &mut Buffer, texts: &[(u16, &str)], y: u16, area: Rect) {
    for (x, text) in texts {
        let x = area.x + x % area.width;
        let text = crate::text::visible(text).into_owned();
        buffer.set_stringn(x, y, text, usize::from(area.right() - x), Style::new());
    }
}

/// Clusters of several characters, wide characters and plain ones.
const TEXTS: &str = "(a|b| |  |漢|\u{1f30d}|é|น้ำ|กำ|क्ष|கு|மொ|မြို့|\u{1f1e9}\u{1f1ea}){0,8}";

proptest! {
    #[test]
    fn a_frame_looks_like_the_whole_screen_drawn_again(
        layout in prop_oneof![Just(Layout::Characters), Just(Layout::WideFlags), Just(Layout::OneCell)],
        frames in prop::collection::vec((TEXTS, TEXTS, 0..COLUMNS, 0..ROWS, 0..6_u8), 1..12),
    ) {
        let mut canvas = Canvas::new(AREA);
        let mut terminal = StrictTerminal::new(layout);
        for (one, other, x, y, how) in &frames {
            // Two panes; a text never crosses the border between them.
            let panes = [Rect::new(0, 0, 5, ROWS), Rect::new(5, 0, COLUMNS - 5, ROWS)];
            let draw = |buffer: &mut Buffer, pane| {
                let text = if pane == panes[0] { one } else { other };
                draw(buffer, &[(*x, text.as_str())], *y, pane);
            };
            match how {
                0 => canvas.draw_all(|buffer| panes.iter().for_each(|pane| draw(buffer, *pane))),
                1 => panes.iter().for_each(|pane| canvas.scroll(*pane, 1)),
                2 => canvas.clear(AREA),
                _ => {
                    let pane = panes[usize::from(how % 2)];
                    canvas.clear(Rect { y: *y, height: 1, ..pane });
                    draw(canvas.buffer(), pane);
                }
            }
            terminal.write(&mut canvas);
            let mut whole = Canvas::new(AREA);
            whole.draw_all(|buffer| buffer.clone_from(&canvas.cells));
            let mut again = StrictTerminal::new(layout);
            again.write(&mut whole);
            prop_assert_eq!(&terminal.rows, &again.rows);
        }
    }
}

#[test]
fn nothing_of_a_cluster_stays_when_it_goes() {
    for (cluster, layout) in [
        ("น้ำ", Layout::Characters),
        ("क्ष", Layout::Characters),
        ("\u{1f1e9}\u{1f1ea}", Layout::Characters),
        ("\u{1f1e9}\u{1f1ea}", Layout::WideFlags),
        ("น้ำ", Layout::OneCell),
    ] {
        let mut canvas = Canvas::new(AREA);
        let mut terminal = StrictTerminal::new(layout);
        canvas.draw_all(|buffer| draw(buffer, &[(0, "abcdefgh")], 0, AREA));
        terminal.write(&mut canvas);
        canvas.draw_all(|buffer| draw(buffer, &[(0, "ab"), (2, cluster), (4, "ef")], 0, AREA));
        terminal.write(&mut canvas);
        // Whatever the terminal does with the cluster, its neighbours are right.
        let row = terminal.rows[0].concat();
        assert!(
            row.starts_with("ab") && row.trim_end().ends_with("ef"),
            "{layout:?} {row}"
        );
        assert!(!row.contains('d'), "{layout:?} {row}");
        canvas.clear(AREA);
        terminal.write(&mut canvas);
        assert_eq!(terminal.rows[0].concat().trim_end(), "", "{layout:?}");
    }
}
