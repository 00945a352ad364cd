//! As whom a task runs and what it may: user, capabilities, limits, environment, descriptors.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::fd::AsRawFd;

use jobctl::linux::capability;
use jobctl::plan::{Capabilities, Rlimit};

use crate::harness::{World, skip};

/// The five sets and no_new_privs, as the task reads them of itself.
const STATUS: &str = "grep -E 'Cap|NoNewPrivs' /proc/self/status | tr -d '\\t'";

fn hex(names: &[&str]) -> String {
    let names: BTreeSet<String> = names.iter().map(|name| format!("CAP_{name}")).collect();
    format!("{:016x}", capability::bits(&names).unwrap())
}

fn status(inheritable: &str, permitted: &str, effective: &str, bounding: &str, ambient: &str, no_new: u8) -> String {
    format!(
        "CapInh:{inheritable}\nCapPrm:{permitted}\nCapEff:{effective}\nCapBnd:{bounding}\nCapAmb:{ambient}\nNoNewPrivs:{no_new}\n"
    )
}

const NONE: &str = "0000000000000000";

#[test]
fn nobody_has_no_capability_but_a_bounding_set() {
    if skip() {
        return;
    }
    let mut world = World::exec(STATUS);
    let bounding = format!("{:016x}", capability::bits(&world.task.capabilities.bounding).unwrap());
    assert_eq!(world.output(), status(NONE, NONE, NONE, &bounding, NONE, 1));
}

#[test]
fn what_cap_add_names_is_in_all_five_sets() {
    if skip() {
        return;
    }
    let mut world = World::exec(STATUS);
    let set: BTreeSet<String> = ["CAP_NET_BIND_SERVICE".to_owned(), "CAP_CHOWN".to_owned()].into();
    world.task.capabilities = Capabilities {
        bounding: set.clone(),
        permitted: set.clone(),
        effective: set.clone(),
        inheritable: set.clone(),
        ambient: set,
    };
    let set = hex(&["NET_BIND_SERVICE", "CHOWN"]);
    assert_eq!(world.output(), status(&set, &set, &set, &set, &set, 1));
    world.task.command.args[1] = "touch /local/x && chown 1:1 /local/x && stat -c %u /local/x; id -u".into();
    let ended = world.run();
    assert!(ended.stdout.ends_with("1\n65534\n"), "{ended:?}");
}

#[test]
fn root_has_what_we_may_give_away_and_may_gain_privileges() {
    if skip() {
        return;
    }
    let mut world = World::exec(STATUS);
    world.become_root();
    let all = format!("{:016x}", capability::available());
    assert_eq!(world.output(), status(NONE, &all, &all, &all, NONE, 0));
}

#[test]
fn a_dropped_capability_of_root_is_out_of_reach() {
    if skip() {
        return;
    }
    let mut world = World::exec(&format!("{STATUS}; chown 1 /local 2>&1 | grep -o 'not permitted'"));
    world.become_root();
    for set in [
        &mut world.task.capabilities.bounding,
        &mut world.task.capabilities.permitted,
        &mut world.task.capabilities.effective,
    ] {
        set.remove("CAP_CHOWN");
    }
    let left = format!("{:016x}", capability::available() & !1);
    assert_eq!(world.output(), status(NONE, &left, &left, &left, NONE, 0) + "not permitted\n");
}

#[test]
fn user_group_and_supplementary_groups() {
    if skip() {
        return;
    }
    let mut world = World::exec("id -u; id -g; id -G; umask; grep -E '^(Uid|Gid)' /proc/self/status | tr '\\t' ' '");
    world.task.user.uid = 1234;
    world.task.user.gid = 2345;
    world.task.user.groups = vec![7, 2345];
    assert_eq!(world.output(), "1234\n2345\n2345 7\n0022\nUid: 1234 1234 1234 1234\nGid: 2345 2345 2345 2345\n");
}

#[test]
fn it_is_a_session_of_its_own_without_a_terminal() {
    if skip() {
        return;
    }
    assert_eq!(World::exec("cut -d' ' -f1,5,6,7 /proc/$$/stat").output(), "2 2 2 0\n");
}

#[test]
fn signals_are_at_their_default_and_none_is_blocked() {
    if skip() {
        return;
    }
    let output = World::exec("exec cat /proc/self/status").output();
    let signals =
        output.lines().filter(|line| ["SigBlk", "SigIgn", "SigCgt"].iter().any(|name| line.starts_with(name)));
    let output = signals.map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
    assert_eq!(output, format!("SigBlk:\t{NONE}\nSigIgn:\t{NONE}\nSigCgt:\t{NONE}\n"));
}

