//! `jobctl exec`: a command in the world of a task that runs.

use std::collections::BTreeMap;

use super::instance::Instance;
use super::relay::{End, Relay, Signals};
use super::{Exit, Global, Output, jobs, terminal};
use crate::host::{self, Needs};
use crate::jobspec::Duration;
use crate::linux::accounts::Accounts;
use crate::plan::{self, User};
use crate::state::{self, Found, Store, TaskPhase};
use crate::supervisor::{Exec, ExecError, Program};

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
    #[arg(long, value_name = "DURATION", value_parser = Duration::parse)]
    timeout: Option<Duration>,
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
    let Some(named) = jobs::find(store.as_ref(), &arguments.instance, arguments.task.as_deref(), output)? else {
        return Ok(Exit::Own);
    };
    let Some((store, found, task)) = store.as_ref().and_then(|store| {
        let (found, task) = only(&named, output)?;
        Some((store, found, task))
    }) else {
        return Ok(Exit::Own);
    };
    let end = relay(&exec, store, found, task, arguments)?;
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

fn relay(exec: &Exec, store: &Store, found: &Found, task: &str, arguments: &Arguments) -> Result<End, Failed> {
    let signals = Signals::listen().map_err(Failed::Relay)?;
    let execution = exec.start(store, found, task)?;
    let relay = Relay::new(execution, signals, arguments.interactive).map_err(Failed::Relay)?;
    // Our terminal passes every key on; the one in the task makes of them what a terminal makes of keys.
    let raw = if arguments.tty && arguments.interactive { terminal::Raw::enter() } else { Ok(None) };
    let raw = raw.map_err(Failed::Relay)?;
    let end = relay.run(arguments.timeout.map(Duration::to_std)).map_err(Failed::Relay);
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

/// The one task that is meant and runs; says which there are if that is not one.
fn only<'a>(named: &'a jobs::Named, output: &mut Output) -> Option<(&'a Found, &'a str)> {
    let all = named.allocations.iter().filter(|found| named.part.has(found)).flat_map(|found| {
        let tasks = found.status.iter().flat_map(|status| &status.tasks);
        tasks.filter(|task| named.part.has_task(&task.name)).map(move |task| (found, task))
    });
    let all: Vec<_> = all.collect();
    let running: Vec<_> = all.iter().filter(|(_, task)| task.phase == TaskPhase::Running).collect();
    match (running.as_slice(), all.as_slice()) {
        // What does not run is refused by name, with what it does.
        ([(found, task)], _) | ([], [(found, task)]) => Some((found, &task.name)),
        ([], _) => {
            let starting = all.iter().any(|(_, task)| task.phase == TaskPhase::Starting);
            let help = starting.then_some("it is being started: try again");
            output.failure(format_args!("nothing of job {:?} runs", named.record.job), help);
            None
        }
        (several, _) => {
            let full = |(found, task): &&(&Found, &state::TaskStatus)| {
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
