//! Any text as one expression.

#![no_main]

mod check;

use bumpalo::Bump;
use jobctl::diagnostic::{Sink, Sources};
use jobctl::parser::{for_each_span_in_expression, parse_expression};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut sources = Sources::new();
    let file = sources.add("input", text);
    let (arena, mut sink) = (Bump::new(), Sink::new());
    if let Some(expression) = parse_expression(&sources, file, &arena, &mut sink) {
        for_each_span_in_expression(&expression, |span| check::inside(text, span));
    }
    check::findings(text, &sink);
});
