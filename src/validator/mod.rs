//! Every rule a job must keep, whatever the host: one function a rule, one file a block.
//!
//! A rule looks and reports; it never changes a job and never stops another rule. What the host must offer is checked
//! where it is known ([`CheckContext::host_known`]).

mod artifact;
pub mod catalogue;
mod check;
mod checker;
mod connect;
mod constraint;
mod context;
mod cron;
mod driver;
mod group;
mod identity;
mod job;
mod network;
mod paths;
mod periodic;
mod resources;
mod restart;
mod run_time_name;
mod service;
mod signal;
mod task;
mod template;
mod update;
mod version;
mod volume;
mod volume_mount;

pub use context::CheckContext;
pub use driver::{config_schemas, is_beyond_nomad};
pub use volume_mount::bidirectional_needs_read_write;

use crate::diagnostic::{Sink, Sources};
use crate::jobspec::{Group, Job, Task};

use checker::Checker;

/// Checks every rule. What is missing in a block that could not be read is not reported again. The sources are those the
/// job was read from.
pub fn check(job: &Job, context: &CheckContext, sources: &Sources, sink: &mut Sink) {
    let mut checker = Checker::new(job, context, sources, sink);
    let checker = &mut checker;
    job::check(checker);
    periodic::check(checker);
    for constraint in &job.constraints {
        constraint::check_constraint(constraint, false, checker);
    }
    for affinity in &job.affinities {
        constraint::check_affinity(affinity, checker);
    }
    for spread in &job.spreads {
        constraint::check_spread(spread, checker);
    }
    for task in &job.tasks {
        check_task(None, task, checker);
    }
    for group in &job.groups {
        check_group(group, checker);
    }
}

fn check_group(group: &Group, checker: &mut Checker<'_>) {
    group::check(group, checker);
    restart::check_group(group, checker);
    update::check(group, checker);
    network::check(group, checker);
    volume::check(group, checker);
    service::check_group(group, checker);
    for constraint in &group.constraints {
        constraint::check_constraint(constraint, false, checker);
    }
    for affinity in &group.affinities {
        constraint::check_affinity(affinity, checker);
    }
    for spread in &group.spreads {
        constraint::check_spread(spread, checker);
    }
    for task in &group.tasks {
        check_task(Some(group), task, checker);
    }
}

/// The rules about a task; `group` is `None` for one that makes a group of its own.
fn check_task(group: Option<&Group>, task: &Task, checker: &mut Checker<'_>) {
    task::check(group, task, checker);
    driver::check(task, checker);
    restart::check_task(task, group, checker);
    resources::check(task, checker);
    template::check(task, checker);
    identity::check(task, checker);
    artifact::check(task, checker);
    if let Some(group) = group {
        volume_mount::check(group, task, checker);
    }
    for constraint in &task.constraints {
        constraint::check_constraint(constraint, true, checker);
    }
    for affinity in &task.affinities {
        constraint::check_affinity(affinity, checker);
    }
}
