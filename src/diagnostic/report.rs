//! Findings as miette's reports, for programs that show them with a handler of their own.
//!
//! What the commands print is drawn by `render`.

use std::fmt;
use std::sync::Arc;

use miette::{LabeledSpan, NamedSource, SourceCode};

use super::{Diagnostic, FileId, Severity, Sources};

/// A finding with the text it is about. Its places in other files come as related reports.
#[derive(Clone, Debug)]
pub struct Report {
    finding: Diagnostic,
    part: Part,
    others: Vec<Part>,
}

/// The places of a finding in one file.
#[derive(Clone, Debug, Default)]
struct Part {
    source: Option<NamedSource<Arc<str>>>,
    labels: Vec<LabeledSpan>,
}

impl Report {
    /// A report of each finding.
    pub fn all(findings: &[Diagnostic], sources: &Sources) -> Vec<Self> {
        let mut texts = Texts { sources, held: Vec::new() };
        findings.iter().map(|finding| Self::of(finding, &mut texts)).collect()
    }

    fn of(finding: &Diagnostic, texts: &mut Texts<'_>) -> Self {
        let mut files: Vec<FileId> = Vec::new();
        for label in &finding.labels {
            if !files.contains(&label.span.file) {
                files.push(label.span.file);
            }
        }
        let mut parts = files.into_iter().map(|file| Part::of(finding, file, texts));
        let part = parts.next().unwrap_or_default();
        Self { finding: finding.clone(), part, others: parts.collect() }
    }

    /// The finding itself.
    pub fn finding(&self) -> &Diagnostic {
        &self.finding
    }
}

/// The texts of the files, each held once however many findings are about it.
struct Texts<'a> {
    sources: &'a Sources,
    held: Vec<(FileId, Arc<str>)>,
}

impl Texts<'_> {
    fn of(&mut self, file: FileId) -> Arc<str> {
        if let Some((_, text)) = self.held.iter().find(|(held, _)| *held == file) {
            return Arc::clone(text);
        }
        let text: Arc<str> = self.sources.file(file).text().into();
        self.held.push((file, Arc::clone(&text)));
        text
    }
}

impl Part {
    fn of(finding: &Diagnostic, file: FileId, texts: &mut Texts<'_>) -> Self {
        let source = NamedSource::new(texts.sources.file(file).name(), texts.of(file));
        let first = finding.labels.first().map(|label| label.span);
        let labels = finding.labels.iter().filter(|label| label.span.file == file).map(|label| {
            let message = (!label.message.is_empty()).then(|| label.message.clone());
            let (start, length) = (label.span.start as usize, label.span.len());
            if first == Some(label.span) {
                LabeledSpan::new_primary_with_span(message, (start, length))
            } else {
                LabeledSpan::new(message, start, length)
            }
        });
        Self { source: Some(source), labels: labels.collect() }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.finding.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.finding.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.finding.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.part.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.part.labels()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let others = self.others.iter().map(|part| part as &dyn miette::Diagnostic);
        (!self.others.is_empty()).then(|| Box::new(others) as Box<dyn Iterator<Item = _>>)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the other place")
    }
}

impl std::error::Error for Part {}

impl miette::Diagnostic for Part {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Span;
    use super::*;

    #[test]
    fn a_handler_of_miettes_shows_all_of_a_finding() {
        let mut sources = Sources::new();
        let job = sources.add("web.hcl", "job \"web\" {\n  count = 1\n}\n");
        let host = sources.add("host.hcl", "client {\n  read_only = true\n}\n");
        let finding = Diagnostic::error("volume::read_only", "the volume is read-only")
            .label(Span::new(job, 14, 19), "wants to write")
            .label(Span::new(host, 11, 20), "")
            .help("take `read_only` away");
        let reports = Report::all(&[finding.clone(), Diagnostic::warning("job::empty", "nothing to do")], &sources);
        assert_eq!(reports[0].finding(), &finding);
        let shown: Vec<String> = reports
            .iter()
            .map(|report| {
                let mut text = String::new();
                miette::NarratableReportHandler::new().render_report(&mut text, report).unwrap();
                text
            })
            .collect();
        insta::assert_snapshot!(shown.join("---\n"));
    }
}
