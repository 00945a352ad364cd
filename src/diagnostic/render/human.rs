//! Findings for people: each on its text, by miette.
//!
//! A finding whose places lie in several files is shown once for each file.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};

use crate::diagnostic::{Diagnostic, FileId, Severity, SourceFile, Sources};

const WIDTH: usize = 110;

/// All findings, one under the other.
pub fn human<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources, color: bool) -> String {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_context_lines(1).with_links(false);
    let mut text = String::new();
    for finding in findings {
        let report = Report::new(finding, sources);
        if handler.render_report(&mut text, &report).is_err() {
            // Only a formatter that refuses text fails here, and a String never does.
            text.push_str(&finding.message);
        }
        for part in &report.others {
            // Not as what miette calls related: it would stand under a heading of its own.
            text.push('\n');
            let _ = handler.render_report(&mut text, part);
        }
        text.push('\n');
    }
    text
}

/// A finding in the form miette draws.
#[derive(Debug)]
struct Report<'a> {
    finding: &'a Diagnostic,
    part: Part<'a>,
    others: Vec<Part<'a>>,
}

/// The labels of one file.
#[derive(Debug)]
struct Part<'a> {
    source: Option<Named<'a>>,
    labels: Vec<LabeledSpan>,
}

/// A file as miette reads it: text with a name (its own `NamedSource` wants to own both).
#[derive(Debug)]
struct Named<'a>(&'a SourceFile);

impl SourceCode for Named<'_> {
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let inner = self.0.text().read_span(span, lines_before, lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.name().to_owned(),
            inner.data(),
            *inner.span(),
            inner.line(),
            inner.column(),
            inner.line_count(),
        )))
    }
}

impl<'a> Report<'a> {
    fn new(finding: &'a Diagnostic, sources: &'a Sources) -> Self {
        let mut files: Vec<FileId> = Vec::new();
        for label in &finding.labels {
            if !files.contains(&label.span.file) {
                files.push(label.span.file);
            }
        }
        let mut parts = files.into_iter().map(|file| Part::new(finding, sources, file));
        let part = parts.next().unwrap_or(Part { source: None, labels: Vec::new() });
        Self { finding, part, others: parts.collect() }
    }
}

impl<'a> Part<'a> {
    fn new(finding: &Diagnostic, sources: &'a Sources, file: FileId) -> Self {
        let labels = finding.labels.iter().filter(|label| label.span.file == file);
        let labels = labels.enumerate().map(|(at, label)| {
            let message = Some(label.message.clone()).filter(|message| !message.is_empty());
            let range = (label.span.start as usize, label.span.len());
            if at == 0 {
                LabeledSpan::new_primary_with_span(message, range)
            } else {
                LabeledSpan::new_with_span(message, range)
            }
        });
        let labels = labels.collect();
        Self { source: Some(Named(sources.file(file))), labels }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.finding.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(self.finding.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.finding.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.part.source()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.part.labels.iter().cloned()))
    }
}

impl Part<'_> {
    fn source(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the other place")
    }
}

impl std::error::Error for Part<'_> {}

impl miette::Diagnostic for Part<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn a_finding_stands_on_its_text_and_names_both_files() {
        let mut sources = Sources::new();
        let job = sources.add("web.hcl", "job \"web\" {\n  count = \"x\"\n}\n");
        let host = sources.add("host.hcl", "read_only = true\n");
        let finding = Diagnostic::error("volume_mount::bidirectional_needs_read_write", "the volume is read-only")
            .label(Span::new(job, 14, 25), "asked for here")
            .label(Span::new(host, 0, 16), "refused here")
            .help("drop `read_only`");
        insta::assert_snapshot!(human([&finding], &sources, false), @r#"
        volume_mount::bidirectional_needs_read_write

          × the volume is read-only
           ╭─[web.hcl:2:3]
         1 │ job "web" {
         2 │   count = "x"
           ·   ─────┬─────
           ·        ╰── asked for here
         3 │ }
           ╰────
          help: drop `read_only`

          ☞ the other place
           ╭─[host.hcl:1:1]
         1 │ read_only = true
           · ────────┬───────
           ·         ╰── refused here
           ╰────
        "#);
    }
}
