//! A value, as go-cty has them.
//!
//! Data and its accessors only: conversions, operators and functions have files of their own.

use std::rc::Rc;

use super::{Number, ObjectType, Type};

/// A value. Collections are shared, never changed.
///
/// `==` is Rust's, structural: what the language's `==` means is [`super::equals`].
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, of a type where one is known.
    Null(Type),
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, in Unicode normal form C.
    String(Rc<str>),
    /// Elements of one type, in order.
    List(Rc<Sequence>),
    /// Elements of any type, in order: what `[a, b]` makes.
    Tuple(Rc<Vec<Value>>),
    /// Elements of one type, unique, in cty's order.
    Set(Rc<Sequence>),
    /// Values of one type by key.
    Map(Rc<Mapping>),
    /// Values of any type by name: what `{ a = b }` makes.
    Object(Entries),
}

/// Elements of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// The type of each, known even where there is none.
    pub element: Type,
    /// The elements.
    pub items: Vec<Value>,
}

/// Values of one type by key.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// The type of each, known even where there is none.
    pub element: Type,
    /// The values.
    pub entries: Entries,
}

/// Values by name, in the order of the names' bytes: small, shared, searched by halving.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entries(Rc<Vec<(Rc<str>, Value)>>);

impl Entries {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let at = self.0.binary_search_by(|(key, _)| (**key).cmp(name)).ok()?;
        Some(&self.0[at].1)
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Rc<str>, &Value)> + ExactSizeIterator {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The names, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Rc<str>> {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values, by name.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The same for values that share their entries, and for no others that live at the same time.
    pub(super) fn address(&self) -> usize {
        Rc::as_ptr(&self.0).addr()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Of equal names the last wins.
impl FromIterator<(Rc<str>, Value)> for Entries {
    fn from_iter<I: IntoIterator<Item = (Rc<str>, Value)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        if !entries.is_sorted_by(|(left, _), (right, _)| left < right) {
            entries.reverse();
            entries.sort_by(|(left, _), (right, _)| left.cmp(right));
            entries.dedup_by(|(later, _), (kept, _)| later == kept);
        }
        entries.shrink_to_fit();
        Self(Rc::new(entries))
    }
}

impl Value {
    /// `null` of no known type.
    pub const NULL: Self = Self::Null(Type::Any);

    /// A string, brought into normal form C as cty does.
    pub fn string(text: &str) -> Self {
        Self::String(normal(text))
    }

    /// A list.
    pub fn list(element: Type, items: Vec<Self>) -> Self {
        Self::List(Rc::new(Sequence { element, items }))
    }

    /// A list of strings.
    pub fn strings<'a>(items: impl IntoIterator<Item = &'a str>) -> Self {
        Self::list(Type::String, items.into_iter().map(Self::string).collect())
    }

    /// A tuple.
    pub fn tuple(items: Vec<Self>) -> Self {
        Self::Tuple(Rc::new(items))
    }

    /// A map.
    pub fn map(element: Type, entries: Entries) -> Self {
        Self::Map(Rc::new(Mapping { element, entries }))
    }

    /// An object.
    pub fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Object(entries.into_iter().map(|(name, value)| (normal(name), value)).collect())
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null(_))
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list, tuple or set.
    pub fn elements(&self) -> Option<&[Self]> {
        match self {
            Self::List(sequence) | Self::Set(sequence) => Some(&sequence.items),
            Self::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The values by name of a map or object.
    pub fn entries(&self) -> Option<&Entries> {
        match self {
            Self::Map(mapping) => Some(&mapping.entries),
            Self::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// Its type. For tuples and objects this builds a new one, as deep as the value is.
    pub fn type_of(&self) -> Type {
        match self {
            Self::Null(ty) => ty.clone(),
            Self::Bool(_) => Type::Bool,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::List(sequence) => Type::List(Rc::new(sequence.element.clone())),
            Self::Set(sequence) => Type::Set(Rc::new(sequence.element.clone())),
            Self::Map(mapping) => Type::Map(Rc::new(mapping.element.clone())),
            Self::Tuple(items) => Type::Tuple(Rc::new(items.iter().map(Self::type_of).collect())),
            Self::Object(entries) => {
                let attributes = entries.iter().map(|(name, value)| (name.clone(), value.type_of())).collect();
                Type::Object(Rc::new(ObjectType { attributes, ..ObjectType::default() }))
            }
        }
    }

    /// What a message calls it: `string`, `list`, `null`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null(_) => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Set(_) => "set",
            Self::Map(_) => "map",
            Self::Object(_) => "object",
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

fn normal(text: &str) -> Rc<str> {
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.into();
    }
    text.nfc().collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_small() {
        assert!(size_of::<Value>() <= 24, "{} bytes", size_of::<Value>());
    }

    #[test]
    fn of_equal_names_the_last_wins() {
        let object = Value::object([("b", Value::from(1)), ("a", Value::from(2)), ("b", Value::from(3))]);
        let entries: Vec<_> =
            object.entries().expect("an object").iter().map(|(name, value)| (&**name, value)).collect();
        assert_eq!(entries, [("a", &Value::from(2)), ("b", &Value::from(3))]);
        assert_eq!(object.entries().and_then(|entries| entries.get("b")), Some(&Value::from(3)));
    }

    #[test]
    fn strings_are_in_normal_form() {
        assert_eq!(Value::string("e\u{301}").as_str(), Some("\u{e9}"));
    }
}
