//! Tasks that could not be started, shown on the job file's text.

use std::collections::BTreeSet;

use super::Output;
use crate::diagnostic::{Diagnostic, Sources};
use crate::jobspec::Job;
use crate::plan;
use crate::state::{Event, EventKind};

/// The job file that is run, and what of it has been shown already.
#[derive(Debug)]
pub struct Script<'a> {
    /// The job as it is written.
    pub job: &'a Job,
    /// Its text.
    pub sources: &'a Sources,
    shown: BTreeSet<String>,
}

impl<'a> Script<'a> {
    /// Nothing has been shown yet.
    pub fn new(job: &'a Job, sources: &'a Sources) -> Self {
        Self { job, sources, shown: BTreeSet::new() }
    }

    /// Shows a failed start where it comes from, once.
    pub fn show(&mut self, event: &Event, output: &mut Output) {
        if let Some(finding) = diagnose(self.job, event)
            && self.shown.insert(finding.message.clone())
        {
            output.findings(&[finding], self.sources);
        }
    }
}

/// The finding that a failed start is; `None` for other events, and where the file has no such place.
fn diagnose(job: &Job, event: &Event) -> Option<Diagnostic> {
    if event.kind != EventKind::StartFailed {
        return None;
    }
    let address = event.details.get("address")?.as_str()?;
    let span = plan::place(job, address)?;
    let (code, label, help) = match event.details.get("exit_code").and_then(serde_json::Value::as_i64) {
        Some(127) => (
            "start::command_not_found",
            "looked for as it is here",
            "under `exec` a command is looked for inside the task's root: local/ first, then the root, then PATH",
        ),
        Some(126) => (
            "start::not_executable",
            "this is there",
            "make it executable for the task's user, or name its interpreter",
        ),
        _ => ("start::failed", "asked for here", way_out(address)),
    };
    let message = format!("task {:?} could not be started: {}", event.task, event.message);
    Some(Diagnostic::error(code, message).label(span, label).help(help))
}

/// What to do about something at this address that could not be had.
fn way_out(address: &str) -> &'static str {
    let block = address.rsplit('.').next().and_then(|last| last.split('[').next());
    match block {
        Some("template") => {
            "docs/templates.md shows the syntax and the functions; `file` reads what the task could read"
        }
        Some("artifact") => "it must be in reach of this host when the task starts: docs/artifacts.md",
        _ => "`jobctl doctor` says what this host offers, `jobctl inspect` what was asked of it",
    }
}
