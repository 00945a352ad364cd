//! Rules about a group.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::jobspec::{Duration, Group, JobType, Task};

use super::checker::Checker;

/// Every rule of the block.
pub(super) fn check(group: &Group, checker: &mut Checker<'_>) {
    name(group, checker);
    count(group, checker);
    tasks(group, checker);
    leaders(group, checker);
    max_run_duration(group, checker);
    checker.not_negative("group::negative_shutdown_delay", "shutdown_delay", group.shutdown_delay.as_ref());
    ephemeral_disk(group, checker);
    deprecated_disconnect(group, checker);
    services_without_shutdown_delay(group, checker);
}

fn name(group: &Group, checker: &mut Checker<'_>) {
    if group.name.is_empty() {
        checker.missing(group.name.span, || {
            Diagnostic::error("group::empty_name", "the group has no name")
                .label(group.name.span, "empty")
                .help("write a name: `group \"api\" { … }`")
        });
    }
    if group.name.contains('\0') {
        checker.push(
            Diagnostic::error("group::null_in_name", "the group's name has a null character in it")
                .label(group.name.span, "has a null character")
                .help("take it out"),
        );
    }
}

fn count(group: &Group, checker: &mut Checker<'_>) {
    let Some(count) = &group.count else { return };
    checker.at_least("group::negative_count", "count", group.count.as_ref(), 0, "");
    if checker.kind.is_system() && count.value > 1 {
        let mut finding = Diagnostic::error(
            "group::count_in_system_job",
            format!("a {} job runs once a host: its count cannot be {}", checker.kind.name(), count.value),
        )
        .label(count.span, "more than 1")
        .help("take `count` out, or make it a service or batch job");
        if let Some(kind) = &checker.job.kind {
            finding = finding.label(kind.span, "runs once a host");
        }
        checker.push(finding);
    }
}

fn tasks(group: &Group, checker: &mut Checker<'_>) {
    if group.tasks.is_empty() {
        checker.missing(group.whole, || {
            Diagnostic::error("group::no_tasks", format!("group \"{}\" has no task", group.name.value))
                .label(group.at, "nothing to run")
                .help("add a task: `task \"main\" { driver = \"exec\" … }`, each argument on a line of its own")
        });
        return;
    }
    let mut seen = HashMap::new();
    for task in &group.tasks {
        if let Some(first) = seen.insert(task.name.as_str(), task.name.span) {
            checker.duplicate("group::duplicate_task", "task", &task.name.value, task.name.span, first);
        }
    }
    if group.tasks.iter().all(|task| task.lifecycle.is_some()) {
        let mut finding = Diagnostic::error(
            "group::no_main_task",
            format!("every task of group \"{}\" has a lifecycle: none is a main task", group.name.value),
        )
        .label(group.at, "needs a task without `lifecycle`")
        .help("take `lifecycle` out of the task that does the work");
        for lifecycle in group.tasks.iter().filter_map(|task| task.lifecycle.as_deref()).take(3) {
            finding = finding.label(lifecycle.at, "not a main task");
        }
        checker.push(finding);
    }
}

fn leaders(group: &Group, checker: &mut Checker<'_>) {
    let leads = |task: &&Task| task.leader.as_ref().is_some_and(|leader| leader.value);
    let mut leaders = group.tasks.iter().filter(leads).filter_map(|task| task.leader.as_ref());
    let (Some(first), Some(second)) = (leaders.next(), leaders.next()) else { return };
    checker.push(
        Diagnostic::error("group::several_leaders", format!("group \"{}\" has more than one leader", group.name.value))
            .label(second.span, "the second leader")
            .label(first.span, "the first leader")
            .help("the other tasks stop when the leader ends: there can be one only"),
    );
}

fn max_run_duration(group: &Group, checker: &mut Checker<'_>) {
    let Some(most) = &group.max_run_duration else { return };
    if most.value <= Duration::ZERO {
        checker.push(
            Diagnostic::error("group::max_run_duration_not_positive", "`max_run_duration` must be more than nothing")
                .label(most.span, "no time at all")
                .help("write a duration such as \"1h\", or leave it out for no limit"),
        );
    }
    if !checker.kind.is_batch() {
        let mut finding = Diagnostic::error(
            "group::max_run_duration_in_service",
            format!("a {} job cannot have `max_run_duration`", checker.kind.name()),
        )
        .label(most.span, "for batch and sysbatch jobs only")
        .help("make it a batch job, or take `max_run_duration` out");
        if let Some(kind) = &checker.job.kind {
            finding = finding.label(kind.span, "runs until stopped");
        }
        checker.push(finding);
    }
}

fn ephemeral_disk(group: &Group, checker: &mut Checker<'_>) {
    if let Some(disk) = &group.ephemeral_disk {
        checker.at_least("ephemeral_disk::too_small", "size", disk.size.as_ref(), 10, "MB");
    }
}

fn deprecated_disconnect(group: &Group, checker: &mut Checker<'_>) {
    checker.not_negative(
        "group::negative_max_client_disconnect",
        "max_client_disconnect",
        group.max_client_disconnect.as_ref(),
    );
    if let (Some(lost), Some(stop)) = (&group.max_client_disconnect, &group.stop_after_client_disconnect) {
        checker.push(
            Diagnostic::error(
                "group::both_disconnect_limits",
                "`max_client_disconnect` and `stop_after_client_disconnect` exclude each other",
            )
            .label(stop.span, "stops what runs on")
            .label(lost.span, "waits for the host to come back")
            .help("keep one of them, as an argument of a `disconnect` block"),
        );
    }
    let old = [
        ("max_client_disconnect", group.max_client_disconnect.as_ref().map(|value| value.span)),
        ("stop_after_client_disconnect", group.stop_after_client_disconnect.as_ref().map(|value| value.span)),
        ("prevent_reschedule_on_lost", group.prevent_reschedule_on_lost.as_ref().map(|value| value.span)),
    ];
    let Some(disconnect) = &group.disconnect else { return };
    for (name, span) in old {
        let Some(span) = span else { continue };
        checker.push(
            Diagnostic::error(
                "group::disconnect_twice",
                format!("`{name}` and a `disconnect` block say the same thing twice"),
            )
            .label(span, "the old form")
            .label(disconnect.at, "the new form")
            .help(format!("take `{name}` out")),
        );
    }
}

/// Whoever uses a service is still sent to it for a moment after it began to stop.
fn services_without_shutdown_delay(group: &Group, checker: &mut Checker<'_>) {
    if !matches!(checker.kind, JobType::Service | JobType::System) || group.shutdown_delay.is_some() {
        return;
    }
    let of_tasks = group.tasks.iter().filter(|task| task.shutdown_delay.is_none()).flat_map(|task| &task.services);
    if let Some(service) = group.services.iter().chain(of_tasks).next() {
        checker.push(
            Diagnostic::warning("service::no_shutdown_delay", "a service that stops without a delay loses requests")
                .label(service.at, "taken out of service and stopped at once")
                .help(format!("add `shutdown_delay = \"5s\"` to group \"{}\"", group.name.value)),
        );
    }
}
