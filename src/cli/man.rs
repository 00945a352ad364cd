//! `jobctl man DIR`: the manual pages, made from the arguments themselves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::CommandFactory;

use super::{Exit, Output};

/// Arguments of `jobctl man`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The directory to write to; made where it is missing
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

/// Writes `jobctl.1` and a page for every command.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    match write_pages(&arguments.directory) {
        Ok(count) => {
            output.say(format_args!("{count} pages written to {}", arguments.directory.display()));
            Exit::Success
        }
        Err(error) => {
            output
                .failure(format_args!("cannot write manual pages to {}: {error}", arguments.directory.display()), None);
            Exit::Failure
        }
    }
}

fn write_pages(directory: &Path) -> io::Result<usize> {
    fs::create_dir_all(directory)?;
    let mut command = super::Arguments::command();
    command.build();
    let mut written = 1;
    write_page(directory, "jobctl", &command)?;
    for subcommand in command.get_subcommands() {
        write_page(directory, &format!("jobctl-{}", subcommand.get_name()), subcommand)?;
        written += 1;
    }
    Ok(written)
}

fn write_page(directory: &Path, name: &str, command: &clap::Command) -> io::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name.to_uppercase()).render(&mut page)?;
    fs::write(directory.join(format!("{name}.1")), page)
}
