//! The tree after evaluation: the same blocks and attributes, every expression a value, no `dynamic` left.
//!
//! Spans stay those of the text, so that whoever decodes can point at it.

use super::Value;
use crate::diagnostic::Span;
use crate::parser::{Expr, Name};

/// A body whose attributes are values.
#[derive(Clone, Debug, Default)]
pub struct Body<'a> {
    /// In source order, names unique.
    pub attributes: Vec<Attribute<'a>>,
    /// In source order, those of a `dynamic` block where it stood.
    pub blocks: Vec<Block<'a>>,
}

/// An attribute and its value.
#[derive(Clone, Debug)]
pub struct Attribute<'a> {
    /// What is set.
    pub name: Name<'a>,
    /// To what.
    pub value: Value,
    /// The expression it came from: whoever decodes finds the places of a literal's elements in it.
    pub source: &'a Expr<'a>,
}

/// A block whose body is values.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// `group`, `task` …
    pub kind: Name<'a>,
    /// Its labels; those of a `dynamic` block are evaluated.
    pub labels: Vec<Label>,
    /// Its content.
    pub body: Body<'a>,
    /// From the kind to the last label.
    pub header: Span,
    /// From the kind to the closing brace.
    pub span: Span,
}

/// A block's label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub text: String,
    /// Where it stands, or the expression it comes from.
    pub span: Span,
}
