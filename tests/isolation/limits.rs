//! The task's cgroup: where it is, what it limits, and that it goes.

use std::fs;
use std::path::PathBuf;

use jobctl::linux::cgroup::{Cgroup, Hierarchies, Limit, Limits, Place};
use jobctl::plan::NamespaceMode;

use crate::harness::{World, skip};

#[test]
fn the_task_is_born_in_its_cgroup_and_init_is_not_in_it() {
    if skip() {
        return;
    }
    let mut world = World::exec("read -r wait <&3; exit 0");
    let (theirs, ours) = std::io::pipe().unwrap();
    world.passed = vec![(3, theirs.into())];
    let started = world.start().unwrap();
    let members = started.cgroup.processes().unwrap();
    assert_eq!(members, [started.task_pid.unwrap()]);
    assert!(!members.contains(&started.init_pid));
    let own = fs::read_to_string("/proc/self/cgroup").unwrap();
    for directory in started.cgroup.controllers.values().chain(&started.cgroup.unified) {
        let parent = directory.parent().unwrap();
        assert!(parent.join("cgroup.procs").exists(), "{} lies in a cgroup: {own}", directory.display());
    }
    drop(ours);
    assert_eq!(world.wait(&started).code(), 0);
    assert_eq!(world.cgroups_left(), Vec::<PathBuf>::new());
}

#[test]
fn limits_are_in_force() {
    if skip() {
        return;
    }
    let mut world = World::exec("read -r wait <&3; exit 0");
    let (theirs, ours) = std::io::pipe().unwrap();
    world.passed = vec![(3, theirs.into())];
    world.task.resources.memory_limit = 64 << 20;
    world.task.resources.memory_reservation = 32 << 20;
    world.task.resources.pids_limit = 17;
    world.task.resources.cpu_shares = 1024;
    world.task.resources.cpuset = "0".into();
    let started = world.start().unwrap();
    let read = |limit: Limit, legacy: &str, unified: &str| {
        let cgroup = &started.cgroup;
        let path = match cgroup.controllers.get(limit.controller()) {
            Some(directory) => directory.join(legacy),
            None => cgroup.unified.as_ref().unwrap().join(unified),
        };
        fs::read_to_string(path).unwrap().trim().to_owned()
    };
    let noted: Vec<_> = started.notes.iter().map(|note| note.limit).collect();
    let check = |limit, legacy, unified, expected: &[&str]| {
        if noted.contains(&limit) {
            println!("SKIP {limit} is not to be had here");
        } else {
            let value = read(limit, legacy, unified);
            assert!(expected.contains(&value.as_str()), "{limit}: {value}");
        }
    };
    check(Limit::Memory, "memory.limit_in_bytes", "memory.max", &["67108864"]);
    check(Limit::Memory, "memory.soft_limit_in_bytes", "memory.low", &["33554432"]);
    check(Limit::Pids, "pids.max", "pids.max", &["17"]);
    check(Limit::Cpu, "cpu.shares", "cpu.weight", &["1024", "39"]);
    check(Limit::Cpuset, "cpuset.cpus", "cpuset.cpus", &["0"]);
    // Grown and shrunk while in use.
    for memory in [128 << 20, 48 << 20] {
        started.cgroup.set(&Limits { memory, ..Limits::default() }).unwrap();
        check(Limit::Memory, "memory.limit_in_bytes", "memory.max", &[&memory.to_string()]);
    }
    drop(ours);
    world.wait(&started);
}

#[test]
fn a_memory_hog_is_killed_and_it_is_known_why() {
    if skip() {
        return;
    }
    let mut world = World::exec("exec tail /dev/zero");
    world.task.resources.memory_limit = 32 << 20;
    let started = world.start().unwrap();
    if started.notes.iter().any(|note| note.limit == Limit::Memory) {
        println!("SKIP no memory controller: {:?}", started.notes);
        rustix::process::pidfd_send_signal(&started.task_pidfd, rustix::process::Signal::KILL).unwrap();
        world.wait(&started);
        return;
    }
    let ended = world.wait(&started);
    assert_eq!((ended.code(), ended.oom_kills), (137, Some(1)), "init is not what the kernel took");
}

#[test]
fn a_fork_bomb_stays_in_its_box() {
    if skip() {
        return;
    }
    let mut world = World::exec("b() { b | b & }; b; sleep 0.3; echo survived");
    world.task.resources.pids_limit = 24;
    let started = world.start().unwrap();
    let bounded = !started.notes.iter().any(|note| note.limit == Limit::Pids);
    if !bounded {
        started.cgroup.kill().unwrap();
        println!("SKIP no pids controller");
    }
    let ended = world.wait(&started);
    assert!(!bounded || ended.record.is_some());
    assert_eq!(world.cgroups_left(), Vec::<PathBuf>::new());
}

#[test]
fn all_processes_die_with_the_main_one_in_both_pid_modes() {
    if skip() {
        return;
    }
    for mode in [NamespaceMode::Private, NamespaceMode::Host] {
        let script = "(setsid sleep 1000 &) ; setsid sh -c 'trap \"\" TERM HUP INT; sleep 1001 & sleep 1002' & \
                      sleep 0.1; cat /proc/self/cgroup > /dev/null; echo started";
        let mut world = World::exec(script);
        world.isolation().namespaces.pid = mode;
        let started = world.start().unwrap();
        let ended = world.wait(&started);
        assert_eq!((ended.code(), ended.stdout.as_str()), (0, "started\n"));
        assert_eq!(started.cgroup.processes().unwrap(), []);
        assert_eq!(world.cgroups_left(), Vec::<PathBuf>::new());
    }
}

#[test]
fn figures_are_counted() {
    if skip() {
        return;
    }
    let mut world =
        World::exec("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done >&4; read -r wait <&3; exit 0");
    let ((theirs, ours), (says, saying)) = (std::io::pipe().unwrap(), std::io::pipe().unwrap());
    world.passed = vec![(3, theirs.into()), (4, saying.into())];
    let started = world.start().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(says), &mut String::new()).unwrap();
    let figures = started.cgroup.figures();
    drop(ours);
    let notes = started.notes.len();
    world.wait(&started);
    if notes > 0 {
        println!("SKIP some controllers are not to be had here");
        return;
    }
    assert_eq!(figures.pids, Some(1));
    assert!(figures.cpu.total.unwrap() > 1_000_000, "{figures:?}");
    assert!(figures.memory.usage.unwrap() > 0 && figures.memory.rss.is_some());
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    for name in ["", ".", "..", "a/b", "../x"] {
        let place = Place { parent: String::new(), name: name.into() };
        let refused = Cgroup::create(&Hierarchies::detect().unwrap(), &place, &Limits::default()).is_err();
        assert!(refused, "{name:?}");
    }
}

#[test]
fn removing_twice_is_removing() {
    if skip() {
        return;
    }
    let place = Place { parent: String::new(), name: format!("jobctl-test-{}-twice", std::process::id()) };
    let created = Cgroup::create(&Hierarchies::detect().unwrap(), &place, &Limits::default()).unwrap();
    assert!(created.cgroup.processes().unwrap().is_empty());
    drop(created.entry);
    created.cgroup.remove().unwrap();
    created.cgroup.remove().unwrap();
    assert!(created.cgroup.entry().is_err() || created.cgroup == Cgroup::default());
}
