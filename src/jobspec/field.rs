//! How a field of each type is read from a value or block and written as API JSON.
//!
//! One implementation a kind of field; conversions of single values are in [`scalar`](super::scalar).

use std::ops::Deref;

use serde_json::{Map as Json, Value};

use super::block::{Block, Labelled};
use super::decode::{Decoder, Source};
use super::network::Port;
use super::scalar::Scalar;
use super::spanned::{Opt, Spanned};
use super::spec::{FieldKind, Repeat};

/// The type of a field of a block.
pub(crate) trait Field {
    /// What it holds.
    const KIND: FieldKind;

    /// Takes in an argument or a block of its name.
    fn read(&mut self, source: Source<'_, '_>, decoder: &mut Decoder<'_>);

    /// Writes what was read; nothing where the author was silent.
    fn write(&self, name: &str, out: &mut Json<String, Value>);
}

/// Labelled blocks that are an object by label in API JSON. Dereferences to the blocks, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct ByLabel<T>(Vec<T>);

/// The `port` blocks of a network: two lists in API JSON. Dereferences to the ports, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ports(Vec<Port>);

impl<T> Default for ByLabel<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for ByLabel<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl Deref for Ports {
    type Target = [Port];

    fn deref(&self) -> &[Port] {
        &self.0
    }
}

impl<T: Scalar> Field for Opt<T> {
    const KIND: FieldKind = T::KIND;

    fn read(&mut self, source: Source<'_, '_>, decoder: &mut Decoder<'_>) {
        *self = match source {
            Source::Argument(place) => decoder.argument(place),
            Source::Block(block) => T::from_block(block, decoder).map(|value| Spanned::new(value, block.header)),
        };
    }

    fn write(&self, name: &str, out: &mut Json<String, Value>) {
        if let Some(value) = self {
            out.insert(name.to_owned(), value.to_api());
        }
    }
}

impl<T: Block> Field for Option<Box<T>> {
    const KIND: FieldKind = FieldKind::Block(T::SPEC, Repeat::Once);

    fn read(&mut self, source: Source<'_, '_>, decoder: &mut Decoder<'_>) {
        if let Source::Block(block) = source {
            *self = Some(Box::new(decoder.block(block)));
        }
    }

    fn write(&self, name: &str, out: &mut Json<String, Value>) {
        if let Some(block) = self {
            out.insert(name.to_owned(), block.to_api());
        }
    }
}

impl<T: Block> Field for Vec<T> {
    const KIND: FieldKind = FieldKind::Block(T::SPEC, Repeat::List);

    fn read(&mut self, source: Source<'_, '_>, decoder: &mut Decoder<'_>) {
        if let Source::Block(block) = source {
            self.push(decoder.block(block));
        }
    }

    fn write(&self, name: &str, out: &mut Json<String, Value>) {
        if !self.is_empty() {
            out.insert(name.to_owned(), self.iter().map(Block::to_api).collect());
        }
    }
}

impl<T: Labelled> Field for ByLabel<T> {
    const KIND: FieldKind = FieldKind::Block(T::SPEC, Repeat::ByLabel);

    fn read(&mut self, source: Source<'_, '_>, decoder: &mut Decoder<'_>) {
        self.0.read(source, decoder);
    }

    fn write(&self, name: &str, out: &mut Json<String, Value>) {
        if !self.0.is_empty() {
            let by_label = self.0.iter().map(|block| (block.label().to_string(), block.to_api())).collect();
            out.insert(name.to_owned(), Value::Object(by_label));
        }
    }
}

impl Field for Ports {
    const KIND: FieldKind = FieldKind::Block(Port::SPEC, Repeat::List);

    fn read(&mut self, source: Source<'_, '_>, decoder: &mut Decoder<'_>) {
        self.0.read(source, decoder);
    }

    /// A port with a number of its own is reserved, the others are dynamic, whatever `name` says.
    fn write(&self, _name: &str, out: &mut Json<String, Value>) {
        for (name, reserved) in [("ReservedPorts", true), ("DynamicPorts", false)] {
            let ports: Vec<Value> =
                self.0.iter().filter(|port| port.is_reserved() == reserved).map(Block::to_api).collect();
            if !ports.is_empty() {
                out.insert(name.to_owned(), Value::Array(ports));
            }
        }
    }
}
