//! `jobctl reconcile`: what has lost its supervisor gets another, what should run and does not is started. For boot and timers.

use std::path::PathBuf;

use super::{Exit, Global, Output, host_file, jobs};
use crate::applier;
use crate::diagnostic::{Sink, Sources};
use crate::state::Store;

/// Arguments of `jobctl reconcile`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The host's configuration, whose `keep` says how many ended allocations of a job stay
    #[arg(long, value_name = "FILE", env = "JOBCTL_HOST")]
    host: Option<PathBuf>,
}

/// Goes through all jobs; one that fails does not keep the others from being looked after.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    match jobs::open(global) {
        Ok(Some(store)) => {
            let keep = keep(arguments, global, output);
            all(&store, keep, output)
        }
        Ok(None) => Exit::Success,
        Err(error) => {
            output.error(&error);
            Exit::Failure
        }
    }
}

/// How many ended allocations stay; all where the configuration cannot be read, which is said.
fn keep(arguments: &Arguments, global: &Global, output: &mut Output) -> Option<u32> {
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let read = host_file::read(arguments.host.as_deref(), global.state_dir.is_some(), &mut sources, &mut sink);
    let sound = !sink.has_errors();
    output.findings(&sink.into_sorted(), &sources);
    match read {
        Ok(configuration) => sound.then_some(configuration.settings.keep),
        Err(error) => {
            output.error(&error);
            None
        }
    }
}

fn all(store: &Store, keep: Option<u32>, output: &mut Output) -> Exit {
    let mut exit = if keep.is_some() { Exit::Success } else { Exit::Failure };
    let names = match applier::known_jobs(store) {
        Ok((names, problems)) => {
            jobs::report(&problems, output);
            names
        }
        Err(error) => {
            output.error(&error);
            return Exit::Failure;
        }
    };
    for name in names {
        match applier::reconcile(store, &name, keep) {
            Ok(done) => {
                for deed in done {
                    output.say(format_args!("{}: {deed}", name.job));
                }
            }
            Err(error) => {
                output.error(&error);
                exit = Exit::Failure;
            }
        }
    }
    match applier::drop_unused_plans(store) {
        Ok(problems) => jobs::report(&problems, output),
        Err(error) => {
            output.error(&error);
            exit = Exit::Failure;
        }
    }
    exit
}
