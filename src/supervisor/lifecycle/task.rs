//! The life of one task: waiting, starting, running, waiting to be started again, dead; and the steps of stopping it.
//!
//! When it is its turn, and whether others must stop, the allocation's machine decides.

use serde_json::Value;

use super::Action;
use crate::jobspec::Duration;
use crate::linux::signal;
use crate::plan::{JobType, Lifecycle, Task};
use crate::state::{EventKind, TaskExit, TaskPhase};
use crate::supervisor::Moment;
use crate::supervisor::restart::{Ending, RestartTracker, Verdict};

/// How long after SIGKILL a task is given up.
const BOUND: Duration = Duration::from_seconds(15);

/// One task.
#[derive(Clone, Debug)]
pub struct TaskMachine {
    index: usize,
    rules: Rules,
    tracker: RestartTracker,
    run: Run,
    stop: Option<Stop>,
    attempted: bool,
    begun: bool,
    failed: bool,
    restarts: u32,
    exit: Option<TaskExit>,
}

/// What the machine needs to know of a task.
#[derive(Clone, Debug)]
struct Rules {
    name: String,
    lifecycle: Lifecycle,
    leader: bool,
    kill_signal: String,
    kill_timeout: Duration,
    shutdown_delay: Duration,
}

impl Rules {
    fn of(task: &Task) -> Self {
        Self {
            name: task.name.clone(),
            lifecycle: task.lifecycle,
            leader: task.leader,
            kill_signal: task.kill_signal.clone(),
            kill_timeout: task.kill_timeout,
            shutdown_delay: task.shutdown_delay,
        }
    }
}

/// Where in its life a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// Its turn has not come.
    Waiting,
    /// It is being started.
    Starting,
    /// It runs.
    Running,
    /// It is started again at that time.
    Backoff { until: Moment },
    /// It has ended for good.
    Dead,
}

/// A stop that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stop {
    signal: String,
    timeout: Duration,
    restart: bool,
    step: Step,
}

/// How far a stop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It begins once the task runs.
    Pending,
    /// The shutdown delay.
    Delay { until: Moment },
    /// The signal was sent.
    Grace { until: Moment },
    /// SIGKILL was sent.
    Killed { until: Moment },
}

/// What another supervisor wrote down about a task.
#[derive(Clone, Copy, Debug)]
pub struct Resumption {
    /// Whether it runs; otherwise it is started again at once, unless it is dead.
    pub phase: TaskPhase,
    /// Whether it failed for good.
    pub failed: bool,
    /// How often it was started again.
    pub restarts: u32,
    /// Endings within the interval of its policy.
    pub attempts: u32,
    /// When that began.
    pub interval_began: Option<Moment>,
    /// How it ended last.
    pub exit: Option<TaskExit>,
    /// Whether it ran at all.
    pub begun: bool,
}

impl TaskMachine {
    /// A task that waits for its turn.
    pub fn new(index: usize, task: &Task, job: JobType) -> Self {
        Self {
            index,
            rules: Rules::of(task),
            tracker: RestartTracker::new(task.restart.clone(), job, task.lifecycle),
            run: Run::Waiting,
            stop: None,
            attempted: false,
            begun: false,
            failed: false,
            restarts: 0,
            exit: None,
        }
    }

    /// Goes on where another supervisor stopped.
    pub fn resume(&mut self, from: &Resumption) {
        self.run = match from.phase {
            TaskPhase::Running | TaskPhase::Starting => Run::Running,
            TaskPhase::Dead => Run::Dead,
            TaskPhase::Pending if from.begun => Run::Backoff { until: Moment::from_nanoseconds(0) },
            TaskPhase::Pending => Run::Waiting,
        };
        self.tracker.resume(from.attempts, from.interval_began);
        self.attempted = from.begun || from.phase != TaskPhase::Pending;
        (self.begun, self.failed, self.restarts, self.exit) = (from.begun, from.failed, from.restarts, from.exit);
    }

    /// Takes up another plan; what has happened and is under way stays.
    pub fn update(&mut self, task: &Task, job: JobType) {
        let (count, began) = self.tracker.count();
        self.rules = Rules::of(task);
        self.tracker = RestartTracker::new(task.restart.clone(), job, task.lifecycle);
        self.tracker.resume(count, began);
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.rules.name
    }

    /// When it runs.
    pub fn lifecycle(&self) -> Lifecycle {
        self.rules.lifecycle
    }

