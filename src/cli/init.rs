//! `jobctl init [NAME]`: an example job to begin with.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Exit, Output};

/// Arguments of `jobctl init`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The job's name
    #[arg(default_value = "example", value_parser = parse_name)]
    name: String,
    /// Where to write it [default: NAME.hcl]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn parse_name(name: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(fits) {
        return Err("a job's name here is letters, digits, `-` and `_`".to_owned());
    }
    Ok(name.to_owned())
}

/// Writes the job; a file that is there stays as it is.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    let name = &arguments.name;
    let file = arguments.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.hcl")));
    let text = include_str!("init.hcl").replace("\"example\"", &format!("\"{name}\""));
    let written =
        OpenOptions::new().write(true).create_new(true).open(&file).and_then(|mut out| out.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            let file = file.display();
            output.say(format_args!(
                "{file} written; try: jobctl validate {file} && jobctl plan {file} && sudo jobctl run {file}"
            ));
            Exit::Success
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            output.failure(
                format_args!("{} is there already", file.display()),
                Some("name another job, or another file with -o"),
            );
            Exit::Failure
        }
        Err(error) => {
            output.failure(format_args!("cannot write {}: {error}", file.display()), None);
            Exit::Failure
        }
    }
}
