//! Which names an expression refers to.
//!
//! Only looks; names that the expression itself introduces (iterators of `for`) are left out.

use std::rc::Rc;

use crate::diagnostic::Span;
use crate::parser::{Directive, Expr, ExprKind, For, Name, Part, Template, Traversal};

/// A reference to a name from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference<'e> {
    pub(super) traversal: &'e Traversal<'e>,
    pub(super) span: Span,
}

/// Names introduced around a place, the innermost first.
#[derive(Clone)]
struct Introduced<'e> {
    names: [Option<&'e str>; 2],
    outer: Option<Rc<Introduced<'e>>>,
}

type Around<'e> = Option<Rc<Introduced<'e>>>;

/// All references, in no particular order.
pub(super) fn references<'e>(expression: &'e Expr<'e>) -> Vec<Reference<'e>> {
    let mut walk = Walk { found: Vec::new(), open: vec![(expression, None)] };
    while let Some((expression, around)) = walk.open.pop() {
        walk.expression(expression, around);
    }
    walk.found
}

struct Walk<'e> {
    found: Vec<Reference<'e>>,
    open: Vec<(&'e Expr<'e>, Around<'e>)>,
}

impl<'e> Walk<'e> {
    fn expression(&mut self, expression: &'e Expr<'e>, around: Around<'e>) {
        let open = &mut self.open;
        match &expression.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) | ExprKind::SplatItem => {}
            ExprKind::Template(template) => self.template(template, &around),
            ExprKind::Tuple(items) => open.extend(items.iter().map(|item| (item, around.clone()))),
            ExprKind::Object(items) => {
                open.extend(items.iter().flat_map(|item| [&item.key, &item.value]).map(|part| (part, around.clone())));
            }
            ExprKind::Traversal(traversal) => {
                if !is_introduced(traversal.root.text, around.as_deref()) {
                    self.found.push(Reference { traversal, span: expression.span });
                }
            }
            ExprKind::Relative(on, _) | ExprKind::Unary(_, on) | ExprKind::Parentheses(on) => open.push((on, around)),
            ExprKind::Index(left, right) | ExprKind::Splat(left, right) => {
                open.extend([(*left, around.clone()), (*right, around)]);
            }
            ExprKind::Binary(binary) => open.extend([(&binary.left, around.clone()), (&binary.right, around)]),
            ExprKind::Call(call) => open.extend(call.arguments.iter().map(|argument| (argument, around.clone()))),
            ExprKind::Conditional(conditional) => {
                let parts = [&conditional.condition, &conditional.yes, &conditional.no];
                open.extend(parts.map(|part| (part, around.clone())));
            }
            ExprKind::For(for_expression) => self.for_expression(for_expression, around),
        }
    }

    fn for_expression(&mut self, expression: &'e For<'e>, around: Around<'e>) {
        let inside = introduce(expression.key_name.as_ref(), &expression.value_name, around.clone());
        self.open.push((&expression.collection, around));
        let parts = [expression.key.as_ref(), Some(&expression.value), expression.condition.as_ref()];
        self.open.extend(parts.into_iter().flatten().map(|part| (part, Some(inside.clone()))));
    }

    fn template(&mut self, template: &'e Template<'e>, around: &Around<'e>) {
        for part in template.parts {
            match part {
                Part::Literal(_) => {}
                Part::Interpolation(expression) => self.open.push((expression, around.clone())),
                Part::Directive(Directive::If { condition, then, otherwise }) => {
                    self.open.push((condition, around.clone()));
                    self.template(then, around);
                    self.template(otherwise, around);
                }
                Part::Directive(Directive::For { key, value, collection, body }) => {
                    self.open.push((collection, around.clone()));
                    self.template(body, &Some(introduce(key.as_ref(), value, around.clone())));
                }
            }
        }
    }
}

fn introduce<'e>(key: Option<&Name<'e>>, value: &Name<'e>, outer: Around<'e>) -> Rc<Introduced<'e>> {
    Rc::new(Introduced { names: [key.map(|name| name.text), Some(value.text)], outer })
}

fn is_introduced(name: &str, mut around: Option<&Introduced<'_>>) -> bool {
    while let Some(introduced) = around {
        if introduced.names.contains(&Some(name)) {
            return true;
        }
        around = introduced.outer.as_deref();
    }
    false
}
