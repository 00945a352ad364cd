//! Reads one stream back: from a place on, line by line, over the borders of files, as often as it grows.
//!
//! Follows by number, and holds the file it reads: one that is removed meanwhile is still read to its end.

use std::os::fd::OwnedFd;

use jiff::Timestamp;

use super::times::TimesReader;
use super::{Error, LogFiles};

/// How much is read at once.
const BLOCK: usize = 64 * 1024;
/// A line is given out in parts of this length if it is longer.
const LONGEST: usize = 1024 * 1024;

/// A place in a stream: file and offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The number of the file.
    pub number: u64,
    /// Bytes from its beginning.
    pub offset: u64,
}

/// A line that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When its end was written; `None` where nobody knows.
    pub time: Option<Timestamp>,
    /// With its line break; a line longer than 1 MiB comes in parts, and only the last has one.
    pub text: Vec<u8>,
}

/// A reader of one stream.
#[derive(Debug)]
pub struct Reader {
    files: LogFiles,
    /// How far has been read.
    place: Place,
    file: Option<OwnedFd>,
    /// What was read and not given out, from `begin` on.
    buffer: Vec<u8>,
    begin: usize,
    times: Option<TimesReader>,
    skipped: u64,
}

impl Reader {
    /// Reads from the oldest line that is still there.
    ///
    /// # Errors
    /// [`Error::List`]
    pub fn from_start(files: LogFiles) -> Result<Self, Error> {
        let number = files.numbers()?.first().copied().unwrap_or(0);
        Ok(Self::at(files, Place { number, offset: 0 }))
    }

    /// Reads from a place on.
    pub fn at(files: LogFiles, place: Place) -> Self {
        Self { files, place, file: None, buffer: Vec::new(), begin: 0, times: None, skipped: 0 }
    }

    /// Reads the last `count` lines, and what comes after them. A last line without an end counts.
    ///
    /// # Errors
    /// [`Error::List`], [`Error::Open`], [`Error::Read`]
    pub fn from_last(files: LogFiles, count: u64) -> Result<Self, Error> {
        let numbers = files.numbers()?;
        let mut place = Place { number: numbers.last().copied().unwrap_or(0), offset: 0 };
        let mut wanted = count;
        // The line break that ends the last line begins none.
        let mut at_end = true;
        'files: for number in numbers.into_iter().rev() {
            let Some(file) = files.open(number)? else { continue };
            let mut end = size(&files, number, &file)?;
            if at_end && wanted == 0 {
                return Ok(Self::at(files, Place { number, offset: end }));
            }
            while end > 0 {
                let start = end.saturating_sub(BLOCK as u64);
                let block = read(&files, number, &file, start, usize::try_from(end - start).unwrap_or(BLOCK))?;
                for (position, byte) in block.iter().enumerate().rev() {
                    let is_break = *byte == b'\n';
                    if is_break && !at_end {
                        wanted -= 1;
                        if wanted == 0 {
                            place = Place { number, offset: start + position as u64 + 1 };
                            break 'files;
                        }
                    }
                    at_end = false;
                }
                end = start;
            }
            place = Place { number, offset: 0 };
        }
        Ok(Self::at(files, place))
    }

    /// How many files were gone before they were read.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The next whole line; `None` if there is none yet.
    ///
    /// # Errors
    /// [`Error::List`], [`Error::Open`], [`Error::Read`]
    pub fn next_line(&mut self) -> Result<Option<Line>, Error> {
        let mut searched = self.begin;
        loop {
            if let Some(length) = self.buffer[searched..].iter().position(|byte| *byte == b'\n') {
                return Ok(Some(self.give_out(searched + length + 1)));
            }
            if self.buffer.len() - self.begin >= LONGEST {
                return Ok(Some(self.give_out(self.buffer.len())));
            }
            self.buffer.drain(..self.begin);
            self.begin = 0;
            searched = self.buffer.len();
            if !self.read_on()? {
                return Ok(None);
            }
        }
    }

    /// The part of a last line that has no end yet; nothing more is expected to come.
    pub fn take_rest(&mut self) -> Option<Line> {
        (self.begin < self.buffer.len()).then(|| self.give_out(self.buffer.len()))
    }

    /// What was read up to `end`.
    fn give_out(&mut self, end: usize) -> Line {
        let text = self.buffer[self.begin..end].to_vec();
        self.begin = end;
        // All that is in the buffer behind the end lies in the file at hand, but the text may have been read to the end of one before.
        let offset = self.place.offset.saturating_sub((self.buffer.len() - end) as u64);
        let number = self.place.number;
        let times = match &mut self.times {
            Some(times) if times.number() == number => times,
            _ => self.times.insert(TimesReader::new(number)),
        };
        Line { time: times.at(&self.files, offset.max(1)), text }
    }

    /// Reads a block, from the next file if this one has no more; whether there was something.
    fn read_on(&mut self) -> Result<bool, Error> {
        loop {
            // Asked before reading: what was written to this file was written before the next was begun.
            let next = self.next_number()?;
            if self.block()? {
                return Ok(true);
            }
            let Some(next) = next else { return Ok(false) };
            self.skipped += next - self.place.number - 1;
            self.place = Place { number: next, offset: 0 };
            self.file = None;
        }
    }

    /// Reads on in the file at hand; whether there was something.
    fn block(&mut self) -> Result<bool, Error> {
        if self.file.is_none() {
            self.file = self.files.open(self.place.number)?;
        }
        let Some(file) = &self.file else { return Ok(false) };
        let block = read(&self.files, self.place.number, file, self.place.offset, BLOCK)?;
        self.place.offset += block.len() as u64;
        self.buffer.extend_from_slice(&block);
        Ok(!block.is_empty())
    }

    fn next_number(&self) -> Result<Option<u64>, Error> {
        Ok(self.files.numbers()?.into_iter().find(|number| *number > self.place.number))
    }
}

