//! Starting, ending, and what is said when it does not work.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use jobctl::init::{Failure, StartError};
use jobctl::linux::cgroup::Limit;
use jobctl::plan::Propagation;

use crate::harness::{NOBODY, World, chain, skip};

fn failure(world: &mut World) -> Failure {
    match world.start() {
        Err(StartError::Failed(failure)) => failure,
        Err(error) => panic!("{}", chain(&error)),
        Ok(_) => panic!("it started"),
    }
}

#[test]
fn exit_code_and_both_streams_are_recorded() {
    if skip() {
        return;
    }
    for code in [0, 7, 255] {
        let ended = World::exec(&format!("echo out; echo err >&2; exit {code}")).run();
        assert_eq!((ended.code(), ended.stdout.as_str(), ended.stderr.as_str()), (code, "out\n", "err\n"));
        assert_eq!(ended.record.unwrap().signal, 0);
    }
}

#[test]
fn an_end_by_signal_is_128_and_the_number() {
    if skip() {
        return;
    }
    for (name, number) in [("KILL", 9), ("TERM", 15), ("SEGV", 11)] {
        let record = World::exec(&format!("kill -{name} $$")).run().record.unwrap();
        assert_eq!((record.exit_code, record.signal), (128 + number, number));
    }
}

#[test]
fn the_command_and_its_arguments_arrive_as_written() {
    if skip() {
        return;
    }
    let mut world = World::exec("");
    world.task.command.args = ["-c", "printf '%s|' \"$@\"", "zero", "a b", "", "${x}", "é\n"].map(str::to_owned).into();
    assert_eq!(world.output(), "a b||${x}|é\n|");
}

#[test]
fn binary_lookup_local_then_root_then_path() {
    if skip() {
        return;
    }
    let mut world = World::exec("");
    world.task.command.args.clear();
    world.task.command.command = "pwd".into();
    assert_eq!(world.output(), "/\n", "in PATH");
    let local = world.path("root/local/pwd");
    fs::write(&local, "#!/bin/sh\necho local\n").unwrap();
    std::os::unix::fs::chown(&local, Some(NOBODY), None).unwrap();
    assert_eq!(world.output(), "/\nlocal\n", "in local/, and made executable");
    world.task.command.command = "local/pwd".into();
    assert_eq!(world.output(), "/\nlocal\nlocal\n", "by a path in the root");
}

#[test]
fn a_command_that_is_not_there_is_said_with_the_places_looked_at() {
    if skip() {
        return;
    }
    let mut world = World::exec("");
    world.task.command.command = "no-such".into();
    let failure = failure(&mut world);
    assert_eq!(failure.exit_code, 127);
    assert_eq!(
        failure.to_string(),
        "command \"no-such\": not found: in the task's root, looked for /local/no-such, /no-such, /usr/local/bin/no-such, \
         /usr/bin/no-such, /bin/no-such"
    );
}

#[test]
fn a_command_of_the_host_that_is_outside_the_root_is_not_there() {
    if skip() {
        return;
    }
    let mut world = World::exec("");
    let outside = world.path("outside");
    fs::write(&outside, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&outside, fs::Permissions::from_mode(0o755)).unwrap();
    world.task.command.command = outside.to_str().unwrap().into();
    assert_eq!(failure(&mut world).exit_code, 127);
}

#[test]
fn what_cannot_be_executed_is_126_and_says_why() {
    if skip() {
        return;
    }
    let mut world = World::exec("");
    let tool = world.path("root/local/tool");
    let mut attempt = |text: &[u8], mode: u32| {
        fs::write(&tool, text).unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(mode)).unwrap();
        world.task.command.command = "/local/tool".into();
        let failure = failure(&mut world);
        (failure.exit_code, failure.reason)
    };
    let (code, reason) = attempt(b"\x7fELF nonsense", 0o755);
    assert_eq!(code, 126);
    assert!(reason.ends_with("exec format error (ENOEXEC): no program, and no script with a #! line"), "{reason}");
    let (code, reason) = attempt(b"#!/bin/sh\n", 0o644);
    assert_eq!((code, reason.as_str()), (126, "it is not executable, and not the task's own: chmod +x it"));
    let (code, reason) = attempt(b"#!/bin/sh\n", 0o100);
    assert_eq!(code, 126);
    assert!(reason.contains("permission denied (EACCES)"), "{reason}");
    let (code, reason) = attempt(b"#!/no/interpreter\n", 0o755);
    let there = "/local/tool is there, but the interpreter or loader it names is not";
    assert_eq!((code, reason.as_str()), (127, there));
}

#[test]
fn a_volume_that_is_not_there_is_named_by_its_address() {
    if skip() {
        return;
    }
    let mut world = World::exec("true");
    world.volume("/no/such/volume".as_ref(), "/data", Propagation::Private, false);
    let failure = failure(&mut world);
    assert_eq!(failure.address, "job.test.group.test.task.test.volume_mount[0]");
    assert_eq!(failure.to_string(), "mount of volume `data` on /data: no such file or directory (ENOENT)");
    assert_eq!(failure.exit_code, 125);
}

#[test]
fn a_working_directory_that_is_not_there_is_named() {
    if skip() {
        return;
    }
    let mut world = World::exec("pwd");
    world.task.command.work_dir = "/nowhere".into();
    let expected = "working directory /nowhere: no such file or directory (ENOENT)";
    assert_eq!(failure(&mut world).to_string(), expected);
    world.task.command.work_dir = "/local".into();
    assert_eq!(world.output(), "/local\n");
}

#[test]
fn a_failed_start_leaves_nothing() {
    if skip() {
        return;
    }
    let before = jobctl::linux::mountinfo::MountTable::read().unwrap();
    let mut world = World::exec("true");
    world.task.command.command = "/no-such".into();
    failure(&mut world);
    world.task.resources.cpuset = "100000".into();
    world.task.resources.written = ["cpuset".to_owned()].into();
    let error = world.start().unwrap_err();
    assert!(matches!(error, StartError::Cgroup { .. }), "{}", chain(&error));
    assert_eq!(world.cgroups_left(), Vec::<std::path::PathBuf>::new());
    assert_eq!(jobctl::linux::mountinfo::MountTable::read().unwrap(), before);
}

#[test]
fn a_limit_that_cannot_be_enforced_is_an_error_if_written_and_a_note_if_not() {
    if skip() {
        return;
    }
    // Neither version knows more than what the machine has: a place where nothing can be made stands for a missing controller.
    let mut world = World::exec("true");
    world.parent = "/jobctl-not-visible/../..".into();
    let started = world.start().unwrap();
    let limits: Vec<_> = started.notes.iter().map(|note| note.limit).collect();
    assert!(limits.contains(&Limit::Memory) && limits.contains(&Limit::Cpu), "{:?}", started.notes);
    world.wait(&started);
    world.task.resources.written = ["memory".to_owned()].into();
    let error = world.start().unwrap_err();
    assert!(chain(&error).contains("is not visible here"), "{}", chain(&error));
}