    /// Whether the others stop when it ends.
    pub fn is_leader(&self) -> bool {
        self.rules.leader
    }

    /// What it does.
    pub fn phase(&self) -> TaskPhase {
        match self.run {
            Run::Waiting | Run::Backoff { .. } => TaskPhase::Pending,
            Run::Starting => TaskPhase::Starting,
            Run::Running => TaskPhase::Running,
            Run::Dead => TaskPhase::Dead,
        }
    }

    /// Whether its turn has not come yet.
    pub fn is_waiting(&self) -> bool {
        self.run == Run::Waiting
    }

    /// Whether it has ended for good.
    pub fn is_dead(&self) -> bool {
        self.run == Run::Dead
    }

    /// Whether it failed for good.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether anybody ever tried to start it.
    pub fn was_attempted(&self) -> bool {
        self.attempted
    }

    /// Whether its program ever ran.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// How often it was started again.
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// How it ended last.
    pub fn exit(&self) -> Option<TaskExit> {
        self.exit
    }

    /// Endings within the interval of its restart policy, and when that began.
    pub fn attempts(&self) -> (u32, Option<Moment>) {
        self.tracker.count()
    }

    /// When [`Self::tick`] has something to do.
    pub fn deadline(&self) -> Option<Moment> {
        match (&self.stop, &self.run) {
            (Some(Stop { step: Step::Delay { until } | Step::Grace { until } | Step::Killed { until }, .. }), _)
            | (None, Run::Backoff { until }) => Some(*until),
            _ => None,
        }
    }

    /// Its turn has come.
    pub fn start(&mut self, out: &mut Vec<Action>) {
        self.attempted = true;
        self.run = Run::Starting;
        out.push(Action::Start { task: self.index });
    }

    /// Its program runs.
    pub fn started(&mut self, now: Moment, out: &mut Vec<Action>) {
        if self.run != Run::Starting {
            return;
        }
        self.run = Run::Running;
        self.begun = true;
        out.push(Action::record(self.index, EventKind::Started, "started"));
        if self.stop.is_some() {
            self.next_step(now, out);
        }
    }

    /// It could not be started. `ending` says whether trying again can help.
    pub fn start_failed(&mut self, now: Moment, code: i32, ending: Ending, out: &mut Vec<Action>) {
        if self.run != Run::Starting {
            return;
        }
        self.exit = Some(TaskExit { code: Some(code), signal: 0, oom_killed: false });
        self.over(now, ending, out);
    }

    /// A run of it is over. `stopping` says that the whole allocation is: then it is not started again.
    pub fn ended(&mut self, now: Moment, exit: TaskExit, stopping: bool, out: &mut Vec<Action>) {
        if self.run != Run::Running {
            return;
        }
        self.exit = Some(exit);
        let details = [
            ("exit_code", Value::from(exit.code)),
            ("signal", Value::from(exit.signal)),
            ("oom_killed", Value::from(exit.oom_killed)),
        ];
        if exit.oom_killed {
            let message = "the kernel killed a process of it: it used more memory than its limit allows";
            out.push(Action::record(self.index, EventKind::OomKilled, message));
        }
        let kind = if self.stop.is_some() { EventKind::Killed } else { EventKind::Exited };
        out.push(Action::record_with(self.index, kind, describe(exit), details));
        if self.stop.is_none() && stopping {
            self.run = Run::Dead;
            return;
        }
        self.over(now, if exit.is_success() { Ending::Success } else { Ending::Failure }, out);
    }

    /// What follows an ending.
    fn over(&mut self, now: Moment, ending: Ending, out: &mut Vec<Action>) {
        if let Some(stop) = self.stop.take() {
            self.run = Run::Dead;
            if stop.restart {
                self.restarts += 1;
                out.push(Action::record(self.index, EventKind::Restarting, "is started again on demand"));
                self.start(out);
            }
            return;
        }
        match self.tracker.judge(now, ending) {
            Verdict::Restart { after, reason } => {
                self.restarts += 1;
                self.run = Run::Backoff { until: now.after(after) };
                let message = format!("is started again in {after}: {reason}");
                out.push(Action::record(self.index, EventKind::Restarting, message));
            }
            Verdict::Done { .. } => self.run = Run::Dead,
            Verdict::Failed { reason } => {
                self.run = Run::Dead;
                self.failed = true;
                let message = format!("is not started again: {reason}");
                out.push(Action::record(self.index, EventKind::NotRestarting, message));
            }
        }
    }

