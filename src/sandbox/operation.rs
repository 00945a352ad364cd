//! One step of making a task's world.

use serde::{Deserialize, Serialize};

/// One kernel-facing step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum SetupOp {
    /// `sethostname`
    Hostname {
        /// The name.
        name: String,
    },
}
