//! `jobctl validate`: every finding in job files, for people and for machines.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use super::job_file::Inputs;
use super::source::{Source, SourceError};
use super::{Exit, Output, file_tree, host_file, planning};
use crate::diagnostic::render::{self, FileReport, JsonReport};
use crate::diagnostic::{Diagnostic, Severity, Sink, Sources};
use crate::linux::accounts::Accounts;
use crate::plan;
use crate::validator::CheckContext;

/// Arguments of `jobctl validate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Job files, directories to look for them in, or `-` for standard input
    #[arg(required = true, value_name = "FILE|DIR")]
    files: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, default_value = "human", value_name = "FORMAT")]
    format: Format,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Warnings make a file invalid too
    #[arg(long)]
    deny_warnings: bool,
    /// With --host: check what this user may do
    #[arg(long = "as", value_name = "USER", requires = "host")]
    caller: Option<String>,
    #[command(flatten)]
    inputs: Inputs,
}

/// `--format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people, on stderr.
    Human,
    /// The documented shape, on stdout.
    Json,
    /// SARIF 2.1.0, on stdout.
    Sarif,
    /// GitHub workflow commands, on stdout.
    Github,
}

/// What was found in one file.
struct Checked {
    name: String,
    sources: Sources,
    findings: Vec<Diagnostic>,
    valid: bool,
}

/// Checks all files, prints what was found, and is a success where all are valid.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    let files = match file_tree::files(&arguments.files, is_job_file) {
        Ok(files) => files,
        Err((directory, error)) => {
            output.failure(format_args!("cannot read {}: {error}", directory.display()), None);
            return Exit::Failure;
        }
    };
    if files.is_empty() {
        output.failure(
            "no job file there",
            Some("directories are searched for *.nomad, *.hcl, *.nomad.toml and *.nomad.json"),
        );
        return Exit::Failure;
    }
    let checked: Vec<Checked> = files.iter().map(|file| check(file, arguments)).collect();
    let printed = print(&checked, arguments, output);
    if checked.iter().all(|file| file.valid) { printed } else { Exit::Failure }
}

fn check(file: &Path, arguments: &Arguments) -> Checked {
    let name = file.display().to_string();
    let (sources, findings) = match findings(file, arguments) {
        Ok(found) => found,
        Err(error) => {
            let cause = error.source().map_or(String::new(), |cause| format!(": {cause}"));
            let finding = Diagnostic::error("file::cannot_read", format!("{error}{cause}"));
            let help = if error.is::<SourceError>() {
                "name a job file, a directory of job files, or `-` for standard input"
            } else {
                "`--host` names the configuration of a host; without it, what the job file alone shows is checked"
            };
            (Sources::new(), vec![finding.help(help)])
        }
    };
    let worst = if arguments.deny_warnings { Severity::Warning } else { Severity::Error };
    let valid = findings.iter().all(|finding| finding.severity > worst);
    Checked { name, sources, findings, valid }
}

/// What the file alone shows; where a host is named, what its volumes, policies and capabilities make of it too. Nothing
/// is probed: what is valid does not depend on where it is checked.
fn findings(file: &Path, arguments: &Arguments) -> Result<(Sources, Vec<Diagnostic>), Box<dyn Error>> {
    let mut source = Source::read(file, &arguments.inputs)?;
    let mut sink = Sink::new();
    let Some(host) = arguments.inputs.host.as_deref() else {
        source.job(&CheckContext::default(), &mut sink);
        return Ok((source.sources, sink.into_sorted()));
    };
    let configuration = host_file::read(Some(host), &mut source.sources, &mut sink)?;
    let job = source.job(&CheckContext { host_known: true }, &mut sink);
    if let (Some(job), false) = (job, sink.has_errors()) {
        let caller = planning::caller(arguments.caller.as_deref(), configuration.fixture.as_ref(), &Accounts::read())?;
        plan::check_host(&job, &configuration, &caller, &mut sink);
    }
    Ok((source.sources, sink.into_sorted()))
}

fn print(checked: &[Checked], arguments: &Arguments, output: &mut Output) -> Exit {
    let all = || checked.iter().flat_map(|file| file.findings.iter().map(|finding| (finding, &file.sources)));
    match if arguments.json { Format::Json } else { arguments.format } {
        Format::Human => {
            for file in checked {
                output.findings(&file.findings, &file.sources);
            }
            output.say(verdict(checked));
            Exit::Success
        }
        Format::Json => {
            let reports = checked.iter();
            let reports = reports.map(|file| FileReport::new(&file.name, file.valid, &file.findings, &file.sources));
            output.finish_json(&JsonReport { files: reports.collect() })
        }
        Format::Sarif => output.finish_json(&render::sarif(all())),
        Format::Github => {
            let text: String = all().map(|(finding, sources)| render::github([finding], sources)).collect();
            output.finish_data(&text)
        }
    }
}

/// One line for all files: `jobs/web.hcl: valid, 1 warning`.
fn verdict(checked: &[Checked]) -> String {
    let count = |severity| {
        let of = |file: &Checked| file.findings.iter().filter(|finding| finding.severity == severity).count();
        checked.iter().map(of).sum::<usize>()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let plural = |number: usize, word: &str| match number {
        0 => String::new(),
        1 => format!(", 1 {word}"),
        _ => format!(", {number} {word}s"),
    };
    let found = plural(errors, "error") + &plural(warnings, "warning");
    let invalid = checked.iter().filter(|file| !file.valid).count();
    match (checked, invalid) {
        ([file], 0) => format!("{}: valid{found}", file.name),
        ([file], _) => format!("{}: invalid{found}", file.name),
        (files, 0) => format!("{} files: all valid{found}", files.len()),
        (files, _) => format!("{} files: {invalid} invalid{found}", files.len()),
    }
}

/// By its name, or, where the name does not tell (`*.hcl`, `*.toml`, `*.json`), by a job in it.
fn is_job_file(path: &Path) -> bool {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().to_lowercase());
    if [".nomad", ".nomad.hcl", ".nomad.toml", ".nomad.json", ".job.hcl"].iter().any(|end| name.ends_with(end)) {
        return true;
    }
    let Some((_, extension)) = name.rsplit_once('.') else { return false };
    let Ok(text) = fs::read_to_string(path) else { return false };
    let begins = |line: &str| match extension {
        "hcl" => line.strip_prefix("job").is_some_and(|rest| rest.trim_start().starts_with(['"', '{'])),
        "toml" => line.starts_with("[job.") || line.starts_with("[[job."),
        "json" => line.contains("\"job\"") || line.contains("\"Job\"") || line.contains("\"TaskGroups\""),
        _ => false,
    };
    text.lines().any(|line| begins(line.trim_start()))
}
