//! The socket between a process of ours and the one that started it: descriptors go in, word that it began, or why not, comes out. Once each.
//!
//! It keeps messages whole: one message, then end of file. End of file alone means that it died.

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

/// The most descriptors that go with a message (unix(7), `SCM_MAX_FD`).
const DESCRIPTORS: usize = 253;
const SPACE: usize = rustix::cmsg_space!(ScmRights(DESCRIPTORS));
/// The longest failure that is said.
const LONGEST: usize = 64 * 1024;

const READY: u8 = b'r';
const FAILED: u8 = b'f';
const GIVEN: u8 = b'g';

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

    /// We began. Descriptors are handed over with it (at most 253).
    ///
    /// # Errors
    /// The one who started us is gone.
    pub fn ready(self, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
        send(self.0.as_fd(), &[READY], descriptors)
    }

    /// We did not, and why.
    ///
    /// # Errors
    /// The one who started us is gone.
    pub fn failed<E: Serialize>(self, failure: &E) -> io::Result<()> {
        let mut message = vec![FAILED];
        serde_json::to_writer(&mut message, failure)?;
        send(self.0.as_fd(), &message, &[])
    }

    /// Takes what [`super::Newborn::give`] hands over, close-on-exec, with what is said of it; waits for it.
    ///
    /// # Errors
    /// The one who started us is gone, or says something else (`InvalidData`).
    pub fn take<M: DeserializeOwned>(&self) -> io::Result<(M, Vec<OwnedFd>)> {
        let mut message = vec![0; LONGEST];
        let (length, descriptors) = receive_message(self.0.as_fd(), &mut message)?;
        match message.get(..length) {
            Some([GIVEN, manifest @ ..]) => Ok((serde_json::from_slice(manifest)?, descriptors)),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// Hands descriptors over to a process of ours, which takes them with [`Report::take`].
pub(super) fn give<M: Serialize>(
    socket: BorrowedFd<'_>,
    manifest: &M,
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let mut message = vec![GIVEN];
    serde_json::to_writer(&mut message, manifest)?;
    send(socket, &message, descriptors)
}

fn send(socket: BorrowedFd<'_>, message: &[u8], descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); SPACE];
    let mut control = SendAncillaryBuffer::new(&mut space);
    // The buffer is rounded up and has room for more than the kernel takes.
    let mut fits = || descriptors.len() <= DESCRIPTORS && control.push(SendAncillaryMessage::ScmRights(descriptors));
    if !(descriptors.is_empty() || fits()) {
        return Err(io::ErrorKind::ArgumentListTooLong.into());
    }
    rustix::net::sendmsg(socket, &[IoSlice::new(message)], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// The two ends: ours, and that of the process to be.
pub(super) fn channel() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?)
}

/// Waits for the report.
pub(super) fn receive<E: DeserializeOwned>(socket: BorrowedFd<'_>) -> io::Result<Outcome<E>> {
    let mut message = vec![0; LONGEST];
    let (length, descriptors) = match receive_message(socket, &mut message) {
        // It ended without having taken what was given. What it said before comes after this.
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => receive_message(socket, &mut message)?,
        other => other?,
    };
    match message.get(..length) {
        Some([READY]) => Ok(Outcome::Ready(descriptors)),
        Some([FAILED, failure @ ..]) => Ok(Outcome::Failed(serde_json::from_slice(failure)?)),
        _ => Ok(Outcome::Died),
    }
}

/// One message, its length and the descriptors that came with it, close-on-exec.
fn receive_message(socket: BorrowedFd<'_>, message: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut space = [MaybeUninit::uninit(); SPACE];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let length = loop {
        match rustix::net::recvmsg(socket, &mut [IoSliceMut::new(message)], &mut control, RecvFlags::CMSG_CLOEXEC) {
            Err(Errno::INTR) => {}
            other => break other?.bytes,
        }
    };
    let rights = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(rights) => Some(rights),
        _ => None,
    });
    Ok((length, rights.flatten().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_come_in_their_order_and_are_closed_by_exec() {
        let (ours, theirs) = channel().unwrap();
        let files = [0; 20].map(|_| rustix::event::eventfd(0, rustix::event::EventfdFlags::empty()).unwrap());
        let given: Vec<BorrowedFd<'_>> = files.iter().map(AsFd::as_fd).collect();
        give(ours.as_fd(), &"twenty", &given).unwrap();
        for (number, file) in files.iter().enumerate() {
            rustix::io::write(file, &(number as u64 + 1).to_ne_bytes()).unwrap();
        }
        let (manifest, taken) = Report::new(theirs).take::<String>().unwrap();
        assert_eq!(manifest, "twenty");
        assert_eq!(taken.len(), given.len());
        for (number, file) in taken.iter().enumerate() {
            let mut value = [0; 8];
            rustix::io::read(file, &mut value).unwrap();
            assert_eq!(u64::from_ne_bytes(value), number as u64 + 1);
            assert!(rustix::io::fcntl_getfd(file).unwrap().contains(rustix::io::FdFlags::CLOEXEC));
        }
    }

    #[test]
    fn too_many_descriptors_are_refused() {
        let (ours, _theirs) = channel().unwrap();
        let given = vec![ours.as_fd(); DESCRIPTORS + 1];
        assert_eq!(give(ours.as_fd(), &(), &given).unwrap_err().kind(), io::ErrorKind::ArgumentListTooLong);
    }

    #[test]
    fn who_fails_before_it_was_given_anything_is_heard() {
        for given_first in [true, false] {
            let (ours, theirs) = channel().unwrap();
            if given_first {
                give(ours.as_fd(), &(), &[]).unwrap();
            }
            Report::new(theirs).failed(&"no room").unwrap();
            let Outcome::Failed(failure) = receive::<String>(ours.as_fd()).unwrap() else { panic!("not heard") };
            assert_eq!(failure, "no room");
        }
    }

    #[test]
    fn who_ends_without_a_word_has_died() {
        for given_first in [true, false] {
            let (ours, theirs) = channel().unwrap();
            if given_first {
                give(ours.as_fd(), &(), &[]).unwrap();
            }
            drop(theirs);
            assert!(matches!(receive::<String>(ours.as_fd()).unwrap(), Outcome::Died));
        }
    }
}
