//! Going through a whole tree.
//!
//! For checks on every node, however deep: nothing here recurses.

use super::{Body, Directive, Expr, ExprKind, Name, Part, Step, Template};
use crate::diagnostic::Span;

/// Calls `visit` with the span of every node of a body, in no particular order.
pub fn for_each_span(body: &Body<'_>, mut visit: impl FnMut(Span)) {
    let mut bodies = vec![body];
    let mut pending = Vec::new();
    while let Some(body) = bodies.pop() {
        visit(body.span);
        for attribute in body.attributes {
            visit(attribute.name.span);
            pending.push(&attribute.value);
        }
        for block in body.blocks {
            visit(block.kind.span);
            visit(block.header);
            visit(block.span);
            block.labels.iter().for_each(|label| visit(label.span));
            bodies.push(&block.body);
        }
        while let Some(expression) = pending.pop() {
            expression_spans(expression, &mut visit, &mut pending);
        }
    }
}

/// Calls `visit` with the span of an expression and of every node in it.
pub fn for_each_span_in_expression(expression: &Expr<'_>, mut visit: impl FnMut(Span)) {
    let mut pending = vec![expression];
    while let Some(expression) = pending.pop() {
        expression_spans(expression, &mut visit, &mut pending);
    }
}

/// The spans of a node itself; its operands are left pending.
fn expression_spans<'t, 'a>(expression: &'t Expr<'a>, visit: &mut impl FnMut(Span), pending: &mut Vec<&'t Expr<'a>>) {
    visit(expression.span);
    match &expression.kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) | ExprKind::SplatItem => {}
        ExprKind::Template(template) => template_spans(template, visit, pending),
        ExprKind::Tuple(items) => pending.extend(*items),
        ExprKind::Object(items) => pending.extend(items.iter().flat_map(|item| [&item.key, &item.value])),
        ExprKind::Traversal(traversal) => {
            visit(traversal.root.span);
            step_spans(traversal.steps, visit);
        }
        ExprKind::Relative(on, steps) => {
            pending.push(on);
            step_spans(steps, visit);
        }
        ExprKind::Index(on, with) | ExprKind::Splat(on, with) => pending.extend([on, with]),
        ExprKind::Call(call) => {
            visit(call.name.span);
            pending.extend(call.arguments);
        }
        ExprKind::Conditional(conditional) => {
            pending.extend([&conditional.condition, &conditional.yes, &conditional.no]);
        }
        ExprKind::Unary(_, operand) | ExprKind::Parentheses(operand) => pending.push(operand),
        ExprKind::Binary(binary) => pending.extend([&binary.left, &binary.right]),
        ExprKind::For(node) => {
            name_spans([node.key_name.as_ref(), Some(&node.value_name)], visit);
            pending.extend([&node.collection, &node.value]);
            pending.extend(node.key.iter().chain(&node.condition));
        }
    }
}

fn template_spans<'t, 'a>(template: &'t Template<'a>, visit: &mut impl FnMut(Span), pending: &mut Vec<&'t Expr<'a>>) {
    let mut templates = vec![template];
    while let Some(template) = templates.pop() {
        for part in template.parts {
            match part {
                Part::Literal(_) => {}
                Part::Interpolation(expression) => pending.push(expression),
                Part::Directive(Directive::If { condition, then, otherwise }) => {
                    pending.push(condition);
                    templates.extend([then, otherwise]);
                }
                Part::Directive(Directive::For { key, value, collection, body }) => {
                    name_spans([key.as_ref(), Some(value)], visit);
                    pending.push(collection);
                    templates.push(body);
                }
            }
        }
    }
}

fn step_spans(steps: &[Step<'_>], visit: &mut impl FnMut(Span)) {
    for step in steps {
        match step {
            Step::Attribute(name) => visit(name.span),
            Step::Index(_, span) => visit(*span),
        }
    }
}

fn name_spans(names: [Option<&Name<'_>>; 2], visit: &mut impl FnMut(Span)) {
    names.into_iter().flatten().for_each(|name| visit(name.span));
}
