//! The HCL parser by family of syntax. What is accepted, and with which tree, was compared with the reference
//! implementation; the cases are our own.

mod bodies;
mod errors;
mod expressions;
mod limits;
mod properties;
mod second_opinion;

mod templates;

use bumpalo::Bump;

use crate::diagnostic::{Sink, Sources};
use crate::parser::outline::Outline;
use crate::parser::{Shape, Syntax, for_each_span, parse, parse_expression};

/// The outline of a file and its findings: `line:column code`, and the lines of further labels.
fn read(syntax: Syntax, text: &str) -> (String, Vec<String>) {
    let mut sources = Sources::new();
    let file = sources.add("job.hcl", text);
    let arena = Bump::new();
    let mut sink = Sink::new();
    let body = parse(&sources, file, syntax, &Shape::LEAF, &arena, &mut sink);
    for_each_span(&body, |span| {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is not in {text:?}");
    });
    let outline = Outline(&body).to_string();
    (outline, findings(&sources, sink))
}

fn findings(sources: &Sources, sink: Sink) -> Vec<String> {
    let line = |finding: crate::diagnostic::Diagnostic| {
        assert!(finding.help.is_some(), "{finding:?}");
        let places = finding.labels.iter().map(|label| {
            let file = sources.file(label.span.file);
            assert!(file.text().get(label.span.start as usize..label.span.end as usize).is_some(), "{finding:?}");
            let at = file.position(label.span.start);
            format!("{}:{}", at.line, at.column)
        });
        let code = finding.code.strip_prefix("parser::").expect("the room's own code");
        format!("{} {code}", places.collect::<Vec<_>>().join(" "))
    };
    sink.into_sorted().into_iter().map(line).collect()
}

/// The outline of a file without findings.
fn valid(text: &str) -> String {
    let (outline, findings) = read(Syntax::Hcl, text);
    assert_eq!(findings, Vec::<String>::new(), "{text}");
    outline
}

/// The findings of a file.
fn wrong(text: &str) -> Vec<String> {
    let (_, findings) = read(Syntax::Hcl, text);
    assert!(!findings.is_empty(), "{text}");
    findings
}

/// The outline of an expression, or its first finding.
fn expression(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add("expression", text);
    let (arena, mut sink) = (Bump::new(), Sink::new());
    match parse_expression(&sources, file, &arena, &mut sink) {
        Some(expression) if !sink.has_errors() => Outline(&expression).to_string(),
        _ => findings(&sources, sink).remove(0),
    }
}
