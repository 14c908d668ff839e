//! Pictures of the screen: its cells as an SVG document, as text, or as text with colours. `:picture` writes them, and an
//! asciicast is made of them.

pub mod ansi;
pub mod svg;

use std::path::Path;

use ratatui::buffer::Buffer;
use ratatui::style::Color;

use crate::text::width;

/// The format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// An SVG document.
    Svg,
    /// Text without colours.
    Text,
    /// Text with the escape sequences for colours, for `cat`.
    Ansi,
}

impl PictureFormat {
    /// The format for a file with this name, if its extension is one of a picture.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "svg" => Some(Self::Svg),
            "txt" => Some(Self::Text),
            "ansi" => Some(Self::Ansi),
            _ => None,
        }
    }

    /// The picture as the content of a file. The same cells have the same bytes.
    pub fn draw(self, buffer: &Buffer, title: &str) -> String {
        match self {
            Self::Svg => svg::svg(buffer, title),
            Self::Text => text(buffer),
            Self::Ansi => ansi::picture(buffer),
        }
    }
}

/// The screen as text: one line per row, without trailing blanks.
fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in buffer.area.rows().map(|row| row.y) {
        let row: String = symbols(buffer, y).map(|(_, symbol)| symbol).collect();
        text += row.trim_end();
        text.push('\n');
    }
    text
}

/// The number of a colour of the terminal that has a name: 0 to 7, and 8 to 15 for the bright ones.
fn named(colour: Color) -> Option<u8> {
    Some(match colour {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Reset | Color::Rgb(..) | Color::Indexed(_) => return None,
    })
}

/// The columns and symbols of a row. The cells that a wide symbol covers are left out.
fn symbols(buffer: &Buffer, y: u16) -> impl Iterator<Item = (u16, &str)> {
    let mut covered = 0;
    buffer.area.columns().filter_map(move |column| {
        if covered > 0 {
            covered -= 1;
            return None;
        }
        let symbol = buffer[(column.x, y)].symbol();
        covered = width(symbol).saturating_sub(1);
        Some((column.x, symbol))
    })
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn text_has_the_letters_in_their_columns() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 3));
        buffer.set_string(1, 0, "a\u{6f22}b", Style::new());
        buffer.set_string(0, 2, "<&>", Style::new());
        assert_eq!(text(&buffer), " a\u{6f22}b\n\n<&>\n");
    }

    #[test]
    fn the_name_decides_the_format() {
        for (name, format) in [
            ("a.svg", Some(PictureFormat::Svg)),
            ("b/a.b.txt", Some(PictureFormat::Text)),
            ("a.ansi", Some(PictureFormat::Ansi)),
            ("a.png", None),
            ("svg", None),
        ] {
            assert_eq!(PictureFormat::of_path(Path::new(name)), format, "{name}");
        }
    }
}
