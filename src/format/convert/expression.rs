//! Expressions as HCL text.
//!
//! On one line; long chains of operators take no stack.

use super::quote;
use crate::parser::{
    BinaryOperator, Directive, Expr, ExprKind, For, Key, Name, ObjectItem, Part, Step, Template, UnaryOperator,
};

/// An expression on one line.
pub(super) fn text(expression: &Expr<'_>) -> String {
    let mut out = String::new();
    write(&mut out, expression);
    out
}

/// What a template's parts render, as the text of a template without delimiters.
pub(super) fn template(template: &Template<'_>) -> String {
    let mut out = String::new();
    write_parts(&mut out, template, &BARE);
    out
}

fn write(out: &mut String, expression: &Expr<'_>) {
    // Down the left side, then back up.
    let mut chain = Vec::new();
    let mut innermost = expression;
    loop {
        chain.push(innermost);
        innermost = match &innermost.kind {
            ExprKind::Binary(node) => &node.left,
            ExprKind::Relative(on, _) | ExprKind::Index(on, _) | ExprKind::Splat(on, _) => on,
            _ => break,
        };
    }
    chain.pop();
    write_operand(out, innermost);
    for link in chain.into_iter().rev() {
        match &link.kind {
            ExprKind::Binary(node) => {
                out.push_str(operator(node.operator));
                write(out, &node.right);
            }
            ExprKind::Relative(_, steps) => write_steps(out, steps),
            ExprKind::Index(_, key) => {
                out.push('[');
                write(out, key);
                out.push(']');
            }
            ExprKind::Splat(_, each) => write_splat(out, each),
            _ => {}
        }
    }
}

fn write_operand(out: &mut String, operand: &Expr<'_>) {
    match &operand.kind {
        ExprKind::Null => out.push_str("null"),
        ExprKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        ExprKind::Number(digits) => out.push_str(digits),
        ExprKind::String(text) => {
            out.push('"');
            out.push_str(&quote::quoted(text));
            out.push('"');
        }
        ExprKind::Template(template) => {
            out.push('"');
            write_parts(out, template, &QUOTED);
            out.push('"');
        }
        ExprKind::Tuple(items) => {
            out.push('[');
            write_list(out, items);
            out.push(']');
        }
        ExprKind::Object(items) => write_object(out, items),
        ExprKind::Traversal(traversal) => {
            if traversal.text.contains(['\n', '#']) || traversal.text.contains("/*") {
                out.push_str(traversal.root.text);
                write_steps(out, traversal.steps);
            } else {
                out.push_str(traversal.text);
            }
        }
        ExprKind::Call(call) => {
            out.push_str(call.name.text);
            out.push('(');
            write_list(out, call.arguments);
            out.push_str(if call.expand_last { "...)" } else { ")" });
        }
        ExprKind::Conditional(node) => {
            write(out, &node.condition);
            out.push_str(" ? ");
            write(out, &node.yes);
            out.push_str(" : ");
            write(out, &node.no);
        }
        ExprKind::Unary(operator, operand) => {
            out.push(match operator {
                UnaryOperator::Negate => '-',
                UnaryOperator::Not => '!',
            });
            write(out, operand);
        }
        ExprKind::For(node) => write_for(out, node),
        ExprKind::Parentheses(inner) => {
            out.push('(');
            write(out, inner);
            out.push(')');
        }
        ExprKind::SplatItem
        | ExprKind::Relative(..)
        | ExprKind::Index(..)
        | ExprKind::Splat(..)
        | ExprKind::Binary(_) => {}
    }
}

fn write_list(out: &mut String, items: &[Expr<'_>]) {
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        write(out, item);
    }
}

fn write_object(out: &mut String, items: &[ObjectItem<'_>]) {
    if items.is_empty() {
        return out.push_str("{}");
    }
    out.push_str("{ ");
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        out.push_str(&key(&item.key));
        out.push_str(" = ");
        write(out, &item.value);
    }
    out.push_str(" }");
}

/// A key of an object: a name without quotes where it can be.
pub(super) fn key(key: &Expr<'_>) -> String {
    match key.kind {
        // A bare `for` would begin a `for` expression.
        ExprKind::String(name) if quote::is_name(name) && name != "for" => name.to_owned(),
        _ => text(key),
    }
}

