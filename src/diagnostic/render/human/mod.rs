//! Findings for people: each on its text, in one frame for each place, and last what to do.
//!
//! Decides what is shown in full and what in a line; how a place is drawn is the frame's work.

mod frame;
mod look;
mod screen_line;
#[cfg(test)]
mod tests;
mod wrap;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use frame::Frame;
pub use look::Look;
use look::Tone;

use crate::diagnostic::{Diagnostic, Severity, Sources};

/// So many findings of one code in one file are shown on their text; the others get a line each.
const IN_FULL: usize = 10;
/// And so many of these.
const IN_A_LINE: usize = 100;

/// All findings, one under the other.
pub fn human<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources, look: Look) -> String {
    let mut text = String::new();
    let mut alike: BTreeMap<_, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in findings {
        let of_these = alike.entry((finding.labels.first().map(|label| label.span.file), finding.code)).or_default();
        if of_these.len() < IN_FULL {
            write_finding(&mut text, finding, sources, look);
        }
        of_these.push(finding);
    }
    for ((_, code), of_these) in alike {
        if let Some(more) = of_these.get(IN_FULL..).filter(|more| !more.is_empty()) {
            write_list(&mut text, code, more, sources, look);
        }
    }
    text
}

fn write_finding(text: &mut String, finding: &Diagnostic, sources: &Sources, look: Look) {
    let tone = Tone::of(finding.severity);
    *text += &look.paint(tone, finding.code);
    *text += "\n\n";
    *text += &headed(finding, &finding.message, look);
    let frames = Frame::of(finding, sources, look);
    let digits = frames.iter().map(Frame::digits).max().unwrap_or(0);
    for frame in frames {
        frame.draw(text, digits, tone, look);
    }
    if let Some(help) = &finding.help {
        for (at, line) in wrap::wrapped(help, 8, look).iter().enumerate() {
            let head = if at == 0 { look.paint(Tone::Help, "help:") } else { "     ".to_owned() };
            // Writing to a text cannot fail.
            let _ = writeln!(text, "  {head} {line}");
        }
    }
    text.push('\n');
}

/// A message behind the sign of its severity.
fn headed(finding: &Diagnostic, message: &str, look: Look) -> String {
    let tone = Tone::of(finding.severity);
    let sign = match finding.severity {
        Severity::Error => look.glyphs().error,
        Severity::Warning => look.glyphs().warning,
        Severity::Note => look.glyphs().note,
    };
    let mut text = String::new();
    for (at, line) in wrap::wrapped(message, 4, look).iter().enumerate() {
        let head = look.paint(tone, if at == 0 { sign } else { look.glyphs().bar });
        let _ = writeln!(text, "  {head} {line}");
    }
    text
}

/// What there is more of one code: a line each.
fn write_list(text: &mut String, code: &str, more: &[&Diagnostic], sources: &Sources, look: Look) {
    let _ = writeln!(text, "{}: {} more\n", look.paint(Tone::of(more[0].severity), code), more.len());
    for finding in more.iter().take(IN_A_LINE) {
        let place = finding.labels.first().map(|label| {
            let file = sources.file(label.span.file);
            let position = file.position(label.span.start);
            format!("{}:{}:{}: ", file.name(), position.line, position.column)
        });
        *text += &headed(finding, &format!("{}{}", place.unwrap_or_default(), finding.message), look);
    }
    if let Some(rest) = more.len().checked_sub(IN_A_LINE).filter(|rest| *rest > 0) {
        let _ = writeln!(text, "  {} and {rest} more: `jobctl validate --format json` has all", look.glyphs().cut);
    }
    text.push('\n');
}
