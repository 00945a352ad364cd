//! Values → the types of arguments, with the conversions go-cty allows.
//!
//! A number or bool may stand where text is wanted, and the other way round if the text reads as one; nothing else
//! is converted. A finding points at the element that is wrong.

use serde_json::Value as Json;

use super::decode::Decoder;
use super::duration::Duration;
use super::place::{Place, number_text, parse_number, whole};
use super::spanned::{List, Map, Spanned, Str};
use super::spec::{FieldKind, ValueType};
use super::untyped::{Untyped, UntypedKind};
use crate::diagnostic::Diagnostic;
use crate::eval::{Block, Value};
use crate::parser::{Expr, ExprKind};

/// A type an argument can have.
pub(crate) trait Scalar: Sized {
    /// Its name in the table.
    const TYPE: ValueType;
    /// How an argument of the type may stand.
    const KIND: FieldKind = FieldKind::Argument(Self::TYPE);

    /// The value as this type; a finding and `None` where it is none.
    fn from_value(place: Place<'_>, decoder: &mut Decoder<'_>) -> Option<Self>;

    /// The content of a block as this type; for maps only.
    fn from_block(_block: &Block<'_>, _decoder: &mut Decoder<'_>) -> Option<Self> {
        None
    }

    /// As API JSON.
    fn to_api(&self) -> Json;
}

impl Scalar for Str {
    const TYPE: ValueType = ValueType::String;

    fn from_value(place: Place<'_>, decoder: &mut Decoder<'_>) -> Option<Self> {
        match place.value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
            Value::Number(number) => Some(number_text(number).into()),
            _ => decoder.wrong_type(place, Self::TYPE),
        }
    }

    fn to_api(&self) -> Json {
        Json::String(self.to_string())
    }
}

impl Scalar for bool {
    const TYPE: ValueType = ValueType::Bool;

    fn from_value(place: Place<'_>, decoder: &mut Decoder<'_>) -> Option<Self> {
        match place.value {
            Value::Bool(value) => Some(*value),
            Value::String(text) => match &**text {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => decoder.wrong_type(place, Self::TYPE),
            },
            _ => decoder.wrong_type(place, Self::TYPE),
        }
    }

    fn to_api(&self) -> Json {
        Json::Bool(*self)
    }
}

macro_rules! integer {
    ($($type:ty: $min:expr, $max:expr;)*) => {$(
        impl Scalar for $type {
            const TYPE: ValueType = ValueType::Integer { min: $min, max: $max };

            fn from_value(place: Place<'_>, decoder: &mut Decoder<'_>) -> Option<Self> {
                let converted;
                let number = match place.value {
                    Value::Number(number) => number,
                    Value::String(text) => match parse_number(text) {
                        Some(number) => {
                            converted = number;
                            &converted
                        }
                        None => return decoder.wrong_type(place, Self::TYPE),
                    },
                    _ => return decoder.wrong_type(place, Self::TYPE),
                };
                match whole(number).map(Self::try_from) {
                    Some(Ok(value)) => Some(value),
                    _ => decoder.wrong_number(place, number, Self::TYPE),
                }
            }

            fn to_api(&self) -> Json {
                (*self).into()
            }
        }
    )*};
}

integer! {
    i64: i64::MIN, i64::MAX.unsigned_abs();
    u64: 0, u64::MAX;
    u32: 0, 0xffff_ffff;
    u16: 0, 0xffff;
    u8: 0, 0xff;
    i8: -128, 127;
}

impl Scalar for Duration {
    const TYPE: ValueType = ValueType::Duration;

    fn from_value(place: Place<'_>, decoder: &mut Decoder<'_>) -> Option<Self> {
        match place.value {
            Value::String(text) => match Self::parse(text) {
                Ok(duration) => Some(duration),
                Err(problem) => {
                    decoder.push(
                        Diagnostic::error("decode::bad_duration", problem.to_string())
                            .label(place.span, format!("`{}` is a duration", place.name))
                            .help("write numbers with units, such as \"30s\", \"1h30m\" or \"250ms\""),
                    );
                    None
                }
            },
            Value::Number(number) => match whole(number).map(i64::try_from) {
                Some(Ok(nanoseconds)) => Some(Self::from_nanoseconds(nanoseconds)),
                _ => decoder.wrong_number(place, number, i64::TYPE),
            },
            _ => decoder.wrong_type(place, Self::TYPE),
        }
    }

    fn to_api(&self) -> Json {
        self.nanoseconds().into()
    }
}

impl<T: Scalar> Scalar for List<T> {
    const TYPE: ValueType = ValueType::List(&T::TYPE);

    fn from_value(place: Place<'_>, decoder: &mut Decoder<'_>) -> Option<Self> {
        let Some(elements) = place.elements() else { return decoder.wrong_type(place, Self::TYPE) };
        // Every element is looked at, so that each wrong one has its finding.
        let values =
            elements.map(|element| T::from_value(element, decoder).map(|value| Spanned::new(value, element.span)));
        let values: Vec<_> = values.collect();
        values.into_iter().collect()
    }

