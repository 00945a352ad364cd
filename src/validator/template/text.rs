//! What is wrong inside a template's text, as far as it shows without running it.
//!
//! Warnings: Nomad takes such a file, and says so when the task starts. What a template means is the template room's.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::jobspec::{Spanned, Str, Template};
use crate::template::{self, Error, ErrorKind, Options};
use crate::validator::checker::Checker;

/// Checks the text that stands in the job file itself.
pub(super) fn check(template: &Template, checker: &mut Checker<'_>) {
    let Some(data) = &template.data else { return };
    let delimiter = |written: Option<&Spanned<Str>>| written.map_or_else(String::new, |text| text.to_string());
    let options = Options {
        left_delimiter: delimiter(template.left_delimiter.as_ref()),
        right_delimiter: delimiter(template.right_delimiter.as_ref()),
        ..Options::default()
    };
    for error in template::check(data, &options) {
        let span = span_within(checker.sources, data, error.place.clone());
        checker.push(finding(&error, span));
    }
}

fn finding(error: &Error, span: Span) -> Diagnostic {
    let (code, label) = match error.kind {
        ErrorKind::Syntax | ErrorKind::Execution => ("template::syntax", "not a template from here on"),
        ErrorKind::UnknownFunction => ("template::unknown_function", "not a function"),
        ErrorKind::NeedsCluster => ("template::needs_cluster", "fails when it is reached"),
        ErrorKind::Unavailable => ("template::unavailable_function", "fails when it is reached"),
        ErrorKind::UndefinedTemplate => ("template::undefined_template", "fails when it is reached"),
    };
    let help = error.help.as_deref().unwrap_or("docs/templates.md shows the syntax and the functions");
    Diagnostic::warning(code, error.message.clone()).label(span, label).help(help)
}

/// The place in the file of a range of a text's value; that of the whole text where the two do not show the same.
fn span_within(sources: &Sources, text: &Spanned<Str>, range: Range<usize>) -> Span {
    let written = sources.slice(text.span);
    match range_as_written(written, &text.value, range) {
        Some(range) => {
            let at = |offset: usize| text.span.start + u32::try_from(offset).unwrap_or(0);
            Span::new(text.span.file, at(range.start), at(range.end))
        }
        None => text.span,
    }
}

/// Finds a range of a value in what was written for it: by its line, else by itself. An indentation may be cut off, and
/// escapes and interpolations may stand elsewhere, as long as this part is written as it is and the same number of times.
fn range_as_written(written: &str, value: &str, range: Range<usize>) -> Option<Range<usize>> {
    let line_start = value[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = value[range.start..].find('\n').map_or(value.len(), |at| range.start + at);
    let range = range.start..range.end.min(line_end).max(range.start);
    for part in [line_start..line_end, range.clone()] {
        let text = &value[part.clone()];
        let before = value[..part.start].matches(text).count();
        let mut places = written.match_indices(text).map(|(at, _)| at);
        let same = !text.is_empty() && value.matches(text).count() == written.matches(text).count();
        if let Some(at) = places.nth(before).filter(|_| same) {
            let start = at + (range.start - part.start);
            return Some(start..start + range.len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_found_in_what_was_written() {
        let found = |written: &str, value: &str, part: &str| {
            let start = value.rfind(part).unwrap();
            range_as_written(written, value, start..start + part.len())
                .map(|range| (range.start, &written[range.clone()] == part))
        };
        assert_eq!(
            found("<<-EOF\n    a {{ x }}\n    a {{ x }}\n    EOF\n", "a {{ x }}\na {{ x }}\n", "x"),
            Some((30, true))
        );
        assert_eq!(found(r#""a\n{{ foo }}\t{{ bar }}""#, "a\n{{ foo }}\t{{ bar }}", "foo"), Some((7, true)));
        assert_eq!(found(r#""{{ f \"f\" }} {{ g }}""#, r#"{{ f "f" }} {{ g }}"#, "g"), Some((18, true)));
        assert_eq!(found("local.text", "{{ x }}", "{{ x"), None);
        assert_eq!(found("\"${local.x} {{ x }}\"", "xxx {{ x }}", "x"), None);
    }
}
