//! Moves one stream of a task's output from its pipe into rotated files, without the bytes ever being in this process.
//!
//! splice(2) takes a byte from the pipe only once it is in the file: a SIGKILL loses nothing. Waiting is the caller's.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::fs::{Mode, OFlags, SeekFrom, openat};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, SpliceFlags};

use super::times::{self, TimesWriter};
use super::{Error, Lock, LogFiles, Stream};

/// What a pipe holds that nobody has made larger (pipe(7)).
const PIPE_SIZE: usize = 64 * 1024;
/// Less than this at once, and the next move waits a little so that more can gather.
const BATCH: usize = 32 * 1024;
/// That little while.
const GATHER: Duration = Duration::from_micros(500);
/// How long to wait for room on a full disk.
const FULL: Duration = Duration::from_millis(250);
/// How far a file may exceed its size so that its last line is whole.
const OVERRUN: u64 = 64 * 1024;

/// How large a stream's files become, and how many stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files kept, at least 1.
    pub max_files: u32,
    /// Size in bytes at which the next file is begun, at least 1; exceeded by at most 64 KiB where a line would be torn.
    pub max_file_size: u64,
}

/// What the pump waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Something to read: poll [`Pump::source`].
    Readable,
    /// This much time, whether or not there is something to read: more is to gather.
    Pause(Duration),
    /// This much time: the disk is full, the rest stays in the pipe, and the task will block on it.
    Full(Duration),
    /// Nothing more: every writer is gone, and all they wrote is in the files.
    Ended,
}

/// The mover of one stream.
#[derive(Debug)]
pub struct Pump {
    source: OwnedFd,
    capacity: u64,
    files: LogFiles,
    limits: Limits,
    number: u64,
    file: OwnedFd,
    size: u64,
    times: TimesWriter,
    /// A pipe for copies while the place to cut is looked for; there only near the end of a file, for pipes are a limited good.
    scratch: Option<(OwnedFd, OwnedFd)>,
}

impl Pump {
    /// Continues the newest file of the stream, or begins the first. `source` is the read end of the pipe; this process must not
    /// hold the write end, or the end of the output is never seen. The lock is shown as proof, and must be kept.
    ///
    /// # Errors
    /// [`Error::List`], [`Error::Open`], [`Error::Move`] if the end of the file cannot be found.
    pub fn start(
        _lock: &Lock,
        source: OwnedFd,
        directory: OwnedFd,
        task: &str,
        stream: Stream,
        limits: Limits,
    ) -> Result<Self, Error> {
        let files = LogFiles::new(directory, task, stream);
        let number = files.numbers()?.last().copied().unwrap_or(0);
        let (file, size) = open_to_write(&files, number)?;
        let capacity = rustix::pipe::fcntl_getpipe_size(&source).unwrap_or(PIPE_SIZE) as u64;
        let times = TimesWriter::new(&files, number);
        let pump = Self { source, capacity, files, limits, number, file, size, times, scratch: None };
        pump.remove_old();
        Ok(pump)
    }

