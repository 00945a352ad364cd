//! Shows what allocations say and what happens to them, as it comes.
//!
//! Reads files only, woken by inotify(7) where nobody tells of news; when to stop is the caller's business.

use std::collections::BTreeSet;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify;
use rustix::io::Errno;

use super::Output;
use super::voices::{Said, Voices, What};
use crate::logs::{self, LogFiles, Reader, Stream};
use crate::state::{self, AllocationDirectory, Event, EventKind, Found, encode};

/// How long to wait where nobody tells.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
/// The longest wait where somebody does.
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
    /// Whether lines have the time they were written at.
    pub timestamps: bool,
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
    voices: Voices,
    /// Those whose files are not there yet.
    waiting: Vec<Followed>,
    inotify: Option<OwnedFd>,
    /// Whether of some nobody tells.
    untold: bool,
    failures: Vec<Event>,
    /// How many allocations were heard to have ended.
    ends: usize,
    /// Limits of which whoever listens knows that they are not enforced.
    not_enforced: BTreeSet<String>,
}

/// Who tells that an allocation has something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The kernel, of its files.
    Files,
    /// A descriptor that the caller waits for.
    Caller,
}

/// An allocation and what of it is followed.
#[derive(Debug)]
struct Followed {
    directory: AllocationDirectory,
    name: String,
    tail: Option<u64>,
    tasks: Vec<String>,
}

impl Follower {
    /// A view on nothing yet.
    pub fn new(shown: Shown) -> Self {
        Self {
            shown,
            voices: Voices::default(),
            waiting: Vec::new(),
            inotify: None,
            untold: false,
            failures: Vec::new(),
            ends: 0,
            not_enforced: BTreeSet::new(),
        }
    }

    /// Says nothing of these limits, of which it was said that they are not enforced.
    pub fn keep_quiet_of(&mut self, limits: impl IntoIterator<Item = String>) {
        self.not_enforced.extend(limits);
    }

    /// Follows some tasks of an allocation: all they wrote, or with `tail` the last lines; and events, with `tail` those to come.
    pub fn add(&mut self, found: Found, tasks: Vec<String>, tail: Option<u64>, news: News) {
        let name = format!("{}[{}]", found.launch.group, found.launch.index);
        let followed = Followed { directory: found.directory, name, tail, tasks };
        if news == News::Files {
            // Without a watch everything is looked at a little later.
            self.untold |= self.watch(&followed).is_err();
        }
        self.waiting.push(followed);
    }

    /// Lets the kernel tell of an allocation's files.
    fn watch(&mut self, followed: &Followed) -> Result<(), Errno> {
        let inotify = match self.inotify.take() {
            Some(inotify) => inotify,
            None => inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?,
        };
        let flags = inotify::WatchFlags::MODIFY | inotify::WatchFlags::CREATE | inotify::WatchFlags::MOVED_TO;
        let directory = followed.directory.directory().as_fd().as_raw_fd();
        let watch = |name: &str| inotify::add_watch(&inotify, format!("/proc/self/fd/{directory}/{name}"), flags);
        let watched = watch("").and(watch(AllocationDirectory::LOGS));
        self.inotify = Some(inotify);
        watched.map(drop)
    }

    /// Shows what is new.
    ///
    /// # Errors
    /// [`FollowError`]
    pub fn show(&mut self, output: &mut Output) -> Result<(), FollowError> {
        self.drain();
        for followed in std::mem::take(&mut self.waiting) {
            let not_yet = self.listen(followed)?;
            self.waiting.extend(not_yet);
        }
        while let Some(said) = self.voices.next()? {
            if let What::Event(event) = &said.what
                && !is_news(&mut self.not_enforced, event)
            {
                continue;
            }
            print(self.shown, &said, output)?;
            if let What::Event(event) = said.what {
                self.ends += usize::from(event.kind == EventKind::Finished);
                self.failures.extend(Some(event).filter(|event| event.kind == EventKind::StartFailed));
            }
        }
        output.flush()?;
        super::jobs::report(&self.voices.take_problems(), output);
        Ok(())
    }

    /// How many allocations were heard to have ended, after all that their tasks wrote.
    pub fn ends(&self) -> usize {
        self.ends
    }

    /// The failed starts among what was shown since the last time.
    pub fn take_failures(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.failures)
    }

    /// Shows what is new, and lines that have no end, as nothing more will come.
    ///
    /// # Errors
    /// [`FollowError`]
    pub fn finish(&mut self, output: &mut Output) -> Result<(), FollowError> {
        self.show(output)?;
        if self.voices.release() {
            self.show(output)?;
        }
        for said in self.voices.rests() {
            print(self.shown, &said, output)?;
        }
        Ok(output.flush()?)
    }

    /// Begins to listen to an allocation; gives it back if its files are not there yet.
    fn listen(&mut self, followed: Followed) -> Result<Option<Followed>, FollowError> {
        if followed.directory.logs()?.is_none() {
            return Ok(Some(followed));
        }
        if self.shown.audience == Audience::Runner {
            let Some(mut journal) = followed.directory.events()? else { return Ok(Some(followed)) };
            if followed.tail.is_some() {
                // What cannot be read now is reported when there is something new.
                let _ = journal.read();
            }
            self.voices.add_journal(followed.name.clone(), journal);
        }
        for task in &followed.tasks {
            for stream in Stream::ALL.into_iter().filter(|stream| self.shown.only.is_none_or(|only| only == *stream)) {
                let Some(logs) = followed.directory.logs()? else { continue };
                let files = LogFiles::new(logs, &encode(task), stream);
                let reader = match followed.tail {
                    Some(count) => Reader::from_last(files, count)?,
                    None => Reader::from_start(files)?,
                };
                let told = self.shown.audience == Audience::Runner;
                let told_by = told.then(|| (followed.name.clone(), task.clone()));
                let (who, begun) = (name(self.shown.names, &followed.name, task), followed.tail.is_some());
                self.voices.add_stream(who, stream, reader, told_by, begun);
            }
        }
        Ok(None)
    }

    /// Waits until there may be something new, or one of the descriptors is readable; which of them are.
    pub fn wait(&self, others: &[BorrowedFd<'_>]) -> Vec<bool> {
        let timeout = if self.untold { PATIENCE } else { LONG };
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

/// Whether an event says anything new: of limits that are not enforced one hears once, not for each allocation.
fn is_news(known: &mut BTreeSet<String>, event: &Event) -> bool {
    if event.kind != EventKind::NotEnforced {
        return true;
    }
    let limits = event.details.get("limits").and_then(serde_json::Value::as_array).into_iter().flatten();
    limits.filter_map(|limit| limit.as_str()).filter(|limit| known.insert((*limit).to_owned())).count() > 0
}

/// Prints what was said.
fn print(shown: Shown, said: &Said<'_>, output: &mut Output) -> Result<(), FollowError> {
    match &said.what {
        What::Event(event) => {
            let who = match (event.task.as_str(), shown.names) {
                ("", _) => said.who.to_owned(),
                (task, Names::None) => task.to_owned(),
                (task, names) => name(names, said.who, task),
            };
            output.event(&who, &event.message);
        }
        What::Line(stream, line) => {
            let time = said.time.filter(|_| shown.timestamps);
            output.relay(shown.onto(*stream), time, said.who, line)?;
        }
    }
    Ok(())
}

fn name(names: Names, allocation: &str, task: &str) -> String {
    match names {
        Names::None => String::new(),
        Names::Task => task.to_owned(),
        Names::Full => format!("{allocation}/{task}"),
    }
}
