//! What a plan says is brought about: ended runs tidied, orphans taken over, the difference found and performed.

use super::{Applier, Error, Started, Tidied, supervise, tidy};
use crate::planner::{self, Step};
use crate::state::{Condition, Found, Problem};
use crate::supervisor::Reserve;

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
    /// Makes what is in force what the plan says, with a supervisor in reserve for what is started first, keeping the job's last `keep`
    /// ended allocations. What was started, and what there was before.
    ///
    /// # Errors
    /// [`Error`]; what this call started is stopped again then.
    pub fn bring_about(
        &self,
        keep: u32,
        reserve: Option<Reserve>,
        mut announce: impl FnMut(Progress<'_>),
    ) -> Result<(Vec<Started>, Vec<Found>), Error> {
        let (namespace, job) = (&self.plan.job.namespace, &self.plan.job.id);
        let (all, problems) = self.store.allocations_of(namespace, job)?;
        for problem in &problems {
            announce(Progress::Problem(problem));
        }
        let tidied = tidy(self.store, all, Some(keep))?;
        let started = self.apply_difference(&tidied, reserve, announce);
        // What is to go goes while that is under way already; also if it failed, for instance for want of space.
        let all = tidied.sweep(self.store, namespace, job);
        Ok((started?, all?))
    }

    fn apply_difference(
        &self,
        tidied: &Tidied,
        reserve: Option<Reserve>,
        mut announce: impl FnMut(Progress<'_>),
    ) -> Result<Vec<Started>, Error> {
        for found in tidied.left.iter().filter(|found| found.condition == Condition::Orphaned) {
            announce(Progress::TakesOver(found));
            supervise(self.store, &found.launch.id, None)?;
        }
        let job = &self.plan.job;
        let (snapshot, problems) = self.store.snapshot(&job.namespace, &job.id, &tidied.left)?;
        for problem in &problems {
            announce(Progress::Problem(problem));
        }
        let diff = planner::diff(self.plan, &self.stored.digest, &snapshot);
        self.apply(&diff.steps, reserve, |step| announce(Progress::Step(step)))
    }
}