    /// What to poll for reading, when [`Next::Readable`] was the answer.
    pub fn source(&self) -> BorrowedFd<'_> {
        self.source.as_fd()
    }

    /// Moves what is there and says what to wait for. Never blocks on the pipe.
    ///
    /// # Errors
    /// Those of opening the next file, and [`Error::Move`]. A full disk is no error but [`Next::Full`].
    pub fn ready(&mut self) -> Result<Next, Error> {
        match self.step() {
            Ok(moved) if moved < BATCH => Ok(Next::Pause(GATHER)),
            Ok(_) | Err(Stop::Empty) => Ok(Next::Readable),
            Err(Stop::Ended) => Ok(Next::Ended),
            Err(Stop::Full) => Ok(Next::Full(FULL)),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    /// Moves what the pipe holds now, at most `bound` bytes of it, without waiting. `Next::Readable` means the pipe was found empty,
    /// or the bound was reached while writers were still at work.
    ///
    /// # Errors
    /// As [`Pump::ready`].
    pub fn drain(&mut self, bound: u64) -> Result<Next, Error> {
        let mut total = 0;
        while total < bound {
            match self.step() {
                Ok(moved) => total += moved as u64,
                Err(Stop::Empty) => return Ok(Next::Readable),
                Err(Stop::Ended) => return Ok(Next::Ended),
                Err(Stop::Full) => return Ok(Next::Full(FULL)),
                Err(Stop::Error(error)) => return Err(error),
            }
        }
        Ok(Next::Readable)
    }

    /// One move of at least a byte, and when that was.
    fn step(&mut self) -> Result<usize, Stop> {
        let moved = self.advance();
        match &moved {
            Ok(_) => self.times.note(&self.files, self.size),
            Err(_) => self.times.flush(&self.files),
        }
        moved
    }

    /// One move of at least a byte, beginning the next file where this one is full.
    fn advance(&mut self) -> Result<usize, Stop> {
        loop {
            let room = self.limits.max_file_size.saturating_sub(self.size);
            // Whatever the pipe holds fits: no need to look at it.
            if room >= self.capacity {
                return self.splice(room);
            }
            match self.cut(room)? {
                Cut::Move(length) => return self.splice(length),
                Cut::Rotate => self.rotate()?,
            }
        }
    }

    /// Looks at what is waiting, without taking it, and decides how much of it belongs into this file, which has `room`.
    fn cut(&mut self, room: u64) -> Result<Cut, Stop> {
        let longest = self.limits.max_file_size.saturating_add(OVERRUN).saturating_sub(self.size);
        if longest == 0 {
            return Ok(Cut::Rotate);
        }
        let waiting = self.peek(longest)?;
        let length = waiting.len() as u64;
        if length <= room {
            return Ok(Cut::Move(length));
        }
        let is_newline = |byte: &u8| *byte == b'\n';
        let within = &waiting[..usize::try_from(room).unwrap_or(waiting.len())];
        if let Some(end) = within.iter().rposition(is_newline) {
            return Ok(Cut::Move(end as u64 + 1));
        }
        if self.size > 0 && self.at_line_start()? {
            return Ok(Cut::Rotate);
        }
        // The line that runs over the limit is finished if its end can be seen, and otherwise goes on as long as it may.
        let end = waiting.iter().position(is_newline);
        Ok(Cut::Move(end.map_or(length, |end| end as u64 + 1)))
    }

    /// Copies at most `length` bytes, at least one, of what waits in the pipe; tee(2) does not consume.
    fn peek(&mut self, length: u64) -> Result<Vec<u8>, Stop> {
        let other = |errno| Stop::other(self.files.name(self.number), errno);
        let (reader, writer) = match &self.scratch {
            Some(ends) => ends,
            None => self.scratch.insert(rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map_err(other)?),
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let copied = match retry(|| rustix::pipe::tee(&self.source, writer, length, SpliceFlags::NONBLOCK)) {
            Ok(0) => return Err(Stop::Ended),
            Ok(copied) => copied,
            Err(Errno::AGAIN) => return Err(Stop::Empty),
            Err(errno) => return Err(other(errno)),
        };
        let mut waiting = vec![0; copied];
        let mut filled = 0;
        while filled < copied {
            filled += retry(|| rustix::io::read(reader, &mut waiting[filled..])).map_err(other)?;
        }
        Ok(waiting)
    }

    fn at_line_start(&self) -> Result<bool, Stop> {
        let mut last = [0];
        match retry(|| rustix::io::pread(&self.file, &mut last, self.size - 1)) {
            Ok(read) => Ok(read == 1 && last[0] == b'\n'),
            Err(errno) => Err(Stop::other(self.files.name(self.number), errno)),
        }
    }

    /// Moves at most `length` bytes; what the kernel moved is in the file, what it did not is still in the pipe.
    fn splice(&mut self, length: u64) -> Result<usize, Stop> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let flags = SpliceFlags::NONBLOCK | SpliceFlags::MOVE;
        // No offset is given: the position of the file, moved by the kernel with the bytes, is the journal of what was written.
        match retry(|| rustix::pipe::splice(&self.source, None, &self.file, None, length, flags)) {
            Ok(0) => Err(Stop::Ended),
            Ok(moved) => {
                self.size += moved as u64;
                Ok(moved)
            }
            Err(Errno::AGAIN) => Err(Stop::Empty),
            Err(Errno::NOSPC | Errno::DQUOT) => Err(Stop::Full),
            Err(errno) => Err(Stop::other(self.files.name(self.number), errno)),
        }
    }

    fn rotate(&mut self) -> Result<(), Stop> {
        match open_to_write(&self.files, self.number + 1) {
            Ok((file, size)) => {
                self.times.flush(&self.files);
                (self.file, self.size) = (file, size);
                self.number += 1;
                self.times = TimesWriter::new(&self.files, self.number);
                self.scratch = None;
                self.remove_old();
                Ok(())
            }
            Err(Error::Open { source, .. }) if source.kind() == io::ErrorKind::StorageFull => Err(Stop::Full),
            Err(error) => Err(Stop::Error(error)),
        }
    }

    /// Best effort: what cannot be removed now is tried again at the next rotation.
    fn remove_old(&self) {
        let Some(newest_to_go) = self.number.checked_sub(u64::from(self.limits.max_files.max(1))) else { return };
        let numbers = self.files.numbers().unwrap_or_default();
        for number in numbers.into_iter().filter(|number| *number <= newest_to_go) {
            let _ = rustix::fs::unlinkat(&self.files, self.files.name(number), rustix::fs::AtFlags::empty());
            times::remove(&self.files, number);
        }
    }
}

/// Where what waits in the pipe goes.
enum Cut {
    Move(u64),
    Rotate,
}

/// Why no byte was moved.
enum Stop {
    Empty,
    Ended,
    Full,
    Error(Error),
}

impl Stop {
    fn other(name: String, errno: Errno) -> Self {
        Self::Error(Error::Move { name, source: errno.into() })
    }
}

/// Opens file `number`, positioned at its end, and its size. Without `O_APPEND`, which splice(2) refuses.
fn open_to_write(files: &LogFiles, number: u64) -> Result<(OwnedFd, u64), Error> {
    let name = files.name(number);
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(files, &name, flags, Mode::RUSR | Mode::WUSR | Mode::RGRP)
        .map_err(|errno| Error::Open { name: name.clone(), source: errno.into() })?;
    let size = rustix::fs::seek(&file, SeekFrom::End(0)).map_err(|errno| Error::Move { name, source: errno.into() })?;
    Ok((file, size))
}

fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            answer => return answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;
    use std::path::Path;

    struct Bench {
        directory: tempfile::TempDir,
        lock: Lock,
    }

    impl Bench {
        fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let lock = fs::File::create(directory.path().join("lock")).unwrap();
            fs::create_dir(directory.path().join("logs")).unwrap();
            Self { directory, lock: Lock::take(lock.into()).unwrap() }
        }

        fn logs(&self) -> std::path::PathBuf {
            self.directory.path().join("logs")
        }

        fn start(&self, max_files: u32, max_file_size: u64) -> (Pump, fs::File) {
            let (reader, writer) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC).unwrap();
            let directory = fs::File::open(self.logs()).unwrap();
            let limits = Limits { max_files, max_file_size };
            let pump = Pump::start(&self.lock, reader, directory.into(), "t", Stream::Stdout, limits).unwrap();
            (pump, writer.into())
        }

        /// The files' contents by number.
        fn files(&self) -> Vec<(u64, String)> {
            read_files(&self.logs())
        }
    }

    fn read_files(logs: &Path) -> Vec<(u64, String)> {
        let files = LogFiles::new(fs::File::open(logs).unwrap().into(), "t", Stream::Stdout);
        let numbers = files.numbers().unwrap().into_iter();
        numbers.map(|number| (number, fs::read_to_string(logs.join(files.name(number))).unwrap())).collect()
    }

    /// What becomes of writes, each moved before the next, with files of ten bytes.
    fn cut(parts: &[&str]) -> Vec<String> {
        let bench = Bench::new();
        let (mut pump, mut writer) = bench.start(100, 10);
        for text in parts {
            writer.write_all(text.as_bytes()).unwrap();
            assert_eq!(pump.drain(u64::MAX).unwrap(), Next::Readable);
        }
        drop(writer);
        assert_eq!(pump.drain(u64::MAX).unwrap(), Next::Ended);
        let files = bench.files();
        assert!(files.iter().map(|(number, _)| *number).eq(0..files.len() as u64), "{files:?}");
        files.into_iter().map(|(_, content)| content).collect()
    }

    #[test]
    fn begins_the_next_file_between_lines() {
        assert_eq!(cut(&[]), [""]);
        assert_eq!(cut(&["one\n"]), ["one\n"]);
        assert_eq!(cut(&["one\ntwo\nthree\nfour\n"]), ["one\ntwo\n", "three\n", "four\n"]);
        assert_eq!(cut(&["one\n", "two\n", "three\n", "four\n"]), ["one\ntwo\n", "three\n", "four\n"]);
        assert_eq!(cut(&["123456789\n"]), ["123456789\n"]);
        assert_eq!(cut(&["123456789\n", "1"]), ["123456789\n", "1"]);
        assert_eq!(cut(&["1\n2345678\n9\n"]), ["1\n2345678\n", "9\n"]);
        assert_eq!(cut(&["one\n", "23456", "789\n", "x\n"]), ["one\n23456789\n", "x\n"], "begun lines are ended");
        assert_eq!(cut(&["one\n", "two", " and the rest", " of it\nx\n"]), ["one\ntwo and the rest of it\n", "x\n"]);
        assert_eq!(cut(&["a line longer than a file\nx\n"]), ["a line longer than a file\n", "x\n"]);
        assert_eq!(cut(&["x\na line longer than a file\nx\n"]), ["x\n", "a line longer than a file\n", "x\n"]);
        assert_eq!(cut(&["\n\n\n\n\n\n\n\n\n\n\n"]), ["\n\n\n\n\n\n\n\n\n\n", "\n"]);
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let bench = Bench::new();
        let (mut pump, mut writer) = bench.start(100, 10);
        let line = "x".repeat(3 * usize::try_from(OVERRUN).unwrap() + 7);
        for part in line.as_bytes().chunks(1000) {
            writer.write_all(part).unwrap();
            pump.drain(u64::MAX).unwrap();
        }
        drop(writer);
        assert_eq!(pump.drain(u64::MAX).unwrap(), Next::Ended);
        let files = bench.files();
        assert_eq!(files.iter().map(|(_, content)| content.as_str()).collect::<String>(), line);
        assert!(files.iter().all(|(_, content)| content.len() as u64 <= 10 + OVERRUN));
        assert_eq!(files.len(), 3);
    }

    #[test]
    fn keeps_no_more_files_than_it_is_told_to() {
        let bench = Bench::new();
        fs::write(bench.logs().join("t.stdout.0"), "older\n").unwrap();
        fs::write(bench.logs().join("t.stdout.4"), "old\n").unwrap();
        fs::write(bench.logs().join("t.stderr.0"), "other\n").unwrap();
        let (mut pump, mut writer) = bench.start(2, 10);
        assert_eq!(bench.files(), [(4, "old\n".to_owned())]);
        writer.write_all(b"one\ntwo\nthree\nfour\n").unwrap();
        pump.drain(u64::MAX).unwrap();
        assert_eq!(bench.files(), [(5, "two\n".to_owned() + "three\n"), (6, "four\n".to_owned())]);
        assert!(bench.logs().join("t.stderr.0").exists());
    }

    #[test]
    fn continues_where_the_last_one_stopped() {
        let bench = Bench::new();
        for run in ["one\n", "tw", "o\nthree\n"] {
            let (mut pump, mut writer) = bench.start(100, 10);
            writer.write_all(run.as_bytes()).unwrap();
            drop(writer);
            assert_eq!(pump.drain(u64::MAX).unwrap(), Next::Ended);
        }
        assert_eq!(bench.files(), [(0, "one\ntwo\n".to_owned()), (1, "three\n".to_owned())]);
    }

    #[test]
    fn little_is_gathered_and_much_is_not() {
        let bench = Bench::new();
        let (mut pump, mut writer) = bench.start(1, 1 << 20);
        assert_eq!(pump.ready().unwrap(), Next::Readable, "nothing there");
        writer.write_all(b"little\n").unwrap();
        assert_eq!(pump.ready().unwrap(), Next::Pause(GATHER));
        assert_eq!(pump.ready().unwrap(), Next::Readable);
        writer.write_all("x".repeat(BATCH).as_bytes()).unwrap();
        assert_eq!(pump.ready().unwrap(), Next::Readable);
        assert_eq!(bench.files()[0].1.len(), BATCH + 7);
        drop(writer);
        assert_eq!(pump.ready().unwrap(), Next::Ended);
    }

    #[test]
    fn many_lines_come_through_exactly() {
        use std::fmt::Write as _;
        let bench = Bench::new();
        let (mut pump, mut writer) = bench.start(1000, 100_000);
        let text = (0..100_000).fold(String::new(), |mut text, number| {
            let _ = writeln!(text, "line {number} {}", "x".repeat(number % 61));
            text
        });
        let copy = text.clone();
        let writing =
            std::thread::spawn(move || copy.as_bytes().chunks(7001).all(|part| writer.write_all(part).is_ok()));
        loop {
            use rustix::event::{PollFd, PollFlags, poll};
            match pump.ready().unwrap() {
                Next::Ended => break,
                Next::Readable => {
                    poll(&mut [PollFd::from_borrowed_fd(pump.source(), PollFlags::IN)], None).unwrap();
                }
                Next::Pause(time) | Next::Full(time) => std::thread::sleep(time),
            }
        }
        assert!(writing.join().unwrap());
        let files = bench.files();
        assert!(files.iter().all(|(_, content)| content.ends_with('\n') && content.len() <= 100_000));
        assert!(files.iter().rev().skip(1).all(|(_, content)| content.len() > 100_000 - 80), "files are used up");
        assert!(files.into_iter().map(|(_, content)| content).collect::<String>() == text);
    }
}
