//! `jobctl status`: how jobs, allocations and tasks fare, from files alone.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use serde::Serialize;

use super::instance::Instance;
use super::{Exit, Global, Output, jobs};
use crate::plan::{Digest, HostPort};
use crate::state::{self, Condition, Desired, Found, JobRecord, Phase, Store, TaskPhase, TaskStatus};

/// Arguments of `jobctl status`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The job, or a part of it: JOB[/GROUP[INDEX]][/TASK]
    #[arg(value_name = "JOB")]
    job: Option<String>,
    /// The namespace of the job
    #[arg(long, default_value = "default", value_name = "NAME")]
    namespace: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `status --json`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatusReport {
    /// The jobs, sorted by namespace and name.
    pub jobs: Vec<JobReport>,
}

/// One job.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JobReport {
    /// Its identifier.
    pub id: String,
    /// Its namespace.
    pub namespace: String,
    /// `service`, `batch`, `system`, `sysbatch`; empty where its plan cannot be read.
    #[serde(rename = "type")]
    pub kind: String,
    /// `pending`, `running`, `complete`, `failed`, `stopped`, `lost`
    pub status: &'static str,
    /// The plan in force.
    pub digest: Digest,
    /// Whether it outlives the command that started it.
    pub detached: bool,
    /// Its allocations, sorted by group and index: the newest of each, and what has not ended.
    pub allocations: Vec<AllocationReport>,
    /// How many of them the plan in force wants; as many as there are where it cannot be read.
    #[serde(skip)]
    pub(super) wanted: usize,
}

/// One allocation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AllocationReport {
    /// Its identifier.
    pub id: String,
    /// The group's name.
    pub group: String,
    /// Which of the group's `count`.
    pub index: u32,
    /// As of a job, and `orphaned`: its tasks go on, but its supervisor is gone.
    pub status: &'static str,
    /// Why it failed; empty where it did not.
    pub reason: String,
    /// The plan it is locked to.
    pub digest: Digest,
    /// When it was started.
    pub created: Timestamp,
    /// Its ports by label.
    pub ports: BTreeMap<String, HostPort>,
    /// The process that looks after it; null where none does.
    pub supervisor_pid: Option<u32>,
    /// Its tasks in the plan's order.
    pub tasks: Vec<TaskReport>,
    /// What happened last; null where nothing did.
    pub last_event: Option<String>,
}

/// One task.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TaskReport {
    /// Its name.
    pub name: String,
    /// `pending`, `starting`, `running`, `dead`, `lost`
    pub state: &'static str,
    /// Whether it failed for good.
    pub failed: bool,
    /// Its main process while it runs.
    pub pid: Option<u32>,
    /// How it ended last, 128 + n where signal n ended it; null where it has not, or nobody knows.
    pub exit_code: Option<i32>,
    /// The signal that ended it last; 0 for none, null where it has not ended.
    pub signal: Option<i32>,
    /// Whether the kernel killed a process of it for want of memory.
    pub oom_killed: bool,
    /// How often it was started again.
    pub restarts: u32,
    /// When it began last.
    pub started: Option<Timestamp>,
    /// When it ended last.
    pub finished: Option<Timestamp>,
}

/// Prints how the job fares, or all jobs.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    match report(arguments, global, output) {
        Ok(None) => Exit::Failure,
        Ok(Some(report)) if arguments.json => output.finish_json(&report),
        Ok(Some(report)) if arguments.job.is_some() => output.finish_data(&details(&report)),
        Ok(Some(report)) => output.finish_data(&table(&report)),
        Err(error) => {
            output.error(&error);
            Exit::Failure
        }
    }
}