    fn to_api(&self) -> Json {
        self.iter().map(|element| element.value.to_api()).collect()
    }
}

impl<T: Scalar> Scalar for Map<T> {
    const TYPE: ValueType = T::TYPE;
    const KIND: FieldKind = FieldKind::Map(T::TYPE);

    fn from_value(place: Place<'_>, decoder: &mut Decoder<'_>) -> Option<Self> {
        let Some(entries) = place.entries() else { return decoder.not_a_map(place) };
        Some(
            entries
                .into_iter()
                .filter_map(|(key, place)| {
                    let value = T::from_value(place, decoder)?;
                    Some((key, Spanned::new(value, place.span)))
                })
                .collect(),
        )
    }

    fn from_block(block: &Block<'_>, decoder: &mut Decoder<'_>) -> Option<Self> {
        for inner in &block.body.blocks {
            decoder.block_in_map(block, inner);
        }
        Some(
            block
                .body
                .attributes
                .iter()
                .filter_map(|attribute| {
                    let place = Place::of(attribute);
                    let value = T::from_value(place, decoder)?;
                    Some((
                        Spanned::new(attribute.name.text.into(), attribute.name.span),
                        Spanned::new(value, place.span),
                    ))
                })
                .collect(),
        )
    }

    fn to_api(&self) -> Json {
        Json::Object(self.iter().map(|(key, value)| (key.to_string(), value.value.to_api())).collect())
    }
}

impl Scalar for Untyped {
    const TYPE: ValueType = ValueType::Any;
    const KIND: FieldKind = FieldKind::Map(ValueType::Any);

    fn from_value(place: Place<'_>, decoder: &mut Decoder<'_>) -> Option<Self> {
        match place.value {
            Value::Map(_) | Value::Object(_) => Some(untyped(place)),
            _ => decoder.not_a_map(place),
        }
    }

    fn from_block(block: &Block<'_>, _decoder: &mut Decoder<'_>) -> Option<Self> {
        Some(untyped_block(block))
    }

    fn to_api(&self) -> Json {
        match &self.kind {
            UntypedKind::Null => Json::Null,
            UntypedKind::Bool(value) => Json::Bool(*value),
            UntypedKind::Number(number) => number.as_i64().map_or_else(|| number.as_f64().into(), Json::from),
            UntypedKind::String(text) => Json::String(text.to_string()),
            UntypedKind::List(elements) => elements.iter().map(Scalar::to_api).collect(),
            UntypedKind::Object(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.to_string(), value.to_api())).collect())
            }
        }
    }
}

fn untyped(place: Place<'_>) -> Untyped {
    let kind = match place.value {
        Value::Null(_) => UntypedKind::Null,
        Value::Bool(value) => UntypedKind::Bool(*value),
        Value::Number(number) => UntypedKind::Number(number.clone()),
        Value::String(text) => UntypedKind::String(text.clone()),
        Value::List(_) | Value::Tuple(_) | Value::Set(_) => {
            UntypedKind::List(place.elements().into_iter().flatten().map(untyped).collect())
        }
        Value::Map(_) | Value::Object(_) => UntypedKind::Object(
            place.entries().into_iter().flatten().map(|(key, place)| (key, untyped(place))).collect(),
        ),
    };
    Untyped { kind, span: place.span, names: place.interpolated_names() }
}

/// What stands for a block in a block: a list of one.
fn listed(value: Untyped) -> Untyped {
    Untyped { span: value.span, kind: UntypedKind::List(vec![value]), names: Vec::new() }
}

/// Whether an argument's value is an object as it is written, which the reference takes for a block.
fn is_object(value: &Expr<'_>) -> bool {
    matches!(value.kind, ExprKind::Object(_))
}

/// A block as an untyped object: blocks in it become lists of objects, a label a level of its own.
fn untyped_block(block: &Block<'_>) -> Untyped {
    let mut entries: Vec<(Spanned<Str>, Untyped)> = block
        .body
        .attributes
        .iter()
        .map(|attribute| {
            let value = untyped(Place::of(attribute));
            let value = if is_object(attribute.source) { listed(value) } else { value };
            (Spanned::new(attribute.name.text.into(), attribute.name.span), value)
        })
        .collect();
    for inner in &block.body.blocks {
        let mut value = untyped_block(inner);
        for label in inner.labels.iter().rev() {
            let key = Spanned::new(label.text.as_str().into(), label.span);
            let list = listed(value);
            value = Untyped { span: list.span, kind: UntypedKind::Object(vec![(key, list)]), names: Vec::new() };
        }
        match entries.iter_mut().find(|(key, _)| &*key.value == inner.kind.text) {
            Some((_, Untyped { kind: UntypedKind::List(list), .. })) => list.push(value),
            _ => entries.push((Spanned::new(inner.kind.text.into(), inner.kind.span), listed(value))),
        }
    }
    Untyped { kind: UntypedKind::Object(entries), span: block.span, names: Vec::new() }
}
