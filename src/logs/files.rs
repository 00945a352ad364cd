//! The files of one stream of output: `<task>.stdout.0`, `<task>.stdout.1`, …; the highest number is the newest.
//!
//! Names and listing only.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Dir, Mode, OFlags, openat};

use super::Error;

/// Which of a task's streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Stream {
    /// Both, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::Stdout, Self::Stderr];
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        })
    }
}

/// The files of one stream in a log directory.
#[derive(Debug)]
pub struct LogFiles {
    directory: OwnedFd,
    prefix: String,
}

impl LogFiles {
    /// `task` is a file name already: percent-encoded where the task's name needs it.
    pub fn new(directory: OwnedFd, task: &str, stream: Stream) -> Self {
        Self { directory, prefix: format!("{task}.{stream}.") }
    }

    /// The name of file `number`.
    pub fn name(&self, number: u64) -> String {
        format!("{}{number}", self.prefix)
    }

    /// The numbers of the files that are there, oldest first. What has another name is not ours and is left alone.
    ///
    /// # Errors
    /// [`Error::List`]
    pub fn numbers(&self) -> Result<Vec<u64>, Error> {
        // Reading moves the position of the descriptor's open file description: a new one, so that it begins at the start.
        let listing =
            openat(&self.directory, c".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
                .and_then(Dir::new)
                .map_err(|errno| Error::List(errno.into()))?;
        let mut numbers = Vec::new();
        for entry in listing {
            let entry = entry.map_err(|errno| Error::List(errno.into()))?;
            numbers.extend(entry.file_name().to_str().ok().and_then(|name| self.number_of(name)));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Opens file `number` for reading; `None` if it is not there.
    ///
    /// # Errors
    /// [`Error::Open`]
    pub fn open(&self, number: u64) -> Result<Option<OwnedFd>, Error> {
        let name = self.name(number);
        match openat(&self.directory, &name, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty()) {
            Ok(file) => Ok(Some(file)),
            Err(rustix::io::Errno::NOENT) => Ok(None),
            Err(errno) => Err(Error::Open { name, source: errno.into() }),
        }
    }

    /// The number of the file of that name, if it is one of this stream: digits as they are written here, without leading zeros.
    fn number_of(&self, name: &str) -> Option<u64> {
        let digits = name.strip_prefix(&self.prefix)?;
        let number: u64 = digits.parse().ok()?;
        (number.to_string() == digits).then_some(number)
    }
}

impl AsFd for LogFiles {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.directory.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_only_its_own_files_in_order_of_number() {
        let directory = tempfile::tempdir().unwrap();
        for name in [
            "web.stdout.10",
            "web.stdout.9",
            "web.stderr.3",
            "web.stdout.07",
            "web.stdout.+1",
            "web.stdout.",
            "x.web.stdout.1",
        ] {
            std::fs::write(directory.path().join(name), "").unwrap();
        }
        let files = LogFiles::new(std::fs::File::open(directory.path()).unwrap().into(), "web", Stream::Stdout);
        assert_eq!(files.numbers().unwrap(), [9, 10]);
        assert_eq!(files.numbers().unwrap(), [9, 10], "a second listing starts at the beginning");
        assert!(files.open(11).unwrap().is_none());
        assert!(files.open(10).unwrap().is_some());
    }
}
