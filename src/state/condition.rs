//! What an allocation's files and the kernel say together: who looks after it, if anybody has to.

use super::{AllocationDirectory, AllocationStatus, Error, Launch, Phase};
use crate::linux::process::{Identity, boot_id};

/// Who looks after an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Its supervisor.
    Supervised,
    /// Nobody, though it has not ended: another supervisor can take it over.
    Orphaned,
    /// Nobody needs to: it has ended.
    Ended(Phase),
    /// Nobody can: its processes are gone, and nobody saw how they ended.
    Lost,
}

impl Condition {
    /// Finds out. `launch` and `status` are what was read of `allocation`.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn of(
        allocation: &AllocationDirectory,
        launch: &Launch,
        status: Option<&AllocationStatus>,
    ) -> Result<Self, Error> {
        if let Some(phase) = status.map(|status| status.phase).filter(|phase| phase.is_final()) {
            return Ok(Self::Ended(phase));
        }
        if allocation.owner()?.is_some() {
            return Ok(Self::Supervised);
        }
        let Some(status) = status else { return Ok(Self::Lost) };
        let this_boot = status.supervisor.as_ref().is_some_and(|old| boot_id().is_ok_and(|id| id == old.boot_id));
        let runs = |identity: &Option<Identity>| identity.as_ref().is_some_and(|it| it.is_running().unwrap_or(false));
        // A linked allocation ends with its command: what has no process any more is over.
        let goes_on = launch.detached || status.tasks.iter().any(|task| runs(&task.init));
        Ok(if this_boot && goes_on { Self::Orphaned } else { Self::Lost })
    }
}
