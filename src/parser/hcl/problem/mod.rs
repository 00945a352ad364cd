//! The wording of syntax errors.
//!
//! What each says and advises; where and when is decided by the grammar.

pub(super) mod expression;
pub(super) mod statement;
pub(super) mod template;

use super::token::{Token, TokenKind};
use crate::diagnostic::{Diagnostic, Span};

/// A text as a message shows it: cut where it is long.
pub(super) fn short(text: &str) -> std::borrow::Cow<'_, str> {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// How a token is called in a message.
pub(super) fn describe(token: Token, text: &str) -> String {
    match token.kind {
        TokenKind::Newline => "the end of the line".into(),
        TokenKind::End => "the end of the file".into(),
        TokenKind::String | TokenKind::QuoteOpen => "a string".into(),
        TokenKind::Heredoc | TokenKind::HeredocOpen => "a heredoc".into(),
        TokenKind::SequenceClose => "the end of the template sequence".into(),
        _ => format!("`{}`", short(text)),
    }
}

pub(in crate::parser) fn too_deep(place: Span) -> Diagnostic {
    Diagnostic::error("parser::too_deep", format!("nested more than {} levels deep", crate::parser::MAX_DEPTH))
        .label(place, "too deep from here on")
        .help("take inner values out into `locals`, or nest fewer blocks")
}

pub(super) fn too_many_errors(place: Span) -> Diagnostic {
    Diagnostic::error("parser::too_many_errors", "too many syntax errors: the rest of the file is not read")
        .label(place, "stopped here")
        .help("mend the errors above first")
}

pub(super) fn hcl1(place: Span) -> Diagnostic {
    Diagnostic::note("parser::hcl1", "read as HCL version 1, as a Nomad agent reads it")
        .label(place, "not valid in a job file")
        .help("one argument a line, names without quotes and no commas between arguments is right in both versions")
}

/// A token where another was expected, with what the token itself shows to be wrong.
pub(super) fn unexpected(token: Token, text: &str, place: Span, expected: &str) -> Diagnostic {
    if let Some(diagnostic) = bad_character(token, text, place) {
        return diagnostic;
    }
    let found = describe(token, text);
    Diagnostic::error("parser::unexpected", format!("expected {expected}, found {found}"))
        .label(place, format!("expected {expected}"))
        .help(match token.kind {
            TokenKind::Newline => {
                "a value begins on the line of its `=`, and goes over several lines only inside brackets"
            }
            TokenKind::End => "the file ends here: complete the statement",
            TokenKind::BraceClose | TokenKind::BracketClose | TokenKind::ParenthesisClose => {
                "complete what stands before the bracket, or remove the bracket"
            }
            _ => "see the HCL native syntax: `name = value`, `block \"label\" { … }`",
        })
}

/// The error of a token that is wrong wherever it stands.
pub(super) fn bad_character(token: Token, text: &str, place: Span) -> Option<Diagnostic> {
    if token.kind == TokenKind::UnterminatedComment {
        return Some(
            Diagnostic::error("parser::unterminated_comment", "a comment that is never closed")
                .label(place.at_start(), "opens here")
                .help("close it with `*/`"),
        );
    }
    if token.kind != TokenKind::Invalid {
        return None;
    }
    let character = text.chars().next().unwrap_or_default();
    let (message, help) = match character {
        '\'' => ("single quotes are not valid".into(), "put strings between double quotes"),
        '`' => ("backticks are not valid".into(), "put strings between double quotes, or in a heredoc: <<EOT"),
        '“' | '”' | '„' | '‘' | '’' => {
            (format!("typographic quote `{character}`"), "put strings between plain double quotes: \"")
        }
        ';' => ("semicolons are not valid".into(), "one argument a line, without semicolons"),
        '&' => ("`&` is no operator".into(), "logical and is `&&`"),
        '|' => ("`|` is no operator".into(), "logical or is `||`"),
        '^' | '~' => (format!("`{character}` is no operator"), "there are no bitwise operators"),
        '$' => {
            ("`$` outside a string".into(), "refer to a value by its bare name, `var.x`; `${ }` belongs in a string")
        }
        '\0' => ("a NUL byte".into(), "a job file is plain text: remove the byte"),
        '\r' => ("a carriage return without a newline".into(), "end lines with a newline"),
        _ if character.is_ascii_graphic() => {
            (format!("`{character}` is not valid here"), "remove it, or quote the text")
        }
        _ => (
            format!("invalid character U+{:04X}", u32::from(character)),
            "replace it: names are letters, digits, `_` and `-`, blanks are plain spaces",
        ),
    };
    Some(Diagnostic::error("parser::invalid_character", message).label(place, "not valid here").help(help))
}
