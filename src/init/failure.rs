//! Why a task did not start: the step, named by the plan's address.

use std::fmt::Display;
use std::io;

use serde::{Deserialize, Serialize};

use crate::fetch;

/// Something of jobctl's or the kernel's.
pub(super) const SETUP: i32 = 125;
/// The command is there, but cannot be executed.
pub(super) const NOT_EXECUTABLE: i32 = 126;
/// The command is not there.
pub(super) const NOT_FOUND: i32 = 127;

/// What init says when a step fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}: {reason}")]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The plan's address: `job.web.group.api.task.server.volume_mount[0]`.
    pub address: String,
    /// The step: ``mount of volume `data` on /data``.
    pub what: String,
    /// Why: `permission denied (EACCES)`, or where a command was looked for.
    pub reason: String,
    /// 127: the command is not there; 126: it cannot be executed; 125: something else.
    pub exit_code: i32,
    /// Whether trying again can help.
    #[serde(default)]
    pub recoverable: bool,
}

impl From<fetch::Failure> for Failure {
    fn from(failure: fetch::Failure) -> Self {
        let fetch::Failure { address, what, reason, recoverable } = failure;
        Self { address, what, reason, exit_code: SETUP, recoverable }
    }
}

impl Failure {
    pub(super) fn new(address: &str, what: impl Into<String>, reason: impl Display, exit_code: i32) -> Self {
        Self {
            address: address.to_owned(),
            what: what.into(),
            reason: reason.to_string(),
            exit_code,
            recoverable: false,
        }
    }

    /// The kernel refused a step of the setup.
    pub(super) fn setup(address: &str, what: impl Into<String>, error: &io::Error) -> Self {
        Self::new(address, what, said(error), SETUP)
    }
}

/// An error in words, with the kernel's name for it: `permission denied (EACCES)`.
pub(super) fn said(error: &io::Error) -> String {
    let Some(number) = error.raw_os_error() else { return error.to_string() };
    let errno = nix::errno::Errno::from_raw(number);
    let words = errno.desc();
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    // "I/O error" keeps its capitals.
    let rest = letters.as_str();
    let lower = if rest.starts_with(|next: char| next.is_lowercase()) {
        first.into_iter().collect::<String>() + rest
    } else {
        words.to_owned()
    };
    format!("{lower} ({errno:?})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_said_in_words_and_by_name() {
        assert_eq!(said(&io::Error::from_raw_os_error(libc::EACCES)), "permission denied (EACCES)");
        assert_eq!(said(&io::Error::from_raw_os_error(libc::EIO)), "I/O error (EIO)");
        assert_eq!(said(&io::Error::other("no such thing")), "no such thing");
    }
}
