//! `jobctl eval`

use super::{Exit, Output};

/// Arguments of `jobctl eval`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs it.
pub fn run(_arguments: &Arguments, output: &mut Output) -> Exit {
    output.failure("`jobctl eval` is being written", None);
    Exit::Own
}
