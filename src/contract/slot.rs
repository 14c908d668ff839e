//! The field types of a patch, and what a patch does to a field: leave, clear or set.
//!
//! Fields of kind `two` can be left or set; fields of kind `three` can also be cleared. The modules for these kinds have the
//! same functions, so a row of a field table only names its kind.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fields::FieldError;

/// A field with three states: `None` leaves the value unchanged, `Some(None)` clears it, `Some(Some(v))` sets it.
pub type ClearableField<T> = Option<Option<T>>;

/// What a patch does to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Leaves the stored value unchanged.
    Leave,
    /// Removes the stored value.
    Clear,
    /// Replaces the stored value with this one, written as JSON.
    Set(String),
}

/// What a patch does to a field, without the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldState {
    /// Leaves the stored value unchanged.
    Leave,
    /// Removes the stored value.
    Clear,
    /// Replaces the stored value.
    Set,
}

fn encode<T: Serialize>(value: &T) -> Change {
    // A value that JSON cannot represent (a path that is not UTF-8) is shown as null but is still set.
    Change::Set(serde_json::to_string(value).unwrap_or_else(|_| "null".to_string()))
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, FieldError> {
    serde_json::from_str(text).map_err(|error| FieldError::Value(sentence(&error)))
}

/// A decoding error without the line and column that serde_json appends, and with advice where its message is too terse.
pub(super) fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    let reason = &text[..end];
    match TERSE.iter().find(|(terse, _)| *terse == reason) {
        Some((_, more)) => format!("{reason}: {more}"),
        None => reason.to_string(),
    }
}

/// The message for a value that is nested too deeply to decode.
pub(super) const TOO_DEEP: &str =
    "recursion limit exceeded: lists and objects can be nested at most 127 deep";

/// Terse messages of the decoder, and what they mean.
const TERSE: &[(&str, &str)] = &[
    (
        "recursion limit exceeded",
        "lists and objects can be nested at most 127 deep",
    ),
    (
        "AbsolutePathBuf deserialized without a base path",
        "a path must be absolute, such as /srv/work",
    ),
    (
        "invalid type: unit variant, expected newtype variant",
        "write an object with this word as its key",
    ),
];

pub(super) mod two {
    //! Leave or set.
    use super::{Change, FieldState, decode, encode};
    use serde::de::{DeserializeOwned, MapAccess};
    use serde::ser::SerializeMap;
    use serde::{Deserialize, Serialize};

    pub type Slot<T> = Option<T>;
    pub const CLEARABLE: bool = false;

    pub fn set<T>(value: T) -> Slot<T> {
        Some(value)
    }

    /// Written even when empty, as `null` (rule S1).
    pub fn write<T: Serialize, M: SerializeMap>(
        slot: &Slot<T>,
        key: &str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(key, slot)
    }

    /// `null` leaves the field unchanged.
    pub fn read<'de, T: Deserialize<'de>, M: MapAccess<'de>>(map: &mut M) -> Result<Slot<T>, M::Error> {
        map.next_value()
    }

    pub fn merge<T: Clone>(slot: &mut Slot<T>, next: &Slot<T>) {
        if next.is_some() {
            slot.clone_from(next);
        }
    }

    pub fn change<T: Serialize>(slot: &Slot<T>) -> Change {
        slot.as_ref().map_or(Change::Leave, encode)
    }

    pub fn state<T>(slot: &Slot<T>) -> FieldState {
        if slot.is_some() {
            FieldState::Set
        } else {
            FieldState::Leave
        }
    }

    pub fn put<T: DeserializeOwned>(slot: &mut Slot<T>, change: &Change) -> Result<(), super::FieldError> {
        *slot = match change {
            Change::Leave => None,
            Change::Clear => return Err(super::FieldError::NotClearable),
            Change::Set(text) => decode(text)?,
        };
        Ok(())
    }

    /// Like [`read`], but from a JSON text.
    pub fn decode_into<T: DeserializeOwned>(slot: &mut Slot<T>, text: &str) -> Result<(), serde_json::Error> {
        *slot = serde_json::from_str(text)?;
        Ok(())
    }

    pub fn apply<T, S>(slot: &Slot<T>, thread: &mut S, set: impl Fn(&mut S, &T)) {
        if let Some(value) = slot {
            set(thread, value);
        }
    }
}

