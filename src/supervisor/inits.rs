//! Inits of tasks that are about to be started: born and told their tasks before it is their turn, so that they load and make the tasks'
//! worlds meanwhile.

use std::collections::BTreeMap;

use super::Action;
use super::assignment::Assignment;
use super::failure::StartFailure;
use crate::init;
use crate::linux::process::Identity;
use crate::plan::{Foreseen, Group};

/// Inits that nothing was started with yet. Dropped, they end.
#[derive(Debug, Default)]
pub(super) struct Inits {
    by_task: BTreeMap<usize, Init>,
    /// One for the task that will start first, by all that was known before there was a plan.
    foreseen: Option<(Foreseen, init::Newborn)>,
}

#[derive(Debug)]
enum Init {
    /// It knows of no task.
    Newborn(init::Newborn),
    /// It makes the world of its task.
    Instructed(Box<init::Instructed>),
}

impl Inits {
    /// With the init of a task that is foreseen to start first.
    pub(super) fn foreseeing(foreseen: Option<Foreseen>) -> Self {
        let born = |foreseen: Foreseen| {
            let newborn = init::Newborn::new(&foreseen.task, Some(&foreseen.namespaces)).ok()?;
            Some((foreseen, newborn))
        };
        Self { by_task: BTreeMap::new(), foreseen: foreseen.and_then(born) }
    }

    /// Starts the inits of tasks that are to be started: they load meanwhile, and it can be written down who they are before they start
    /// anything. Where there is none the start says why.
    pub(super) fn bear(&mut self, group: &Group, actions: &[Action]) {
        for task in started(actions) {
            let _ = self.bear_one(group, task);
        }
        self.foreseen = None;
    }

    /// The init of one task.
    pub(super) fn bear_one(&mut self, group: &Group, task: usize) -> Result<(), StartFailure> {
        let own = &group.tasks[task];
        let is_its = |(foreseen, _): &mut (Foreseen, _)| {
            let namespaces = own.isolation.as_ref().map(|isolation| &isolation.namespaces);
            (&foreseen.task, Some(&foreseen.namespaces)) == (&own.name, namespaces)
        };
        let newborn = match self.foreseen.take_if(is_its) {
            Some((_, newborn)) => newborn.of_user(own)?,
            None => init::bear(own)?,
        };
        self.by_task.insert(task, Init::Newborn(newborn));
        Ok(())
    }

    /// Lets one that still loads go on beside us: we have other things to do now.
    pub(super) fn stand_aside(&self) {
        if let Some(Init::Newborn(newborn)) = self.by_task.values().next() {
            newborn.stand_aside();
        }
    }

    /// Tells those inits which tasks they have: they make the tasks' worlds meanwhile. Where that cannot be the start says why.
    pub(super) fn instruct(&mut self, assignment: &Assignment, actions: &[Action]) {
        for task in started(actions) {
            if let Some(Init::Newborn(newborn)) = self.by_task.remove(&task)
                && let Ok(instructed) = instructed(assignment, task, newborn)
            {
                self.by_task.insert(task, Init::Instructed(Box::new(instructed)));
            }
        }
    }

    /// The init of a task, which knows it; `None` where there is none.
    pub(super) fn take(
        &mut self,
        assignment: &Assignment,
        task: usize,
    ) -> Option<Result<init::Instructed, StartFailure>> {
        Some(match self.by_task.remove(&task)? {
            Init::Instructed(init) => Ok(*init),
            Init::Newborn(newborn) => instructed(assignment, task, newborn),
        })
    }

    /// Who the init of a task is.
    pub(super) fn identity(&self, task: usize) -> Option<&Identity> {
        self.by_task.get(&task).and_then(Init::identity)
    }

    /// Who they are.
    pub(super) fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.by_task.values().filter_map(Init::identity)
    }
}

impl Init {
    fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Newborn(init) => init.identity(),
            Self::Instructed(init) => init.identity(),
        }
    }
}

fn instructed(assignment: &Assignment, task: usize, newborn: init::Newborn) -> Result<init::Instructed, StartFailure> {
    Ok(newborn.instruct(assignment.launch_of(task)?)?)
}

/// The tasks that are to be started.
pub(super) fn started(actions: &[Action]) -> impl Iterator<Item = usize> {
    actions.iter().filter_map(|action| match action {
        Action::Start { task } => Some(*task),
        _ => None,
    })
}
