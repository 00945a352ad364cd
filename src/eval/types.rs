//! The types of values, as cty has them.
//!
//! Data and their names only: unifying and converting have files of their own.

use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

/// The type of a value, or what a `variable` block asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Not known or not constrained: an untyped `null`, the elements of `tolist([])`, `any`.
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(…)`
    List(Rc<Type>),
    /// `set(…)`
    Set(Rc<Type>),
    /// `map(…)`
    Map(Rc<Type>),
    /// `tuple([…])`
    Tuple(Rc<Vec<Type>>),
    /// `object({…})`
    Object(Rc<ObjectType>),
}

/// The attributes of an object type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ObjectType {
    /// Name and type, by name.
    pub attributes: Vec<(Rc<str>, Type)>,
    /// Names that may be missing (`optional(…)`); only in type constraints.
    pub optional: BTreeSet<Rc<str>>,
}

impl ObjectType {
    /// The type of an attribute.
    pub fn get(&self, name: &str) -> Option<&Type> {
        let at = self.attributes.binary_search_by(|(key, _)| (**key).cmp(name)).ok()?;
        Some(&self.attributes[at].1)
    }
}

impl Type {
    /// Whether it is `bool`, `number` or `string`.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// A value of the type, as it is written.
    pub(super) fn example(&self) -> String {
        match self {
            Self::Any | Self::String => "\"text\"".to_owned(),
            Self::Bool => "true".to_owned(),
            Self::Number => "1.5".to_owned(),
            Self::List(element) | Self::Set(element) => format!("[{}]", element.example()),
            Self::Map(element) => format!("{{ name = {} }}", element.example()),
            Self::Tuple(elements) => {
                format!("[{}]", elements.iter().map(Self::example).collect::<Vec<_>>().join(", "))
            }
            Self::Object(object) => {
                let attributes = object.attributes.iter().map(|(name, ty)| format!("{name} = {}", ty.example()));
                format!("{{ {} }}", attributes.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// In a sentence: `a list(string)`, `an object({})`, `any value`.
    pub(super) fn with_article(&self) -> String {
        match self {
            Self::Any => "any value".to_owned(),
            Self::Object(_) => format!("an {self}"),
            _ => format!("a {self}"),
        }
    }

    /// The type without the marks of optional attributes, as values have it.
    #[must_use]
    pub fn without_optional(&self) -> Self {
        match self {
            Self::Any | Self::Bool | Self::Number | Self::String => self.clone(),
            Self::List(element) => Self::List(Rc::new(element.without_optional())),
            Self::Set(element) => Self::Set(Rc::new(element.without_optional())),
            Self::Map(element) => Self::Map(Rc::new(element.without_optional())),
            Self::Tuple(elements) => Self::Tuple(Rc::new(elements.iter().map(Self::without_optional).collect())),
            Self::Object(object) => {
                let attributes =
                    object.attributes.iter().map(|(name, ty)| (name.clone(), ty.without_optional())).collect();
                Self::Object(Rc::new(ObjectType { attributes, optional: BTreeSet::new() }))
            }
        }
    }
}

/// As a type is written, with the first few elements of a tuple or object: `list(string)`, `object({ a = number, … })`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 4;
        match self {
            Self::Any => f.write_str("any"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Tuple(elements) => {
                let mut parts: Vec<String> = elements.iter().take(SHOWN).map(Self::to_string).collect();
                if elements.len() > SHOWN {
                    parts.push("…".to_owned());
                }
                write!(f, "tuple([{}])", parts.join(", "))
            }
            Self::Object(object) if object.attributes.is_empty() => f.write_str("object({})"),
            Self::Object(object) => {
                let attribute = |(name, ty): &(Rc<str>, Self)| {
                    if object.optional.contains(name) {
                        format!("{name} = optional({ty})")
                    } else {
                        format!("{name} = {ty}")
                    }
                };
                let mut parts: Vec<String> = object.attributes.iter().take(SHOWN).map(attribute).collect();
                if object.attributes.len() > SHOWN {
                    parts.push("…".to_owned());
                }
                write!(f, "object({{ {} }})", parts.join(", "))
            }
        }
    }
}
