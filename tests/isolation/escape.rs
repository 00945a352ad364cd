//! Attempts to get out, or at what is not the task's: each with its outcome for nobody, for nobody with every capability a job may ask for
//! by default, and for root.
//!
//! Root has every capability of jobctl and no user namespace: it is the machine's root in a box, and what the box does not hold is said
//! in each test.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use jobctl::linux::cgroup::Limit;
use jobctl::plan::{Capabilities, NamespaceMode, Propagation};
use jobctl::sandbox::Method;

use crate::harness::{World, skip};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    Capable,
    Root,
}

const ALL: [Who; 3] = [Who::Nobody, Who::Capable, Who::Root];

fn world(who: Who, script: &str) -> World {
    let mut world = World::exec(script);
    match who {
        Who::Nobody => {}
        Who::Capable => {
            // As if `cap_add` named all of the default `allow_caps`.
            let all: BTreeSet<String> = world.task.capabilities.bounding.clone();
            world.task.capabilities = Capabilities {
                bounding: all.clone(),
                permitted: all.clone(),
                effective: all.clone(),
                inheritable: all.clone(),
                ambient: all,
            };
        }
        Who::Root => world.become_root(),
    }
    world
}

/// What each of the three sees on its standard output.
fn outcomes(script: &str) -> [String; 3] {
    ALL.map(|who| world(who, script).run().stdout)
}

fn all_see(script: &str, expected: &str) {
    if skip() {
        return;
    }
    assert_eq!(outcomes(script), [expected, expected, expected]);
}

fn each_sees(script: &str, expected: [&str; 3]) {
    if skip() {
        return;
    }
    assert_eq!(outcomes(script), expected);
}

#[test]
fn a_destination_that_is_a_symlink_stays_inside_the_root() {
    if skip() {
        return;
    }
    for method in [Method::Descriptors, Method::Paths] {
        for target in ["/etc", "../../../../../etc", "/proc/1/root/etc"] {
            let source = tempfile::tempdir().unwrap();
            let mut world = world(Who::Nobody, "ls /data 2>&1; true");
            fs::write(source.path().join("planted"), "").unwrap();
            symlink(target, world.path("root/local/link")).unwrap();
            world.method = Some(method);
            world.volume(source.path(), "/local/link/jobctl-escape", Propagation::Private, false);
            // Nothing is made in the machine's /etc; in the task's own it is read-only, and through /proc nothing leads anywhere.
            assert!(world.start().is_err(), "{target}");
            assert!(!fs::exists("/etc/jobctl-escape").unwrap(), "{target}");
        }
    }
}

#[test]
fn a_destination_replaced_by_a_link_between_two_runs_stays_inside() {
    if skip() {
        return;
    }
    let source = tempfile::tempdir().unwrap();
    fs::write(source.path().join("mark"), "").unwrap();
    let mut world = world(Who::Nobody, "ls /local/data; rmdir /local/data; ln -s /tmp /local/data; true");
    world.volume(source.path(), "/local/data", Propagation::Private, false);
    world.run();
    fs::remove_dir(world.path("root/local/data")).unwrap();
    symlink("/tmp", world.path("root/local/data")).unwrap();
    world.task.command.args[1] = "ls /tmp; readlink /local/data".into();
    let ended = world.run();
    assert!(ended.stdout.ends_with("mark\n/tmp\n"), "mounted on the task's own /tmp: {}", ended.stdout);
}

#[test]
fn chroot_does_not_lead_out_of_the_root() {
    // The classic: keep a directory outside of the new root open, and walk up from there.
    let script = "mkdir -p /tmp/jail; perl -e 'chroot(\"/tmp/jail\"); chdir(\"..\") for 1..64; chroot(\".\"); \
                  opendir(my $d, \"/\"); print join(\" \", grep { /^(local|secrets|root|home|boot)$/ } sort readdir $d), \"\\n\"'";
    all_see(script, "local secrets\n");
}

#[test]
fn handles_of_files_outside_cannot_be_opened() {
    // open_by_handle_at(2) needs CAP_DAC_READ_SEARCH, which no job gets by default. Root has it: it can.
    let script = "perl -e 'my $h = pack(\"IiQ\", 8, 1, 2); my $m; open($m, \"<\", \"/local\"); \
                  my $r = syscall(304, fileno($m), $h, 0); print $r < 0 ? $!{EPERM} ? \"refused\\n\" : \"asked\\n\" : \"opened\\n\"'";
    if skip() {
        return;
    }
    if cfg!(not(target_arch = "x86_64")) {
        println!("SKIP the number of the call is that of x86-64");
        return;
    }
    let [nobody, capable, root] = outcomes(script);
    assert_eq!([nobody.as_str(), capable.as_str()], ["refused\n", "refused\n"]);
    assert_ne!(root, "refused\n");
}

