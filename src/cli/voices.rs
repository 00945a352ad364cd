//! Everybody who says something about a job, heard in the order of time: the streams of its tasks, and its journals.
//!
//! Reads and orders; how it is shown is decided by who listens.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::follow::FollowError;
use crate::logs::{Line, Reader, Stream};
use crate::state::{Event, EventKind, JournalReader, Problem};

/// One who says something.
#[derive(Debug)]
struct Voice {
    who: String,
    source: Source,
    /// The journal and the task whose beginnings are to be told before its output.
    told_by: Option<(String, String)>,
    /// How much may be heard until then.
    hold: Hold,
    /// What is said next.
    next: Option<(Option<Timestamp>, What)>,
}

/// How much of what a voice says may be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// All of it.
    Nothing,
    /// What was said by then: the task had ended, and whatever is later is of its next run.
    Since(Timestamp),
    /// None of it.
    Everything,
}

#[derive(Debug)]
enum Source {
    Stream(Stream, Reader),
    /// With the name of the allocation, and events that were read.
    Journal(JournalReader, VecDeque<Event>),
}

/// What was said.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A line of a task, with its line break if it has one.
    Line(Stream, Vec<u8>),
    /// Something happened, to a task or to the allocation as a whole.
    Event(Event),
}

/// What was said, by whom and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Said<'a> {
    /// The name it was added with.
    pub who: &'a str,
    /// When; `None` where nobody knows.
    pub time: Option<Timestamp>,
    /// What.
    pub what: What,
}

/// Several who say something.
#[derive(Debug, Default)]
pub struct Voices {
    all: Vec<Voice>,
    problems: Vec<Problem>,
}

impl Voices {
    /// Listens to a stream of a task; with `told_by`, a journal and a task in it, to each run from when that tells that it began: what a
    /// task writes at once may be there before it is known that it runs. Of a task that has `begun` that was told already.
    pub fn add_stream(
        &mut self,
        who: String,
        stream: Stream,
        reader: Reader,
        told_by: Option<(String, String)>,
        begun: bool,
    ) {
        let hold = if told_by.is_some() && !begun { Hold::Everything } else { Hold::Nothing };
        self.all.push(Voice { who, source: Source::Stream(stream, reader), told_by, hold, next: None });
    }

    /// Listens to a journal.
    pub fn add_journal(&mut self, who: String, journal: JournalReader) {
        self.all.push(Voice {
            who,
            source: Source::Journal(journal, VecDeque::new()),
            told_by: None,
            hold: Hold::Nothing,
            next: None,
        });
    }

    /// The oldest of what is said next; `None` if nobody has said more. What has no time comes after what has one.
    ///
    /// # Errors
    /// [`FollowError`]
    pub fn next(&mut self) -> Result<Option<Said<'_>>, FollowError> {
        for voice in self.all.iter_mut().filter(|voice| voice.hold != Hold::Everything) {
            if voice.next.is_none() {
                voice.next = voice.source.read(&mut self.problems)?;
            }
        }
        let waiting = self.all.iter().enumerate().filter(|(_, voice)| voice.may_be_heard());
        let first = waiting.min_by_key(|(_, voice)| {
            let time = voice.next.as_ref().and_then(|(time, _)| *time);
            (time.is_none(), time)
        });
        let first = first.map(|(at, _)| at);
        let Some(at) = first else { return Ok(None) };
        if let Some((_, What::Event(event))) = &self.all[at].next {
            let (journal, task, hold) = (self.all[at].who.clone(), event.task.clone(), hold_after(event));
            let is_told = |voice: &&mut Voice| {
                voice.told_by.as_ref().is_some_and(|by| by.0 == journal && (task.is_empty() || by.1 == task))
            };
            if let Some(hold) = hold {
                self.all.iter_mut().filter(is_told).for_each(|voice| voice.hold = hold);
            }
        }
        let voice = &mut self.all[at];
        Ok(voice.next.take().map(|(time, what)| Said { who: &voice.who, time, what }))
    }

    /// Keeps nothing back any more; whether anything was kept back.
    pub fn release(&mut self) -> bool {
        let held = self.all.iter().any(|voice| voice.hold != Hold::Nothing);
        self.all.iter_mut().for_each(|voice| voice.hold = Hold::Nothing);
        held
    }

    /// Lines that have no end, as nothing more will come.
    pub fn rests(&mut self) -> impl Iterator<Item = Said<'_>> {
        self.all.iter_mut().filter_map(|voice| match &mut voice.source {
            Source::Stream(stream, reader) => {
                let Line { time, text } = reader.take_rest()?;
                Some(Said { who: &voice.who, time, what: What::Line(*stream, text) })
            }
            Source::Journal(..) => None,
        })
    }

    /// What could not be read since the last call.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }
}

