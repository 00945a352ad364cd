//! Shows what allocations say and what happens to them, as it comes.
//!
//! Reads files only, woken by inotify(7) where there is some; when to stop is the caller's business.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify;

use super::Output;
use crate::logs::{self, LogFiles, Reader, Stream};
use crate::state::{self, AllocationDirectory, Event, Found, JournalReader, encode};

/// How long to wait without inotify, and the longest wait with it.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
/// The same where the kernel tells.
const LONG: Timespec = Timespec { tv_sec: 2, tv_nsec: 0 };

/// Why nothing more can be shown.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The state directory.
    #[error(transparent)]
    State(#[from] state::Error),
    /// The log files.
    #[error(transparent)]
    Logs(#[from] logs::Error),
    /// The terminal.
    #[error("cannot write the output of tasks")]
    Output(#[from] io::Error),
}

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// To whom.
    pub audience: Audience,
    /// Only this stream of the tasks; both if `None`.
    pub only: Option<Stream>,
    /// Who says a line.
    pub names: Names,
}

/// To whom something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Who runs the job: what happens is told on stderr, and there goes what tasks write to theirs.
    Runner,
    /// Who asked for what was written: all of it is data.
    Reader,
}

impl Shown {
    /// Where what a task wrote to `stream` is written.
    fn onto(self, stream: Stream) -> Stream {
        match self.audience {
            Audience::Runner => stream,
            Audience::Reader => Stream::Stdout,
        }
    }
}

/// How those who say something are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Not at all: there is but one.
    None,
    /// By the task.
    Task,
    /// By group, index and task.
    Full,
}

impl Names {
    /// What is needed to tell so many apart.
    pub fn for_count(allocations: usize, tasks: usize) -> Self {
        match (allocations, tasks) {
            (0 | 1, 0 | 1) => Self::None,
            (0 | 1, _) => Self::Task,
            _ => Self::Full,
        }
    }
}

/// A view on allocations.
#[derive(Debug)]
pub struct Follower {
    shown: Shown,
    followed: Vec<Followed>,
    inotify: Option<OwnedFd>,
}

#[derive(Debug)]
struct Followed {
    directory: AllocationDirectory,
    name: String,
    journal: Option<JournalReader>,
    tail: Option<u64>,
    tasks: Vec<(String, Stream)>,
    readers: Vec<(String, Stream, Reader)>,
}

impl Follower {
    /// A view on nothing yet.
    pub fn new(shown: Shown) -> Self {
        let inotify = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK).ok();
        Self { shown, followed: Vec::new(), inotify }
    }

    /// Follows some tasks of an allocation: all they wrote, or with `tail` the last lines; and events, with `tail` those to come.
    pub fn add(&mut self, found: Found, tasks: impl Iterator<Item = String>, tail: Option<u64>) {
        let streams = Stream::ALL.into_iter().filter(|stream| self.shown.only.is_none_or(|only| only == *stream));
        let tasks = tasks.flat_map(|task| streams.clone().map(move |stream| (task.clone(), stream)));
        let name = format!("{}[{}]", found.launch.group, found.launch.index);
        let mut journal = found.directory.events().ok().flatten();
        if tail.is_some() {
            // What cannot be read now is reported when there is something new.
            let _ = journal.as_mut().map(JournalReader::read);
        }
        let tasks = tasks.collect();
        let followed = Followed { tail, tasks, directory: found.directory, name, journal, readers: Vec::new() };
        // Without a watch everything is looked at a little later.
        if let Some(inotify) = &self.inotify {
            let flags = inotify::WatchFlags::MODIFY | inotify::WatchFlags::CREATE | inotify::WatchFlags::MOVED_TO;
            let directory = followed.directory.directory();
            let watch = |name: &str| {
                let path = format!("/proc/self/fd/{}/{name}", directory.as_fd().as_raw_fd());
                let _ = inotify::add_watch(inotify, path, flags);
            };
            watch("");
            watch(AllocationDirectory::LOGS);
        }
        self.followed.push(followed);
    }

    /// Shows what is new.
    ///
    /// # Errors
    /// [`FollowError`]
    pub fn show(&mut self, output: &mut Output) -> Result<(), FollowError> {
        self.drain();
        for followed in &mut self.followed {
            followed.show(self.shown, output)?;
        }
        Ok(())
    }

    /// Shows what is new, and lines that have no end, as nothing more will come.
    ///
    /// # Errors
    /// [`FollowError`]
    pub fn finish(&mut self, output: &mut Output) -> Result<(), FollowError> {
        self.show(output)?;
        for followed in &mut self.followed {
            for (task, stream, reader) in &mut followed.readers {
                let rest = reader.take_rest();
                if !rest.is_empty() {
                    output.relay(self.shown.onto(*stream), &prefix(self.shown, &followed.name, task), &rest)?;
                }
            }
        }
        Ok(())
    }

    /// Waits until there may be something new, or one of the descriptors is readable; which of them are.
    pub fn wait(&self, others: &[BorrowedFd<'_>]) -> Vec<bool> {
        let timeout = if self.inotify.is_some() { LONG } else { PATIENCE };
        let mut descriptors: Vec<_> =
            others.iter().map(|descriptor| PollFd::from_borrowed_fd(*descriptor, PollFlags::IN)).collect();
        descriptors.extend(self.inotify.as_ref().map(|inotify| PollFd::new(inotify, PollFlags::IN)));
        // Interrupted: whoever is ready is still so at the next round.
        let _ = poll(&mut descriptors, Some(&timeout));
        descriptors.iter().take(others.len()).map(|descriptor| !descriptor.revents().is_empty()).collect()
    }

    /// What the kernel tells is not needed, only that it does.
    fn drain(&self) {
        let mut buffer = [0; 4096];
        while let Some(inotify) = &self.inotify
            && rustix::io::read(inotify, &mut buffer).is_ok_and(|length| length > 0)
        {}
    }
}

impl Followed {
    fn show(&mut self, shown: Shown, output: &mut Output) -> Result<(), FollowError> {
        if shown.audience == Audience::Runner {
            self.show_events(shown, output)?;
        }
        if self.readers.is_empty() && !self.tasks.is_empty() && self.directory.logs()?.is_some() {
            for (task, stream) in &self.tasks {
                let Some(logs) = self.directory.logs()? else { break };
                let files = LogFiles::new(logs, &encode(task), *stream);
                let reader = match self.tail {
                    Some(count) => Reader::from_last(files, count)?,
                    None => Reader::from_start(files)?,
                };
                self.readers.push((task.clone(), *stream, reader));
            }
        }
        for (task, stream, reader) in &mut self.readers {
            let prefix = prefix(shown, &self.name, task);
            reader.lines(|line| output.relay(shown.onto(*stream), &prefix, line).map_err(FollowError::from))?;
        }
        Ok(())
    }

    fn show_events(&mut self, shown: Shown, output: &mut Output) -> Result<(), FollowError> {
        if self.journal.is_none() {
            self.journal = self.directory.events()?;
        }
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let (events, problems) = journal.read()?;
        super::jobs::report(&problems, output);
        for Event { task, message, .. } in events {
            let who = match (task.as_str(), shown.names) {
                ("", _) => self.name.clone(),
                (task, Names::Full) => format!("{}/{task}", self.name),
                (task, _) => task.to_owned(),
            };
            output.event(&who, &message);
        }
        Ok(())
    }
}

fn prefix(shown: Shown, allocation: &str, task: &str) -> String {
    match shown.names {
        Names::None => String::new(),
        Names::Task => task.to_owned(),
        Names::Full => format!("{allocation}/{task}"),
    }
}
