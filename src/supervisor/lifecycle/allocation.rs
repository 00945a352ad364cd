//! The life of an allocation: whose turn it is, when all must stop, and when it is over.
//!
//! The order is Nomad's: prestart, main, poststart; poststop when all others have ended.

use super::{Action, Input, TaskMachine};
use crate::jobspec::Duration;
use crate::plan::{Group, JobType, LifecycleHook};
use crate::state::{EventKind, Phase, StopCause, TaskPhase};
use crate::supervisor::Moment;
use crate::supervisor::restart::Ending;

/// An allocation with its tasks.
#[derive(Clone, Debug)]
pub struct AllocationMachine {
    tasks: Vec<TaskMachine>,
    began: Moment,
    shutdown_delay: Duration,
    ends_at: Option<Moment>,
    stop: Option<Stop>,
    reason: String,
    finished: bool,
}

/// All is stopping.
#[derive(Clone, Debug)]
struct Stop {
    cause: StopCause,
    signal: Option<String>,
    timeout: Option<Duration>,
    /// When the group's shutdown delay is over; `None` once it is.
    delay: Option<Moment>,
    /// Nothing more is started, not even what runs after the stop.
    killed: bool,
}

impl AllocationMachine {
    /// An allocation of which nothing runs yet.
    pub fn new(group: &Group, job: JobType, now: Moment) -> Self {
        let tasks = group.tasks.iter().enumerate().map(|(index, task)| TaskMachine::new(index, task, job)).collect();
        let mut machine = Self {
            tasks,
            began: now,
            shutdown_delay: group.shutdown_delay,
            ends_at: None,
            stop: None,
            reason: String::new(),
            finished: false,
        };
        machine.bound(group);
        machine
    }

    /// Takes up another plan with the same tasks; what has happened and is under way stays.
    pub fn update(&mut self, group: &Group, job: JobType) {
        self.shutdown_delay = group.shutdown_delay;
        self.bound(group);
        for (machine, task) in self.tasks.iter_mut().zip(&group.tasks) {
            machine.update(task, job);
        }
    }

    /// Its tasks, in the plan's order.
    pub fn tasks(&self) -> &[TaskMachine] {
        &self.tasks
    }

    /// A task that another supervisor's record is put into, before anything is handled.
    pub fn task_mut(&mut self, task: usize) -> &mut TaskMachine {
        &mut self.tasks[task]
    }

    /// Goes on where another supervisor stopped: why it failed, and when it began.
    pub fn resume(&mut self, reason: &str, began: Moment, group: &Group) {
        reason.clone_into(&mut self.reason);
        self.began = began;
        self.bound(group);
    }

    fn bound(&mut self, group: &Group) {
        let bounded = group.max_run_duration > Duration::ZERO;
        self.ends_at = bounded.then(|| self.began.after(group.max_run_duration));
    }

    /// When it began.
    pub fn began(&self) -> Moment {
        self.began
    }

    /// Why it is being stopped, or was.
    pub fn stopping(&self) -> Option<StopCause> {
        self.stop.as_ref().map(|stop| stop.cause)
    }

    /// Why it failed; empty where it did not.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What has become of it.
    pub fn phase(&self) -> Phase {
        if !self.finished {
            let untouched = !self.tasks.iter().any(TaskMachine::was_attempted);
            return if untouched { Phase::Pending } else { Phase::Running };
        }
        match self.stopping() {
            _ if !self.reason.is_empty() => Phase::Failed,
            Some(StopCause::Requested | StopCause::CommandGone) => Phase::Stopped,
            _ => Phase::Complete,
        }
    }

    /// When [`Input::Tick`] has something to do.
    pub fn deadline(&self) -> Option<Moment> {
        let own = match &self.stop {
            None => self.ends_at,
            Some(stop) => stop.delay,
        };
        own.into_iter().chain(self.tasks.iter().filter_map(TaskMachine::deadline)).min()
    }

    /// Takes in what happened and says what is to be done, in order.
    pub fn handle(&mut self, now: Moment, input: Input) -> Vec<Action> {
        let mut out = Vec::new();
        match input {
            Input::Started { task } => self.tasks[task].started(now, &mut out),
            Input::StartFailed { task, exit_code, message, address, recoverable } => {
                let details = [("exit_code", exit_code.into()), ("address", address.into())];
                out.push(Action::record_with(task, EventKind::StartFailed, message.clone(), details));
                let ending = Ending::NotStarted { recoverable: recoverable && self.stop.is_none() };
                self.tasks[task].start_failed(now, exit_code, ending, &mut out);
                self.note_failure(task, &format!("could not be started: {message}"));
            }
            Input::Ended { task, exit } => {
                let stopping = self.stop.is_some() && !self.is_poststop(task);
                self.tasks[task].ended(now, exit, stopping, &mut out);
                let how = match (exit.code, exit.signal) {
                    _ if exit.oom_killed => "used more memory than its limit allows".to_owned(),
                    (_, signal) if signal != 0 => format!("was ended by signal {signal}"),
                    (Some(code), _) => format!("ended with exit code {code}"),
                    (None, _) => "ended in a way nobody knows".to_owned(),
                };
                self.note_failure(task, &how);
            }
            Input::Stop { cause, signal, timeout } => self.begin_stop(now, cause, signal, timeout),
            Input::Kill => {
                self.begin_stop(now, StopCause::Requested, None, Some(Duration::ZERO));
                if let Some(stop) = &mut self.stop {
                    (stop.killed, stop.delay) = (true, None);
                }
                self.tasks.iter_mut().for_each(|task| task.kill(now, &mut out));
            }
            Input::Restart { task } if self.stop.is_none() => self.tasks[task].restart(now, &mut out),
            Input::Restart { .. } | Input::Tick => {}
        }
        self.tasks.iter_mut().for_each(|task| task.tick(now, &mut out));
        self.advance(now, &mut out);
        out
    }

