//! `jobctl exec`: streams, terminals, signals and ends; whose world the program is in, and what it cannot take with it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::harness::{Bench, is_root, kill, open_file, text};

/// A service whose one task waits for ever.
fn service(bench: &Bench, name: &str, driver: &str, rest: &str) {
    let body = format!(
        "task \"t\" {{\n  driver = \"{driver}\"\n  config {{\n    command = \"/bin/sleep\"\n    args = [\"100000\"]\n  }}\n{rest}\n}}"
    );
    let job = bench.job(name, "service", &body);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state(name, 0, "running");
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn piped(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A line of a child's output.
fn line(reader: &mut impl BufRead) -> String {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    line
}

#[test]
fn output_and_errors_come_apart_with_the_exit_code() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench, "basic", "exec", "");
    let output = bench.jobctl(&["exec", "basic", "--", "sh", "-c", "echo intended; echo bad >&2; exit 43"]);
    assert_eq!(
        (code(&output), text(&output.stdout), text(&output.stderr)),
        (Some(43), "intended\n".into(), "bad\n".into())
    );
    let killed = bench.jobctl(&["exec", "basic", "t", "--", "sh", "-c", "kill -KILL $$"]);
    assert_eq!(code(&killed), Some(137));
    let terminal = bench.jobctl(&["exec", "basic", "t", "--", "stty", "size"]);
    assert_eq!(code(&terminal), Some(1));
    assert!(text(&terminal.stderr).contains("Inappropriate ioctl for device"), "{}", text(&terminal.stderr));
    let missing = bench.jobctl(&["exec", "basic", "--", "no-such-command"]);
    assert_eq!(code(&missing), Some(127));
    assert!(
        text(&missing.stderr).contains("in the task's root, looked for /local/no-such-command"),
        "{}",
        text(&missing.stderr)
    );
    let data = bench.jobctl(&["exec", "basic", "--", "/etc/passwd"]);
    assert_eq!((code(&data), data.stdout.len()), (Some(126), 0));
    bench.purge("basic");
}

#[test]
fn output_streams_while_the_program_runs_and_input_reaches_it() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench, "stream", "exec", "");
    let script = "while read line; do echo \"got $line\"; echo \"err $line\" >&2; done; echo over";
    let mut child = piped(&mut bench.command(&["exec", "-i", "stream", "--", "sh", "-c", script]));
    let mut input = child.stdin.take().unwrap();
    let (mut output, mut errors) =
        (BufReader::new(child.stdout.take().unwrap()), BufReader::new(child.stderr.take().unwrap()));
    for number in 0..3 {
        // Each answer is here before the next line is sent.
        writeln!(input, "line {number}").unwrap();
        assert_eq!(line(&mut output), format!("got line {number}\n"));
        assert_eq!(line(&mut errors), format!("err line {number}\n"));
    }
    drop(input);
    assert_eq!(line(&mut output), "over\n");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // Without -i there is no input, whatever ours is.
    let mut child = piped(&mut bench.command(&["exec", "stream", "--", "cat"]));
    let _ = child.stdin.take().unwrap().write_all(b"not for you\n");
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), output.stdout.len()), (Some(0), 0));
    bench.purge("stream");
}

#[test]
fn nothing_is_lost_in_a_lot() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench, "much", "exec", "");
    let script = "cat >/local/in; cksum </local/in; seq 1 300000";
    let mut child = piped(&mut bench.command(&["exec", "-i", "much", "--", "sh", "-c", script]));
    let mut input = child.stdin.take().unwrap();
    let sent: Vec<u8> = (0..1_500_000u32).flat_map(u32::to_le_bytes).collect();
    let writer = std::thread::spawn(move || input.write_all(&sent).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 300_001);
    assert_eq!(lines[0].split(' ').nth(1), Some("6000000"));
    assert!((1..=300_000).zip(&lines[1..]).all(|(number, line)| *line == number.to_string()));
    // A reader that goes away ends a program that does nothing but write.
    let mut child = piped(&mut bench.command(&["exec", "much", "--", "yes"]));
    assert_eq!(line(&mut BufReader::new(child.stdout.take().unwrap())), "y\n");
    assert_eq!(child.wait().unwrap().code(), Some(128 + 13));
    bench.purge("much");
}

