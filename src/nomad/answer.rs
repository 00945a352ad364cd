//! What a cluster's API answers, as far as it is read.
//!
//! Nomad writes an empty list or map as null, and leaves out what it does not know: both are read as nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// `PUT /v1/jobs`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Registered {
    /// The evaluation that places the job; empty for a job that is only a template for others.
    #[serde(rename = "EvalID")]
    pub evaluation: String,
    /// The version counter of the job.
    pub job_modify_index: u64,
    /// What the servers have to remark.
    #[serde(deserialize_with = "or_nothing")]
    pub warnings: String,
}

/// `PUT /v1/job/:id/plan`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Planned {
    /// What the scheduler would do.
    #[serde(deserialize_with = "or_nothing")]
    pub annotations: Annotations,
    /// What it could not place.
    #[serde(rename = "FailedTGAllocs", deserialize_with = "or_nothing")]
    pub failed: BTreeMap<String, Placement>,
    /// The version counter of the job there is; 0 where there is none.
    pub job_modify_index: u64,
    /// What differs.
    #[serde(deserialize_with = "or_nothing")]
    pub diff: JobDiff,
    /// What the servers have to remark.
    #[serde(deserialize_with = "or_nothing")]
    pub warnings: String,
    /// When a periodic job would run next; a date far in the past where it is none.
    #[serde(deserialize_with = "or_nothing")]
    pub next_periodic_launch: String,
}

/// What the scheduler would do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Annotations {
    /// Counts by group.
    #[serde(rename = "DesiredTGUpdates", deserialize_with = "or_nothing")]
    pub groups: BTreeMap<String, DesiredUpdates>,
    /// Allocations of others that would have to go.
    #[serde(rename = "PreemptedAllocs", deserialize_with = "or_nothing")]
    pub preempted: Vec<Allocation>,
}

/// How many allocations of a group would have what done to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct DesiredUpdates {
    /// Left alone.
    pub ignore: u64,
    /// Started.
    pub place: u64,
    /// Moved to another node.
    pub migrate: u64,
    /// Stopped.
    pub stop: u64,
    /// Updated while they run.
    pub in_place_update: u64,
    /// Stopped and started anew.
    pub destructive_update: u64,
    /// Started beside the old ones, to be promoted.
    pub canary: u64,
}

impl DesiredUpdates {
    /// Whether allocations would be created or destroyed: what the reference's `job plan` exits with 1 for.
    pub fn is_change(self) -> bool {
        self.stop + self.place + self.migrate + self.destructive_update + self.canary > 0
    }
}

/// `GET /v1/evaluation/:id`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Evaluation {
    /// Its identifier.
    #[serde(rename = "ID")]
    pub id: String,
    /// `pending`, `blocked`, `complete`, `failed`, `canceled`
    #[serde(rename = "Status")]
    pub status: String,
    /// The same in words.
    #[serde(rename = "StatusDescription", deserialize_with = "or_nothing")]
    pub description: String,
    /// The deployment it is part of.
    #[serde(rename = "DeploymentID", deserialize_with = "or_nothing")]
    pub deployment: String,
    /// What could not be placed.
    #[serde(rename = "FailedTGAllocs", deserialize_with = "or_nothing")]
    pub failed: BTreeMap<String, Placement>,
    /// The evaluation that waits for room.
    #[serde(rename = "BlockedEval", deserialize_with = "or_nothing")]
    pub blocked: String,
    /// The one that follows.
    #[serde(rename = "NextEval", deserialize_with = "or_nothing")]
    pub next: String,
}

impl Evaluation {
    /// Whether nothing more comes of it.
    pub fn is_over(&self) -> bool {
        matches!(&*self.status, "complete" | "failed" | "canceled" | "cancelled")
    }
}

