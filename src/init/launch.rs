//! What init is told and given.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use serde::{Deserialize, Serialize};

use crate::linux::bell::Bell;
use crate::linux::cgroup::{Killer, Place};
use crate::plan::Task;
use crate::sandbox::{Directories, Method};
use crate::sys::Entry;

/// The version of [`Launch`].
pub const VERSION: u32 = 1;

/// Everything init needs for one run of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launch {
    /// [`VERSION`]
    pub version: u32,
    /// The task with nothing left open: the supervisor has filled in each `${…}` in command, arguments, working directory,
    /// environment and host name, and has put what `env_at_start` names into `env`.
    pub task: Task,
    /// Where its directories are on the host. They exist, and belong to whom they should.
    pub directories: Directories,
    /// Where its cgroup is to be made.
    pub cgroup: Place,
    /// How mounts are made; `None`: the best this kernel has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
}

/// What [`super::start`] is given open. All of it close-on-exec.
#[derive(Debug)]
pub struct Descriptors {
    /// The directory of the log files.
    pub logs: OwnedFd,
    /// The file whose fcntl lock the one who moves the output holds.
    pub log_lock: OwnedFd,
    /// The exit record: empty, opened for writing.
    pub exit_record: OwnedFd,
    /// Read end of a pipe: when its last writer is gone, init kills everything, records and ends.
    pub lifeline: Option<OwnedFd>,
    /// Rung when the task's output has been moved.
    pub bell: Option<Bell>,
    /// Handed on to the task with these numbers (`run --fd 3=PATH`), 3 and above.
    pub passed: Vec<(u32, OwnedFd)>,
}

/// What a descriptor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Item {
    Logs,
    LogLock,
    ExitRecord,
    Lifeline,
    Bell,
    /// The read end of stdout, then that of stderr.
    Reader,
    /// The write end of stdout, then that of stderr.
    Writer,
    Unified,
    Tasks,
    Killer,
    /// Handed on with this number.
    Passed(u32),
}

/// A pipe of the task's.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) reader: OwnedFd,
    pub(super) writer: OwnedFd,
}

/// What init holds: the whole of [`Descriptors`], and what `start` adds.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) descriptors: Descriptors,
    /// stdout and stderr; none where output is thrown away.
    pub(super) output: Option<[Pipe; 2]>,
    /// The way into the task's cgroup.
    pub(super) entry: Entry,
    /// How its processes are killed where there is no pid namespace to do it.
    pub(super) killer: Option<Killer>,
}

impl Given {
    /// What each descriptor is, and all of them.
    pub(super) fn pack(&self) -> (Vec<Item>, Vec<BorrowedFd<'_>>) {
        let given = &self.descriptors;
        let mut all = vec![
            (Item::Logs, given.logs.as_fd()),
            (Item::LogLock, given.log_lock.as_fd()),
            (Item::ExitRecord, given.exit_record.as_fd()),
        ];
        all.extend(given.lifeline.iter().map(|lifeline| (Item::Lifeline, lifeline.as_fd())));
        all.extend(given.bell.iter().map(|bell| (Item::Bell, bell.as_fd())));
        for pipe in self.output.iter().flatten() {
            all.extend([(Item::Reader, pipe.reader.as_fd()), (Item::Writer, pipe.writer.as_fd())]);
        }
        all.extend(self.entry.unified.iter().map(|directory| (Item::Unified, directory.as_fd())));
        all.extend(self.entry.tasks.iter().map(|file| (Item::Tasks, file.as_fd())));
        all.extend(self.killer.iter().map(|killer| (Item::Killer, killer.descriptor())));
        all.extend(given.passed.iter().map(|(number, passed)| (Item::Passed(*number), passed.as_fd())));
        all.into_iter().unzip()
    }

    /// Sorts out what came along; `None` if it is not what the manifest says.
    pub(super) fn unpack(manifest: Vec<Item>, descriptors: Vec<OwnedFd>) -> Option<Self> {
        if manifest.len() != descriptors.len() {
            return None;
        }
        let (mut logs, mut log_lock, mut exit_record, mut lifeline, mut killer) = (None, None, None, None, None);
        let mut bell = None;
        let (mut readers, mut writers, mut passed, mut entry) = (Vec::new(), Vec::new(), Vec::new(), Entry::default());
        for (item, descriptor) in manifest.into_iter().zip(descriptors) {
            match item {
                Item::Logs => logs = Some(descriptor),
                Item::LogLock => log_lock = Some(descriptor),
                Item::ExitRecord => exit_record = Some(descriptor),
                Item::Lifeline => lifeline = Some(descriptor),
                Item::Bell => bell = Some(Bell::from(descriptor)),
                Item::Reader => readers.push(descriptor),
                Item::Writer => writers.push(descriptor),
                Item::Unified => entry.unified = Some(descriptor),
                Item::Tasks => entry.tasks.push(descriptor),
                Item::Killer => killer = Some(Killer::new(descriptor)),
                Item::Passed(number) => passed.push((number, descriptor)),
            }
        }
        let pipes = readers.into_iter().zip(writers).map(|(reader, writer)| Pipe { reader, writer });
        let output = pipes.collect::<Vec<_>>().try_into().ok();
        let (logs, log_lock, exit_record) = (logs?, log_lock?, exit_record?);
        let descriptors = Descriptors { logs, log_lock, exit_record, lifeline, bell, passed };
        Some(Self { descriptors, output, entry, killer })
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn descriptor() -> OwnedFd {
        File::open("/dev/null").unwrap().into()
    }

    fn given(lifeline: bool, output: bool) -> Given {
        let pipe = || Pipe { reader: descriptor(), writer: descriptor() };
        Given {
            descriptors: Descriptors {
                logs: descriptor(),
                log_lock: descriptor(),
                exit_record: descriptor(),
                lifeline: lifeline.then(descriptor),
                bell: lifeline.then(|| descriptor().into()),
                passed: vec![(3, descriptor()), (7, descriptor())],
            },
            output: output.then(|| [pipe(), pipe()]),
            entry: Entry { unified: None, tasks: vec![descriptor(), descriptor()] },
            killer: Some(Killer::new(descriptor())),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        for (lifeline, output, count) in [(true, true, 14), (false, false, 8)] {
            let packed = given(lifeline, output);
            let (manifest, descriptors) = packed.pack();
            assert_eq!(descriptors.len(), count);
            let text = serde_json::to_string(&manifest).unwrap();
            let read: Vec<Item> = serde_json::from_str(&text).unwrap();
            let theirs = Given::unpack(read, (0..count).map(|_| descriptor()).collect()).unwrap();
            assert_eq!(theirs.descriptors.passed.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [3, 7]);
            assert_eq!((theirs.output.is_some(), theirs.entry.tasks.len()), (output, 2));
        }
    }

    #[test]
    fn too_few_descriptors_are_noticed() {
        let packed = given(true, true);
        let (manifest, _) = packed.pack();
        assert!(Given::unpack(manifest, vec![descriptor(), descriptor()]).is_none());
    }
}