#[test]
fn only_the_program_itself_is_waited_for() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench, "lead", "exec", "");
    // What stays behind holds the output open, belongs to the task, and ends with it.
    let script = "sleep 100000 & echo started; exit 7";
    for terminal in [&["exec", "lead"][..], &["exec", "-t", "lead"]] {
        let output = bench.jobctl(&[terminal, &["--", "sh", "-c", script]].concat());
        assert_eq!((code(&output), text(&output.stdout).trim()), (Some(7), "started"));
    }
    let left = bench.ok(&["exec", "lead", "--", "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"]);
    assert!(left.matches("sleep 100000").count() >= 2, "{left}");
    bench.purge("lead");
}

/// A terminal of ours: our end, and the one a command gets.
fn terminal(rows: u16, columns: u16) -> (File, OwnedFd) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    tcsetwinsize(&master, Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let name = rustix::pty::ptsname(&master, Vec::new()).unwrap();
    let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
    let slave = rustix::fs::open(&name, flags, rustix::fs::Mode::empty()).unwrap();
    (File::from(master), slave)
}

/// A command on a terminal of ours.
fn on_terminal(bench: &Bench, arguments: &[&str], slave: &OwnedFd) -> Child {
    let copy = || Stdio::from(slave.try_clone().unwrap());
    bench.command(arguments).stdin(copy()).stdout(copy()).stderr(copy()).env("TERM", "vt220").spawn().unwrap()
}

/// Reads until `end` has come.
fn read_until(master: &mut File, end: &str) -> String {
    let mut all = Vec::new();
    while !text(&all).contains(end) {
        let mut part = [0; 4096];
        let length = master.read(&mut part).unwrap();
        all.extend_from_slice(&part[..length]);
    }
    text(&all)
}

#[test]
fn a_terminal_in_the_task_is_as_large_as_ours_and_follows_it() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench, "size", "exec", "");
    let (mut master, slave) = terminal(100, 100);
    // Says its size again whenever that changes.
    let script = "trap 'stty size' WINCH; tty; echo $TERM; stty size; while :; do sleep 0.02; done";
    let mut child = on_terminal(&bench, &["exec", "-it", "size", "--", "sh", "-c", script], &slave);
    let seen = read_until(&mut master, "100 100\r\n");
    assert_eq!(seen, "/dev/pts/0\r\nvt220\r\n100 100\r\n");
    tcsetwinsize(&master, Winsize { ws_row: 30, ws_col: 90, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    // The kernel tells the foreground of a session; this terminal is nobody's.
    kill(child.id().into(), Signal::WINCH);
    read_until(&mut master, "30 90\r\n");
    // Ctrl-C is a key here, and a signal there.
    master.write_all(b"\x03").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    bench.purge("size");
}

#[test]
fn a_terminal_echoes_and_ours_is_restored() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench, "echo", "exec", "");
    let (mut master, slave) = terminal(24, 80);
    let before = rustix::termios::tcgetattr(&slave).unwrap();
    let mut child = on_terminal(&bench, &["exec", "-it", "echo", "--", "sh", "-c", "echo ready; cat"], &slave);
    read_until(&mut master, "ready\r\n");
    let raw = rustix::termios::tcgetattr(&slave).unwrap();
    assert_ne!(format!("{:?}", raw.local_modes), format!("{:?}", before.local_modes));
    master.write_all(b"hello\n").unwrap();
    // Once by the terminal, once by the program.
    assert_eq!(read_until(&mut master, "hello\r\nhello\r\n"), "hello\r\nhello\r\n");
    master.write_all(b"\x04").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let after = rustix::termios::tcgetattr(&slave).unwrap();
    assert_eq!(format!("{after:?}"), format!("{before:?}"));
    // Both streams are one, and input from a pipe ends as a terminal's does.
    let mut child =
        piped(&mut bench.command(&["exec", "-it", "echo", "--", "sh", "-c", "stty -echo; echo ready >&2; cat"]));
    let mut output = BufReader::new(child.stdout.take().unwrap());
    assert_eq!(line(&mut output), "ready\r\n");
    child.stdin.take().unwrap().write_all(b"no new line").unwrap();
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!((rest.as_str(), child.wait().unwrap().code()), ("no new line", Some(0)));
    bench.purge("echo");
}

