//! How a task ended, written down by init.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::SystemTime;

use rustix::process::WaitStatus;
use serde::{Deserialize, Serialize};

const VERSION: u32 = 1;
/// Longer than any record.
const LONGEST: usize = 4096;

/// The exit record: one small write to a descriptor opened beforehand. An empty file: not ended, or killed together with init.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitRecord {
    /// 1; a later version only adds fields.
    pub version: u32,
    /// The exit code of the main process; 128 + n where signal n ended it.
    pub exit_code: i32,
    /// The signal that ended it; 0 for none.
    pub signal: i32,
    /// Whether it dumped core.
    pub core_dumped: bool,
    /// When, in nanoseconds since 1970.
    pub time: i64,
}

impl ExitRecord {
    /// For a process that has just ended.
    pub(super) fn of(status: WaitStatus) -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let time = i64::try_from(since.as_nanos()).unwrap_or(i64::MAX);
        let signal = status.terminating_signal().unwrap_or(0);
        let exit_code = status.exit_status().unwrap_or(128 + signal);
        Self { version: VERSION, exit_code, signal, core_dumped: libc::WCOREDUMP(status.as_raw()), time }
    }

    /// Writes it, in one piece.
    pub(super) fn write(&self, file: BorrowedFd<'_>) -> io::Result<()> {
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        let written = rustix::io::pwrite(file, &text, 0)?;
        if written == text.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
    }

    /// Reads it back; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read, or is torn (`InvalidData`).
    pub fn read(file: BorrowedFd<'_>) -> io::Result<Option<Self>> {
        let mut text = vec![0; LONGEST];
        let length = rustix::io::pread(file, &mut text, 0)?;
        match text.get(..length).unwrap_or_default() {
            [] => Ok(None),
            text => Ok(Some(serde_json::from_slice(text)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut file = tempfile::tempfile().unwrap();
        assert_eq!(ExitRecord::read(file.as_fd()).unwrap(), None);
        let record =
            ExitRecord { version: 1, exit_code: 137, signal: 9, core_dumped: false, time: 1_700_000_000_000_000_000 };
        record.write(file.as_fd()).unwrap();
        assert_eq!(ExitRecord::read(file.as_fd()).unwrap(), Some(record));
        file.write_all(b"{\"version\": 1, ").unwrap();
        assert_eq!(ExitRecord::read(file.as_fd()).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_later_version_may_say_more() {
        let mut file = tempfile::tempfile().unwrap();
        let text = r#"{"version": 2, "exit_code": 0, "signal": 0, "core_dumped": false, "time": 1, "more": true}"#;
        file.write_all(text.as_bytes()).unwrap();
        assert_eq!(ExitRecord::read(file.as_fd()).unwrap().unwrap().version, 2);
    }
}
