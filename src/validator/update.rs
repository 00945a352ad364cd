//! Rules about how allocations come and go: `update`, `migrate`, `reschedule`, `disconnect`, `scaling`.

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Duration, Group, Job, JobType, Migrate, Opt, Reschedule, Spanned, Update};

use super::checker::{Checker, effective};

const HOUR: i64 = 3600;

/// The rules about one group, with what it takes over from its job.
pub(super) fn check(group: &Group, checker: &mut Checker<'_>) {
    let job = checker.job;
    update(group, job, checker);
    migrate(group, job, checker);
    reschedule(group, job, checker);
    disconnect(group, checker);
    scaling(group, checker);
}

/// The group's own value, else the job's.
fn both<'a, B, T>(
    of_group: Option<&'a B>,
    of_job: Option<&'a B>,
    field: impl Fn(&'a B) -> &'a Opt<T>,
) -> [Option<&'a Spanned<T>>; 2] {
    [of_group.and_then(|block| field(block).as_ref()), of_job.and_then(|block| field(block).as_ref())]
}

fn wrong_type(checker: &mut Checker<'_>, code: &'static str, block: &str, at: Span, allowed: &str) {
    let kind = checker.kind.name();
    let mut finding = Diagnostic::error(code, format!("a {kind} job cannot have `{block}`"))
        .label(at, format!("for {allowed} only"))
        .help(format!("take the `{block}` block out, or change the job's type"));
    if let Some(written) = &checker.job.kind {
        finding = finding.label(written.span, format!("a {kind} job"));
    }
    checker.push(finding);
}

fn update(group: &Group, job: &Job, checker: &mut Checker<'_>) {
    let (own, outer) = (group.update.as_deref(), job.update.as_deref());
    let Some(at) = own.or(outer).map(|update| update.at) else { return };
    if checker.kind.is_batch() {
        return wrong_type(checker, "update::wrong_job_type", "update", at, "service and system jobs");
    }
    for block in [own, outer].into_iter().flatten() {
        checker.one_of("update::unknown_health_check", "health check", block.health_check.as_ref(), HEALTH_CHECKS);
        checker.at_least("update::negative_max_parallel", "max_parallel", block.max_parallel.as_ref(), 0, "");
        checker.at_least("update::negative_canary", "canary", block.canary.as_ref(), 0, "");
        checker.not_negative("update::negative_min_healthy_time", "min_healthy_time", block.min_healthy_time.as_ref());
        checker.not_negative(
            "update::negative_progress_deadline",
            "progress_deadline",
            block.progress_deadline.as_ref(),
        );
        positive(checker, "update::healthy_deadline_not_positive", "healthy_deadline", block.healthy_deadline.as_ref());
        positive(checker, "update::stagger_not_positive", "stagger", block.stagger.as_ref());
    }
    update_deadlines(own, outer, at, checker);
    auto_promote(own, outer, checker);
    max_parallel_over_count(group, own, outer, checker);
}

const HEALTH_CHECKS: &[&str] = &["checks", "task_states", "manual"];

fn positive(checker: &mut Checker<'_>, code: &'static str, name: &str, value: Option<&Spanned<Duration>>) {
    if let Some(value) = value
        && value.value <= Duration::ZERO
    {
        checker.push(
            Diagnostic::error(code, format!("`{name}` must be more than nothing"))
                .label(value.span, "no time at all")
                .help("write a duration such as \"1m\""),
        );
    }
}

/// An allocation must have time to become healthy, and a deployment more than an allocation.
fn update_deadlines(own: Option<&Update>, outer: Option<&Update>, at: Span, checker: &mut Checker<'_>) {
    let least = effective(&both(own, outer, |update| &update.min_healthy_time), Duration::from_seconds(10), at);
    let healthy = effective(&both(own, outer, |update| &update.healthy_deadline), Duration::from_seconds(300), at);
    let progress = effective(&both(own, outer, |update| &update.progress_deadline), Duration::from_seconds(600), at);
    if least.value >= healthy.value && healthy.value > Duration::ZERO {
        checker.push(
            Diagnostic::error(
                "update::min_healthy_time_over_deadline",
                format!(
                    "`min_healthy_time` ({}) must be less than `healthy_deadline` ({})",
                    least.value, healthy.value
                ),
            )
            .label(least.span, format!("healthy after {}", least.value))
            .label(healthy.span, format!("failed after {}", healthy.value))
            .help("raise `healthy_deadline`, or lower `min_healthy_time`"),
        );
    }
    if progress.value > Duration::ZERO && healthy.value >= progress.value {
        checker.push(
            Diagnostic::error(
                "update::healthy_deadline_over_progress",
                format!(
                    "`healthy_deadline` ({}) must be less than `progress_deadline` ({})",
                    healthy.value, progress.value
                ),
            )
            .label(healthy.span, format!("an allocation fails after {}", healthy.value))
            .label(progress.span, format!("the deployment fails after {}", progress.value))
            .help("raise `progress_deadline`, or set it to \"0s\" for none"),
        );
    }
}

