//! `jobctl convert`

use super::{Exit, Output};

/// Arguments of `jobctl convert`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs it.
pub fn run(_arguments: &Arguments, output: &mut Output) -> Exit {
    output.failure("`jobctl convert` is being written", None);
    Exit::Own
}
