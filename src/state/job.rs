//! The commit point of a job: one small document that says which plan is in force.
//!
//! What it says is wanted; what is there stands in the allocations.

use serde::{Deserialize, Serialize};

use crate::plan::Digest;

/// The newest version of the document this jobctl reads and writes.
pub(super) const VERSION: u32 = 1;

/// What is in force for a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRecord {
    /// Of this document.
    pub version: u32,
    /// Nomad's namespace.
    pub namespace: String,
    /// The job's identifier.
    pub job: String,
    /// The plan in force.
    pub digest: Digest,
    /// Whether it is to run.
    pub desired: Desired,
    /// Whether it outlives the command that started it, and is started again after a reboot.
    pub detached: bool,
}

impl JobRecord {
    /// A job that is to run by that plan.
    pub fn running(namespace: &str, job: &str, digest: &Digest, detached: bool) -> Self {
        Self {
            version: VERSION,
            namespace: namespace.to_owned(),
            job: job.to_owned(),
            digest: digest.clone(),
            desired: Desired::Running,
            detached,
        }
    }
}

/// What somebody last asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Desired {
    /// `run`
    Running,
    /// `stop`
    Stopped,
}