/// How the search for a place for a group's allocations went.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Placement {
    /// How many nodes were looked at.
    pub nodes_evaluated: u64,
    /// How many have too little left.
    pub nodes_exhausted: u64,
    /// How many there are, by datacenter.
    #[serde(deserialize_with = "or_nothing")]
    pub nodes_available: BTreeMap<String, u64>,
    /// How many were ruled out, by node class.
    #[serde(deserialize_with = "or_nothing")]
    pub class_filtered: BTreeMap<String, u64>,
    /// How many were ruled out, by constraint.
    #[serde(deserialize_with = "or_nothing")]
    pub constraint_filtered: BTreeMap<String, u64>,
    /// How many have too little left, by node class.
    #[serde(deserialize_with = "or_nothing")]
    pub class_exhausted: BTreeMap<String, u64>,
    /// How many have too little left, by what they lack.
    #[serde(deserialize_with = "or_nothing")]
    pub dimension_exhausted: BTreeMap<String, u64>,
    /// What the namespace has used up.
    #[serde(deserialize_with = "or_nothing")]
    pub quota_exhausted: Vec<String>,
    /// How many more allocations failed the same way.
    pub coalesced_failures: u64,
}

/// An allocation in a list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Allocation {
    /// Its identifier.
    #[serde(rename = "ID")]
    pub id: String,
    /// The job it is of.
    #[serde(rename = "JobID")]
    pub job: String,
    /// The group it is of.
    #[serde(rename = "TaskGroup")]
    pub group: String,
    /// The node's name.
    #[serde(rename = "NodeName", deserialize_with = "or_nothing")]
    pub node: String,
    /// `run`, `stop`, `evict`
    #[serde(rename = "DesiredStatus")]
    pub desired: String,
    /// `pending`, `running`, `complete`, `failed`, `lost`, `unknown`
    #[serde(rename = "ClientStatus")]
    pub status: String,
    /// Its tasks.
    #[serde(rename = "TaskStates", deserialize_with = "or_nothing")]
    pub tasks: BTreeMap<String, TaskState>,
}

/// How a task of an allocation fares.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TaskState {
    /// Whether it has failed.
    pub failed: bool,
    /// What happened to it, oldest first.
    #[serde(deserialize_with = "or_nothing")]
    pub events: Vec<TaskEvent>,
}

/// What happened to a task.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TaskEvent {
    /// A word for it.
    pub r#type: String,
    /// In words.
    #[serde(deserialize_with = "or_nothing")]
    pub display_message: String,
    /// Whether it is why the task failed.
    pub fails_task: bool,
}

/// `GET /v1/deployment/:id`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Deployment {
    /// Its identifier.
    #[serde(rename = "ID")]
    pub id: String,
    /// The job it is of.
    #[serde(rename = "JobID")]
    pub job: String,
    /// `running`, `paused`, `failed`, `successful`, `cancelled`, `pending`, `blocked`, `unblocking`
    #[serde(rename = "Status")]
    pub status: String,
    /// The same in words.
    #[serde(rename = "StatusDescription", deserialize_with = "or_nothing")]
    pub description: String,
    /// Its groups.
    #[serde(rename = "TaskGroups", deserialize_with = "or_nothing")]
    pub groups: BTreeMap<String, DeploymentGroup>,
}

/// How far a group of a deployment is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeploymentGroup {
    /// Whether a failure brings the last stable version back.
    pub auto_revert: bool,
    /// Whether canaries have been promoted.
    pub promoted: bool,
    /// How many canaries are wanted.
    pub desired_canaries: u64,
    /// How many allocations are wanted.
    pub desired_total: u64,
    /// How many have a node.
    pub placed_allocs: u64,
    /// How many are well.
    pub healthy_allocs: u64,
    /// How many are not.
    pub unhealthy_allocs: u64,
}

/// A node in a list, and what its own page adds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Node {
    /// Its identifier.
    #[serde(rename = "ID")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its datacenter.
    pub datacenter: String,
    /// Its pool.
    #[serde(deserialize_with = "or_nothing")]
    pub node_pool: String,
    /// `ready`, `down`, `initializing`, `disconnected`
    pub status: String,
    /// `eligible`, `ineligible`
    pub scheduling_eligibility: String,
    /// Its drivers by name.
    #[serde(deserialize_with = "or_nothing")]
    pub drivers: BTreeMap<String, NodeDriver>,
    /// Its host volumes by name; only on its own page.
    #[serde(deserialize_with = "or_nothing")]
    pub host_volumes: BTreeMap<String, NodeVolume>,
}

/// A driver of a node.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct NodeDriver {
    /// Whether it is there.
    pub detected: bool,
    /// Whether it works.
    pub healthy: bool,
}

