//! The keys of the contract's types on the wire. They are taken from the types' own deserialization, so that no
//! second list of them is needed.

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, VariantAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};

/// The keys of a struct in wire order, including keys that are only deserialized.
pub fn of<T: DeserializeOwned>() -> &'static [&'static str] {
    asked::<T>(None)
}

/// The keys of a struct variant of an enum, given the variant's name on the wire, in wire order.
pub fn of_variant<T: DeserializeOwned>(variant: &'static str) -> &'static [&'static str] {
    asked::<T>(Some(variant))
}

fn asked<T: DeserializeOwned>(variant: Option<&'static str>) -> &'static [&'static str] {
    match T::deserialize(StructKeysDeserializer { variant }) {
        Err(StructKeys(Some(keys))) => keys,
        _ => {
            debug_assert!(
                false,
                "this is only called for types that are deserialized as structs"
            );
            &[]
        }
    }
}

/// A deserializer that reads nothing and returns the keys of a struct as its error.
struct StructKeysDeserializer {
    variant: Option<&'static str>,
}

/// The keys of the struct; `None` if the type is not deserialized as a struct.
#[derive(Debug)]
struct StructKeys(Option<&'static [&'static str]>);

impl fmt::Display for StructKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.0)
    }
}

impl std::error::Error for StructKeys {}

impl serde::de::Error for StructKeys {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(None)
    }
}

impl<'de> Deserializer<'de> for StructKeysDeserializer {
    type Error = StructKeys;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, StructKeys> {
        Err(StructKeys(Some(keys)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, StructKeys> {
        visitor.visit_enum(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, StructKeys> {
        Err(StructKeys(None))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for StructKeysDeserializer {
    type Error = StructKeys;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), StructKeys> {
        let name = self.variant.ok_or(StructKeys(None))?;
        Ok((seed.deserialize(name.into_deserializer())?, self))
    }
}

impl<'de> VariantAccess<'de> for StructKeysDeserializer {
    type Error = StructKeys;

    fn unit_variant(self) -> Result<(), StructKeys> {
        Err(StructKeys(None))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, StructKeys> {
        Err(StructKeys(None))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, StructKeys> {
        Err(StructKeys(None))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        keys: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, StructKeys> {
        Err(StructKeys(Some(keys)))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[expect(dead_code, reason = "only their keys are read")]
    #[derive(Deserialize)]
    struct Plain {
        one: u8,
        #[serde(default, rename = "2")]
        two: String,
    }

    #[expect(dead_code, reason = "only their keys are read")]
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Which {
        First,
        Second { a: u8, b: Option<Plain> },
    }

    #[test]
    fn a_type_is_asked_for_its_keys() {
        assert_eq!(of::<Plain>(), ["one", "2"]);
        assert_eq!(of_variant::<Which>("second"), ["a", "b"]);
    }

    #[test]
    #[should_panic(expected = "only called for types that are deserialized as structs")]
    fn what_is_no_struct_has_no_keys() {
        of_variant::<Which>("first");
    }
}
