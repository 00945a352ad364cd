//! Why a handle could not do what it was asked.

use std::io;

use crate::supervisor::ExecError;
use crate::{applier, logs, state};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Applying, stopping, adopting.
    #[error(transparent)]
    Apply(#[from] applier::Error),
    /// The state directory.
    #[error(transparent)]
    State(#[from] state::Error),
    /// A program in a task.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// What a task wrote.
    #[error(transparent)]
    Logs(#[from] logs::Error),
    /// What it is on is gone: forgotten, or dropped with other ended runs.
    #[error("{0} is not there any more")]
    Gone(String),
    /// A pipe or a process.
    #[error("cannot {what}")]
    Io {
        /// `wait for the task`
        what: &'static str,
        /// Why.
        source: io::Error,
    },
}

impl Error {
    pub(super) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, source }
    }
}
