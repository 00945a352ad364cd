//! What an evaluation is given besides the job file: values for variables, files.
//!
//! Data only; who reads the command line, the environment and the disk fills it.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{Files, Sensitive};
use crate::diagnostic::{FileId, Span};
use crate::parser;

/// The outside world of one evaluation.
#[derive(Clone)]
pub struct Inputs<'a> {
    /// Values for variables from the environment (`NOMAD_VAR_k`, `JOBCTL_VAR_k`), the weakest. Those that no block
    /// declares are ignored; of two for one name the later wins.
    pub environment: Vec<TextValue>,
    /// Values for variables from `--var-file` and `--var`: the files in order, then the texts in order; the last wins.
    pub given: Vec<Given<'a>>,
    /// Variables whose values are replaced by references.
    pub sensitive: Option<&'a Sensitive>,
    /// What `file` and its like see.
    pub files: &'a dyn Files,
    /// The directory of the job file, which relative paths of file functions start from.
    pub base_dir: PathBuf,
}

/// Values for variables, from one place.
#[derive(Clone, Debug)]
pub enum Given<'a> {
    /// A parsed `--var-file`, in any syntax: attributes only.
    File(&'a parser::Body<'a>),
    /// `--var name=text`.
    Text(TextValue),
}

/// A variable's value as text: taken as it is by a `string` variable, else read as an HCL expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextValue {
    /// The variable's name.
    pub name: String,
    /// Where it stands, as it was typed.
    pub name_at: Span,
    /// The text, a source of its own whose name says where it came from (`--var NAME`, `NOMAD_VAR_NAME`).
    pub text: FileId,
}

impl<'a> Inputs<'a> {
    /// Without values for variables.
    pub fn new(files: &'a dyn Files, base_dir: &Path) -> Self {
        Self { environment: Vec::new(), given: Vec::new(), sensitive: None, files, base_dir: base_dir.to_owned() }
    }
}

impl fmt::Debug for Inputs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inputs")
            .field("environment", &self.environment)
            .field("given", &self.given)
            .field("base_dir", &self.base_dir)
            .finish_non_exhaustive()
    }
}
