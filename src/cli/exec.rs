//! `jobctl exec`: a command in the world of a task that runs.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::instance::Instance;
use super::relay::{End, Relay, Signals};
use super::{Exit, Global, Output, jobs, terminal};
use crate::host::{self, Needs};
use crate::jobspec;
use crate::linux::accounts::Accounts;
use crate::linux::process::Identity;
use crate::plan::{self, User};
use crate::state::{self, Condition, Found, Store, TaskPhase, TaskStatus};
use crate::supervisor::{Exec, ExecError, Execution, Program};

/// How long a task may take to start.
const PATIENCE: Duration = Duration::from_secs(10);
/// After which it is said that this is waited for.
const SILENCE: Duration = Duration::from_secs(1);

/// Arguments of `jobctl exec`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    instance: Instance,
    /// One of its tasks; needed where it has several
    #[arg(value_name = "TASK")]
    task: Option<String>,
    /// Pass standard input on
    #[arg(short, long)]
    interactive: bool,
    /// Give the command a terminal
    #[arg(short, long)]
    tty: bool,
    /// As whom, instead of the task's user: NAME, UID, or either with :GROUP
    #[arg(short, long, value_name = "USER")]
    user: Option<String>,
    /// A variable over those of the task; NAME alone takes the value it has here
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,
    /// The directory to begin in, inside the task's root [default: /]
    #[arg(short, long, value_name = "DIR")]
    workdir: Option<String>,
    /// Kill the command when it takes longer, and end with 124
    #[arg(long, value_name = "DURATION", value_parser = jobspec::Duration::parse)]
    timeout: Option<jobspec::Duration>,
    /// Run an action of the task's instead of a command
    #[arg(long, value_name = "NAME", conflicts_with = "command")]
    action: Option<String>,
    /// The command and its arguments
    #[arg(value_name = "COMMAND", required_unless_present = "action", last = true)]
    command: Vec<String>,
}

/// Why nothing was run.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    State(#[from] state::Error),
    #[error(transparent)]
    Exec(#[from] ExecError),
    #[error("cannot pass input and output on")]
    Relay(#[source] std::io::Error),
}

/// Runs the command and ends as it does.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    match exec(arguments, global, output) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            match &error {
                Failed::Exec(error) if error.exit_code() == 127 => Exit::NotFound,
                Failed::Exec(error) if error.exit_code() == 126 => Exit::NotExecutable,
                _ => Exit::Own,
            }
        }
    }
}

