//! Whether and when a task that ended is started again: Nomad's restart policy.
//!
//! A pure count: the time and the ending are handed to it, and it answers.

use super::Moment;
use crate::jobspec::Duration;
use crate::plan::{JobType, Lifecycle, LifecycleHook, Restart, RestartMode};

/// How a run of a task came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Its main process ended with exit code 0.
    Success,
    /// Its main process ended otherwise.
    Failure,
    /// It could not be started.
    NotStarted {
        /// Whether trying again can help.
        recoverable: bool,
    },
}

/// What is done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is started again.
    Restart {
        /// After this time.
        after: Duration,
        /// Why then, for people.
        reason: &'static str,
    },
    /// It is done, and that is well.
    Done {
        /// Why, for people.
        reason: &'static str,
    },
    /// It has failed.
    Failed {
        /// Why, for people.
        reason: &'static str,
    },
}

/// The count of one task's restarts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestartTracker {
    policy: Restart,
    on_success: bool,
    count: u32,
    began: Option<Moment>,
}

impl RestartTracker {
    /// A task's, from the beginning.
    pub fn new(policy: Restart, job: JobType, lifecycle: Lifecycle) -> Self {
        let on_success = match lifecycle.hook {
            LifecycleHook::Main => !job.ends(),
            LifecycleHook::Prestart | LifecycleHook::Poststart => lifecycle.sidecar,
            LifecycleHook::Poststop => false,
        };
        Self { policy, on_success, count: 0, began: None }
    }

    /// Endings within the interval, and when that began: what another supervisor needs to go on.
    pub fn count(&self) -> (u32, Option<Moment>) {
        (self.count, self.began)
    }

    /// Goes on where another supervisor stopped.
    pub fn resume(&mut self, count: u32, began: Option<Moment>) {
        (self.count, self.began) = (count, began);
    }

