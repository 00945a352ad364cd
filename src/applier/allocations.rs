//! Allocations that are there: taken over, asked, waited for, buried, forgotten.
//!
//! All of it under the job's lock, which the caller holds.

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::AsFd;

use jiff::Timestamp;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Error;
use crate::linux::cgroup::clear_session;
use crate::linux::process::Identity;
use crate::plan::Digest;
use crate::planner::AllocationName;
use crate::state::{
    AllocationDirectory, AllocationId, Condition, Durability, Event, EventKind, Found, JobLock, Phase, Store, TaskExit,
    TaskPhase, TaskStatus,
};
use crate::supervisor::{self, ControlError, Lifeline, Request};

/// How often an allocation is taken over anew while it is asked for one thing.
const PATIENCE: u32 = 3;
/// Hundredths of a second that a supervisor may take to write down that it has begun.
const BEGINNING: u32 = 1000;
/// Seconds that a supervisor that is stopping may stay without a process to wait for.
const IDLE: u32 = 5;

/// Sees to it that an allocation has a supervisor, unless it has ended.
///
/// # Errors
/// [`Error::Adopt`], [`Error::Missing`], [`Error::State`]
pub fn supervise(store: &Store, id: &AllocationId, lifeline: Option<&Lifeline>) -> Result<Condition, Error> {
    let condition = look(store, id)?.condition;
    if condition != Condition::Orphaned {
        return Ok(condition);
    }
    match supervisor::adopt(store.path(), id, lifeline) {
        Ok(_) => Ok(Condition::Supervised),
        Err(source) => match look(store, id)?.condition {
            Condition::Orphaned => Err(Error::Adopt { id: id.clone(), source }),
            // Somebody else was quicker, or it has ended meanwhile.
            condition => Ok(condition),
        },
    }
}

/// Asks the supervisor of an allocation, taking the allocation over first where it has none. Whether it had not ended.
///
/// # Errors
/// [`Error::Control`], and those of [`supervise`].
pub fn ask(store: &Store, id: &AllocationId, action: &'static str, request: &Request) -> Result<bool, Error> {
    for _ in 0..PATIENCE {
        if supervise(store, id, None)? != Condition::Supervised {
            return Ok(false);
        }
        let allocation = look(store, id)?.directory;
        match supervisor::request(&allocation, request) {
            Ok(()) => return Ok(true),
            Err(ControlError::Gone) => wait_for_supervisor(&allocation)?,
            Err(source) => return Err(Error::Control { action, id: id.clone(), source }),
        }
    }
    Err(Error::Dying(id.clone()))
}

/// Stops an allocation and waits until it has ended; what it became.
///
/// # Errors
/// As [`ask`].
pub fn stop(store: &Store, id: &AllocationId, request: &Request) -> Result<Phase, Error> {
    for _ in 0..PATIENCE {
        ask(store, id, "stop", request)?;
        wait_for_end(store, id)?;
        let found = look(store, id)?;
        match found.condition {
            Condition::Ended(phase) => {
                clear_session(&found.launch.cgroup_parent);
                return Ok(phase);
            }
            Condition::Lost => {
                bury(&found.directory)?;
                return Ok(Phase::Lost);
            }
            Condition::Supervised | Condition::Orphaned => {}
        }
    }
    Err(Error::Dying(id.clone()))
}

/// Clears away what an allocation left whose end nobody saw, and writes that down.
///
/// # Errors
/// [`Error::State`]; another process that supervises it after all is none.
pub fn bury(allocation: &AllocationDirectory) -> Result<(), Error> {
    let _ownership = match allocation.take_ownership() {
        Err(crate::state::Error::Owned(_)) => return Ok(()),
        ownership => ownership?,
    };
    let Some(mut status) = allocation.status()?.filter(|status| !status.phase.is_final()) else { return Ok(()) };
    for task in &mut status.tasks {
        if matches!(task.phase, TaskPhase::Starting | TaskPhase::Running) {
            // Its supervisor may have been killed before it could write down what it had started. What cannot be removed now is no
            // obstacle to the next start: that removes it again.
            let _ = supervisor::clear_away(allocation, task);
        }
        if task.phase != TaskPhase::Dead {
            task.phase = TaskPhase::Dead;
            let unknown = TaskExit { code: None, signal: 0, oom_killed: false };
            task.exit = Some(supervisor::recorded_exit(allocation, &task.name).unwrap_or(unknown));
        }
        (task.init, task.process, task.cgroup) = (None, None, None);
    }
    (status.phase, status.supervisor, status.updated) = (Phase::Lost, None, Timestamp::now());
    let message = "its processes are gone, and nobody saw how they ended".to_owned();
    let event = Event {
        time: status.updated,
        task: String::new(),
        kind: EventKind::Finished,
        message,
        details: BTreeMap::new(),
    };
    allocation.journal()?.append(&event)?;
    Ok(allocation.write_status(&status, Durability::Whole)?)
}

