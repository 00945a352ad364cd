//! How a role's process begins: it reads its instructions and takes what it was given.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::report::Report;
use super::{INSTRUCTIONS, REPORT};
use crate::sys;

/// What a role's process begins with.
#[derive(Debug)]
pub struct Beginning<I> {
    /// Its instructions.
    pub instructions: I,
    /// The descriptors given to [`super::Newborn::instruct`], in that order, close-on-exec.
    pub descriptors: Vec<OwnedFd>,
    /// Says that it began, or why not.
    pub report: Report,
}

/// What lies in the pipe: ours round the role's own.
#[derive(Deserialize)]
struct Envelope<I> {
    /// How many descriptors came along.
    descriptors: u16,
    instructions: I,
}

/// Longer than most instructions, so that one read takes them in.
const USUAL: usize = 16 * 1024;

/// Whether there is a pipe where instructions would be.
pub(super) fn has_instructions() -> bool {
    sys::is_pipe(INSTRUCTIONS)
}

/// Reads what [`super::Spawn`] handed to this process. Call it once, before anything is opened.
///
/// # Errors
/// This process was not started by [`super::Spawn`], or the document is torn or not of this version (`InvalidData`).
pub fn begin<I: DeserializeOwned>() -> io::Result<Beginning<I>> {
    sys::ignore_broken_pipes();
    let report = Report::new(sys::inherited(REPORT)?);
    let mut text = Vec::with_capacity(USUAL);
    File::from(sys::inherited(INSTRUCTIONS)?).read_to_end(&mut text)?;
    let Envelope { descriptors, instructions } = serde_json::from_slice(&text)?;
    let descriptors = if descriptors == 0 { Vec::new() } else { report.take()? };
    Ok(Beginning { instructions, descriptors, report })
}
