//! `jobctl reconcile`: what has lost its supervisor gets another, what should run and does not is started. For boot and timers.

use super::{Exit, Global, Output, jobs};
use crate::applier;
use crate::state::Store;

/// Arguments of `jobctl reconcile`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Goes through all jobs; one that fails does not keep the others from being looked after.
pub fn run(_arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    match jobs::open(global) {
        Ok(Some(store)) => all(&store, output),
        Ok(None) => Exit::Success,
        Err(error) => {
            output.error(&error);
            Exit::Failure
        }
    }
}

fn all(store: &Store, output: &mut Output) -> Exit {
    let mut exit = Exit::Success;
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
        match applier::reconcile(store, &name) {
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
