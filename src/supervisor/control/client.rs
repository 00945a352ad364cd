//! The other end of the control socket: one request, one answer.

use std::io;
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType};

use super::message::{self, Answer, Request};
use super::server::address;
use crate::jobspec::Duration;
use crate::state::AllocationDirectory;
use crate::supervisor::Moment;

/// How long a supervisor may take to answer.
const PATIENCE: Duration = Duration::from_seconds(10);
/// The longest answer.
const LONGEST: usize = 64 * 1024;

/// Why a request was not answered as hoped.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Nobody listens: there is no supervisor.
    #[error("the supervisor of the allocation is gone")]
    Gone,
    /// It takes too long.
    #[error("the supervisor of the allocation does not answer")]
    Silent,
    /// It does not do what it was asked to.
    #[error("{0}")]
    Refused(String),
    /// The socket.
    #[error("cannot talk to the supervisor of the allocation")]
    Io(#[from] io::Error),
}

/// Asks the supervisor of an allocation.
///
/// # Errors
/// [`ControlError`]
pub fn request(allocation: &AllocationDirectory, request: &Request) -> Result<(), ControlError> {
    let until = Moment::now().after(PATIENCE);
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket =
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).map_err(io::Error::from)?;
    loop {
        match rustix::net::connect(&socket, &address(allocation.directory().as_fd())?) {
            Ok(()) => break,
            Err(Errno::NOENT | Errno::CONNREFUSED) => return Err(ControlError::Gone),
            // Its queue is full.
            Err(Errno::AGAIN) if Moment::now() < until => std::thread::sleep(std::time::Duration::from_millis(10)),
            Err(Errno::AGAIN) => return Err(ControlError::Silent),
            Err(errno) => return Err(io::Error::from(errno).into()),
        }
    }
    let line = message::encode(request);
    let mut sent = 0;
    let mut answer = Vec::new();
    loop {
        if let Some(end) = answer.iter().position(|byte| *byte == b'\n') {
            return match message::decode(&answer[..end]) {
                Ok(Answer::Done) => Ok(()),
                Ok(Answer::Refused { reason }) | Err(reason) => Err(ControlError::Refused(reason)),
            };
        }
        let events = if sent < line.len() { PollFlags::OUT } else { PollFlags::IN };
        wait(PollFd::new(&socket, events), until)?;
        let mut buffer = [0; 4096];
        let step = if sent < line.len() {
            rustix::net::send(&socket, &line[sent..], SendFlags::NOSIGNAL).map(|length| sent += length)
        } else {
            match rustix::io::read(&socket, &mut buffer) {
                Ok(0) => return Err(ControlError::Gone),
                Ok(length) if answer.len() + length <= LONGEST => {
                    answer.extend_from_slice(&buffer[..length]);
                    Ok(())
                }
                Ok(_) => return Err(ControlError::Silent),
                Err(errno) => Err(errno),
            }
        };
        match step {
            Ok(()) | Err(Errno::AGAIN | Errno::INTR) => {}
            Err(Errno::PIPE | Errno::CONNRESET) => return Err(ControlError::Gone),
            Err(errno) => return Err(io::Error::from(errno).into()),
        }
    }
}

fn wait(descriptor: PollFd<'_>, until: Moment) -> Result<(), ControlError> {
    let mut descriptors = [descriptor];
    loop {
        let left = until.remaining(Moment::now()).to_std();
        let left = Timespec::try_from(left).map_err(io::Error::other)?;
        match poll(&mut descriptors, Some(&left)) {
            Ok(0) => return Err(ControlError::Silent),
            Ok(_) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(io::Error::from(errno).into()),
        }
    }
}
