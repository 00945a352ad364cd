//! The jobs of a state directory, and one of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::{Allocation, Error};
use crate::applier::{self, Applier};
use crate::linux::cgroup::Unit;
use crate::plan::Plan;
use crate::state::{Condition, Desired, Durability, Found, JobRecord, Store};
use crate::supervisor::{Lifeline, Request};

/// Ended allocations of a job that are kept beside the newest of each.
const KEEP: u32 = 5;

/// The jobs of one state directory. The command line works on the same directory at the same time.
#[derive(Clone, Debug)]
pub struct Jobs {
    store: Rc<Store>,
}

/// How long a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// As long as its handle is held at most: when that is dropped or this program ends, however that comes about, it is stopped.
    Linked,
    /// Longer than this program, if need be.
    Detached,
}

/// A job.
#[derive(Debug)]
pub struct Job {
    store: Rc<Store>,
    namespace: String,
    id: String,
    /// What links it to us.
    _lifeline: Option<Lifeline>,
}

impl Jobs {
    /// Opens a state directory, making it where there is none.
    ///
    /// # Errors
    /// It cannot be made, or belongs to somebody else.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self { store: Rc::new(Store::create(path.as_ref())?) })
    }

    /// Makes what is in force of a job what the plan says, as `jobctl run` does; returns when its supervisors have begun.
    ///
    /// # Errors
    /// Another process is changing the job, or a step failed: nothing of this call is left then.
    pub fn run(&self, plan: &Plan, lifetime: Lifetime) -> Result<Job, Error> {
        let (namespace, job) = (&plan.job.namespace, &plan.job.id);
        let _lock = self.store.lock(namespace, job, "run")?;
        let lifeline = match lifetime {
            Lifetime::Detached => None,
            Lifetime::Linked => Some(Lifeline::new().map_err(Error::io("make pipes"))?),
        };
        let stored = plan.store();
        let cgroup_parent = applier::cgroup_parent(lifeline.as_ref(), "", Unit::Stays);
        let applier = Applier {
            store: &self.store,
            plan,
            stored: &stored,
            sensitive: &BTreeMap::new(),
            lifeline: lifeline.as_ref(),
            cgroup_parent: &cgroup_parent,
        };
        applier.bring_about(KEEP, None, |_| {})?;
        Ok(Job { store: self.store.clone(), namespace: namespace.clone(), id: job.clone(), _lifeline: lifeline })
    }

    /// A job that was run before, by whomever; `None` if there is none of that name.
    ///
    /// # Errors
    /// Those of reading.
    pub fn find(&self, namespace: &str, id: &str) -> Result<Option<Job>, Error> {
        let record = self.store.job(namespace, id)?;
        Ok(record.map(|record| Job {
            store: self.store.clone(),
            namespace: record.namespace,
            id: record.job,
            _lifeline: None,
        }))
    }
}

impl Job {
    /// Its identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Its allocations: what has ended first, and each of both oldest first.
    ///
    /// # Errors
    /// Those of reading.
    pub fn allocations(&self) -> Result<Vec<Allocation>, Error> {
        let (all, _) = self.store.allocations_of(&self.namespace, &self.id)?;
        Ok(all.into_iter().map(|found| Allocation::new(self.store.clone(), found)).collect())
    }

    /// Stops it gracefully, as `jobctl stop` does, and waits for its end.
    ///
    /// # Errors
    /// Those of asking and waiting.
    pub fn stop(&self) -> Result<(), Error> {
        let _lock = self.store.lock(&self.namespace, &self.id, "stop")?;
        self.stop_locked()
    }

    fn stop_locked(&self) -> Result<(), Error> {
        if let Some(record) = self.store.job(&self.namespace, &self.id)? {
            let durability = if record.detached { Durability::Synced } else { Durability::Cached };
            self.store.commit(&JobRecord { desired: Desired::Stopped, ..record }, durability)?;
        }
        let (all, _) = self.store.allocations_of(&self.namespace, &self.id)?;
        let lives = |found: &&Found| !matches!(found.condition, Condition::Ended(_));
        let request = Request::Stop { signal: None, timeout: None };
        // All are asked before any is waited for.
        for found in all.iter().filter(lives) {
            applier::ask(&self.store, &found.launch.id, "stop", &request)?;
        }
        for found in all.iter().filter(lives) {
            applier::stop(&self.store, &found.launch.id, &request)?;
        }
        Ok(())
    }

    /// Stops it and removes all there is of it: plans, logs, data.
    ///
    /// # Errors
    /// As [`Self::stop`], and those of removing.
    pub fn forget(self) -> Result<(), Error> {
        let lock = self.store.lock(&self.namespace, &self.id, "stop")?;
        self.stop_locked()?;
        Ok(applier::purge(&self.store, &self.namespace, &self.id, lock)?)
    }
}
