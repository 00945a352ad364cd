//! `update`, `migrate`, `reschedule` and `disconnect`: how allocations come and go.

use super::block::block;
use super::duration::Duration;
use super::spanned::{Opt, Str};

block! {
    /// How a new version replaces the one that runs.
    Update = "update" {
        /// How long to wait between hosts (system).
        stagger: Opt<Duration> => "Stagger", default("30s");
        /// How many allocations are replaced at a time; 0 for all.
        max_parallel: Opt<i64> => "MaxParallel", default("1");
        /// What healthy means.
        health_check: Opt<Str> => "HealthCheck", values(&["checks", "task_states", "manual"]), default("checks");
        /// How long it must be healthy.
        min_healthy_time: Opt<Duration> => "MinHealthyTime", default("10s");
        /// By when it must be healthy.
        healthy_deadline: Opt<Duration> => "HealthyDeadline", default("5m");
        /// By when an allocation must be healthy for the deployment to go on.
        progress_deadline: Opt<Duration> => "ProgressDeadline", default("10m");
        /// How many run beside the old ones first.
        canary: Opt<i64> => "Canary", default("0");
        /// Whether a failed deployment goes back.
        auto_revert: Opt<bool> => "AutoRevert", default("false");
        /// Whether healthy canaries are promoted.
        auto_promote: Opt<bool> => "AutoPromote", default("false");
    }
}

block! {
    /// How allocations leave a host that is drained.
    Migrate = "migrate" {
        /// How many at a time.
        max_parallel: Opt<i64> => "MaxParallel", default("1");
        /// What healthy means.
        health_check: Opt<Str> => "HealthCheck", values(&["checks", "task_states"]), default("checks");
        /// How long it must be healthy.
        min_healthy_time: Opt<Duration> => "MinHealthyTime", default("10s");
        /// By when it must be healthy.
        healthy_deadline: Opt<Duration> => "HealthyDeadline", default("5m");
    }
}

block! {
    /// When a failed allocation is placed elsewhere.
    Reschedule = "reschedule" {
        /// How often within an interval.
        attempts: Opt<i64> => "Attempts";
        /// The interval.
        interval: Opt<Duration> => "Interval";
        /// How long to wait the first time.
        delay: Opt<Duration> => "Delay";
        /// How the delay grows.
        delay_function: Opt<Str> => "DelayFunction", values(&["constant", "exponential", "fibonacci"]);
        /// How far it grows.
        max_delay: Opt<Duration> => "MaxDelay";
        /// Whether there is no limit to attempts.
        unlimited: Opt<bool> => "Unlimited";
    }
}

block! {
    /// What happens when a host loses its cluster.
    Disconnect = "disconnect" {
        /// After what time its allocations are lost.
        lost_after: Opt<Duration> => "LostAfter";
        /// After what time the host stops them itself.
        stop_on_client_after: Opt<Duration> => "StopOnClientAfter";
        /// Whether they are replaced meanwhile.
        replace: Opt<bool> => "Replace", default("true");
        /// Which is kept when the host comes back.
        reconcile: Opt<Str> => "Reconcile", values(&["keep_original", "keep_replacement", "best_score", "longest_running"]), default("best_score");
    }
}
