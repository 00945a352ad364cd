//! `jobctl schema`

use super::{Exit, Output};

/// Arguments of `jobctl schema`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs it.
pub fn run(_arguments: &Arguments, output: &mut Output) -> Exit {
    output.failure("`jobctl schema` is being written", None);
    Exit::Own
}