#[test]
fn resource_limits_are_set_and_the_rest_is_the_callers() {
    if skip() {
        return;
    }
    let mut world = World::exec("ulimit -Sn; ulimit -Hn; ulimit -Hs");
    world.task.rlimits.insert("nofile".into(), Rlimit { soft: 100, hard: 200 });
    let stack = rustix::process::getrlimit(rustix::process::Resource::Stack);
    let stack = stack.maximum.map_or("unlimited".to_owned(), |bytes| (bytes / 1024).to_string());
    assert_eq!(world.output(), format!("100\n200\n{stack}\n"));
}

#[test]
fn oom_score_adj_is_the_plans() {
    if skip() {
        return;
    }
    let mut world = World::exec("cat /proc/self/oom_score_adj");
    world.task.oom_score_adj = 123;
    assert_eq!(world.output(), "123\n");
}

#[test]
fn the_environment_is_only_what_is_given() {
    if skip() {
        return;
    }
    let mut world = World::exec("");
    world.task.command.command = "env".into();
    world.task.command.args.clear();
    world.task.env.clear();
    assert_eq!(world.output(), "");
    world.task.env.insert("A".into(), "b=c d\n".into());
    assert_eq!(world.output(), "A=b=c d\n\n");
}

#[test]
fn the_task_has_no_descriptor_but_its_streams_and_those_passed() {
    if skip() {
        return;
    }
    // One that we leave open over exec, as a careless caller would.
    let leak = File::open("/etc/hostname").unwrap();
    rustix::io::fcntl_setfd(&leak, rustix::io::FdFlags::empty()).unwrap();
    let mut world = World::exec("exec ls /proc/self/fd");
    assert_eq!(world.output(), "0\n1\n2\n3\n", "3 is the listing itself");
    let given = File::open("/proc/self/status").unwrap();
    world.passed = vec![(9, given.try_clone().unwrap().into()), (4, given.into())];
    fs::remove_file(world.path("logs/test.stdout.0")).unwrap();
    world.task.command.args[1] = "head -1 <&9; exec ls /proc/self/fd".into();
    let comm = fs::read_to_string("/proc/self/comm").unwrap();
    assert_eq!(world.output(), format!("Name:\t{comm}0\n1\n2\n3\n4\n9\n"));
    assert!(leak.as_raw_fd() > 2);
}

#[test]
fn standard_input_is_null_and_its_streams_can_be_opened_again() {
    if skip() {
        return;
    }
    let mut world = World::exec("wc -c; echo out > /dev/stdout; echo err > /dev/stderr; readlink /proc/self/fd/0");
    let ended = world.run();
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("0\nout\n/dev/null\n", "err\n"));
}

#[test]
fn disabled_logs_are_thrown_away() {
    if skip() {
        return;
    }
    let mut world = World::exec("echo out; exit 3");
    world.task.logs.disabled = true;
    let ended = world.run();
    assert_eq!((ended.code(), ended.stdout.as_str()), (3, ""));
    assert_eq!(fs::read_dir(world.path("logs")).unwrap().count(), 0);
}

#[test]
fn init_shows_nothing_to_the_task() {
    if skip() {
        return;
    }
    // CVE-2019-5736, CVE-2016-9962, CVE-2024-21626. Root may list names and, with CAP_SYS_ADMIN, read the memory map: no way in.
    let nobody = "cat /proc/1/environ /proc/1/maps /proc/1/fd/*; ls /proc/1/fd;";
    let both = "for f in exe root cwd fd/3 fd/4 ns/mnt; do readlink /proc/1/$f; done; cd /proc/1/root && echo entered; \
                cat /proc/1/mem; kill -9 1; cat /proc/1/comm";
    for root in [false, true] {
        let mut world = World::exec(&if root { both.to_owned() } else { nobody.to_owned() + both });
        if root {
            world.become_root();
            // All but the one that lets root look at everything on the machine.
            let capabilities = &mut world.task.capabilities;
            for set in [&mut capabilities.bounding, &mut capabilities.permitted, &mut capabilities.effective] {
                set.remove("CAP_SYS_PTRACE");
            }
        }
        let ended = world.run();
        assert_eq!(ended.stdout, "jobctl-init\n", "root: {root}, {}", ended.stderr);
    }
}

#[test]
fn our_executable_cannot_be_written_even_by_one_who_may_see_it() {
    if skip() {
        return;
    }
    let digest = || fs::read("/proc/self/exe").unwrap().len();
    let before = digest();
    let script = "{ echo x >> /proc/1/exe; } 2>&1 | grep -oE 'Read-only|busy|denied|nonexistent'";
    let mut world = World::exec(script);
    world.become_root();
    let ended = world.run();
    assert_ne!(ended.stdout, "", "the attempt was refused: {}", ended.stderr);
    assert_eq!(digest(), before);
}