#[test]
fn nodes_of_the_machines_disks_cannot_be_made() {
    // Not even by who has CAP_MKNOD: the devices controller (v1) or a BPF program (v2) denies it.
    all_see("mknod /tmp/disk b 8 0 2>/dev/null && echo made; mknod /tmp/mem c 1 1 2>/dev/null && echo made; true", "");
}

#[test]
fn nodes_that_lie_in_a_volume_cannot_be_opened() {
    if skip() {
        return;
    }
    let source = tempfile::tempdir().unwrap();
    let node = source.path().join("zero");
    let made = rustix::fs::mknodat(
        rustix::fs::CWD,
        &node,
        rustix::fs::FileType::CharacterDevice,
        rustix::fs::Mode::from_raw_mode(0o666),
        rustix::fs::makedev(1, 5),
    );
    if made.is_err() {
        println!("SKIP needs CAP_MKNOD");
        return;
    }
    fs::set_permissions(&node, fs::Permissions::from_mode(0o666)).unwrap();
    for who in ALL {
        let mut world = world(who, "head -c 1 /data/zero | wc -c");
        world.volume(source.path(), "/data", Propagation::Private, false);
        assert_eq!(world.run().stdout, "0\n", "{who:?}");
    }
}

#[test]
fn a_set_user_id_program_in_a_volume_gives_nothing() {
    if skip() {
        return;
    }
    let source = tempfile::tempdir().unwrap();
    fs::set_permissions(source.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = source.path().join("id");
    fs::copy("/usr/bin/id", &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o6755)).unwrap();
    let mut world = world(Who::Nobody, "/data/id -u; /data/id -ru");
    world.volume(source.path(), "/data", Propagation::Private, false);
    assert_eq!(world.output(), "65534\n65534\n");
}

#[test]
fn set_user_id_programs_of_the_machine_give_nothing() {
    let script = "find /usr/bin -perm -4000 -name su | head -1 | grep -q su && su -c id </dev/null 2>/dev/null; grep -c nosuid /proc/mounts | \
                  awk '$1 > 5 {print \"nosuid\"}'";
    if skip() {
        return;
    }
    assert_eq!(world(Who::Nobody, script).run().stdout, "nosuid\n");
}

