//! The wording of errors in bodies.

use crate::diagnostic::{Diagnostic, Span};
use crate::parser::Name;
use crate::parser::hcl::token::{Token, TokenKind};

use super::{bad_character, describe, short};

pub(in crate::parser::hcl) fn statement_expected(token: Token, text: &str, place: Span) -> Diagnostic {
    if let Some(diagnostic) = bad_character(token, text, place) {
        return diagnostic;
    }
    if token.kind == TokenKind::BraceClose {
        return Diagnostic::error("parser::stray_brace", "a `}` that closes nothing")
            .label(place, "no block is open here")
            .help("remove it, or add the `{` it belongs to");
    }
    let found = describe(token, text);
    Diagnostic::error("parser::statement_expected", format!("expected an argument or a block, found {found}"))
        .label(place, "expected a name")
        .help("write `name = value`, or a block: `name \"label\" {`")
}

pub(in crate::parser::hcl) fn quoted_name(name: Name<'_>, is_block: bool) -> Diagnostic {
    let text = short(name.text);
    let plain = text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-'));
    let help = match (plain, is_block) {
        (true, true) => format!("remove the quotes: `{text} {{`"),
        (true, false) => format!("remove the quotes: `{text} = …`"),
        (false, _) => {
            format!(
                "a name with such characters is a key of an object: make the block an argument, `= {{ \"{text}\" = … }}`"
            )
        }
    };
    Diagnostic::error("parser::quoted_name", "argument names are not quoted").label(name.span, "quoted name").help(help)
}

pub(in crate::parser::hcl) fn name_alone(name: Name<'_>, token: Token, text: &str, place: Span) -> Diagnostic {
    if let Some(diagnostic) = bad_character(token, text, place) {
        return diagnostic;
    }
    let name_text = short(name.text);
    let diagnostic = Diagnostic::error("parser::missing_equals", format!("expected `=` or `{{` after `{name_text}`"))
        .label(name.span, "neither an argument nor a block");
    match token.kind {
        TokenKind::Dot | TokenKind::BracketOpen => diagnostic.label(place, "a name ends before this").help(format!(
            "names have no dots or brackets: in an object, keys may be quoted: `= {{ \"{name_text}…\" = … }}`"
        )),
        TokenKind::Newline | TokenKind::End => diagnostic.help(format!(
            "write `{name_text} = value`; a block's `{{` stands on the line of its name: `{name_text} {{`"
        )),
        _ => diagnostic.label(place, "expected `=`").help(format!("write `{name_text} = …`")),
    }
}

pub(in crate::parser::hcl) fn colon(name: Name<'_>, colon: Span) -> Diagnostic {
    Diagnostic::error("parser::colon_for_equals", format!("`{}` is set with a colon", short(name.text)))
        .label(colon, "expected `=`")
        .help(format!("write `{} = …`; only keys of an object may be followed by `:`", short(name.text)))
}

pub(in crate::parser::hcl) fn one_argument_a_line(place: Span) -> Diagnostic {
    Diagnostic::error("parser::one_argument_a_line", "several arguments on one line")
        .label(place, "another argument begins here")
        .help("one argument a line: put each on a line of its own, and the block's closing `}` on the next")
}

pub(in crate::parser::hcl) fn block_in_line(name: Name<'_>) -> Diagnostic {
    Diagnostic::error(
        "parser::one_argument_a_line",
        format!("the block `{}` begins on the line of another", short(name.text)),
    )
    .label(name.span, "begins here")
    .help("a block written on one line holds at most one argument: put this one on a line of its own")
}

pub(in crate::parser::hcl) fn open_line(newline: Span, header: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::error("parser::open_line", "a block begun on one line goes on over the next")
        .label(newline, "expected `}` here");
    header
        .into_iter()
        .fold(diagnostic, |diagnostic, header| diagnostic.label(header, "this block"))
        .help("close the block on its line, or begin its first argument on a line of its own")
}

