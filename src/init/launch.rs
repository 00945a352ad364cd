//! What init is told and given.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use serde::{Deserialize, Serialize};

use crate::linux::cgroup::{Killer, Place};
use crate::plan::Task;
use crate::sandbox::Directories;
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
    /// Handed on to the task with these numbers (`run --fd 3=PATH`), 3 and above.
    pub passed: Vec<(u32, OwnedFd)>,
}

/// What goes over the pipe.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Instructions {
    pub(super) launch: Launch,
    manifest: Manifest,
}

/// Which descriptors come along, in this order after the three that always do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    lifeline: bool,
    /// Read end, then write end, of stdout, then of stderr.
    output: bool,
    unified: bool,
    tasks: usize,
    killer: bool,
    /// The numbers of those handed on.
    passed: Vec<u32>,
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
        let manifest = Manifest {
            lifeline: given.lifeline.is_some(),
            output: self.output.is_some(),
            unified: self.entry.unified.is_some(),
            tasks: self.entry.tasks.len(),
            killer: self.killer.is_some(),
            passed: given.passed.iter().map(|(number, _)| *number).collect(),
        };
        let mut all = vec![given.logs.as_fd(), given.log_lock.as_fd(), given.exit_record.as_fd()];
        all.extend(given.lifeline.as_ref().map(AsFd::as_fd));
        all.extend(self.output.iter().flatten().flat_map(|pipe| [pipe.reader.as_fd(), pipe.writer.as_fd()]));
        all.extend(self.entry.unified.as_ref().map(AsFd::as_fd));
        all.extend(self.entry.tasks.iter().map(AsFd::as_fd));
        all.extend(self.killer.as_ref().map(Killer::descriptor));
        all.extend(given.passed.iter().map(|(_, descriptor)| descriptor.as_fd()));
        (Instructions { launch: launch.clone(), manifest }, all)
    }
}

impl Instructions {
    /// Sorts out what came along; `None` if it is not what the manifest says.
    pub(super) fn unpack(self, descriptors: Vec<OwnedFd>) -> Option<(Launch, Given)> {
        let Self { launch, manifest } = self;
        let mut all = descriptors.into_iter();
        let (logs, log_lock, exit_record) = (all.next()?, all.next()?, all.next()?);
        let mut next_if = |wanted: bool| if wanted { all.next().map(Some) } else { Some(None) };
        let lifeline = next_if(manifest.lifeline)?;
        let mut pipe = || Some(Pipe { reader: next_if(true)??, writer: next_if(true)?? });
        let output = if manifest.output { Some([pipe()?, pipe()?]) } else { None };
        let unified = next_if(manifest.unified)?;
        let tasks = (0..manifest.tasks).map(|_| next_if(true)?).collect::<Option<_>>()?;
        let killer = next_if(manifest.killer)?.map(Killer::new);
        let passed =
            manifest.passed.into_iter().map(|number| Some((number, next_if(true)??))).collect::<Option<_>>()?;
        let descriptors = Descriptors { logs, log_lock, exit_record, lifeline, passed };
        Some((launch, Given { descriptors, output, entry: Entry { unified, tasks }, killer }))
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
                passed: vec![(3, descriptor()), (7, descriptor())],
            },
            output: output.then(|| [pipe(), pipe()]),
            entry: Entry { unified: None, tasks: vec![descriptor(), descriptor()] },
            killer: Some(Killer::new(descriptor())),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        for (lifeline, output, count) in [(true, true, 13), (false, false, 8)] {
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
        }
    }
}
