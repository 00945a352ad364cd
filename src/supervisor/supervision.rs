//! The loop of a supervisor: waits for anything to happen, lets the lifecycle decide, does what it says, writes it down.
//!
//! One thread, one poll; nothing here waits for a single task, client or disk.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::os::fd::AsFd;

use nix::sys::signalfd::SignalFd;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::Value;

use super::assignment::{Assignment, Portion};
use super::control::{Answer, Client, Request, Server};
use super::execution::Execution;
use super::failure::{StartFailure, with_causes};
use super::inits::{Inits, started};
use super::lifeline::Link;
use super::record::Record;
use super::{Action, AllocationMachine, Input, Moment, TaskMachine, fetched};
use crate::init;
use crate::linux::cgroup::Hierarchies;
use crate::linux::mountinfo::MountTable;
use crate::linux::signal;
use crate::plan::{Digest, Group, LifecycleHook, Task};
use crate::role::Report;
use crate::state::{AllocationDirectory, EventKind, Ownership, StopCause};
use crate::sys;

/// An allocation and all that is held of it.
#[derive(Debug)]
pub(super) struct Supervision {
    pub(super) assignment: Assignment,
    pub(super) machine: AllocationMachine,
    pub(super) executions: Vec<Option<Execution>>,
    /// Inits of tasks that are about to be started, by task.
    pub(super) inits: Inits,
    /// Looked at once for tasks that are started together.
    pub(super) hierarchies: Option<Hierarchies>,
    pub(super) record: Record,
    pub(super) control: Server,
    pub(super) link: Option<Link>,
    pub(super) signals: SignalFd,
    pub(super) inputs: VecDeque<Input>,
    pub(super) finished: bool,
    /// Whether something was started since memory was given back.
    pub(super) has_grown: bool,
    /// That nobody else supervises the allocation.
    pub(super) _ownership: Ownership,
}

/// What something happened to.
#[derive(Clone, Copy, Debug)]
enum Token {
    Signals,
    Command,
    Listener,
    Client(Client),
    Task(usize),
    Main(usize),
}

impl Supervision {
    /// Supervises the allocation to its end, beginning with these actions; reports when it stands written who does, and they are under way:
    /// the command has other things to do then, and would be in their way.
    pub(super) fn run(&mut self, report: Report, actions: Vec<Action>) {
        self.write();
        for action in actions {
            self.perform(action);
        }
        // The command may be gone already: it does not matter to a detached job, and a linked one hears of it.
        let _ = report.ready(&[]);
        self.settle();
        while !self.finished || self.owes() {
            // A start takes more memory than what comes after it, and many supervisors wait for long.
            if self.has_grown && !self.executions.iter().flatten().any(Execution::is_starting) {
                self.has_grown = false;
                sys::release_unused();
            }
            let ready = self.wait();
            for token in ready {
                self.happened(token);
            }
            self.control.tick(Moment::now());
            self.inputs.push_back(Input::Tick);
            self.settle();
        }
        // Nobody is left to answer; that the file is gone already is as good.
        let _ = self.assignment.allocation.directory().remove_file(AllocationDirectory::SOCKET);
    }

    /// Whether the end is not written down yet: of a detached job nobody else could tell that it has ended.
    fn owes(&self) -> bool {
        self.assignment.launch.detached && self.record.deadline().is_some()
    }

    /// Lets the lifecycle handle all that happened, and does what it says.
    fn settle(&mut self) {
        while let Some(input) = self.inputs.pop_front() {
            let actions = self.machine.handle(Moment::now(), input);
            self.inits.bear(&self.assignment.portion.group, &actions);
            self.inits.instruct(&self.assignment, &actions);
            // Should we be killed while a task is being started, it stands written that this one may have processes, and who its init is.
            if started(&actions).next().is_some() {
                self.write();
            }
            for action in actions {
                self.perform(action);
            }
        }
        self.give_up_starts();
        self.hierarchies = None;
        self.write();
        if let Some(link) = &self.link {
            link.bell.ring();
        }
    }