#[test]
fn the_program_is_in_the_world_of_the_task() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let rest = "  env {\n    COLOUR = \"blue\"\n    WHERE = \"${NOMAD_TASK_DIR}/x\"\n  }\n  template {\n    data = \"FROM_TEMPLATE=yes\"\n    destination = \"local/env\"\n    env = true\n  }\n  resources {\n    memory = 64\n  }";
    service(&bench, "world", "exec", rest);
    // Of the program's own shell where no process is named.
    let script = r"set -- ${1:-$$}
        grep -E '^(Uid|Gid|Groups|Cap[A-Z][a-z]+|NoNewPrivs|Seccomp):' /proc/$1/status
        for n in mnt pid uts ipc net user cgroup; do readlink /proc/$1/ns/$n; done
        cat /proc/$1/cgroup /proc/$1/mountinfo /proc/$1/oom_score_adj
        grep -E 'open files|processes|core' /proc/$1/limits
        tr '\0' '\n' </proc/$1/environ | grep -v '^\(PWD\|_\|SHLVL\|OLDPWD\)=' | sort";
    let seen = |pid: &str| bench.ok(&["exec", "world", "--", "sh", "-c", script, "sh", pid]);
    let main = bench.ok(&["exec", "world", "--", "pgrep", "-x", "sleep"]);
    let (task, own) = (seen(main.trim()), seen(""));
    assert_eq!(own, task);
    for known in ["COLOUR=blue\n", "WHERE=/local/x\n", "FROM_TEMPLATE=yes\n", "NoNewPrivs:\t1\n"] {
        assert!(own.contains(known), "{known}: {own}");
    }
    // Nothing of ours comes along: neither variables, nor descriptors, nor our directory.
    let script = "pwd; ls /proc/self/fd; cat /proc/self/stat | cut -d' ' -f4; hostname";
    let lines = bench.ok(&["exec", "world", "--", "sh", "-c", script]);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines[..5], ["/", "0", "1", "2", "3"], "3 is the directory that is listed");
    assert!(lines.last().unwrap().starts_with("t-"), "{lines:?}");
    bench.purge("world");
}

#[test]
fn user_variables_and_directory_are_what_is_asked_for() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench, "asked", "exec", "");
    let script = "id -u; id -g; echo $HOME $A $B $C; pwd";
    let mut command = bench.command(&[
        "exec", "-u", "daemon", "-e", "A=1", "-e", "B", "-e", "C", "-w", "/tmp", "asked", "--", "sh", "-c", script,
    ]);
    let output = command.env("B", "ours").env_remove("C").output().unwrap();
    assert_eq!(text(&output.stdout), "1\n1\n/usr/sbin 1 ours\n/tmp\n", "{}", text(&output.stderr));
    let numbers = bench.ok(&["exec", "-u", "4711:4712", "asked", "--", "sh", "-c", "id -u; id -g; id -G"]);
    assert_eq!(numbers, "4711\n4712\n4712\n");
    let root =
        bench.ok(&["exec", "-u", "root", "asked", "--", "grep", "-E", "^(CapBnd|CapEff|NoNew)", "/proc/self/status"]);
    let sets: Vec<&str> = root.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!((sets[0], sets[2]), (sets[1], "1"), "no more than the task's bounding set: {root}");
    let unknown = bench.jobctl(&["exec", "-u", "no-such-user", "asked", "--", "true"]);
    assert_eq!(code(&unknown), Some(125));
    assert!(text(&unknown.stderr).contains("this host has no such user or group"));
    // A link that the task made to a descriptor of ours leads nowhere.
    for number in 3..16 {
        bench.ok(&["exec", "asked", "--", "ln", "-sfn", &format!("/proc/self/fd/{number}"), "/local/link"]);
        let output = bench.jobctl(&["exec", "-w", "/local/link", "asked", "--", "pwd", "-P"]);
        assert_eq!(code(&output), Some(125));
        assert!(
            text(&output.stderr).contains("working directory /local/link: no such file"),
            "{}",
            text(&output.stderr)
        );
    }
    bench.purge("asked");
}

