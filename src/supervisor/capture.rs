//! A program in a task run to its end unattended: for a time, the end of its output kept.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};

use super::{Execution, Moment};
use crate::jobspec::Duration;

/// So many reads empty the largest pipe.
const ROUNDS: usize = 64;

/// How a program ended that was waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// 128 + n where signal n ended it; `None` where nobody can know.
    pub code: Option<i32>,
    /// Whether its time was over, and it was killed.
    pub timed_out: bool,
    /// The end of what it wrote.
    pub output: Vec<u8>,
}

/// The end of what was read.
#[derive(Debug)]
struct Tail {
    bytes: VecDeque<u8>,
    most: usize,
}

impl Tail {
    fn new(most: usize) -> Self {
        Self { bytes: VecDeque::new(), most }
    }

    /// Whether there may be more.
    fn read(&mut self, mut source: &File) -> bool {
        let mut part = [0; 16 * 1024];
        match source.read(&mut part) {
            Ok(0) | Err(_) => false,
            Ok(length) => {
                self.push(&part[..length]);
                true
            }
        }
    }

    fn push(&mut self, part: &[u8]) {
        self.bytes.extend(part);
        let surplus = self.bytes.len().saturating_sub(self.most);
        self.bytes.drain(..surplus);
    }

    fn into_bytes(self) -> Vec<u8> {
        self.bytes.into()
    }
}

impl Execution {
    /// Waits for its end, without input, keeping the end of what it writes, output and errors together; kills it when its time is over.
    ///
    /// # Errors
    /// Those of reading and waiting.
    pub fn capture(mut self, time: Duration, most: usize) -> io::Result<Captured> {
        let deadline = Moment::now().after(time);
        let sources = self.streams.take().map(|streams| [streams.output, streams.errors]);
        let mut sources: Vec<File> = sources.into_iter().flatten().map(File::from).collect();
        sources.extend(self.take_terminal().map(File::from));
        let mut tail = Tail::new(most);
        loop {
            let left = deadline.remaining(Moment::now());
            let mut watched = vec![PollFd::from_borrowed_fd(self.ended(), PollFlags::IN)];
            watched.extend(sources.iter().map(|source| PollFd::new(source, PollFlags::IN)));
            let _ = poll(&mut watched, Timespec::try_from(left.to_std()).ok().as_ref());
            let ready: Vec<bool> = watched.iter().map(|watched| !watched.revents().is_empty()).collect();
            let mut ready = ready.into_iter();
            let ended = ready.next().unwrap_or_default();
            sources.retain(|source| !ready.next().unwrap_or_default() || tail.read(source));
            if ended {
                // What it wrote before its end; others that hold its output may go on writing.
                for source in &sources {
                    fcntl_setfl(source, OFlags::NONBLOCK)?;
                    let _ = (0..ROUNDS).find(|_| !tail.read(source));
                }
                let code = self.wait()?;
                return Ok(Captured { code, timed_out: false, output: tail.into_bytes() });
            }
            if left == Duration::ZERO {
                let code = self.kill()?;
                return Ok(Captured { code, timed_out: true, output: tail.into_bytes() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_long_output_is_kept() {
        let mut tail = Tail::new(5);
        tail.push(b"abc");
        assert_eq!(tail.bytes, *b"abc");
        tail.push(b"defgh");
        assert_eq!(tail.into_bytes(), b"defgh");
    }
}
