//! `jobctl run`

use super::{Exit, Output};

/// Arguments of `jobctl run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs it.
pub fn run(_arguments: &Arguments, _global: &super::Global, output: &mut Output) -> Exit {
    output.failure("`jobctl run` is being written", None);
    Exit::Own
}
