//! Text → spanned syntax tree, for HCL, TOML and JSON; from here on the format is gone.
//!
//! Pure: no evaluation, no file access, and no knowledge of the job language beyond the [`Shape`] it is handed.

mod duplicates;
mod hcl;
#[cfg(test)]
pub(crate) mod outline;
#[cfg(test)]
pub(crate) mod sample;
mod shape;
mod structured;
mod syntax;
mod tree;
mod utf8;
mod walk;

pub use shape::Shape;
pub use syntax::Syntax;
pub use tree::{
    Attribute, Binary, BinaryOperator, Block, Body, Call, Conditional, Directive, Expr, ExprKind, For, Key, Name,
    ObjectItem, Part, Step, Template, Traversal, UnaryOperator,
};
pub use utf8::{NotUtf8, decode_utf8};
pub use walk::{for_each_span, for_each_span_in_expression};

use bumpalo::Bump;

use crate::diagnostic::{FileId, Sink, Sources};

use hcl::{Dialect, Parser};
pub(crate) use hcl::{Lexer, Token, TokenKind};

/// The deepest nesting of blocks, brackets, templates, conditionals and splats accepted; deeper is an error.
///
/// Parsing that deep takes less than 2 MiB of stack, in debug builds too. Whoever walks the tree may recurse as deep,
/// except along the left side of [`Binary`], [`ExprKind::Index`] and [`ExprKind::Relative`]: such chains are as long as
/// the author likes and want a loop.
pub const MAX_DEPTH: usize = 128;

/// Reads a file. What is wrong goes to the sink; the body holds whatever could be read, without the attributes and
/// blocks that could not.
///
/// `shape` says which names are blocks: TOML and JSON do not show it, HCL does and ignores the shape.
pub fn parse<'a>(
    sources: &'a Sources,
    file: FileId,
    syntax: Syntax,
    shape: &Shape,
    arena: &'a Bump,
    sink: &mut Sink,
) -> Body<'a> {
    let text = sources.file(file).text();
    let hcl = |dialect, sink| Parser::new(Lexer::code(text), file, None, arena, sink).dialect(dialect).file();
    match syntax {
        Syntax::Hcl => hcl(Dialect::Strict, sink),
        Syntax::Hcl1 => hcl(Dialect::Hcl1, sink),
        Syntax::Toml => structured::parse_toml(text, file, shape, arena, sink),
        Syntax::Json => structured::parse_json(text, file, shape, arena, sink),
    }
}

/// Reads a file that holds one HCL expression (newlines allowed) and nothing else. `None` where the sink got an error.
pub fn parse_expression<'a>(sources: &'a Sources, file: FileId, arena: &'a Bump, sink: &mut Sink) -> Option<Expr<'a>> {
    Parser::new(Lexer::code(sources.file(file).text()), file, None, arena, sink).only_expression().ok()
}

/// Whether a body read from JSON is Nomad's API form (`{"Job": {…}}`, or the job itself with its `TaskGroups`).
///
/// Such a body has attributes only, and its strings are literal: the API form knows no templates.
pub fn is_api_form(body: &Body<'_>) -> bool {
    body.blocks.is_empty() && body.attributes.iter().any(|attribute| is_api_key(attribute.name.text))
}

fn is_api_key(name: &str) -> bool {
    matches!(name, "Job" | "TaskGroups")
}
