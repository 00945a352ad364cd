//! The options of every command that reads a job file.
//!
//! Only what was typed; reading files and giving the values to the front end is `source`'s work.

use std::path::PathBuf;

use crate::parser::Syntax;

/// In which syntax standard input is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SyntaxChoice {
    /// HCL, Nomad's job language.
    Hcl,
    /// TOML, HCL's JSON syntax written as TOML.
    Toml,
    /// JSON: HCL's JSON syntax, or Nomad's API form.
    Json,
}

impl From<SyntaxChoice> for Syntax {
    fn from(choice: SyntaxChoice) -> Self {
        match choice {
            SyntaxChoice::Hcl => Self::Hcl,
            SyntaxChoice::Toml => Self::Toml,
            SyntaxChoice::Json => Self::Json,
        }
    }
}

/// Values for the job's variables, and the host.
#[derive(Debug, Default, clap::Args)]
pub struct Inputs {
    /// Set a variable; `NAME=@FILE` reads its value from a file
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub variables: Vec<String>,
    /// Read variables from a file (HCL, TOML or JSON)
    #[arg(long = "var-file", value_name = "FILE")]
    pub variable_files: Vec<PathBuf>,
    /// Keep a variable's value out of plans; it may stand in `env` only. Give it by `--var NAME=@FILE` or JOBCTL_VAR_NAME
    #[arg(long, value_name = "NAME")]
    pub sensitive: Vec<String>,
    /// The host configuration [default: /etc/jobctl/host.hcl; for ordinary users $XDG_CONFIG_HOME/jobctl/host.hcl]
    #[arg(long, value_name = "FILE", env = "JOBCTL_HOST")]
    pub host: Option<PathBuf>,
    /// The syntax of standard input
    #[arg(long, value_name = "SYNTAX")]
    pub syntax: Option<SyntaxChoice>,
}

/// A job file and what belongs to reading it.
#[derive(Debug, clap::Args)]
pub struct JobFile {
    /// The job file; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub inputs: Inputs,
}
