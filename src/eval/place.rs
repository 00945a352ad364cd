//! Where an element of a value stands in the text it came from.
//!
//! Looks at literals only: what a function or a reference made has no place of its own.

use crate::parser::{Expr, ExprKind, ObjectItem};

/// One step into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathStep<'p> {
    /// The value of a key of an object or map.
    Key(&'p str),
    /// An element of a list or tuple.
    Index(usize),
}

/// The expression of the element at `path` where the literal shows it; else the innermost one around it.
pub(super) fn find<'e, 'a>(expression: &'e Expr<'a>, path: &[PathStep<'_>]) -> Result<&'e Expr<'a>, &'e Expr<'a>> {
    path.iter().try_fold(expression, |around, step| element(around, *step).ok_or(around))
}

fn element<'e, 'a>(expression: &'e Expr<'a>, step: PathStep<'_>) -> Option<&'e Expr<'a>> {
    match (unwrapped(expression).kind, step) {
        (ExprKind::Tuple(items), PathStep::Index(index)) => items.get(index),
        (ExprKind::Object(items), PathStep::Key(key)) => last_item(items, key).map(|item| &item.value),
        _ => None,
    }
}

/// Of equal keys the last wins.
fn last_item<'a>(items: &'a [ObjectItem<'a>], key: &str) -> Option<&'a ObjectItem<'a>> {
    items.iter().rev().find(|item| matches!(unwrapped(&item.key).kind, ExprKind::String(text) if text == key))
}

fn unwrapped<'e, 'a>(mut expression: &'e Expr<'a>) -> &'e Expr<'a> {
    while let ExprKind::Parentheses(inner) = expression.kind {
        expression = inner;
    }
    expression
}
