//! Values → blocks, attributes and expressions, as HCL's JSON syntax specification maps them.
//!
//! A shape tells blocks from attributes; strings are templates. Nothing here knows TOML's or JSON's notation.

use bumpalo::Bump;

use super::problem;
use super::value::{Member, Text, Value, ValueKind};
use crate::diagnostic::{Diagnostic, FileId, Sink, Span};
use crate::parser::duplicates::duplicates;
use crate::parser::hcl::{self, Lexer, Parser};
use crate::parser::{Attribute, Block, Body, Expr, ExprKind, MAX_DEPTH, Name, ObjectItem, Shape, UnaryOperator};

/// Errors in one file after which the rest of it is not read.
const MAX_ERRORS: usize = 100;

/// Which names are blocks in a body, and which strings are expressions rather than templates.
#[derive(Clone, Copy)]
enum Blocks<'s> {
    /// As the job language has it.
    Of(&'s Shape),
    /// In a `variable` block: a type is an expression.
    Variable(&'s Shape),
    /// In a `dynamic` block: `content`, which has this shape.
    Dynamic(&'s Shape),
}

impl<'s> Blocks<'s> {
    fn block(self, name: &str) -> Option<(usize, Blocks<'s>)> {
        match self {
            Self::Of(shape) | Self::Variable(shape) => shape.block(name).map(|(labels, inner)| {
                (labels, if name == "variable" { Blocks::Variable(inner) } else { Blocks::Of(inner) })
            }),
            Self::Dynamic(content) => (name == "content").then_some((0, Blocks::Of(content))),
        }
    }

    /// Keys and values that are a block in HCL. As every block they may also be an array of one object.
    fn map<'v, 'a>(self, name: &str, value: &'v Value<'a>) -> Option<&'v Value<'a>> {
        let (Self::Of(shape) | Self::Variable(shape) | Self::Dynamic(shape)) = self;
        let value = match value.kind {
            ValueKind::Array([one]) => one,
            _ => value,
        };
        Some(value).filter(|value| matches!(value.kind, ValueKind::Object(_)) && shape.maps.contains(&name))
    }

    /// Whether a string of this attribute is an expression: a name or type that no template can be.
    fn holds_expression(self, name: &str) -> bool {
        match self {
            Self::Of(_) => false,
            Self::Variable(_) => name == "type",
            Self::Dynamic(_) => matches!(name, "for_each" | "iterator"),
        }
    }
}

/// Maps the values of one file.
pub(super) struct Mapping<'a, 's> {
    text: &'a str,
    file: FileId,
    arena: &'a Bump,
    sink: &'s mut Sink,
    /// Whether strings are plain text, as in Nomad's API form.
    literal: bool,
    /// Findings that were there before.
    before: usize,
    depth: usize,
}

impl<'a, 's> Mapping<'a, 's> {
    /// A mapping of the values of a file.
    pub(super) fn new(text: &'a str, file: FileId, arena: &'a Bump, sink: &'s mut Sink) -> Self {
        let before = sink.findings().len();
        Self { text, file, arena, sink, literal: false, before, depth: 0 }
    }

    /// Takes strings for plain text.
    pub(super) fn literal(self, literal: bool) -> Self {
        Self { literal, ..self }
    }

    /// A whole file.
    pub(super) fn file(mut self, members: &[Member<'a>], shape: &Shape) -> Body<'a> {
        let whole = Span::new(self.file, 0, u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let body = self.body(members, Blocks::Of(shape), whole);
        Body { span: whole, ..body }
    }

    /// The body that an object's members make; an empty one stands where its header does.
    fn body(&mut self, members: &[Member<'a>], inside: Blocks<'_>, header: Span) -> Body<'a> {
        let mut attributes = Vec::new();
        let mut blocks = Vec::new();
        let mut span: Option<Span> = None;
        for member in members {
            let place = member.key.span.to(member.value.span);
            span = Some(span.map_or(place, |span| span.to(place)));
            let name = member.key.text;
            if name == "//" {
                continue;
            }
            if let (Blocks::Of(shape), "dynamic") = (inside, name)
                && !shape.blocks.is_empty()
            {
                self.dynamic(member, shape, &mut blocks);
            } else if let Some((labels, inner)) =
                inside.block(name).filter(|(labels, _)| is_block(&member.value, *labels))
            {
                self.block(member.key, &mut Vec::new(), labels, inner, &member.value, &mut blocks);
            } else if let Some(value) = inside.map(name, &member.value) {
                self.block(member.key, &mut Vec::new(), 0, Blocks::Of(&Shape::LEAF), value, &mut blocks);
            } else if let Some(value) = self.attribute(&member.value, inside.holds_expression(name)) {
                attributes.push(Attribute { name: member.key, value });
            }
        }
        self.drop_duplicates(&mut attributes);
        let span = blocks.iter().fold(span.unwrap_or(header), |span, block| span.to(block.span));
        let attributes = self.arena.alloc_slice_copy(&attributes);
        let blocks = self.arena.alloc_slice_copy(&blocks);
        Body { attributes, blocks, span }
    }

    /// The blocks of one kind that a value stands for: labels are keys, an array is several.
    fn block(
        &mut self,
        kind: Name<'a>,
        labels: &mut Vec<Name<'a>>,
        missing: usize,
        inner: Blocks<'_>,
        value: &Value<'a>,
        blocks: &mut Vec<Block<'a>>,
    ) {
        match value.kind {
            ValueKind::Array(items) => {
                for item in items {
                    self.block(kind, labels, missing, inner, item, blocks);
                }
            }
            ValueKind::Object(members) if missing > 0 => {
                for member in members.iter().filter(|member| member.key.text != "//") {
                    labels.push(member.key);
                    self.block(kind, labels, missing - 1, inner, &member.value, blocks);
                    labels.pop();
                }
            }
            ValueKind::Object(members) => {
                if self.depth >= MAX_DEPTH {
                    self.report(hcl::too_deep(value.span));
                    return;
                }
                let header = self.header(kind, labels, value);
                self.depth += 1;
                let body = self.body(members, inner, header);
                self.depth -= 1;
                let span = header.to(body.span).to(value.span);
                blocks.push(Block { kind, labels: self.arena.alloc_slice_copy(labels), body, header, span });
            }
            ValueKind::Null => {}
            _ if labels.is_empty() && missing == 0 => self.report(problem::block_expected(kind, value.span)),
            _ => self.report(problem::label_missing(kind, value.span)),
        }
    }

    /// `dynamic` blocks of a body: the label names the block to be made, `content` has its shape.
    fn dynamic(&mut self, member: &Member<'a>, shape: &Shape, blocks: &mut Vec<Block<'a>>) {
        match member.value.kind {
            ValueKind::Array(items) => {
                for item in items {
                    self.dynamic(&Member { value: *item, ..*member }, shape, blocks);
                }
            }
            ValueKind::Object(made) => {
                for made in made {
                    let content = shape.block(made.key.text).map_or(&Shape::LEAF, |(_, inner)| inner);
                    self.block(member.key, &mut vec![made.key], 0, Blocks::Dynamic(content), &made.value, blocks);
                }
            }
            _ => self.report(problem::label_missing(member.key, member.value.span)),
        }
    }

    /// What a diagnostic about a block points at: kind and labels, or the last of them where they stand on several lines,
    /// or the header of an item of an array of tables.
    fn header(&self, kind: Name<'a>, labels: &[Name<'a>], value: &Value<'a>) -> Span {
        let last = labels.last().map_or(kind.span, |label| label.span);
        let names = kind.span.to(last);
        let has_header = self.text.as_bytes().get(value.span.start as usize) == Some(&b'[');
        if has_header && !(value.span.start <= last.start && last.end <= value.span.end) {
            return value.span;
        }
        let text = self.text.get(names.start as usize..names.end as usize).unwrap_or_default();
        if text.contains('\n') { last } else { names }
    }

    /// An attribute's value.
    fn attribute(&mut self, value: &Value<'a>, holds_expression: bool) -> Option<Expr<'a>> {
        match value.kind {
            ValueKind::String(text) if holds_expression && !text.text.contains("${") => self.code(text, value.span),
            _ => self.expression(value),
        }
    }

    fn expression(&mut self, value: &Value<'a>) -> Option<Expr<'a>> {
        let span = value.span;
        let kind = match value.kind {
            ValueKind::Null => ExprKind::Null,
            ValueKind::Bool(value) => ExprKind::Bool(value),
            ValueKind::Number { negative, digits } => {
                let number = Expr { kind: ExprKind::Number(digits), span };
                if negative { ExprKind::Unary(UnaryOperator::Negate, self.arena.alloc(number)) } else { number.kind }
            }
            ValueKind::String(text) => self.template(text, span)?,
            ValueKind::Array(_) | ValueKind::Object(_) if self.depth >= MAX_DEPTH => {
                self.report(hcl::too_deep(span));
                return None;
            }
            ValueKind::Array(items) => {
                self.depth += 1;
                let items: Vec<_> = items.iter().filter_map(|item| self.expression(item)).collect();
                self.depth -= 1;
                ExprKind::Tuple(self.arena.alloc_slice_copy(&items))
            }
            ValueKind::Object(members) => {
                self.depth += 1;
                let object = self.object(members);
                self.depth -= 1;
                object
            }
        };
        Some(Expr { kind, span })
    }

    fn object(&mut self, members: &[Member<'a>]) -> ExprKind<'a> {
        let mut items = Vec::with_capacity(members.len());
        for member in members {
            let text = Text { text: member.key.text, offset: member.key_offset };
            let key = self.template(text, member.key.span);
            let value = self.expression(&member.value);
            if let (Some(kind), Some(value)) = (key, value) {
                items.push(ObjectItem { key: Expr { kind, span: member.key.span }, value });
            }
        }
        let name = |at: usize| match items[at].key.kind {
            ExprKind::String(text) => Some(text),
            _ => None,
        };
        for (first, again) in duplicates(items.len(), name).into_iter().take(MAX_ERRORS) {
            let (first, again) = (items[first].key, items[again].key);
            let ExprKind::String(text) = again.kind else { continue };
            self.report(if self.literal {
                hcl::repeated_key(text, first, again)
            } else {
                problem::repeated_key(text, first.span, again.span)
            });
        }
        ExprKind::Object(self.arena.alloc_slice_copy(&items))
    }

    /// A string: a template, unless strings are literal here.
    fn template(&mut self, text: Text<'a>, span: Span) -> Option<ExprKind<'a>> {
        if self.literal || !(text.text.contains("${") || text.text.contains("%{")) {
            return Some(ExprKind::String(text.text));
        }
        if self.is_full() {
            return None;
        }
        self.parser(text, span, Lexer::template_in).only_template().ok()
    }

    /// A string that holds an expression.
    fn code(&mut self, text: Text<'a>, span: Span) -> Option<Expr<'a>> {
        self.parser(text, span, Lexer::code_in).only_expression().ok()
    }

    fn parser(
        &mut self,
        text: Text<'a>,
        span: Span,
        lexer: fn(&'a str, std::ops::Range<usize>) -> Lexer<'a>,
    ) -> Parser<'a, '_> {
        let (lexer, whole) = match text.offset {
            Some(offset) => (lexer(self.text, offset..offset + text.text.len()), None),
            None => (lexer(text.text, 0..text.text.len()), Some(span)),
        };
        Parser::new(lexer, self.file, whole, self.arena, self.sink).at_depth(self.depth)
    }

    fn drop_duplicates(&mut self, attributes: &mut Vec<Attribute<'a>>) {
        let repeated = duplicates(attributes.len(), |at| Some(attributes[at].name.text));
        for (first, again) in repeated.iter().take(MAX_ERRORS) {
            let (first, again) = (attributes[*first].name, attributes[*again].name);
            self.report(problem::repeated_key(again.text, first.span, again.span));
        }
        let mut repeated = repeated.into_iter().map(|(_, again)| again).peekable();
        let mut at = 0;
        attributes.retain(|_| {
            let keep = repeated.next_if_eq(&at).is_none();
            at += 1;
            keep
        });
    }

    /// Reports a finding; after too many, that, and nothing more.
    fn report(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            return;
        }
        let place = diagnostic.labels.first().map(|label| label.span);
        self.sink.push(diagnostic);
        if let (true, Some(place)) = (self.is_full(), place) {
            self.sink.push(problem::too_many_errors(place));
        }
    }

    fn is_full(&self) -> bool {
        self.sink.findings().len() >= self.before + MAX_ERRORS
    }
}

/// Whether a value can be the block of a name that is one: with labels, whatever it is.
fn is_block(value: &Value<'_>, labels: usize) -> bool {
    let is_object = |value: &Value<'_>| matches!(value.kind, ValueKind::Object(_) | ValueKind::Null);
    labels > 0 || is_object(value) || matches!(value.kind, ValueKind::Array(items) if items.iter().all(is_object))
}
