//! Why something could not be started, in words for people and numbers for programs.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::init::StartError;
use crate::linux::cgroup::CgroupError;

/// Why a supervisor did not begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What went wrong and why, in a line.
    pub message: String,
}

impl Failure {
    /// From an error and its causes.
    pub(super) fn of(error: &dyn std::error::Error) -> Self {
        Self { message: with_causes(error) }
    }
}

/// Why a run of a task did not begin.
#[derive(Debug)]
pub(super) struct StartFailure {
    /// The plan's address of what failed.
    pub(super) address: String,
    /// What is told as the task's exit code.
    pub(super) exit_code: i32,
    /// What failed and why, in a line.
    pub(super) message: String,
    /// Whether trying again can help.
    pub(super) recoverable: bool,
}

impl StartFailure {
    /// Something of our own failed: the exit code is 125.
    pub(super) fn own(address: &str, what: &str, error: &dyn std::error::Error) -> Self {
        let message = format!("{what} failed: {}", with_causes(error));
        Self { address: address.to_owned(), exit_code: 125, message, recoverable: true }
    }
}

impl From<StartError> for StartFailure {
    fn from(error: StartError) -> Self {
        let message = with_causes(&error);
        match error {
            // A step of making the task's world fails the same way each time; a download need not.
            StartError::Failed(failure) => Self {
                address: failure.address,
                exit_code: failure.exit_code,
                message,
                recoverable: failure.recoverable,
            },
            StartError::Cgroup { address, source } => {
                let recoverable = !matches!(source, CgroupError::Unenforceable { .. });
                Self { address, exit_code: 125, message, recoverable }
            }
            StartError::Init { address, .. } | StartError::Died { address } => {
                Self { address, exit_code: 125, message, recoverable: true }
            }
        }
    }
}

/// An error and what caused it, in a line.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string does not fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}