#[test]
fn time_out_signals_and_the_end_of_the_command_end_the_program() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench, "ends", "exec", "");
    let alive = |name: &str| {
        bench.ok(&["exec", "ends", "--", "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"]).contains(name)
    };
    let late = bench.jobctl(&["exec", "--timeout", "100ms", "ends", "--", "sleep", "71001"]);
    assert_eq!((code(&late), text(&late.stderr).trim()), (Some(124), "killed: it took longer than 100ms"));
    assert!(!alive("71001"));
    let start = |number: &str, script: &str| {
        let script = format!("{script}; echo ready; while :; do sleep 0.02; done; : {number}");
        let mut child = piped(&mut bench.command(&["exec", "ends", "--", "sh", "-c", &script]));
        let mut output = BufReader::new(child.stdout.take().unwrap());
        assert_eq!(line(&mut output), "ready\n");
        (child, output)
    };
    // A signal for us is the program's to answer.
    for (signal, name) in [(Signal::TERM, "TERM"), (Signal::INT, "INT"), (Signal::HUP, "HUP"), (Signal::USR1, "USR1")] {
        let (mut child, mut output) = start("71002", &format!("trap 'echo got {name}; exit 9' {name}"));
        kill(child.id().into(), signal);
        assert_eq!(line(&mut output), format!("got {name}\n"));
        assert_eq!(child.wait().unwrap().code(), Some(9));
    }
    // The second Ctrl-C is not.
    let (mut child, mut output) = start("71003", "trap 'echo no' INT");
    kill(child.id().into(), Signal::INT);
    assert_eq!(line(&mut output), "no\n");
    kill(child.id().into(), Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(137));
    // Nobody waits for it any more.
    let (mut child, output) = start("71004", "trap '' HUP INT TERM PIPE");
    kill(child.id().into(), Signal::KILL);
    child.wait().unwrap();
    drop(output);
    bench.until("it is killed", || (!alive("71004")).then_some(()));
    bench.purge("ends");
}

#[test]
fn no_supervisor_is_needed() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    service(&bench, "alone", "exec", "");
    let supervisor = bench.status("alone")["jobs"][0]["allocations"][0]["supervisor_pid"].as_u64().unwrap();
    kill(supervisor, Signal::KILL);
    bench.until("it is orphaned", || {
        (bench.status("alone")["jobs"][0]["allocations"][0]["status"] == "orphaned").then_some(())
    });
    assert_eq!(bench.ok(&["exec", "alone", "--", "echo", "here"]), "here\n");
    bench.purge("alone");
}

/// A task that was just asked for, or is being started again, is waited for; one that has ended is not.
#[test]
fn what_is_on_its_way_is_waited_for() {
    let bench = Bench::new();
    let first = "task \"first\" {\n driver = \"raw_exec\"\n lifecycle {\n hook = \"prestart\"\n }\n config {\n command = \"/bin/sleep\"\n args = [\"0.4\"]\n }\n }\n";
    let main =
        "task \"main\" {\n driver = \"raw_exec\"\n config {\n command = \"/bin/sleep\"\n args = [\"100000\"]\n }\n }\n";
    let job = bench.job("late", "service", &format!("{first}{main}"));
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    assert_eq!(bench.ok(&["exec", "late", "main", "--", "echo", "there"]), "there\n");
    for _ in 0..5 {
        let pid = bench.task("late", 1)["pid"].clone();
        bench.ok(&["restart", "late", "main"]);
        assert_ne!(bench.task("late", 1)["pid"], pid, "another process is there when the command ends");
        assert_eq!(bench.ok(&["exec", "late", "--", "echo", "again"]), "again\n");
    }
    bench.ok(&["stop", "late"]);
    let begin = std::time::Instant::now();
    let refused = bench.jobctl(&["exec", "late", "main", "--", "true"]);
    assert_eq!(code(&refused), Some(125));
    assert!(begin.elapsed() < std::time::Duration::from_secs(9), "nobody waits for what has ended");
    bench.purge("late");
}