    /// Counts an ending and says what is done about it.
    pub fn judge(&mut self, now: Moment, ending: Ending) -> Verdict {
        if ending == Ending::Success && !self.on_success {
            return Verdict::Done { reason: "it ended successfully" };
        }
        if self.policy.attempts == 0 {
            return Verdict::Failed { reason: "its policy allows no restarts" };
        }
        if (ending == Ending::NotStarted { recoverable: false }) {
            return Verdict::Failed { reason: "trying again cannot help" };
        }
        // Like Nomad's, the interval begins with the first ending after the last interval.
        let began = self.began.filter(|began| now <= began.after(self.policy.interval)).unwrap_or_else(|| {
            self.count = 0;
            now
        });
        self.began = Some(began);
        self.count = self.count.saturating_add(1);
        if self.count <= self.policy.attempts {
            return Verdict::Restart { after: self.policy.delay, reason: "its policy allows it" };
        }
        match self.policy.mode {
            RestartMode::Fail => Verdict::Failed { reason: "it used up the restarts of its policy" },
            RestartMode::Delay => Verdict::Restart {
                after: began.after(self.policy.interval).remaining(now),
                reason: "it used up the restarts of its policy and waits for the next interval",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(attempts: u32, mode: RestartMode) -> Restart {
        Restart { attempts, interval: Duration::from_seconds(100), delay: Duration::from_seconds(15), mode }
    }

    fn tracker(attempts: u32, mode: RestartMode) -> RestartTracker {
        let main = Lifecycle { hook: LifecycleHook::Main, sidecar: false };
        RestartTracker::new(policy(attempts, mode), JobType::Service, main)
    }

    fn at(seconds: u64) -> Moment {
        Moment::from_nanoseconds(1_000_000_000_000 + seconds * 1_000_000_000)
    }

    fn after(verdict: &Verdict) -> Option<i64> {
        match verdict {
            Verdict::Restart { after, .. } => Some(after.nanoseconds() / 1_000_000_000),
            Verdict::Done { .. } | Verdict::Failed { .. } => None,
        }
    }

    #[test]
    fn mode_fail_gives_up_within_an_interval() {
        let mut tracker = tracker(2, RestartMode::Fail);
        assert_eq!(after(&tracker.judge(at(0), Ending::Failure)), Some(15));
        assert_eq!(after(&tracker.judge(at(50), Ending::Failure)), Some(15));
        assert!(matches!(tracker.judge(at(100), Ending::Failure), Verdict::Failed { .. }));
    }

    #[test]
    fn a_new_interval_counts_anew() {
        let mut tracker = tracker(1, RestartMode::Fail);
        for time in [0, 101, 202, 303] {
            assert_eq!(after(&tracker.judge(at(time), Ending::Failure)), Some(15), "{time}");
        }
        assert!(matches!(tracker.judge(at(400), Ending::Failure), Verdict::Failed { .. }));
    }

    #[test]
    fn mode_delay_waits_for_the_next_interval() {
        let mut tracker = tracker(1, RestartMode::Delay);
        assert_eq!(after(&tracker.judge(at(0), Ending::Failure)), Some(15));
        assert_eq!(after(&tracker.judge(at(20), Ending::Failure)), Some(80));
        assert_eq!(after(&tracker.judge(at(101), Ending::Failure)), Some(15));
    }

    #[test]
    fn no_attempts_fail_at_once() {
        let mut service = tracker(0, RestartMode::Fail);
        assert!(matches!(service.judge(at(0), Ending::Failure), Verdict::Failed { .. }));
        assert!(matches!(service.judge(at(0), Ending::Success), Verdict::Failed { .. }));
    }

    #[test]
    fn success_restarts_what_is_to_keep_running() {
        for (job, hook, sidecar, restarts) in [
            (JobType::Service, LifecycleHook::Main, false, true),
            (JobType::System, LifecycleHook::Main, false, true),
            (JobType::Batch, LifecycleHook::Main, false, false),
            (JobType::Sysbatch, LifecycleHook::Main, false, false),
            (JobType::Service, LifecycleHook::Prestart, false, false),
            (JobType::Batch, LifecycleHook::Prestart, true, true),
            (JobType::Service, LifecycleHook::Poststart, false, false),
            (JobType::Batch, LifecycleHook::Poststart, true, true),
            (JobType::Service, LifecycleHook::Poststop, false, false),
        ] {
            let mut tracker = RestartTracker::new(policy(3, RestartMode::Fail), job, Lifecycle { hook, sidecar });
            let verdict = tracker.judge(at(0), Ending::Success);
            assert_eq!(after(&verdict).is_some(), restarts, "{job:?} {hook:?} {sidecar}");
            assert_eq!(matches!(verdict, Verdict::Done { .. }), !restarts, "{job:?} {hook:?} {sidecar}");
        }
    }

    #[test]
    fn a_start_that_failed_is_tried_again_only_where_that_can_help() {
        let recoverable = Ending::NotStarted { recoverable: true };
        let mut failing = tracker(1, RestartMode::Fail);
        assert_eq!(after(&failing.judge(at(0), recoverable)), Some(15));
        assert!(matches!(failing.judge(at(1), recoverable), Verdict::Failed { .. }));
        let mut delaying = tracker(1, RestartMode::Delay);
        assert_eq!(after(&delaying.judge(at(0), recoverable)), Some(15));
        assert_eq!(after(&delaying.judge(at(10), recoverable)), Some(90));
        assert!(matches!(delaying.judge(at(0), Ending::NotStarted { recoverable: false }), Verdict::Failed { .. }));
    }

    #[test]
    fn another_supervisor_goes_on_counting() {
        let mut first = tracker(2, RestartMode::Fail);
        first.judge(at(0), Ending::Failure);
        first.judge(at(1), Ending::Failure);
        let mut second = tracker(2, RestartMode::Fail);
        let (count, began) = first.count();
        second.resume(count, began);
        assert!(matches!(second.judge(at(2), Ending::Failure), Verdict::Failed { .. }));
    }
}