    /// The init of a task, which knows it; one that is made only now is written down.
    fn ready(&mut self, task: usize) -> Result<init::Instructed, StartFailure> {
        if let Some(init) = self.inits.take(&self.assignment, task) {
            return init;
        }
        self.inits.bear_one(&self.assignment.portion.group, task)?;
        self.write();
        self.ready(task)
    }

    /// Writes the status down, if it has changed.
    fn write(&mut self) {
        self.record.write(&self.assignment, &self.machine, &self.executions, &self.inits);
    }

    /// What is being fetched for a task that is to stop is waited for by nobody.
    fn give_up_starts(&self) {
        let stopping = |task: &&TaskMachine| task.lifecycle().hook != LifecycleHook::Poststop;
        if self.machine.stopping().is_some() {
            let starts = self.machine.tasks().iter().zip(&self.executions).filter(|(task, _)| stopping(task));
            starts.filter_map(|(_, execution)| execution.as_ref()).for_each(Execution::give_up_start);
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Start { task } => self.start(task),
            Action::Signal { task, signal } => self.signal(task, &signal),
            Action::Kill { task } => {
                if let Some(Err(trouble)) = self.executions[task].as_ref().map(Execution::kill) {
                    self.warn(task, &trouble);
                }
            }
            Action::Abandon { task } => {
                if let Some(execution) = self.executions[task].take() {
                    execution.abandon();
                }
            }
            Action::Record { task, kind, message, details } => {
                let name = task.map_or("", |task| self.machine.tasks()[task].name());
                self.record.event(name, kind, &message, details);
            }
            Action::Finish => {
                self.name_left_mounts();
                self.finished = true;
            }
        }
    }

    /// What its tasks mounted in both directions outlives them.
    fn name_left_mounts(&mut self) {
        let volumes = &mut self.record.shared_volumes;
        let Some(table) = (!volumes.is_empty()).then(MountTable::read).and_then(Result::ok) else { return };
        for volume in &mut *volumes {
            volume.look(&table);
        }
        let left = volumes.iter().flat_map(|volume| &volume.left);
        let paths: Vec<String> = left.map(|mount| mount.path.display().to_string()).collect();
        if !paths.is_empty() {
            let message = format!(
                "left on the host, mounted while it ran: {}; `jobctl stop --unmount {}` removes it",
                paths.join(", "),
                self.assignment.launch.job
            );
            self.record.event("", EventKind::Warning, &message, BTreeMap::from([("mounts".to_owned(), paths.into())]));
        }
    }

    fn start(&mut self, task: usize) {
        self.has_grown = true;
        let init = match self.ready(task) {
            Ok(init) => init,
            Err(failure) => return self.not_started(task, failure),
        };
        let Task { name, artifacts, .. } = init.task();
        if !artifacts.is_empty() {
            let sources: Vec<_> = artifacts.iter().map(|artifact| artifact.source.as_str()).collect();
            let message = format!("fetches {}", sources.join(", "));
            self.record.event(name, EventKind::Fetching, &message, BTreeMap::new());
        }
        let begun = match self.hierarchies.take().map_or_else(Hierarchies::detect, Ok) {
            Ok(hierarchies) => {
                let hierarchies = self.hierarchies.insert(hierarchies);
                Execution::begin(&self.assignment.allocation, self.link.as_ref(), init, hierarchies)
            }
            Err(error) => Err(StartFailure::own(&init.task().address, "finding the hierarchies of cgroups", &error)),
        };
        match begun {
            Ok(execution) => self.executions[task] = Some(execution),
            Err(failure) => self.not_started(task, failure),
        }
    }

    fn signal(&mut self, task: usize, name: &str) {
        let sent = match (signal::parse(name), &self.executions[task]) {
            (Some(signal), Some(execution)) => execution.signal(signal).map_err(|error| error.to_string()),
            (None, _) => Err(format!("{name} is no signal of this kernel")),
            (_, None) => Ok(()),
        };
        if let Err(trouble) = sent {
            self.warn(task, &format!("cannot send {name} to it: {trouble}"));
        }
    }

