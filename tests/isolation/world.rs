//! What a task sees: root, mounts, devices, masked paths, namespaces. Each line of the isolation contract, from inside.

use std::fs;

use jobctl::plan::NamespaceMode;
use jobctl::sandbox::Method;

use crate::harness::{World, skip};

const METHODS: [Method; 2] = [Method::Descriptors, Method::Paths];

/// The output of a script of nobody, the same by both mount interfaces.
fn seen(script: &str) -> String {
    let [new, old] = METHODS.map(|method| {
        let mut world = World::exec(script);
        world.method = Some(method);
        world.output()
    });
    assert_eq!(new, old, "both interfaces make the same world");
    new
}

#[test]
fn the_root_holds_what_the_plan_names_and_nothing_else() {
    if skip() {
        return;
    }
    let mut expected: Vec<_> =
        ["alloc", "dev", "local", "private", "proc", "secrets", "sys", "tmp"].map(str::to_owned).into();
    let of_the_host = ["bin", "etc", "lib", "lib32", "lib64", "sbin", "usr"].into_iter();
    expected.extend(of_the_host.filter(|name| fs::symlink_metadata(format!("/{name}")).is_ok()).map(str::to_owned));
    expected.sort();
    assert_eq!(seen("ls -A /"), expected.join("\n") + "\n");
}

#[test]
fn the_root_and_what_comes_from_the_host_are_read_only() {
    if skip() {
        return;
    }
    for path in ["/x", "/usr/x", "/etc/x", "/sys/x", "/alloc/logs/x", "/usr/bin/x"] {
        let mut world = World::exec(&format!("echo > {path}"));
        world.become_root();
        let ended = world.run();
        assert_ne!(ended.code(), 0);
        assert!(ended.stderr.contains("Read-only file system"), "{path}: {}", ended.stderr);
    }
}

#[test]
fn its_own_directories_can_be_written_by_its_user() {
    if skip() {
        return;
    }
    let script =
        "for d in /local /private /tmp /alloc/data /alloc/tmp /secrets /dev/shm; do echo $d > $d/x && cat $d/x; done";
    assert_eq!(seen(script), "/local\n/private\n/tmp\n/alloc/data\n/alloc/tmp\n/secrets\n/dev/shm\n");
}

#[test]
fn what_is_written_lies_where_the_host_expects_it_and_secrets_on_no_disk() {
    if skip() {
        return;
    }
    let mut world = World::exec("for d in /local /private /tmp /alloc/data /secrets; do echo $d > $d/mark; done");
    world.output();
    for (inside, outside) in
        [("/local", "root/local"), ("/private", "root/private"), ("/tmp", "root/tmp"), ("/alloc/data", "alloc/data")]
    {
        assert_eq!(fs::read_to_string(world.path(outside).join("mark")).unwrap(), format!("{inside}\n"));
    }
    assert!(!world.path("root/secrets").exists());
    assert_eq!(seen("stat -f -c %T /secrets; stat -c '%a %u %g' /secrets"), "tmpfs\n700 65534 65534\n");
}

#[test]
fn mounts_have_their_options() {
    if skip() {
        return;
    }
    let script = r#"while read -r id parent device root point options rest; do
        case $point in /|/dev*|/proc|/sys|/usr|/alloc*|/local|/secrets) echo "$point $options ${rest#*- }";; esac
    done < /proc/self/mountinfo | sed 's/,relatime//' | awk '{print $1, $2, $3}' | sort"#;
    insta::assert_snapshot!(seen(script).replace("ext4", "DISK").replace("overlay", "DISK"), @r"
    / ro,nosuid,nodev tmpfs
    /alloc rw,nosuid,nodev DISK
    /alloc/logs ro,nosuid,nodev,noexec DISK
    /dev rw,nosuid tmpfs
    /dev/mqueue rw,nosuid,nodev,noexec mqueue
    /dev/pts rw,nosuid,noexec devpts
    /dev/shm rw,nosuid,nodev,noexec tmpfs
    /local rw,nosuid,nodev DISK
    /proc rw,nosuid,nodev,noexec proc
    /secrets rw,nosuid,nodev,noexec tmpfs
    /sys ro,nosuid,nodev,noexec sysfs
    /usr ro,nosuid,nodev DISK
    ");
}

#[test]
fn no_mount_of_the_task_is_shared_with_the_host() {
    if skip() {
        return;
    }
    assert_eq!(seen("grep -cE 'shared:|master:' /proc/self/mountinfo || true"), "0\n");
}

