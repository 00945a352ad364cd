//! Why what a task brings along is not in place: the step, named by the plan's address.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

/// A step that failed. Nothing of it is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}: {reason}")]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The plan's address: `job.web.group.api.task.server.template[0]`.
    pub address: String,
    /// The step: `template of local/app.conf`.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Whether trying again can help.
    pub recoverable: bool,
}

impl Failure {
    /// One that stays the same however often it is tried.
    pub(super) fn new(address: &str, what: impl Into<String>, reason: impl Display) -> Self {
        Self { address: address.to_owned(), what: what.into(), reason: reason.to_string(), recoverable: false }
    }
}
