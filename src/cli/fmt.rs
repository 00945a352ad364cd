//! `jobctl fmt`

use super::{Exit, Output};

/// Arguments of `jobctl fmt`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs it.
pub fn run(_arguments: &Arguments, output: &mut Output) -> Exit {
    output.failure("`jobctl fmt` is being written", None);
    Exit::Own
}
