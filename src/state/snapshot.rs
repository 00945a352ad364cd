//! What is in force of a job, read for the planner.

use std::collections::BTreeMap;

use super::{
    AllocationDirectory, AllocationId, AllocationStatus, Condition, Desired, Error, Launch, Phase, Problem, Store,
};
use crate::linux::process::Identity;
use crate::plan::{self, AllocationState, Snapshot};

/// An allocation of a job, as its files and the kernel have it.
#[derive(Debug)]
pub struct Found {
    /// Its directory.
    pub directory: AllocationDirectory,
    /// What it was started as.
    pub launch: Launch,
    /// How it fares, as its supervisor last wrote.
    pub status: Option<AllocationStatus>,
    /// Who looks after it.
    pub condition: Condition,
}

impl Found {
    /// Whether it is on its way to its end: being stopped, or linked to a command that is gone.
    pub fn is_ending(&self) -> bool {
        let live = matches!(self.condition, Condition::Supervised | Condition::Orphaned);
        let stopping = self.status.as_ref().is_some_and(|status| status.stopping.is_some());
        let gone = |command: &Identity| !command.is_running().unwrap_or(true);
        live && (stopping || self.launch.command.as_ref().is_some_and(gone))
    }
}

impl Store {
    /// An allocation; `None` if there is none of that identifier, or its making was cut short before anything ran.
    ///
    /// # Errors
    /// Those of reading documents.
    pub fn find(&self, id: &AllocationId) -> Result<Option<Found>, Error> {
        match self.allocation(id)? {
            Some(directory) => look_at(directory, |_| true),
            None => Ok(None),
        }
    }

    /// The allocations of a job, those that have ended first and each of both oldest first, and what could not be read.
    ///
    /// # Errors
    /// Those of listing.
    pub fn allocations_of(&self, namespace: &str, job: &str) -> Result<(Vec<Found>, Vec<Problem>), Error> {
        self.survey_of(|launch| launch.namespace == namespace && launch.job == job)
    }

    /// The allocations of all jobs, in the same order, and what could not be read.
    ///
    /// # Errors
    /// Those of listing.
    pub fn survey(&self) -> Result<(Vec<Found>, Vec<Problem>), Error> {
        self.survey_of(|_| true)
    }

    fn survey_of(&self, wanted: impl Fn(&Launch) -> bool) -> Result<(Vec<Found>, Vec<Problem>), Error> {
        let (directories, mut problems) = self.allocations()?;
        let mut all = Vec::new();
        for directory in directories {
            match look_at(directory, &wanted) {
                Ok(found) => all.extend(found),
                Err(problem) => problems.push(problem),
            }
        }
        // What has not ended is the newest, also where the clock was set back since.
        let order = |found: &Found| {
            let live = matches!(found.condition, Condition::Supervised | Condition::Orphaned);
            (live, found.launch.created, found.launch.id.clone())
        };
        all.sort_by_cached_key(order);
        Ok((all, problems))
    }

    /// What is in force of a job whose allocations these are, oldest first, and what could not be read.
    ///
    /// # Errors
    /// Those of reading the job's record.
    pub fn snapshot(&self, namespace: &str, job: &str, all: &[Found]) -> Result<(Snapshot, Vec<Problem>), Error> {
        let record = self.job(namespace, job)?.filter(|record| record.desired == Desired::Running);
        let in_force = record.map(|record| record.digest);
        // The newest of each group and index: later ones replace earlier ones.
        let newest: BTreeMap<_, _> =
            all.iter().map(|found| ((found.launch.group.as_str(), found.launch.index), found)).collect();
        let allocations: Vec<_> = newest.into_values().map(allocation).collect();
        let (mut plans, mut problems) = (BTreeMap::new(), Vec::new());
        for digest in in_force.iter().chain(allocations.iter().map(|allocation| &allocation.plan)) {
            if !plans.contains_key(digest) {
                match self.plan(digest) {
                    Ok(plan) => plans.extend(plan.map(|plan| (digest.clone(), plan))),
                    Err(problem) => problems.push(problem),
                }
            }
        }
        Ok((Snapshot { in_force, plans, allocations }, problems))
    }
}

/// `None` for one that is not wanted, and for one whose making was cut short: nothing of it ever ran.
fn look_at(directory: AllocationDirectory, wanted: impl Fn(&Launch) -> bool) -> Result<Option<Found>, Error> {
    let Some(launch) = directory.launch()?.filter(wanted) else { return Ok(None) };
    let status = directory.status()?;
    let condition = Condition::of(&directory, &launch, status.as_ref())?;
    Ok(Some(Found { directory, launch, status, condition }))
}

fn allocation(found: &Found) -> plan::Allocation {
    let reason = || found.status.as_ref().map(|status| status.reason.clone()).unwrap_or_default();
    let state = match found.condition {
        Condition::Supervised | Condition::Orphaned => AllocationState::Running,
        Condition::Lost => AllocationState::Lost,
        Condition::Ended(phase) => match phase {
            Phase::Failed => AllocationState::Failed { reason: reason() },
            Phase::Stopped => AllocationState::Stopped,
            Phase::Lost => AllocationState::Lost,
            Phase::Complete | Phase::Pending | Phase::Running => AllocationState::Complete,
        },
    };
    plan::Allocation {
        id: found.launch.id.to_string(),
        group: found.launch.group.clone(),
        index: found.launch.index,
        plan: found.status.as_ref().map_or(&found.launch.digest, |status| &status.digest).clone(),
        state,
    }
}
