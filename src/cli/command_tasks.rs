//! What `signal` and `restart` have in common: one request for every task that is meant and runs.

use std::time::{Duration, Instant};

use super::instance::Instance;
use super::{Exit, Global, Output, jobs};
use crate::applier;
use crate::state::{AllocationId, Condition, Store, TaskPhase, TaskStatus};
use crate::supervisor::Request;

/// What is asked of each task.
pub struct Order<'a> {
    /// The command, for messages and locks.
    pub command: &'static str,
    /// What is said of a task that was asked.
    pub done: &'static str,
    /// The request for a task of that name.
    pub request: &'a dyn Fn(String) -> Request,
    /// Whether to wait, for a while, until another process runs.
    pub renews: bool,
}

/// How long another process may take to be there.
const PATIENCE: Duration = Duration::from_secs(10);

/// Finds the tasks and asks their supervisors, which are replaced where they are gone.
pub fn run(instance: &Instance, task: Option<&str>, order: &Order<'_>, global: &Global, output: &mut Output) -> Exit {
    match ask(instance, task, order, global, output) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            Exit::Failure
        }
    }
}

fn ask(
    instance: &Instance,
    task: Option<&str>,
    order: &Order<'_>,
    global: &Global,
    output: &mut Output,
) -> Result<Exit, applier::Error> {
    let store = jobs::open(global)?;
    let Some(mut named) = jobs::find_to_change(store.as_ref(), instance, task, output)? else {
        return Ok(Exit::Failure);
    };
    let Some(store) = store else { return Ok(Exit::Failure) };
    let (namespace, job) = (&named.record.namespace, &named.record.job);
    let lock = jobs::lock(&store, (namespace, job), order.command, output)?;
    // Whoever had the lock may have changed everything.
    named.allocations = jobs::current(store.allocations_of(namespace, job)?.0);
    let mut asked = Vec::new();
    for found in named.allocations.iter().filter(|found| named.part.has(found)) {
        if !matches!(found.condition, Condition::Supervised | Condition::Orphaned) {
            continue;
        }
        for task in found.status.iter().flat_map(|status| &status.tasks) {
            let begun = task.phase != TaskPhase::Dead && (task.phase != TaskPhase::Pending || task.started.is_some());
            if !begun || !named.part.has_task(&task.name) {
                continue;
            }
            if applier::ask(&store, &found.launch.id, order.command, &(order.request)(task.name.clone()))? {
                output.say(format_args!("{}/{} {}", found.launch.name(), task.name, order.done));
                asked.push((&found.launch.id, task));
            }
        }
    }
    if asked.is_empty() {
        output.failure(format_args!("nothing of {instance} runs"), None);
        return Ok(Exit::Failure);
    }
    drop(lock);
    if order.renews {
        wait_for_others(&store, &asked)?;
    }
    Ok(Exit::Success)
}

/// Waits until other processes of these tasks run, or they have ended.
fn wait_for_others(store: &Store, asked: &[(&AllocationId, &TaskStatus)]) -> Result<(), applier::Error> {
    let begin = Instant::now();
    for (id, before) in asked {
        while begin.elapsed() < PATIENCE {
            let found = store.find(id)?.filter(|found| found.condition == Condition::Supervised);
            let tasks = found.iter().filter_map(|found| found.status.as_ref()).flat_map(|status| &status.tasks);
            let goes_on = |task: &&TaskStatus| task.name == before.name && task.phase != TaskPhase::Dead;
            let Some(task) = tasks.into_iter().find(goes_on) else { break };
            if task.phase == TaskPhase::Running && task.process != before.process {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    Ok(())
}
