//! Codes of rules about groups and how their allocations come and go.

use super::Example::{Group, Job, Other};
use super::{Explanation, entry};

const TASK: &str = "task \"server\" {\n  driver = \"exec\"\n  config {\n    command = \"/bin/true\"\n  }\n}";
const UPDATE: &str = "update {\n  max_parallel      = 1\n  health_check      = \"checks\"\n  min_healthy_time  = \"10s\"\n  healthy_deadline  = \"5m\"\n  progress_deadline = \"10m\"\n}";
const CANARY: &str = "update {\n  canary       = 1\n  auto_promote = true\n}";
const MIGRATE: &str = "migrate {\n  max_parallel     = 1\n  health_check     = \"checks\"\n  min_healthy_time = \"10s\"\n  healthy_deadline = \"5m\"\n}";
const RESCHEDULE: &str = "reschedule {\n  attempts       = 3\n  interval       = \"1h\"\n  delay          = \"30s\"\n  delay_function = \"exponential\"\n  max_delay      = \"10m\"\n  unlimited      = false\n}";
const RESTART: &str = "restart {\n  attempts = 3\n  interval = \"10m\"\n  delay    = \"15s\"\n  mode     = \"fail\"\n}";
const DISCONNECT: &str = "disconnect {\n  lost_after = \"6h\"\n  replace    = true\n}";
const SCALING: &str = "count = 2\nscaling {\n  min = 1\n  max = 10\n}";
const BATCH: &str =
    "job \"report\" {\n  type = \"batch\"\n  group \"main\" {\n    max_run_duration = \"1h\"\n    …\n  }\n}";

