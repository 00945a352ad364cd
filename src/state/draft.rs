//! The directory of an allocation to be: made where nobody looks, and shown whole.

use rustix::fs::renameat;

use super::allocation::LAUNCH;
use super::{AllocationDirectory, AllocationId, Directory, Durability, Error, Launch, directory, temporary};

/// An allocation that nobody sees yet. Dropped, it goes again; what a killed process left of one goes with [`super::Store::sweep`].
#[derive(Debug)]
pub struct Draft {
    allocations: Directory,
    temporary: String,
    allocation: AllocationDirectory,
    shown: bool,
}

impl Draft {
    pub(super) fn new(allocations: Directory, id: &AllocationId) -> Result<Self, Error> {
        let temporary = temporary::name(id.as_str());
        let directory = allocations.make_directory(&temporary, 0o711)?.known_as(allocations.path_of(id.as_str()));
        Ok(Self { allocations, temporary, allocation: AllocationDirectory::new(id.clone(), directory), shown: false })
    }

    /// What it will be.
    ///
    /// # Errors
    /// No descriptor is left.
    pub fn allocation(&self) -> Result<AllocationDirectory, Error> {
        self.allocation.try_clone()
    }

    /// Shows it to everybody, started as this. That it is shown stands on the disk after [`super::Store::sync_allocations`].
    ///
    /// # Errors
    /// [`Error::Io`]; nothing is left then.
    pub fn publish(mut self, launch: &Launch, durability: Durability) -> Result<AllocationDirectory, Error> {
        let allocation = self.allocation()?;
        allocation.directory().write_document(LAUNCH, launch, durability)?;
        renameat(&self.allocations, &self.temporary, &self.allocations, launch.id.as_str())
            .map_err(|errno| directory::io("name", self.allocations.path_of(launch.id.as_str()), errno))?;
        self.shown = true;
        Ok(allocation)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.shown {
            let _ = self.allocations.remove_tree(&self.temporary);
        }
    }
}
