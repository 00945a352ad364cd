//! How a command ends.
//!
//! One enum for all commands; which of them a command uses is in its help and in the manual.

use std::process::{ExitCode, Termination};

/// What the shell is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; valid; nothing to do.
    Success,
    /// 1: invalid, not found, or (of `plan`) changes.
    Failure,
    /// 2: the command line itself is wrong.
    Usage,
    /// 2: of `submit`: the cluster has no room for all of it.
    NotPlaced,
    /// 124: the time given was over.
    TimedOut,
    /// 125: jobctl itself failed, before or instead of the task.
    Own,
    /// 126: the task's command cannot be executed.
    NotExecutable,
    /// 127: the task's command is not there.
    NotFound,
    /// 255: `plan` could not make a plan.
    PlanFailed,
    /// The exit code of a task, 128+n where a signal ended it.
    Task(u8),
}

impl Exit {
    /// As a number.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage | Self::NotPlaced => 2,
            Self::TimedOut => 124,
            Self::Own => 125,
            Self::NotExecutable => 126,
            Self::NotFound => 127,
            Self::PlanFailed => 255,
            Self::Task(code) => code,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// Prints what clap found: help and version go to stdout and are a success, the rest is a usage error.
pub fn of_usage(error: &clap::Error) -> Exit {
    // Nobody is left to tell when the terminal is gone.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Success }
}
