//! Between our standard streams and a program in a task: input there, output here, signals and window size passed on, until it ends.
//!
//! One loop; knows descriptors, not jobs.

use std::fs::File;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::Errno;
use rustix::termios::{Winsize, tcsetwinsize};

use super::terminal;
use crate::supervisor::Execution;

/// How much is moved at a time.
const PART: usize = 64 * 1024;
/// So many reads empty the largest pipe: what a program wrote before its end.
const ROUNDS: usize = 16;
/// What a terminal takes for the end of input (VEOF).
const END_OF_INPUT: u8 = 4;

/// Signals that come to us and are the program's.
const FORWARDED: [(Signal, rustix::process::Signal); 6] = [
    (Signal::SIGINT, rustix::process::Signal::INT),
    (Signal::SIGTERM, rustix::process::Signal::TERM),
    (Signal::SIGQUIT, rustix::process::Signal::QUIT),
    (Signal::SIGHUP, rustix::process::Signal::HUP),
    (Signal::SIGUSR1, rustix::process::Signal::USR1),
    (Signal::SIGUSR2, rustix::process::Signal::USR2),
];

/// What comes to us while a program runs. Made before it starts, so that nothing is missed.
#[derive(Debug)]
pub struct Signals(SignalFd);

impl Signals {
    /// From now on signals wait here.
    ///
    /// # Errors
    /// Those of signalfd(2).
    pub fn listen() -> io::Result<Self> {
        let mut set = SigSet::empty();
        for (signal, _) in FORWARDED {
            set.add(signal);
        }
        set.add(Signal::SIGWINCH);
        set.thread_block()?;
        Ok(Self(SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?))
    }
}

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With this exit code, 128 + n where signal n ended it; `None` where nobody can know.
    Ended(Option<i32>),
    /// It took too long and was killed.
    TimedOut,
}

/// Moves everything to and fro until the program ends.
#[derive(Debug)]
pub struct Relay {
    execution: Execution,
    signals: Signals,
    /// Where input goes; `None` once there is no more, or none is wanted.
    input: Option<File>,
    /// Whether we still read ours.
    reading: bool,
    /// Read, and not yet taken.
    pending: Vec<u8>,
    /// Whether the last that was read ended a line.
    line_ended: bool,
    /// Its output, and which of ours it goes to.
    outputs: Vec<(File, Ours)>,
    terminal: bool,
    interrupts: u32,
}

/// One of our streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ours {
    Output,
    Errors,
}

impl Relay {
    /// With `input`, ours goes to the program; else it has none.
    ///
    /// # Errors
    /// Those of fcntl(2).
    pub fn new(mut execution: Execution, signals: Signals, input: bool) -> io::Result<Self> {
        let (mut outputs, mut sink) = (Vec::new(), None);
        let terminal = execution.terminal().map(|terminal| terminal.try_clone_to_owned()).transpose()?;
        let has_terminal = terminal.is_some();
        if let Some(terminal) = terminal {
            sink = Some(File::from(terminal.try_clone()?));
            outputs.push((File::from(terminal), Ours::Output));
        } else if let Some(streams) = execution.streams.take() {
            sink = Some(File::from(streams.input));
            outputs.push((File::from(streams.output), Ours::Output));
            outputs.push((File::from(streams.errors), Ours::Errors));
        }
        for descriptor in outputs.iter().map(|(file, _)| file).chain(&sink) {
            fcntl_setfl(descriptor, OFlags::NONBLOCK)?;
        }
        Ok(Self {
            execution,
            signals,
            input: sink.filter(|_| input),
            reading: input,
            pending: Vec::new(),
            line_ended: true,
            outputs,
            terminal: has_terminal,
            interrupts: 0,
        })
    }

