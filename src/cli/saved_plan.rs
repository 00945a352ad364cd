//! A plan in a file: the plan itself, and the job it was made of, to be resolved again before it is applied.
//!
//! Written for people to compare too: indented, keys in a fixed order.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::source::SavedSource;
use crate::plan::{Allocation, AllocationState};
use crate::plan::{Digest, Plan, ReadPlanError, Snapshot, StoredPlan};

/// The version of the document.
const VERSION: u32 = 1;

/// `jobctl plan --out FILE`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    /// Of this document.
    version: u32,
    /// The plan's name.
    pub digest: Digest,
    /// The plan.
    pub plan: Plan,
    /// The job it was made of.
    pub job: SavedSource,
}

/// Why a saved plan cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SavedPlanError {
    /// The system refused.
    #[error("cannot {verb} {file}")]
    File {
        /// `read`, `write`
        verb: &'static str,
        /// Which.
        file: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Something else, or a plan of another version.
    #[error("{file} is not a saved plan")]
    NotAPlan {
        /// Which.
        file: String,
        /// Why.
        #[source]
        cause: ReadPlanError,
    },
}

impl SavedPlan {
    /// A plan and what it was made of.
    pub fn new(plan: &Plan, stored: &StoredPlan, job: SavedSource) -> Self {
        Self { version: VERSION, digest: stored.digest.clone(), plan: plan.clone(), job }
    }

    /// Writes it to a file that only its owner may read: it holds the job's environment and the values of variables.
    ///
    /// # Errors
    /// The system refuses.
    pub fn write(&self, path: &Path) -> Result<(), SavedPlanError> {
        let failed = |cause| SavedPlanError::File { verb: "write", file: path.display().to_string(), cause };
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
        file.write_all(&text).map_err(failed)
    }

    /// Reads it back; a plan that is not what its digest says is refused.
    ///
    /// # Errors
    /// The system refuses; it is no saved plan, or was changed.
    pub fn read(path: &Path) -> Result<Self, SavedPlanError> {
        let file = || path.display().to_string();
        let bytes = std::fs::read(path).map_err(|cause| SavedPlanError::File { verb: "read", file: file(), cause })?;
        let not_a_plan = |cause| SavedPlanError::NotAPlan { file: file(), cause };
        let saved: Self = serde_json::from_slice(&bytes).map_err(|error| not_a_plan(error.into()))?;
        let content = saved.plan.store().digest;
        if content != saved.digest {
            return Err(not_a_plan(ReadPlanError::Changed { name: saved.digest, content }));
        }
        Ok(saved)
    }

    /// As if all of it were running.
    pub fn into_snapshot(self) -> Snapshot {
        let indexes = self.plan.groups.iter().flat_map(|group| (0..group.count).map(move |index| (group, index)));
        let allocations = indexes.map(|(group, index)| Allocation {
            id: String::new(),
            group: group.name.clone(),
            index,
            plan: self.digest.clone(),
            state: AllocationState::Running,
        });
        let allocations = allocations.collect();
        Snapshot { in_force: Some(self.digest.clone()), plans: [(self.digest, self.plan)].into(), allocations }
    }
}
