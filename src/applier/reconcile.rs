//! Making good what a crash or a reboot left: nothing is decided here that the author did not ask for.
//!
//! A job that somebody else is changing at the moment is left to him.

use std::collections::{BTreeMap, BTreeSet};

use super::allocations::{supervise, tidy};
use super::{Applier, Error};
use crate::linux::cgroup::Unit;
use crate::plan::Digest;
use crate::planner::{AllocationName, Step};
use crate::state::{self, Condition, Desired, Found, JobRecord, Phase, Problem, Store};

/// A job by its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobName {
    /// Nomad's namespace.
    pub namespace: String,
    /// The job's identifier.
    pub job: String,
}

/// The jobs there is something to know of, by namespace and name, and what could not be read.
///
/// # Errors
/// Those of listing.
pub fn known_jobs(store: &Store) -> Result<(BTreeSet<JobName>, Vec<Problem>), Error> {
    let (records, mut problems) = store.jobs()?;
    let (all, more) = store.survey()?;
    problems.extend(more);
    let recorded = records.into_iter().map(|record| JobName { namespace: record.namespace, job: record.job });
    let found = all.into_iter().map(|found| JobName { namespace: found.launch.namespace, job: found.launch.job });
    Ok((recorded.chain(found).collect(), problems))
}

/// Looks after one job, keeping its last `keep` ended allocations (all if `None`), and making cgroups beneath `cgroup_parent` as [`Applier`]
/// does; what was done, in words.
///
/// # Errors
/// [`Error`]; a job that is being changed is none.
pub fn reconcile(store: &Store, name: &JobName, keep: Option<u32>, cgroup_parent: &str) -> Result<Vec<String>, Error> {
    let JobName { namespace, job } = name;
    let _lock = match store.lock(namespace, job, "reconcile") {
        Err(locked @ state::Error::Locked { .. }) => return Ok(vec![locked.to_string()]),
        lock => lock?,
    };
    let mut done = Vec::new();
    let all = tidy(store, store.allocations_of(namespace, job)?.0, keep)?.sweep(store, namespace, job)?;
    for found in all.iter().filter(|found| found.condition == Condition::Orphaned) {
        // A linked one is its command's: while that lives it takes over itself, and otherwise the tasks end.
        if found.launch.detached && supervise(store, &found.launch.id, None)? == Condition::Supervised {
            done.push(format!("took over {}, whose supervisor was gone", found.launch.name()));
        }
    }
    let record = store.job(namespace, job)?.filter(|record| record.detached && record.desired == Desired::Running);
    if let Some(record) = record {
        done.extend(start_missing(store, &record, &all, cgroup_parent)?);
    }
    Ok(done)
}

/// Starts what should run, and of which the newest run is lost or was never begun. What ended is not started again.
fn start_missing(store: &Store, record: &JobRecord, all: &[Found], cgroup_parent: &str) -> Result<Vec<String>, Error> {
    let Some(plan) = store.plan(&record.digest)? else { return Err(Error::NoPlan(record.digest.clone())) };
    let newest: BTreeMap<_, _> =
        all.iter().map(|found| ((found.launch.group.as_str(), found.launch.index), found.condition)).collect();
    let mut steps = Vec::new();
    for group in &plan.groups {
        for index in 0..group.count {
            if matches!(
                newest.get(&(group.name.as_str(), index)),
                None | Some(Condition::Ended(Phase::Lost) | Condition::Lost)
            ) {
                let allocation = AllocationName { group: group.name.clone(), index };
                steps.push(Step::StartAllocation { allocation, digest: record.digest.clone() });
            }
        }
    }
    let stored = plan.store();
    let parent = super::cgroup_parent(None, cgroup_parent, Unit::Goes);
    let applier = Applier {
        store,
        plan: &plan,
        stored: &stored,
        sensitive: &BTreeMap::new(),
        lifeline: None,
        cgroup_parent: &parent,
    };
    let started = applier.apply(&steps, None, |_| {})?;
    Ok(started.into_iter().map(|started| format!("started {}", started.name)).collect())
}

/// Removes plans that no job and no allocation refers to; what could not be read.
///
/// # Errors
/// [`Error::State`]
pub fn drop_unused_plans(store: &Store) -> Result<Vec<Problem>, Error> {
    let (digests, mut problems) = store.plans()?;
    for digest in digests {
        match store.plan(&digest) {
            Ok(Some(plan)) => drop_if_unused(store, &digest, &plan.job.namespace, &plan.job.id)?,
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    Ok(problems)
}

/// A plan names its job: under that job's lock nobody is about to refer to it.
fn drop_if_unused(store: &Store, digest: &Digest, namespace: &str, job: &str) -> Result<(), Error> {
    match store.lock(namespace, job, "reconcile") {
        Err(state::Error::Locked { .. }) => Ok(()),
        lock => {
            let lock = lock?;
            super::allocations::drop_plan(store, namespace, job, digest)?;
            if store.job(namespace, job)?.is_none() {
                // Nothing of it is left but the lock.
                store.forget(namespace, job, lock)?;
            }
            Ok(())
        }
    }
}
