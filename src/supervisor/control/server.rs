//! The supervisor's end of the control socket.
//!
//! Several clients at once; nothing here blocks, and a client that is slow, silent or too wordy is dropped.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::event::PollFlags;
use rustix::fs::{AtFlags, unlinkat};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SendFlags, SocketAddrUnix, SocketFlags, SocketType};

use super::message::{self, Answer, Request};
use crate::jobspec::Duration;
use crate::state::AllocationDirectory;
use crate::supervisor::Moment;

/// The longest request.
const LONGEST: usize = 64 * 1024;
/// Clients at once; the oldest makes room for another.
const MOST: usize = 32;
/// How long a client may take for a request, and to take its answer.
const PATIENCE: Duration = Duration::from_seconds(10);

/// Names a client while it is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::supervisor) struct Client(u64);

/// The listening socket and its clients.
#[derive(Debug)]
pub(in crate::supervisor) struct Server {
    listener: OwnedFd,
    clients: BTreeMap<Client, Connection>,
    next: u64,
}

#[derive(Debug)]
struct Connection {
    socket: OwnedFd,
    until: Moment,
    input: Vec<u8>,
    output: Vec<u8>,
    /// No further request will come.
    closed: bool,
}

impl Server {
    /// Listens in the allocation's directory; a socket that is there is replaced. The umask must leave it to its owner.
    pub(in crate::supervisor) fn bind(allocation: &AllocationDirectory) -> io::Result<Self> {
        let directory = allocation.directory();
        match unlinkat(directory, AllocationDirectory::SOCKET, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno.into()),
        }
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let listener = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        rustix::net::bind(&listener, &address(directory.as_fd())?)?;
        rustix::net::listen(&listener, 64)?;
        Ok(Self { listener, clients: BTreeMap::new(), next: 0 })
    }

    /// What to wait for: nobody for the listening socket.
    pub(in crate::supervisor) fn interests(&self) -> Vec<(Option<Client>, BorrowedFd<'_>, PollFlags)> {
        let clients = self.clients.iter().map(|(client, connection)| {
            let reading = if connection.closed { PollFlags::empty() } else { PollFlags::IN };
            let writing = if connection.output.is_empty() { PollFlags::empty() } else { PollFlags::OUT };
            (Some(*client), connection.socket.as_fd(), reading | writing)
        });
        std::iter::once((None, self.listener.as_fd(), PollFlags::IN)).chain(clients).collect()
    }

    /// When a client's patience ends.
    pub(in crate::supervisor) fn deadline(&self) -> Option<Moment> {
        self.clients.values().map(|connection| connection.until).min()
    }

    /// Drops those who took too long.
    pub(in crate::supervisor) fn tick(&mut self, now: Moment) {
        self.clients.retain(|_, connection| now < connection.until);
    }

    /// Takes in whoever waits.
    pub(in crate::supervisor) fn accept(&mut self, now: Moment) {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        while let Ok(socket) = rustix::net::accept_with(&self.listener, flags) {
            if !may_command(socket.as_fd()) {
                continue;
            }
            if self.clients.len() >= MOST {
                self.clients.pop_first();
            }
            let connection =
                Connection { socket, until: now.after(PATIENCE), input: Vec::new(), output: Vec::new(), closed: false };
            self.clients.insert(Client(self.next), connection);
            self.next += 1;
        }
    }

    /// Reads and writes what can be, and gives back whole requests; what is none is answered here.
    pub(in crate::supervisor) fn serve(&mut self, client: Client, now: Moment) -> Vec<Request> {
        let Some(connection) = self.clients.get_mut(&client) else { return Vec::new() };
        let mut requests = Vec::new();
        let mut alive = connection.read().is_ok();
        while let Some(end) = connection.input.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = connection.input.drain(..=end).collect();
            connection.until = now.after(PATIENCE);
            match message::decode(&line) {
                Ok(request) => requests.push(request),
                Err(reason) => connection.output.extend(message::encode(&Answer::Refused { reason })),
            }
        }
        alive &= connection.write().is_ok() && connection.input.len() <= LONGEST;
        if !alive || (connection.closed && connection.output.is_empty() && requests.is_empty()) {
            self.clients.remove(&client);
        }
        requests
    }

    /// Answers a request.
    pub(in crate::supervisor) fn answer(&mut self, client: Client, answer: &Answer) {
        let Some(connection) = self.clients.get_mut(&client) else { return };
        connection.output.extend(message::encode(answer));
        if connection.write().is_err() || (connection.closed && connection.output.is_empty()) {
            self.clients.remove(&client);
        }
    }
}

impl Connection {
    fn read(&mut self) -> Result<(), Errno> {
        let mut buffer = [0; 4096];
        while !self.closed && self.input.len() <= LONGEST {
            match rustix::io::read(&self.socket, &mut buffer) {
                Ok(0) => self.closed = true,
                Ok(length) => self.input.extend_from_slice(&buffer[..length]),
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), Errno> {
        while !self.output.is_empty() {
            match rustix::net::send(&self.socket, &self.output, SendFlags::NOSIGNAL) {
                Ok(length) => drop(self.output.drain(..length)),
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }
}

/// The socket's address through the directory's descriptor: a path of the state directory may be too long for one (unix(7)).
pub(super) fn address(directory: BorrowedFd<'_>) -> io::Result<SocketAddrUnix> {
    let path = format!("/proc/self/fd/{}/{}", directory.as_raw_fd(), AllocationDirectory::SOCKET);
    Ok(SocketAddrUnix::new(path)?)
}

/// Only root and our own user may command.
fn may_command(socket: BorrowedFd<'_>) -> bool {
    let own = rustix::process::geteuid();
    rustix::net::sockopt::socket_peercred(socket).is_ok_and(|peer| peer.uid.is_root() || peer.uid == own)
}
