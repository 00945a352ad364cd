//! `NAME=VALUE` as typed after an option: a source of its own, so that what is wrong with it is shown on it.
//!
//! Only takes it apart; what the name and the value mean is found elsewhere.

use crate::diagnostic::{Diagnostic, FileId, Sources, Span};

/// A name and its value, and where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub name: String,
    pub name_at: Span,
    pub value: String,
    pub value_at: Span,
}

/// Takes apart what was typed after `option`.
///
/// # Errors
/// It is no assignment.
pub(super) fn read(option: &'static str, typed: &str, sources: &mut Sources) -> Result<Assignment, Box<Diagnostic>> {
    let file = sources.add(option, typed);
    let refuse = |label: &str, span: Span, form: &str| {
        Err(Box::new(
            Diagnostic::error("usage::not_an_assignment", format!("`{option} {typed}` is not NAME=VALUE"))
                .label(span, label)
                .help(format!("write `{option} {form}`")),
        ))
    };
    let Some((name, value)) = typed.split_once('=') else {
        let form = if typed.is_empty() { "NAME=VALUE".to_owned() } else { format!("{}=VALUE", typed.trim()) };
        return refuse("no `=`", whole(file, typed), &form);
    };
    let (name_at, value_at) = (part(file, typed, name), part(file, typed, value));
    if name.trim().is_empty() {
        return refuse("no name before `=`", Span { end: value_at.start, ..name_at }, &format!("NAME={value}"));
    }
    if name.trim() != name {
        let form = format!("{}={}", name.trim(), value.trim_start());
        return refuse("blanks around the name", name_at, &form);
    }
    Ok(Assignment { name: name.to_owned(), name_at, value: value.to_owned(), value_at })
}

/// All of a text.
pub(super) fn whole(file: FileId, text: &str) -> Span {
    part(file, text, text)
}

fn part(file: FileId, text: &str, part: &str) -> Span {
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    Span::new(file, at(start), at(start + part.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_value_with_their_places() {
        let mut sources = Sources::new();
        let read = read("--var", "args=[\"a=b\"]", &mut sources).unwrap();
        assert_eq!((read.name.as_str(), read.value.as_str()), ("args", "[\"a=b\"]"));
        assert_eq!((sources.slice(read.name_at), sources.slice(read.value_at)), ("args", "[\"a=b\"]"));
    }

    #[test]
    fn what_is_none_is_shown_as_typed() {
        for (typed, label, help) in [
            ("port", "no `=`", "write `--var port=VALUE`"),
            ("", "no `=`", "write `--var NAME=VALUE`"),
            ("=3", "no name before `=`", "write `--var NAME=3`"),
            ("port = 3", "blanks around the name", "write `--var port=3`"),
        ] {
            let mut sources = Sources::new();
            let refused = read("--var", typed, &mut sources).unwrap_err();
            assert_eq!((refused.labels[0].message.as_str(), refused.help.as_deref()), (label, Some(help)), "{typed}");
            assert_eq!(sources.file(refused.labels[0].span.file).text(), typed);
        }
    }
}
