//! A task and its directories → the steps that make its world.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::SetupOp;
use crate::plan::Task;

/// Where the directories of a task lie on the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directories {
    /// The allocation's shared directory, `/alloc` in its tasks: `allocs/<id>/alloc`.
    pub allocation: PathBuf,
    /// The task's own: `allocs/<id>/tasks/<task>/root`, with `local`, `private`, `tmp` in it.
    pub task: PathBuf,
    /// The log files: `allocs/<id>/logs`.
    pub logs: PathBuf,
}

/// Which of the kernel's two mount interfaces is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// open_tree(2), move_mount(2), mount_setattr(2): Linux 5.12.
    Descriptors,
    /// mount(2).
    Paths,
}

/// The steps that make the task's world, in the order in which they are performed.
pub fn lower(_task: &Task, _directories: &Directories, _method: Method) -> Vec<SetupOp> {
    Vec::new()
}
