//! Images in items: their type, size and dimensions, and their bytes.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::protocol::RolloutItem;
use crate::protocol::json::{Json, JsonKind};

/// Accepts base64 with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The number of encoded bytes that are searched for the dimensions. In a JPEG, the dimensions come after the metadata.
const HEAD: usize = 96 << 10;

/// An image in an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemImage<'a> {
    /// The item contains the image itself.
    Embedded(EmbeddedImage<'a>),
    /// The item contains only its path or URL, which is cut at about 1,000 bytes.
    Address(Cow<'a, str>),
}

/// An image whose bytes are in the item, as base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedImage<'a> {
    /// Its type as the item gives it, such as `image/png`.
    pub media: String,
    value: Json<'a>,
    /// The number of bytes before the base64 text.
    before: usize,
}

impl<'a> ItemImage<'a> {
    /// The image in a value: a data URL, base64 of the given type, an address, or an object with a `url`. `None` for other
    /// values.
    pub fn of(media: Option<&str>, value: Json<'a>) -> Option<Self> {
        let Some(head) = value.head(1024) else {
            let url = value.get("url").filter(|url| url.kind() == JsonKind::String)?;
            return Self::of(media, url);
        };
        let data = head.strip_prefix("data:").and_then(|data| data.split_once(','));
        let (media, before) = match (data, media) {
            (Some((kind, _)), _) if kind.ends_with(";base64") => {
                let media = kind.split(';').next().unwrap_or_default();
                (media.to_owned(), "data:,".len() + kind.len())
            }
            (None, Some(media)) => (media.to_owned(), 0),
            _ => return Some(Self::Address(head)),
        };
        Some(Self::Embedded(EmbeddedImage { media, value, before }))
    }

    /// The images that an item contains, in order.
    pub fn embedded_in(item: &'a RolloutItem) -> Vec<EmbeddedImage<'a>> {
        let mut images = Vec::new();
        let Some(whole) = item.json() else { return images };
        let mut waiting = vec![whole];
        while let Some(value) = waiting.pop() {
            match value.kind() {
                JsonKind::String => images.extend(Self::of(None, value).and_then(Self::into_embedded)),
                JsonKind::Array => waiting.extend(value.elements()),
                JsonKind::Object => {
                    let media = value.get("mimeType").and_then(Json::as_str);
                    let is_generated = value
                        .get("type")
                        .and_then(Json::as_str)
                        .is_some_and(|kind| kind.starts_with("image_generation"));
                    for (key, member) in value.members() {
                        let media = match &*key {
                            "data" => media.as_deref(),
                            "result" if is_generated => Some("image/png"),
                            _ => None,
                        };
                        match media.filter(|_| member.kind() == JsonKind::String) {
                            Some(media) => {
                                images.extend(Self::of(Some(media), member).and_then(Self::into_embedded));
                            }
                            None => waiting.push(member),
                        }
                    }
                }
                JsonKind::Number | JsonKind::Bool | JsonKind::Null => {}
            }
        }
        images.sort_by_key(|image| image.value.offset_in(whole));
        images
    }

    fn into_embedded(self) -> Option<EmbeddedImage<'a>> {
        match self {
            Self::Embedded(image) => Some(image),
            Self::Address(_) => None,
        }
    }
}

impl EmbeddedImage<'_> {
    /// The number of bytes of the image.
    pub fn bytes(&self) -> usize {
        let text = self.value.text().trim_matches('"');
        let padding = text.len() - text.trim_end_matches('=').len();
        (text.len().saturating_sub(self.before + padding)) * 3 / 4
    }

    /// The width and height in pixels, read from the start of the image. `None` if the format is unknown or the start
    /// of the image does not contain them.
    pub fn dimensions(&self) -> Option<(usize, usize)> {
        let head = self.value.head(self.before + HEAD)?;
        let encoded = head.get(self.before..)?.trim_end_matches('=');
        let whole = encoded.get(..encoded.len() / 4 * 4)?;
        let size = imagesize::blob_size(&BASE64.decode(whole).ok()?).ok()?;
        Some((size.width, size.height))
    }

    /// The bytes of the image; `None` if the item does not contain valid base64.
    pub fn decode(&self) -> Option<Vec<u8>> {
        let text = self.value.as_str()?;
        BASE64.decode(text.get(self.before..)?).ok()
    }

    /// The usual extension of a file of its type.
    pub fn extension(&self) -> &str {
        let name = self.media.strip_prefix("image/").unwrap_or_default();
        match name {
            "jpeg" => "jpg",
            "svg+xml" => "svg",
            name if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => name,
            _ => "bin",
        }
    }
}

/// The type, the dimensions if they are known, and the size; or the address.
impl fmt::Display for ItemImage<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded(image) => {
                write!(out, "{}", image.media)?;
                if let Some((width, height)) = image.dimensions() {
                    write!(out, " {width}\u{d7}{height}")?;
                }
                write!(out, ", {} bytes", image.bytes())
            }
            Self::Address(address) => out.write_str(address),
        }
    }
}
