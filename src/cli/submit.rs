//! `jobctl submit FILE`: the job as `export nomad` gives it, to a Nomad cluster; and what the cluster makes of it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cluster::Cluster;
use super::cluster_diff_view::ClusterDiffView;
use super::job_file::JobFile;
use super::paint::{Color, Paint};
use super::source::Source;
use super::submit_report::{SubmitReport, Submitted};
use super::{Exit, Output};
use crate::diagnostic::{Severity, Sink};
use crate::jobspec::{Job, Spanned};
use crate::nomad::{self, Client, ClientError, DiffType, Monitor, Outcome, Planned, RegisterOptions};
use crate::validator::CheckContext;

/// So many nodes are asked for their host volumes.
const MOST_NODES: usize = 20;

/// Arguments of `jobctl submit`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are on or off each by itself")]
pub struct Arguments {
    #[command(flatten)]
    job: JobFile,
    #[command(flatten)]
    cluster: Cluster,
    /// Show what the cluster would change, by its own diff; registers nothing
    #[arg(long, conflicts_with_all = ["check_index", "detach", "preserve_counts", "eval_priority"])]
    plan: bool,
    /// Register only if the job there has this modify index, as `--plan` shows it; 0: only if there is none
    #[arg(long, value_name = "INDEX")]
    check_index: Option<u64>,
    /// Do not follow the evaluation; print its identifier
    #[arg(long)]
    detach: bool,
    /// Leave out keys that Nomad's drivers do not have
    #[arg(long)]
    strip: bool,
    /// Keep the counts that the groups have in the cluster
    #[arg(long)]
    preserve_counts: bool,
    /// Override policies that may be overridden
    #[arg(long)]
    policy_override: bool,
    /// The priority of the evaluation, if not the job's
    #[arg(long, value_name = "PRIORITY", value_parser = clap::value_parser!(u8).range(1..=100))]
    eval_priority: Option<u8>,
    /// Print what came of it as JSON
    #[arg(long)]
    json: bool,
}

/// A job that is ready to be sent.
struct Ready {
    source: Source,
    job: Job,
    body: Value,
    client: Client,
}

impl Ready {
    fn id(&self) -> &str {
        self.body["ID"].as_str().unwrap_or_default()
    }
}

/// Runs it. Exit codes are those of `nomad job run`: 0, 1, and 2 where not everything could be placed; with `--plan` those of
/// `nomad job plan`: 0, 1 where allocations would be created or destroyed, 255.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    let failed = if arguments.plan { Exit::PlanFailed } else { Exit::Failure };
    let Some(ready) = prepare(arguments, output) else { return failed };
    let result = if arguments.plan { plan(arguments, &ready, output) } else { submit(arguments, &ready, output) };
    result.unwrap_or_else(|error| {
        refused(&error, &ready, output);
        failed
    })
}

/// Reads and checks the job, and finds what differs between here and there; `None` where something is wrong, which is said.
fn prepare(arguments: &Arguments, output: &mut Output) -> Option<Ready> {
    if !arguments.job.inputs.sensitive.is_empty() {
        let help = "keep it in a Nomad variable or in Vault, and read it by a `template` or `secret` block";
        output.failure("a cluster keeps the job whole: no value can be kept out of it", Some(help));
        return None;
    }
    let read = Source::read(&arguments.job.file, &arguments.job.inputs);
    let source = read.map_err(|error| output.error(&error)).ok()?;
    let mut sink = Sink::new();
    // The hosts are known there, not here.
    let job = source.job(&CheckContext { host_known: true }, &mut sink);
    for finding in job.iter().flat_map(|job| nomad::differences(job, arguments.strip)) {
        sink.push(finding);
    }
    let wrong = sink.has_errors();
    let mut findings = sink.into_sorted();
    findings.retain(|finding| finding.severity < Severity::Note);
    output.findings(&findings, &source.sources);
    let job = job.filter(|_| !wrong)?;
    let mut body = nomad::as_written(&job);
    if arguments.strip {
        nomad::strip(&mut body);
    }
    let namespace = job.namespace.as_ref().map(Spanned::as_str);
    let region = job.region.as_ref().map(Spanned::as_str);
    let settings = arguments.cluster.settings(namespace, region).map_err(|error| output.error(&error)).ok()?;
    let client = Client::new(settings).map_err(|error| output.error(&error)).ok()?;
    output.say(format_args!("asks of the cluster: {}", nomad::wanted(&job)));
    Some(Ready { source, job, body, client })
}

