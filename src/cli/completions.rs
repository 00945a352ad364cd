//! `jobctl completions SHELL`: the completion script, made from the arguments themselves.

use clap::CommandFactory;

use super::{Exit, Output};

/// Arguments of `jobctl completions`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints the script.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "jobctl", &mut script);
    output.finish_data(&String::from_utf8_lossy(&script))
}
