//! Time as the supervisor's decisions know it: a value that is handed to them.
//!
//! Only here is the clock read; it does not jump, and means the same to every process until the next boot.

use crate::jobspec::Duration;

/// A point of CLOCK_MONOTONIC, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Now.
    pub fn now() -> Self {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        Self(time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs())
    }

    /// From nanoseconds of CLOCK_MONOTONIC.
    pub fn from_nanoseconds(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// In nanoseconds of CLOCK_MONOTONIC.
    pub fn nanoseconds(self) -> u64 {
        self.0
    }

    /// That much later; a negative duration is none.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.nanoseconds().max(0).unsigned_abs()))
    }

    /// How long from `now` until this; nothing if it has passed.
    pub fn remaining(self, now: Self) -> Duration {
        Duration::from_nanoseconds(i64::try_from(self.0.saturating_sub(now.0)).unwrap_or(i64::MAX))
    }
}