pub(super) mod three {
    //! Leave, clear or set.
    use super::{Change, ClearableField, FieldState, decode, encode};
    use serde::de::{DeserializeOwned, MapAccess};
    use serde::ser::SerializeMap;
    use serde::{Deserialize, Serialize};

    pub type Slot<T> = ClearableField<T>;
    pub const CLEARABLE: bool = true;

    pub fn set<T>(value: T) -> Slot<T> {
        Some(Some(value))
    }

    /// Omitted if unchanged, `null` if cleared (rule S1).
    pub fn write<T: Serialize, M: SerializeMap>(
        slot: &Slot<T>,
        key: &str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        match slot {
            Some(value) => map.serialize_entry(key, value),
            None => Ok(()),
        }
    }

    /// `null` clears the field.
    pub fn read<'de, T: Deserialize<'de>, M: MapAccess<'de>>(map: &mut M) -> Result<Slot<T>, M::Error> {
        map.next_value().map(Some)
    }

    pub fn merge<T: Clone>(slot: &mut Slot<T>, next: &Slot<T>) {
        if next.is_some() {
            slot.clone_from(next);
        }
    }

    pub fn change<T: Serialize>(slot: &Slot<T>) -> Change {
        match slot {
            None => Change::Leave,
            Some(None) => Change::Clear,
            Some(Some(value)) => encode(value),
        }
    }

    pub fn state<T>(slot: &Slot<T>) -> FieldState {
        match slot {
            None => FieldState::Leave,
            Some(None) => FieldState::Clear,
            Some(Some(_)) => FieldState::Set,
        }
    }

    pub fn put<T: DeserializeOwned>(slot: &mut Slot<T>, change: &Change) -> Result<(), super::FieldError> {
        *slot = match change {
            Change::Leave => None,
            Change::Clear => Some(None),
            Change::Set(text) => Some(Some(decode(text)?)),
        };
        Ok(())
    }

    /// As [`read`], from a JSON text.
    pub fn decode_into<T: DeserializeOwned>(slot: &mut Slot<T>, text: &str) -> Result<(), serde_json::Error> {
        *slot = Some(serde_json::from_str(text)?);
        Ok(())
    }

    pub fn apply<T, S>(slot: &Slot<T>, thread: &mut S, set: impl Fn(&mut S, Option<&T>)) {
        if let Some(value) = slot {
            set(thread, value.as_ref());
        }
    }
}

pub(super) mod nested {
    //! Leave or set, where the value is itself a patch, which is merged and applied field by field.
    pub use super::two::{CLEARABLE, Slot, change, decode_into, put, read, set, state, write};
    use crate::contract::GitInfoPatch;

    pub fn merge(slot: &mut Slot<GitInfoPatch>, next: &Slot<GitInfoPatch>) {
        if let Some(next) = next {
            slot.get_or_insert_default().merge(next);
        }
    }

    pub fn apply<S>(slot: &Slot<GitInfoPatch>, thread: &mut S, set: impl Fn(&mut S, &GitInfoPatch)) {
        super::two::apply(slot, thread, set);
    }
}