    /// Does all that has become due, until nothing more has.
    fn advance(&mut self, now: Moment, out: &mut Vec<Action>) {
        if self.finished {
            return;
        }
        if self.stop.is_none()
            && let Some(cause) = self.cause_to_stop(now)
        {
            self.begin_stop(now, cause, None, None);
        }
        if self.stop.is_some() {
            self.stop_next(now, out);
        }
        self.start_due(out);
        if self.tasks.iter().all(TaskMachine::is_dead) {
            self.finished = true;
            let message = match self.phase() {
                Phase::Failed => format!("failed: {}", self.reason),
                Phase::Stopped => "was stopped".to_owned(),
                _ => "is complete".to_owned(),
            };
            out.push(Action::record(None, EventKind::Finished, message));
            out.push(Action::Finish);
        }
    }

    /// Why all must stop now, if it must.
    fn cause_to_stop(&mut self, now: Moment) -> Option<StopCause> {
        let mut others = self.tasks.iter().filter(|task| task.lifecycle().hook != LifecycleHook::Poststop);
        if others.clone().any(|task| task.is_dead() && task.is_leader()) {
            return Some(StopCause::Leader);
        }
        if others.clone().any(TaskMachine::has_failed) {
            return Some(StopCause::Failure);
        }
        if self.ends_at.is_some_and(|end| now >= end) {
            self.reason = String::from("it ran for its max_run_duration");
            return Some(StopCause::MaxRunDuration);
        }
        let only_sidecars = others.all(|task| task.is_dead() || task.lifecycle().sidecar);
        only_sidecars.then_some(StopCause::MainDone)
    }

    fn begin_stop(&mut self, now: Moment, cause: StopCause, signal: Option<String>, timeout: Option<Duration>) {
        if self.stop.is_none() {
            let at_once = cause == StopCause::MainDone || timeout == Some(Duration::ZERO);
            let delay = (!at_once && self.shutdown_delay > Duration::ZERO).then(|| now.after(self.shutdown_delay));
            self.stop = Some(Stop { cause, signal, timeout, delay, killed: false });
        }
    }

    /// Stops those whose turn it is: the leader, then the others, then the sidecars. What does not run is over at once.
    fn stop_next(&mut self, now: Moment, out: &mut Vec<Action>) {
        let Some(stop) = &mut self.stop else { return };
        stop.delay = stop.delay.filter(|until| now < *until);
        let reason = stop.cause.reason();
        // Where nothing was begun there is nothing to clean up after.
        let no_poststop = stop.killed || !self.tasks.iter().any(TaskMachine::was_attempted);
        let (signal, timeout) = (stop.signal.as_deref(), stop.timeout);
        let mut live: Vec<&mut TaskMachine> = Vec::new();
        for task in &mut self.tasks {
            if task.lifecycle().hook == LifecycleHook::Poststop {
                if no_poststop && task.is_waiting() {
                    task.stop(now, None, None, reason, out);
                }
                continue;
            }
            if task.phase() == TaskPhase::Pending {
                task.stop(now, signal, timeout, reason, out);
            }
            if !task.is_dead() {
                live.push(task);
            }
        }
        if stop.delay.is_some() {
            return;
        }
        let leader = live.iter().any(|task| task.is_leader());
        let ordinary = live.iter().any(|task| !task.lifecycle().sidecar);
        for task in live {
            if if leader { task.is_leader() } else { !ordinary || !task.lifecycle().sidecar } {
                task.stop(now, signal, timeout, reason, out);
            }
        }
    }

    /// Starts those whose turn has come.
    fn start_due(&mut self, out: &mut Vec<Action>) {
        let of = |hook| self.tasks.iter().filter(move |task| task.lifecycle().hook == hook);
        let prepared = of(LifecycleHook::Prestart)
            .all(|task| if task.lifecycle().sidecar { task.has_begun() } else { task.is_dead() && !task.has_failed() });
        let mains_begun = of(LifecycleHook::Main).all(TaskMachine::has_begun);
        let others_over = !self.is_live();
        let killed = self.stop.as_ref().is_some_and(|stop| stop.killed);
        let stopping = self.stop.is_some();
        for task in &mut self.tasks {
            let turn = match task.lifecycle().hook {
                LifecycleHook::Prestart => !stopping,
                LifecycleHook::Main => !stopping && prepared,
                LifecycleHook::Poststart => !stopping && mains_begun,
                LifecycleHook::Poststop => others_over && !killed,
            };
            if turn && task.is_waiting() {
                task.start(out);
            }
        }
    }

    /// Whether anything runs, or will, besides what runs after all others.
    fn is_live(&self) -> bool {
        self.tasks.iter().any(|task| task.lifecycle().hook != LifecycleHook::Poststop && !task.is_dead())
    }

    fn is_poststop(&self, task: usize) -> bool {
        self.tasks[task].lifecycle().hook == LifecycleHook::Poststop
    }

    /// Remembers the first task that failed.
    fn note_failure(&mut self, task: usize, how: &str) {
        let task = &self.tasks[task];
        if task.has_failed() && self.reason.is_empty() {
            self.reason = format!("task {:?} {how}", task.name());
        }
    }
}