/// What [`tidy`] makes of a job's allocations.
#[derive(Debug)]
pub struct Tidied {
    /// Those that count, oldest first.
    pub left: Vec<Found>,
    /// Those that are to be dropped.
    outdated: Vec<Found>,
}

/// Buries what was lost of a job, and tells ended allocations beyond the last `keep` beside the newest of each group and index from the
/// rest; none if that is `None`. Takes the job's allocations, oldest first.
///
/// # Errors
/// [`Error::State`]
pub fn tidy(store: &Store, all: Vec<Found>, keep: Option<u32>) -> Result<Tidied, Error> {
    let mut newest = BTreeSet::new();
    let (mut left, mut outdated, mut ended) = (Vec::new(), Vec::new(), 0u32);
    for found in all.into_iter().rev() {
        let lost = found.condition == Condition::Lost;
        let begun = found.status.is_some();
        let name = AllocationName { group: found.launch.group.clone(), index: found.launch.index };
        let old = !newest.insert(name) && is_over(&found);
        ended += u32::from(old);
        if lost && !begun {
            // Its making was cut short: nothing of it ever ran, and nothing shall.
            match store.remove_allocation(&found.launch.id) {
                Ok(()) => outdated.push(found),
                // Its supervisor was only about to begin, and now it has.
                Err(crate::state::Error::Owned(id)) => left.extend(when_begun(store, &id)?),
                Err(error) => return Err(error.into()),
            }
        } else if old && keep.is_some_and(|keep| ended > keep) {
            outdated.push(found);
        } else if lost {
            bury(&found.directory)?;
            left.extend(store.find(&found.launch.id)?);
        } else {
            left.push(found);
        }
    }
    left.reverse();
    Ok(Tidied { left, outdated })
}

impl Tidied {
    /// Removes what is to be dropped, with the plans only that refers to, and what killed processes left half written; those that are left.
    ///
    /// # Errors
    /// [`Error::State`]
    pub fn sweep(self, store: &Store, namespace: &str, job: &str) -> Result<Vec<Found>, Error> {
        store.sweep()?;
        let mut plans = Vec::new();
        for found in &self.outdated {
            plans.extend(drop_allocation(store, found)?);
        }
        // Mostly all runs of a job have one plan, and nobody needs to be asked.
        plans.retain(|digest| self.left.iter().all(|found| found.launch.digest != *digest));
        drop_plans(store, namespace, job, plans, true)?;
        Ok(self.left)
    }
}