/// Generates a patch struct from its rows: the struct, its JSON form, `merge`, `apply`, `is_empty` and the table of its
/// rows. A row is
/// `kind name (its methods): Type, shown as, edit, |target, value| how to apply it, "a sentence";`
/// with kind `two`, `three` or `nested` (the modules of this file). The methods are the setter and, for a field with three
/// states, the one that clears it.
macro_rules! patch_struct {
    (
        $(#[$meta:meta])*
        pub struct $patch:ident applied to $target:ty {
            $( $kind:ident $name:ident ($set_name:ident $(, $clear_name:ident)?) : $ty:ty, $shown:expr, $edit:expr, |$thread:ident, $value:ident| $set:expr, $about:literal; )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $patch {
            $( #[doc = $about] pub $name: $crate::contract::slot::$kind::Slot<$ty>, )*
        }

        impl $patch {
            $(
                #[doc = concat!("Sets `", stringify!($name), "`. ", $about)]
                pub fn $set_name(&mut self, value: impl Into<$ty>) -> &mut Self {
                    self.$name = $crate::contract::slot::$kind::set(value.into());
                    self
                }

                $(
                    #[doc = concat!("Clears `", stringify!($name), "`, so that a read shows no value.")]
                    pub fn $clear_name(&mut self) -> &mut Self {
                        self.$name = Some(None);
                        self
                    }
                )?
            )*

            /// Merges a later patch into this one. Fields that the later patch sets or clears replace those of this one.
            pub fn merge(&mut self, next: &Self) {
                $( $crate::contract::slot::$kind::merge(&mut self.$name, &next.$name); )*
            }

            /// Whether the patch neither sets nor clears any field. A patch that contains an empty nested patch is not
            /// empty.
            pub fn is_empty(&self) -> bool {
                true $( && self.$name.is_none() )*
            }

            /// Applies the patch to the target: afterwards, the target is what a read returns after the patch.
            pub fn apply(&self, target: &mut $target) {
                $( $crate::contract::slot::$kind::apply(&self.$name, target, |$thread, $value| $set); )*
            }
        }

        impl serde::Serialize for $patch {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $( $crate::contract::slot::$kind::write(&self.$name, stringify!($name), &mut map)?; )*
                serde::ser::SerializeMap::end(map)
            }
        }

        impl<'de> serde::Deserialize<'de> for $patch {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Rows;
                impl<'de> serde::de::Visitor<'de> for Rows {
                    type Value = $patch;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a patch: an object of fields")
                    }

                    fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<$patch, M::Error> {
                        let mut patch = $patch::default();
                        let mut seen = std::collections::HashSet::new();
                        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                            match key.as_ref() {
                                $( stringify!($name) => {
                                    if !seen.insert(stringify!($name)) {
                                        return Err(serde::de::Error::duplicate_field(stringify!($name)));
                                    }
                                    patch.$name = $crate::contract::slot::$kind::read(&mut map)?;
                                } )*
                                _ => { map.next_value::<serde::de::IgnoredAny>()?; }
                            }
                        }
                        Ok(patch)
                    }
                }
                deserializer.deserialize_map(Rows)
            }
        }

        /// One row per field, in JSON order.
        pub(super) const ROWS: &[$crate::contract::slot::FieldSlot<$patch>] = &[
            $( $crate::contract::slot::FieldSlot {
                name: stringify!($name),
                value: stringify!($ty),
                clearable: $crate::contract::slot::$kind::CLEARABLE,
                shown: $shown,
                edit: $edit,
                about: $about,
                state: |patch| $crate::contract::slot::$kind::state(&patch.$name),
                get: |patch| $crate::contract::slot::$kind::change(&patch.$name),
                put: |patch, change| $crate::contract::slot::$kind::put(&mut patch.$name, change),
                decode_into: |patch, text| $crate::contract::slot::$kind::decode_into(&mut patch.$name, text),
            }, )*
        ];
    };
}
pub(super) use patch_struct;

/// The row of one field of the patch `P`.
pub(super) struct FieldSlot<P> {
    pub name: &'static str,
    pub value: &'static str,
    pub clearable: bool,
    pub shown: Option<&'static str>,
    pub edit: super::FieldEditor,
    pub about: &'static str,
    pub state: fn(&P) -> FieldState,
    pub get: fn(&P) -> Change,
    pub put: fn(&mut P, &Change) -> Result<(), FieldError>,
    pub decode_into: fn(&mut P, &str) -> Result<(), serde_json::Error>,
}
