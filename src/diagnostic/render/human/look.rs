//! How findings look: colours or none, line drawing or plain ASCII, how wide.
//!
//! Only choices and their signs; who prints knows what its reader can show.

use crate::diagnostic::Severity;

/// What the reader can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether colours are shown.
    pub color: bool,
    /// Whether more than ASCII is shown. The text of files is shown as it is.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

impl Look {
    /// Of a report that is read anywhere: no colours, line drawing.
    pub const PLAIN: Self = Self { color: false, unicode: true, width: 110 };

    pub(super) fn glyphs(self) -> &'static Glyphs {
        if self.unicode { &UNICODE } else { &ASCII }
    }

    pub(super) fn paint(self, tone: Tone, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Error => "1;31",
            Tone::Warning => "1;33",
            Tone::Note | Tone::Help => "36",
            Tone::Other => "34",
            Tone::Name => "1",
            Tone::Faint => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Error,
    Warning,
    Note,
    Help,
    /// A place beside the first.
    Other,
    Name,
    Faint,
}

impl Tone {
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Note => Self::Note,
        }
    }
}

/// The signs frames are drawn with.
#[derive(Debug)]
pub(super) struct Glyphs {
    pub error: &'static str,
    pub warning: &'static str,
    pub note: &'static str,
    pub bar: &'static str,
    pub dots: &'static str,
    pub opens: &'static str,
    pub closes: &'static str,
    pub line: &'static str,
    pub tee: &'static str,
    pub hook: &'static str,
    /// One column wide.
    pub cut: &'static str,
    /// In place of what cannot be shown.
    pub unknown: char,
}

const UNICODE: Glyphs = Glyphs {
    error: "×",
    warning: "⚠",
    note: "☞",
    bar: "│",
    dots: "·",
    opens: "╭─[",
    closes: "╰────",
    line: "─",
    tee: "┬",
    hook: "╰── ",
    cut: "…",
    unknown: char::REPLACEMENT_CHARACTER,
};

const ASCII: Glyphs = Glyphs {
    error: "x",
    warning: "!",
    note: ">",
    bar: "|",
    dots: ":",
    opens: ",-[",
    closes: "`----",
    line: "^",
    tee: "^",
    hook: "`-- ",
    cut: "~",
    unknown: '?',
};