#[test]
fn a_read_only_volume_cannot_be_made_writable() {
    if skip() {
        return;
    }
    let source = tempfile::tempdir().unwrap();
    fs::set_permissions(source.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let script = "mount -o remount,bind,rw /data 2>/dev/null; umount /data 2>/dev/null; touch /data/x 2>/dev/null && echo written; true";
    let outcome = ALL.map(|who| {
        let mut world = world(who, script);
        world.volume(source.path(), "/data", Propagation::Private, true);
        world.run().stdout
    });
    // Root may change the mounts of its own namespace (CAP_SYS_ADMIN): `cap_drop` is what takes that away.
    assert_eq!([outcome[0].as_str(), outcome[1].as_str()], ["", ""]);
    let mut world = world(Who::Root, script);
    world.volume(source.path(), "/data", Propagation::Private, true);
    let capabilities = &mut world.task.capabilities;
    for set in [&mut capabilities.bounding, &mut capabilities.permitted, &mut capabilities.effective] {
        set.remove("CAP_SYS_ADMIN");
    }
    let _ = fs::remove_file(source.path().join("x"));
    assert_eq!(world.run().stdout, "");
    assert!(!source.path().join("x").exists());
}

#[test]
fn a_user_namespace_of_its_own_unlocks_nothing() {
    // Inside it the task has every capability, but the mounts it inherits are locked (mount_namespaces(7)).
    let script = "unshare -Urm sh -c 'mount -o remount,bind,rw /usr && echo remounted; umount /proc/kcore && echo unmasked; \
                  umount /sys/firmware && echo unmasked; mount -o remount,bind,rw /proc/sys && echo unlocked; \
                  touch /usr/jobctl-escape && echo written; mknod /tmp/disk b 8 0 && echo made' 2>/dev/null; true";
    if skip() {
        return;
    }
    for who in [Who::Nobody, Who::Capable] {
        assert_eq!(world(who, script).run().stdout, "", "{who:?}");
    }
}

#[test]
fn cgroups_cannot_be_mounted_for_their_release_agent() {
    // CVE-2022-0492. Root could, with CAP_SYS_ADMIN.
    let script = "mkdir -p /tmp/c; mount -t cgroup -o memory c /tmp/c 2>/dev/null && echo mounted; \
                  mount -t cgroup2 c /tmp/c 2>/dev/null && echo mounted; \
                  unshare -UrCm mount -t cgroup -o memory c /tmp/c 2>/dev/null && ls /tmp/c/release_agent 2>/dev/null; \
                  find /sys/fs/cgroup -name release_agent; true";
    if skip() {
        return;
    }
    for who in [Who::Nobody, Who::Capable] {
        assert_eq!(world(who, script).run().stdout, "", "{who:?}");
    }
}

#[test]
fn the_kernels_settings_cannot_be_written() {
    all_see(
        "for f in /proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sysrq-trigger /sys/kernel/uevent_helper; do \
             { echo x > $f; } 2>/dev/null && echo written $f; done; true",
        "",
    );
}

#[test]
fn masked_paths_cannot_be_unmasked() {
    // Root can, with CAP_SYS_ADMIN.
    let script =
        "umount /sys/firmware 2>/dev/null && echo unmasked; umount /proc/sys 2>/dev/null && echo writable; true";
    if skip() {
        return;
    }
    for who in [Who::Nobody, Who::Capable] {
        assert_eq!(world(who, script).run().stdout, "", "{who:?}");
    }
}

#[test]
fn processes_of_the_machine_are_out_of_reach() {
    if skip() {
        return;
    }
    let own = std::process::id();
    for who in ALL {
        // In a pid namespace of its own it cannot even name them.
        let ended =
            world(who, &format!("kill -0 {own} 2>/dev/null && echo reached; ls -d /proc/{own} 2>/dev/null; true"))
                .run();
        assert_eq!(ended.stdout, "", "{who:?}");
    }
    let mut sees = world(
        Who::Nobody,
        &format!("kill -9 {own} 2>/dev/null && echo killed; cat /proc/{own}/environ 2>/dev/null; true"),
    );
    sees.isolation().namespaces.pid = NamespaceMode::Host;
    assert_eq!(sees.run().stdout, "");
}

#[test]
fn init_cannot_be_signalled_or_traced() {
    let script = "kill -TERM 1 2>/dev/null && echo signalled; kill -STOP 1 2>/dev/null && echo stopped; \
                  perl -e 'print syscall(101, 16, 1, 0, 0) == 0 ? \"traced\\n\" : \"\"'; true";
    if skip() {
        return;
    }
    assert_eq!(world(Who::Nobody, script).run().stdout, "");
    // Who has CAP_KILL, or is root, may end itself by way of init, and no more.
    let ended = world(Who::Root, "kill -TERM 1; sleep 100").run();
    assert_eq!(ended.code(), 137);
}

#[test]
fn the_working_directory_cannot_be_a_leaked_descriptor() {
    // CVE-2024-21626: a descriptor of the host's directory, reached as /proc/self/fd/N, also by a link of the task's own.
    if skip() {
        return;
    }
    for who in [Who::Nobody, Who::Root] {
        for number in 3..24 {
            let mut world = world(who, "pwd -P; ls ..");
            let link = world.path("root/local/link");
            std::os::unix::fs::symlink(format!("/proc/self/fd/{number}"), link).unwrap();
            world.task.command.work_dir = "/local/link".to_owned();
            let error = world.start().expect_err("there is no such descriptor").to_string();
            assert!(error.contains("working directory /local/link: no such file or directory"), "{number}: {error}");
        }
    }
}

#[test]
fn logs_cannot_be_changed_by_who_writes_them() {
    let script = "echo first; for f in /alloc/logs/*; do { echo forged > $f; } 2>/dev/null && echo written; \
                  rm -f $f 2>/dev/null && echo removed; ln -s /etc/passwd /alloc/logs/x 2>/dev/null && echo linked; done; true";
    all_see(script, "first\n");
}

#[test]
fn output_without_end_takes_no_more_than_its_files() {
    if skip() {
        return;
    }
    let mut world = world(Who::Nobody, "head -c 3000000 /dev/zero | tr '\\0' 'x'; head -c 300000 /dev/zero");
    world.task.logs.max_files = 2;
    world.task.logs.max_file_size = 20_000;
    world.run();
    let sizes = fs::read_dir(world.path("logs")).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len());
    // Each file may run over by one line of 64 KiB.
    assert!(sizes.sum::<u64>() <= 2 * (20_000 + 65_536), "what is kept is bounded");
}

#[test]
fn shared_memory_is_bounded() {
    if skip() {
        return;
    }
    let mut world = world(Who::Nobody, "head -c 80M /dev/zero > /dev/shm/x 2>/dev/null; stat -c %s /dev/shm/x");
    world.task.resources.memory_limit = 512 << 20;
    assert_eq!(world.run().stdout, "67108864\n");
}