/// An allocation whose supervisor is beginning, as soon as that has written down who it is.
fn when_begun(store: &Store, id: &AllocationId) -> Result<Option<Found>, Error> {
    for _ in 0..BEGINNING {
        match store.find(id)? {
            Some(found) if found.status.is_none() && found.condition == Condition::Supervised => {}
            found => return Ok(found),
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    Err(Error::Dying(id.clone()))
}

/// Forgets a job that has been stopped: its record, its allocations, its plans.
///
/// # Errors
/// [`Error::State`]
pub fn purge(store: &Store, namespace: &str, job: &str, lock: JobLock) -> Result<(), Error> {
    let mut plans: Vec<Digest> = store.job(namespace, job)?.into_iter().map(|record| record.digest).collect();
    for found in store.allocations_of(namespace, job)?.0.iter().filter(|found| is_over(found)) {
        plans.extend(drop_allocation(store, found)?);
    }
    drop_plans(store, namespace, job, plans, false)?;
    Ok(store.forget(namespace, job, lock)?)
}

/// Drops what an apply stored and nothing refers to, because it broke off.
pub(super) fn drop_plan(store: &Store, namespace: &str, job: &str, digest: &Digest) -> Result<(), Error> {
    drop_plans(store, namespace, job, vec![digest.clone()], true)
}

fn is_over(found: &Found) -> bool {
    matches!(found.condition, Condition::Ended(_) | Condition::Lost)
}

/// Removes an allocation; the plans it referred to.
fn drop_allocation(store: &Store, found: &Found) -> Result<Vec<Digest>, Error> {
    match store.remove_allocation(&found.launch.id) {
        // It has written down that all is over, and is about to end itself.
        Err(crate::state::Error::Owned(_)) => {
            wait_for_supervisor(&found.directory)?;
            store.remove_allocation(&found.launch.id)?;
        }
        removed => removed?,
    }
    if found.launch.detached {
        clear_session(&found.launch.cgroup_parent);
    }
    let status = found.status.as_ref().map(|status| status.digest.clone());
    Ok(std::iter::once(found.launch.digest.clone()).chain(status).collect())
}

/// Removes those of the plans that nothing refers to. A plan names its job, so only this job's allocations and record can; the
/// record does not count where it is about to go.
fn drop_plans(
    store: &Store,
    namespace: &str,
    job: &str,
    mut plans: Vec<Digest>,
    with_record: bool,
) -> Result<(), Error> {
    if plans.is_empty() {
        return Ok(());
    }
    for left in store.allocations_of(namespace, job)?.0 {
        let status = left.status.as_ref().map(|status| &status.digest);
        plans.retain(|digest| *digest != left.launch.digest && Some(digest) != status);
    }
    if let Some(record) = store.job(namespace, job)?.filter(|_| with_record) {
        plans.retain(|digest| *digest != record.digest);
    }
    plans.iter().try_for_each(|digest| store.remove_plan(digest)).map_err(Error::from)
}

/// Waits until the supervisor that an allocation has now, if it has one, has ended.
///
/// # Errors
/// [`Error::State`], [`Error::Io`]
pub fn wait_for_supervisor(allocation: &AllocationDirectory) -> Result<(), Error> {
    let failed = |source| Error::Io { action: "wait for a supervisor", source };
    let identity = allocation.status()?.and_then(|status| status.supervisor);
    let Some(pidfd) = identity.as_ref().map(Identity::find).transpose().map_err(failed)?.flatten() else {
        return Ok(());
    };
    rustix::io::retry_on_intr(|| poll(&mut [PollFd::from_borrowed_fd(pidfd.as_fd(), PollFlags::IN)], None))
        .map_err(|errno| failed(errno.into()))?;
    Ok(())
}

/// The same for one that is stopping. It stays when it cannot write down how its tasks ended: on a full disk.
fn wait_for_end(store: &Store, id: &AllocationId) -> Result<(), Error> {
    let failed = |source| Error::Io { action: "wait for a supervisor", source };
    let mut idle = 0;
    loop {
        let Some(status) = look(store, id)?.status else { return Ok(()) };
        let Some(pidfd) = status.supervisor.as_ref().map(Identity::find).transpose().map_err(failed)?.flatten() else {
            return Ok(());
        };
        let second = Timespec { tv_sec: 1, tv_nsec: 0 };
        let mut watched = [PollFd::from_borrowed_fd(pidfd.as_fd(), PollFlags::IN)];
        let ended = rustix::io::retry_on_intr(|| poll(&mut watched, Some(&second)));
        if ended.map_err(|errno| failed(errno.into()))? > 0 {
            return Ok(());
        }
        let runs = |task: &TaskStatus| task.init.as_ref().is_some_and(|init| init.is_running().unwrap_or(false));
        idle = if status.tasks.iter().any(runs) { 0 } else { idle + 1 };
        if idle == IDLE {
            return Err(Error::Unwritten(id.clone()));
        }
    }
}

/// An allocation that must be there.
///
/// # Errors
/// [`Error::Missing`], [`Error::State`]
pub fn look(store: &Store, id: &AllocationId) -> Result<Found, Error> {
    store.find(id)?.ok_or_else(|| Error::Missing(id.clone()))
}
