//! Canonical JSON: keys sorted by their bytes, no insignificant space, whole numbers only.
//!
//! A serialiser of its own, so that a plan of thousands of tasks is written once and never built as a tree. Floating
//! point numbers are refused: they have more than one spelling.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{self, Impossible, Serialize};

/// Why a value has no canonical form.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no canonical form: {0}")]
pub struct CanonicalError(String);

impl ser::Error for CanonicalError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// The canonical form of a value.
///
/// # Errors
/// A floating point number, bytes, or a map whose keys are not text.
pub fn to_canonical(value: &impl Serialize) -> Result<Vec<u8>, CanonicalError> {
    let mut writer = Writer { out: Vec::with_capacity(4096), scratch: Vec::new() };
    value.serialize(&mut writer)?;
    Ok(writer.out)
}

struct Writer {
    out: Vec<u8>,
    /// For sorting: kept, so that it is not allocated for each object.
    scratch: Vec<u8>,
}

impl Writer {
    fn text(&mut self, text: &str) -> Result<(), CanonicalError> {
        serde_json::to_writer(&mut self.out, text).map_err(ser::Error::custom)
    }

    fn display(&mut self, value: impl fmt::Display) {
        use std::io::Write;
        // Writing to memory does not fail.
        let _ = write!(self.out, "{value}");
    }

    fn list(&mut self) -> List<'_> {
        self.out.push(b'[');
        List { writer: self, first: true }
    }

    fn object(&mut self) -> Object<'_> {
        self.out.push(b'{');
        let start = self.out.len();
        Object { writer: self, start, entries: Vec::new(), key: None }
    }
}

/// An array being written.
struct List<'a> {
    writer: &'a mut Writer,
    first: bool,
}

impl List<'_> {
    fn element(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), CanonicalError> {
        if !std::mem::take(&mut self.first) {
            self.writer.out.push(b',');
        }
        value.serialize(&mut *self.writer)
    }

    fn close(self) {
        self.writer.out.push(b']');
    }
}

/// An object being written: its entries stand in `out` in the order they came, with commas, until the end sorts them.
struct Object<'a> {
    writer: &'a mut Writer,
    start: usize,
    entries: Vec<(Cow<'static, str>, std::ops::Range<usize>)>,
    key: Option<String>,
}

impl Object<'_> {
    fn entry(&mut self, key: Cow<'static, str>, value: &(impl Serialize + ?Sized)) -> Result<(), CanonicalError> {
        if !self.entries.is_empty() {
            self.writer.out.push(b',');
        }
        let start = self.writer.out.len();
        self.writer.text(&key)?;
        self.writer.out.push(b':');
        value.serialize(&mut *self.writer)?;
        self.entries.push((key, start..self.writer.out.len()));
        Ok(())
    }

    fn close(mut self) -> Result<(), CanonicalError> {
        if !self.entries.is_sorted_by(|(left, _), (right, _)| left < right) {
            self.sort()?;
        }
        self.writer.out.push(b'}');
        Ok(())
    }

    /// Writes the entries anew, by key.
    fn sort(&mut self) -> Result<(), CanonicalError> {
        self.entries.sort_by(|(left, _), (right, _)| left.cmp(right));
        if let Some(pair) = self.entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(CanonicalError(format!("the key {:?} stands twice", pair[0].0)));
        }
        let Writer { out, scratch } = &mut *self.writer;
        scratch.clear();
        for (_, range) in &self.entries {
            if !scratch.is_empty() {
                scratch.push(b',');
            }
            scratch.extend_from_slice(&out[range.clone()]);
        }
        out[self.start..].copy_from_slice(scratch);
        Ok(())
    }
}

macro_rules! display {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<(), CanonicalError> {
            self.display(value);
            Ok(())
        }
    )*};
}

