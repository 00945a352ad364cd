//! What `signal` and `restart` have in common: one request for every task that is meant and runs.

use super::instance::Instance;
use super::{Exit, Global, Output, jobs};
use crate::applier;
use crate::state::{Condition, TaskPhase};
use crate::supervisor::Request;

/// What is asked of each task.
pub struct Order<'a> {
    /// The command, for messages and locks.
    pub command: &'static str,
    /// What is said of a task that was asked.
    pub done: &'static str,
    /// The request for a task of that name.
    pub request: &'a dyn Fn(String) -> Request,
}

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
    let Some(named) = jobs::find(store.as_ref(), instance, task, output)? else { return Ok(Exit::Failure) };
    let Some(store) = store else { return Ok(Exit::Failure) };
    let _lock = jobs::lock(&store, (&named.record.namespace, &named.record.job), order.command, output)?;
    let mut asked = 0;
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
                asked += 1;
            }
        }
    }
    if asked == 0 {
        output.failure(format_args!("nothing of {instance} runs"), None);
        return Ok(Exit::Failure);
    }
    Ok(Exit::Success)
}
