//! `jobctl logs`: what tasks wrote, and with `-f` what they write.

use super::follow::{Audience, FollowError, Follower, Names, News, Shown};
use super::instance::Instance;
use super::{Exit, Global, Output, jobs};
use crate::logs::Stream;
use crate::state::Condition;

/// Arguments of `jobctl logs`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are on or off each by itself")]
pub struct Arguments {
    #[command(flatten)]
    instance: Instance,
    /// One of its tasks
    #[arg(value_name = "TASK")]
    task: Option<String>,
    /// Go on as more is written, until the job ends
    #[arg(short, long)]
    follow: bool,
    /// Only the last lines of each stream
    #[arg(long, value_name = "LINES")]
    tail: Option<u64>,
    /// Begin each line with the time it was written at
    #[arg(short, long)]
    timestamps: bool,
    /// Only standard output
    #[arg(long, conflicts_with = "stderr")]
    stdout: bool,
    /// Only standard error
    #[arg(long)]
    stderr: bool,
}

/// Prints what the tasks wrote.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    match show(arguments, global, output) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            Exit::Failure
        }
    }
}

fn show(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<Exit, FollowError> {
    let store = jobs::open(global)?;
    let task = arguments.task.as_deref();
    let Some(named) = jobs::find(store.as_ref(), &arguments.instance, task, output)? else {
        return Ok(Exit::Failure);
    };
    let mut chosen = Vec::new();
    for found in named.allocations {
        let tasks = found.status.iter().flat_map(|status| status.tasks.iter().map(|task| task.name.clone()));
        let tasks: Vec<_> = tasks.filter(|name| named.part.has(&found) && named.part.has_task(name)).collect();
        if !tasks.is_empty() {
            chosen.push((found, tasks));
        }
    }
    let only = match (arguments.stdout, arguments.stderr) {
        (true, _) => Some(Stream::Stdout),
        (_, true) => Some(Stream::Stderr),
        _ => None,
    };
    let prefixes = Names::for_count(chosen.len(), chosen.iter().map(|(_, tasks)| tasks.len()).sum());
    let shown = Shown { audience: Audience::Reader, only, names: prefixes, timestamps: arguments.timestamps };
    let mut follower = Follower::new(shown);
    let mut ids = Vec::new();
    for (found, tasks) in chosen {
        if found.condition == Condition::Supervised {
            ids.push(found.launch.id.clone());
        }
        follower.add(found, tasks, arguments.tail, News::Files);
    }
    while arguments.follow && !ids.is_empty() {
        follower.show(output)?;
        follower.wait(&[]);
        if let Some(store) = &store {
            ids.retain(|id| jobs::is_supervised(store, id));
        }
    }
    follower.finish(output)?;
    Ok(Exit::Success)
}
