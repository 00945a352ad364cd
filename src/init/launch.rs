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

/// What goes over the pipe.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Instructions {
    pub(super) launch: Launch,
    /// What each descriptor is that comes along.
    manifest: Vec<Item>,
}

/// What a descriptor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Item {
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
    /// The instructions and the descriptors that go with them.
    pub(super) fn pack(&self, launch: &Launch) -> (Instructions, Vec<BorrowedFd<'_>>) {
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
        let (manifest, descriptors) = all.into_iter().unzip();
        (Instructions { launch: launch.clone(), manifest }, descriptors)
    }
}

impl Instructions {
    /// Sorts out what came along; `None` if it is not what the manifest says.
    pub(super) fn unpack(self, descriptors: Vec<OwnedFd>) -> Option<(Launch, Given)> {
        if self.manifest.len() != descriptors.len() {
            return None;
        }
        let (mut logs, mut log_lock, mut exit_record, mut lifeline, mut killer) = (None, None, None, None, None);
        let mut bell = None;
        let (mut readers, mut writers, mut passed, mut entry) = (Vec::new(), Vec::new(), Vec::new(), Entry::default());
        for (item, descriptor) in self.manifest.into_iter().zip(descriptors) {
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
        Some((self.launch, Given { descriptors, output, entry, killer }))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::plan::samples;

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
            let launch = launch();
            let (instructions, descriptors) = packed.pack(&launch);
            assert_eq!(descriptors.len(), count);
            let text = serde_json::to_string(&instructions).unwrap();
            let read: Instructions = serde_json::from_str(&text).unwrap();
            let (unpacked, theirs) = read.unpack((0..count).map(|_| descriptor()).collect()).unwrap();
            assert_eq!(unpacked, launch);
            assert_eq!(theirs.descriptors.passed.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [3, 7]);
            assert_eq!((theirs.output.is_some(), theirs.entry.tasks.len()), (output, 2));
        }
    }

    #[test]
    fn too_few_descriptors_are_noticed() {
        let packed = given(true, true);
        let (instructions, _) = packed.pack(&launch());
        assert!(instructions.unpack(vec![descriptor(), descriptor()]).is_none());
    }

    fn launch() -> Launch {
        let task = samples::group("api", &["server"]).tasks.remove(0);
        let path = || "/nowhere".into();
        Launch {
            version: VERSION,
            task,
            directories: Directories { allocation: path(), task: path(), logs: path() },
            cgroup: Place { parent: String::new(), name: "jobctl-test".to_owned() },
            method: None,
        }
    }
}
