//! `jobctl explain`

use super::{Exit, Output};

/// Arguments of `jobctl explain`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs it.
pub fn run(_arguments: &Arguments, output: &mut Output) -> Exit {
    output.failure("`jobctl explain` is being written", None);
    Exit::Own
}