    /// Stops it, unless it is being stopped already. What does not run is dead at once.
    pub fn stop(
        &mut self,
        now: Moment,
        signal: Option<&str>,
        timeout: Option<Duration>,
        reason: &str,
        out: &mut Vec<Action>,
    ) {
        match &mut self.stop {
            // A restart on demand that is under way becomes a stop.
            Some(stop) => stop.restart = false,
            None => self.begin_stop(now, signal, timeout, false, reason, out),
        }
    }

    /// Stops it and starts it again, without counting that against its policy.
    pub fn restart(&mut self, now: Moment, out: &mut Vec<Action>) {
        match self.run {
            Run::Running if self.stop.is_none() => {
                self.begin_stop(now, None, None, true, "it is to be started again", out);
            }
            Run::Backoff { .. } => self.start(out),
            _ => {}
        }
    }

    fn begin_stop(
        &mut self,
        now: Moment,
        signal: Option<&str>,
        timeout: Option<Duration>,
        restart: bool,
        reason: &str,
        out: &mut Vec<Action>,
    ) {
        if matches!(self.run, Run::Waiting | Run::Backoff { .. }) {
            self.run = Run::Dead;
        }
        if self.run == Run::Dead {
            return;
        }
        let signal = signal.unwrap_or(&self.rules.kill_signal).to_owned();
        let timeout = timeout.unwrap_or(self.rules.kill_timeout);
        let message = if timeout > Duration::ZERO {
            format!("is asked to stop with {signal}, with {timeout} to do so: {reason}")
        } else {
            format!("is killed: {reason}")
        };
        out.push(Action::record(self.index, EventKind::Killing, message));
        self.stop = Some(Stop { signal, timeout, restart, step: Step::Pending });
        if self.run == Run::Running {
            self.next_step(now, out);
        }
    }

    /// Ends it now.
    pub fn kill(&mut self, now: Moment, out: &mut Vec<Action>) {
        match &mut self.stop {
            None => self.begin_stop(now, None, Some(Duration::ZERO), false, "somebody asked for it", out),
            Some(stop) => {
                (stop.restart, stop.timeout) = (false, Duration::ZERO);
                if matches!(stop.step, Step::Delay { .. } | Step::Grace { .. }) {
                    self.kill_step(now, out);
                }
            }
        }
    }

    /// Does what is due.
    pub fn tick(&mut self, now: Moment, out: &mut Vec<Action>) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        if self.stop.is_some() {
            self.next_step(now, out);
        } else {
            self.start(out);
        }
    }

    fn next_step(&mut self, now: Moment, out: &mut Vec<Action>) {
        let Some(stop) = &mut self.stop else { return };
        match stop.step {
            Step::Pending if self.rules.shutdown_delay > Duration::ZERO && stop.timeout > Duration::ZERO => {
                stop.step = Step::Delay { until: now.after(self.rules.shutdown_delay) };
            }
            Step::Pending | Step::Delay { .. } if stop.timeout > Duration::ZERO => {
                stop.step = Step::Grace { until: now.after(stop.timeout) };
                out.push(Action::Signal { task: self.index, signal: stop.signal.clone() });
            }
            Step::Pending | Step::Delay { .. } | Step::Grace { .. } => self.kill_step(now, out),
            Step::Killed { .. } => {
                let message = "SIGKILL does not end it: it is left behind, probably waiting for a device";
                out.push(Action::record(self.index, EventKind::Warning, message));
                out.push(Action::Abandon { task: self.index });
                (self.run, self.stop, self.failed) = (Run::Dead, None, true);
                self.exit = Some(TaskExit { code: None, signal: 0, oom_killed: false });
            }
        }
    }

    fn kill_step(&mut self, now: Moment, out: &mut Vec<Action>) {
        if let Some(stop) = &mut self.stop {
            stop.step = Step::Killed { until: now.after(BOUND) };
            out.push(Action::Kill { task: self.index });
        }
    }
}

/// How it ended, for people.
fn describe(exit: TaskExit) -> String {
    match (exit.code, exit.signal) {
        (_, signal) if signal != 0 => format!("ended by signal {signal} ({})", signal::name(signal)),
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, _) => "ended, and how is not known: the process that watched it was killed with it".to_owned(),
    }
}
