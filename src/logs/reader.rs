//! Reads one stream back: from a place on, line by line, over the borders of files, as often as it grows.
//!
//! Follows by number, and holds the file it reads: one that is removed meanwhile is still read to its end.

use std::os::fd::OwnedFd;

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

/// A reader of one stream.
#[derive(Debug)]
pub struct Reader {
    files: LogFiles,
    place: Place,
    file: Option<OwnedFd>,
    /// A line whose end has not been read.
    rest: Vec<u8>,
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
        Self { files, place, file: None, rest: Vec::new(), skipped: 0 }
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

    /// Gives out the whole lines that were written since the last call, each with its line break; a line longer than 1 MiB comes
    /// in parts.
    ///
    /// # Errors
    /// [`Error::List`], [`Error::Open`], [`Error::Read`], and those of `take`.
    pub fn lines<E: From<Error>>(&mut self, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        loop {
            // Asked before reading: what was written to this file was written before the next was begun.
            let next = self.next_number()?;
            while self.block()? {
                let mut start = 0;
                while let Some(length) = self.rest[start..].iter().position(|byte| *byte == b'\n') {
                    take(&self.rest[start..=start + length])?;
                    start += length + 1;
                }
                self.rest.drain(..start);
                if self.rest.len() >= LONGEST {
                    take(&self.rest)?;
                    self.rest.clear();
                }
            }
            let Some(next) = next else { return Ok(()) };
            self.skipped += next - self.place.number - 1;
            self.place = Place { number: next, offset: 0 };
            self.file = None;
        }
    }

    /// The part of a last line that has no end yet; nothing more is expected to come.
    pub fn take_rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.rest)
    }

    /// Reads on in the file at hand; whether there was something.
    fn block(&mut self) -> Result<bool, Error> {
        if self.file.is_none() {
            self.file = self.files.open(self.place.number)?;
        }
        let Some(file) = &self.file else { return Ok(false) };
        let block = read(&self.files, self.place.number, file, self.place.offset, BLOCK)?;
        self.place.offset += block.len() as u64;
        self.rest.extend_from_slice(&block);
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
        let mut lines = Vec::new();
        let result: Result<(), Error> = reader.lines(|line| {
            lines.push(String::from_utf8(line.to_vec()).unwrap());
            Ok(())
        });
        result.unwrap();
        lines
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
        assert_eq!(reader.take_rest(), b"five");
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
        assert_eq!(last.take_rest(), b"five", "a line without an end counts");
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