fn auto_promote(own: Option<&Update>, outer: Option<&Update>, checker: &mut Checker<'_>) {
    let Some(promote) = both(own, outer, |update| &update.auto_promote).into_iter().flatten().next() else { return };
    let canary = both(own, outer, |update| &update.canary).into_iter().flatten().next();
    if promote.value && canary.is_none_or(|canary| canary.value == 0) {
        let mut finding =
            Diagnostic::error("update::auto_promote_without_canary", "`auto_promote` needs a canary to promote")
                .label(promote.span, "promotes canaries")
                .help("set `canary` to 1 or more, or take `auto_promote` out");
        if let Some(canary) = canary {
            finding = finding.label(canary.span, "no canary");
        }
        checker.push(finding);
    }
}

fn max_parallel_over_count(group: &Group, own: Option<&Update>, outer: Option<&Update>, checker: &mut Checker<'_>) {
    let Some(most) = both(own, outer, |update| &update.max_parallel).into_iter().flatten().next() else { return };
    let count = group.count.as_ref().map_or(1, |count| count.value);
    if most.value > count && checker.kind == JobType::Service {
        let mut finding = Diagnostic::warning(
            "update::max_parallel_over_count",
            format!("`max_parallel` is {}, but group \"{}\" has {count} only", most.value, group.name.value),
        )
        .label(most.span, "all at once")
        .help("lower `max_parallel`, or raise `count`");
        if let Some(count) = &group.count {
            finding = finding.label(count.span, "the count");
        }
        checker.push(finding);
    }
}

fn migrate(group: &Group, job: &Job, checker: &mut Checker<'_>) {
    let (own, outer) = (group.migrate.as_deref(), job.migrate.as_deref());
    let Some(at) = own.or(outer).map(|migrate| migrate.at) else { return };
    if checker.kind != JobType::Service {
        return wrong_type(checker, "migrate::wrong_job_type", "migrate", at, "service jobs");
    }
    for block in [own, outer].into_iter().flatten() {
        checker.one_of(
            "migrate::unknown_health_check",
            "health check",
            block.health_check.as_ref(),
            &HEALTH_CHECKS[..2],
        );
        checker.at_least("migrate::negative_max_parallel", "max_parallel", block.max_parallel.as_ref(), 0, "");
        checker.not_negative("migrate::negative_min_healthy_time", "min_healthy_time", block.min_healthy_time.as_ref());
        checker.not_negative("migrate::negative_healthy_deadline", "healthy_deadline", block.healthy_deadline.as_ref());
    }
    let least = effective(&both(own, outer, |block: &Migrate| &block.min_healthy_time), Duration::from_seconds(10), at);
    let most = effective(&both(own, outer, |block| &block.healthy_deadline), Duration::from_seconds(300), at);
    if least.value > most.value {
        checker.push(
            Diagnostic::error(
                "migrate::min_healthy_time_over_deadline",
                format!(
                    "`min_healthy_time` ({}) must not be more than `healthy_deadline` ({})",
                    least.value, most.value
                ),
            )
            .label(least.span, format!("healthy after {}", least.value))
            .label(most.span, format!("failed after {}", most.value))
            .help("raise `healthy_deadline`, or lower `min_healthy_time`"),
        );
    }
}

/// What is in force for rescheduling.
struct Rescheduling {
    attempts: i64,
    interval: Duration,
    delay: Duration,
    function: String,
    most: Duration,
    unlimited: bool,
}

