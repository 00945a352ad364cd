//! What goes into the machines and what comes out of them.
//!
//! Tasks are meant by their position in the plan's group.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::jobspec::Duration;
use crate::state::{EventKind, StopCause, TaskExit};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The program of a task runs.
    Started {
        /// Which.
        task: usize,
    },
    /// A task could not be started; nothing of it is left.
    StartFailed {
        /// Which.
        task: usize,
        /// What is told as its exit code: 127 its command is not there, 126 it cannot be executed, 125 something else.
        exit_code: i32,
        /// What failed and why, in a line.
        message: String,
        /// The plan's address of what failed.
        address: String,
        /// Whether trying again can help.
        recoverable: bool,
    },
    /// A run of a task is over; nothing of it is left.
    Ended {
        /// Which.
        task: usize,
        /// How.
        exit: TaskExit,
    },
    /// Everything is to stop, gracefully.
    Stop {
        /// Why.
        cause: StopCause,
        /// The signal instead of each task's own.
        signal: Option<String>,
        /// The time to stop instead of each task's own.
        timeout: Option<Duration>,
    },
    /// Everything is to end now.
    Kill,
    /// A task is to be stopped and started again, on demand.
    Restart {
        /// Which.
        task: usize,
    },
    /// Time has passed.
    Tick,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Start a task; answered by [`Input::Started`] or [`Input::StartFailed`].
    Start {
        /// Which.
        task: usize,
    },
    /// Send a signal to a task's main process.
    Signal {
        /// Which.
        task: usize,
        /// By kernel name: `SIGINT`.
        signal: String,
    },
    /// Send SIGKILL to everything of a task.
    Kill {
        /// Which.
        task: usize,
    },
    /// Give up a task that SIGKILL does not end. No answer is expected.
    Abandon {
        /// Which.
        task: usize,
    },
    /// Write down what happened.
    Record {
        /// To which task, or to all.
        task: Option<usize>,
        /// What.
        kind: EventKind,
        /// For people.
        message: String,
        /// For programs.
        details: BTreeMap<String, Value>,
    },
    /// All is over.
    Finish,
}

impl Action {
    /// A record without details.
    pub(super) fn record(task: impl Into<Option<usize>>, kind: EventKind, message: impl Into<String>) -> Self {
        Self::Record { task: task.into(), kind, message: message.into(), details: BTreeMap::new() }
    }

    /// A record with details.
    pub(super) fn record_with<const N: usize>(
        task: usize,
        kind: EventKind,
        message: impl Into<String>,
        details: [(&str, Value); N],
    ) -> Self {
        let details = details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self::Record { task: Some(task), kind, message: message.into(), details }
    }
}
