//! Any text as TOML.

#![no_main]

mod check;

use jobctl::parser::Syntax;

libfuzzer_sys::fuzz_target!(|text: &str| check::file(text, Syntax::Toml));