fn reschedule(group: &Group, job: &Job, checker: &mut Checker<'_>) {
    let (own, outer) = (group.reschedule.as_deref(), job.reschedule.as_deref());
    let Some(at) = own.or(outer).map(|policy| policy.at) else { return };
    if checker.kind.is_system() {
        return wrong_type(checker, "reschedule::wrong_job_type", "reschedule", at, "service and batch jobs");
    }
    let service = checker.kind == JobType::Service;
    let (interval, delay, function, most) =
        if service { (0, 30, "exponential", HOUR) } else { (24 * HOUR, 5, "constant", 0) };
    let seconds = Duration::from_seconds;
    let attempts = effective(&both(own, outer, |block: &Reschedule| &block.attempts), i64::from(!service), at);
    let interval = effective(&both(own, outer, |block| &block.interval), seconds(interval), at);
    let delay = effective(&both(own, outer, |block| &block.delay), seconds(delay), at);
    let function = effective(&both(own, outer, |block| &block.delay_function), function.into(), at);
    let most = effective(&both(own, outer, |block| &block.max_delay), seconds(most), at);
    let unlimited = effective(&both(own, outer, |block| &block.unlimited), service, at);
    if attempts.value <= 0 && !unlimited.value {
        return;
    }
    if attempts.value > 0 && unlimited.value {
        checker.push(
            Diagnostic::error("reschedule::attempts_and_unlimited", "`attempts` and `unlimited` exclude each other")
                .label(attempts.span, "a limit")
                .label(unlimited.span, if service { "no limit: the default of a service" } else { "no limit" })
                .help("set `unlimited = false`, or take `attempts` out"),
        );
    }
    if interval.value <= Duration::ZERO && !unlimited.value {
        checker.push(
            Diagnostic::error("reschedule::no_interval", "`attempts` are counted within an `interval`")
                .label(attempts.span, "within which time?")
                .label(interval.span, "no interval")
                .help("set `interval`, such as \"1h\""),
        );
    }
    let known = ["constant", "exponential", "fibonacci"];
    let mut sound = true;
    if !known.contains(&&*function.value) {
        sound = false;
        checker.push(
            Diagnostic::error(
                "reschedule::unknown_delay_function",
                format!("unknown delay function \"{}\"", function.value),
            )
            .label(function.span, "not known")
            .help("write \"constant\", \"exponential\" or \"fibonacci\""),
        );
    }
    let five = seconds(5);
    if delay.value < five {
        sound = false;
        checker.push(
            Diagnostic::error(
                "reschedule::delay_too_short",
                format!("`delay` must be at least 5s, not {}", delay.value),
            )
            .label(delay.span, "too short")
            .help("write \"5s\" or more"),
        );
    }
    if &*function.value != "constant" {
        if most.value < five {
            sound = false;
            checker.push(
                Diagnostic::error(
                    "reschedule::max_delay_too_short",
                    format!("`max_delay` must be at least 5s, not {}", most.value),
                )
                .label(most.span, "too short")
                .help("write \"5s\" or more"),
            );
        }
        if most.value < delay.value {
            sound = false;
            checker.push(
                Diagnostic::error(
                    "reschedule::max_delay_under_delay",
                    format!("`max_delay` ({}) must not be less than `delay` ({})", most.value, delay.value),
                )
                .label(most.span, "the longest delay")
                .label(delay.span, "the first delay")
                .help("raise `max_delay`"),
            );
        }
    }
    if sound && !unlimited.value && interval.value > Duration::ZERO {
        let policy = Rescheduling {
            attempts: attempts.value,
            interval: interval.value,
            delay: delay.value,
            function: function.value.to_string(),
            most: most.value,
            unlimited: unlimited.value,
        };
        attempts_fit(&policy, attempts.span, interval.span, checker);
    }
}

