//! A tree as one line of text without spans, for tests: equal outlines, equal trees.

use std::fmt::{self, Display, Formatter};

use super::{Attribute, Block, Body, Directive, Expr, ExprKind, Key, Part, Step, Template, UnaryOperator};

/// Shows a node; attributes and blocks of a body are mixed in the order of the source.
pub(crate) struct Outline<'t, T>(pub(crate) &'t T);

impl Display for Outline<'_, Body<'_>> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        enum Item<'t, 'a> {
            Attribute(&'t Attribute<'a>),
            Block(&'t Block<'a>),
        }
        let attributes = self.0.attributes.iter().map(|item| (item.name.span.start, Item::Attribute(item)));
        let blocks = self.0.blocks.iter().map(|item| (item.header.start, Item::Block(item)));
        let mut items: Vec<_> = attributes.chain(blocks).collect();
        items.sort_by_key(|(start, _)| *start);
        f.write_str("{")?;
        for (at, (_, item)) in items.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "; " })?;
            match item {
                Item::Attribute(item) => write!(f, "{} = {}", item.name.text, Outline(&item.value))?,
                Item::Block(item) => {
                    write!(f, "{}", item.kind.text)?;
                    item.labels.iter().try_for_each(|label| write!(f, " {:?}", label.text))?;
                    write!(f, " {}", Outline(&item.body))?;
                }
            }
        }
        f.write_str("}")
    }
}

impl Display for Outline<'_, Expr<'_>> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ExprKind::Null => f.write_str("null"),
            ExprKind::Bool(value) => write!(f, "{value}"),
            ExprKind::Number(digits) => f.write_str(digits),
            ExprKind::String(text) => write!(f, "{text:?}"),
            ExprKind::Template(template) => write!(f, "{}", Outline(*template)),
            ExprKind::Tuple(items) => write!(f, "[{}]", list(items)),
            ExprKind::Object(items) => {
                f.write_str("{")?;
                for (at, item) in items.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { ", " })?;
                    write!(f, "{} = {}", Outline(&item.key), Outline(&item.value))?;
                }
                f.write_str("}")
            }
            ExprKind::Traversal(traversal) => {
                f.write_str(traversal.root.text)?;
                steps(f, traversal.steps)
            }
            ExprKind::Relative(on, follow) => {
                write!(f, "<{}>", Outline(*on))?;
                steps(f, follow)
            }
            ExprKind::Index(on, key) => write!(f, "<{}>[{}]", Outline(*on), Outline(*key)),
            ExprKind::Splat(on, each) => write!(f, "<{}>[*]<{}>", Outline(*on), Outline(*each)),
            ExprKind::SplatItem => f.write_str("_"),
            ExprKind::Call(call) => {
                let expand = if call.expand_last { "..." } else { "" };
                write!(f, "{}({}{expand})", call.name.text, list(call.arguments))
            }
            ExprKind::Conditional(node) => {
                write!(f, "({} ? {} : {})", Outline(&node.condition), Outline(&node.yes), Outline(&node.no))
            }
            ExprKind::Unary(UnaryOperator::Negate, operand) => write!(f, "(-{})", Outline(*operand)),
            ExprKind::Unary(UnaryOperator::Not, operand) => write!(f, "(!{})", Outline(*operand)),
            ExprKind::Binary(node) => {
                write!(f, "({} {} {})", Outline(&node.left), node.operator.symbol(), Outline(&node.right))
            }
            ExprKind::For(node) => {
                write!(f, "for {:?} {}", node.key_name.map(|name| name.text), node.value_name.text)?;
                write!(f, " in {} : ", Outline(&node.collection))?;
                node.key.iter().try_for_each(|key| write!(f, "{} => ", Outline(key)))?;
                write!(f, "{}{}", Outline(&node.value), if node.group { "..." } else { "" })?;
                node.condition.iter().try_for_each(|condition| write!(f, " if {}", Outline(condition)))
            }
            ExprKind::Parentheses(inner) => write!(f, "({})", Outline(*inner)),
        }
    }
}

impl Display for Outline<'_, Template<'_>> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        for part in self.0.parts {
            match part {
                Part::Literal(text) => write!(f, "{text:?}")?,
                Part::Interpolation(inner) => write!(f, "${{{}}}", Outline(inner))?,
                Part::Directive(Directive::If { condition, then, otherwise }) => {
                    write!(f, "%{{if {}}}{}{}", Outline(condition), Outline(then), Outline(otherwise))?;
                }
                Part::Directive(Directive::For { key, value, collection, body }) => {
                    let key = key.map(|key| key.text);
                    write!(f, "%{{for {key:?} {} in {}}}{}", value.text, Outline(collection), Outline(body))?;
                }
            }
        }
        f.write_str("`")
    }
}

fn list(items: &[Expr<'_>]) -> String {
    items.iter().map(|item| Outline(item).to_string()).collect::<Vec<_>>().join(", ")
}

fn steps(f: &mut Formatter<'_>, steps: &[Step<'_>]) -> fmt::Result {
    steps.iter().try_for_each(|step| match step {
        Step::Attribute(name) => write!(f, ".{}", name.text),
        Step::Index(Key::Number(number), _) => write!(f, "[{number}]"),
        Step::Index(Key::String(text), _) => write!(f, "[{text:?}]"),
    })
}
