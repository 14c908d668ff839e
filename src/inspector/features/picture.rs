//! Writes a picture of the screen to a file, in the background. A new file never replaces another one.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::export::{free_path, named_file, not_written};
use crate::inspector::layout::draw::draw;
use crate::inspector::picture::PictureFormat;
use crate::inspector::runtime::event_loop::{Canvas, Effect};
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::text::visible;
use crate::workbench::whole_file;

/// A picture to write.
pub struct PictureFile {
    cells: Buffer,
    title: String,
    format: PictureFormat,
    /// Its path, or the folder in which it gets a name of its own.
    target: Result<PathBuf, PathBuf>,
}

/// Starts to write what is on the screen to a file, or to an SVG file with a name of its own if none is given. The palette
/// is closed before its command runs, so it is not in the picture.
pub fn save(model: &mut Model, file: &str) -> Effects {
    let named = named_file(file);
    let format = match &named {
        None => Some(PictureFormat::Svg),
        Some(path) => PictureFormat::of_path(path),
    };
    let Some(format) = format else {
        model.warn("picture: the name must end in .svg, .txt or .ansi, which decides the format.".to_owned());
        return Vec::new();
    };
    let title = match model.title.as_str() {
        "" => "threadloupe".to_owned(),
        title => format!("threadloupe \u{b7} {}", visible(title)),
    };
    let picture = PictureFile {
        cells: screen(model),
        title,
        format,
        target: named.ok_or_else(|| model.folder.clone()),
    };
    // A job would end the running one, which can be what the picture shows.
    vec![Effect::Run(Call::Picture(Box::new(picture)))]
}

/// The cells of the screen.
fn screen(model: &Model) -> Buffer {
    let (columns, rows) = model.size;
    let mut canvas = Canvas::new(Rect::new(0, 0, columns, rows));
    canvas.draw_all(|buffer| draw(model, buffer));
    // As before it is sent to a terminal, no cell has a character that could change others.
    canvas.take_changes();
    canvas.cells().clone()
}

impl PictureFile {
    /// Writes the file. Returns a sentence about what was written, or why it could not be.
    pub fn write(self) -> Result<String, String> {
        let named = |folder: PathBuf| free_path(&folder, "screen", "svg");
        let path = self.target.unwrap_or_else(named);
        match whole_file::write(&path, self.format.draw(&self.cells, &self.title), false) {
            Ok(()) => Ok(format!(
                "Picture written to {}.",
                visible(&path.to_string_lossy())
            )),
            Err(error) => Err(format!("picture: {}", not_written(&path, &error))),
        }
    }
}
