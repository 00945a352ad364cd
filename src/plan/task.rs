//! The plan of one task: what to run, as whom, when, and what is done when it ends.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Artifact, Capabilities, Isolation, Payload, Resources, Rlimit, Template};
use crate::jobspec::Duration;

/// One task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// `job.web.group.api.task.server`
    pub address: String,
    /// Its name, unique in the group.
    pub name: String,
    /// How it is isolated.
    pub driver: Driver,
    /// When it runs: a main task where absent in the job file.
    pub lifecycle: Lifecycle,
    /// Whether the others stop when this one ends.
    pub leader: bool,
    /// What is executed.
    pub command: Command,
    /// As whom.
    pub user: User,
    /// The environment known before the start. Values may hold `${…}` that the start fills in.
    pub env: BTreeMap<String, String>,
    /// Variables that the start sets because only it knows them (`NOMAD_ALLOC_ID` …).
    pub env_at_start: BTreeSet<String>,
    /// `meta` of job, group and task.
    pub meta: BTreeMap<String, String>,
    /// What it was dispatched with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Payload>,
    /// Fetched before it starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<Artifact>,
    /// Rendered before it starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<Template>,
    /// The world of an `exec` task; `None` for `raw_exec`, which has the host's.
    pub isolation: Option<Isolation>,
    /// The five capability sets.
    pub capabilities: Capabilities,
    /// Whether `PR_SET_NO_NEW_PRIVS` is set.
    pub no_new_privileges: bool,
    /// The AppArmor profile; empty is none (the one of the caller stays).
    pub apparmor_profile: String,
    /// cgroup limits.
    pub resources: Resources,
    /// By name without prefix, lower case: `nofile`. Those of the caller apply where none is named.
    pub rlimits: BTreeMap<String, Rlimit>,
    /// `/proc/PID/oom_score_adj`; never inherited.
    pub oom_score_adj: i16,
    /// Commands that are run in it on demand, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<String, Action>,
    /// What becomes of its output.
    pub logs: Logs,
    /// What is done when it ends.
    pub restart: Restart,
    /// The signal that asks it to stop, by kernel name: `SIGINT`.
    pub kill_signal: String,
    /// How long it may take to stop before SIGKILL.
    pub kill_timeout: Duration,
    /// Waited before the kill signal.
    pub shutdown_delay: Duration,
}

/// The drivers that run here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Driver {
    /// The isolated one.
    Exec,
    /// The universal one: no filesystem isolation.
    RawExec,
}

/// A task's place in the life of its allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lifecycle {
    /// When it starts.
    pub hook: LifecycleHook,
    /// Whether it keeps running beside the main tasks.
    pub sidecar: bool,
}

/// When a task starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum LifecycleHook {
    /// Before the main tasks.
    Prestart,
    /// An ordinary task.
    Main,
    /// Once the main tasks run.
    Poststart,
    /// After the main tasks ended.
    Poststop,
}

/// What is executed. Strings may hold `${…}` that the start fills in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// A path inside the task's root, or a name looked up there: `local/`, the root, then PATH.
    pub command: String,
    /// Its arguments, without argument 0.
    pub args: Vec<String>,
    /// Absolute, inside the task's root (of the host for `raw_exec`).
    pub work_dir: String,
}

/// A command of a task's that is run on demand. Strings may hold `${…}` that is filled in then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Looked up as the task's own command is.
    pub command: String,
    /// Its arguments, without argument 0.
    pub args: Vec<String>,
}

/// As whom a task runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Its name; the number as text where it has none.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// Primary group id.
    pub gid: u32,
    /// Supplementary groups, sorted.
    pub groups: Vec<u32>,
    /// Its home directory, `/` where there is none.
    pub home: String,
}

/// What becomes of stdout and stderr.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// Files kept for each stream, at least 1.
    pub max_files: u32,
    /// Size of each in bytes.
    pub max_file_size: u64,
    /// Output is thrown away.
    pub disabled: bool,
}

/// What is done when a task ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Restart {
    /// Restarts within an interval.
    pub attempts: u32,
    /// The interval.
    pub interval: Duration,
    /// Waited before a restart.
    pub delay: Duration,
    /// What happens when the attempts are used up.
    pub mode: RestartMode,
}

/// What happens when the restarts of an interval are used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RestartMode {
    /// The task has failed.
    Fail,
    /// Wait for the next interval.
    Delay,
}