#[test]
fn priorities_and_limits_cannot_be_raised() {
    let script = "nice -n -5 true 2>&1 | grep -o denied; ulimit -n 100; ulimit -Hn 2000 2>/dev/null || echo refused; \
                  { echo -500 > /proc/self/oom_score_adj; } 2>/dev/null || echo refused";
    if skip() {
        return;
    }
    for who in [Who::Nobody, Who::Capable] {
        let seen = world(who, script).run().stdout;
        assert!(seen.ends_with("refused\nrefused\n"), "{who:?}: {seen}");
    }
}

#[test]
fn the_machine_cannot_be_renamed_or_rebooted() {
    if skip() {
        return;
    }
    let before = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let script = "hostname escaped 2>/dev/null; cat /proc/sys/kernel/hostname; \
                  perl -e 'print syscall(169, 0xfee1dead, 672274793, 0) == 0 ? \"off\\n\" : \"\"'";
    let [nobody, capable, root] = outcomes(script);
    assert_eq!([nobody.as_str(), capable.as_str()], ["test-host\n", "test-host\n"]);
    // Its own UTS namespace; CAD_OFF is the one command that in a pid namespace would only end that.
    assert!(root.starts_with("escaped\n"));
    assert_eq!(fs::read_to_string("/proc/sys/kernel/hostname").unwrap(), before);
}

#[test]
fn a_terminal_to_push_input_into_is_not_there() {
    each_sees("{ : > /dev/tty; } 2>/dev/null && echo terminal; ls /dev/pts | grep -v ptmx; true", ["", "", ""]);
}

#[test]
fn modules_swap_and_raw_input_output_are_refused() {
    // init_module, swapon, iopl, kexec_load: none of the default capabilities allows any. x86-64 numbers.
    let script = "perl -e 'for my $n (175, 167, 172, 246) { $! = 0; my $r = syscall($n, 3, 0, 0, 0); \
                  print \"$n \", ($r >= 0 ? \"allowed\" : $!{EPERM} || $!{ENOSYS} ? \"refused\" : \"asked\"), \"\\n\" }'";
    if skip() {
        return;
    }
    if cfg!(not(target_arch = "x86_64")) {
        println!("SKIP the numbers of the calls are those of x86-64");
        return;
    }
    for who in [Who::Nobody, Who::Capable] {
        let seen = world(who, script).run().stdout;
        assert_eq!(seen, "175 refused\n167 refused\n172 refused\n246 refused\n", "{who:?}");
    }
}

#[test]
fn what_a_task_leaves_in_its_directories_is_not_followed_by_the_next_run() {
    if skip() {
        return;
    }
    // Links in place of the task's own directories lie above what it can write.
    let mut world = world(
        Who::Nobody,
        "cd /; rmdir local tmp 2>/dev/null && echo removed; mv local x 2>/dev/null && echo moved; true",
    );
    assert_eq!(world.run().stdout, "");
    assert!(world.path("root/local").is_dir());
}

#[test]
fn a_fork_bomb_stays_in_its_box_whoever_sets_it_off() {
    if skip() {
        return;
    }
    for who in ALL {
        // RLIMIT_NPROC would not stop root; the pids controller stops everybody.
        let mut world = world(who, "b() { b | b & }; b; sleep 0.3; echo survived");
        world.task.resources.pids_limit = 24;
        let started = world.start().unwrap();
        if started.notes.iter().any(|note| note.limit == Limit::Pids) {
            started.cgroup.kill().unwrap();
            println!("SKIP no pids controller");
        }
        assert!(world.wait(&started).record.is_some(), "{who:?}: it ends with its task");
        assert_eq!(world.cgroups_left(), Vec::<std::path::PathBuf>::new(), "{who:?}");
    }
}

#[test]
fn a_memory_bomb_takes_nobody_with_it_whoever_sets_it_off() {
    if skip() {
        return;
    }
    for who in ALL {
        let mut world = world(who, "exec tail /dev/zero");
        world.task.resources.memory_limit = 32 << 20;
        let started = world.start().unwrap();
        if started.notes.iter().any(|note| note.limit == Limit::Memory) {
            println!("SKIP no memory controller");
            started.cgroup.kill().unwrap();
            world.wait(&started);
            continue;
        }
        let ended = world.wait(&started);
        assert_eq!((ended.code(), ended.oom_kills), (137, Some(1)), "{who:?}");
    }
}

#[test]
fn our_executable_cannot_be_overwritten() {
    // CVE-2019-5736: by way of a process of ours that is in the task's world, while it runs and when it is started again.
    if skip() {
        return;
    }
    let before = fs::read("/proc/self/exe").unwrap();
    for who in ALL {
        let script =
            "for exe in /proc/1/exe /proc/[0-9]*/exe; do { echo x >> $exe; } 2>/dev/null && echo written; done; true";
        assert_eq!(world(who, script).run().stdout, "", "{who:?}");
        assert!(fs::read("/proc/self/exe").unwrap() == before, "{who:?}");
    }
}