#[test]
fn devices_and_links_are_in_dev_and_work() {
    if skip() {
        return;
    }
    let script = "ls /dev; echo x > /dev/null; head -c 3 /dev/zero | od -An -tx1; head -c 8 /dev/urandom | wc -c; \
                  dd if=/dev/zero of=/dev/full count=1 2>&1 | grep -o 'No space'; readlink /dev/stdin /dev/fd /dev/ptmx; \
                  stat -c '%a %F %t:%T' /dev/null /dev/tty";
    insta::assert_snapshot!(seen(script), @r"
    fd
    full
    mqueue
    null
    ptmx
    pts
    random
    shm
    stderr
    stdin
    stdout
    tty
    urandom
    zero
     00 00 00
    8
    No space
    /proc/self/fd/0
    /proc/self/fd
    pts/ptmx
    666 character special file 1:3
    666 character special file 5:0
    ");
}

#[test]
fn a_pseudo_terminal_is_its_own() {
    if skip() {
        return;
    }
    assert_eq!(seen("ls /dev/pts; stat -c %a /dev/pts/ptmx; exec 9<>/dev/ptmx; ls /dev/pts"), "ptmx\n666\n0\nptmx\n");
}

#[test]
fn masked_paths_show_nothing() {
    if skip() {
        return;
    }
    assert_eq!(seen("cat /proc/kcore /sys/firmware/* 2>/dev/null | wc -c"), "0\n");
}

#[test]
fn read_only_paths_of_proc_cannot_be_written_not_even_by_root() {
    if skip() {
        return;
    }
    let mut world = World::exec("echo jobctl > /proc/sys/kernel/hostname; echo h > /proc/sysrq-trigger; true");
    world.become_root();
    let ended = world.run();
    let refused = ended.stderr.matches("Read-only file system").count();
    assert!(refused == 2 || refused == 1 && ended.stderr.contains("nonexistent"), "{}", ended.stderr);
}

#[test]
fn a_private_pid_namespace_shows_only_the_task() {
    if skip() {
        return;
    }
    assert_eq!(seen("echo $$; for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/comm; done"), "2\njobctl-init\nsh\n");
}

#[test]
fn pid_mode_host_shows_the_host() {
    if skip() {
        return;
    }
    let mut world = World::exec("readlink /proc/self/ns/pid");
    world.isolation().namespaces.pid = NamespaceMode::Host;
    assert_eq!(world.output().trim(), fs::read_link("/proc/self/ns/pid").unwrap().to_str().unwrap());
}

#[test]
fn namespaces_are_private_except_where_the_job_says_host() {
    if skip() {
        return;
    }
    let own = |kind: &str| fs::read_link(format!("/proc/self/ns/{kind}")).unwrap().to_str().unwrap().to_owned();
    let script = "cd /proc/self/ns; for n in mnt pid ipc uts net user; do readlink $n; done";
    let inside = seen_namespaces(script, NamespaceMode::Private);
    let outside: Vec<_> = ["mnt", "pid", "ipc", "uts", "net", "user"].map(own).into();
    let differs: Vec<_> = inside.iter().zip(&outside).map(|(inside, outside)| inside != outside).collect();
    assert_eq!(differs, [true, true, true, true, false, false]);
    let inside = seen_namespaces(script, NamespaceMode::Host);
    let differs: Vec<_> = inside.iter().zip(&outside).map(|(inside, outside)| inside != outside).collect();
    assert_eq!(differs, [true, true, false, true, false, false]);
}

fn seen_namespaces(script: &str, ipc: NamespaceMode) -> Vec<String> {
    let mut world = World::exec(script);
    world.isolation().namespaces.ipc = ipc;
    world.output().lines().map(str::to_owned).collect()
}

#[test]
fn the_host_name_is_its_own() {
    if skip() {
        return;
    }
    assert_eq!(seen("cat /proc/sys/kernel/hostname"), "test-host\n");
    assert_ne!(fs::read_to_string("/proc/sys/kernel/hostname").unwrap(), "test-host\n");
}

#[test]
fn a_network_namespace_that_is_named_is_joined() {
    if skip() {
        return;
    }
    // Held by a thread, named by its path: as `ip netns add` does with a bind.
    let (send, receive) = std::sync::mpsc::channel();
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let holder = std::thread::spawn(move || {
        let made = nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNET);
        let thread = nix::unistd::gettid();
        send.send(made.map(|()| format!("/proc/{}/task/{thread}/ns/net", std::process::id()))).unwrap();
        let _ = wait.recv();
    });
    match receive.recv().unwrap() {
        Err(errno) => println!("SKIP needs network namespaces: {errno}"),
        Ok(path) => {
            let name = fs::read_link(&path).unwrap();
            let mut world = World::exec("readlink /proc/self/ns/net; ls /sys/class/net");
            world.isolation().namespaces.network = path;
            assert_eq!(world.output(), format!("{}\nlo\n", name.display()));
        }
    }
    drop(done);
    holder.join().unwrap();
}

#[test]
fn etc_can_be_replaced_file_by_file() {
    if skip() {
        return;
    }
    for method in METHODS {
        let mut world = World::exec("cat /etc/passwd; id -un; ls -A / | grep -c text; echo x > /etc/passwd");
        world.method = Some(method);
        let text = jobctl::plan::MountSource::Text { content: "tester:x:65534:65534::/:/bin/sh\n".into() };
        world.mount("/etc/passwd", text);
        let ended = world.run();
        assert_eq!(ended.stdout, "tester:x:65534:65534::/:/bin/sh\ntester\n0\n");
        assert!(ended.stderr.contains("Read-only") || ended.stderr.contains("Permission denied"), "{}", ended.stderr);
    }
}

#[test]
fn without_pivot_root_the_world_is_the_same() {
    if skip() {
        return;
    }
    for method in METHODS {
        let mut world = World::exec("ls -A / | head -1; ls /proc/1/root 2>&1 | head -1; wc -l < /proc/self/mountinfo");
        world.method = Some(method);
        let pivoted = world.run().stdout;
        world.isolation().pivot_root = false;
        fs::remove_file(world.path("logs/test.stdout.0")).unwrap();
        fs::remove_file(world.path("logs/test.stderr.0")).unwrap();
        let moved = world.run().stdout;
        assert_eq!(pivoted.lines().next(), moved.lines().next());
    }
}