pub(in crate::parser::hcl) fn comma_after_argument(place: Span) -> Diagnostic {
    Diagnostic::error("parser::comma_after_argument", "a comma after an argument")
        .label(place, "not expected here")
        .help("one argument a line, without commas; commas separate the items of lists and objects")
}

pub(in crate::parser::hcl) fn brace_after_argument(place: Span) -> Diagnostic {
    Diagnostic::error("parser::brace_after_argument", "a closing brace on the line of an argument")
        .label(place, "expected on a line of its own")
        .help("put the `}` on the next line; only a block written on one line closes there")
}

pub(in crate::parser::hcl) fn after_argument(token: Token, text: &str, place: Span, name: Name<'_>) -> Diagnostic {
    if let Some(diagnostic) = bad_character(token, text, place) {
        return diagnostic;
    }
    let found = describe(token, text);
    Diagnostic::error("parser::after_argument", format!("the value of `{}` is followed by {found}", short(name.text)))
        .label(place, "expected the end of the line")
        .help(match token.kind {
            TokenKind::BraceOpen => "a block has no `=`: write `name {`, or `name \"label\" {` with a label",
            TokenKind::String | TokenKind::QuoteOpen => "several values are a list: [\"a\", \"b\"]",
            TokenKind::BraceClose | TokenKind::BracketClose | TokenKind::ParenthesisClose => {
                "the bracket closes nothing: remove it, or add the one that opens"
            }
            _ => "end the line after the value",
        })
}

pub(in crate::parser::hcl) fn block_header(
    kind: Name<'_>,
    labels: &[Name<'_>],
    token: Token,
    text: &str,
    place: Span,
) -> Diagnostic {
    if let Some(diagnostic) = bad_character(token, text, place) {
        return diagnostic;
    }
    let kind = short(kind.text);
    let found = describe(token, text);
    let diagnostic =
        Diagnostic::error("parser::block_header", format!("expected `{{` after the labels of `{kind}`, found {found}"))
            .label(place, "expected `{`");
    match (token.kind, labels) {
        (TokenKind::Equal, _) => diagnostic.help(format!(
            "a block has no `=`: write `{kind} \"label\" {{`, or without the label `{kind} = …`"
        )),
        (TokenKind::Newline | TokenKind::End, [value]) => diagnostic.help(format!(
            "a block's `{{` stands on the line of its name: `{kind} \"{0}\" {{`; for an argument write `{kind} = \"{0}\"`",
            short(value.text)
        )),
        _ => diagnostic.help(format!("write `{kind} \"label\" {{`: labels are strings or names, without commas")),
    }
}

pub(in crate::parser::hcl) fn after_block(place: Span, kind: Name<'_>) -> Diagnostic {
    Diagnostic::error("parser::after_block", format!("text after the closing brace of `{}`", short(kind.text)))
        .label(place, "expected the end of the line")
        .help("put what follows on a line of its own")
}

pub(in crate::parser::hcl) fn unclosed_block(
    kind: Name<'_>,
    open: Span,
    end: Span,
    suspect: Option<(Span, Span)>,
) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("parser::unclosed_block", format!("the block `{}` is never closed", short(kind.text)))
            .label(open, "opens here")
            .label(end, "the file ends here");
    match suspect {
        Some((block, brace)) => diagnostic
            .label(block, "more likely it is this block that lacks its `}`")
            .label(brace, "which this one closes, indented like a block further out")
            .help("add the missing `}`"),
        None => diagnostic.help(format!("add a `}}` where `{}` ends", short(kind.text))),
    }
}

pub(in crate::parser::hcl) fn duplicate_argument(first: Name<'_>, again: Name<'_>) -> Diagnostic {
    Diagnostic::error("parser::duplicate_argument", format!("`{}` is set twice", short(again.text)))
        .label(again.span, "set again here")
        .label(first.span, "first set here")
        .help("remove one of the two")
}
