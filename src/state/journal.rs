//! The journal of an allocation: what happened, one JSON document a line, appended by its supervisor.
//!
//! A line that cannot be read is reported and passed over; a torn last one is neither guessed at nor removed.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use jiff::Timestamp;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::directory::io;
use super::{Error, Problem, directory};

/// The newest version of an event this jobctl reads and writes.
const VERSION: u32 = 1;

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
    file: OwnedFd,
    path: PathBuf,
}

impl Journal {
    /// A torn last line is ended, so that what follows it can be read.
    pub(super) fn new(file: OwnedFd, path: PathBuf) -> Result<Self, Error> {
        let failed = |errno| io("read", path.clone(), errno);
        let size = rustix::fs::fstat(&file).map_err(failed)?.st_size.unsigned_abs();
        let mut last = [b'\n'];
        if size > 0 {
            rustix::io::pread(&file, &mut last, size - 1).map_err(failed)?;
        }
        let journal = Self { file, path };
        if last != [b'\n'] {
            journal.write(b"\n")?;
        }
        Ok(journal)
    }

    /// Appends an event in one write.
    ///
    /// # Errors
    /// [`Error::Encode`], [`Error::Io`]
    pub fn append(&self, event: &Event) -> Result<(), Error> {
        let line = Line { version: VERSION, event };
        let mut text = serde_json::to_vec(&line).map_err(|source| Error::Encode { path: self.path.clone(), source })?;
        text.push(b'\n');
        self.write(&text)
    }

    fn write(&self, mut text: &[u8]) -> Result<(), Error> {
        while !text.is_empty() {
            match rustix::io::write(&self.file, text) {
                Ok(written) => text = &text[written..],
                Err(Errno::INTR) => {}
                Err(errno) => return Err(io("write", self.path.clone(), errno)),
            }
        }
        Ok(())
    }
}

/// The journal, open for reading from its beginning, as often as it grows.
#[derive(Debug)]
pub struct JournalReader {
    file: OwnedFd,
    path: PathBuf,
    offset: u64,
    /// A line whose end is not there yet.
    rest: Vec<u8>,
}

impl JournalReader {
    pub(super) fn new(file: OwnedFd, path: PathBuf) -> Self {
        Self { file, path, offset: 0, rest: Vec::new() }
    }

    /// The events that were written since the last call, and what could not be read among them.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn read(&mut self) -> Result<(Vec<Event>, Vec<Problem>), Error> {
        let (mut events, mut problems) = (Vec::new(), Vec::new());
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let length = match rustix::io::pread(&self.file, &mut buffer[..], self.offset) {
                Ok(0) => return Ok((events, problems)),
                Ok(length) => length,
                Err(Errno::INTR) => continue,
                Err(errno) => return Err(io("read", self.path.clone(), errno)),
            };
            self.offset += length as u64;
            self.rest.extend_from_slice(&buffer[..length]);
            let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { continue };
            let after = self.rest.split_off(end + 1);
            let whole = std::mem::replace(&mut self.rest, after);
            for line in whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                match directory::parse::<Line<Event>>(line, VERSION, &self.path) {
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

impl AsFd for JournalReader {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    fn event(message: &str) -> Event {
        Event {
            time: Timestamp::UNIX_EPOCH,
            task: "server".to_owned(),
            kind: EventKind::Started,
            message: message.to_owned(),
            details: BTreeMap::from([("exit_code".to_owned(), Value::from(7))]),
        }
    }

    fn open(path: &std::path::Path) -> Journal {
        let file = fs::File::options().append(true).read(true).create(true).open(path).unwrap();
        Journal::new(file.into(), path.to_owned()).unwrap()
    }

    #[test]
    fn gives_back_what_was_written_as_it_grows() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("events.jsonl");
        let journal = open(&path);
        let mut reader = JournalReader::new(fs::File::open(&path).unwrap().into(), path.clone());
        for message in ["one", "two\nlines"] {
            journal.append(&event(message)).unwrap();
            let (events, problems) = reader.read().unwrap();
            assert_eq!(events, [event(message)]);
            assert!(problems.is_empty() && !reader.is_torn());
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap().lines().next().unwrap(),
            r#"{"version":1,"time":"1970-01-01T00:00:00Z","task":"server","type":"started","message":"one","details":{"exit_code":7}}"#
        );
    }

    #[test]
    fn a_torn_or_foreign_line_is_reported_and_harms_no_other() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("events.jsonl");
        open(&path).append(&event("one")).unwrap();
        let mut file = fs::File::options().append(true).open(&path).unwrap();
        file.write_all(b"{\"version\":9,\"type\":\"x\"}\n").unwrap();
        file.write_all(
            b"{\"version\":1,\"time\":\"1970-01-01T00:00:00Z\",\"type\":\"of_tomorrow\",\"message\":\"\"}\n",
        )
        .unwrap();
        file.write_all(b"{\"version\":1,\"ti").unwrap();
        let mut reader = JournalReader::new(fs::File::open(&path).unwrap().into(), path.clone());
        let (events, problems) = reader.read().unwrap();
        assert_eq!(events.len(), 2);
        assert_eq!(events[1].kind, EventKind::Other("of_tomorrow".to_owned()));
        assert!(matches!(problems[..], [Error::Version { found: 9, .. }]), "{problems:?}");
        assert!(reader.is_torn());

        open(&path).append(&event("two")).unwrap();
        let (events, problems) = reader.read().unwrap();
        assert_eq!(events, [event("two")]);
        assert!(matches!(problems[..], [Error::Malformed { .. }]), "{problems:?}");
        assert!(!reader.is_torn());
    }
}
