//! The diff as data: changes by address, each with an action, what differs, and why.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Step;
use crate::plan::Digest;

/// The difference between what is in force and a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Diff {
    /// The job's id.
    pub job: String,
    /// The job's namespace.
    pub namespace: String,
    /// The plan in force, if any.
    pub before: Option<Digest>,
    /// The plan that is compared with it.
    pub after: Digest,
    /// The job, its groups, their tasks and their allocations, each before what is in it; unchanged ones too.
    pub changes: Vec<Change>,
    /// What is done, in order. Empty where there is nothing to do.
    pub steps: Vec<Step>,
    /// How many allocations each action concerns.
    pub counts: Counts,
}

/// What happens to one thing of the job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// `job.web`, `job.web.group.api`, `job.web.group.api.task.server`, and for an allocation `job.web.group.api[0]`.
    pub address: String,
    /// What is done to it.
    pub action: Action,
    /// What differs. For `+` and `-` every field with its value where it was asked for ([`super::with_whole_things`]);
    /// for an allocation nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Why, for people: lower case, no full stop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    /// The path below the address: `resources.memory_limit`, `command.args[1]`, `isolation.mounts[/data].propagation`.
    pub path: String,
    /// The value in force; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The value of the plan; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// What it takes to bring the change about.
    pub effect: Effect,
}

/// What is done to a thing.
///
/// | action | symbol | before | after |
/// |---|---|---|---|
/// | `Keep` | `=` | the value | the same |
/// | `Create` | `+` | nothing | the value |
/// | `Update` | `~` | the old value | the new one, without a restart |
/// | `Replace` | `±` | the old value | the new one, in new processes |
/// | `Delete` | `-` | the value | nothing |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Nothing.
    Keep,
    /// It is started.
    Create,
    /// It is changed while it runs.
    Update,
    /// It is stopped and started anew.
    Replace,
    /// It is stopped.
    Delete,
}

/// What it takes to bring a field's change about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It changes while the task runs.
    InPlace,
    /// It changes how many allocations there are, and none that runs.
    Scale,
    /// A process gets it when it starts: the allocation is replaced.
    Replace,
}

/// How many allocations each action concerns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Started.
    pub start: u32,
    /// Stopped and started anew.
    pub replace: u32,
    /// Changed while they run.
    pub update: u32,
    /// Stopped.
    pub stop: u32,
    /// Left alone.
    pub keep: u32,
}

impl FieldChange {
    /// Whether it takes a new process.
    pub fn is_replacing(&self) -> bool {
        self.effect == Effect::Replace
    }
}

impl Action {
    /// The one character it is shown as.
    pub fn symbol(self) -> char {
        match self {
            Self::Keep => '=',
            Self::Create => '+',
            Self::Update => '~',
            Self::Replace => '±',
            Self::Delete => '-',
        }
    }
}

impl Diff {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}
