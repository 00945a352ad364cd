//! Any valid file: its layout is a fixed point, and it can be converted.

#![no_main]

use jobctl::diagnostic::{Sink, Sources};
use jobctl::parser::Syntax;
use jobctl::{format, jobspec};

fn layout(text: &str) -> Option<String> {
    let mut sources = Sources::new();
    let file = sources.add("input", text);
    format::format(&sources, file, &mut Sink::new())
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Some(once) = layout(text) else { return };
    assert_eq!(layout(&once).as_deref(), Some(once.as_str()), "the layout is no fixed point");
    let mut sources = Sources::new();
    let file = sources.add("input", text);
    for to in [Syntax::Hcl, Syntax::Toml, Syntax::Json] {
        format::convert(&sources, file, Syntax::Hcl, to, jobspec::shape(), &mut Sink::new());
    }
});