    /// To the end of the program, or of its time.
    ///
    /// # Errors
    /// Those of waiting, and of writing to our streams.
    pub fn run(mut self, time: Option<Duration>) -> io::Result<End> {
        let deadline = time.and_then(|time| Instant::now().checked_add(time));
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                self.execution.kill()?;
                return Ok(End::TimedOut);
            }
            let ready = self.wait(left);
            if ready.signals && self.pass_signals()? {
                break;
            }
            if ready.stdin {
                self.read()?;
            }
            self.pass_input();
            self.pass_output(&ready.outputs)?;
            if ready.ended {
                break;
            }
        }
        // What it wrote before its end; others that hold its output may go on writing.
        for _ in 0..ROUNDS {
            self.pass_output(&[true; 2])?;
        }
        let end = if self.interrupts > 1 { self.execution.kill() } else { self.execution.wait() };
        Ok(End::Ended(end?))
    }

    fn wait(&self, left: Option<Duration>) -> Ready {
        let stdin = io::stdin();
        let mut watched = vec![
            PollFd::from_borrowed_fd(self.execution.ended(), PollFlags::IN),
            PollFd::new(&self.signals.0, PollFlags::IN),
        ];
        watched.extend(self.outputs.iter().map(|(file, _)| PollFd::new(file, PollFlags::IN)));
        let wants_input = self.reading && self.pending.is_empty();
        watched.extend(wants_input.then(|| PollFd::new(&stdin, PollFlags::IN)));
        let blocked = self.input.as_ref().filter(|_| !self.pending.is_empty());
        watched.extend(blocked.map(|input| PollFd::new(input, PollFlags::OUT)));
        let timeout = left.and_then(|left| Timespec::try_from(left).ok());
        if poll(&mut watched, timeout.as_ref()).is_err() {
            return Ready::default();
        }
        let mut ready = watched.iter().map(|watched| !watched.revents().is_empty());
        let mut next = || ready.next().unwrap_or_default();
        Ready {
            ended: next(),
            signals: next(),
            outputs: self.outputs.iter().map(|_| next()).collect(),
            stdin: wants_input && next(),
        }
    }

    /// Reads our input. Its end is the program's too.
    fn read(&mut self) -> io::Result<()> {
        let mut part = vec![0; PART];
        match rustix::io::read(io::stdin(), &mut part) {
            Ok(0) if self.terminal => {
                // On a line of its own, or it only sends the line off.
                self.pending = vec![END_OF_INPUT; if self.line_ended { 1 } else { 2 }];
                self.reading = false;
            }
            Ok(0) => (self.reading, self.input) = (false, None),
            Ok(length) => {
                part.truncate(length);
                self.line_ended = part.ends_with(b"\n");
                self.pending = part;
            }
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(errno) => return Err(errno.into()),
        }
        Ok(())
    }

    /// As much of what was read as the program takes now.
    fn pass_input(&mut self) {
        let Some(input) = &mut self.input else { return };
        match input.write(&self.pending) {
            _ if self.pending.is_empty() => {}
            Ok(length) => drop(self.pending.drain(..length)),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            // It reads no more.
            Err(_) => {
                (self.reading, self.input) = (false, None);
                self.pending.clear();
            }
        }
    }

    /// One part of each output that is ready. One that nobody reads any more here is closed there.
    fn pass_output(&mut self, ready: &[bool]) -> io::Result<()> {
        let mut part = vec![0; PART];
        let mut open = Vec::new();
        for (index, (mut file, ours)) in self.outputs.drain(..).enumerate() {
            let goes_on = !ready.get(index).copied().unwrap_or_default()
                || match file.read(&mut part) {
                    Ok(0) => false,
                    Ok(length) => write(ours, &part[..length])?,
                    Err(error) => matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted),
                };
            if goes_on {
                open.push((file, ours));
            }
        }
        self.outputs = open;
        Ok(())
    }

    /// Hands on what came; whether the program is to be killed, as the second Ctrl-C wants.
    fn pass_signals(&mut self) -> io::Result<bool> {
        while let Ok(Some(came)) = self.signals.0.read_signal() {
            let number = i32::try_from(came.ssi_signo).unwrap_or_default();
            if number == Signal::SIGWINCH as i32 {
                self.resize();
            }
            let Some((signal, theirs)) = FORWARDED.into_iter().find(|(signal, _)| *signal as i32 == number) else {
                continue;
            };
            self.interrupts += u32::from(signal == Signal::SIGINT);
            if self.interrupts > 1 {
                return Ok(true);
            }
            self.execution.signal(theirs)?;
        }
        Ok(false)
    }

    fn resize(&self) {
        if let Some(terminal) = self.execution.terminal() {
            let size = terminal::size();
            // Its program may just have ended.
            let _ =
                tcsetwinsize(terminal, Winsize { ws_row: size.rows, ws_col: size.columns, ws_xpixel: 0, ws_ypixel: 0 });
        }
    }
}

/// What has happened.
#[derive(Debug, Default)]
struct Ready {
    ended: bool,
    signals: bool,
    outputs: Vec<bool>,
    stdin: bool,
}

/// Whether anybody reads it.
fn write(ours: Ours, part: &[u8]) -> io::Result<bool> {
    let written = match ours {
        Ours::Output => io::stdout().lock().write_all(part).and_then(|()| io::stdout().flush()),
        Ours::Errors => io::stderr().lock().write_all(part),
    };
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        other => other.map(|()| true),
    }
}