fn report(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<Option<StatusReport>, state::Error> {
    let store = jobs::open(global)?;
    if let Some(job) = &arguments.job {
        let instance = Instance::new(job.clone(), arguments.namespace.clone());
        let Some(named) = jobs::find(store.as_ref(), &instance, None, output)? else { return Ok(None) };
        let allocations = named.allocations.iter().filter(|found| named.part.has(found));
        let mut job = job_report(store.as_ref(), &named.record, allocations);
        for allocation in &mut job.allocations {
            allocation.tasks.retain(|task| named.part.has_task(&task.name));
        }
        return Ok(Some(StatusReport { jobs: vec![job] }));
    }
    let Some(store) = store else { return Ok(Some(StatusReport { jobs: Vec::new() })) };
    let (all, problems) = store.survey()?;
    jobs::report(&problems, output);
    Ok(Some(of_all(&store, &jobs::current_of_each(all), output)?))
}

/// How every job fares, given its allocations.
///
/// # Errors
/// [`state::Error`]
pub fn of_all(
    store: &Store,
    current: &BTreeMap<(String, String), Vec<Found>>,
    output: &mut Output,
) -> Result<StatusReport, state::Error> {
    let (records, problems) = store.jobs()?;
    jobs::report(&problems, output);
    let of = |record: &JobRecord| {
        let key = (record.namespace.clone(), record.job.clone());
        job_report(Some(store), record, current.get(&key).into_iter().flatten())
    };
    Ok(StatusReport { jobs: records.iter().map(of).collect() })
}

fn job_report<'a>(
    store: Option<&Store>,
    record: &JobRecord,
    allocations: impl Iterator<Item = &'a Found>,
) -> JobReport {
    let plan = store.and_then(|store| store.plan(&record.digest).ok().flatten());
    let counts = plan.as_ref().map(|plan| plan.groups.iter().map(|group| group.count as usize).sum());
    let kind = plan.and_then(|plan| serde_json::to_value(plan.job.kind).ok());
    let allocations: Vec<_> = allocations.map(allocation_report).collect();
    JobReport {
        id: record.job.clone(),
        namespace: record.namespace.clone(),
        kind: kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default().to_owned(),
        status: job_status(record, &allocations),
        digest: record.digest.clone(),
        detached: record.detached,
        wanted: counts.unwrap_or(allocations.len()),
        allocations,
    }
}

fn job_status(record: &JobRecord, allocations: &[AllocationReport]) -> &'static str {
    let any = |status: &str| allocations.iter().any(|allocation| allocation.status == status);
    if any("running") || any("orphaned") {
        "running"
    } else if any("pending") || allocations.is_empty() && record.desired == Desired::Running {
        "pending"
    } else if record.desired == Desired::Stopped {
        "stopped"
    } else {
        ["failed", "lost", "stopped"].into_iter().find(|status| any(status)).unwrap_or("complete")
    }
}

fn allocation_report(found: &Found) -> AllocationReport {
    let status = found.status.as_ref();
    let supervisor = status.and_then(|status| status.supervisor.as_ref());
    let tasks = status.map(|status| status.tasks.iter()).into_iter().flatten();
    AllocationReport {
        id: found.launch.id.to_string(),
        group: found.launch.group.clone(),
        index: found.launch.index,
        status: allocation_status(found),
        reason: status.map(|status| status.reason.clone()).unwrap_or_default(),
        digest: status.map_or(&found.launch.digest, |status| &status.digest).clone(),
        created: found.launch.created,
        ports: found.launch.ports.clone(),
        supervisor_pid: supervisor.filter(|_| found.condition == Condition::Supervised).map(|process| process.pid),
        tasks: tasks.map(|task| task_report(task, found.condition)).collect(),
        last_event: last_event(found),
    }
}

fn allocation_status(found: &Found) -> &'static str {
    let phase = match (found.condition, &found.status) {
        (_, None) => return "pending",
        (Condition::Orphaned, _) => return "orphaned",
        (Condition::Lost, _) => Phase::Lost,
        (Condition::Ended(phase), _) => phase,
        (Condition::Supervised, Some(status)) => status.phase,
    };
    match phase {
        Phase::Pending => "pending",
        Phase::Running => "running",
        Phase::Complete => "complete",
        Phase::Failed => "failed",
        Phase::Stopped => "stopped",
        Phase::Lost => "lost",
    }
}

