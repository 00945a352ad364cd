//! `jobctl export`

use super::{Exit, Output};

/// Arguments of `jobctl export`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs it.
pub fn run(_arguments: &Arguments, output: &mut Output) -> Exit {
    output.failure("`jobctl export` is being written", None);
    Exit::Own
}
