//! When output was written: beside each log file a hidden one with pairs of a length and a time, at most one a millisecond.
//!
//! For showing and ordering only: where a pair is missing, or the clock jumped, no byte of the output is affected.

use std::os::fd::OwnedFd;

use jiff::Timestamp;
use rustix::fs::{AtFlags, Mode, OFlags, SeekFrom, openat, seek, unlinkat};

use super::LogFiles;

/// Eight bytes of length, eight of nanoseconds since 1970, both little-endian.
const PAIR: usize = 16;
/// The least time between two pairs, in nanoseconds.
const LEAST: i64 = 1_000_000;

/// The name of the file beside log file `number`.
fn name(files: &LogFiles, number: u64) -> String {
    format!(".{}.times", files.name(number))
}

/// Removes the times of a file that is gone. Best effort, as the removal of log files is.
pub(super) fn remove(files: &LogFiles, number: u64) {
    let _ = unlinkat(files, name(files, number), AtFlags::empty());
}

/// Writes the times of one log file, which is made with the first of them. What cannot be written is left out.
#[derive(Debug)]
pub(super) struct TimesWriter {
    name: String,
    state: State,
    last: i64,
    pending: Option<(u64, i64)>,
}

#[derive(Debug)]
enum State {
    Unopened,
    Open(OwnedFd),
    /// It could not be opened, or a pair could not be written whole: that was the last one.
    Given,
}

impl TimesWriter {
    /// For log file `number`, after what is there already.
    pub(super) fn new(files: &LogFiles, number: u64) -> Self {
        Self { name: name(files, number), state: State::Unopened, last: 0, pending: None }
    }

    fn open(&self, files: &LogFiles) -> State {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(files, &self.name, flags, Mode::RUSR | Mode::WUSR | Mode::RGRP).ok();
        let file = file.filter(|file| {
            // A torn pair is written over.
            let whole = |end: u64| SeekFrom::Start(end - end % PAIR as u64);
            seek(file, SeekFrom::End(0)).and_then(|end| seek(file, whole(end))).is_ok()
        });
        file.map_or(State::Given, State::Open)
    }

    /// Up to `length` bytes of the log file were written by now.
    pub(super) fn note(&mut self, files: &LogFiles, length: u64) {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Realtime);
        self.note_at(files, length, now.tv_sec.saturating_mul(1_000_000_000).saturating_add(now.tv_nsec));
    }

    fn note_at(&mut self, files: &LogFiles, length: u64, time: i64) {
        self.pending = Some((length, time));
        if time.saturating_sub(self.last).abs() >= LEAST {
            self.flush(files);
        }
    }

    /// Writes down what was noted last.
    pub(super) fn flush(&mut self, files: &LogFiles) {
        let Some((length, time)) = self.pending.take() else { return };
        self.last = time;
        if matches!(self.state, State::Unopened) {
            self.state = self.open(files);
        }
        let State::Open(file) = &self.state else { return };
        let mut pair = [0; PAIR];
        pair[..8].copy_from_slice(&length.to_le_bytes());
        pair[8..].copy_from_slice(&time.to_le_bytes());
        match rustix::io::write(file, &pair) {
            Ok(PAIR) => {}
            // No room: a part of a pair would shift all that follow.
            _ => self.state = State::Given,
        }
    }
}

/// Reads the times of one log file, from its beginning on.
#[derive(Debug)]
pub(super) struct TimesReader {
    number: u64,
    file: Option<OwnedFd>,
    offset: u64,
    /// The pair at hand.
    pair: Option<(u64, Timestamp)>,
}

impl TimesReader {
    pub(super) fn new(number: u64) -> Self {
        Self { number, file: None, offset: 0, pair: None }
    }

    /// The number of the log file.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// When the byte before `offset` was written; `None` where nobody knows (yet). Offsets must not go back.
    pub(super) fn at(&mut self, files: &LogFiles, offset: u64) -> Option<Timestamp> {
        if self.file.is_none() {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            self.file = openat(files, name(files, self.number), flags, Mode::empty()).ok();
        }
        loop {
            if let Some((length, time)) = self.pair
                && length >= offset
            {
                return Some(time);
            }
            let mut pair = [0; PAIR];
            let read = rustix::io::pread(self.file.as_ref()?, &mut pair, self.offset).ok()?;
            if read < PAIR {
                return None;
            }
            self.offset += PAIR as u64;
            let (length, time) = pair.split_at(8);
            let length = u64::from_le_bytes(length.try_into().unwrap_or_default());
            let time = i64::from_le_bytes(time.try_into().unwrap_or_default());
            self.pair = Some((length, Timestamp::from_nanosecond(i128::from(time)).unwrap_or_default()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::Stream;
    use std::fs;

    #[test]
    fn a_byte_has_the_time_of_the_write_it_came_with() {
        let directory = tempfile::tempdir().unwrap();
        let files = LogFiles::new(fs::File::open(directory.path()).unwrap().into(), "t", Stream::Stdout);
        assert_eq!(TimesReader::new(0).at(&files, 1), None);
        let path = directory.path().join(".t.stdout.0.times");
        let begin = 1_700_000_000_000_000_000;
        let time = |after: i64| Timestamp::from_nanosecond(i128::from(begin + after)).ok();
        let mut writer = TimesWriter::new(&files, 0);
        writer.note_at(&files, 10, begin);
        writer.note_at(&files, 20, begin + LEAST - 1);
        let mut reader = TimesReader::new(0);
        let first = reader.at(&files, 1).unwrap();
        assert_eq!(Some(first), time(0));
        assert_eq!(reader.at(&files, 10), Some(first));
        assert_eq!(reader.at(&files, 20), None, "too soon after the first, and not flushed");
        writer.flush(&files);
        assert_eq!(reader.at(&files, 11), time(LEAST - 1));
        assert_eq!(fs::metadata(&path).unwrap().len(), 32);

        fs::write(&path, &fs::read(&path).unwrap()[..24]).unwrap();
        let mut writer = TimesWriter::new(&files, 0);
        let before = Timestamp::now();
        writer.note(&files, 30);
        writer.flush(&files);
        assert_eq!(fs::metadata(&path).unwrap().len(), 32, "a torn pair is written over");
        let noted = TimesReader::new(0).at(&files, 30).unwrap();
        assert!(noted >= before && noted <= Timestamp::now());
        remove(&files, 0);
        assert!(!path.exists());
    }
}
