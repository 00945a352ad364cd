//! A whole file: variables and locals first, then everything else with them in scope.

use bumpalo::Bump;

use super::evaluator::{Evaluator, Mode};
use super::scope::{Names, Scope};
use super::{Attribute, Block, Body, Inputs, Label, Value, locals, variables};
use crate::diagnostic::{Sink, Sources};
use crate::parser::{self, Expr};

/// Evaluates a file. The `variable`, `variables` and `locals` blocks are consumed; the rest comes back with every
/// expression a value. What is wrong goes to the sink; an attribute that failed is left out.
pub fn expand<'a>(
    file: &'a parser::Body<'a>,
    inputs: &Inputs<'a>,
    sources: &'a Sources,
    arena: &'a Bump,
    sink: &mut Sink,
) -> Body<'a> {
    let names = names(file, inputs, sources, arena, sink);
    let mut evaluator = Evaluator::new(Scope::new(&names, inputs, sources), Mode::Full);
    let body = evaluator.file(file);
    evaluator.finish(sink);
    body
}

/// The variables and locals of a file, for evaluating single expressions.
pub fn names<'a>(
    file: &'a parser::Body<'a>,
    inputs: &Inputs<'a>,
    sources: &'a Sources,
    arena: &'a Bump,
    sink: &mut Sink,
) -> Names {
    let mut names = Names::default();
    variables::evaluate(file, inputs, sources, arena, &mut names, sink);
    locals::evaluate(file, inputs, sources, &mut names, sink);
    names
}

/// The value of an expression with the names of a file in scope. `None` where the sink got an error.
pub fn evaluate(
    expression: &Expr<'_>,
    names: &Names,
    inputs: &Inputs<'_>,
    sources: &Sources,
    sink: &mut Sink,
) -> Option<Value> {
    Evaluator::new(Scope::new(names, inputs, sources), Mode::Full).evaluate(expression, sink)
}

impl Evaluator<'_> {
    fn file<'a>(&mut self, file: &'a parser::Body<'a>) -> Body<'a> {
        let attributes = self.attributes(file.attributes);
        let mut blocks = Vec::with_capacity(file.blocks.len());
        for block in file.blocks {
            match block.kind.text {
                "variable" | "variables" | "locals" => {}
                // Only blocks of blocks are made: whoever decodes says that this one is unknown.
                "dynamic" => blocks.push(with_body(block, Body::default())),
                _ => blocks.push(with_body(block, self.body(&block.body))),
            }
        }
        Body { attributes, blocks }
    }

    /// A body with its dynamic blocks expanded.
    pub(super) fn body<'a>(&mut self, body: &'a parser::Body<'a>) -> Body<'a> {
        let attributes = self.attributes(body.attributes);
        let mut blocks = Vec::with_capacity(body.blocks.len());
        for block in body.blocks {
            if block.kind.text == "dynamic" {
                // What is wrong has been noted; the blocks made before it are kept.
                let _ = self.dynamic(block, &mut blocks);
            } else {
                blocks.push(with_body(block, self.body(&block.body)));
            }
        }
        Body { attributes, blocks }
    }

    fn attributes<'a>(&mut self, attributes: &'a [parser::Attribute<'a>]) -> Vec<Attribute<'a>> {
        let mut evaluated = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            if let Ok(value) = self.value(&attribute.value) {
                evaluated.push(Attribute { name: attribute.name, value, source: &attribute.value });
            }
        }
        evaluated
    }
}

fn with_body<'a>(block: &'a parser::Block<'a>, body: Body<'a>) -> Block<'a> {
    let labels = block.labels.iter().map(|label| Label { text: label.text.to_owned(), span: label.span }).collect();
    Block { kind: block.kind, labels, body, header: block.header, span: block.span }
}
