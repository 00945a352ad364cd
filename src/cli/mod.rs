//! The command line: arguments, one thin file a command, and all printing.
//!
//! A command reads its arguments, calls the rooms in order and prints what they give back; it decides nothing itself.

mod assignment;
mod attached;
#[cfg(test)]
mod book;
mod cluster;
mod cluster_diff_view;
mod command_tasks;
mod completions;
mod convert;
mod diff_view;
mod doctor;
mod eval;
mod events;
mod exec;
mod exit;
mod explain;
mod export;
mod export_oci;
mod field_view;
mod file_tree;
mod fmt;
mod follow;
mod host_file;
mod init;
mod inspect;
mod instance;
mod job_file;
mod jobs;
mod logs;
mod man;
mod output;
mod paint;
mod parameters;
mod plan;
mod planning;
mod ports;
mod reconcile;
mod relay;
mod replace_file;
mod restart;
mod run;
mod saved_plan;
mod schema;
mod sensitive;
mod signal;
mod source;
mod start_failure;
mod stats;
mod stats_view;
mod status;
mod stop;
mod submit;
mod submit_report;
mod task_view;
mod terminal;
mod texts;
mod top;
mod validate;
mod value_view;
mod voices;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, FromArgMatches, Parser, Subcommand};

use host_file::Way;

pub use exit::Exit;
pub use output::{ColorChoice, Output};

/// Runs Nomad job files on this machine: checked, planned, isolated; no cluster and no daemon.
#[derive(Debug, Parser)]
#[command(name = "jobctl", version, max_term_width = 120, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options every command has.
#[derive(Clone, Debug, clap::Args)]
pub struct Global {
    /// Where plans, logs and the state of jobs are kept [default: /var/lib/jobctl, for ordinary users $XDG_STATE_HOME/jobctl]
    #[arg(long, global = true, value_name = "DIR", env = "JOBCTL_STATE_DIR")]
    pub state_dir: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Say less: errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check job files: syntax, types, every rule, driver configuration
    Validate(validate::Arguments),
    /// Show what would change if the job were run; changes nothing
    Plan(plan::Arguments),
    /// Run a job: plan, apply, follow
    Run(run::Arguments),
    /// Stop a job
    Stop(stop::Arguments),
    /// Run a command in a running task
    Exec(exec::Arguments),
    /// Send a signal to tasks
    Signal(signal::Arguments),
    /// Stop tasks and start them again
    Restart(restart::Arguments),
    /// Look after jobs that have lost their supervisor, or were lost in a reboot
    Reconcile(reconcile::Arguments),
    /// Show jobs, allocations and tasks
    Status(status::Arguments),
    /// Show what running tasks take: processor time, memory, processes
    Stats(stats::Arguments),
    /// Watch jobs on a screen: what they take, what they write, with keys to look after them
    Top(top::Arguments),
    /// Show the output of tasks
    Logs(logs::Arguments),
    /// Show what happened to a job
    Events(events::Arguments),
    /// Print the plan a job was started with
    Inspect(inspect::Arguments),
    /// Evaluate an expression of the job language
    Eval(eval::Arguments),
    /// Lay job files out canonically
    Fmt(fmt::Arguments),
    /// Write a job in another syntax
    Convert(convert::Arguments),
    /// Write a job for another system
    Export(export::Arguments),
    /// Hand a job to a Nomad cluster
    Submit(submit::Arguments),
    /// Explain a diagnostic code
    Explain(explain::Arguments),
    /// Print a JSON Schema
    Schema(schema::Arguments),
    /// Say what this host offers and what it lacks
    Doctor(doctor::Arguments),
    /// Write an example job to begin with
    Init(init::Arguments),
    /// Print the completion script of a shell
    Completions(completions::Arguments),
    /// Write the manual pages
    Man(man::Arguments),
}

