//! What holds for any text: no panic, spans inside the file, and the same answer for the same text.

use proptest::prelude::{ProptestConfig, Strategy, any, prop};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::read;
use crate::parser::Syntax;

/// Pieces HCL, TOML and JSON are made of, so that random texts come near to valid ones.
const PIECES: &[&str] = &[
    "a",
    "b.c",
    "\"",
    "${",
    "%{",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "=",
    ":",
    ",",
    ".",
    "*",
    "\n",
    " ",
    "\r\n",
    "\t",
    "~",
    "<<E\n",
    "<<-E\n",
    "\nE\n",
    "E",
    "if x",
    "else",
    "endif",
    "for y in z",
    "endfor",
    "in",
    "1",
    "0.5",
    "-",
    "!",
    "?",
    "==",
    "=>",
    "...",
    "&&",
    "+",
    "\\",
    "\\u00e9",
    "$${",
    "#",
    "//",
    "/*",
    "*/",
    "é",
    "\u{feff}",
    "\0",
    "'",
    "true",
    "null",
    "\"x\"",
    "a = 1\n",
    "b {\n",
    "}\n",
    "[a]\n",
    "[[a.b]]\n",
    "\"a\": ",
    "::",
    "1979-05-27",
];

/// Runs a property on texts made of pieces, always the same ones.
fn check(property: impl Fn(&str)) {
    let config = ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let piece = (0..PIECES.len()).prop_map(|at| PIECES[at].to_owned());
    let text =
        prop::collection::vec(proptest::prop_oneof![9 => piece, 1 => any::<char>().prop_map(String::from)], 0..60);
    let outcome = runner.run(&text, |pieces| {
        property(&pieces.concat());
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[test]
fn any_text_is_read_with_spans_inside_it() {
    check(|text| {
        for syntax in [Syntax::Hcl, Syntax::Hcl1, Syntax::Toml, Syntax::Json] {
            read_any(syntax, text);
        }
    });
}

#[test]
fn line_endings_do_not_matter_outside_strings() {
    check(|text| {
        if text.contains(['\r', '<', '"', '/', '#']) {
            return;
        }
        let (unix, _) = read(Syntax::Hcl, text);
        let (windows, _) = read(Syntax::Hcl, &text.replace('\n', "\r\n"));
        assert_eq!(unix, windows);
    });
}

/// `read` checks the spans; TOML's and JSON's findings have the same shape.
fn read_any(syntax: Syntax, text: &str) {
    let (first, findings) = read(syntax, text);
    assert_eq!(read(syntax, text), (first, findings));
}