pub(super) const ALL: &[Explanation] = &[
    entry("group::empty_name", "a group has no name", "Allocations are named after their group.", Group("count = 1")),
    entry(
        "group::null_in_name",
        "a group's name has a null character in it",
        "No system call takes such a name.",
        Group("count = 1"),
    ),
    entry(
        "group::negative_count",
        "a group's count is negative",
        "0 is none at all; there cannot be less.",
        Group("count = 0"),
    ),
    entry(
        "group::count_in_system_job",
        "a group of a system job has a count over 1",
        "It runs once on every host.",
        Job("type = \"system\""),
    ),
    entry("group::no_tasks", "a group has no task", "There is nothing to run.", Group(TASK)),
    entry(
        "group::duplicate_task",
        "two tasks of a group have the same name",
        "A task's directory and its logs are named after it.",
        Group(TASK),
    ),
    entry(
        "group::no_main_task",
        "every task of a group has a lifecycle",
        "Tasks with a lifecycle run before, beside or after the main tasks: one must be a main task, without `lifecycle`.",
        Group(TASK),
    ),
    entry(
        "group::several_leaders",
        "more than one task leads",
        "When the leader ends, the others are stopped. There can be one only.",
        Group(TASK),
    ),
    entry(
        "group::max_run_duration_in_service",
        "a service has a longest run time",
        "It runs until it is stopped. Only batch and sysbatch jobs have `max_run_duration`.",
        Other(BATCH),
    ),
    entry(
        "group::max_run_duration_not_positive",
        "the longest run time is no time at all",
        "Its tasks would be stopped at once. Leave it out for no limit.",
        Other(BATCH),
    ),
    entry(
        "group::negative_shutdown_delay",
        "a group's shutdown delay is negative",
        "It is the time between taking services out of service and stopping tasks.",
        Group("shutdown_delay = \"5s\""),
    ),
    entry(
        "group::negative_max_client_disconnect",
        "`max_client_disconnect` is negative",
        "It is the time a host may be away from its cluster.",
        Group(DISCONNECT),
    ),
    entry(
        "group::both_disconnect_limits",
        "`max_client_disconnect` and `stop_after_client_disconnect` are both given",
        "One lets the tasks run on, the other stops them.",
        Group(DISCONNECT),
    ),
    entry(
        "group::disconnect_twice",
        "a `disconnect` block and its old form are both given",
        "The old arguments are what the block replaces.",
        Group(DISCONNECT),
    ),
    entry(
        "ephemeral_disk::too_small",
        "the ephemeral disk is smaller than 10 MB",
        "It holds the logs too.",
        Group("ephemeral_disk {\n  size = 300\n}"),
    ),
    entry(
        "update::wrong_job_type",
        "a batch job has `update`",
        "There is nothing to replace: a batch job ends by itself.",
        Group(UPDATE),
    ),
    entry(
        "update::unknown_health_check",
        "the health check of `update` is not known",
        "\"checks\" waits for the checks of services, \"task_states\" for tasks to run, \"manual\" for somebody to say so.",
        Group(UPDATE),
    ),
    entry(
        "update::negative_max_parallel",
        "`max_parallel` is negative",
        "0 is all at once; there cannot be less.",
        Group(UPDATE),
    ),
    entry("update::negative_canary", "`canary` is negative", "0 is none; there cannot be less.", Group(CANARY)),
    entry(
        "update::negative_min_healthy_time",
        "`min_healthy_time` is negative",
        "It is a length of time.",
        Group(UPDATE),
    ),
    entry(
        "update::negative_progress_deadline",
        "`progress_deadline` is negative",
        "0s is none; there cannot be less.",
        Group(UPDATE),
    ),
    entry(
        "update::healthy_deadline_not_positive",
        "`healthy_deadline` is no time at all",
        "No allocation could become healthy.",
        Group(UPDATE),
    ),
    entry(
        "update::stagger_not_positive",
        "`stagger` is no time at all",
        "It is the time between two hosts.",
        Group(UPDATE),
    ),
    entry(
        "update::min_healthy_time_over_deadline",
        "an allocation must be healthy longer than it has time to become healthy",
        "`min_healthy_time` must be less than `healthy_deadline`.",
        Group(UPDATE),
    ),
    entry(
        "update::healthy_deadline_over_progress",
        "an allocation has more time than the deployment",
        "`healthy_deadline` must be less than `progress_deadline`.",
        Group(UPDATE),
    ),
    entry(
        "update::auto_promote_without_canary",
        "canaries are promoted where there are none",
        "`auto_promote` needs `canary`.",
        Group(CANARY),
    ),
    entry(
        "update::max_parallel_over_count",
        "more allocations are replaced at a time than there are",
        "All are replaced at once: for a moment none runs.",
        Group(UPDATE),
    ),
    entry(
        "migrate::wrong_job_type",
        "a job that is no service has `migrate`",
        "Only services are moved from host to host.",
        Group(MIGRATE),
    ),
    entry(
        "migrate::unknown_health_check",
        "the health check of `migrate` is not known",
        "\"checks\" waits for the checks of services, \"task_states\" for tasks to run.",
        Group(MIGRATE),
    ),
    entry(
        "migrate::negative_max_parallel",
        "`max_parallel` is negative",
        "It is a number of allocations.",
        Group(MIGRATE),
    ),
    entry(
        "migrate::negative_min_healthy_time",
        "`min_healthy_time` is negative",
        "It is a length of time.",
        Group(MIGRATE),
    ),
    entry(
        "migrate::negative_healthy_deadline",
        "`healthy_deadline` is negative",
        "It is a length of time.",
        Group(MIGRATE),
    ),
    entry(
        "migrate::min_healthy_time_over_deadline",
        "an allocation must be healthy longer than it has time to become healthy",
        "`min_healthy_time` must not be more than `healthy_deadline`.",
        Group(MIGRATE),
    ),
    entry(
        "reschedule::wrong_job_type",
        "a system job has `reschedule`",
        "It runs on every host: there is no other to go to.",
        Group(RESCHEDULE),
    ),
    entry(
        "reschedule::attempts_and_unlimited",
        "attempts are limited and unlimited",
        "A service is unlimited by default: with `attempts` it needs `unlimited = false`.",
        Group(RESCHEDULE),
    ),
    entry(
        "reschedule::no_interval",
        "attempts are counted within no time",
        "`attempts` needs `interval`.",
        Group(RESCHEDULE),
    ),
    entry(
        "reschedule::unknown_delay_function",
        "the delay function is not known",
        "The delay stays the same (constant), doubles (exponential) or grows as the Fibonacci numbers.",
        Group(RESCHEDULE),
    ),
    entry(
        "reschedule::delay_too_short",
        "the delay is less than 5s",
        "A cluster that places a failing job anew without pause does nothing else.",
        Group(RESCHEDULE),
    ),
    entry(
        "reschedule::max_delay_too_short",
        "the longest delay is less than 5s",
        "A cluster that places a failing job anew without pause does nothing else.",
        Group(RESCHEDULE),
    ),
    entry(
        "reschedule::max_delay_under_delay",
        "the longest delay is shorter than the first",
        "`max_delay` must not be less than `delay`.",
        Group(RESCHEDULE),
    ),
    entry(
        "reschedule::attempts_do_not_fit",
        "the attempts and the delays before them take longer than the interval",
        "The last attempts would never be made.",
        Group(RESCHEDULE),
    ),
    entry(
        "restart::unknown_mode",
        "the restart mode is not known",
        "\"fail\" gives up when the attempts are used up, \"delay\" waits for the next interval.",
        Group(RESTART),
    ),
    entry(
        "restart::no_attempts_but_delay",
        "no attempts, and mode \"delay\"",
        "`attempts = 0` means never, mode \"delay\" means always.",
        Group("restart {\n  attempts = 0\n  mode     = \"fail\"\n}"),
    ),
    entry(
        "restart::interval_too_short",
        "the restart interval is less than 5s",
        "Attempts are counted within it.",
        Group(RESTART),
    ),
    entry(
        "restart::attempts_do_not_fit",
        "the restarts and the delays before them take longer than the interval",
        "The attempts would never be used up.",
        Group(RESTART),
    ),
    entry(
        "disconnect::negative_lost_after",
        "`lost_after` is negative",
        "It is the time a host may be away from its cluster.",
        Group(DISCONNECT),
    ),
    entry(
        "disconnect::negative_stop",
        "`stop_on_client_after` is negative",
        "It is a length of time.",
        Group("disconnect {\n  stop_on_client_after = \"5m\"\n}"),
    ),
    entry(
        "disconnect::lost_and_stop",
        "`lost_after` and `stop_on_client_after` are both given",
        "One lets the tasks run on, the other stops them.",
        Group(DISCONNECT),
    ),
    entry(
        "disconnect::unknown_reconcile",
        "the way to reconcile is not known",
        "It says which allocation is kept when a lost host comes back.",
        Group("disconnect {\n  lost_after = \"6h\"\n  reconcile  = \"keep_original\"\n}"),
    ),
    entry(
        "disconnect::stop_in_system_job",
        "a system job stops its tasks when the host is lost",
        "Only services and batch jobs do.",
        Group(DISCONNECT),
    ),
    entry("scaling::negative_min", "`min` is negative", "0 is none at all; there cannot be less.", Group(SCALING)),
    entry("scaling::negative_max", "`max` is negative", "0 is none at all; there cannot be less.", Group(SCALING)),
    entry("scaling::no_max", "`scaling` has no `max`", "An autoscaler needs a bound.", Group(SCALING)),
    entry("scaling::max_under_min", "`max` is less than `min`", "No count would do.", Group(SCALING)),
    entry(
        "scaling::count_outside",
        "the count is not between `min` and `max`",
        "The autoscaler could never have chosen it.",
        Group(SCALING),
    ),
    entry(
        "scaling::unknown_type",
        "the type of scaling is not known",
        "A group is scaled horizontally.",
        Group(SCALING),
    ),
    entry(
        "scaling::unknown_resource",
        "something of a task is scaled that cannot be",
        "A task's CPU and memory can be scaled.",
        Group("count = 2"),
    ),
];
