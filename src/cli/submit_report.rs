//! What `submit --json` prints.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::nomad::{
    Allocation, Deployment, DesiredUpdates, JobDiff, Monitor, Outcome, Placement, Planned, placement_in_words,
};

/// What came of a job that was handed to a cluster, or with `--plan` what would come of it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SubmitReport {
    /// The version of this shape.
    pub version: u32,
    /// The job's identifier.
    pub job: String,
    /// Its version counter: of `--plan`, of the job that is there now, 0 where there is none.
    pub job_modify_index: u64,
    /// What the servers have to remark.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub warnings: String,
    /// What has no place, by group.
    pub not_placed: BTreeMap<String, NotPlaced>,
    /// What would change: with `--plan` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanReport>,
    /// What happened: without `--plan` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Submitted>,
}

/// Allocations of a group without a place.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotPlaced {
    /// How many.
    pub count: u64,
    /// Why, in words.
    pub reason: String,
}

/// What registering the job would change.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlanReport {
    /// Whether allocations would be created or destroyed.
    pub changed: bool,
    /// The cluster's own diff.
    pub diff: JobDiff,
    /// How many allocations of each group have what done to them.
    pub groups: BTreeMap<String, DesiredUpdates>,
    /// How many allocations of other jobs would have to go.
    pub preempted: usize,
}

/// What registering the job led to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Submitted {
    /// The evaluation; empty for a periodic or parameterized job, which is only a template for others.
    pub evaluation: String,
    /// How it went; absent with `--detach`, and of a job that has nothing to follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeWord>,
    /// The deployment, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment: Option<DeploymentReport>,
    /// The allocations seen.
    pub allocations: Vec<AllocationReport>,
}

/// How it went.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OutcomeWord {
    /// Everything has a place and runs, or has run.
    Placed,
    /// Not everything has a place.
    NotPlaced,
    /// The evaluation, the deployment or an allocation failed.
    Failed,
}

/// A deployment.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeploymentReport {
    /// Its identifier.
    pub id: String,
    /// Nomad's word for how it is.
    pub status: String,
    /// The same in words.
    pub description: String,
}

/// An allocation.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AllocationReport {
    /// Its identifier.
    pub id: String,
    /// Its group.
    pub group: String,
    /// The node it is on.
    pub node: String,
    /// Nomad's word for how it is.
    pub status: String,
}

impl SubmitReport {
    /// Of a dry run.
    pub fn of_plan(job: &str, planned: &Planned, changed: bool) -> Self {
        let plan = PlanReport {
            changed,
            diff: planned.diff.clone(),
            groups: planned.annotations.groups.clone(),
            preempted: planned.annotations.preempted.len(),
        };
        Self {
            version: 1,
            job: job.to_owned(),
            job_modify_index: planned.job_modify_index,
            warnings: planned.warnings.clone(),
            not_placed: not_placed(&planned.failed),
            plan: Some(plan),
            submitted: None,
        }
    }

    /// Adds what was seen while following.
    pub fn add(&mut self, monitor: &Monitor) {
        self.not_placed = not_placed(&monitor.failed);
        let Some(submitted) = &mut self.submitted else { return };
        submitted.outcome = Some(match monitor.outcome() {
            Outcome::Placed => OutcomeWord::Placed,
            Outcome::Unplaced => OutcomeWord::NotPlaced,
            Outcome::Failed => OutcomeWord::Failed,
        });
        let report = |deployment: &Deployment| DeploymentReport {
            id: deployment.id.clone(),
            status: deployment.status.clone(),
            description: deployment.description.clone(),
        };
        submitted.deployment = monitor.deployment.as_ref().map(report);
        let report = |allocation: &Allocation| AllocationReport {
            id: allocation.id.clone(),
            group: allocation.group.clone(),
            node: allocation.node.clone(),
            status: allocation.status.clone(),
        };
        submitted.allocations = monitor.allocations().map(report).collect();
    }
}

fn not_placed(failed: &BTreeMap<String, Placement>) -> BTreeMap<String, NotPlaced> {
    let row = |placement: &Placement| NotPlaced {
        count: placement.coalesced_failures + 1,
        reason: placement_in_words(placement),
    };
    failed.iter().map(|(group, placement)| (group.clone(), row(placement))).collect()
}
