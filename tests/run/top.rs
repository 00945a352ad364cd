//! `jobctl top` on a terminal of ours: what it shows, what its keys do, and what it leaves behind.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Stdio};

use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, unlockpt};
use rustix::termios::{Winsize, tcgetattr, tcsetwinsize};

use super::harness::{Bench, is_root, kill, text};

const LEFT: &str = "\u{1b}[?1049l";

/// A terminal, and the screen on it.
struct Screen {
    master: File,
    slave: OwnedFd,
    child: Child,
    /// What has come since the last look.
    seen: Vec<u8>,
}

impl Screen {
    fn new(bench: &Bench, arguments: &[&str]) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        tcsetwinsize(&master, Winsize { ws_row: 30, ws_col: 110, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let name = rustix::pty::ptsname(&master, Vec::new()).unwrap();
        let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        let slave = rustix::fs::open(&name, flags, rustix::fs::Mode::empty()).unwrap();
        let copy = || Stdio::from(slave.try_clone().unwrap());
        let mut command = bench.command(&[&["top"], arguments].concat());
        // Each frame whole or not at all on the screen: without colours words stand together.
        command.env("TERM", "xterm").env("NO_COLOR", "1");
        let child = command.stdin(copy()).stdout(copy()).stderr(copy()).spawn().unwrap();
        Self { master: File::from(master), slave, child, seen: Vec::new() }
    }

    /// Reads until this has come; what comes after it is for the next look.
    fn until(&mut self, wanted: &str) {
        loop {
            let found = self.seen.windows(wanted.len()).position(|bytes| bytes == wanted.as_bytes());
            if let Some(at) = found {
                self.seen.drain(..at + wanted.len());
                return;
            }
            let mut part = [0; 8192];
            let length = self.master.read(&mut part).unwrap();
            self.seen.extend_from_slice(&part[..length]);
        }
    }

    fn press(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).unwrap();
    }

    /// Whether lines are edited and letters echoed, as before.
    fn is_usual(&self) -> bool {
        let modes = tcgetattr(self.slave.as_fd()).unwrap().local_modes;
        modes.contains(rustix::termios::LocalModes::ICANON | rustix::termios::LocalModes::ECHO)
    }
}

fn service(bench: &Bench) {
    let script = "trap 'echo caught-usr1' USR1; echo it-speaks; while :; do sleep 0.05; done";
    let body = format!(
        "task \"t\" {{\n  driver = \"exec\"\n  config {{\n    command = \"/bin/sh\"\n    args = [\"-c\", \"{script}\"]\n  }}\n}}"
    );
    let job = bench.job("shown", "service", &body);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state("shown", 0, "running");
}

#[test]
fn jobs_are_shown_and_looked_after() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench);
    let mut screen = Screen::new(&bench, &[]);
    screen.until("it-speaks");
    assert!(!screen.is_usual());
    // A signal for the selected task.
    screen.press("kusr1\r");
    screen.until("caught-usr1");
    // A shell in it, on the usual screen; and back.
    screen.press("e");
    screen.until(LEFT);
    screen.press("echo in-$((40+2)); exit\r");
    screen.until("in-42");
    screen.until("\u{1b}[?1049h");
    // A restart, and a stop, each confirmed.
    screen.press("r");
    screen.until("yes,");
    screen.press("y");
    let starts = || bench.events("shown", "t").iter().filter(|event| *event == "started").count();
    bench.until("it was started again", || (starts() == 2).then_some(()));
    bench.until_state("shown", 0, "running");
    screen.press("s");
    screen.until("yes,");
    screen.press("y");
    bench.until_state("shown", 0, "dead");
    screen.press("q");
    screen.until(LEFT);
    assert_eq!(screen.child.wait().unwrap().code(), Some(0));
    assert!(screen.is_usual());
    bench.purge("shown");
}

#[test]
fn signals_find_the_terminal_given_back() {
    let bench = Bench::new();
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut screen = Screen::new(&bench, &[]);
        screen.until("nothing has been run yet");
        kill(screen.child.id().into(), signal);
        screen.until(LEFT);
        assert_eq!(screen.child.wait().unwrap().code(), Some(code));
        assert!(screen.is_usual());
    }
    let mut screen = Screen::new(&bench, &[]);
    screen.until("nothing has been run yet");
    screen.press("\u{3}");
    screen.until(LEFT);
    assert_eq!(screen.child.wait().unwrap().code(), Some(0));
}

#[test]
fn it_is_suspended_and_goes_on() {
    let bench = Bench::new();
    let mut screen = Screen::new(&bench, &[]);
    for how in ["key", "signal"] {
        screen.until("nothing has been run yet");
        match how {
            "key" => screen.press("\u{1a}"),
            _ => kill(screen.child.id().into(), Signal::TSTP),
        }
        screen.until(LEFT);
        let stat = format!("/proc/{}/stat", screen.child.id());
        bench.until("it is stopped", || std::fs::read_to_string(&stat).unwrap().contains(") T ").then_some(()));
        assert!(screen.is_usual());
        kill(screen.child.id().into(), Signal::CONT);
    }
    screen.until("nothing has been run yet");
    screen.press("q");
    assert_eq!(screen.child.wait().unwrap().code(), Some(0));
    assert!(screen.is_usual());
}

#[test]
fn without_a_terminal_it_says_what_to_use() {
    let bench = Bench::new();
    let output = bench.jobctl(&["top"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("must be a terminal"), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("stats --once"));
}
