//! Draws a screen as a picture: turns a buffer into an SVG document, cell by cell, with the same bytes for the same
//! screen. Lines of frames are drawn as shapes (`lines`), so that they meet in any font.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

mod lines;

use super::named;
use crate::text::width;

/// The size of a cell, the size of its letters, and the distance of the baseline from the upper edge, in pixels.
const WIDTH: f32 = 8.0;
const HEIGHT: f32 = 17.0;
const LETTERS: f32 = 13.3;
const FOOT: f32 = 13.0;

/// The margin around the screen, in pixels.
const MARGIN: f32 = 12.0;

/// The default colours of the terminal.
const INK: &str = "#d4d7dd";
const GROUND: &str = "#16181d";

/// The sixteen named colours.
const NAMED: [&str; 16] = [
    "#16181d", "#d64d4d", "#439650", "#c47d08", "#4a86d8", "#ac62b2", "#0097a7", "#d4d7dd", "#848a92",
    "#e57373", "#66bb6a", "#e0a030", "#6ea3e8", "#c387c8", "#26b5c4", "#ffffff",
];

/// The style of a run of letters.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    ink: String,
    ground: String,
    bold: bool,
    dim: bool,
    underlined: bool,
}

/// Adjacent cells of one style in a row.
struct StyledRun {
    column: usize,
    columns: usize,
    text: String,
    look: Look,
}

