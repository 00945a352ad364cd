//! One run of a group.

use std::rc::Rc;

use super::{Error, Task};
use crate::state::{AllocationId, Condition, Found, Store};

/// An allocation.
#[derive(Debug)]
pub struct Allocation {
    store: Rc<Store>,
    found: Found,
}

impl Allocation {
    pub(super) fn new(store: Rc<Store>, found: Found) -> Self {
        Self { store, found }
    }

    /// Its identifier.
    pub fn id(&self) -> &AllocationId {
        &self.found.launch.id
    }

    /// `web.api[0]`
    pub fn name(&self) -> String {
        self.found.launch.name()
    }

    /// The group it is a run of.
    pub fn group(&self) -> &str {
        &self.found.launch.group
    }

    /// Which of the group's `count`.
    pub fn index(&self) -> u32 {
        self.found.launch.index
    }

    /// Who looks after it now, and what has become of it where nobody needs to.
    ///
    /// # Errors
    /// It is gone, or cannot be read.
    pub fn condition(&self) -> Result<Condition, Error> {
        let found = self.store.find(self.id())?.ok_or_else(|| Error::Gone(self.name()))?;
        Ok(found.condition)
    }

    /// Its tasks, in the order of the plan.
    pub fn tasks(&self) -> Vec<Task> {
        let tasks = self.found.status.iter().flat_map(|status| &status.tasks);
        tasks.map(|task| Task::new(self.store.clone(), self.id().clone(), task.name.clone())).collect()
    }
}