fn task_report(task: &TaskStatus, condition: Condition) -> TaskReport {
    let runs = || task.process.as_ref().filter(|process| process.is_running().unwrap_or(false));
    let process = match condition {
        Condition::Supervised if task.phase == TaskPhase::Running => task.process.as_ref(),
        Condition::Orphaned if task.phase == TaskPhase::Running => runs(),
        _ => None,
    };
    let state = match task.phase {
        TaskPhase::Dead => "dead",
        _ if condition == Condition::Lost => "lost",
        TaskPhase::Running if condition == Condition::Orphaned && process.is_none() => "lost",
        TaskPhase::Running => "running",
        TaskPhase::Starting => "starting",
        TaskPhase::Pending => "pending",
    };
    TaskReport {
        name: task.name.clone(),
        state,
        failed: task.failed,
        pid: process.map(|process| process.pid),
        exit_code: task.exit.and_then(|exit| exit.code),
        signal: task.exit.map(|exit| exit.signal),
        oom_killed: task.exit.is_some_and(|exit| exit.oom_killed),
        restarts: task.restarts,
        started: task.started,
        finished: task.finished,
    }
}

fn last_event(found: &Found) -> Option<String> {
    let (events, _) = found.directory.events().ok()??.read().ok()?;
    let event = events.last()?;
    let task = if event.task.is_empty() { String::new() } else { format!("{}: ", event.task) };
    Some(format!("{:.0} {task}{}", event.time, event.message))
}

fn table(report: &StatusReport) -> String {
    if report.jobs.is_empty() {
        return "no jobs\n".to_owned();
    }
    let header = ["ID", "NAMESPACE", "TYPE", "STATUS", "ALLOCATIONS", "PLAN"].map(str::to_owned);
    let rows = report.jobs.iter().map(|job| {
        let count = |status: &str| job.allocations.iter().filter(|allocation| allocation.status == status).count();
        let orphaned = match count("orphaned") {
            0 => String::new(),
            count => format!(", {count} orphaned"),
        };
        [
            job.id.clone(),
            job.namespace.clone(),
            job.kind.clone(),
            job.status.to_owned(),
            format!("{}/{}{orphaned}", count("running"), job.wanted),
            job.digest.short().to_owned(),
        ]
    });
    let rows: Vec<_> = std::iter::once(header).chain(rows).collect();
    let widths: [usize; 6] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    text
}

fn details(report: &StatusReport) -> String {
    let mut text = String::new();
    for job in &report.jobs {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{} ({}) {}, plan {}", job.id, job.kind, job.status, job.digest.short());
        for allocation in &job.allocations {
            let reason = if allocation.reason.is_empty() { String::new() } else { format!(": {}", allocation.reason) };
            let (group, index, id) = (&allocation.group, allocation.index, &allocation.id[..8]);
            let _ = writeln!(text, "  {group}[{index}] {id} {}{reason}", allocation.status);
            if allocation.status == "orphaned" {
                let _ = writeln!(text, "    its supervisor is gone: `jobctl reconcile` gives it another");
            }
            for (label, HostPort { address, number, .. }) in &allocation.ports {
                let _ = writeln!(text, "    port {label}  {address}:{number}");
            }
            let width = allocation.tasks.iter().map(|task| task.name.chars().count()).max().unwrap_or(0);
            for task in &allocation.tasks {
                let _ = writeln!(text, "    {:width$}  {}", task.name, describe(task));
            }
            if let Some(event) = &allocation.last_event {
                let _ = writeln!(text, "    last: {event}");
            }
        }
    }
    text
}

/// How a task fares, in words.
pub fn describe(task: &TaskReport) -> String {
    let mut words = vec![task.state.to_owned()];
    words.extend(task.pid.map(|pid| format!("process {pid}")));
    match (task.state, task.exit_code, task.signal) {
        ("dead" | "pending", _, Some(signal)) if signal != 0 => {
            words.push(format!("ended by {}", crate::linux::signal::name(signal)));
        }
        ("dead" | "pending", Some(code), _) => words.push(format!("exit code {code}")),
        _ => {}
    }
    if task.oom_killed {
        words.push("out of memory".to_owned());
    }
    if task.failed {
        words.push("failed".to_owned());
    }
    match task.restarts {
        0 => {}
        1 => words.push("1 restart".to_owned()),
        restarts => words.push(format!("{restarts} restarts")),
    }
    words.join(", ")
}