/// Draws the screen as an SVG document with a title for screen readers.
///
/// The document keeps colours, bold, dim, underline and reverse. Text remains text, so a reader can search and copy it.
pub fn svg(buffer: &Buffer, title: &str) -> String {
    let (columns, rows) = (f32::from(buffer.area.width), f32::from(buffer.area.height));
    let (width, height) = (columns * WIDTH + 2.0 * MARGIN, rows * HEIGHT + 2.0 * MARGIN);
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{title}</title>\n\
         <style>text{{font:{LETTERS}px ui-monospace,'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,monospace;white-space:pre}}.b{{font-weight:bold}}.d{{opacity:.6}}.u{{text-decoration:underline}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{GROUND}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\">",
        title = escaped(title),
    );
    let cells = buffer.content.chunks(usize::from(buffer.area.width).max(1));
    for (row, cells) in cells.enumerate() {
        for run in runs(cells) {
            draw(&mut out, row, &run);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// The runs of a row. A wide cell is a run of its own, and so is a line of a frame.
fn runs(cells: &[Cell]) -> Vec<StyledRun> {
    let mut runs: Vec<StyledRun> = Vec::new();
    let mut column = 0;
    while let Some(cell) = cells.get(column) {
        let (text, look) = (cell.symbol(), look(cell));
        let columns = width(text).max(1);
        let alone = columns > 1 || !text.is_ascii();
        match runs.last_mut() {
            Some(run) if !alone && run.look == look && run.text.is_ascii() => {
                run.columns += 1;
                run.text.push_str(text);
            }
            _ => runs.push(StyledRun {
                column,
                columns,
                text: text.to_owned(),
                look,
            }),
        }
        column += columns;
    }
    runs
}

fn draw(out: &mut String, row: usize, run: &StyledRun) {
    let (x, y) = (run.column as f32 * WIDTH, row as f32 * HEIGHT);
    let width = run.columns as f32 * WIDTH;
    let Look {
        ink,
        ground,
        bold,
        dim,
        underlined,
    } = &run.look;
    if ground != GROUND {
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>"
        );
    }
    if run.text.trim().is_empty() && !underlined {
        return;
    }
    if let Some(shape) = lines::shape(&run.text, x, y, WIDTH, HEIGHT) {
        let faint = if *dim { " class=\"d\"" } else { "" };
        let _ = writeln!(out, "<path d=\"{shape}\" fill=\"{ink}\"{faint}/>");
        return;
    }
    let classes: Vec<_> = [(bold, "b"), (dim, "d"), (underlined, "u")]
        .into_iter()
        .filter_map(|(is, class)| is.then_some(class))
        .collect();
    let class = if classes.is_empty() {
        String::new()
    } else {
        format!(" class=\"{}\"", classes.join(" "))
    };
    for (before, word) in words(&run.text, *underlined) {
        // Letters start at their column and have exactly the width of their columns, in any font.
        let columns = if run.text.is_ascii() {
            word.len()
        } else {
            run.columns
        };
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{ink}\"{class}>{}</text>",
            x + before as f32 * WIDTH,
            y + FOOT,
            columns as f32 * WIDTH,
            escaped(word),
        );
    }
}

/// The words of a run, each with the number of columns before it; not every SVG viewer keeps blanks. An underlined run
/// is one word, because its blanks are visible.
fn words(text: &str, whole: bool) -> Vec<(usize, &str)> {
    if whole {
        return vec![(0, text)];
    }
    let mut before = 0;
    let mut words = Vec::new();
    for part in text.split("  ") {
        let word = part.trim();
        if !word.is_empty() {
            words.push((before + part.len() - part.trim_start().len(), word));
        }
        before += part.len() + 2;
    }
    words
}

fn look(cell: &Cell) -> Look {
    let is = |modifier| cell.modifier.contains(modifier);
    let (ink, ground) = (colour(cell.fg, INK), colour(cell.bg, GROUND));
    let (ink, ground) = if is(Modifier::REVERSED) {
        (ground, ink)
    } else {
        (ink, ground)
    };
    Look {
        ink,
        ground,
        bold: is(Modifier::BOLD),
        dim: is(Modifier::DIM),
        underlined: is(Modifier::UNDERLINED),
    }
}

fn colour(colour: Color, unasked: &str) -> String {
    let of = |number: u8| {
        NAMED
            .get(usize::from(number))
            .copied()
            .unwrap_or(unasked)
            .to_owned()
    };
    if let Some(number) = named(colour) {
        return of(number);
    }
    match colour {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Indexed(number @ 0..16) => of(number),
        Color::Indexed(number @ 16..232) => {
            let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let number = number - 16;
            format!(
                "#{:02x}{:02x}{:02x}",
                step(number / 36),
                step(number / 6 % 6),
                step(number % 6)
            )
        }
        Color::Indexed(number) => {
            let grey = 8 + 10 * (number - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
        _ => unasked.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    // XML has no form for these two characters.
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn picture(rows: &[(&str, Style)]) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 2));
        for (y, (text, style)) in (0..).zip(rows) {
            buffer.set_string(0, y, text, *style);
        }
        svg(&buffer, "A <screen>")
    }

    #[test]
    fn text_keeps_its_place_and_its_letters() {
        let picture = picture(&[("a<b 漢x", Style::new()), ("   far  x", Style::new())]);
        assert!(picture.contains("<title>A &lt;screen&gt;</title>"), "{picture}");
        assert!(
            picture.contains(r#"<text x="0" y="13" textLength="24""#) && picture.contains(">a&lt;b</text>"),
            "{picture}"
        );
        assert!(
            picture.contains(r#"<text x="32" y="13" textLength="16""#) && picture.contains(">漢</text>"),
            "{picture}"
        );
        assert!(
            picture.contains(r#"<text x="48" y="13" textLength="8""#),
            "{picture}"
        );
        assert!(
            picture.contains(r#"<text x="24" y="30" textLength="24""#),
            "{picture}"
        );
    }

    #[test]
    fn styles_are_kept() {
        let bold = Style::new()
            .fg(Color::Red)
            .add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        let reversed = Style::new()
            .fg(Color::Indexed(196))
            .add_modifier(Modifier::REVERSED);
        let picture = picture(&[("bold", bold), ("back", reversed)]);
        assert!(
            picture.contains("fill=\"#d64d4d\" class=\"b u\">bold</text>"),
            "{picture}"
        );
        assert!(
            picture.contains("width=\"32\" height=\"17\" fill=\"#ff0000\""),
            "{picture}"
        );
        assert!(picture.contains("fill=\"#16181d\">back</text>"), "{picture}");
    }

    #[test]
    fn frames_are_shapes_that_meet() {
        let picture = picture(&[("┌─┓│█", Style::new())]);
        assert_eq!(picture.matches("<path").count(), 5, "{picture}");
        assert!(!picture.contains("<text"), "{picture}");
    }
}