/// Nobody is left then who could tell how it ended, or end it when its command is gone.
#[test]
fn a_program_ends_with_the_process_that_watches_it() {
    if !is_root() {
        return;
    }
    for driver in ["exec", "raw_exec"] {
        let bench = Bench::new();
        let job = bench.job(
            "watched",
            "service",
            &format!(
                "task \"t\" {{\n driver = \"{driver}\"\n config {{\n command = \"/bin/sleep\"\n args = [\"100000\"]\n }}\n }}"
            ),
        );
        bench.ok(&["run", "--detach", job.to_str().unwrap()]);
        // No other suite on this machine has one of that length.
        let length = format!("5{:08}", std::process::id());
        let mut command = bench.command(&["exec", "watched", "--", "sleep", &length]);
        let command = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
        let sleeping = || {
            let entries = std::fs::read_dir("/proc").unwrap().flatten();
            let mut found = entries.filter_map(|entry| {
                let line = std::fs::read(entry.path().join("cmdline")).ok()?;
                (text(&line) == format!("sleep\0{length}\0")).then_some(())?;
                let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
                stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()
            });
            found.next()
        };
        let enter = bench.until("it runs", sleeping);
        super::harness::kill(enter, rustix::process::Signal::KILL);
        let (code, _, said) = super::harness::wait(command);
        assert!(code == Some(125) && said.contains("nobody can know how the command ended"), "{code:?} {said}");
        bench.until("its end", || sleeping().is_none().then_some(()));
        bench.purge("watched");
    }
}

#[test]
fn what_does_not_run_is_named() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let refused = |arguments: &[&str], said: &str| {
        let output = bench.jobctl(arguments);
        assert_eq!(code(&output), Some(125), "{arguments:?}");
        assert!(text(&output.stderr).contains(said), "{arguments:?}: {}", text(&output.stderr));
    };
    refused(&["exec", "nothing", "--", "true"], "there is no job \"nothing\"");
    let task = |name: &str| {
        format!(
            "task \"{name}\" {{\n  driver = \"raw_exec\"\n  config {{\n    command = \"/bin/sleep\"\n    args = [\"100000\"]\n  }}\n}}\n"
        )
    };
    let ended = "task \"ended\" {\n  driver = \"raw_exec\"\n  lifecycle {\n    hook = \"prestart\"\n  }\n  config {\n    command = \"/bin/true\"\n  }\n}\n";
    let job = bench.job("two", "service", &(task("a") + &task("b") + ended));
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state("two", 0, "running");
    bench.until_state("two", 1, "running");
    refused(&["exec", "two", "--", "true"], "several tasks run: name one of them");
    refused(&["exec", "two", "--", "true"], "they are: two/g[0]/a, two/g[0]/b");
    refused(&["exec", "two", "c", "--", "true"], "job \"two\" has no task \"c\"");
    refused(&["exec", "two", "ended", "--", "true"], "task \"ended\" of two.g[0] does not run: it is dead");
    assert_eq!(bench.ok(&["exec", "two/g[0]/b", "--", "sh", "-c", "echo $NOMAD_TASK_NAME"]), "b\n");
    bench.ok(&["stop", "two"]);
    refused(&["exec", "two", "a", "--", "true"], "it is dead");
    bench.purge("two");
    let usage = bench.jobctl(&["exec", "two"]);
    assert_eq!(code(&usage), Some(2));
}

#[test]
fn an_action_is_run_by_its_name() {
    let bench = Bench::new();
    let action = "  action \"greet\" {\n    command = \"/bin/sh\"\n    args = [\"-c\", \"echo $0 from ${NOMAD_TASK_NAME} $COLOUR; exit 6\", \"${COLOUR}\"]\n  }\n  env {\n    COLOUR = \"red\"\n  }";
    service(&bench, "acts", "raw_exec", action);
    let output = bench.jobctl(&["exec", "--action", "greet", "acts"]);
    assert_eq!(
        (code(&output), text(&output.stdout).as_str()),
        (Some(6), "red from t red\n"),
        "{}",
        text(&output.stderr)
    );
    let unknown = bench.jobctl(&["exec", "--action", "wave", "acts", "t"]);
    assert_eq!(code(&unknown), Some(125));
    assert_eq!(text(&unknown.stderr), "error: task \"t\" has no action \"wave\"; it has greet\n");
    // Other actions are another plan, and nothing that runs is touched.
    let file = bench.path("acts.hcl");
    let changed = std::fs::read_to_string(&file).unwrap().replace("exit 6", "exit 8");
    std::fs::write(&file, changed).unwrap();
    let before = bench.task("acts", 0)["pid"].clone();
    bench.ok(&["run", "--detach", file.to_str().unwrap()]);
    assert_eq!(bench.task("acts", 0)["pid"], before);
    assert_eq!(code(&bench.jobctl(&["exec", "--action", "greet", "acts"])), Some(8));
    assert_eq!(code(&bench.jobctl(&["exec", "--action", "greet", "acts", "--", "true"])), Some(2));
    bench.purge("acts");
}

