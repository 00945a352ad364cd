//! `jobctl doctor`

use super::{Exit, Output};

/// Arguments of `jobctl doctor`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs it.
pub fn run(_arguments: &Arguments, _global: &super::Global, output: &mut Output) -> Exit {
    output.failure("`jobctl doctor` is being written", None);
    Exit::Own
}
