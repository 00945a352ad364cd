//! `jobctl export oci FILE -o DIR`: a runtime bundle for each task.
//!
//! Nothing is started, and nothing in DIR written over.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::job_file::JobFile;
use super::parameters::Parameters;
use super::planning::{self, Request, Resolved};
use super::{Exit, Global, Output, jobs};
use crate::applier;
use crate::diagnostic::Diagnostic;
use crate::host::PathFact;
use crate::linux::id_map;
use crate::oci::{self, Allocation, WriteError};
use crate::plan::{Driver, Group, place};
use crate::planner::{self, PortError};
use crate::state::{self, Launch, encode};
use crate::supervisor::Start;

/// Arguments of `jobctl export oci`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    job: JobFile,
    /// Where: a directory that is empty or not there
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// Only this task, TASK or GROUP/TASK; may be given several times
    #[arg(long, value_name = "TASK")]
    task: Vec<String>,
    #[command(flatten)]
    parameters: Parameters,
    /// Print the bundles as JSON
    #[arg(long)]
    json: bool,
}

/// One bundle, as it is printed.
#[derive(Debug, Serialize)]
struct Row {
    group: String,
    index: u32,
    task: String,
    bundle: PathBuf,
}

/// Why there are no bundles.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    State(#[from] state::Error),
    #[error(transparent)]
    Port(#[from] PortError),
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Runs it; prints the directory of each bundle.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    if !arguments.job.inputs.sensitive.is_empty() {
        let help = "leave `--sensitive` out; the file is readable by its owner only";
        output.failure("a bundle holds the whole environment: no value can be kept out of its config.json", Some(help));
        return Exit::Failure;
    }
    let payload = match arguments.parameters.payload() {
        Ok(payload) => payload,
        Err(error) => return failed(&error, output),
    };
    let request = Request {
        inputs: &arguments.job.inputs,
        caller: None,
        meta: &arguments.parameters.meta,
        payload: payload.as_deref(),
        key: None,
    };
    let planning = match planning::of_file(&arguments.job.file, request) {
        Ok(planning) => planning,
        Err(error) => return failed(&error, output),
    };
    output.findings(&planning.findings, &planning.source.sources);
    let Some(resolved) = &planning.resolved else { return Exit::Failure };
    let groups = match chosen(&resolved.plan.groups, &arguments.task) {
        Ok(groups) => groups,
        Err(unknown) => {
            let tasks = resolved.plan.groups.iter().flat_map(|group| group.tasks.iter().map(|task| &*task.name));
            let help = format!("it has {}", tasks.collect::<Vec<_>>().join(", "));
            output.failure(format_args!("the job has no task {unknown:?}"), Some(&help));
            return Exit::Failure;
        }
    };
    let without = without_bundle(resolved, &groups);
    if !without.is_empty() {
        output.findings(&without, &planning.source.sources);
        return Exit::Failure;
    }
    output.findings(&oci::left_out(&resolved.job, &groups), &planning.source.sources);
    match export(resolved, &groups, global, &arguments.out) {
        Ok(rows) if arguments.json => output.finish_json(&rows),
        Ok(rows) => {
            let lines: Vec<_> = rows.iter().map(|row| format!("{}\n", row.bundle.display())).collect();
            output.finish_data(&lines.concat())
        }
        Err(ExportError::Write(error @ WriteError::NotEmpty(_))) => {
            output.failure(error, Some("name a directory that is not there yet, or empty this one"));
            Exit::Failure
        }
        Err(error) => failed(&error, output),
    }
}

/// The groups with the tasks that were named: all of them where none was.
fn chosen(groups: &[Group], named: &[String]) -> Result<Vec<Group>, String> {
    let is_meant = |name: &str, group: &Group, task: &str| match name.strip_suffix(task) {
        Some("") => true,
        Some(before) => before.strip_suffix('/') == Some(&group.name),
        None => false,
    };
    let all = || groups.iter().flat_map(|group| group.tasks.iter().map(move |task| (group, task)));
    let unknown = named.iter().find(|name| !all().any(|(group, task)| is_meant(name, group, &task.name)));
    if let Some(unknown) = unknown {
        return Err(unknown.clone());
    }
    let mut groups = groups.to_vec();
    for group in groups.iter_mut().filter(|_| !named.is_empty()) {
        let whole = group.clone();
        group.tasks.retain(|task| named.iter().any(|name| is_meant(name, &whole, &task.name)));
    }
    groups.retain(|group| !group.tasks.is_empty());
    Ok(groups)
}