fn exec(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<Exit, Failed> {
    let Some(exec) = arguments.exec(output) else { return Ok(Exit::Own) };
    let store = jobs::open(global)?;
    let Some(mut named) = jobs::find_to_change(store.as_ref(), &arguments.instance, arguments.task.as_deref(), output)?
    else {
        return Ok(Exit::Own);
    };
    let Some(store) = &store else { return Ok(Exit::Own) };
    let begin = Instant::now();
    let execution = loop {
        wait_for_start(store, &mut named, begin, output)?;
        let Some((found, task)) = only(&named, output) else { return Ok(Exit::Own) };
        match exec.start(store, found, &task.name) {
            // It ended while it was being entered, and is perhaps started again.
            Err(error) if error.exit_code() == 125 && !runs(task) && begin.elapsed() < PATIENCE => {
                let again = look_again(store, &mut named)?;
                if !again {
                    return Err(error.into());
                }
            }
            started => break started?,
        }
    };
    let end = relay(execution, arguments)?;
    Ok(match end {
        End::Ended(Some(code)) => Exit::Task(u8::try_from(code).unwrap_or(u8::MAX)),
        End::Ended(None) => {
            output.failure("nobody can know how the command ended: the process that waited for it was killed", None);
            Exit::Own
        }
        End::TimedOut => {
            let time = arguments.timeout.unwrap_or_default();
            output.say(format_args!("killed: it took longer than {time}"));
            Exit::TimedOut
        }
    })
}

fn relay(execution: Execution, arguments: &Arguments) -> Result<End, Failed> {
    let signals = Signals::listen().map_err(Failed::Relay)?;
    let relay = Relay::new(execution, signals, arguments.interactive).map_err(Failed::Relay)?;
    // Our terminal passes every key on; the one in the task makes of them what a terminal makes of keys.
    let raw = if arguments.tty && arguments.interactive { terminal::Raw::enter() } else { Ok(None) };
    let raw = raw.map_err(Failed::Relay)?;
    let end = relay.run(arguments.timeout.map(jobspec::Duration::to_std)).map_err(Failed::Relay);
    drop(raw);
    end
}

impl Arguments {
    /// A shell with a terminal in a task.
    pub fn shell(instance: Instance, task: String) -> Self {
        Self {
            instance,
            task: Some(task),
            interactive: true,
            tty: true,
            user: None,
            env: Vec::new(),
            workdir: None,
            timeout: None,
            action: None,
            command: vec!["/bin/sh".to_owned()],
        }
    }

    /// What is to be run; `None` if something is wrong, which is said.
    fn exec(&self, output: &mut Output) -> Option<Exec> {
        let program = match (&self.action, self.command.split_first()) {
            (Some(action), _) => Program::Action(action.clone()),
            (None, Some((command, arguments))) => Program::Command(command.clone(), arguments.to_vec()),
            // Refused by clap.
            (None, None) => return None,
        };
        let mut environment = BTreeMap::new();
        let own = |name: &str| std::env::var(name).ok();
        if self.tty {
            environment.extend(own("TERM").map(|term| ("TERM".to_owned(), term)));
        }
        for variable in &self.env {
            match variable.split_once('=') {
                Some(("", _)) => {
                    output.failure(format_args!("--env {variable}: a variable needs a name"), None);
                    return None;
                }
                Some((name, value)) => drop(environment.insert(name.to_owned(), value.to_owned())),
                // Not set here, not set there.
                None => environment.extend(own(variable).map(|value| (variable.clone(), value))),
            }
        }
        let user = match &self.user {
            None => None,
            Some(user) => Some(look_up(user, output)?),
        };
        Some(Exec {
            program,
            user,
            environment,
            work_dir: self.workdir.clone(),
            terminal: self.tty.then(terminal::size),
        })
    }
}

/// Waits while nothing that is meant runs but something is on its way: just asked for, or being started again.
fn wait_for_start(
    store: &Store,
    named: &mut jobs::Named,
    begin: Instant,
    output: &mut Output,
) -> Result<(), state::Error> {
    let mut said = false;
    loop {
        let meant = meant(named);
        let Some((found, task)) = meant.iter().find(|(found, task)| is_on_its_way(found, task)) else { return Ok(()) };
        if begin.elapsed() > PATIENCE || meant.iter().any(|(_, task)| runs(task)) {
            return Ok(());
        }
        if !said && begin.elapsed() > SILENCE {
            output.say(format_args!("waits for task {:?} of {} to start", task.name, found.launch.name()));
            said = true;
        }
        std::thread::sleep(Duration::from_millis(20));
        look_again(store, named)?;
    }
}

/// Reads anew how the allocations fare; whether something that is meant is on its way.
fn look_again(store: &Store, named: &mut jobs::Named) -> Result<bool, state::Error> {
    for found in &mut named.allocations {
        if let Some(present) = store.find(&found.launch.id)? {
            *found = present;
        }
    }
    Ok(meant(named).into_iter().any(|(found, task)| is_on_its_way(found, task)))
}

fn meant(named: &jobs::Named) -> Vec<(&Found, &TaskStatus)> {
    let all = named.allocations.iter().filter(|found| named.part.has(found)).flat_map(|found| {
        let tasks = found.status.iter().flat_map(|status| &status.tasks);
        tasks.filter(|task| named.part.has_task(&task.name)).map(move |task| (found, task))
    });
    all.collect()
}

fn is_on_its_way(found: &Found, task: &TaskStatus) -> bool {
    found.condition == Condition::Supervised && !found.is_ending() && task.phase != TaskPhase::Dead
}

/// Whether its main process is there: what stands written may be of a moment ago.
fn runs(task: &TaskStatus) -> bool {
    let is_there = |process: &Identity| process.is_running().unwrap_or(false);
    task.phase == TaskPhase::Running && task.process.as_ref().is_some_and(is_there)
}

/// The one task that is meant and runs; says which there are if that is not one.
fn only<'a>(named: &'a jobs::Named, output: &mut Output) -> Option<(&'a Found, &'a TaskStatus)> {
    let all = meant(named);
    let running: Vec<_> = all.iter().filter(|(_, task)| task.phase == TaskPhase::Running).collect();
    match (running.as_slice(), all.as_slice()) {
        // What does not run is refused by name, with what it does.
        ([(found, task)], _) | ([], [(found, task)]) => Some((*found, *task)),
        ([], _) => {
            let starting = all.iter().any(|(_, task)| task.phase == TaskPhase::Starting);
            let help = starting.then_some("it is still being started: try again later");
            output.failure(format_args!("nothing of job {:?} runs", named.record.job), help);
            None
        }
        (several, _) => {
            let full = |(found, task): &&(&Found, &TaskStatus)| {
                format!("{}/{}[{}]/{}", found.launch.job, found.launch.group, found.launch.index, task.name)
            };
            let tasks: Vec<_> = several.iter().map(full).collect();
            output.failure(
                format_args!("several tasks run: name one of them"),
                Some(&format!("they are: {}", tasks.join(", "))),
            );
            None
        }
    }
}

/// A user of this host; only root can become one.
fn look_up(text: &str, output: &mut Output) -> Option<User> {
    if !rustix::process::geteuid().is_root() {
        output.failure("--user: only root can run a command as somebody else", None);
        return None;
    }
    let (user, group) = plan::user_parts(text);
    let needs = Needs {
        users: [user.to_owned()].into(),
        groups: group.map(str::to_owned).into_iter().collect(),
        ..Needs::default()
    };
    let (users, groups) = host::users_and_groups(&needs, &Accounts::read());
    let found = plan::find_user(text, &users, &groups);
    if found.is_none() {
        let help = "NAME, UID, or either with :GROUP, of this host's users and groups";
        output.failure(format_args!("--user {text}: this host has no such user or group"), Some(help));
    }
    found
}
