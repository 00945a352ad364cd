//! Templates as Nomad renders them: Go's text/template with consul-template's functions, where no cluster is needed.
//!
//! Pure: the environment, files and the time come from a [`World`]. Nothing here writes a file or tells a task.

mod budget;
mod environment;
mod error;
mod function;
mod functions;
mod lexer;
mod literal;
mod machine;
mod parser;
mod print;
mod scratch;
mod tree;
mod unavailable;
mod value;

pub use environment::{EnvironmentError, parse_env};
pub use error::{Error, ErrorKind};

use std::io;

use budget::Budget;
use function::Context;

/// How a template is read and rendered: what the `template` block says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What opens an action; empty means `{{`.
    pub left_delimiter: String,
    /// What closes an action; empty means `}}`.
    pub right_delimiter: String,
    /// Whether a key that a map lacks is an error; otherwise it is the empty value.
    pub error_on_missing_key: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { left_delimiter: "{{".to_owned(), right_delimiter: "}}".to_owned(), error_on_missing_key: false }
    }
}

/// What a template can see of the outside.
pub trait World {
    /// A variable of the task's environment, for `env` and its kin.
    fn variable(&self, name: &str) -> Option<&str>;

    /// The content of a file inside the task's root, for `file`.
    ///
    /// # Errors
    /// Whatever keeps the file from being read; the text of the error is shown to the user.
    fn file(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The time, for `timestamp`: the same for a whole rendering.
    fn now(&self) -> jiff::Timestamp;
}

/// Renders a template. The result is what the template says, byte for byte; it need not be text (`base64Decode`).
///
/// Bounded: at most 64 MiB of output, and a budget of work that an endless template exhausts within seconds.
///
/// # Errors
/// The first thing that is wrong.
pub fn render(text: &str, options: &Options, world: &dyn World) -> Result<Vec<u8>, Error> {
    render_within(Budget::new(), text, options, world)
}

fn render_within(budget: Budget, text: &str, options: &Options, world: &dyn World) -> Result<Vec<u8>, Error> {
    let (program, findings) = parser::parse(text, options);
    if let Some(finding) = findings.into_iter().find(Error::prevents_running) {
        return Err(finding);
    }
    let context = Context { world, budget };
    machine::run(&program, text, options, &context).map_err(|error| *error)
}

/// What can be said about a template without running it: its syntax, and functions that are unknown or not to be had.
pub fn check(text: &str, options: &Options) -> Vec<Error> {
    parser::parse(text, options).1
}

#[cfg(test)]
mod tests;
