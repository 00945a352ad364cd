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

    /// Whether `any` stands anywhere in it.
    pub fn has_any(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_any(),
            Self::Tuple(elements) => elements.iter().any(Self::has_any),
            Self::Object(object) => object.attributes.iter().any(|(_, inner)| inner.has_any()),
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

/// The name a message uses: `list of string`, `object`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any type"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(element) => write!(f, "list of {element}"),
            Self::Set(element) => write!(f, "set of {element}"),
            Self::Map(element) => write!(f, "map of {element}"),
            Self::Tuple(_) => f.write_str("tuple"),
            Self::Object(_) => f.write_str("object"),
        }
    }
}
