//! The restart policy: the task's words over the group's over the defaults of the job's type.

use crate::jobspec::{self, Duration, Opt};
use crate::plan::{JobType, Restart, RestartMode};

/// The policy of a task.
pub(super) fn resolve(group: Option<&jobspec::Restart>, task: Option<&jobspec::Restart>, kind: JobType) -> Restart {
    let (attempts, minutes) = if kind.ends() { (3, 24 * 60) } else { (2, 30) };
    let written = [task, group];
    let mode = written.iter().flatten().find_map(|restart| restart.mode.as_ref()).map(|mode| &*mode.value);
    Restart {
        attempts: of(|restart| restart.attempts, &written)
            .map_or(attempts, |attempts| u32::try_from(attempts).unwrap_or(if attempts < 0 { 0 } else { u32::MAX })),
        interval: of(|restart| restart.interval, &written).unwrap_or(Duration::from_seconds(minutes * 60)),
        delay: of(|restart| restart.delay, &written).unwrap_or(Duration::from_seconds(15)),
        mode: if mode == Some("delay") { RestartMode::Delay } else { RestartMode::Fail },
    }
}

/// The first that is written.
fn of<T: Copy>(pick: impl Fn(&jobspec::Restart) -> Opt<T>, written: &[Option<&jobspec::Restart>]) -> Option<T> {
    written.iter().flatten().find_map(|restart| pick(restart)).map(|value| value.value)
}
