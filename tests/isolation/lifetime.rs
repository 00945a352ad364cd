//! How a run ends: by itself, by order, by the loss of its lifeline, by violence. Nothing stays, and what was said is not lost.

use std::fs;
use std::os::fd::AsFd;
use std::path::PathBuf;

use jobctl::plan::NamespaceMode;
use rustix::process::{Signal, pidfd_send_signal};

use crate::harness::{World, skip};

fn nothing_left(world: &World) {
    assert_eq!(world.cgroups_left(), Vec::<PathBuf>::new());
}

/// A task that says it is ready and sleeps.
fn sleeper(world: &mut World) -> std::io::PipeReader {
    let (says, saying) = std::io::pipe().unwrap();
    world.passed = vec![(4, saying.into())];
    world.task.command.args[1] = "echo before; echo ready >&4; sleep 1000".into();
    says
}

fn ready(says: std::io::PipeReader) {
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(says), &mut line).unwrap();
    assert_eq!(line, "ready\n");
}

fn worlds() -> [World; 3] {
    let mut host = World::exec("");
    host.isolation().namespaces.pid = NamespaceMode::Host;
    [World::exec(""), host, World::raw_exec("")]
}

#[test]
fn the_main_process_gets_a_signal_by_its_pidfd() {
    if skip() {
        return;
    }
    for mut world in worlds() {
        let says = sleeper(&mut world);
        world.task.command.args[1] =
            "trap 'echo got it; exit 5' INT; echo ready >&4; while :; do sleep 0.01; done".into();
        let started = world.start().unwrap();
        ready(says);
        pidfd_send_signal(&started.task_pidfd, Signal::INT).unwrap();
        let ended = world.wait(&started);
        assert_eq!((ended.code(), ended.stdout.as_str()), (5, "got it\n"));
        nothing_left(&world);
    }
}

#[test]
fn init_ends_everything_when_told_and_records_it() {
    if skip() {
        return;
    }
    for mut world in worlds() {
        let says = sleeper(&mut world);
        let started = world.start().unwrap();
        ready(says);
        pidfd_send_signal(&started.init_pidfd, Signal::TERM).unwrap();
        let ended = world.wait(&started);
        assert_eq!((ended.code(), ended.stdout.as_str()), (137, "before\n"));
        nothing_left(&world);
    }
}

#[test]
fn losing_the_lifeline_ends_everything_and_is_recorded() {
    if skip() {
        return;
    }
    for mut world in worlds() {
        let says = sleeper(&mut world);
        let (reader, lifeline) = std::io::pipe().unwrap();
        world.lifeline = Some(reader.into());
        let started = world.start().unwrap();
        ready(says);
        drop(lifeline);
        assert_eq!(world.wait(&started).code(), 137);
        nothing_left(&world);
    }
}

#[test]
fn killing_init_kills_a_private_namespace_and_leaves_no_record() {
    if skip() {
        return;
    }
    let mut world = World::exec("");
    let says = sleeper(&mut world);
    let started = world.start().unwrap();
    ready(says);
    pidfd_send_signal(&started.init_pidfd, Signal::KILL).unwrap();
    let ended = world.wait(&started);
    assert_eq!(ended.record, None);
    assert!(jobctl::linux::process::has_ended(started.task_pidfd.as_fd()).unwrap());
    nothing_left(&world);
}

#[test]
fn killing_the_cgroup_leaves_init_to_record_it() {
    if skip() {
        return;
    }
    for mut world in worlds() {
        let says = sleeper(&mut world);
        let started = world.start().unwrap();
        ready(says);
        started.cgroup.kill().unwrap();
        let record = world.wait(&started).record.unwrap();
        assert_eq!((record.exit_code, record.signal), (137, 9));
        nothing_left(&world);
    }
}

#[test]
fn output_of_the_last_moment_is_not_lost() {
    if skip() {
        return;
    }
    for mut world in worlds() {
        world.task.command.args[1] = "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done".into();
        let ended = world.run();
        assert_eq!(ended.stdout.lines().count(), 3000);
        assert!(ended.stdout.ends_with("line 2999\n"));
    }
}

#[test]
fn output_goes_on_in_the_files_of_the_run_before() {
    if skip() {
        return;
    }
    let mut world = World::exec("echo once");
    world.run();
    assert_eq!(world.run().stdout, "once\nonce\n");
}

#[test]
fn rotation_keeps_the_newest_files() {
    if skip() {
        return;
    }
    let mut world = World::exec("i=0; while [ $i -lt 4000 ]; do echo 0123456789 $i; i=$((i+1)); done");
    world.task.logs.max_files = 2;
    world.task.logs.max_file_size = 10_000;
    world.run();
    let mut names: Vec<_> = fs::read_dir(world.path("logs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("test.stdout"))
        .collect();
    names.sort();
    assert_eq!(names.len(), 2, "{names:?}");
    let last = names.iter().map(|name| fs::read_to_string(world.path("logs").join(name)).unwrap());
    assert!(last.into_iter().any(|text| text.ends_with("0123456789 3999\n")));
}

#[test]
fn orphans_are_reaped_while_the_task_runs() {
    if skip() {
        return;
    }
    for mut world in worlds() {
        world.task.command.args[1] = "for i in 1 2 3; do sh -c 'sleep 0.01 & exit'; done; sleep 0.2; \
             cat /proc/[0-9]*/stat 2>/dev/null | awk -v init=$PPID '$3 == \"Z\" && $4 == init' | wc -l"
            .into();
        assert_eq!(world.output(), "0\n");
    }
}

#[test]
fn a_raw_task_sees_the_host_and_has_a_session_of_its_own() {
    if skip() {
        return;
    }
    let mut world =
        World::raw_exec("readlink /proc/self/ns/pid /proc/self/ns/mnt; cut -d' ' -f6 /proc/$$/stat; echo $$; pwd");
    let output = world.output();
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(lines[0], fs::read_link("/proc/thread-self/ns/pid").unwrap().to_str().unwrap());
    assert_eq!(lines[1], fs::read_link("/proc/thread-self/ns/mnt").unwrap().to_str().unwrap());
    assert_eq!(lines[2], lines[3], "leader of its session");
    assert_eq!(lines[4], "/");
}