fn write_steps(out: &mut String, steps: &[Step<'_>]) {
    for step in steps {
        match step {
            Step::Attribute(name) => {
                out.push('.');
                out.push_str(name.text);
            }
            Step::Index(Key::Number(number), _) => {
                out.push('[');
                out.push_str(number);
                out.push(']');
            }
            Step::Index(Key::String(text), _) => {
                out.push_str("[\"");
                out.push_str(&quote::quoted(text));
                out.push_str("\"]");
            }
        }
    }
}

/// A splat of attributes only is written `.*`, since an index after it is of the whole; any other is `[*]`.
fn write_splat(out: &mut String, each: &Expr<'_>) {
    let steps = match each.kind {
        ExprKind::SplatItem => Some(&[][..]),
        ExprKind::Relative(Expr { kind: ExprKind::SplatItem, .. }, steps) => attribute_steps(steps),
        _ => None,
    };
    let Some(steps) = steps else {
        out.push_str("[*]");
        return write(out, each);
    };
    out.push_str(".*");
    for step in steps {
        out.push('.');
        out.push_str(match step {
            Step::Attribute(name) => name.text,
            Step::Index(Key::Number(text) | Key::String(text), _) => text,
        });
    }
}

/// Steps that can all be written after dots: names, and numbers that do not run into one another.
fn attribute_steps<'t, 'a>(steps: &'t [Step<'a>]) -> Option<&'t [Step<'a>]> {
    let is_index = |step: &Step<'_>| !matches!(step, Step::Attribute(_));
    let fits = |step: &Step<'_>| match step {
        Step::Attribute(_) => true,
        Step::Index(Key::Number(number), _) => number.bytes().all(|byte| byte.is_ascii_digit()),
        Step::Index(Key::String(_), _) => false,
    };
    let apart = steps.windows(2).all(|pair| !(is_index(&pair[0]) && is_index(&pair[1])));
    (steps.iter().all(fits) && apart).then_some(steps)
}

fn write_for(out: &mut String, node: &For<'_>) {
    out.push_str(if node.key.is_some() { "{ for " } else { "[for " });
    write_names(out, node.key_name, node.value_name);
    write(out, &node.collection);
    out.push_str(" : ");
    if let Some(key) = &node.key {
        write(out, key);
        out.push_str(" => ");
    }
    write(out, &node.value);
    out.push_str(if node.group { "..." } else { "" });
    if let Some(condition) = &node.condition {
        out.push_str(" if ");
        write(out, condition);
    }
    out.push_str(if node.key.is_some() { " }" } else { "]" });
}

fn write_names(out: &mut String, key: Option<Name<'_>>, value: Name<'_>) {
    if let Some(key) = key {
        out.push_str(key.text);
        out.push_str(", ");
    }
    out.push_str(value.text);
    out.push_str(" in ");
}

/// How text is written between a template's sequences.
struct Style {
    literal: fn(&str) -> String,
    /// A `$` and a `%` before a sequence, which they would otherwise join.
    dollar: &'static str,
    percent: &'static str,
}

/// Between HCL's quotes.
const QUOTED: Style = Style { literal: quote::quoted, dollar: "\\u0024", percent: "\\u0025" };

/// In a template without delimiters, which has no escapes of its own.
const BARE: Style = Style { literal: quote::template, dollar: "${\"$\"}", percent: "${\"%\"}" };

fn write_parts(out: &mut String, template: &Template<'_>, style: &Style) {
    let mut filled = template.parts.iter().filter(|part| !matches!(part, Part::Literal("")));
    if template.parts.len() > 1 && matches!((filled.next(), filled.next()), (Some(Part::Interpolation(_)), None)) {
        // Text that strip markers left empty still makes the value a string.
        out.push_str("${\"\"}");
    }
    for (at, part) in template.parts.iter().enumerate() {
        match part {
            Part::Literal(text) => {
                let sigil = text.chars().next_back().filter(|_| at + 1 < template.parts.len());
                let (text, sigil) = match sigil {
                    Some('$') => (&text[..text.len() - 1], style.dollar),
                    Some('%') => (&text[..text.len() - 1], style.percent),
                    _ => (*text, ""),
                };
                out.push_str(&(style.literal)(text));
                out.push_str(sigil);
            }
            Part::Interpolation(inner) => {
                out.push_str("${");
                write(out, inner);
                out.push('}');
            }
            Part::Directive(directive) => write_directive(out, directive, style),
        }
    }
}

fn write_directive(out: &mut String, directive: &Directive<'_>, style: &Style) {
    match directive {
        Directive::If { condition, then, otherwise } => {
            out.push_str("%{ if ");
            write(out, condition);
            out.push_str(" }");
            write_parts(out, then, style);
            if !otherwise.parts.is_empty() {
                out.push_str("%{ else }");
                write_parts(out, otherwise, style);
            }
            out.push_str("%{ endif }");
        }
        Directive::For { key, value, collection, body } => {
            out.push_str("%{ for ");
            write_names(out, *key, *value);
            write(out, collection);
            out.push_str(" }");
            write_parts(out, body, style);
            out.push_str("%{ endfor }");
        }
    }
}

fn operator(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Or => " || ",
        BinaryOperator::And => " && ",
        BinaryOperator::Equal => " == ",
        BinaryOperator::NotEqual => " != ",
        BinaryOperator::Less => " < ",
        BinaryOperator::LessOrEqual => " <= ",
        BinaryOperator::Greater => " > ",
        BinaryOperator::GreaterOrEqual => " >= ",
        BinaryOperator::Add => " + ",
        BinaryOperator::Subtract => " - ",
        BinaryOperator::Multiply => " * ",
        BinaryOperator::Divide => " / ",
        BinaryOperator::Modulo => " % ",
    }
}
