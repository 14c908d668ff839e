//! Cuts long texts for display, so that the cost of drawing a thread or a patch depends on the size of the screen,
//! not on the length of its texts. The full text is in the thread's record.

use std::borrow::Cow;
use std::sync::Arc;

use crate::contract::ThreadMetadataPatch;
use crate::protocol::Text;
use crate::store::ThreadRecord;

/// Texts that are longer than this number of bytes are cut.
pub(super) const LONG: usize = 64 * 1024;

/// The full text of a field of the patch, if it is long enough to be cut; otherwise `None`.
pub fn long<'a>(patch: &'a ThreadMetadataPatch, field: &str) -> Option<&'a Text> {
    let text = match field {
        "preview" => &patch.preview,
        "title" => &patch.title,
        "first_user_message" => &patch.first_user_message,
        _ => return None,
    };
    text.as_ref().filter(|text| text.len() > LONG)
}

/// A patch with its long texts cut. An ellipsis replaces the rest of each text.
pub fn patch(patch: &ThreadMetadataPatch) -> Cow<'_, ThreadMetadataPatch> {
    let texts = [&patch.preview, &patch.title, &patch.first_user_message];
    if !texts.into_iter().flatten().any(|text| text.len() > LONG) {
        return Cow::Borrowed(patch);
    }
    Cow::Owned(ThreadMetadataPatch {
        preview: patch.preview.as_ref().map(cut),
        title: patch.title.as_ref().map(cut),
        first_user_message: patch.first_user_message.as_ref().map(cut),
        ..patch.clone()
    })
}

/// A record with the long texts of its accumulated patch cut.
pub fn record(record: &ThreadRecord) -> Cow<'_, ThreadRecord> {
    let Some(Cow::Owned(patch)) = record.patch.as_deref().map(patch) else {
        return Cow::Borrowed(record);
    };
    let mut short = record.clone();
    short.patch = Some(Arc::new(patch));
    Cow::Owned(short)
}

fn cut(text: &Text) -> Text {
    match text.get(..text.floor_char_boundary(LONG)) {
        Some(beginning) if text.len() > LONG => format!("{beginning}\u{2026}").into(),
        _ => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_texts_are_cut_and_never_within_a_character() {
        let short = ThreadMetadataPatch {
            preview: Some("p".into()),
            name: Some(Some("n".repeat(LONG + 1))),
            ..ThreadMetadataPatch::default()
        };
        assert!(matches!(patch(&short), Cow::Borrowed(_)));
        assert_eq!(long(&short, "preview"), None);
        let text: Text = "\u{e9}x".repeat(LONG).into();
        let told = ThreadMetadataPatch {
            title: Some(text.clone()),
            ..short
        };
        let cut = patch(&told).into_owned();
        assert_eq!((cut.preview, cut.name), (told.preview.clone(), told.name.clone()));
        let title = cut.title.unwrap();
        assert!(title.len() <= LONG + 3 && title.ends_with('\u{2026}'));
        assert!(text.starts_with(title.trim_end_matches('\u{2026}')));
        assert_eq!(long(&told, "title"), Some(&text));
        assert_eq!(long(&told, "name"), None);
    }
}