impl Voice {
    /// Whether it says something, and that is not to wait.
    fn may_be_heard(&self) -> bool {
        let Some((time, _)) = &self.next else { return false };
        match self.hold {
            Hold::Nothing => true,
            Hold::Since(end) => time.is_none_or(|time| time <= end),
            Hold::Everything => false,
        }
    }
}

/// What of a task's output may be heard once this was told of it; `None` where it changes nothing. Of all tasks where it names none.
fn hold_after(event: &Event) -> Option<Hold> {
    match event.kind {
        EventKind::Exited | EventKind::Killed => Some(Hold::Since(event.time)),
        // It began, will not begin, or somebody else saw it begin.
        EventKind::Started | EventKind::StartFailed | EventKind::Adopted | EventKind::Finished => Some(Hold::Nothing),
        _ => None,
    }
}

impl Source {
    fn read(&mut self, problems: &mut Vec<Problem>) -> Result<Option<(Option<Timestamp>, What)>, FollowError> {
        match self {
            Self::Stream(stream, reader) => {
                Ok(reader.next_line()?.map(|Line { time, text }| (time, What::Line(*stream, text))))
            }
            Self::Journal(journal, events) => {
                if events.is_empty() {
                    let (new, unreadable) = journal.read()?;
                    events.extend(new);
                    problems.extend(unreadable);
                }
                Ok(events.pop_front().map(|event| (Some(event.time), What::Event(event))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::LogFiles;
    use crate::plan::samples;
    use crate::state::{AllocationId, Durability, Launch, Store};
    use std::collections::BTreeMap;
    use std::fs;
    use std::io::Write;

    #[test]
    fn a_task_is_said_to_have_begun_before_it_is_heard() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::create(&directory.path().join("state")).unwrap();
        let launch = Launch {
            version: Launch::VERSION,
            id: AllocationId::derived("voices"),
            namespace: "default".to_owned(),
            job: "web".to_owned(),
            group: "g".to_owned(),
            index: 0,
            digest: samples::plan().store().digest,
            detached: false,
            command: None,
            cgroup_parent: String::new(),
            ports: BTreeMap::new(),
            created: Timestamp::now(),
        };
        let allocation = store.draft(&launch.id).unwrap().publish(&launch, Durability::Cached).unwrap();
        let mut journal = allocation.journal().unwrap();
        let mut tell = |kind: EventKind, task: &str| {
            let (message, details) = (format!("{kind:?}"), BTreeMap::new());
            journal.append(&Event { time: Timestamp::now(), task: task.to_owned(), kind, message, details }).unwrap();
        };
        let mut voices = Voices::default();
        voices.add_journal("g[0]".to_owned(), allocation.events().unwrap().unwrap());
        for task in ["one", "two"] {
            fs::write(directory.path().join(format!("{task}.stdout.0")), format!("{task} speaks\n")).unwrap();
            let files = LogFiles::new(fs::File::open(directory.path()).unwrap().into(), task, Stream::Stdout);
            let told_by = Some(("g[0]".to_owned(), task.to_owned()));
            voices.add_stream(task.to_owned(), Stream::Stdout, Reader::from_start(files).unwrap(), told_by, false);
        }
        let mut heard = || {
            let mut all = Vec::new();
            while let Some(said) = voices.next().unwrap() {
                all.push(match said.what {
                    What::Line(_, text) => String::from_utf8(text).unwrap().trim().to_owned(),
                    What::Event(event) => event.message,
                });
            }
            all
        };
        tell(EventKind::Received, "");
        assert_eq!(heard(), ["Received"]);
        tell(EventKind::Started, "two");
        assert_eq!(heard(), ["Started", "two speaks"]);
        tell(EventKind::Exited, "two");
        // Said by its next run, of which it is not told yet that it began.
        let log = directory.path().join("two.stdout.0");
        fs::OpenOptions::new().append(true).open(&log).unwrap().write_all(b"two speaks again\n").unwrap();
        let later = (Timestamp::now().as_nanosecond() + 1_000_000_000).to_le_bytes();
        let pair = [&fs::metadata(&log).unwrap().len().to_le_bytes(), &later[..8]].concat();
        fs::write(directory.path().join(".two.stdout.0.times"), pair).unwrap();
        assert_eq!(heard(), ["Exited"]);
        tell(EventKind::Started, "two");
        assert_eq!(heard(), ["Started", "two speaks again"]);
        tell(EventKind::Finished, "");
        assert_eq!(heard(), ["Finished", "one speaks"], "nothing is kept back for ever");
    }
}
