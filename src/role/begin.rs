//! How a role's process begins: it reads its instructions and takes what it was given.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::OwnedFd;

use rustix::event::{PollFd, PollFlags, poll};
use serde::de::DeserializeOwned;

use super::report::Report;
use super::{COMPLETE, INSTRUCTIONS, REPORT};
use crate::sys;

/// What a role's process begins with.
#[derive(Debug)]
pub struct Beginning {
    /// Where descriptors come from ([`Report::take`]), and where it says that it began, or why not.
    pub report: Report,
    complete: OwnedFd,
    document: File,
}

/// Whether there is a pipe where ours is.
pub(super) fn is_started_by_us() -> bool {
    sys::is_pipe(COMPLETE)
}

/// Takes what [`super::Spawn`] handed to this process. Call it once, before anything is opened.
///
/// # Errors
/// This process was not started by [`super::Spawn`].
pub fn begin() -> io::Result<Beginning> {
    sys::ignore_broken_pipes();
    let report = Report::new(sys::inherited(REPORT)?);
    Ok(Beginning { report, complete: sys::inherited(COMPLETE)?, document: sys::inherited(INSTRUCTIONS)?.into() })
}

impl Beginning {
    /// Waits for the instructions and reads them; where the report goes.
    ///
    /// # Errors
    /// The document is torn or not of this version (`InvalidData`).
    pub fn instructions<I: DeserializeOwned>(mut self) -> io::Result<(I, Report)> {
        // Only for its closing, which wakes us where we are. A write into it would bring us to the processor of the writer, behind it.
        let mut closing = [PollFd::new(&self.complete, PollFlags::empty())];
        rustix::io::retry_on_intr(|| poll(&mut closing, None))?;
        self.document.rewind()?;
        let mut text = Vec::new();
        self.document.read_to_end(&mut text)?;
        Ok((serde_json::from_slice(&text)?, self.report))
    }
}