/// The attempts and the delays before them must fit into the interval.
fn attempts_fit(policy: &Rescheduling, attempts: Span, interval: Span, checker: &mut Checker<'_>) {
    debug_assert!(!policy.unlimited, "without limit there is nothing to fit");
    let (mut needed, mut fit) = (0_i128, 0);
    let (mut delay, mut next) = (i128::from(policy.delay.nanoseconds()), i128::from(policy.delay.nanoseconds()));
    let available = i128::from(policy.interval.nanoseconds());
    for _ in 0..policy.attempts.min(10_000) {
        let wait = match &*policy.function {
            "constant" => delay,
            _ => delay.min(i128::from(policy.most.nanoseconds())),
        };
        needed += wait;
        if needed <= available {
            fit += 1;
        }
        match &*policy.function {
            "exponential" => delay = delay.saturating_mul(2),
            "fibonacci" => (delay, next) = (next, delay.saturating_add(next)),
            _ => {}
        }
    }
    if needed > available {
        let needed = Duration::from_nanoseconds(i64::try_from(needed).unwrap_or(i64::MAX));
        checker.push(
            Diagnostic::error(
                "reschedule::attempts_do_not_fit",
                format!("{fit} of {} attempts fit into {}", policy.attempts, policy.interval),
            )
            .label(interval, format!("{needed} are needed for all"))
            .label(attempts, "too many")
            .help(format!("set `interval` to \"{needed}\" or more, or lower `attempts` or `delay`")),
        );
    }
}

fn disconnect(group: &Group, checker: &mut Checker<'_>) {
    let Some(disconnect) = &group.disconnect else { return };
    checker.not_negative("disconnect::negative_lost_after", "lost_after", disconnect.lost_after.as_ref());
    checker.not_negative("disconnect::negative_stop", "stop_on_client_after", disconnect.stop_on_client_after.as_ref());
    checker.one_of(
        "disconnect::unknown_reconcile",
        "way to reconcile",
        disconnect.reconcile.as_ref(),
        &["keep_original", "keep_replacement", "best_score", "longest_running"],
    );
    if let (Some(lost), Some(stop)) = (&disconnect.lost_after, &disconnect.stop_on_client_after) {
        checker.push(
            Diagnostic::error(
                "disconnect::lost_and_stop",
                "`lost_after` and `stop_on_client_after` exclude each other",
            )
            .label(stop.span, "stops what runs on")
            .label(lost.span, "waits for the host to come back")
            .help("keep one of them"),
        );
    }
    if disconnect.stop_on_client_after.is_some() && checker.kind.is_system() {
        wrong_type(
            checker,
            "disconnect::stop_in_system_job",
            "stop_on_client_after",
            disconnect.at,
            "service and batch jobs",
        );
    }
}

fn scaling(group: &Group, checker: &mut Checker<'_>) {
    let Some(scaling) = &group.scaling else { return };
    checker.at_least("scaling::negative_min", "min", scaling.min.as_ref(), 0, "");
    checker.at_least("scaling::negative_max", "max", scaling.max.as_ref(), 0, "");
    checker.one_of("scaling::unknown_type", "type of scaling", scaling.kind.as_ref(), &["horizontal"]);
    let Some(most) = &scaling.max else {
        return checker.missing(scaling.whole, || {
            Diagnostic::error("scaling::no_max", "`scaling` has no `max`")
                .label(scaling.at, "needs `max`")
                .help("write the most there may be: `max = 10`")
        });
    };
    let count = group.count.as_ref();
    if let Some(least) = &scaling.min {
        if most.value < least.value {
            checker.push(
                Diagnostic::error(
                    "scaling::max_under_min",
                    format!("`max` ({}) is less than `min` ({})", most.value, least.value),
                )
                .label(most.span, "the most")
                .label(least.span, "the least")
                .help("raise `max`, or lower `min`"),
            );
        }
        if let Some(count) = count
            && count.value < least.value
        {
            outside(checker, "less than the least", count, least);
        }
    }
    let in_force = count.map_or_else(|| scaling.min.as_ref().map_or(1, |least| least.value), |count| count.value);
    if in_force > most.value {
        match count {
            Some(count) => outside(checker, "more than the most", count, most),
            None => checker.push(
                Diagnostic::error("scaling::count_outside", format!("the count ({in_force}) is more than the most"))
                    .label(most.span, "the most")
                    .help("raise `max`"),
            ),
        }
    }
}

fn outside(checker: &mut Checker<'_>, how: &str, count: &Spanned<i64>, bound: &Spanned<i64>) {
    checker.push(
        Diagnostic::error(
            "scaling::count_outside",
            format!("`count` ({}) is {how} that `scaling` allows ({})", count.value, bound.value),
        )
        .label(bound.span, "the bound")
        .label(count.span, "the count")
        .help("change one of them"),
    );
}