fn size(files: &LogFiles, number: u64, file: &OwnedFd) -> Result<u64, Error> {
    let stat =
        rustix::fs::fstat(file).map_err(|errno| Error::Read { name: files.name(number), source: errno.into() })?;
    Ok(stat.st_size.unsigned_abs())
}

/// At most `length` bytes from `offset` on; fewer only at the end of the file.
fn read(files: &LogFiles, number: u64, file: &OwnedFd, offset: u64, length: usize) -> Result<Vec<u8>, Error> {
    let mut block = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match rustix::io::retry_on_intr(|| rustix::io::pread(file, &mut block[filled..], offset + filled as u64)) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(errno) => return Err(Error::Read { name: files.name(number), source: errno.into() }),
        }
    }
    block.truncate(filled);
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::Stream;
    use std::fs;
    use std::io::Write;
    use std::path::Path;

    fn files(directory: &Path) -> LogFiles {
        LogFiles::new(fs::File::open(directory).unwrap().into(), "t", Stream::Stdout)
    }

    fn append(directory: &Path, number: u64, text: &str) {
        let path = directory.join(format!("t.stdout.{number}"));
        fs::File::options().append(true).create(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn lines(reader: &mut Reader) -> Vec<String> {
        let lines = std::iter::from_fn(|| reader.next_line().unwrap());
        lines.map(|line| String::from_utf8(line.text).unwrap()).collect()
    }

    fn rest(reader: &mut Reader) -> String {
        String::from_utf8(reader.take_rest().unwrap().text).unwrap()
    }

    #[test]
    fn follows_over_rotation() {
        let directory = tempfile::tempdir().unwrap();
        let mut reader = Reader::from_start(files(directory.path())).unwrap();
        assert!(lines(&mut reader).is_empty(), "no file yet");
        append(directory.path(), 0, "one\ntwo\nthr");
        assert_eq!(lines(&mut reader), ["one\n", "two\n"]);
        append(directory.path(), 0, "ee\n");
        append(directory.path(), 1, "four\n");
        append(directory.path(), 2, "five");
        assert_eq!(lines(&mut reader), ["three\n", "four\n"]);
        assert_eq!(rest(&mut reader), "five");
        assert!(reader.take_rest().is_none());
        assert_eq!(reader.skipped(), 0);
    }

    #[test]
    fn reads_on_in_a_file_that_was_removed_and_says_what_it_missed() {
        let directory = tempfile::tempdir().unwrap();
        append(directory.path(), 3, "one\n");
        let mut reader = Reader::from_start(files(directory.path())).unwrap();
        assert_eq!(lines(&mut reader), ["one\n"]);
        append(directory.path(), 3, "two\n");
        fs::remove_file(directory.path().join("t.stdout.3")).unwrap();
        append(directory.path(), 6, "three\n");
        assert_eq!(lines(&mut reader), ["two\n", "three\n"]);
        assert_eq!(reader.skipped(), 2);
    }

    #[test]
    fn lines_have_the_times_they_were_written_at() {
        use crate::logs::times::TimesWriter;
        let directory = tempfile::tempdir().unwrap();
        let files = files(directory.path());
        append(directory.path(), 0, "one\ntwo\n");
        let mut times = TimesWriter::new(&files, 0);
        times.note(&files, 8);
        append(directory.path(), 1, "three\n");
        let mut reader = Reader::from_start(files).unwrap();
        let mut next = || reader.next_line().unwrap().unwrap().time;
        let one = next();
        assert!(one.is_some());
        assert_eq!(next(), one, "they came at once");
        assert_eq!(next(), None, "nobody wrote it down");
    }

    #[test]
    fn a_line_may_lie_in_two_files() {
        let directory = tempfile::tempdir().unwrap();
        append(directory.path(), 0, "a very lo");
        append(directory.path(), 1, "ng line\n");
        assert_eq!(lines(&mut Reader::from_start(files(directory.path())).unwrap()), ["a very long line\n"]);
    }

    #[test]
    fn begins_with_the_last_lines() {
        let directory = tempfile::tempdir().unwrap();
        append(directory.path(), 4, "one\ntwo\n");
        append(directory.path(), 5, "three\nfour\n");
        let last = |count| lines(&mut Reader::from_last(files(directory.path()), count).unwrap());
        assert_eq!(last(1), ["four\n"]);
        assert_eq!(last(2), ["three\n", "four\n"]);
        assert_eq!(last(3), ["two\n", "three\n", "four\n"]);
        assert_eq!(last(4), ["one\n", "two\n", "three\n", "four\n"]);
        assert_eq!(last(100).len(), 4);
        let mut reader = Reader::from_last(files(directory.path()), 0).unwrap();
        assert!(lines(&mut reader).is_empty());
        append(directory.path(), 5, "five");
        let mut last = Reader::from_last(files(directory.path()), 2).unwrap();
        assert_eq!(lines(&mut last), ["four\n"]);
        assert_eq!(rest(&mut last), "five", "a line without an end counts");
        append(directory.path(), 5, "\n");
        assert_eq!(lines(&mut reader), ["five\n"]);
        append(directory.path(), 6, "");
        assert_eq!(
            lines(&mut Reader::from_last(files(directory.path()), 1).unwrap()),
            ["five\n"],
            "an empty newest file"
        );
    }

    #[test]
    fn long_lines_come_in_parts() {
        let directory = tempfile::tempdir().unwrap();
        let line = "x".repeat(LONGEST * 2 + 5) + "\n";
        append(directory.path(), 0, &line);
        let parts = lines(&mut Reader::from_start(files(directory.path())).unwrap());
        assert!(parts.len() >= 2 && parts.concat() == line);
        let mut last = Reader::from_last(files(directory.path()), 1).unwrap();
        assert_eq!(lines(&mut last).concat().len(), line.len());
    }
}
