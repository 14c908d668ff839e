//! Saves the images in an item to files, in the background. A new file never replaces another one.

use std::path::{Path, PathBuf};

use super::export::{free_path, named_file, not_written, with_suffix};
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::protocol::RolloutItem;
use crate::protocol::numbers::{count, size};
use crate::text::visible;
use crate::workbench::item_image::{EmbeddedImage, ItemImage};
use crate::workbench::whole_file;

/// The files that were saved, and their total size in bytes.
#[derive(Default)]
struct SavedImages {
    paths: Vec<PathBuf>,
    bytes: usize,
    /// Why the next image was not saved.
    fault: Option<String>,
}

/// Saves the images of the selected item to a file; if no file is given, generates file names.
pub fn save(model: &mut Model, file: &str) -> Effects {
    let item = ensured(model.session.item()).clone();
    let number = ensured(model.session.history.selected()) + 1;
    let named = named_file(file);
    let folder = model.folder.clone();
    let work =
        move |_: JobProgressFn<'_>| Some(save_all(&item, number, named.as_deref().ok_or(folder.as_path())));
    model.start(Job::new("Saving images", work, say))
}

/// Saves all images, either to numbered files at a path or under generated names in a folder.
fn save_all(item: &RolloutItem, number: usize, target: Result<&Path, &Path>) -> SavedImages {
    let images = ItemImage::embedded_in(item);
    let mut saved = SavedImages::default();
    for (index, image) in images.iter().enumerate() {
        let path = match (target, index) {
            (Ok(path), 0) => path.to_owned(),
            (Ok(path), index) => with_suffix(path, &(index + 1).to_string()),
            (Err(folder), _) => free_path(folder, &format!("image-{number}"), image.extension()),
        };
        match save_one(image, &path) {
            Ok(bytes) => {
                saved.bytes += bytes;
                saved.paths.push(path);
            }
            Err(fault) => {
                saved.fault = Some(fault);
                break;
            }
        }
    }
    saved
}

fn save_one(image: &EmbeddedImage<'_>, path: &Path) -> Result<usize, String> {
    let bytes = image
        .decode()
        .ok_or_else(|| "the image is not valid base64, so it cannot be saved.".to_owned())?;
    whole_file::write(path, &bytes, false).map_err(|error| not_written(path, &error))?;
    Ok(bytes.len())
}

fn say(model: &mut Model, saved: SavedImages) -> Effects {
    let first = saved
        .paths
        .first()
        .map(|path| visible(&path.to_string_lossy()).into_owned());
    match (saved.fault, first, saved.paths.len()) {
        (Some(fault), _, 0) => model.warn(format!("save-image: {fault}")),
        (Some(fault), _, done) => {
            let before = count(done as u64, "image");
            model.warn(format!("save-image: {fault} Saved before this fault: {before}."));
        }
        (None, None, _) => model.warn("save-image: this item contains no image.".to_owned()),
        (None, Some(path), 1) => {
            model.say(format!("Image saved to {path}: {}.", size(saved.bytes as u64)));
        }
        (None, Some(path), images) => model.say(format!(
            "{} saved, the first to {path}: {} in all.",
            count(images as u64, "image"),
            size(saved.bytes as u64)
        )),
    }
    Vec::new()
}
