//! A value together with the expression it came from, so that an element of a list can be pointed at.
//!
//! The only file of this room that knows how values and expressions are built.

use crate::diagnostic::Span;
use crate::eval::{self, Number, Value};
use crate::parser::{Expr, ExprKind, Part};

use super::spanned::{Spanned, Str};

/// A value and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The name it was given, for findings.
    pub name: &'a str,
    /// The value.
    pub value: &'a Value,
    /// Where it stands; where it was computed, the whole expression.
    pub span: Span,
    source: Option<&'a Expr<'a>>,
}

impl<'a> Place<'a> {
    /// The value of an attribute.
    pub fn of(attribute: &'a eval::Attribute<'_>) -> Self {
        Self {
            name: attribute.name.text,
            value: &attribute.value,
            span: attribute.source.span,
            source: Some(attribute.source),
        }
    }

    /// The elements, if it is a list, tuple or set.
    pub fn elements(self) -> Option<impl Iterator<Item = Place<'a>>> {
        let items = self.value.elements()?;
        let sources = match self.literal() {
            Some(ExprKind::Tuple(sources)) if sources.len() == items.len() => Some(*sources),
            _ => None,
        };
        Some(items.iter().enumerate().map(move |(index, value)| {
            let source = sources.map(|sources| &sources[index]);
            Place { name: self.name, value, span: source.map_or(self.span, |source| source.span), source }
        }))
    }

    /// The keys and values, by key, if it is a map or object.
    pub fn entries(self) -> Option<Vec<(Spanned<Str>, Place<'a>)>> {
        let entries = self.value.entries()?;
        let mut sources = std::collections::HashMap::new();
        if let Some(ExprKind::Object(items)) = self.literal() {
            for item in *items {
                if let ExprKind::String(key) = item.key.kind {
                    sources.insert(key, item);
                }
            }
        }
        Some(
            entries
                .iter()
                .map(|(key, value)| match sources.get(&**key) {
                    Some(item) => (
                        Spanned::new(key.clone(), item.key.span),
                        Place { name: self.name, value, span: item.value.span, source: Some(&item.value) },
                    ),
                    None => (
                        Spanned::new(key.clone(), self.span),
                        Place { name: self.name, value, span: self.span, source: None },
                    ),
                })
                .collect(),
        )
    }

    /// Whether it is null.
    pub fn is_null(self) -> bool {
        self.value.is_null()
    }

    /// What it is, in a sentence: "a string".
    pub fn describe(self) -> &'static str {
        match self.value {
            Value::Null(_) => "null",
            Value::Bool(_) => "a bool",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::List(_) | Value::Tuple(_) | Value::Set(_) => "a list",
            Value::Map(_) | Value::Object(_) => "an object",
        }
    }

    /// The interpolations in its text that are a single name.
    pub fn interpolated_names(self) -> Vec<Str> {
        let single = |expression: &Expr<'_>| match expression.kind {
            ExprKind::Traversal(traversal) if traversal.steps.is_empty() => Some(traversal.root.text.into()),
            _ => None,
        };
        match self.literal() {
            Some(ExprKind::Template(template)) => template
                .parts
                .iter()
                .filter_map(|part| match part {
                    Part::Interpolation(expression) => single(expression),
                    Part::Literal(_) | Part::Directive(_) => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn literal(self) -> Option<&'a ExprKind<'a>> {
        let mut source = self.source?;
        while let ExprKind::Parentheses(inner) = source.kind {
            source = inner;
        }
        Some(&source.kind)
    }
}

/// The number a text stands for, as go-cty converts it.
pub(super) fn parse_number(text: &str) -> Option<Number> {
    Number::parse(text)
}

/// The whole number, if it is one that fits.
pub(super) fn whole(number: &Number) -> Option<i128> {
    match number.as_i64() {
        Some(value) => Some(value.into()),
        None => number_text(number).parse().ok(),
    }
}

/// The number as go-cty writes it.
pub(super) fn number_text(number: &Number) -> String {
    number.to_string()
}
