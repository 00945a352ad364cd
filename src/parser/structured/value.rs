//! What TOML and JSON have in common: values with spans.
//!
//! Data only: which member is a block and what a string holds is `mapping`'s question.

use crate::diagnostic::Span;
use crate::parser::Name;

/// A value and where it stands; a TOML table that has a header, at its header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    pub(super) kind: ValueKind<'a>,
    pub(super) span: Span,
}

/// The kinds of value.
#[derive(Clone, Copy, Debug)]
pub(super) enum ValueKind<'a> {
    Null,
    Bool(bool),
    /// Its sign and its digits as HCL writes them.
    Number {
        negative: bool,
        digits: &'a str,
    },
    String(Text<'a>),
    Array(&'a [Value<'a>]),
    /// In the order of the file.
    Object(&'a [Member<'a>]),
}

/// A string without its quotes and escapes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    /// Where the text stands in the file, if it stands there as it is.
    pub(super) offset: Option<usize>,
}

/// One member of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    pub(super) key: Name<'a>,
    /// Where the key's text stands in the file, if it stands there as it is.
    pub(super) key_offset: Option<usize>,
    pub(super) value: Value<'a>,
}
