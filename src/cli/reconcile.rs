//! `jobctl reconcile`: what has lost its supervisor gets another, what should run and does not is started. For boot and timers.

use std::path::PathBuf;

use super::{Exit, Global, Output, host_file, jobs};
use crate::applier;
use crate::diagnostic::{Sink, Sources};
use crate::host::Settings;
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
            let settings = settings(arguments, output);
            all(&store, settings.as_ref(), output)
        }
        Ok(None) => Exit::Success,
        Err(error) => {
            output.error(&error);
            Exit::Failure
        }
    }
}

/// The host's settings; `None` where they cannot be read, which is said.
fn settings(arguments: &Arguments, output: &mut Output) -> Option<Settings> {
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let read = host_file::read(arguments.host.as_deref(), &mut sources, &mut sink);
    let sound = !sink.has_errors();
    output.findings(&sink.into_sorted(), &sources);
    match read {
        Ok(configuration) => sound.then_some(configuration.settings),
        Err(error) => {
            output.error(&error);
            None
        }
    }
}

fn all(store: &Store, settings: Option<&Settings>, output: &mut Output) -> Exit {
    // All that ended stays where nobody knows how much of it shall.
    let (keep, cgroup_parent) =
        settings.map_or((None, ""), |settings| (Some(settings.keep), settings.cgroup_parent.as_str()));
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
        match applier::reconcile(store, &name, keep, cgroup_parent) {
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
