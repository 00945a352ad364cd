//! The wording of errors in strings, heredocs and templates.

use crate::diagnostic::{Diagnostic, Span};
use crate::parser::hcl::token::{Token, TokenKind};

use super::{bad_character, describe, short};

pub(in crate::parser::hcl) fn unterminated(
    token: Token,
    opener: &str,
    open: Span,
    end: Span,
    at_marker: bool,
) -> Diagnostic {
    if token.kind == TokenKind::UnterminatedHeredoc {
        let marker = short(opener.trim_start_matches(['<', '-']).trim_end());
        let diagnostic =
            Diagnostic::error("parser::unterminated_heredoc", format!("the heredoc `{marker}` is never closed"));
        return if at_marker {
            diagnostic
                .label(end, "expected a newline after the closing marker")
                .label(open, "opens here")
                .help("end the file with a newline")
        } else {
            diagnostic
                .label(open, "opens here")
                .label(end, "the file ends here")
                .help(format!("put `{marker}` alone on the line after the text"))
        };
    }
    Diagnostic::error("parser::unterminated_string", "a string that is never closed")
        .label(open, "opens here")
        .label(end, "the line ends here")
        .help("add the closing quote; for text of several lines use a heredoc, <<EOT, or \\n")
}

pub(in crate::parser::hcl) fn in_sequence(
    opener: &str,
    open: Span,
    token: Token,
    text: &str,
    place: Span,
) -> Diagnostic {
    let escaped = &opener[..1];
    let help = format!(
        "close it with `}}`; to leave `{escaped}{{` to a shell or another program, write `{escaped}{escaped}{{`"
    );
    if token.kind == TokenKind::End {
        return Diagnostic::error("parser::unterminated_sequence", format!("`{opener}` is never closed"))
            .label(open, "opens here")
            .label(place, "the text ends here")
            .help(help);
    }
    if let Some(diagnostic) = bad_character(token, text, place) {
        return diagnostic.label(open, "in the template sequence that opens here");
    }
    Diagnostic::error(
        "parser::in_sequence",
        format!("expected `}}` after the expression, found {}", describe(token, text)),
    )
    .label(place, "expected `}`")
    .label(open, "the template sequence opens here")
    .help(help)
}

pub(in crate::parser::hcl) fn template_in_name(place: Span) -> Diagnostic {
    Diagnostic::error("parser::template_in_name", "a label or name with a template sequence")
        .label(place, "must be plain text")
        .help("write the text itself, and `$${` for a literal `${`; labels made from values need a `dynamic` block")
}

pub(in crate::parser::hcl) fn unknown_directive(text: &str, place: Span) -> Diagnostic {
    Diagnostic::error("parser::unknown_directive", format!("`{}` is no template directive", short(text)))
        .label(place, "unknown")
        .help("there are `if`, `else`, `endif`, `for` and `endfor`; a literal `%{` is written `%%{`")
}

pub(in crate::parser::hcl) fn stray_directive(name: &str, place: Span, open: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::error("parser::stray_directive", format!("`%{{ {name} }}` does not belong here"))
        .label(place, "not expected");
    match open {
        Some(open) => diagnostic.label(open, "this directive is open").help("close the open directive first"),
        None => diagnostic.help("remove it, or add the directive it belongs to"),
    }
}

pub(in crate::parser::hcl) fn open_directive(name: &str, place: Span) -> Diagnostic {
    Diagnostic::error("parser::open_directive", format!("`%{{ {name} }}` without `%{{ end{name} }}`"))
        .label(place, "opens here")
        .help(format!("add `%{{ end{name} }}`"))
}

pub(in crate::parser::hcl) fn escape(text: &str, place: Span) -> Diagnostic {
    let help = match text.as_bytes().get(1) {
        Some(b'u') => "`\\u` takes four hexadecimal digits of a character".into(),
        Some(b'U') => "`\\U` takes eight hexadecimal digits of a character".into(),
        _ => format!(
            "the escapes are \\n \\r \\t \\\" \\\\ \\uNNNN \\UNNNNNNNN; a literal backslash is doubled: `\\{text}`"
        ),
    };
    Diagnostic::error("parser::escape", format!("`{text}` is no escape")).label(place, "unknown escape").help(help)
}
