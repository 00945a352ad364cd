//! `jobctl export`: a job for another system.

use super::job_file::JobFile;
use super::source::Source;
use super::{Exit, Global, Output, export_oci};
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::nomad;

/// Arguments of `jobctl export`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    target: Target,
}

#[derive(Debug, clap::Subcommand)]
enum Target {
    /// Nomad's API JSON, {"Job": …}
    Nomad(Nomad),
    /// A runtime bundle for each task: what runc, crun and youki run
    Oci(export_oci::Arguments),
}

#[derive(Debug, clap::Args)]
struct Nomad {
    #[command(flatten)]
    job: JobFile,
    /// Fill in every default
    #[arg(long)]
    canonical: bool,
}

/// Runs it.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    match &arguments.target {
        Target::Nomad(arguments) => nomad(arguments, output),
        Target::Oci(arguments) => export_oci::run(arguments, global, output),
    }
}

/// Prints the job where it can be read as one, whether or not it keeps the rules.
fn nomad(arguments: &Nomad, output: &mut Output) -> Exit {
    let source = match Source::read(&arguments.job.file, &arguments.job.inputs) {
        Ok(source) => source,
        Err(error) => {
            output.error(&error);
            return Exit::Failure;
        }
    };
    let mut sink = Sink::new();
    let job = source.job_as_written(&mut sink);
    let unreadable = sink.has_errors();
    let findings: Vec<Diagnostic> = sink.into_sorted();
    let shown: Vec<Diagnostic> = findings.into_iter().filter(|finding| finding.severity < Severity::Note).collect();
    output.findings(&shown, &source.sources);
    let Some(job) = job.filter(|_| !unreadable) else { return Exit::Failure };
    let job = if arguments.canonical { nomad::canonical(&job) } else { nomad::as_written(&job) };
    output.finish_json(&serde_json::json!({ "Job": job }))
}
