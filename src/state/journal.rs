//! The journal of an allocation: what happened, one JSON document a line, appended by its supervisor.
//!
//! A line that cannot be read is reported and passed over; a torn last one is neither guessed at nor removed.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;

use jiff::Timestamp;
use rustix::fs::{OFlags, renameat};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::directory::io;
use super::{Directory, Error, Problem, directory};

/// The newest version of an event this jobctl reads and writes.
const VERSION: u32 = 1;
/// The file events are appended to.
const NAME: &str = "events.jsonl";
/// The one before it.
const OLD: &str = "events.old.jsonl";
/// The size in bytes at which another file is begun: two such are what a journal takes at most.
const LARGE: u64 = 1024 * 1024;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub time: Timestamp,
    /// To which task; empty where it concerns the whole allocation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub task: String,
    /// What.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// In a sentence, for people.
    pub message: String,
    /// What programs want to know: `exit_code`, `signal`, `oom_killed` …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, Value>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The allocation was taken over by its supervisor.
    Received,
    /// What a task brings along is being fetched.
    Fetching,
    /// A task began.
    Started,
    /// A task could not be started.
    StartFailed,
    /// A task ended by itself.
    Exited,
    /// A task will be started again.
    Restarting,
    /// A task will not be started again.
    NotRestarting,
    /// A task is asked to stop.
    Killing,
    /// A task was stopped.
    Killed,
    /// The kernel killed a process for want of memory.
    OomKilled,
    /// A task was sent a signal on demand.
    Signaled,
    /// The allocation took up another plan while it ran.
    Updated,
    /// Limits that nobody wrote are not enforced on this host.
    NotEnforced,
    /// Something that needs attention.
    Warning,
    /// Another supervisor took over.
    Adopted,
    /// The allocation ended.
    Finished,
    /// What a newer jobctl calls so.
    #[serde(untagged)]
    Other(String),
}

#[derive(Serialize, Deserialize)]
struct Line<E> {
    version: u32,
    #[serde(flatten)]
    event: E,
}

/// The journal, open for appending.
#[derive(Debug)]
pub struct Journal {
    directory: Directory,
    file: OwnedFd,
    size: u64,
}

impl Journal {
    /// Opens the journal of an allocation. A torn last line is ended, so that what follows it can be read.
    pub(super) fn open(directory: Directory) -> Result<Self, Error> {
        let file = make(&directory)?;
        let failed = |errno| io("read", directory.path_of(NAME), errno);
        let size = rustix::fs::fstat(&file).map_err(failed)?.st_size.unsigned_abs();
        let mut last = [b'\n'];
        if size > 0 {
            rustix::io::pread(&file, &mut last, size - 1).map_err(failed)?;
        }
        let mut journal = Self { directory, file, size };
        if last != [b'\n'] {
            journal.write(b"\n")?;
        }
        Ok(journal)
    }

    /// Appends an event in one write. Of a journal that has become large the older part goes.
    ///
    /// # Errors
    /// [`Error::Encode`], [`Error::Io`]
    pub fn append(&mut self, event: &Event) -> Result<(), Error> {
        if self.size >= LARGE {
            self.rotate()?;
        }
        let line = Line { version: VERSION, event };
        let mut text =
            serde_json::to_vec(&line).map_err(|source| Error::Encode { path: self.directory.path_of(NAME), source })?;
        text.push(b'\n');
        self.write(&text)
    }

    fn rotate(&mut self) -> Result<(), Error> {
        renameat(&self.directory, NAME, &self.directory, OLD)
            .map_err(|errno| io("rename", self.directory.path_of(NAME), errno))?;
        (self.file, self.size) = (make(&self.directory)?, 0);
        Ok(())
    }

    fn write(&mut self, mut text: &[u8]) -> Result<(), Error> {
        while !text.is_empty() {
            match rustix::io::write(&self.file, text) {
                Ok(written) => {
                    text = &text[written..];
                    self.size += written as u64;
                }
                Err(Errno::INTR) => {}
                Err(errno) => return Err(io("write", self.directory.path_of(NAME), errno)),
            }
        }
        Ok(())
    }
}

fn make(directory: &Directory) -> Result<OwnedFd, Error> {
    let file = directory.open_file(NAME, OFlags::RDWR | OFlags::APPEND | OFlags::CREATE)?;
    file.ok_or_else(|| io("make", directory.path_of(NAME), Errno::NOENT))
}

/// The journal, open for reading from the oldest event that is there, as often as it grows.
#[derive(Debug)]
pub struct JournalReader {
    directory: Directory,
    file: OwnedFd,
    offset: u64,
    /// A line whose end is not there yet.
    rest: Vec<u8>,
}

impl JournalReader {
    /// Opens the journal of an allocation; `None` where there is none yet.
    pub(super) fn open(directory: Directory) -> Result<Option<Self>, Error> {
        let file = match directory.open_file(OLD, OFlags::RDONLY)? {
            Some(old) => Some(old),
            None => directory.open_file(NAME, OFlags::RDONLY)?,
        };
        Ok(file.map(|file| Self { directory, file, offset: 0, rest: Vec::new() }))
    }

