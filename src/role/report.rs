//! What a process of ours says to the one that started it: that it began, or why not. Once.
//!
//! A socket that keeps messages whole: one message, then end of file. End of file alone means that it died.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, SocketFlags, SocketType,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The most descriptors that go with a report.
const DESCRIPTORS: usize = 8;
const SPACE: usize = rustix::cmsg_space!(ScmRights(DESCRIPTORS));
/// The longest failure that is said.
const LONGEST: usize = 64 * 1024;

const READY: u8 = b'r';
const FAILED: u8 = b'f';

/// Tells the process that started us that we began, or why not.
#[derive(Debug)]
pub struct Report(OwnedFd);

/// What became of a start.
#[derive(Debug)]
pub enum Outcome<E> {
    /// It began and handed over these descriptors.
    Ready(Vec<OwnedFd>),
    /// It says why it did not.
    Failed(E),
    /// It ended without a word.
    Died,
}

impl Report {
    pub(super) fn new(socket: OwnedFd) -> Self {
        Self(socket)
    }

    /// Hangs up when nobody waits for it any more.
    pub fn socket(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }

    /// We began. Descriptors are handed over with it (at most 8).
    ///
    /// # Errors
    /// The one who started us is gone.
    pub fn ready(self, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
        let mut space = [MaybeUninit::uninit(); SPACE];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !descriptors.is_empty() && !control.push(SendAncillaryMessage::ScmRights(descriptors)) {
            return Err(io::ErrorKind::ArgumentListTooLong.into());
        }
        self.send(&[READY], &mut control)
    }

    /// We did not, and why.
    ///
    /// # Errors
    /// The one who started us is gone.
    pub fn failed<E: Serialize>(self, failure: &E) -> io::Result<()> {
        let mut message = vec![FAILED];
        serde_json::to_writer(&mut message, failure)?;
        self.send(&message, &mut SendAncillaryBuffer::default())
    }

    fn send(&self, message: &[u8], control: &mut SendAncillaryBuffer<'_, '_, '_>) -> io::Result<()> {
        rustix::net::sendmsg(&self.0, &[IoSlice::new(message)], control, SendFlags::NOSIGNAL)?;
        Ok(())
    }
}

/// The two ends: ours, and that of the process to be.
pub(super) fn channel() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?)
}

/// Waits for the report.
pub(super) fn receive<E: DeserializeOwned>(socket: BorrowedFd<'_>) -> io::Result<Outcome<E>> {
    let mut message = vec![0; LONGEST];
    let mut space = [MaybeUninit::uninit(); SPACE];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let length = loop {
        match rustix::net::recvmsg(socket, &mut [IoSliceMut::new(&mut message)], &mut control, RecvFlags::CMSG_CLOEXEC)
        {
            Err(Errno::INTR) => {}
            Err(Errno::CONNRESET) => return Ok(Outcome::Died),
            other => break other?.bytes,
        }
    };
    let rights = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(rights) => Some(rights),
        _ => None,
    });
    let descriptors = rights.flatten().collect();
    match message.get(..length) {
        Some([READY]) => Ok(Outcome::Ready(descriptors)),
        Some([FAILED, failure @ ..]) => Ok(Outcome::Failed(serde_json::from_slice(failure)?)),
        _ => Ok(Outcome::Died),
    }
}