    fn warn(&mut self, task: usize, message: &str) {
        let name = self.machine.tasks()[task].name();
        self.record.event(name, EventKind::Warning, message, BTreeMap::new());
    }

    /// Waits until something happens or is due, and says what.
    fn wait(&self) -> Vec<Token> {
        let mut awaited = vec![(Token::Signals, self.signals.as_fd(), PollFlags::IN)];
        if let Some(link) = self.link.as_ref().filter(|_| self.machine.stopping().is_none()) {
            awaited.push((Token::Command, link.command.as_fd(), PollFlags::IN));
        }
        let clients = self.control.interests().into_iter();
        awaited.extend(
            clients.map(|(client, socket, events)| (client.map_or(Token::Listener, Token::Client), socket, events)),
        );
        let executions = self.executions.iter().enumerate();
        awaited.extend(executions.filter_map(|(task, execution)| {
            execution.as_ref().map(|execution| (Token::Task(task), execution.progress(), PollFlags::IN))
        }));
        let executions = self.executions.iter().enumerate();
        awaited.extend(executions.filter_map(|(task, execution)| {
            execution.as_ref()?.main().map(|main| (Token::Main(task), main, PollFlags::IN))
        }));
        let mut descriptors: Vec<_> =
            awaited.iter().map(|(_, descriptor, events)| PollFd::from_borrowed_fd(*descriptor, *events)).collect();
        let deadlines = [self.machine.deadline(), self.control.deadline(), self.record.deadline()];
        let left = deadlines.into_iter().flatten().min().map(|deadline| deadline.remaining(Moment::now()));
        let timeout = left.and_then(|left| Timespec::try_from(left.to_std()).ok());
        // Interrupted or short of memory: whoever is ready is still so at the next round.
        let _ = poll(&mut descriptors, timeout.as_ref());
        let ready = awaited.iter().zip(&descriptors).filter(|(_, descriptor)| !descriptor.revents().is_empty());
        ready.map(|((token, ..), _)| *token).collect()
    }

    fn happened(&mut self, token: Token) {
        match token {
            Token::Signals => {
                while let Ok(Some(_)) = self.signals.read_signal() {
                    self.inputs.push_back(Input::Stop { cause: StopCause::Requested, signal: None, timeout: None });
                }
            }
            Token::Command => {
                self.inputs.push_back(Input::Stop { cause: StopCause::CommandGone, signal: None, timeout: None });
            }
            Token::Listener => self.control.accept(Moment::now()),
            Token::Client(client) => {
                for request in self.control.serve(client, Moment::now()) {
                    let answer = match self.obey(request) {
                        Ok(()) => Answer::Done,
                        Err(reason) => Answer::Refused { reason },
                    };
                    self.control.answer(client, &answer);
                }
            }
            Token::Task(task) => self.progressed(task),
            Token::Main(task) => self.executions[task].iter_mut().for_each(Execution::main_ended),
        }
    }

    /// A start is decided, or a run is over.
    fn progressed(&mut self, task: usize) {
        let Some(execution) = self.executions[task].take() else { return };
        let inits = self.inits();
        if execution.is_starting() {
            match execution.finish_start(
                &self.assignment.allocation,
                &self.assignment.portion.group.tasks[task],
                &inits,
            ) {
                Ok((execution, notes)) => {
                    self.record.began(task);
                    if let Err(error) =
                        fetched::remember(&self.assignment.allocation, &self.assignment.portion.group.tasks[task])
                    {
                        self.warn(task, &format!("its artifacts will be fetched again: {error}"));
                    }
                    self.record.not_enforced(notes);
                    self.executions[task] = Some(execution);
                    self.inputs.push_back(Input::Started { task });
                }
                Err(failure) => self.not_started(task, failure),
            }
            return;
        }
        let ended = execution.collect(&self.assignment.allocation, &self.assignment.portion.group.tasks[task], &inits);
        self.record.ended(task, ended.time);
        for trouble in &ended.troubles {
            self.warn(task, trouble);
        }
        self.inputs.push_back(Input::Ended { task, exit: ended.exit });
    }

