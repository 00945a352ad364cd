//! The same job in another syntax.
//!
//! Works on the unevaluated tree: expressions stay expressions, as text where the syntax has none. Comments are lost.

mod data;
mod expression;
mod hcl;
mod json;
mod quote;
#[cfg(test)]
mod tests;
mod toml;

use bumpalo::Bump;

use crate::diagnostic::{Diagnostic, FileId, Sink, Sources, Span};
use crate::parser::{self, Lexer, Shape, Syntax, TokenKind};

/// A file in another syntax; `shape` says which names are blocks. HCL comes out formatted.
///
/// `None` where the file cannot be read or holds what the other syntax cannot express; the errors are in the sink.
pub fn convert(
    sources: &Sources,
    file: FileId,
    from: Syntax,
    to: Syntax,
    shape: &Shape,
    sink: &mut Sink,
) -> Option<String> {
    let arena = Bump::new();
    let body = parser::parse(sources, file, from, shape, &arena, sink);
    if parser::is_api_form(&body) {
        sink.push(api_form(body.attributes[0].name.span));
    }
    if sink.has_errors() {
        return None;
    }
    let mut problems = Sink::new();
    let text = match to {
        Syntax::Hcl | Syntax::Hcl1 => format_text(hcl::write(&body, &mut problems)),
        Syntax::Toml => toml::write(&data::of_body(&body, shape, &mut problems)),
        Syntax::Json => json::write(&data::of_body(&body, shape, &mut problems)),
    };
    let failed = problems.has_errors();
    for problem in problems.into_sorted() {
        sink.push(problem);
    }
    (!failed).then_some(text)
}

/// Whether a file has comments, which [`convert`] loses.
pub fn has_comments(text: &str, syntax: Syntax) -> bool {
    match syntax {
        Syntax::Hcl | Syntax::Hcl1 => {
            let mut lexer = Lexer::code(text);
            loop {
                match lexer.next_token().kind {
                    TokenKind::LineComment | TokenKind::BlockComment => return true,
                    TokenKind::End => return false,
                    _ => {}
                }
            }
        }
        Syntax::Toml => text.lines().any(|line| line.trim_start().starts_with('#')),
        Syntax::Json => text.contains("\"//\""),
    }
}

/// Text that was just written, in canonical layout.
fn format_text(text: String) -> String {
    let mut sources = Sources::new();
    let file = sources.add("converted", text);
    super::format(&sources, file, &mut Sink::new()).unwrap_or_else(|| sources.file(file).text().to_owned())
}

fn api_form(place: Span) -> Diagnostic {
    Diagnostic::error("format::api_form", "this is a job in the form of Nomad's API, not in the job language")
        .label(place, "a name of the API")
        .help("such a file can be run, checked and exported as it is; to change its syntax, write the job anew")
}