/// Warns of what no node offers. A cluster that does not say is none to complain of: its scheduler has the last word.
///
/// # Errors
/// Nobody answers at all.
fn check_nodes(ready: &Ready, output: &mut Output) -> Result<(), ClientError> {
    let Ready { job, client, source, .. } = ready;
    let look = || -> Result<_, ClientError> {
        let nodes = nomad::candidates(job, client.nodes()?);
        let mut findings = nomad::missing_drivers(job, &nodes);
        if nomad::asks_for_volumes(job) && !nodes.is_empty() {
            let others = nodes.len().saturating_sub(MOST_NODES);
            let asked = nodes.iter().take(MOST_NODES).map(|node| client.node(&node.id));
            findings.extend(nomad::missing_volumes(job, &asked.collect::<Result<Vec<_>, _>>()?, others));
        }
        Ok(findings)
    };
    match look() {
        Ok(findings) => output.findings(&findings, &source.sources),
        Err(ClientError::Status { status, .. }) => {
            output
                .detail(format_args!("what the nodes offer is not known: {status} (a token needs node:read for that)"));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn plan(arguments: &Arguments, ready: &Ready, output: &mut Output) -> Result<Exit, ClientError> {
    check_nodes(ready, output)?;
    let planned = ready.client.plan(&ready.body, arguments.policy_override)?;
    remark(&planned.warnings, output);
    output.findings(&nomad::placement_findings(&ready.job, &planned.failed), &ready.source.sources);
    let changed = is_change(&planned);
    let printed = if arguments.json {
        output.finish_json(&SubmitReport::of_plan(ready.id(), &planned, changed))
    } else {
        let paint = Paint { enabled: output.color_stdout() };
        let view = ClusterDiffView { paint, verbose: output.is_verbose() };
        let index = planned.job_modify_index;
        let how = format!("Job Modify Index: {index}");
        let how = paint.text(Color::Bold, &how);
        let again = again(arguments, index);
        output.finish_data(&format!(
            "{}\n{how}\nTo submit it as planned, and only if nobody has changed it since:\n    {again}\n",
            view.render(&planned)
        ))
    };
    Ok(match (printed, changed) {
        (Exit::Success, true) => Exit::Failure,
        (Exit::Success, false) => Exit::Success,
        _ => Exit::PlanFailed,
    })
}

/// As the reference has it: a job that is the same changes nothing, whatever the scheduler would do.
fn is_change(planned: &Planned) -> bool {
    planned.diff.r#type != DiffType::None && planned.annotations.groups.values().any(|updates| updates.is_change())
}

/// The command line that submits what was planned. Values that were typed are repeated; those of files and variables stay there.
fn again(arguments: &Arguments, index: u64) -> String {
    let mut words = vec!["jobctl".to_owned(), "submit".to_owned(), format!("--check-index {index}")];
    words.extend(arguments.cluster.typed().iter().map(|word| quoted(word)));
    words.extend(arguments.strip.then(|| "--strip".to_owned()));
    words.extend(arguments.job.inputs.variables.iter().map(|given| format!("--var {}", quoted(given))));
    let files = arguments.job.inputs.variable_files.iter();
    words.extend(files.map(|file| format!("--var-file {}", quoted(&file.display().to_string()))));
    words.push(quoted(&arguments.job.file.display().to_string()));
    words.join(" ")
}

/// As a shell reads it as one word.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "@%+=:,./-_".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn submit(arguments: &Arguments, ready: &Ready, output: &mut Output) -> Result<Exit, ClientError> {
    check_nodes(ready, output)?;
    let options = RegisterOptions {
        check_index: arguments.check_index,
        preserve_counts: arguments.preserve_counts,
        policy_override: arguments.policy_override,
        evaluation_priority: arguments.eval_priority,
    };
    let registered = ready.client.register(&ready.body, options)?;
    remark(&registered.warnings, output);
    let evaluation = registered.evaluation.clone();
    let mut report = SubmitReport {
        version: 1,
        job: ready.id().to_owned(),
        job_modify_index: registered.job_modify_index,
        warnings: registered.warnings,
        not_placed: BTreeMap::new(),
        plan: None,
        submitted: Some(Submitted { evaluation, outcome: None, deployment: None, allocations: Vec::new() }),
    };
    let evaluation = registered.evaluation;
    let job = &ready.job;
    let is_template = job.periodic.is_some() || job.parameterized.is_some();
    output.say(match (is_template, evaluation.is_empty()) {
        (true, _) => format!("job {} is registered; it runs when it is dispatched or its time has come", ready.id()),
        (false, true) => format!("job {} is registered", ready.id()),
        (false, false) => format!("job {} is registered, evaluation {}", ready.id(), nomad::short(&evaluation)),
    });
    if arguments.detach || is_template || job.multiregion.is_some() || evaluation.is_empty() {
        return Ok(match (arguments.json, evaluation.is_empty()) {
            (true, _) => output.finish_json(&report),
            (false, true) => Exit::Success,
            (false, false) => output.finish_data(&format!("{evaluation}\n")),
        });
    }
    let mut monitor = Monitor::new(&evaluation);
    let followed = nomad::follow(&ready.client, &mut monitor, |line| output.say(line));
    output.findings(&nomad::placement_findings(job, &monitor.failed), &ready.source.sources);
    report.add(&monitor);
    if let Err(error) = followed {
        output.error(&error);
        let evaluation = nomad::short(&evaluation);
        let help =
            format!("the job is registered all the same: `nomad eval status -monitor {evaluation}` goes on following");
        output.failure("it cannot be followed any more", Some(&help));
        return Ok(Exit::Failure);
    }
    if arguments.json && output.finish_json(&report) != Exit::Success {
        return Ok(Exit::Failure);
    }
    Ok(match monitor.outcome() {
        Outcome::Placed => Exit::Success,
        Outcome::Unplaced => Exit::NotPlaced,
        Outcome::Failed => Exit::Failure,
    })
}

/// What the servers have to remark. Nomad numbers it: `1 warning:` and below it a line with `* ` each.
fn remark(warnings: &str, output: &mut Output) {
    let lines = warnings.lines().map(str::trim).filter(|line| !line.is_empty());
    for line in lines.filter(|line| !line.ends_with("warning:") && !line.ends_with("warnings:")) {
        output.say(format_args!("Nomad remarks: {}", line.trim_start_matches("* ")));
    }
}

/// Says why the cluster does not take the job: on its text where that can be told, else in words.
fn refused(error: &ClientError, ready: &Ready, output: &mut Output) {
    if let ClientError::Status { body, .. } = error {
        if let Some((_, why)) = body.split_once("Enforcing job modify index ") {
            let help = "somebody has changed it since: `jobctl submit --plan` shows what there is now, and its index";
            output.failure(format_args!("the job is not registered: expected modify index {why}"), Some(help));
            return;
        }
        let findings = nomad::refusals(&ready.job, body);
        if !findings.is_empty() {
            output.findings(&findings, &ready.source.sources);
            return;
        }
    }
    output.failure(error, error.help());
}
