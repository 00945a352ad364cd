//! `jobctl stop`: a graceful end, and with `--purge` oblivion.

use super::instance::Instance;
use super::{Exit, Global, Output, jobs};
use crate::applier;
use crate::jobspec::Duration;
use crate::linux::mountinfo::MountTable;
use crate::linux::signal;
use crate::state::{Condition, Desired, Durability, Found, JobRecord};
use crate::supervisor::Request;

/// Arguments of `jobctl stop`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    instance: Option<Instance>,
    /// All jobs, of every namespace
    #[arg(long, required_unless_present = "name", conflicts_with_all = ["name", "namespace"])]
    all: bool,
    /// The signal, instead of each task's kill_signal
    #[arg(long, value_name = "SIGNAL", value_parser = signal_name)]
    signal: Option<String>,
    /// The time to stop, instead of each task's kill_timeout; 0 kills at once
    #[arg(long, value_name = "DURATION", value_parser = Duration::parse)]
    timeout: Option<Duration>,
    /// Unmount what was mounted beneath its bidirectional volumes while it ran, and is still there
    #[arg(long)]
    unmount: bool,
    /// Forget the job afterwards: its plans, logs and data
    #[arg(long)]
    purge: bool,
}

impl Arguments {
    /// A stop as the job's own words ask for it.
    pub fn of(instance: Instance) -> Self {
        Self { instance: Some(instance), all: false, signal: None, timeout: None, unmount: false, purge: false }
    }
}

/// Stops the job, or a part of it, and waits for its end.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    let stopped = match &arguments.instance {
        Some(instance) => stop(instance, arguments, global, output),
        None => stop_all(arguments, global, output),
    };
    stopped.unwrap_or_else(|error| {
        output.error(&error);
        Exit::Failure
    })
}

/// Stops one after the other. What cannot be stopped keeps no other from it.
fn stop_all(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<Exit, applier::Error> {
    let Some(store) = jobs::open(global)? else { return Ok(Exit::Success) };
    let (records, problems) = store.jobs()?;
    jobs::report(&problems, output);
    let mut exit = if problems.is_empty() { Exit::Success } else { Exit::Failure };
    for record in records {
        let instance = Instance::new(record.job, record.namespace);
        let stopped = stop(&instance, arguments, global, output).unwrap_or_else(|error| {
            output.error(&error);
            Exit::Failure
        });
        exit = if stopped == Exit::Success { exit } else { stopped };
    }
    Ok(exit)
}

fn stop(
    instance: &Instance,
    arguments: &Arguments,
    global: &Global,
    output: &mut Output,
) -> Result<Exit, applier::Error> {
    let store = jobs::open(global)?;
    let Some(named) = jobs::find_to_change(store.as_ref(), instance, None, output)? else { return Ok(Exit::Failure) };
    let Some(store) = store else { return Ok(Exit::Failure) };
    let (namespace, job) = (&named.record.namespace, &named.record.job);
    if let Some(task) = &named.part.task {
        let help = "`jobctl signal TERM` sends its task a signal, `jobctl restart` starts it again";
        output
            .failure(format_args!("task {task:?} does not stop alone: its allocation would not be whole"), Some(help));
        return Ok(Exit::Failure);
    }
    if arguments.purge && named.part.group.is_some() {
        let help = format!("jobctl stop --purge {job}");
        output.failure(format_args!("a job is forgotten as a whole, not {}", named.part.name()), Some(&help));
        return Ok(Exit::Failure);
    }
    let lock = jobs::lock(&store, (namespace, job), "stop", output)?;
    let whole = named.part.group.is_none();
    // Whoever had the lock may have changed everything.
    let Some(record) = store.job(namespace, job)? else { return Ok(Exit::Success) };
    let stopped = JobRecord { desired: Desired::Stopped, ..record.clone() };
    let write_down = || store.commit(&stopped, durability(&record));
    // Before, so that a crash starts nothing again. A full disk keeps nothing from being stopped: it is tried once more after.
    let unwritten = whole && record.desired == Desired::Running && write_down().is_err();
    let request = Request::Stop { signal: arguments.signal.clone(), timeout: arguments.timeout };
    let all = applier::tidy(&store, store.allocations_of(namespace, job)?.0, None)?.sweep(&store, namespace, job)?;
    let is_live = |found: &&Found| named.part.has(found) && !matches!(found.condition, Condition::Ended(_));
    let running: Vec<_> = all.iter().filter(is_live).collect();
    // All are asked before any is waited for.
    for found in &running {
        output.say(format_args!("stopping {}", found.launch.name()));
        applier::ask(&store, &found.launch.id, "stop", &request)?;
    }
    for found in &running {
        applier::stop(&store, &found.launch.id, &request)?;
    }
    if unwritten && !arguments.purge {
        write_down()?;
    }
    let mut found = store.allocations_of(namespace, job)?.0;
    found.retain(|found| named.part.has(found));
    let exit = left_mounts(&found, arguments.unmount, job, output);
    if arguments.purge && whole {
        applier::purge(&store, namespace, job, lock)?;
    }
    output.say(format_args!("{} is stopped{}", named.part.name(), if arguments.purge { " and forgotten" } else { "" }));
    Ok(exit)
}

/// Names what bidirectional mounts have left on the host, or removes it: what was mounted last goes first.
fn left_mounts(found: &[Found], unmount: bool, job: &str, output: &mut Output) -> Exit {
    let statuses = found.iter().filter_map(|found| found.status.as_ref());
    let mut left: Vec<_> =
        statuses.flat_map(|status| &status.shared_volumes).flat_map(|volume| volume.left.iter().cloned()).collect();
    let Some(table) = (!left.is_empty()).then(MountTable::read).and_then(Result::ok) else { return Exit::Success };
    left.retain(|mount| mount.is_in(&table));
    left.sort_by_key(|mount| std::cmp::Reverse(table.mounts.iter().position(|entry| entry.id == mount.id)));
    left.dedup();
    let mut exit = Exit::Success;
    for mount in left {
        let path = mount.path.display();
        if !unmount {
            output.say(format_args!("{path} is left mounted; `jobctl stop --unmount {job}` removes it"));
        } else if let Err(error) = mount.unmount() {
            output.failure(format_args!("cannot unmount {path}: {error}"), None);
            exit = Exit::Failure;
        } else {
            output.say(format_args!("unmounted {path}"));
        }
    }
    exit
}

fn durability(record: &JobRecord) -> Durability {
    if record.detached { Durability::Synced } else { Durability::Cached }
}

/// `SIGTERM`, `TERM`, `term` or `15`, as the kernel names it.
pub(super) fn signal_name(text: &str) -> Result<String, String> {
    let name = match text.parse() {
        Ok(number) => signal::name(number).to_owned(),
        Err(_) if text.to_ascii_uppercase().starts_with("SIG") => text.to_ascii_uppercase(),
        Err(_) => format!("SIG{}", text.to_ascii_uppercase()),
    };
    signal::parse(&name).map(|_| name).ok_or_else(|| format!("{text:?} is no signal of this kernel"))
}
