//! What the targets share: read a text and look at every span.

use bumpalo::Bump;
use jobctl::diagnostic::{Sink, Sources, Span};
use jobctl::jobspec;
use jobctl::parser::{self, Syntax, for_each_span};

/// Reads a file and panics where a span is not in it.
pub fn file(text: &str, syntax: Syntax) {
    let mut sources = Sources::new();
    let file = sources.add("input", text);
    let (arena, mut sink) = (Bump::new(), Sink::new());
    let body = parser::parse(&sources, file, syntax, jobspec::shape(), &arena, &mut sink);
    for_each_span(&body, |span| inside(text, span));
    findings(text, &sink);
}

/// Panics where a label is not in the text.
pub fn findings(text: &str, sink: &Sink) {
    for finding in sink.findings() {
        for label in &finding.labels {
            inside(text, label.span);
        }
    }
}

/// Panics where a span is not in the text or not on character boundaries.
pub fn inside(text: &str, span: Span) {
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is not in the text");
}
