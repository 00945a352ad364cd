//! What a plan says is brought about: ended runs tidied, orphans taken over, the difference found and performed.

use super::{Applier, Error, Started, supervise, tidy};
use crate::planner::{self, Step};
use crate::state::{Condition, Found, Problem};

/// What happens meanwhile, for people.
#[derive(Debug)]
pub enum Progress<'a> {
    /// Something in the state directory cannot be read.
    Problem(&'a Problem),
    /// An allocation has lost its supervisor and gets another.
    TakesOver(&'a Found),
    /// A step begins.
    Step(&'a Step),
}

impl Applier<'_> {
    /// Makes what is in force what the plan says, keeping the job's last `keep` ended allocations. What was started, and what there was
    /// before.
    ///
    /// # Errors
    /// [`Error`]; what this call started is stopped again then.
    pub fn bring_about(
        &self,
        keep: u32,
        mut announce: impl FnMut(Progress<'_>),
    ) -> Result<(Vec<Started>, Vec<Found>), Error> {
        let (namespace, job) = (&self.plan.job.namespace, &self.plan.job.id);
        let (all, problems) = self.store.allocations_of(namespace, job)?;
        for problem in &problems {
            announce(Progress::Problem(problem));
        }
        let all = tidy(self.store, namespace, job, all, Some(keep))?;
        for found in all.iter().filter(|found| found.condition == Condition::Orphaned) {
            announce(Progress::TakesOver(found));
            supervise(self.store, &found.launch.id, None)?;
        }
        let (snapshot, problems) = self.store.snapshot(namespace, job, &all)?;
        for problem in &problems {
            announce(Progress::Problem(problem));
        }
        let diff = planner::diff(self.plan, &self.stored.digest, &snapshot);
        let started = self.apply(&diff.steps, |step| announce(Progress::Step(step)))?;
        Ok((started, all))
    }
}
