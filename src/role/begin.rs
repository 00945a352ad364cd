//! How a role's process begins: it reads its instructions and takes what it was given.

use std::fs::File;
use std::io::{self, Read, Seek};

use rustix::event::{PollFd, PollFlags, poll};
use serde::de::DeserializeOwned;

use super::report::Report;
use super::{COMPLETE, INSTRUCTIONS, REPORT};
use crate::sys;

/// What a role's process begins with.
#[derive(Debug)]
pub struct Beginning<I> {
    /// Its instructions.
    pub instructions: I,
    /// Where descriptors come from ([`Report::take`]), and where it says that it began, or why not.
    pub report: Report,
}

/// Whether there is a pipe where ours is.
pub(super) fn is_started_by_us() -> bool {
    sys::is_pipe(COMPLETE)
}

/// Reads what [`super::Spawn`] handed to this process. Call it once, before anything is opened.
///
/// # Errors
/// This process was not started by [`super::Spawn`], or the document is torn or not of this version (`InvalidData`).
pub fn begin<I: DeserializeOwned>() -> io::Result<Beginning<I>> {
    sys::ignore_broken_pipes();
    let report = Report::new(sys::inherited(REPORT)?);
    let complete = sys::inherited(COMPLETE)?;
    // Only for its closing, which wakes us where we are. A write into it would bring us to the processor of the writer, behind it.
    rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(&complete, PollFlags::empty())], None))?;
    let mut instructions = File::from(sys::inherited(INSTRUCTIONS)?);
    instructions.rewind()?;
    let mut text = Vec::new();
    instructions.read_to_end(&mut text)?;
    Ok(Beginning { instructions: serde_json::from_slice(&text)?, report })
}
