//! A value whose shape its reader decides later: a driver's `config`, a scaling policy.
//!
//! Numbers, texts and places are kept as they are; nothing is converted.

use super::spanned::{Spanned, Str};
use crate::diagnostic::Span;
use crate::eval::Number;

/// A value and where each part of it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Untyped {
    /// What it is.
    pub kind: UntypedKind,
    /// Where.
    pub span: Span,
    /// The interpolations in it that are a single name: `HOME` of `"${HOME}"`, none of `"$${HOME}"`.
    pub names: Vec<Str>,
}

/// The kinds of untyped value.
#[derive(Clone, Debug, PartialEq)]
pub enum UntypedKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, exact.
    Number(Number),
    /// Text.
    String(Str),
    /// `[…]`, and a block in a block: `mount { … }` is a list of one object.
    List(Vec<Untyped>),
    /// `{…}`
    Object(Vec<(Spanned<Str>, Untyped)>),
}

impl Untyped {
    /// An empty object.
    pub fn empty_object(span: Span) -> Self {
        Self { kind: UntypedKind::Object(Vec::new()), span, names: Vec::new() }
    }

    /// The entries of an object; none of anything else.
    pub fn entries(&self) -> &[(Spanned<Str>, Untyped)] {
        match &self.kind {
            UntypedKind::Object(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key of an object.
    pub fn get(&self, key: &str) -> Option<&Untyped> {
        self.entries().iter().find(|(name, _)| &*name.value == key).map(|(_, value)| value)
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            UntypedKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            UntypedKind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The elements of a list; none of anything else.
    pub fn elements(&self) -> &[Untyped] {
        match &self.kind {
            UntypedKind::List(elements) => elements,
            _ => &[],
        }
    }

    /// What it is, in a sentence: "a string".
    pub fn describe(&self) -> &'static str {
        match self.kind {
            UntypedKind::Null => "null",
            UntypedKind::Bool(_) => "a bool",
            UntypedKind::Number(_) => "a number",
            UntypedKind::String(_) => "a string",
            // What was written as an object or as a block.
            UntypedKind::List(ref elements) if matches!(&elements[..], [one] if one.span == self.span) => "an object",
            UntypedKind::List(_) => "a list",
            UntypedKind::Object(_) => "an object",
        }
    }
}
