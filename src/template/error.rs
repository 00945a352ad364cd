//! What is wrong with a template, and where.
//!
//! Data only: how it is shown to people is the work of whoever asked.

use std::ops::Range;

/// One finding about a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Which kind of finding.
    pub kind: ErrorKind,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// The bytes of the template it is about.
    pub place: Range<usize>,
    /// The line where it begins, from 1.
    pub line: u32,
    /// The column where it begins, from 1, in characters.
    pub column: u32,
    /// What to do about it.
    pub help: Option<String>,
}

/// The kinds of findings. All but [`ErrorKind::Execution`] are found without running the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// It cannot be read as a template.
    Syntax,
    /// It calls a function that neither Nomad nor jobctl knows.
    UnknownFunction,
    /// It calls a function that needs a Consul, a Vault or a Nomad cluster.
    NeedsCluster,
    /// It calls a function that Nomad has and jobctl refuses or lacks.
    Unavailable,
    /// It calls a template that it does not define.
    UndefinedTemplate,
    /// It failed while it ran.
    Execution,
}

impl Error {
    /// Puts a finding on its place in the text.
    pub(super) fn at(text: &str, place: Range<usize>, kind: ErrorKind, failure: Failure) -> Self {
        let before = text.get(..place.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            kind,
            message: failure.message,
            line: count(before.matches('\n').count() + 1),
            column: count(before[line_start..].chars().count() + 1),
            place,
            help: failure.help,
        }
    }
}

/// What is wrong, before it has a place: what functions answer with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_lines_and_characters() {
        let text = "a\nüü{{ x }}";
        let at = text.find('x').unwrap();
        let error = Error::at(text, at..at + 1, ErrorKind::Syntax, Failure::new("wrong").help("do"));
        assert_eq!((error.line, error.column, error.to_string().as_str()), (2, 6, "wrong"));
    }
}