#[test]
fn a_raw_exec_task_is_entered_as_it_runs() {
    let bench = Bench::new();
    service(&bench, "raw", "raw_exec", "  env {\n    COLOUR = \"red\"\n  }");
    let seen = bench.ok(&["exec", "raw", "--", "sh", "-c", "pwd; echo $COLOUR; cat /proc/self/cgroup"]);
    let task = bench.task("raw", 0)["pid"].as_u64().unwrap();
    let groups = std::fs::read_to_string(format!("/proc/{task}/cgroup")).unwrap();
    let directory: PathBuf = bench.state().join("allocs").join(&bench.allocations()[0]).join("tasks/t/root");
    assert_eq!(seen, format!("{}\nred\n{groups}", directory.display()));
    let terminal =
        bench.jobctl(&["exec", "-t", "raw", "--", "sh", "-c", "test -t 0 && test -t 1 && stty size; exit 5"]);
    assert_eq!((code(&terminal), text(&terminal.stdout).trim()), (Some(5), "24 80"));
    bench.purge("raw");
}

#[test]
fn sensitive_values_are_there() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let path = bench.path("secret.hcl");
    let text_of_job = "variable \"p\" {\n  type = string\n}\njob \"secret\" {\n  type = \"service\"\n  group \"g\" {\n    task \"t\" {\n      driver = \"exec\"\n      config {\n        command = \"/bin/sleep\"\n        args = [\"100000\"]\n      }\n      env {\n        KEY = \"a${var.p}z\"\n      }\n    }\n  }\n}\n";
    open_file(&path, text_of_job);
    let mut run = bench.command(&["run", "--detach", "--sensitive", "p", path.to_str().unwrap()]);
    assert!(run.env("JOBCTL_VAR_p", "hidden").output().unwrap().status.success());
    bench.until_state("secret", 0, "running");
    assert_eq!(bench.ok(&["exec", "secret", "--", "sh", "-c", "echo $KEY"]), "ahiddenz\n");
    bench.ok(&["stop", "secret", "--purge"]);
}

#[test]
fn captured_output_is_bounded_and_so_is_its_time() {
    use jobctl::jobspec::Duration;
    use jobctl::state::Store;
    use jobctl::supervisor::{Exec, Program};
    let bench = Bench::new();
    service(&bench, "captured", "raw_exec", "");
    let store = Store::open(&bench.state()).unwrap().unwrap();
    let (found, _) = store.allocations_of("default", "captured").unwrap();
    let capture = |script: &str, seconds: i64, most: usize| {
        let arguments = vec!["-c".to_owned(), script.to_owned()];
        let exec = Exec::of(Program::Command("/bin/sh".to_owned(), arguments));
        let execution = exec.start(&store, &found[0], "t").unwrap();
        execution.capture(Duration::from_seconds(seconds), most).unwrap()
    };
    let captured = capture("echo out; echo err >&2; exit 3", 100, 1000);
    assert_eq!((captured.code, captured.timed_out), (Some(3), false));
    let mut lines: Vec<String> = text(&captured.output).lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["err", "out"]);
    let captured = capture("seq 1 100000", 100, 13);
    assert_eq!(text(&captured.output), "99999\n100000\n");
    let captured = capture("echo begun; sleep 100000", 0, 1000);
    assert_eq!((captured.code, captured.timed_out), (Some(137), true));
    // This process has files of the allocation open: nothing is looked for here.
    bench.ok(&["stop", "captured", "--purge"]);
}
