//! A job's text → its plan on this host, for those who have no command line.

use std::path::Path;

use crate::compile;
use crate::diagnostic::{Report, Severity, Sink, Sources, render};
use crate::eval::{Inputs, NoFiles};
use crate::host::{self, Caller, Configuration, Host};
use crate::linux::accounts::Accounts;
use crate::parser::Syntax;
use crate::plan::{self, Plan};
use crate::validator::CheckContext;

/// A job that cannot be run here. Its words are those of `jobctl validate`, each on the text; for miette's handlers the findings are what is
/// related.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct Refused {
    /// All findings, warnings among them.
    pub findings: Vec<Report>,
    text: String,
}

impl miette::Diagnostic for Refused {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        Some(Box::new(self.findings.iter().map(|finding| finding as &dyn miette::Diagnostic)))
    }
}

/// Makes the plan of a job in HCL on this host, without a configuration of the host and without variables; `name` stands in messages.
/// Whoever needs more calls the stages themselves: `compile::job`, `host::probe`, `plan::resolve`.
///
/// # Errors
/// Something in the text is wrong, or cannot be had here.
pub fn plan(name: &str, text: &str) -> Result<Plan, Refused> {
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let file = sources.add(name, text);
    let inputs = Inputs::new(&NoFiles, Path::new("/"));
    let job = compile::job(&sources, file, Syntax::Hcl, &inputs, &CheckContext { host_known: true }, &mut sink);
    let plan = job.filter(|_| !sink.has_errors()).and_then(|job| {
        let configuration = Configuration::default();
        let accounts = Accounts::read();
        let facts = host::probe(&plan::needs(&job, &configuration.settings), &accounts);
        plan::resolve(&job, &Host { configuration, facts }, &Caller::of_process(&accounts), &mut sink)
    });
    let mut findings = sink.into_sorted();
    plan::refuse_at_run(&mut findings);
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    plan.filter(|_| !refused).ok_or_else(|| Refused {
        text: render::human(&findings, &sources, render::Look::PLAIN),
        findings: Report::all(&findings, &sources),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_on_the_text() {
        let refused = plan("job.hcl", "job \"j\" {\n  grup \"g\" {\n  }\n}\n").unwrap_err();
        assert!(refused.findings.iter().any(|report| report.finding().severity == Severity::Error));
        assert_eq!(miette::Diagnostic::related(&refused).unwrap().count(), refused.findings.len());
        assert!(refused.to_string().contains("job.hcl:2:3"), "{refused}");
    }
}
