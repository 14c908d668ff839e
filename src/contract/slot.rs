//! The two kinds of place a patch has for a value, and what one field of a patch says: leave, clear or set.
//!
//! `two` places can be left or set; `three` places can be cleared as well. Each module offers the same functions, so that
//! the field tables can name one of them and everything else follows.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fields::FieldError;

/// A place with three states: `None` leaves the value alone, `Some(None)` clears it, `Some(Some(v))` sets it.
pub type ClearableField<T> = Option<Option<T>>;

/// What a patch says about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing: the stored value stays.
    Leave,
    /// Take the stored value away.
    Clear,
    /// Put this value there; it is a JSON text.
    Set(String),
}

/// Which of the three a patch says about a field, without the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The stored value stays.
    Leave,
    /// The stored value goes.
    Clear,
    /// A value is put there.
    Set,
}

fn encode<T: Serialize>(value: &T) -> Change {
    // A value of a patch that JSON cannot carry (a path that is not UTF-8) has no text to show but is still set.
    Change::Set(serde_json::to_string(value).unwrap_or_else(|_| "null".to_string()))
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, FieldError> {
    serde_json::from_str(text).map_err(|error| FieldError::Value(sentence(&error)))
}

/// A decoding error without the place that serde_json adds to it, and with what to do where its words do not tell.
pub(super) fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    let reason = &text[..end];
    match TERSE.iter().find(|(terse, _)| *terse == reason) {
        Some((_, more)) => format!("{reason}: {more}"),
        None => reason.to_string(),
    }
}

/// What is said of a value that the decoder does not follow to its end.
pub(super) const TOO_DEEP: &str = "recursion limit exceeded: lists and objects stand 127 deep at most";

/// What the decoder says of some values, and what that means.
const TERSE: &[(&str, &str)] = &[
    (
        "recursion limit exceeded",
        "lists and objects stand 127 deep at most",
    ),
    (
        "AbsolutePathBuf deserialized without a base path",
        "a path must be absolute, such as /srv/work",
    ),
    (
        "invalid type: unit variant, expected newtype variant",
        "this word needs a value, in an object",
    ),
];

pub(super) mod two {
    //! Leave or set.
    use super::{Change, State, decode, encode};
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

    /// `null` leaves.
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

    pub fn state<T>(slot: &Slot<T>) -> State {
        if slot.is_some() { State::Set } else { State::Leave }
    }

    pub fn put<T: DeserializeOwned>(slot: &mut Slot<T>, change: &Change) -> Result<(), super::FieldError> {
        *slot = match change {
            Change::Leave => None,
            Change::Clear => return Err(super::FieldError::NotClearable),
            Change::Set(text) => decode(text)?,
        };
        Ok(())
    }

    /// As [`read`], from a JSON text.
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
    use super::{Change, ClearableField, State, decode, encode};
    use serde::de::{DeserializeOwned, MapAccess};
    use serde::ser::SerializeMap;
    use serde::{Deserialize, Serialize};

    pub type Slot<T> = ClearableField<T>;
    pub const CLEARABLE: bool = true;

    pub fn set<T>(value: T) -> Slot<T> {
        Some(Some(value))
    }

    /// Left out when it leaves, `null` when it clears (rule S1).
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

    /// `null` clears.
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

    pub fn state<T>(slot: &Slot<T>) -> State {
        match slot {
            None => State::Leave,
            Some(None) => State::Clear,
            Some(Some(_)) => State::Set,
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
    //! Leave or set, where the value is itself a patch: merging and applying go member by member.
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

/// Writes a patch struct from its rows: the struct, its wire form, merging, applying, the test for emptiness and the
/// table of its rows. A row is
/// `kind name (its methods): Type, shown as, edit, |target, value| how a read shows it, "a sentence";`
/// with kind `two`, `three` or `nested` (the modules of this file). The methods are the one that sets the field and, where
/// it has three states, the one that clears it.
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
                    #[doc = concat!("Clears `", stringify!($name), "`: a read shows no value.")]
                    pub fn $clear_name(&mut self) -> &mut Self {
                        self.$name = Some(None);
                        self
                    }
                )?
            )*

            /// Merges a later patch into this one: what the later one leaves alone stays, all else is as it says.
            pub fn merge(&mut self, next: &Self) {
                $( $crate::contract::slot::$kind::merge(&mut self.$name, &next.$name); )*
            }

            /// Whether no field at all is present. An empty nested patch is present, so it does not count as empty.
            pub fn is_empty(&self) -> bool {
                true $( && self.$name.is_none() )*
            }

            /// Changes the target as a reader would see it after this patch; what is left alone is not touched.
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

        /// One row a field, in wire order.
        pub(super) const ROWS: &[$crate::contract::slot::Row<$patch>] = &[
            $( $crate::contract::slot::Row {
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

/// What a row of a patch struct says about one field of `P`.
pub(super) struct Row<P> {
    pub name: &'static str,
    pub value: &'static str,
    pub clearable: bool,
    pub shown: Option<&'static str>,
    pub edit: super::Edit,
    pub about: &'static str,
    pub state: fn(&P) -> State,
    pub get: fn(&P) -> Change,
    pub put: fn(&mut P, &Change) -> Result<(), FieldError>,
    pub decode_into: fn(&mut P, &str) -> Result<(), serde_json::Error>,
}
