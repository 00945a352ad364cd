//! What a job is run with, as typed: `--meta` and `--payload`.
//!
//! Reads the payload; whether the job takes it is the plan's to say.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use crate::plan::PAYLOAD_LIMIT;

/// What a job is run with.
#[derive(Debug, clap::Args)]
pub struct Parameters {
    /// Set the job's meta, as a dispatch does
    #[arg(long, value_name = "KEY=VALUE")]
    pub meta: Vec<String>,
    /// Hand this file to a parameterized job; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
}

/// A payload that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the payload {}", path.display())]
pub struct PayloadError {
    path: PathBuf,
    source: io::Error,
}

impl Parameters {
    /// The payload, if one is given; of one that is too long no more than shows it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn payload(&self) -> Result<Option<Vec<u8>>, PayloadError> {
        let Some(path) = &self.payload else { return Ok(None) };
        let failed = |source| PayloadError { path: path.clone(), source };
        let input: Box<dyn Read> =
            if path.as_os_str() == "-" { Box::new(io::stdin()) } else { Box::new(File::open(path).map_err(failed)?) };
        let mut payload = Vec::new();
        input.take(64 * PAYLOAD_LIMIT as u64).read_to_end(&mut payload).map_err(failed)?;
        Ok(Some(payload))
    }
}
