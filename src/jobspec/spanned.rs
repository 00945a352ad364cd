//! A value and the place it was written at.

use std::ops::Deref;
use std::rc::Rc;

use crate::diagnostic::Span;

/// Text shared with the tree it came from.
pub type Str = Rc<str>;

/// A value and where it stands in the file. Dereferences to the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// An argument: `None` where the author was silent.
pub type Opt<T> = Option<Spanned<T>>;

/// A list whose elements know their places.
pub type List<T> = Vec<Spanned<T>>;

/// A map in the order written (by key where it came from an object value), keys unique.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map<T> {
    entries: Vec<(Spanned<Str>, Spanned<T>)>,
}

impl<T> Map<T> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Spanned<T>> {
        self.entries.iter().find(|(have, _)| &*have.value == key).map(|(_, value)| value)
    }

    /// Keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&Spanned<Str>, &Spanned<T>)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<T> FromIterator<(Spanned<Str>, Spanned<T>)> for Map<T> {
    /// The keys must be unique, as those of a body and of an object are.
    fn from_iter<I: IntoIterator<Item = (Spanned<Str>, Spanned<T>)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}

impl Spanned<Str> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}
