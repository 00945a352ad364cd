//! `jobctl plan FILE`: what would change if the job were run. Changes nothing anywhere.

use std::path::PathBuf;

use serde::Serialize;

use super::diff_view::DiffView;
use super::job_file::JobFile;
use super::paint::Paint;
use super::parameters::Parameters;
use super::planning::{self, Planning, Request, Resolved};
use super::saved_plan::SavedPlan;
use super::{Exit, Global, Output, jobs, ports, sensitive};
use crate::diagnostic::render::FileReport;
use crate::plan::Snapshot;
use crate::planner::{Diff, diff, with_whole_things};
use crate::state;

/// Arguments of `jobctl plan`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    job: JobFile,
    /// Print the changes as JSON
    #[arg(long)]
    json: bool,
    /// Save the resolved plan, with the job it was made of
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Compare with a saved plan instead of what is in force
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    #[command(flatten)]
    parameters: Parameters,
    /// Plan with another user's permissions on volumes
    #[arg(long = "as", value_name = "USER")]
    caller: Option<String>,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    version: u32,
    changed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a Diff>,
    findings: FileReport<'a>,
}

/// Shows the diff: a success where there is nothing to do, 1 for changes, 255 where there is no plan.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    let payload = match arguments.parameters.payload() {
        Ok(payload) => payload,
        Err(error) => return failed(&error, output),
    };
    let key = match sensitive::key(&arguments.job.inputs, global) {
        Ok(key) => key,
        Err(error) => return failed(&error, output),
    };
    let request = Request {
        key,
        inputs: &arguments.job.inputs,
        caller: arguments.caller.as_deref(),
        meta: &arguments.parameters.meta,
        payload: payload.as_deref(),
    };
    let mut planning = match planning::of_file(&arguments.job.file, request) {
        Ok(planning) => planning,
        Err(error) => return failed(&error, output),
    };
    if arguments.against.is_none()
        && let Err(error) = ports::check(&mut planning, global)
    {
        return failed(&error, output);
    }
    if !arguments.json {
        output.findings(&planning.findings, &planning.source.sources);
    }
    let Some(resolved) = &planning.resolved else {
        if arguments.json {
            print_json(&planning, None, arguments, output);
        }
        return Exit::PlanFailed;
    };
    let snapshot = match &arguments.against {
        Some(file) => match SavedPlan::read(file) {
            Ok(saved) => saved.into_snapshot(),
            Err(error) => return failed(&error, output),
        },
        None => match in_force(resolved, global, output) {
            Ok(snapshot) => snapshot,
            Err(error) => return failed(&error, output),
        },
    };
    let before = snapshot.in_force.as_ref().and_then(|digest| snapshot.plans.get(digest));
    let diff = diff(&resolved.plan, &resolved.stored.digest, &snapshot);
    let diff = with_whole_things(diff, before, &resolved.plan);
    if let Some(file) = &arguments.out {
        let source = planning.source.save();
        if resolved.sensitive.values().any(|value| source.holds(value)) {
            let help = "give it by `--var NAME=@FILE` or JOBCTL_VAR_NAME, not by a file or a default";
            output.failure("the saved plan would hold the value of a sensitive variable", Some(help));
            return Exit::PlanFailed;
        }
        let saved = SavedPlan::new(&resolved.plan, &resolved.stored, source);
        if let Err(error) = saved.write(file) {
            return failed(&error, output);
        }
    }
    let printed = if arguments.json {
        print_json(&planning, Some(&diff), arguments, output)
    } else {
        let view = DiffView { paint: Paint { enabled: output.color_stdout() }, verbose: output.is_verbose() };
        output.finish_data(&view.render(&diff))
    };
    match printed {
        Exit::Success if diff.is_empty() => Exit::Success,
        Exit::Success => Exit::Failure,
        _ => Exit::PlanFailed,
    }
}

fn print_json(planning: &Planning, diff: Option<&Diff>, arguments: &Arguments, output: &mut Output) -> Exit {
    let name = arguments.job.file.display().to_string();
    let findings = FileReport::new(&name, diff.is_some(), &planning.findings, &planning.source.sources);
    let changed = diff.is_some_and(|diff| !diff.is_empty());
    output.finish_json(&Report { version: 1, changed, diff, findings })
}

/// What is in force of the job. Nothing is made where there is no state yet.
fn in_force(resolved: &Resolved, global: &Global, output: &mut Output) -> Result<Snapshot, state::Error> {
    let Some(store) = jobs::open(global)? else { return Ok(Snapshot::default()) };
    let (namespace, job) = (&resolved.plan.job.namespace, &resolved.plan.job.id);
    let (all, problems) = store.allocations_of(namespace, job)?;
    jobs::report(&problems, output);
    let (snapshot, problems) = store.snapshot(namespace, job, &all)?;
    jobs::report(&problems, output);
    Ok(snapshot)
}

fn failed(error: &dyn std::error::Error, output: &mut Output) -> Exit {
    output.error(error);
    Exit::PlanFailed
}
