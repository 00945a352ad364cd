//! `jobctl signal`: a signal for the main processes of running tasks.

use super::instance::Instance;
use super::{Exit, Global, Output, command_tasks};
use crate::supervisor::Request;

/// Arguments of `jobctl signal`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The signal: HUP, SIGUSR1
    #[arg(value_name = "SIGNAL", value_parser = super::stop::signal_name)]
    signal: String,
    #[command(flatten)]
    instance: Instance,
    /// One of its tasks
    #[arg(value_name = "TASK")]
    task: Option<String>,
}

/// Sends it to every task that is meant and runs.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    let order = command_tasks::Order {
        command: "signal",
        done: "was sent the signal",
        request: &|task| Request::Signal { task: Some(task), signal: arguments.signal.clone() },
        renews: false,
    };
    command_tasks::run(&arguments.instance, arguments.task.as_deref(), &order, global, output)
}