/// A host volume of a node.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct NodeVolume {
    /// Whether nobody may write to it.
    pub read_only: bool,
}

/// How two versions of a thing differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all(serialize = "lowercase"))]
pub enum DiffType {
    /// They do not.
    #[default]
    None,
    /// It comes.
    Added,
    /// It goes.
    Deleted,
    /// It changes.
    Edited,
}

/// What differs in a job.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct JobDiff {
    /// How.
    pub r#type: DiffType,
    /// The job.
    #[serde(rename(deserialize = "ID"))]
    pub id: String,
    /// Its own fields.
    #[serde(deserialize_with = "or_nothing")]
    pub fields: Vec<FieldDiff>,
    /// Its own blocks.
    #[serde(deserialize_with = "or_nothing")]
    pub objects: Vec<ObjectDiff>,
    /// Its groups.
    #[serde(rename(deserialize = "TaskGroups"), deserialize_with = "or_nothing")]
    pub groups: Vec<GroupDiff>,
}

/// What differs in a group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct GroupDiff {
    /// How.
    pub r#type: DiffType,
    /// The group.
    pub name: String,
    /// Its own fields.
    #[serde(deserialize_with = "or_nothing")]
    pub fields: Vec<FieldDiff>,
    /// Its own blocks.
    #[serde(deserialize_with = "or_nothing")]
    pub objects: Vec<ObjectDiff>,
    /// Its tasks.
    #[serde(deserialize_with = "or_nothing")]
    pub tasks: Vec<TaskDiff>,
    /// How many allocations have what done to them, in Nomad's words: `create`, `destroy`, `create/destroy update` …
    #[serde(deserialize_with = "or_nothing")]
    pub updates: BTreeMap<String, u64>,
}

/// What differs in a task.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct TaskDiff {
    /// How.
    pub r#type: DiffType,
    /// The task.
    pub name: String,
    /// Its own fields.
    #[serde(deserialize_with = "or_nothing")]
    pub fields: Vec<FieldDiff>,
    /// Its own blocks.
    #[serde(deserialize_with = "or_nothing")]
    pub objects: Vec<ObjectDiff>,
    /// What the difference leads to: `forces create/destroy update` …
    #[serde(deserialize_with = "or_nothing")]
    pub annotations: Vec<String>,
}

/// What differs in a block.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct ObjectDiff {
    /// How.
    pub r#type: DiffType,
    /// The block.
    pub name: String,
    /// Its fields.
    #[serde(deserialize_with = "or_nothing")]
    pub fields: Vec<FieldDiff>,
    /// The blocks in it.
    #[serde(deserialize_with = "or_nothing")]
    pub objects: Vec<ObjectDiff>,
}

/// A field that differs. Nomad has all values as text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct FieldDiff {
    /// How.
    pub r#type: DiffType,
    /// The field.
    pub name: String,
    /// What it was.
    pub old: String,
    /// What it becomes.
    pub new: String,
    /// What the difference leads to.
    #[serde(deserialize_with = "or_nothing")]
    pub annotations: Vec<String>,
}

/// Null is nothing.
fn or_nothing<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(from).map(Option::unwrap_or_default)
}

/// A job as it is sent, without and with what goes along.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegisterOptions {
    /// Only if the job there has this version counter; 0: only if there is none.
    pub check_index: Option<u64>,
    /// Whether the groups' counts there stand, whatever the job says.
    pub preserve_counts: bool,
    /// Whether soft policies are overridden.
    pub policy_override: bool,
    /// The priority of the evaluation, if not the job's.
    pub evaluation_priority: Option<u8>,
}

impl RegisterOptions {
    /// The body of the request: `{"Job": …}` as `export nomad` writes it, and what was asked for beyond.
    pub(super) fn body(self, job: &Value) -> Value {
        let mut body = serde_json::json!({ "Job": job });
        if let Some(index) = self.check_index {
            body["EnforceIndex"] = true.into();
            body["JobModifyIndex"] = index.into();
        }
        if self.preserve_counts {
            body["PreserveCounts"] = true.into();
        }
        if self.policy_override {
            body["PolicyOverride"] = true.into();
        }
        if let Some(priority) = self.evaluation_priority {
            body["EvalPriority"] = priority.into();
        }
        body
    }
}
