//! What every rule is handed: the job, what is known besides, and where findings go.
//!
//! Also the few shapes of finding that many rules share; no rule of its own.

use crate::diagnostic::{Diagnostic, Severity, Sink, Sources, Span};
use crate::jobspec::{Duration, Job, JobType, Spanned, Str, similar};

use super::CheckContext;

/// Handed from rule to rule.
pub(super) struct Checker<'a> {
    /// The whole job.
    pub job: &'a Job,
    /// What kind of job; a service where the type is none.
    pub kind: JobType,
    /// What is known of the host.
    pub context: &'a CheckContext,
    /// The text of the job file.
    pub sources: &'a Sources,
    sink: &'a mut Sink,
    /// Where reading failed: what is missing there was not left out by the author.
    unreadable: Vec<Span>,
}

impl<'a> Checker<'a> {
    /// For a job that was read with what is in the sink so far.
    pub(super) fn new(job: &'a Job, context: &'a CheckContext, sources: &'a Sources, sink: &'a mut Sink) -> Self {
        let errors = sink.findings().iter().filter(|finding| finding.severity == Severity::Error);
        let unreadable = errors.flat_map(|finding| &finding.labels).map(|label| label.span).collect();
        let kind = job.job_type().unwrap_or(JobType::Service);
        Self { job, kind, context, sources, sink, unreadable }
    }

    /// Adds a finding.
    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.sink.push(finding);
    }

    /// Whether something in a block could not be read.
    pub(super) fn is_unreadable(&self, whole: Span) -> bool {
        let within = |span: &Span| span.file == whole.file && span.start >= whole.start && span.end <= whole.end;
        self.unreadable.iter().any(within)
    }

    /// An error about something that a block lacks, unless the block could not be read.
    pub(super) fn missing(&mut self, whole: Span, finding: impl FnOnce() -> Diagnostic) {
        if !self.is_unreadable(whole) {
            self.push(finding());
        }
    }

    /// An error where a text is none of a few; an empty text counts as unwritten.
    pub(super) fn one_of(
        &mut self,
        code: &'static str,
        name: &str,
        value: Option<&Spanned<Str>>,
        known: &[&str],
    ) -> bool {
        let Some(value) = value else { return true };
        if value.is_empty() || known.contains(&value.as_str()) {
            return true;
        }
        let help = match similar(value, known.iter().copied()) {
            Some(similar) => format!("did you mean \"{similar}\"?"),
            None => format!("one of {}", quoted_list(known)),
        };
        self.push(
            Diagnostic::error(code, format!("unknown {name} \"{}\"", value.value))
                .label(value.span, format!("not one of {}", quoted_list(known)))
                .help(help),
        );
        false
    }

    /// An error where a number is below the least allowed.
    pub(super) fn at_least(
        &mut self,
        code: &'static str,
        name: &str,
        value: Option<&Spanned<i64>>,
        least: i64,
        unit: &str,
    ) {
        let Some(value) = value else { return };
        if value.value < least {
            let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
            self.push(
                Diagnostic::error(code, format!("`{name}` must be at least {least}{unit}, not {}", value.value))
                    .label(value.span, "too small")
                    .help(format!("write {least} or more")),
            );
        }
    }

    /// An error where a duration is negative.
    pub(super) fn not_negative(&mut self, code: &'static str, name: &str, value: Option<&Spanned<Duration>>) {
        let Some(value) = value else { return };
        if value.value < Duration::ZERO {
            self.push(
                Diagnostic::error(code, format!("`{name}` must not be negative"))
                    .label(value.span, "before it began")
                    .help("write 0s or more"),
            );
        }
    }

    /// An error where a name that must be unique stands a second time.
    pub(super) fn duplicate(&mut self, code: &'static str, what: &str, name: &str, second: Span, first: Span) {
        self.push(
            Diagnostic::error(code, format!("{what} \"{name}\" stands twice"))
                .label(second, "the second one")
                .label(first, "the first one")
                .help("give one of them another name"),
        );
    }
}

/// A value written somewhere, or the default of the place where nothing was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effective<T> {
    /// The value in force.
    pub value: T,
    /// Where it was written; the block's header where it was not.
    pub span: Span,
}

/// The first value written, else a default.
pub(super) fn effective<T: Clone>(written: &[Option<&Spanned<T>>], default: T, at: Span) -> Effective<T> {
    match written.iter().flatten().next() {
        Some(value) => Effective { value: value.value.clone(), span: value.span },
        None => Effective { value: default, span: at },
    }
}

/// `"a", "b" or "c"`
pub(super) fn quoted_list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("\"{only}\""),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("\"{name}\"")).collect();
            format!("{} or \"{last}\"", first.join(", "))
        }
    }
}

/// Whether a text holds something that only the run time knows.
pub(super) fn interpolated(text: &str) -> bool {
    text.contains("${")
}
