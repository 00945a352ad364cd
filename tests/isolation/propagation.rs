//! Volume mounts in their three modes, on real mounts, looked at from both sides.
//!
//! The host is this thread's own mount namespace, where everything is shared as it is on a machine with systemd.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jobctl::linux::mountinfo::MountTable;
use jobctl::plan::Propagation;
use jobctl::sandbox::Method;
use rustix::mount::{MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind, mount_change, unmount};

use crate::harness::{World, skip};

/// A host directory with a mount inside from before.
struct Source {
    _directory: tempfile::TempDir,
    path: PathBuf,
}

impl Source {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("volume");
        for name in ["before", "later", "inside"] {
            fs::create_dir_all(path.join(name)).unwrap();
        }
        mount_bind(&path, &path).unwrap();
        mount_change(&path, MountPropagationFlags::SHARED).unwrap();
        tmpfs(&path.join("before"));
        Self { _directory: directory, path }
    }

    /// What is mounted below it in the host's table.
    fn table(&self) -> Vec<String> {
        let table = MountTable::read().unwrap();
        let below = table.below(&self.path);
        below.map(|entry| entry.mount_point.strip_prefix(&self.path).unwrap().display().to_string()).collect()
    }

    fn is_marked(&self, name: &str) -> bool {
        self.path.join(name).join("mark").exists()
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        while unmount(&self.path, UnmountFlags::DETACH).is_ok() {}
    }
}

fn tmpfs(path: &Path) {
    mount("tmpfs", path, "tmpfs", MountFlags::empty(), c"size=64k").unwrap();
    fs::write(path.join("mark"), "").unwrap();
}

/// What was seen of each mount on the other side.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is looked at by itself")]
struct Seen {
    before_in_task: bool,
    later_in_task: bool,
    inside_on_host: bool,
    inside_after_end: bool,
    table_changed_by_start: bool,
}

/// A root task that says when it is ready, waits for a line on a pipe, and looks and mounts as told.
fn look(propagation: Propagation, method: Method) -> Seen {
    let source = Source::new();
    let script = "echo ready >&4; read -r go <&3; \
                  [ -e /data/before/mark ] && echo before; [ -e /data/later/mark ] && echo later; \
                  mount -t tmpfs t /data/inside && touch /data/inside/mark; echo done >&4; read -r go <&3";
    let mut world = World::exec(script);
    world.method = Some(method);
    world.become_root();
    world.volume(&source.path, "/data", propagation, false);
    let (theirs, mut ours) = std::io::pipe().unwrap();
    let (says, saying) = std::io::pipe().unwrap();
    world.passed = vec![(3, theirs.into()), (4, saying.into())];
    let before = source.table();
    let started = world.start().unwrap_or_else(|error| panic!("{}", crate::harness::chain(&error)));
    let mut lines = BufReader::new(says).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let table_changed_by_start = source.table() != before;
    tmpfs(&source.path.join("later"));
    ours.write_all(b"go\n").unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "done");
    let inside_on_host = source.is_marked("inside");
    ours.write_all(b"go\n").unwrap();
    let ended = world.wait(&started);
    assert_eq!(ended.stderr, "");
    let inside_after_end = source.is_marked("inside");
    assert_eq!(source.table().contains(&"inside".to_owned()), inside_after_end);
    let says = |word: &str| ended.stdout.lines().any(|line| line == word);
    Seen {
        before_in_task: says("before"),
        later_in_task: says("later"),
        inside_on_host,
        inside_after_end,
        table_changed_by_start,
    }
}

fn expect(propagation: Propagation, [later_in_task, inside_on_host]: [bool; 2]) {
    if skip() {
        return;
    }
    for method in [Method::Descriptors, Method::Paths] {
        let seen = look(propagation, method);
        let expected = Seen {
            before_in_task: true,
            later_in_task,
            inside_on_host,
            inside_after_end: inside_on_host,
            table_changed_by_start: false,
        };
        assert_eq!(seen, expected, "{propagation:?} by {method:?}");
    }
}

#[test]
fn private_sees_only_what_was_there_before() {
    expect(Propagation::Private, [false, false]);
}

