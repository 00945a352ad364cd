//! `jobctl run`: plan, apply, follow.

use super::attached::{Attached, FollowedError};
use super::host_file::{self, HostFileError, Way};
use super::job_file::JobFile;
use super::parameters::{Parameters, PayloadError};
use super::planning::{self, PlanningError, Reading, Resolved};
use super::saved_plan::{SavedPlan, SavedPlanError};
use super::source::Source;
use super::start_failure::Script;
use super::{Exit, Global, Output, jobs, ports, sensitive};
use crate::applier::{self, Applier, Progress};
use crate::diagnostic::{Severity, Sources};
use crate::linux::cgroup::Unit;
use crate::plan::{self, Digest, ReadPlanError};
use crate::planner::Step;
use crate::state::{self, AllocationId, Condition, Store};
use crate::supervisor::{Lifeline, Reserve};

/// Arguments of `jobctl run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    job: JobFile,
    /// Start the job and leave it running
    #[arg(short, long)]
    detach: bool,
    /// Apply only if the plan is still this one, as `jobctl plan` named it
    #[arg(long, value_name = "DIGEST", value_parser = Digest::parse)]
    check_digest: Option<Digest>,
    #[command(flatten)]
    parameters: Parameters,
}

/// Why a job is not run.
#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error(transparent)]
    Planning(#[from] PlanningError),
    #[error(transparent)]
    Payload(#[from] PayloadError),
    #[error(transparent)]
    Host(#[from] HostFileError),
    #[error(transparent)]
    Saved(#[from] SavedPlanError),
    #[error(transparent)]
    State(#[from] state::Error),
    #[error(transparent)]
    Apply(#[from] applier::Error),
    #[error(transparent)]
    Follow(#[from] FollowedError),
    #[error("cannot link the job to this command")]
    Link(#[source] std::io::Error),
}

/// Runs the job; attached, to its end.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    match go(arguments, global, output) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            Exit::Own
        }
    }
}

fn go(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<Exit, RunError> {
    // It loads while the plan is being made. Where there can be none, the start says why.
    let mut reserve = AllocationId::random().ok().and_then(|id| Reserve::new(id).ok());
    let Some((resolved, sources)) = make_plan(arguments, global, &mut reserve, output)? else { return Ok(Exit::Own) };
    let Resolved { plan, stored, .. } = &resolved;
    let (namespace, job) = (&plan.job.namespace, &plan.job.id);
    let store = Store::create(&jobs::state_directory(global)?)?;
    if let Some(key) = &resolved.key
        && !store.keep_sensitive_key(key)?
    {
        output.failure("another key for sensitive values was made meanwhile", Some("run it again"));
        return Ok(Exit::Own);
    }
    let lock = jobs::lock(&store, (namespace, job), "run", output)?;
    let lifeline = if arguments.detach { None } else { Some(Lifeline::new().map_err(RunError::Link)?) };
    let configured = &resolved.host.settings().cgroup_parent;
    let cgroup_parent = applier::cgroup_parent(lifeline.as_ref(), configured, Unit::Stays);
    let applier = Applier {
        store: &store,
        plan,
        stored,
        sensitive: &resolved.sensitive,
        lifeline: lifeline.as_ref(),
        cgroup_parent: &cgroup_parent,
    };
    let keep = resolved.host.settings().keep;
    let (started, all) = applier.bring_about(keep, reserve, |progress| announce(&progress, output))?;
    drop(lock);
    let Some(lifeline) = lifeline else {
        output
            .say(format_args!("{job} runs by plan {}; `jobctl logs -f {job}` shows its output", stored.digest.short()));
        let mut linked = all.iter().filter(|found| found.condition == Condition::Supervised);
        if let Some(command) = linked.find_map(|found| found.launch.command.as_ref()) {
            let process = command.pid;
            output.say(format_args!(
                "it ran before, and ends with the `jobctl run` it is attached to (process {process})"
            ));
        }
        return Ok(Exit::Success);
    };
    let script = Script::new(&resolved.job, &sources);
    let mut attached = Attached::new(&store, plan, &lifeline, started, all)?;
    // Of those the plan has just said it.
    let there = &resolved.host.facts.kernel.cgroups.controllers;
    let lacking = ["cpu", "memory", "pids", "cpuset"].into_iter().filter(|name| !there.contains(*name));
    attached.follower.keep_quiet_of(lacking.map(str::to_owned));
    Ok(attached.follow(script, output)?)
}

/// The plan and its text, if nothing keeps it from being run; what does has been said. The supervisor is told what to prepare for.
fn make_plan(
    arguments: &Arguments,
    global: &Global,
    reserve: &mut Option<Reserve>,
    output: &mut Output,
) -> Result<Option<(Resolved, Sources)>, RunError> {
    let payload = arguments.parameters.payload()?;
    let key = sensitive::key(&arguments.job.inputs, global)?;
    let request = planning::Request {
        inputs: &arguments.job.inputs,
        caller: None,
        meta: &arguments.parameters.meta,
        payload: payload.as_deref(),
        key,
    };
    let (source, saved) = match SavedPlan::read(&arguments.job.file) {
        Ok(saved) => {
            host_file::refuse_way_round(Way::SavedPlan)?;
            (Source::restore(saved.job, request.inputs), Some(saved.digest))
        }
        Err(changed @ SavedPlanError::NotAPlan { cause: ReadPlanError::Changed { .. }, .. }) => {
            return Err(changed.into());
        }
        Err(_) => (Source::read(&arguments.job.file, request.inputs).map_err(PlanningError::from)?, None),
    };
    let reading = Reading::new(source, request)?;
    *reserve = reserve.take().and_then(|reserve| reserve.foresee(reading.foresee().as_ref()).ok());
    let mut planning = reading.plan()?;
    // First of all: what else an ordinary user lacks follows from it.
    if let Some(task) = planning.resolved.as_ref().and_then(needs_root) {
        let help = "run it with sudo, or see `jobctl doctor`; driver \"raw_exec\" needs nothing and isolates nothing";
        let problem = "which needs root: this host has no user namespaces for ordinary users";
        output.failure(format_args!("task {task:?} has driver \"exec\", {problem}"), Some(help));
        return Ok(None);
    }
    ports::check(&mut planning, global)?;
    plan::refuse_at_run(&mut planning.findings);
    output.findings(&planning.findings, &planning.source.sources);
    let refused = planning.findings.iter().any(|finding| finding.severity == Severity::Error);
    let Some(resolved) = planning.resolved.filter(|_| !refused) else { return Ok(None) };
    if resolved.host.configuration.fixture.is_some() {
        let help = "leave its `facts` block out to run jobs here";
        output.failure("the host configuration describes another machine", Some(help));
        return Ok(None);
    }
    let found = &resolved.stored.digest;
    if let Some(expected) = saved.iter().chain(&arguments.check_digest).find(|expected| *expected != found) {
        output.failure(format_args!("the plan is {found} now, not {expected}"), Some("look at it with `jobctl plan`"));
        return Ok(None);
    }
    Ok(Some((resolved, planning.source.sources)))
}

/// The first task that this user cannot isolate.
fn needs_root(resolved: &Resolved) -> Option<&str> {
    let kernel = &resolved.host.facts.kernel;
    let able = kernel.root || kernel.user_namespaces;
    let mut tasks = resolved.plan.groups.iter().flat_map(|group| &group.tasks);
    tasks.find(|task| task.isolation.is_some()).map(|task| task.name.as_str()).filter(|_| !able)
}

fn announce(progress: &Progress<'_>, output: &mut Output) {
    let step = match progress {
        Progress::Problem(problem) => return jobs::report(std::slice::from_ref(*problem), output),
        Progress::TakesOver(found) => {
            return output.say(format_args!("taking over {}, whose supervisor is gone", found.launch.name()));
        }
        Progress::Waits(found) => {
            return output.say(format_args!("waiting for the end of {}, which is being stopped", found.launch.name()));
        }
        Progress::Step(step) => step,
    };
    match step {
        Step::StartAllocation { allocation, .. } => output.detail(format_args!("starting {allocation}")),
        Step::StopAllocation { allocation, .. } => output.say(format_args!("stopping {allocation}")),
        Step::UpdateAllocation { allocation, .. } => output.say(format_args!("updating {allocation}")),
        Step::StorePlan { digest } => output.detail(format_args!("storing plan {}", digest.short())),
        Step::CommitPlan { digest } => output.detail(format_args!("plan {} is in force", digest.short())),
    }
}
