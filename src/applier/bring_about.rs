//! What a plan says is brought about: ended runs tidied, orphans taken over, the difference found and performed.

use super::{Applier, Error, Started, Tidied, stop, supervise, tidy};
use crate::planner::{self, Step};
use crate::state::{Condition, Found, Problem};
use crate::supervisor::{Instructed, Request, Reserve};

/// What happens meanwhile, for people.
#[derive(Debug)]
pub enum Progress<'a> {
    /// Something in the state directory cannot be read.
    Problem(&'a Problem),
    /// An allocation has lost its supervisor and gets another.
    TakesOver(&'a Found),
    /// An allocation is ending, and has to before it is looked at what there is.
    Waits(&'a Found),
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
        let reserve = reserve.and_then(|reserve| self.instruct(reserve));
        let (namespace, job) = (&self.plan.job.namespace, &self.plan.job.id);
        let (mut all, problems) = self.store.allocations_of(namespace, job)?;
        let ending: Vec<_> = all.iter().filter(|found| found.is_ending()).collect();
        for found in &ending {
            announce(Progress::Waits(found));
            // Which its supervisor does already, if it has one.
            stop(self.store, &found.launch.id, &Request::Stop { signal: None, timeout: None })?;
        }
        if !ending.is_empty() {
            all = self.store.allocations_of(namespace, job)?.0;
        }
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
        reserve: Option<Instructed>,
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
