//! Text between quotes, in templates, in heredocs.
//!
//! Escapes only; where text stands is decided by the writers.

/// A text as a template that renders it: `${` and `%{` are doubled at their sigil.
pub(super) fn template(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// A text as it stands between HCL's quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    for character in template(text).chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.push_str(&unicode_escape(control)),
            character => quoted.push(character),
        }
    }
    quoted
}

/// A template without delimiters as a heredoc, if it can be: it ends in a newline and has no control characters.
pub(super) fn heredoc(content: &str, indentation: usize) -> Option<String> {
    let is_text = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    if content.len() < 2 || !content.ends_with('\n') || !content.chars().all(is_text) {
        return None;
    }
    let marker = ["EOT", "EOF", "END", "HEREDOC"]
        .into_iter()
        .find(|marker| content.lines().all(|line| line.trim() != *marker))?;
    // `<<-` takes off the least indentation, so it may be used where the text has none of its own.
    let flush = content.lines().all(|line| line.is_empty() || !line.trim().is_empty())
        && content.lines().any(|line| !line.starts_with(char::is_whitespace) && !line.is_empty());
    if !flush {
        return Some(format!("<<{marker}\n{content}{marker}\n"));
    }
    let margin = " ".repeat(indentation);
    let mut heredoc = format!("<<-{marker}\n");
    for line in content.lines() {
        if !line.is_empty() {
            heredoc.push_str(&margin);
        }
        heredoc.push_str(line);
        heredoc.push('\n');
    }
    Some(format!("{heredoc}{margin}{marker}\n"))
}

/// Whether a text is a name that needs no quotes as an object's key or argument.
pub(super) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first == '_' || unicode_ident::is_xid_start(first))
        && characters.all(|next| next == '-' || unicode_ident::is_xid_continue(next))
}

/// A control character as `\uNNNN`, which HCL, TOML and JSON have in common.
pub(super) fn unicode_escape(control: char) -> String {
    format!("\\u{:04X}", u32::from(control))
}
