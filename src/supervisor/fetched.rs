//! Artifacts are fetched once for an allocation: a file beside the task's directory says that they were.
//!
//! Out of the task's reach. What lies in /secrets is gone with each run of an isolated task, and is fetched for each.

use std::io;

use rustix::fs::{AtFlags, Mode, OFlags, openat, statat};

use super::directories;
use crate::plan::{Artifact, Task};
use crate::state::AllocationDirectory;

/// The file.
const FETCHED: &str = "fetched";

/// Leaves out of a task, which is complete, what was fetched for an earlier run of it.
pub(super) fn leave_out(allocation: &AllocationDirectory, task: &mut Task) {
    if task.artifacts.is_empty() || !is_there(allocation, &task.name) {
        return;
    }
    let isolated = task.isolation.is_some();
    task.artifacts.retain(|artifact| isolated && is_in_secrets(artifact));
}

/// Remembers that a task's artifacts are in place.
pub(super) fn remember(allocation: &AllocationDirectory, task: &Task) -> io::Result<()> {
    if task.artifacts.is_empty() || is_there(allocation, &task.name) {
        return Ok(());
    }
    let directory = directories::open_task(allocation, &task.name)?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(directory, FETCHED, flags, Mode::RUSR | Mode::WUSR)?;
    Ok(())
}

fn is_there(allocation: &AllocationDirectory, task: &str) -> bool {
    let directory = directories::open_task(allocation, task);
    directory.is_ok_and(|directory| statat(directory, FETCHED, AtFlags::SYMLINK_NOFOLLOW).is_ok())
}

fn is_in_secrets(artifact: &Artifact) -> bool {
    let mut names = artifact.destination.split('/').filter(|name| !matches!(*name, "" | "."));
    // What goes up again may end anywhere.
    names.next() == Some("secrets") || artifact.destination.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples;

    #[test]
    fn what_lies_in_secrets_is_known_by_its_path() {
        let mut artifact = samples::group("api", &["server"]).tasks[0].artifacts[0].clone();
        for (destination, expected) in [
            ("local/", false),
            ("secrets", true),
            ("/secrets/a", true),
            ("./secrets/a", true),
            ("local/../secrets/a", true),
            ("local/secrets", false),
            ("secretsx", false),
        ] {
            destination.clone_into(&mut artifact.destination);
            assert_eq!(is_in_secrets(&artifact), expected, "{destination}");
        }
    }
}
