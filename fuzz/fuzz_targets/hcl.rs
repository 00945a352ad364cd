//! Any text as HCL.

#![no_main]

mod check;

use jobctl::parser::Syntax;

libfuzzer_sys::fuzz_target!(|text: &str| check::file(text, Syntax::Hcl));