    /// The events that were written since the last call, and what could not be read among them.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn read(&mut self) -> Result<(Vec<Event>, Vec<Problem>), Error> {
        let (mut events, mut problems) = (Vec::new(), Vec::new());
        loop {
            // Asked before reading: what was written to this file was written before the next was begun.
            let next = self.next_file()?;
            self.read_on(&mut events, &mut problems)?;
            let Some(next) = next else { return Ok((events, problems)) };
            (self.file, self.offset) = (next, 0);
            self.rest.clear();
        }
    }

    /// The file that follows the one at hand, if there is one.
    fn next_file(&self) -> Result<Option<OwnedFd>, Error> {
        let Some(named) = self.directory.open_file(NAME, OFlags::RDONLY)? else { return Ok(None) };
        let inode = |file: &OwnedFd| rustix::fs::fstat(file).map(|stat| stat.st_ino);
        let failed = |errno| io("read", self.directory.path_of(NAME), errno);
        let same = inode(&named).map_err(failed)? == inode(&self.file).map_err(failed)?;
        Ok((!same).then_some(named))
    }

    /// Reads the file at hand to its end.
    fn read_on(&mut self, events: &mut Vec<Event>, problems: &mut Vec<Problem>) -> Result<(), Error> {
        let path = self.directory.path_of(NAME);
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let length = match rustix::io::pread(&self.file, &mut buffer[..], self.offset) {
                Ok(0) => return Ok(()),
                Ok(length) => length,
                Err(Errno::INTR) => continue,
                Err(errno) => return Err(io("read", path, errno)),
            };
            self.offset += length as u64;
            self.rest.extend_from_slice(&buffer[..length]);
            let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { continue };
            let after = self.rest.split_off(end + 1);
            let whole = std::mem::replace(&mut self.rest, after);
            for line in whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                match directory::parse::<Line<Event>>(line, VERSION, &path) {
                    Ok(line) => events.push(line.event),
                    Err(problem) => problems.push(problem),
                }
            }
        }
    }

    /// Whether what was read ends within a line: it is being written, or its writer died over it.
    pub fn is_torn(&self) -> bool {
        !self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    fn event(message: &str) -> Event {
        Event {
            time: Timestamp::UNIX_EPOCH,
            task: "server".to_owned(),
            kind: EventKind::Started,
            message: message.to_owned(),
            details: BTreeMap::from([("exit_code".to_owned(), Value::from(7))]),
        }
    }

    fn directory(path: &std::path::Path) -> Directory {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
        Directory::open(path).unwrap().unwrap()
    }

    fn write(path: &std::path::Path) -> Journal {
        Journal::open(directory(path)).unwrap()
    }

    fn read(path: &std::path::Path) -> JournalReader {
        JournalReader::open(directory(path)).unwrap().unwrap()
    }

    #[test]
    fn gives_back_what_was_written_as_it_grows() {
        let temporary = tempfile::tempdir().unwrap();
        assert!(JournalReader::open(directory(temporary.path())).unwrap().is_none());
        let mut journal = write(temporary.path());
        let mut reader = read(temporary.path());
        for message in ["one", "two\nlines"] {
            journal.append(&event(message)).unwrap();
            let (events, problems) = reader.read().unwrap();
            assert_eq!(events, [event(message)]);
            assert!(problems.is_empty() && !reader.is_torn());
        }
        assert_eq!(
            fs::read_to_string(temporary.path().join(NAME)).unwrap().lines().next().unwrap(),
            r#"{"version":1,"time":"1970-01-01T00:00:00Z","task":"server","type":"started","message":"one","details":{"exit_code":7}}"#
        );
    }

    #[test]
    fn a_large_journal_loses_its_oldest_part_and_is_followed_all_the_same() {
        let temporary = tempfile::tempdir().unwrap();
        let mut journal = write(temporary.path());
        let mut reader = read(temporary.path());
        let mut seen = 0;
        for number in 0..40 {
            journal.append(&event(&format!("{number}{}", "x".repeat(100_000)))).unwrap();
            if number % 7 == 0 {
                seen += reader.read().unwrap().0.len();
            }
        }
        seen += reader.read().unwrap().0.len();
        assert_eq!(seen, 40);
        let (left, _) = read(temporary.path()).read().unwrap();
        assert!(left.len() < 30 && left.last().unwrap().message.starts_with("39x"));
        let size: u64 = [NAME, OLD].iter().map(|name| fs::metadata(temporary.path().join(name)).unwrap().len()).sum();
        assert!(size < 2 * (LARGE + 200_000), "{size}");
    }

    #[test]
    fn a_torn_or_foreign_line_is_reported_and_harms_no_other() {
        let temporary = tempfile::tempdir().unwrap();
        write(temporary.path()).append(&event("one")).unwrap();
        let mut file = fs::File::options().append(true).open(temporary.path().join(NAME)).unwrap();
        file.write_all(b"{\"version\":9,\"type\":\"x\"}\n").unwrap();
        file.write_all(
            b"{\"version\":1,\"time\":\"1970-01-01T00:00:00Z\",\"type\":\"of_tomorrow\",\"message\":\"\"}\n",
        )
        .unwrap();
        file.write_all(b"{\"version\":1,\"ti").unwrap();
        let mut reader = read(temporary.path());
        let (events, problems) = reader.read().unwrap();
        assert_eq!(events.len(), 2);
        assert_eq!(events[1].kind, EventKind::Other("of_tomorrow".to_owned()));
        assert!(matches!(problems[..], [Error::Version { found: 9, .. }]), "{problems:?}");
        assert!(reader.is_torn());

        write(temporary.path()).append(&event("two")).unwrap();
        let (events, problems) = reader.read().unwrap();
        assert_eq!(events, [event("two")]);
        assert!(matches!(problems[..], [Error::Malformed { .. }]), "{problems:?}");
        assert!(!reader.is_torn());
    }
}