impl Command {
    /// How it ends where the state directory it is given is refused; `None` for what has nothing to do with one.
    fn without_state(&self) -> Option<Exit> {
        match self {
            Self::Run(_) | Self::Exec(_) => Some(Exit::Own),
            Self::Plan(_) => Some(Exit::PlanFailed),
            Self::Stop(_)
            | Self::Signal(_)
            | Self::Restart(_)
            | Self::Reconcile(_)
            | Self::Status(_)
            | Self::Stats(_)
            | Self::Top(_)
            | Self::Logs(_)
            | Self::Events(_)
            | Self::Inspect(_)
            | Self::Export(_)
            | Self::Doctor(_) => Some(Exit::Failure),
            Self::Validate(_)
            | Self::Eval(_)
            | Self::Fmt(_)
            | Self::Convert(_)
            | Self::Submit(_)
            | Self::Explain(_)
            | Self::Schema(_)
            | Self::Init(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }
}

/// Adds the arguments of a command to it.
type Augment = fn(clap::Command) -> clap::Command;

/// The commands that are short and called often.
const OFTEN: [(&str, Augment); 7] = [
    ("exec", exec::Arguments::augment_args),
    ("plan", plan::Arguments::augment_args),
    ("run", run::Arguments::augment_args),
    ("stats", stats::Arguments::augment_args),
    ("status", status::Arguments::augment_args),
    ("stop", stop::Arguments::augment_args),
    ("validate", validate::Arguments::augment_args),
];

impl Arguments {
    /// From the words of a command line.
    ///
    /// # Errors
    /// What is wrong with them, or the help they ask for.
    fn read(words: &[OsString]) -> Result<Self, clap::Error> {
        match Self::read_alone(words) {
            Some(arguments) => Ok(arguments),
            None => Self::try_parse_from(words),
        }
    }

    /// A command of [`OFTEN`] that is in order, read without the arguments of all others: to lay those out takes longer than to check a
    /// small job. `None` for anything else, errors and help too: all that is said about a command line is said by the whole of it.
    fn read_alone(words: &[OsString]) -> Option<Self> {
        let (name, augment) = words.iter().skip(1).find_map(|word| OFTEN.iter().find(|(name, _)| word == name))?;
        let command = Global::augment_args(clap::Command::new("jobctl").disable_help_subcommand(true))
            .subcommand_required(true)
            .subcommand(augment(clap::Command::new(*name)));
        Self::from_arg_matches(&command.try_get_matches_from(words).ok()?).ok()
    }
}

/// Reads the command line, runs the command, and says how it went.
pub fn main() -> Exit {
    let words: Vec<OsString> = std::env::args_os().collect();
    let arguments = match Arguments::read(&words) {
        Ok(arguments) => arguments,
        Err(error) => return exit::of_usage(&error),
    };
    let global = &arguments.global;
    let mut output = Output::new(global);
    if global.state_dir.is_some()
        && let Some(exit) = arguments.command.without_state()
        && let Err(error) = host_file::refuse_way_round(Way::StateDirectory)
    {
        output.error(&error);
        return exit;
    }
    match &arguments.command {
        Command::Validate(arguments) => validate::run(arguments, &mut output),
        Command::Plan(arguments) => plan::run(arguments, global, &mut output),
        Command::Run(arguments) => run::run(arguments, global, &mut output),
        Command::Stop(arguments) => stop::run(arguments, global, &mut output),
        Command::Exec(arguments) => exec::run(arguments, global, &mut output),
        Command::Signal(arguments) => signal::run(arguments, global, &mut output),
        Command::Restart(arguments) => restart::run(arguments, global, &mut output),
        Command::Reconcile(arguments) => reconcile::run(arguments, global, &mut output),
        Command::Status(arguments) => status::run(arguments, global, &mut output),
        Command::Stats(arguments) => stats::run(arguments, global, &mut output),
        Command::Top(arguments) => top::run(arguments, global, &mut output),
        Command::Logs(arguments) => logs::run(arguments, global, &mut output),
        Command::Events(arguments) => events::run(arguments, global, &mut output),
        Command::Inspect(arguments) => inspect::run(arguments, global, &mut output),
        Command::Eval(arguments) => eval::run(arguments, &mut output),
        Command::Fmt(arguments) => fmt::run(arguments, &mut output),
        Command::Convert(arguments) => convert::run(arguments, &mut output),
        Command::Export(arguments) => export::run(arguments, global, &mut output),
        Command::Submit(arguments) => submit::run(arguments, &mut output),
        Command::Explain(arguments) => explain::run(arguments, &mut output),
        Command::Schema(arguments) => schema::run(arguments, &mut output),
        Command::Doctor(arguments) => doctor::run(arguments, &mut output),
        Command::Init(arguments) => init::run(arguments, &mut output),
        Command::Completions(arguments) => completions::run(arguments, &mut output),
        Command::Man(arguments) => man::run(arguments, &mut output),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn a_command_alone_is_read_as_by_the_whole() {
        let lines = [
            "jobctl run job.hcl",
            "jobctl -q --state-dir run run --detach -var a=b job.hcl",
            "jobctl --state-dir run plan job.hcl",
            "jobctl run -q --color never --var-file x job.hcl --meta k=v",
            "jobctl exec -it job task --env A=b -- run --help",
            "jobctl validate a.hcl b.hcl --format json",
            "jobctl stop job --timeout 3s --purge",
            "jobctl status --json",
            "jobctl stats",
        ];
        for line in lines {
            let words = words(line);
            let whole = Arguments::try_parse_from(&words).ok().map(|arguments| format!("{arguments:?}"));
            let read = Arguments::read(&words).ok().map(|arguments| format!("{arguments:?}"));
            assert_eq!(read, whole, "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_by_the_whole() {
        for line in [
            "jobctl run",
            "jobctl run --detahc job.hcl",
            "jobctl run --help",
            "jobctl status --quiet --verbose",
            "jobctl -x run",
        ] {
            let words = words(line);
            assert!(Arguments::read_alone(&words).is_none(), "{line}");
            let whole = Arguments::try_parse_from(&words).unwrap_err().to_string();
            assert_eq!(Arguments::read(&words).unwrap_err().to_string(), whole, "{line}");
        }
    }

    #[test]
    fn commands_called_often_are_commands() {
        let whole = Arguments::command();
        for (name, _) in OFTEN {
            assert!(whole.find_subcommand(name).is_some(), "{name}");
        }
    }
}
