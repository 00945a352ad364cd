//! `jobctl restart`: running tasks are stopped and started again, which does not count against their restart policy.

use super::instance::Instance;
use super::{Exit, Global, Output, command_tasks};
use crate::supervisor::Request;

/// Arguments of `jobctl restart`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    instance: Instance,
    /// One of its tasks
    #[arg(value_name = "TASK")]
    task: Option<String>,
}

/// Has every task that is meant and runs started again, and waits up to ten seconds until it is.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    let order = command_tasks::Order {
        command: "restart",
        done: "is being restarted",
        request: &|task| Request::Restart { task: Some(task) },
        renews: true,
    };
    command_tasks::run(&arguments.instance, arguments.task.as_deref(), &order, global, output)
}
