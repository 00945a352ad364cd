//! What can go wrong with log files.

use std::io;

/// Why output could not be moved or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The directory of the logs cannot be listed.
    #[error("cannot list the log directory")]
    List(#[source] io::Error),
    /// A log file cannot be opened or made.
    #[error("cannot open log file {name}")]
    Open {
        /// Its name in the log directory.
        name: String,
        /// The kernel's word.
        source: io::Error,
    },
    /// A log file cannot be read.
    #[error("cannot read log file {name}")]
    Read {
        /// Its name in the log directory.
        name: String,
        /// The kernel's word.
        source: io::Error,
    },
    /// The pipe cannot be read, or the file not written for another reason than a full disk.
    #[error("cannot move output to log file {name}")]
    Move {
        /// Its name in the log directory.
        name: String,
        /// The kernel's word.
        source: io::Error,
    },
    /// The lock file cannot be locked.
    #[error("cannot lock the task's output")]
    Lock(#[source] io::Error),
    /// Another process is moving this task's output.
    #[error("the task's output is being moved by another process")]
    Locked,
}