    /// The inits there are.
    fn inits(&self) -> BTreeSet<u32> {
        let running = self.executions.iter().flatten().filter_map(|execution| execution.identities().init.as_ref());
        running.chain(self.inits.identities()).map(|init| init.pid).collect()
    }

    fn not_started(&mut self, task: usize, failure: StartFailure) {
        self.inputs.push_back(Input::StartFailed {
            task,
            exit_code: failure.exit_code,
            message: failure.message,
            address: failure.address,
            recoverable: failure.recoverable,
        });
    }

    /// Does what a client asks for; why not, for people.
    fn obey(&mut self, request: Request) -> Result<(), String> {
        match request {
            Request::Stop { signal, timeout } => {
                if let Some(name) = signal.as_ref().filter(|name| signal::parse(name).is_none()) {
                    return Err(format!("{name:?} is no signal of this kernel"));
                }
                self.inputs.push_back(Input::Stop { cause: StopCause::Requested, signal, timeout });
            }
            Request::Kill => self.inputs.push_back(Input::Kill),
            Request::Signal { task, signal } => {
                let number = signal::parse(&signal).ok_or_else(|| format!("{signal:?} is no signal of this kernel"))?;
                for task in self.running(task.as_deref())? {
                    let sent = self.executions[task].as_ref().map_or(Ok(()), |execution| execution.signal(number));
                    sent.map_err(|error| format!("cannot send {signal}: {error}"))?;
                    let name = self.machine.tasks()[task].name();
                    self.record.event(
                        name,
                        EventKind::Signaled,
                        &format!("was sent {signal} on demand"),
                        BTreeMap::new(),
                    );
                }
            }
            Request::Restart { task } => {
                let tasks = self.running(task.as_deref())?;
                self.inputs.extend(tasks.into_iter().map(|task| Input::Restart { task }));
            }
            Request::Update { digest } => self.update(&digest)?,
        }
        Ok(())
    }

    /// The task of that name, or all, as far as they run or wait to be started again.
    fn running(&self, name: Option<&str>) -> Result<Vec<usize>, String> {
        let tasks = self.machine.tasks().iter().enumerate();
        let live = |task: &TaskMachine| task.was_attempted() && !task.is_dead();
        match name {
            None => Ok(tasks.filter(|(_, task)| live(task)).map(|(index, _)| index).collect()),
            Some(name) => match tasks.into_iter().find(|(_, task)| task.name() == name) {
                Some((index, task)) if live(task) => Ok(vec![index]),
                Some(_) => Err(format!("task {name:?} does not run")),
                None => Err(format!("there is no task {name:?}")),
            },
        }
    }

    /// Takes up another plan: limits are set at once, the rest counts from the next event on.
    fn update(&mut self, digest: &Digest) -> Result<(), String> {
        let portion = Portion::read(&self.assignment.store, digest, &self.assignment.launch.group);
        let portion = portion.map_err(|error| with_causes(&error))?;
        let names = |group: &Group| group.tasks.iter().map(|task| task.name.clone()).collect::<Vec<_>>();
        if names(&portion.group) != names(&self.assignment.portion.group) {
            return Err(format!("plan {digest} has other tasks in group {:?}", self.assignment.launch.group));
        }
        for (execution, task) in self.executions.iter().zip(&portion.group.tasks) {
            let limited = execution.as_ref().map_or(Ok(()), |execution| execution.limit(&task.resources));
            limited.map_err(|error| format!("task {:?}: {error}", task.name))?;
        }
        self.machine.update(&portion.group, portion.job.kind);
        self.assignment.portion = portion;
        let details = BTreeMap::from([("digest".to_owned(), Value::from(digest.as_str()))]);
        self.record.event("", EventKind::Updated, &format!("took up plan {}", digest.short()), details);
        Ok(())
    }
}