#[test]
fn host_to_task_sees_later_mounts_and_sends_none() {
    expect(Propagation::Slave, [true, false]);
}

#[test]
fn bidirectional_sees_later_mounts_and_sends_its_own_which_stay() {
    expect(Propagation::Shared, [true, true]);
}

#[test]
fn two_tasks_of_one_bidirectional_volume_see_each_other() {
    if skip() {
        return;
    }
    let source = Source::new();
    let mut first = World::exec("mount -t tmpfs t /data/inside && touch /data/inside/mark; read -r go <&3");
    let mut second = World::exec(
        "until [ -e /data/inside/mark ]; do sleep 0.02; done; grep -c ' /data/inside ' /proc/self/mountinfo",
    );
    let (theirs, ours) = std::io::pipe().unwrap();
    first.passed = vec![(3, theirs.into())];
    for world in [&mut first, &mut second] {
        world.become_root();
        world.volume(&source.path, "/data", Propagation::Shared, false);
    }
    let waiting = second.start().unwrap();
    let mounting = first.start().unwrap();
    assert_eq!(second.wait(&waiting).stdout, "1\n");
    drop(ours);
    first.wait(&mounting);
}

#[test]
fn a_read_only_volume_is_read_only_with_what_is_mounted_in_it() {
    if skip() {
        return;
    }
    for method in [Method::Descriptors, Method::Paths] {
        let source = Source::new();
        let mut world = World::exec("for d in /data /data/before; do touch $d/x 2>&1 | grep -o 'Read-only'; done");
        world.method = Some(method);
        world.become_root();
        world.volume(&source.path, "/data", Propagation::Private, true);
        assert_eq!(world.output(), "Read-only\nRead-only\n", "{method:?}");
        fs::write(source.path.join("before/x"), "").unwrap();
        fs::write(source.path.join("x"), "").unwrap();
    }
}

#[test]
fn a_volume_keeps_the_restrictions_of_its_source() {
    if skip() {
        return;
    }
    for method in [Method::Descriptors, Method::Paths] {
        let source = Source::new();
        rustix::mount::mount_remount(&source.path, MountFlags::BIND | MountFlags::NOEXEC, c"").unwrap();
        let mut world = World::exec("grep ' /data ' /proc/self/mountinfo | cut -d' ' -f6");
        world.method = Some(method);
        world.volume(&source.path, "/data", Propagation::Private, true);
        assert_eq!(world.output(), "ro,nosuid,nodev,noexec,relatime\n", "{method:?}");
    }
}

#[test]
fn a_file_can_be_a_volume() {
    if skip() {
        return;
    }
    for method in [Method::Descriptors, Method::Paths] {
        let source = Source::new();
        fs::write(source.path.join("file"), "text\n").unwrap();
        let mut world = World::exec("cat /config/deep/file");
        world.method = Some(method);
        world.volume(&source.path.join("file"), "/config/deep/file", Propagation::Private, true);
        assert_eq!(world.output(), "text\n", "{method:?}");
    }
}

#[test]
fn peers_tell_what_a_mode_needs() {
    if skip() {
        return;
    }
    let source = Source::new();
    let peers = || MountTable::read().unwrap().holding(&source.path).unwrap().peers;
    assert!(peers().sends() && peers().receives());
    mount_change(&source.path, MountPropagationFlags::PRIVATE).unwrap();
    assert!(!peers().sends() && !peers().receives());
}

#[test]
fn a_killed_task_leaves_no_mount_behind() {
    if skip() {
        return;
    }
    let source = Source::new();
    let before = MountTable::read().unwrap();
    let mut world = World::exec("mount -t tmpfs t /data/inside; touch /local/up; sleep 100");
    world.become_root();
    world.volume(&source.path, "/data", Propagation::Slave, false);
    let started = world.start().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !world.path("root/local/up").exists() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    rustix::process::pidfd_send_signal(&started.init_pidfd, rustix::process::Signal::KILL).unwrap();
    let ended = world.wait(&started);
    assert_eq!(ended.record, None, "killed together with init");
    assert_eq!(MountTable::read().unwrap(), before);
    assert_eq!(world.cgroups_left(), Vec::<PathBuf>::new());
}
