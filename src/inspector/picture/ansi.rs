//! Cells as text with escape sequences: a whole screen for `cat`, or the cells that have changed for a terminal that shows
//! the others. Every run of cells starts from the default style.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::{named, symbols};
use crate::text::width;

/// The sequence that returns to the default style.
const PLAIN: &str = "\x1b[0m";

/// The whole screen, one line per row.
pub fn picture(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in buffer.area.rows().map(|row| row.y) {
        let mut style = String::new();
        for (x, symbol) in symbols(buffer, y) {
            restyle(&mut out, &mut style, &buffer[(x, y)]);
            out.push_str(symbol);
        }
        if !style.is_empty() {
            out.push_str(PLAIN);
        }
        out.push('\n');
    }
    out
}

/// What a terminal must be sent to show the screen, if only the cells at these columns and rows differ.
pub fn changes(buffer: &Buffer, changed: &[(u16, u16)]) -> String {
    let mut out = String::new();
    let mut style = String::new();
    // The position of the terminal's cursor.
    let mut at = None;
    for (x, y) in changed.iter().copied() {
        let cell = &buffer[(x, y)];
        if at != Some((x, y)) {
            let _ = write!(out, "\x1b[{};{}H", y + 1, x + 1);
        }
        restyle(&mut out, &mut style, cell);
        out.push_str(cell.symbol());
        let columns = u16::try_from(width(cell.symbol()).max(1)).unwrap_or(1);
        at = Some((x + columns, y));
    }
    if !style.is_empty() {
        out.push_str(PLAIN);
    }
    out
}

/// Writes the style of a cell, unless it is the current one.
fn restyle(out: &mut String, style: &mut String, cell: &Cell) {
    let wanted = sequence(cell);
    if wanted != *style {
        if !style.is_empty() {
            out.push_str(PLAIN);
        }
        out.push_str(&wanted);
        *style = wanted;
    }
}

/// The sequence that changes the default style to that of a cell. Empty for the default style.
fn sequence(cell: &Cell) -> String {
    const MODIFIERS: [(Modifier, u8); 7] = [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
        (Modifier::HIDDEN, 8),
        (Modifier::CROSSED_OUT, 9),
    ];
    let set = MODIFIERS
        .iter()
        .filter(|(modifier, _)| cell.modifier.contains(*modifier));
    let mut codes: Vec<String> = set.map(|(_, code)| code.to_string()).collect();
    codes.extend(colour(cell.fg, 30));
    codes.extend(colour(cell.bg, 40));
    match codes.is_empty() {
        true => String::new(),
        false => format!("\x1b[{}m", codes.join(";")),
    }
}

/// The code of a colour. `base` is 30 for letters and 40 for their background.
fn colour(colour: Color, base: u8) -> Option<String> {
    if let Some(number) = named(colour) {
        // The bright colours have codes of their own.
        let bright = if number < 8 { 0 } else { 60 - 8 };
        return Some((base + bright + number).to_string());
    }
    match colour {
        Color::Rgb(red, green, blue) => Some(format!("{};2;{red};{green};{blue}", base + 8)),
        Color::Indexed(number) => Some(format!("{};5;{number}", base + 8)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::inspector::runtime::event_loop::Canvas;

    /// A screen with these rows, each in its style.
    fn screen(rows: &[(&str, Style)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 3));
        for (y, (text, style)) in (0..).zip(rows) {
            buffer.set_string(0, y, text, *style);
        }
        buffer
    }

    /// A terminal of 12 columns and 3 rows.
    fn terminal() -> vt100::Parser {
        let [rows, columns] = [3, 12].map(|size| std::num::NonZero::new(size).unwrap());
        vt100::Parser::new(rows, columns, 0)
    }

    /// The cells of a terminal: symbol, colours, and whether it is bold and reversed.
    fn seen(parser: &vt100::Parser) -> Vec<(String, vt100::Color, vt100::Color, bool, bool)> {
        let screen = parser.screen();
        let cells = (0..3).flat_map(|y| (0..12).map(move |x| screen.cell(y, x).unwrap()));
        cells
            // The second cell of a wide character has no style of its own.
            .filter(|cell| !cell.is_wide_continuation())
            .map(|cell| {
                let text = match cell.contents() {
                    "" => " ".to_string(),
                    text => text.to_string(),
                };
                (text, cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.inverse())
            })
            .collect()
    }

    fn screens() -> [Buffer; 4] {
        let red = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
        let other = Style::new()
            .fg(Color::Rgb(1, 2, 3))
            .bg(Color::Indexed(200))
            .add_modifier(Modifier::REVERSED);
        [
            screen(&[]),
            screen(&[("plain", Style::new()), ("red", red), ("a\u{6f22}b", other)]),
            screen(&[
                ("plan", red),
                ("\u{6f22}\u{6f22}", Style::new()),
                ("ab\u{6f22}b", other),
            ]),
            screen(&[
                ("", red),
                ("x\u{6f22}", other),
                ("abc", Style::new().fg(Color::White)),
            ]),
        ]
    }

    #[test]
    fn a_terminal_that_gets_the_changes_shows_the_screen() {
        let mut parser = terminal();
        let mut canvas = Canvas::new(Rect::new(0, 0, 12, 3));
        for next in screens() {
            canvas.draw_all(|buffer| *buffer = next.clone());
            let changed = canvas.take_changes();
            parser.process(changes(canvas.cells(), &changed).as_bytes());
            let mut whole = terminal();
            whole.process(
                picture(&next)
                    .trim_end_matches('\n')
                    .replace('\n', "\r\n")
                    .as_bytes(),
            );
            assert_eq!(seen(&parser), seen(&whole));
            let letters: String = seen(&parser).iter().map(|(text, ..)| &**text).collect();
            let wanted = (0..3).flat_map(|y| symbols(&next, y)).map(|(_, symbol)| symbol);
            assert_eq!(
                letters.replace(' ', ""),
                wanted.collect::<String>().replace(' ', "")
            );
        }
    }

    #[test]
    fn a_screen_without_style_has_no_escape_sequence() {
        let screen = screen(&[("ab", Style::new())]);
        let blank = " ".repeat(12);
        assert_eq!(
            picture(&screen),
            format!("ab{}\n{blank}\n{blank}\n", " ".repeat(10))
        );
        assert_eq!(changes(&screen, &[]), "");
        assert_eq!(changes(&screen, &[(0, 0), (1, 0)]), "\u{1b}[1;1Hab");
    }
}