impl<'a> ser::Serializer for &'a mut Writer {
    type Ok = ();
    type Error = CanonicalError;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = Impossible<(), CanonicalError>;
    type SerializeTupleVariant = Impossible<(), CanonicalError>;
    type SerializeMap = Object<'a>;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = Impossible<(), CanonicalError>;

    display!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_f32(self, value: f32) -> Result<(), CanonicalError> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<(), CanonicalError> {
        Err(CanonicalError(format!("{value} is a floating point number")))
    }

    fn serialize_char(self, value: char) -> Result<(), CanonicalError> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), CanonicalError> {
        self.text(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), CanonicalError> {
        Err(CanonicalError("bytes are no text".to_owned()))
    }

    fn serialize_none(self) -> Result<(), CanonicalError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CanonicalError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), CanonicalError> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), CanonicalError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), CanonicalError> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), CanonicalError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), CanonicalError> {
        untagged(name)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, CanonicalError> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, CanonicalError> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, CanonicalError> {
        untagged(name)
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, CanonicalError> {
        untagged(name)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'a>, CanonicalError> {
        Ok(self.object())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'a>, CanonicalError> {
        Ok(self.object())
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, CanonicalError> {
        untagged(name)
    }
}

/// Variants that hold data carry their name in a field (`#[serde(tag)]`); a plan has no other kind.
fn untagged<T>(name: &'static str) -> Result<T, CanonicalError> {
    Err(CanonicalError(format!("{name} has variants without a tag")))
}

macro_rules! list {
    ($($trait:ident::$method:ident),*) => {$(
        impl ser::$trait for List<'_> {
            type Ok = ();
            type Error = CanonicalError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
                self.element(value)
            }

            fn end(self) -> Result<(), CanonicalError> {
                self.close();
                Ok(())
            }
        }
    )*};
}

list!(SerializeSeq::serialize_element, SerializeTuple::serialize_element);

impl ser::SerializeStruct for Object<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), CanonicalError> {
        self.entry(Cow::Borrowed(key), value)
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.close()
    }
}

impl ser::SerializeMap for Object<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CanonicalError> {
        let start = self.writer.out.len();
        key.serialize(&mut *self.writer)?;
        let written = self.writer.out.split_off(start);
        let key = serde_json::from_slice(&written);
        self.key = Some(key.map_err(|_| CanonicalError("a key that is no text".to_owned()))?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        let key = self.key.take().ok_or_else(|| CanonicalError("a value without a key".to_owned()))?;
        self.entry(Cow::Owned(key), value)
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn text(value: &impl Serialize) -> String {
        String::from_utf8(to_canonical(value).unwrap()).unwrap()
    }

    /// The same form made the plain way, from a tree.
    fn reference(value: &Value) -> String {
        match value {
            Value::Array(items) => format!("[{}]", items.iter().map(reference).collect::<Vec<_>>().join(",")),
            Value::Object(map) => {
                let mut keys: Vec<_> = map.keys().collect();
                keys.sort();
                let entries = keys.into_iter().map(|key| format!("{}:{}", json!(key), reference(&map[key])));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            }
            other => other.to_string(),
        }
    }

    #[test]
    fn keys_are_sorted_at_every_depth_and_nothing_is_added() {
        let value = json!({"b": [1, {"z": null, "a": "\u{7}\"ä"}], "a": {}, "B": u64::MAX, "": i64::MIN});
        assert_eq!(
            text(&value),
            "{\"\":-9223372036854775808,\"B\":18446744073709551615,\"a\":{},\"b\":[1,{\"a\":\"\\u0007\\\"ä\",\"z\":null}]}"
        );
    }

    #[test]
    fn what_has_two_spellings_is_refused() {
        assert!(to_canonical(&json!(1.5)).is_err());
        assert!(to_canonical(&std::collections::BTreeMap::from([(1, 2)])).is_err());
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((".{0,3}", inner), 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn equals_the_plain_way(value in any_value()) {
            prop_assert_eq!(text(&value), reference(&value));
        }
    }
}
