//! The attached part of `run`: shows what the job says, passes Ctrl-C on, and ends with the job.
//!
//! Owns no task: supervisors do. One that is killed meanwhile is replaced.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::follow::{Audience, FollowError, Follower, Names, News, Shown};
use super::start_failure::Script;
use super::{Exit, Output, jobs};
use crate::applier::{self, Started};
use crate::plan::{LifecycleHook, Plan};
use crate::state::{self, AllocationId, AllocationStatus, Condition, Found, Phase, Store, TaskStatus};
use crate::supervisor::{self, Lifeline, Request, Supervisor};

/// Why the job is not followed any more. It is stopped then.
#[derive(Debug, thiserror::Error)]
pub enum FollowedError {
    /// The state directory.
    #[error(transparent)]
    State(#[from] state::Error),
    /// What is shown.
    #[error(transparent)]
    Show(#[from] FollowError),
    /// A supervisor.
    #[error(transparent)]
    Apply(#[from] applier::Error),
    /// Signals.
    #[error("cannot wait for signals")]
    Signals(#[source] io::Error),
}

/// A job that is followed to its end.
#[derive(Debug)]
pub struct Attached<'a> {
    store: &'a Store,
    plan: &'a Plan,
    lifeline: &'a Lifeline,
    /// What shows them.
    pub follower: Follower,
    members: Vec<Member>,
    signals: SignalFd,
    interrupts: u32,
}

/// One of its allocations.
#[derive(Debug)]
struct Member {
    id: AllocationId,
    group: String,
    /// Whether this command started it, and stops it.
    ours: bool,
    /// Its supervisor; `None` once it has ended.
    supervisor: Option<OwnedFd>,
    /// Our child that was its first supervisor.
    child: Option<Supervisor>,
    status: Option<AllocationStatus>,
}

impl<'a> Attached<'a> {
    /// Follows what was started, and what was there before and stays.
    ///
    /// # Errors
    /// [`FollowedError`]
    pub fn new(
        store: &'a Store,
        plan: &'a Plan,
        lifeline: &'a Lifeline,
        mut started: Vec<Started>,
        before: Vec<Found>,
    ) -> Result<Self, FollowedError> {
        let signals = signals().map_err(FollowedError::Signals)?;
        let mut current = Vec::new();
        for found in before {
            // What had ended is as it was.
            let over = matches!(found.condition, Condition::Ended(_) | Condition::Lost);
            current.extend(if over { Some(found) } else { store.find(&found.launch.id)? });
        }
        for started in &started {
            current.extend(store.find(&started.id)?);
        }
        let mut current = jobs::current(current);
        current.retain(|found| {
            started.iter().any(|started| started.id == found.launch.id) || found.condition == Condition::Supervised
        });
        let names = if current.len() > 1 { Names::Full } else { Names::Task };
        let mut follower = Follower::new(Shown { audience: Audience::Runner, only: None, names, timestamps: false });
        let mut members = Vec::new();
        for found in current {
            let position = started.iter().position(|started| started.id == found.launch.id);
            let child = position.map(|position| started.swap_remove(position).supervisor);
            let (id, group, ours) = (found.launch.id.clone(), found.launch.group.clone(), child.is_some());
            members.push(Member { id, group, ours, supervisor: None, child, status: None });
            let tasks = found.status.iter().flat_map(|status| status.tasks.iter().map(|task| task.name.clone()));
            let tasks = tasks.collect();
            // Of what was there before only what is said from now on.
            let (tail, news) = if ours { (None, News::Caller) } else { (Some(0), News::Files) };
            follower.add(found, tasks, tail, news);
        }
        let mut attached = Self { store, plan, lifeline, follower, members, signals, interrupts: 0 };
        attached.look_again(|_| true)?;
        Ok(attached)
    }

    /// Shows everything until the last allocation has ended, failed starts on the script; how the job ended.
    ///
    /// # Errors
    /// [`FollowedError`]
    pub fn follow(mut self, mut script: Script<'_>, output: &mut Output) -> Result<Exit, FollowedError> {
        if self.members.iter().any(|member| !member.ours) {
            output.say("some of it ran before: Ctrl-C leaves that running");
        }
        while self.members.iter().any(|member| member.supervisor.is_some()) {
            self.lifeline.bell().hush();
            self.follower.show(output)?;
            self.show_failures(&mut script, output);
            if self.follower.ends() >= self.members.len() {
                // Their supervisors have written that down, and are about to end.
                self.look_again(|_| true)?;
                if self.members.iter().all(|member| member.supervisor.is_none()) {
                    break;
                }
            }
            let watched: Vec<BorrowedFd<'_>> = [self.lifeline.bell().as_fd(), self.signals.as_fd()]
                .into_iter()
                .chain(self.members.iter().filter_map(|member| member.supervisor.as_ref().map(AsFd::as_fd)))
                .collect();
            let ready = self.follower.wait(&watched);
            if ready[1] && self.interrupted(output)? {
                return Ok(Exit::Success);
            }
            if ready[2..].contains(&true) {
                self.look_again(|member| {
                    let ended = |pidfd: &OwnedFd| crate::linux::process::has_ended(pidfd.as_fd()).unwrap_or(true);
                    member.supervisor.as_ref().is_some_and(ended)
                })?;
            }
        }
        self.follower.finish(output)?;
        self.show_failures(&mut script, output);
        self.members.iter_mut().filter_map(|member| member.child.take()).for_each(Supervisor::reap);
        Ok(self.exit())
    }

    fn show_failures(&mut self, script: &mut Script<'_>, output: &mut Output) {
        for event in self.follower.take_failures() {
            script.show(&event, output);
        }
    }

    /// Looks at members again: who has ended, and who has lost its supervisor and gets another.
    fn look_again(&mut self, which: impl Fn(&Member) -> bool) -> Result<(), FollowedError> {
        for member in self.members.iter_mut().filter(|member| which(member)) {
            if let Some(child) = member.child.take_if(|child| child.has_ended()) {
                child.reap();
            }
            let lifeline = member.ours.then_some(self.lifeline);
            let mut found = applier::look(self.store, &member.id)?;
            match found.condition {
                Condition::Orphaned => {
                    applier::supervise(self.store, &member.id, lifeline)?;
                    found = applier::look(self.store, &member.id)?;
                }
                Condition::Lost => {
                    applier::bury(&found.directory)?;
                    found.status = found.directory.status()?;
                }
                Condition::Supervised | Condition::Ended(_) => {}
            }
            let identity = found.status.as_ref().and_then(|status| status.supervisor.as_ref());
            let supervised = found.condition == Condition::Supervised;
            member.supervisor = identity.filter(|_| supervised).and_then(|identity| identity.find().ok().flatten());
            member.status = found.status;
        }
        Ok(())
    }

    /// Somebody wants it to end: gracefully at first, then at once. Whether there is nothing to wait for.
    fn interrupted(&mut self, output: &mut Output) -> Result<bool, FollowedError> {
        while let Ok(Some(_)) = self.signals.read_signal() {
            self.interrupts += 1;
        }
        let ours = || self.members.iter().filter(|member| member.ours && member.supervisor.is_some());
        if ours().next().is_none() {
            output.say(format_args!("{} is left running", self.plan.job.id));
            return Ok(true);
        }
        let request = if self.interrupts > 1 {
            output.say("killing");
            Request::Kill
        } else {
            output.say("stopping; Ctrl-C again kills");
            Request::Stop { signal: None, timeout: None }
        };
        for member in ours() {
            if let Some(allocation) = self.store.allocation(&member.id)? {
                // One that has just ended, or is being replaced, is found so at the next look.
                let _ = supervisor::request(&allocation, &request);
            }
        }
        Ok(false)
    }

    fn exit(&self) -> Exit {
        let statuses = self.members.iter().filter_map(|member| Some((member.group.as_str(), member.status.as_ref()?)));
        let exit = exit_of(self.plan, &statuses.collect::<Vec<_>>());
        match exit {
            Exit::Success if self.interrupts > 0 && self.plan.job.kind.ends() => Exit::Task(130),
            exit => exit,
        }
    }
}

/// The exit code of a job that has ended: that of the first main task that failed, else of the first task that did.
fn exit_of(plan: &Plan, allocations: &[(&str, &AllocationStatus)]) -> Exit {
    let is_main = |group: &str, task: &TaskStatus| {
        let group = plan.groups.iter().find(|candidate| candidate.name == group);
        let task = group.and_then(|group| group.tasks.iter().find(|candidate| candidate.name == task.name));
        task.is_some_and(|task| task.lifecycle.hook == LifecycleHook::Main)
    };
    let tasks = allocations.iter().flat_map(|(group, status)| status.tasks.iter().map(move |task| (*group, task)));
    let failed = tasks.filter(|(_, task)| task.failed);
    let first = failed.min_by_key(|(group, task)| (!is_main(group, task), task.finished));
    if let Some((_, task)) = first {
        let code = task.exit.and_then(|exit| exit.code);
        return code.and_then(|code| u8::try_from(code).ok()).map_or(Exit::Own, Exit::Task);
    }
    let any = |phase| allocations.iter().any(|(_, status)| status.phase == phase);
    if any(Phase::Failed) {
        Exit::TimedOut
    } else if any(Phase::Lost) {
        Exit::Own
    } else {
        Exit::Success
    }
}

/// SIGINT, SIGTERM and SIGHUP end the job, not this command.
fn signals() -> io::Result<SignalFd> {
    let mut set = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        set.add(signal);
    }
    set.thread_block()?;
    Ok(SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}
