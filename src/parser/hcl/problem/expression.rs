//! The wording of errors in expressions.

use crate::diagnostic::{Diagnostic, Span};
use crate::parser::Expr;
use crate::parser::hcl::token::{Token, TokenKind};

use super::{bad_character, describe, short};

pub(in crate::parser::hcl) fn after_expression(token: Token, text: &str, place: Span) -> Diagnostic {
    bad_character(token, text, place).unwrap_or_else(|| {
        Diagnostic::error("parser::after_expression", format!("text after the expression: {}", describe(token, text)))
            .label(place, "the expression ended before this")
            .help("remove it, or join the parts by an operator")
    })
}

pub(in crate::parser::hcl) fn no_alternative(token: Token, text: &str, place: Span, question: Span) -> Diagnostic {
    bad_character(token, text, place).unwrap_or_else(|| {
        Diagnostic::error("parser::no_alternative", "a conditional without `:`")
            .label(place, "expected `:`")
            .label(question, "of this condition")
            .help("write `condition ? value : other`")
    })
}

pub(in crate::parser::hcl) fn legacy_index(text: &str, place: Span) -> Diagnostic {
    let text = short(text);
    let steps = text.replace('.', "][");
    Diagnostic::error("parser::legacy_index", format!("`.{text}` reads as a number"))
        .label(place, "not an index")
        .help(format!("write `[{steps}]`"))
}

pub(in crate::parser::hcl) fn attribute_name(token: Token, text: &str, place: Span) -> Diagnostic {
    bad_character(token, text, place).unwrap_or_else(|| {
        Diagnostic::error(
            "parser::attribute_name",
            format!("expected a name after `.`, found {}", describe(token, text)),
        )
        .label(place, "expected a name")
        .help("write `.name`, or `[\"any text\"]` for other keys")
    })
}

pub(in crate::parser::hcl) fn nested_splat(place: Span) -> Diagnostic {
    Diagnostic::error("parser::nested_splat", "`.*` inside `.*`")
        .label(place, "not possible here")
        .help("use `[*]`, which may be nested")
}

pub(in crate::parser::hcl) fn number(text: &str, place: Span) -> Diagnostic {
    Diagnostic::error("parser::number", format!("`{}` is not a number", short(text)))
        .label(place, "not a number")
        .help("write digits with at most one `.` and one exponent; versions and addresses go between quotes")
}

pub(in crate::parser::hcl) fn unclosed(opener: &str, open: Span, end: Span) -> Diagnostic {
    let closer = match opener {
        "[" => "]",
        "(" => ")",
        _ => "}",
    };
    Diagnostic::error("parser::unclosed_bracket", format!("`{opener}` is never closed"))
        .label(open, "opens here")
        .label(end, "the file ends here")
        .help(format!("add the closing `{closer}`"))
}

pub(in crate::parser::hcl) fn in_bracket(
    opener: &str,
    open: Span,
    token: Token,
    text: &str,
    place: Span,
    expected: &str,
) -> Diagnostic {
    bad_character(token, text, place).unwrap_or_else(|| {
        Diagnostic::error("parser::unexpected", format!("expected {expected}, found {}", describe(token, text)))
            .label(place, format!("expected {expected}"))
            .label(open, format!("`{opener}` opens here"))
            .help(match opener {
                "[" => "separate the items by commas and close the list with `]`",
                "{" => "one `key = value` a line, or commas between them, and `}` at the end",
                _ => "separate the arguments by commas and close with `)`",
            })
    })
}

pub(in crate::parser::hcl) fn key_without_value(
    token: Token,
    text: &str,
    place: Span,
    key: &Expr<'_>,
    open: Span,
) -> Diagnostic {
    if let Some(diagnostic) = bad_character(token, text, place) {
        return diagnostic;
    }
    Diagnostic::error(
        "parser::key_without_value",
        format!("expected `=` after the key, found {}", describe(token, text)),
    )
    .label(place, "expected `=`")
    .label(key.span, "the key")
    .label(open, "of the object that opens here")
    .help(match token.kind {
        TokenKind::BraceOpen | TokenKind::String | TokenKind::QuoteOpen | TokenKind::Identifier => {
            "an object has no blocks: write `key = { … }`, or make the outer one a block by removing its `=`"
        }
        _ => "write `key = value`",
    })
}

pub(in crate::parser::hcl) fn ambiguous_key(place: Span) -> Diagnostic {
    Diagnostic::error("parser::ambiguous_key", "a key that may be a reference or a name with dots")
        .label(place, "ambiguous")
        .help("put it in parentheses for the value it refers to, between quotes for a name with dots")
}

pub(in crate::parser) fn repeated_key(text: &str, first: Expr<'_>, again: Expr<'_>) -> Diagnostic {
    Diagnostic::warning("parser::repeated_key", format!("the key `{}` stands twice in an object", short(text)))
        .label(again.span, "this value counts")
        .label(first.span, "this one is lost")
        .help("remove one of the two")
}
