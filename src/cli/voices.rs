//! Everybody who says something about a job, heard in the order of time: the streams of its tasks, and its journals.
//!
//! Reads and orders; how it is shown is decided by who listens.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::follow::FollowError;
use crate::logs::{Line, Reader, Stream};
use crate::state::{Event, JournalReader, Problem};

/// One who says something.
#[derive(Debug)]
struct Voice {
    who: String,
    source: Source,
    /// What is said next.
    next: Option<(Option<Timestamp>, What)>,
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
    /// Listens to a stream of a task.
    pub fn add_stream(&mut self, who: String, stream: Stream, reader: Reader) {
        self.all.push(Voice { who, source: Source::Stream(stream, reader), next: None });
    }

    /// Listens to a journal.
    pub fn add_journal(&mut self, who: String, journal: JournalReader) {
        self.all.push(Voice { who, source: Source::Journal(journal, VecDeque::new()), next: None });
    }

    /// The oldest of what is said next; `None` if nobody has said more. What has no time comes after what has one.
    ///
    /// # Errors
    /// [`FollowError`]
    pub fn next(&mut self) -> Result<Option<Said<'_>>, FollowError> {
        for voice in &mut self.all {
            if voice.next.is_none() {
                voice.next = voice.source.read(&mut self.problems)?;
            }
        }
        let waiting = self.all.iter_mut().filter(|voice| voice.next.is_some());
        let first = waiting.min_by_key(|voice| {
            let time = voice.next.as_ref().and_then(|(time, _)| *time);
            (time.is_none(), time)
        });
        Ok(first.and_then(|voice| voice.next.take().map(|(time, what)| Said { who: &voice.who, time, what })))
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
