//! Rules about `restart`, of a group and of its tasks.

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Duration, Group, Restart, Spanned, Task};

use super::checker::{Checker, effective};

const LEAST_INTERVAL: Duration = Duration::from_seconds(5);

/// The rule about a group's own policy.
pub(super) fn check_group(group: &Group, checker: &mut Checker<'_>) {
    if let Some(own) = &group.restart {
        policy(&[own], own.at, checker);
    }
}

/// The rule about a task's policy, which takes over what it leaves out from the group's.
pub(super) fn check_task(task: &Task, group: Option<&Group>, checker: &mut Checker<'_>) {
    let Some(own) = &task.restart else { return };
    match group.and_then(|group| group.restart.as_deref()) {
        Some(outer) => policy(&[own, outer], own.at, checker),
        None => policy(&[own], own.at, checker),
    }
}

fn policy(written: &[&Restart], at: Span, checker: &mut Checker<'_>) {
    fn first<'a, T>(
        written: &[&'a Restart],
        field: impl Fn(&'a Restart) -> &'a Option<Spanned<T>>,
    ) -> Vec<Option<&'a Spanned<T>>> {
        written.iter().map(|block| field(block).as_ref()).collect()
    }
    let (attempts, interval) = if checker.kind.is_batch() { (3, 24 * 3600) } else { (2, 30 * 60) };
    let attempts = effective(&first(written, |block| &block.attempts), attempts, at);
    let interval = effective(&first(written, |block| &block.interval), Duration::from_seconds(interval), at);
    let delay = effective(&first(written, |block| &block.delay), Duration::from_seconds(15), at);
    let mode = effective(&first(written, |block| &block.mode), "fail".into(), at);
    if !matches!(&*mode.value, "fail" | "delay") {
        checker.push(
            Diagnostic::error("restart::unknown_mode", format!("unknown restart mode \"{}\"", mode.value))
                .label(mode.span, "not \"fail\" or \"delay\"")
                .help("\"fail\" gives up when the attempts are used up, \"delay\" waits for the next interval"),
        );
    }
    if attempts.value == 0 && &*mode.value != "fail" {
        checker.push(
            Diagnostic::error(
                "restart::no_attempts_but_delay",
                "`attempts = 0` means never, mode \"delay\" means always",
            )
            .label(attempts.span, "never")
            .label(mode.span, "always")
            .help("use mode \"fail\" for never, or raise `attempts`"),
        );
    }
    if interval.value < LEAST_INTERVAL {
        checker.push(
            Diagnostic::error(
                "restart::interval_too_short",
                format!("`interval` must be at least 5s, not {}", interval.value),
            )
            .label(interval.span, "too short")
            .help("write \"5s\" or more"),
        );
    }
    let needed = i128::from(attempts.value) * i128::from(delay.value.nanoseconds());
    if needed > i128::from(interval.value.nanoseconds()) {
        checker.push(
            Diagnostic::error(
                "restart::attempts_do_not_fit",
                format!("{} restarts {} apart do not fit into {}", attempts.value, delay.value, interval.value),
            )
            .label(interval.span, "too short for them")
            .label(attempts.span, "how many")
            .label(delay.span, "how far apart")
            .help("raise `interval`, or lower `attempts` or `delay`"),
        );
    }
}
