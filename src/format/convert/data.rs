//! A body as the data TOML and JSON write: labels are keys, blocks that repeat are lists, expressions are templates.
//!
//! The other way round from the parser's mapping; notation is `toml`'s and `json`'s.

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::{expression, quote};
use crate::diagnostic::{Diagnostic, Sink};
use crate::parser::{Attribute, Block, Body, Expr, ExprKind, Name, Part, Shape, Template, UnaryOperator};

/// Members of an object in the order of the source.
pub(super) type Members = IndexMap<String, Data>;

/// A value.
#[derive(Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    /// As written, with a sign and without leading zeros.
    Number(String),
    /// A template.
    Text(String),
    List(Vec<Data>),
    Object(Members),
    /// A block, or what holds the blocks of several labels.
    Table(Members),
    /// Blocks of one kind and the same labels.
    Tables(Vec<Members>),
}

/// The data of a file; what they cannot express is reported.
pub(super) fn of_body(body: &Body<'_>, shape: &Shape, problems: &mut Sink) -> Members {
    Level::Shaped(shape).members(body, problems)
}

/// What the blocks in a body are.
#[derive(Clone, Copy)]
enum Level<'s> {
    /// Those the shape names are blocks; those it does not are maps of any keys.
    Shaped(&'s Shape),
    /// In a map of any keys: blocks are lists of maps.
    Untyped,
    Variable(&'s Shape),
    /// In `dynamic`: `content` is a block of this shape.
    Dynamic(&'s Shape),
}

impl Level<'_> {
    fn members(self, body: &Body<'_>, problems: &mut Sink) -> Members {
        enum Item<'t, 'a> {
            Attribute(&'t Attribute<'a>),
            Block(&'t Block<'a>),
        }
        let attributes = body.attributes.iter().map(|item| (item.name.span.start, Item::Attribute(item)));
        let blocks = body.blocks.iter().map(|item| (item.header.start, Item::Block(item)));
        let mut items: Vec<_> = attributes.chain(blocks).collect();
        items.sort_by_key(|(start, _)| *start);
        let mut members = Members::with_capacity(items.len());
        for (_, item) in items {
            match item {
                Item::Attribute(item) => {
                    let data = if self.holds_expression(item.name.text) {
                        expression_text(&item.value)
                    } else {
                        value(&item.value)
                    };
                    if members.insert(item.name.text.to_owned(), data).is_some() {
                        problems.push(attribute_and_block(item.name));
                    }
                }
                Item::Block(item) => self.block(item, &mut members, problems),
            }
        }
        members
    }

    fn block(self, block: &Block<'_>, members: &mut Members, problems: &mut Sink) {
        let name = block.kind.text;
        let (inner, is_known) = match self {
            Self::Shaped(shape) | Self::Variable(shape) => match shape.block(name) {
                Some((_, inner)) if name == "variable" => (Self::Variable(inner), true),
                Some((_, inner)) => (Self::Shaped(inner), true),
                None if name == "dynamic" && !shape.blocks.is_empty() => {
                    let made = block.labels.first().and_then(|label| shape.block(label.text));
                    (Self::Dynamic(made.map_or(&Shape::LEAF, |(_, inner)| inner)), true)
                }
                None => (Self::Untyped, true),
            },
            Self::Untyped => (Self::Untyped, false),
            Self::Dynamic(content) => (Self::Shaped(content), true),
        };
        let content = inner.members(&block.body, problems);
        if !insert(members, block, content, is_known) {
            problems.push(attribute_and_block(block.kind));
        }
    }

    fn holds_expression(self, name: &str) -> bool {
        match self {
            Self::Shaped(_) | Self::Untyped => false,
            Self::Variable(_) => name == "type",
            Self::Dynamic(_) => name == "iterator",
        }
    }
}

/// Puts a block in its place under its kind and labels; false where something else stands there.
fn insert(members: &mut Members, block: &Block<'_>, content: Members, single_is_table: bool) -> bool {
    let mut place = members.entry(block.kind.text.to_owned());
    for label in block.labels {
        let Data::Table(inner) = place.or_insert_with(|| Data::Table(Members::new())) else { return false };
        place = inner.entry(label.text.to_owned());
    }
    match place {
        Entry::Vacant(free) => {
            free.insert(if single_is_table { Data::Table(content) } else { Data::Tables(vec![content]) });
        }
        Entry::Occupied(mut taken) => match taken.get_mut() {
            Data::Tables(tables) => tables.push(content),
            Data::Table(first) => {
                let first = std::mem::take(first);
                taken.insert(Data::Tables(vec![first, content]));
            }
            _ => return false,
        },
    }
    true
}

/// An expression as data where it is data, as a template where it is to be evaluated.
fn value(expression: &Expr<'_>) -> Data {
    match &expression.kind {
        ExprKind::Null => Data::Null,
        ExprKind::Bool(value) => Data::Bool(*value),
        ExprKind::Number(digits) => Data::Number(number(digits)),
        ExprKind::Unary(UnaryOperator::Negate, Expr { kind: ExprKind::Number(digits), .. }) => {
            Data::Number(format!("-{}", number(digits)))
        }
        ExprKind::String(text) => Data::Text(quote::template(text)),
        // One interpolation alone is its expression.
        ExprKind::Template(Template { parts: [Part::Interpolation(inner)] }) => value(inner),
        ExprKind::Template(template) => Data::Text(expression::template(template)),
        ExprKind::Tuple(items) => Data::List(items.iter().map(value).collect()),
        ExprKind::Object(items) => {
            // Of equal keys the last counts, as in HCL.
            Data::Object(items.iter().map(|item| (key(&item.key), value(&item.value))).collect())
        }
        _ => Data::Text(format!("${{{}}}", expression::text(expression))),
    }
}

/// A key, which in TOML and JSON is a template.
fn key(key: &Expr<'_>) -> String {
    match &key.kind {
        ExprKind::String(text) => quote::template(text),
        ExprKind::Template(template) => expression::template(template),
        ExprKind::Number(digits) => number(digits),
        ExprKind::Parentheses(inner) => format!("${{{}}}", expression::text(inner)),
        _ => format!("${{{}}}", expression::text(key)),
    }
}

fn expression_text(expression: &Expr<'_>) -> Data {
    Data::Text(expression::text(expression))
}

/// Digits without the leading zeros that TOML and JSON refuse.
fn number(digits: &str) -> String {
    let stripped = digits.trim_start_matches('0');
    if stripped.starts_with(|first: char| first.is_ascii_digit()) {
        stripped.to_owned()
    } else {
        format!("0{stripped}")
    }
}

fn attribute_and_block(name: Name<'_>) -> Diagnostic {
    Diagnostic::error("format::attribute_and_block", format!("`{}` stands for different things in one body", name.text))
        .label(name.span, "an argument and a block, or blocks with more and with fewer labels")
        .help("make them one: TOML and JSON have one value a key")
}