/// A refusal for each task that has the host's files and namespaces.
fn without_bundle(resolved: &Resolved, groups: &[Group]) -> Vec<Diagnostic> {
    let tasks = groups.iter().flat_map(|group| &group.tasks).filter(|task| task.driver == Driver::RawExec);
    let refusal = |task: &crate::plan::Task| {
        let finding =
            Diagnostic::error("oci::raw_exec", "a task of `raw_exec` is no bundle: it has the host's own root")
                .help("use `driver = \"exec\"`, or name the other tasks with --task");
        match place(&resolved.job, &task.address) {
            Some(span) => finding.label(span, format!("task {:?}", task.name)),
            None => finding,
        }
    };
    tasks.map(refusal).collect()
}

/// Translates and writes.
fn export(resolved: &Resolved, groups: &[Group], global: &Global, out: &Path) -> Result<Vec<Row>, ExportError> {
    let facts = &resolved.host.facts;
    let described = resolved.host.configuration.fixture.is_some();
    let host = oci::Host {
        controllers: &facts.kernel.cgroups.controllers,
        is_file: &|path| facts.follow(path).is_some_and(|fact| matches!(fact, PathFact::File)),
        id_maps: &id_map::of_caller,
    };
    // A described machine has no sockets to look at.
    let mut taken: BTreeMap<u16, String> =
        if described { BTreeMap::new() } else { applier::taken(jobs::open(global)?.as_ref(), |_| false)? };
    // What the job numbers itself is its own affair: whether it is free counts when the bundle is started.
    let fixed: BTreeSet<u16> = groups.iter().flat_map(|group| group.ports.values()).map(|port| port.number).collect();
    taken.retain(|number, _| !fixed.contains(number));
    let (mut allocations, mut rows) = (Vec::new(), Vec::new());
    for (group, index) in groups.iter().flat_map(|group| (0..group.count).map(move |index| (group, index))) {
        let launch = launch(resolved, group, index, &taken)?;
        taken.extend(
            launch.ports.values().filter(|port| !fixed.contains(&port.number)).map(|port| (port.number, launch.name())),
        );
        let name = format!("{}-{index}", encode(&group.name));
        let path = out.join(&name);
        let mut bundles = Vec::new();
        for task in &group.tasks {
            let directories = crate::supervisor::directories_of_task(&path, &task.name);
            let start = Start {
                launch: &launch,
                job: &resolved.plan.job,
                directories: &directories,
                sensitive: &BTreeMap::new(),
                hostname: &facts.kernel.hostname,
            };
            bundles.extend(oci::bundle(&start.complete(task), &launch, &host));
            let bundle = path.join(oci::directory_of(&task.name));
            rows.push(Row { group: group.name.clone(), index, task: task.name.clone(), bundle });
        }
        allocations.push(Allocation { name, group: group.clone(), bundles });
    }
    oci::write(&allocations, out)?;
    Ok(rows)
}

/// As a start of the allocation would have it.
fn launch(resolved: &Resolved, group: &Group, index: u32, taken: &BTreeMap<u16, String>) -> Result<Launch, PortError> {
    let job = &resolved.plan.job;
    let mut launch = Launch {
        version: Launch::VERSION,
        id: oci::derived_id(&resolved.stored.digest, &group.name, index),
        namespace: job.namespace.clone(),
        job: job.id.clone(),
        group: group.name.clone(),
        index,
        digest: resolved.stored.digest.clone(),
        detached: true,
        command: None,
        cgroup_parent: resolved.host.settings().cgroup_parent.clone(),
        ports: BTreeMap::new(),
        created: jiff::Timestamp::UNIX_EPOCH,
    };
    launch.ports = planner::assign(&group.ports, &launch.name(), &BTreeMap::new(), taken)?;
    Ok(launch)
}

fn failed(error: &dyn std::error::Error, output: &mut Output) -> Exit {
    output.error(error);
    Exit::Failure
}
