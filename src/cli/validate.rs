//! `jobctl validate`

use super::{Exit, Output};

/// Arguments of `jobctl validate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs it.
pub fn run(_arguments: &Arguments, output: &mut Output) -> Exit {
    output.failure("`jobctl validate` is being written", None);
    Exit::Own
}
