//! Types written out: `string`, `list(number)`, `object({ a = string, b = optional(bool) })`.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{ObjectType, Type};
use crate::diagnostic::{Diagnostic, Span};
use crate::parser::{Call, Expr, ExprKind};

/// The type an expression stands for.
///
/// # Errors
/// With a finding where it stands for none.
pub(super) fn parse(expression: &Expr<'_>) -> Result<Type, Box<Diagnostic>> {
    match &expression.kind {
        ExprKind::Parentheses(inner) => parse(inner),
        ExprKind::Traversal(traversal) if traversal.steps.is_empty() => match traversal.root.text {
            "any" => Ok(Type::Any),
            "bool" => Ok(Type::Bool),
            "number" => Ok(Type::Number),
            "string" => Ok(Type::String),
            name @ ("list" | "set" | "map") => invalid(
                expression.span,
                format!("`{name}` of what"),
                format!("write the type of the elements as well: `{name}(string)`"),
            ),
            "object" => invalid(
                expression.span,
                "an object of what",
                "write its attributes as well: `object({ name = string })`",
            ),
            "tuple" => {
                invalid(expression.span, "a tuple of what", "write its elements as well: `tuple([string, number])`")
            }
            _ => unknown(expression.span),
        },
        ExprKind::Call(call) => constructed(call, expression.span),
        _ => unknown(expression.span),
    }
}

fn constructed(call: &Call<'_>, span: Span) -> Result<Type, Box<Diagnostic>> {
    let name = call.name.text;
    if !matches!(name, "list" | "set" | "map" | "object" | "tuple") {
        if name == "optional" {
            return invalid(span, "not an attribute", "only attributes of an `object({ … })` can be optional");
        }
        return unknown(call.name.span);
    }
    let [argument] = call.arguments else {
        return invalid(span, "one argument is needed", format!("for example `{}`", example(name)));
    };
    match (name, &argument.kind) {
        ("list", _) => Ok(Type::List(Rc::new(parse(argument)?))),
        ("set", _) => Ok(Type::Set(Rc::new(parse(argument)?))),
        ("map", _) => Ok(Type::Map(Rc::new(parse(argument)?))),
        ("tuple", ExprKind::Tuple(items)) => {
            Ok(Type::Tuple(Rc::new(items.iter().map(parse).collect::<Result<_, _>>()?)))
        }
        ("object", ExprKind::Object(items)) => {
            let mut attributes = Vec::new();
            let mut optional = BTreeSet::new();
            for item in *items {
                let ExprKind::String(attribute) = item.key.kind else {
                    return invalid(item.key.span, "not a name", format!("for example `{}`", example(name)));
                };
                let attribute: Rc<str> = attribute.into();
                let wanted = match optional_of(&item.value)? {
                    Some(inner) => {
                        optional.insert(attribute.clone());
                        inner
                    }
                    None => &item.value,
                };
                attributes.retain(|(name, _)| *name != attribute);
                attributes.push((attribute, parse(wanted)?));
            }
            attributes.sort_by(|(left, _), (right, _): &(Rc<str>, Type)| left.cmp(right));
            Ok(Type::Object(Rc::new(ObjectType { attributes, optional })))
        }
        _ => invalid(argument.span, "not what this type needs", format!("for example `{}`", example(name))),
    }
}

/// What stands in `optional(…)`.
fn optional_of<'e, 'a>(expression: &'e Expr<'a>) -> Result<Option<&'e Expr<'a>>, Box<Diagnostic>> {
    match &expression.kind {
        ExprKind::Call(call) if call.name.text == "optional" => match call.arguments {
            [inner] => Ok(Some(inner)),
            _ => invalid(expression.span, "one type is needed", "for example `optional(string)`"),
        },
        _ => Ok(None),
    }
}

fn example(name: &str) -> &'static str {
    match name {
        "list" => "list(string)",
        "set" => "set(string)",
        "map" => "map(string)",
        "tuple" => "tuple([string, number])",
        _ => "object({ name = string })",
    }
}

fn unknown<T>(span: Span) -> Result<T, Box<Diagnostic>> {
    invalid(
        span,
        "not a type",
        "the types are string, number, bool, any, list(…), set(…), map(…), object({ … }) and tuple([ … ])",
    )
}

fn invalid<T>(span: Span, label: impl Into<String>, help: impl Into<String>) -> Result<T, Box<Diagnostic>> {
    Err(Box::new(Diagnostic::error("eval::invalid_type", "a type that is none").label(span, label).help(help)))
}
