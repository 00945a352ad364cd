//! The wording of errors in TOML and JSON files.
//!
//! What each says and advises; where and when is decided by the readers and the mapping.

use crate::diagnostic::{Diagnostic, Span};
use crate::parser::Name;

pub(super) fn toml(message: &str, place: Span) -> Diagnostic {
    let help = match message {
        _ if message.starts_with("string values must be quoted") => "put the text between quotes",
        _ if message.starts_with("duplicate key") => "remove one of the two; a block that repeats is a `[[table]]`",
        _ if message.starts_with("unclosed") => "add the closing bracket",
        _ if message.starts_with("recursion limit") => "nest fewer tables and arrays",
        _ => "see the TOML specification: `key = value` lines under `[table]` headers",
    };
    Diagnostic::error("parser::toml", message).label(place, "not valid TOML").help(help)
}

pub(super) fn number_too_large(place: Span) -> Diagnostic {
    Diagnostic::error("parser::number", "a number of more than 128 bits")
        .label(place, "too large")
        .help("write it in decimal digits")
}

pub(super) fn not_finite(text: &str, place: Span) -> Diagnostic {
    Diagnostic::error("parser::number", format!("`{text}` is not a number of the job language"))
        .label(place, "not a finite number")
        .help("write a finite number")
}

pub(super) fn date(place: Span) -> Diagnostic {
    Diagnostic::error("parser::date", "dates are not values of the job language")
        .label(place, "a TOML date")
        .help("put it between quotes")
}

pub(super) fn label_missing(kind: Name<'_>, found: Span) -> Diagnostic {
    let name = kind.text;
    Diagnostic::error("parser::label_missing", format!("the block `{name}` lacks a label"))
        .label(found, "expected the table of the labelled block")
        .label(kind.span, "this block")
        .help(format!("the label is a key: `[{name}.LABEL]` in TOML, `\"{name}\": {{\"LABEL\": {{…}}}}` in JSON"))
}

pub(super) fn block_expected(kind: Name<'_>, found: Span) -> Diagnostic {
    let name = kind.text;
    Diagnostic::error("parser::block_expected", format!("`{name}` is a block"))
        .label(found, "expected a table")
        .help("write a table, or an array of tables for several blocks")
}

pub(super) fn too_many_errors(place: Span) -> Diagnostic {
    Diagnostic::error("parser::too_many_errors", "too many errors: the rest of the file is not read")
        .label(place, "stopped here")
        .help("mend the errors above first")
}

pub(super) fn object_expected(place: Span) -> Diagnostic {
    Diagnostic::error("parser::json", "expected an object")
        .label(place, "expected `{`")
        .help("a JSON job file is one object, or an array of objects")
}

pub(super) fn repeated_key(name: &str, first: Span, again: Span) -> Diagnostic {
    Diagnostic::error("parser::duplicate_argument", format!("the key `{name}` stands twice in an object"))
        .label(again, "again here")
        .label(first, "first here")
        .help("remove one of the two")
}

/// A JSON syntax error.
pub(super) fn json(message: impl Into<String>, place: Span, label: &str, help: &str) -> Diagnostic {
    Diagnostic::error("parser::json", message).label(place, label).help(help)
}
