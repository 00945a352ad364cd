//! Findings as workflow commands, which GitHub shows on the changed lines
//! (docs.github.com, "Workflow commands for GitHub Actions").

use std::fmt::Write;

use super::json::last_position;
use crate::diagnostic::{Diagnostic, Severity, Sources};

/// One line a finding.
pub fn github<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources) -> String {
    let mut text = String::new();
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let _ = write!(text, "::{command} title={}", property(finding.code));
        if let Some(label) = finding.labels.first() {
            let file = sources.file(label.span.file);
            let (start, end) = (file.position(label.span.start), last_position(sources, label.span));
            let _ = write!(text, ",file={},line={},endLine={}", property(file.name()), start.line, end.line);
            if start.line == end.line {
                let _ = write!(text, ",col={},endColumn={}", start.column, end.column);
            }
        }
        let help = finding.help.as_ref().map_or(String::new(), |help| format!("\n{help}"));
        let _ = writeln!(text, "::{}", data(&format!("{}{help}", finding.message)));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn one_line_a_finding_with_its_place() {
        let mut sources = Sources::new();
        let file = sources.add("a,b.hcl", "count = 12\n");
        let finding = Diagnostic::warning("x::y", "100 %").label(Span::new(file, 8, 10), "").help("less");
        assert_eq!(
            github([&finding], &sources),
            "::warning title=x%3A%3Ay,file=a%2Cb.hcl,line=1,endLine=1,col=9,endColumn=10::100 %25%0Aless\n"
        );
    }
}
