//! `dynamic` blocks: one block for each element of a collection.

use std::rc::Rc;

use super::convert::to_text;
use super::evaluator::{Evaluator, Failed, with_article};
use super::iteration::items_of;
use super::{Block, Label, Value};
use crate::diagnostic::Diagnostic;
use crate::parser::{self, Expr, ExprKind};

/// The most blocks that dynamic ones make of a file.
const MAX_BLOCKS: usize = 100_000;

/// `dynamic "kind" { … }`, read.
struct Dynamic<'a> {
    kind: parser::Name<'a>,
    for_each: &'a Expr<'a>,
    iterator: Rc<str>,
    labels: &'a [Expr<'a>],
    content: &'a parser::Block<'a>,
}

impl Evaluator<'_> {
    /// Expands a dynamic block, with those inside it.
    pub(super) fn dynamic<'a>(
        &mut self,
        block: &'a parser::Block<'a>,
        blocks: &mut Vec<Block<'a>>,
    ) -> Result<(), Failed> {
        let dynamic = self.read_dynamic(block)?;
        let collection = self.value(dynamic.for_each)?;
        let Some(items) = items_of(&collection) else {
            return self.fail(
                Diagnostic::error("eval::not_iterable", format!("cannot go through {}", with_article(&collection)))
                    .label(dynamic.for_each.span, format!("this is {}", with_article(&collection)))
                    .help("`for_each` is a list, set, map or object; an empty one makes no block"),
            );
        };
        for (key, value) in items {
            self.made += 1;
            if self.made > MAX_BLOCKS {
                return self.fail(
                    Diagnostic::error(
                        "eval::too_many_blocks",
                        format!("more than {MAX_BLOCKS} blocks made of dynamic ones"),
                    )
                    .label(block.header, "this one made the last")
                    .help("go through fewer elements"),
                );
            }
            let element = Value::object([("key", key), ("value", value)]);
            let errors = self.errors();
            let made = self.with_iterator(dynamic.iterator.clone(), element, |evaluator| {
                let labels = evaluator.labels(dynamic.labels);
                let body = evaluator.body(&dynamic.content.body);
                Ok(Block { kind: dynamic.kind, labels: labels?, body, header: block.header, span: block.span })
            })?;
            blocks.push(made);
            if self.errors() > errors {
                // What is wrong with one element is wrong with most: the first is enough.
                return Err(Failed);
            }
        }
        Ok(())
    }

    fn labels(&mut self, labels: &[Expr<'_>]) -> Result<Vec<Label>, Failed> {
        let mut texts = Vec::with_capacity(labels.len());
        for label in labels {
            let value = self.value(label)?;
            match to_text(&value) {
                Some(text) => texts.push(Label { text: text.to_string(), span: label.span }),
                None => {
                    return self.fail(
                        Diagnostic::error("eval::invalid_label", format!("{} cannot be a label", with_article(&value)))
                            .label(label.span, format!("this is {}", with_article(&value)))
                            .help("a label is a string"),
                    );
                }
            }
        }
        Ok(texts)
    }

    fn read_dynamic<'a>(&mut self, block: &'a parser::Block<'a>) -> Result<Dynamic<'a>, Failed> {
        let [kind] = block.labels else {
            return self.fail(
                Diagnostic::error("eval::invalid_dynamic", "a dynamic block has one label")
                    .label(block.header, "the kind of block to make")
                    .help("write `dynamic \"kind\" { … }`; labels of the blocks made go to `labels = [ … ]`"),
            );
        };
        let (mut for_each, mut iterator, mut labels) = (None, kind.text, None);
        let mut failed = false;
        for attribute in block.body.attributes {
            match attribute.name.text {
                "for_each" => for_each = Some(&attribute.value),
                "iterator" => {
                    if let Some(name) = iterator_name(&attribute.value) {
                        iterator = name;
                        continue;
                    }
                    failed = true;
                    self.note(
                        Diagnostic::error("eval::invalid_dynamic", "an iterator that is no name")
                            .label(attribute.value.span, "not a name")
                            .help("write a bare name: `iterator = item`, then `item.value`"),
                    );
                }
                "labels" => {
                    if let ExprKind::Tuple(items) = attribute.value.kind {
                        labels = Some(items);
                        continue;
                    }
                    failed = true;
                    self.note(
                        Diagnostic::error("eval::invalid_dynamic", "labels that are no list")
                            .label(attribute.value.span, "not a list")
                            .help("write `labels = [ … ]`"),
                    );
                }
                other => {
                    failed = true;
                    self.note(
                        Diagnostic::error("eval::unknown_argument", format!("a dynamic block has no `{other}`"))
                            .label(attribute.name.span, "not known here")
                            .help("arguments of the blocks made go into `content { … }`"),
                    );
                }
            }
        }
        let (contents, others): (Vec<&parser::Block<'_>>, Vec<_>) =
            block.body.blocks.iter().partition(|inner| inner.kind.text == "content");
        for other in others {
            failed = true;
            self.note(
                Diagnostic::error("eval::unexpected_block", format!("a dynamic block has no `{}`", other.kind.text))
                    .label(other.header, "not known here")
                    .help("blocks of the blocks made go into `content { … }`"),
            );
        }
        let help = "write `for_each = …` and one `content { … }`";
        let (Some(for_each), [content]) = (for_each, &contents[..]) else {
            let what = if for_each.is_none() { "`for_each` is missing" } else { "one `content` block is needed" };
            return self.fail(
                Diagnostic::error("eval::invalid_dynamic", "an incomplete dynamic block")
                    .label(block.header, what)
                    .help(help),
            );
        };
        if failed {
            return Err(Failed);
        }
        Ok(Dynamic { kind: *kind, for_each, iterator: iterator.into(), labels: labels.unwrap_or_default(), content })
    }
}

fn iterator_name<'a>(expression: &'a Expr<'a>) -> Option<&'a str> {
    match &expression.kind {
        ExprKind::Traversal(traversal) if traversal.steps.is_empty() => Some(traversal.root.text),
        // How TOML and JSON write a name.
        ExprKind::String(name) => Some(name),
        _ => None,
    }
}
