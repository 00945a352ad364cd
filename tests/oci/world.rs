//! All that /proc and the cgroups tell of a process, as named values that can be compared.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use jobctl::linux::mountinfo::{MountEntry, MountTable};

use crate::bench::without_identifier;

/// What of /proc/PID/status does not tell one process from another.
const STATUS: [&str; 20] = [
    "Umask",
    "Uid",
    "Gid",
    "Groups",
    "Threads",
    "SigBlk",
    "SigIgn",
    "SigCgt",
    "CapInh",
    "CapPrm",
    "CapEff",
    "CapBnd",
    "CapAmb",
    "NoNewPrivs",
    "Seccomp",
    "Seccomp_filters",
    "Cpus_allowed_list",
    "Mems_allowed_list",
    "CoreDumping",
    "TracerPid",
];

/// Controller of cgroup v1, and its files that a job can set.
const V1: [(&str, &[&str]); 4] = [
    ("memory", &["memory.limit_in_bytes", "memory.soft_limit_in_bytes", "memory.memsw.limit_in_bytes"]),
    ("cpu", &["cpu.shares", "cpu.cfs_quota_us"]),
    ("pids", &["pids.max"]),
    ("cpuset", &["cpuset.cpus", "cpuset.mems"]),
];

/// Those of cgroup v2.
const V2: [&str; 9] = [
    "memory.max",
    "memory.high",
    "memory.low",
    "memory.min",
    "memory.swap.max",
    "cpu.weight",
    "cpu.max",
    "pids.max",
    "cpuset.cpus.effective",
];

/// What glibc leaves ignored in a child that it starts for a program with threads (its own signals, 32 and 33): a runtime hands it on.
const OF_THE_C_LIBRARY: u64 = 3 << 31;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct World(pub BTreeMap<String, String>);

impl World {
    /// Of a process whose allocation has this identifier and lies in this directory.
    pub fn of(pid: u64, allocation: &str, directory: &Path) -> Self {
        let process = PathBuf::from(format!("/proc/{pid}"));
        let read = |name: &str| String::from_utf8_lossy(&fs::read(process.join(name)).unwrap()).into_owned();
        let own = fs::read_to_string("/proc/self/status").unwrap();
        let ignored = own.lines().find_map(|line| line.strip_prefix("SigIgn:")).map_or(0, signals);
        let mut values = BTreeMap::new();
        let mut add = |key: String, value: &str| {
            let value = value.replace(directory.to_str().unwrap(), "");
            values.insert(key, without_identifier(&value, allocation));
        };
        for (key, value) in read("status").lines().filter_map(|line| line.split_once(':')) {
            if key == "SigIgn" {
                // A runtime hands on what its caller ignores; jobctl does not.
                add(format!("status {key}"), &format!("{:x}", signals(value) & !ignored & !OF_THE_C_LIBRARY));
            } else if STATUS.contains(&key) {
                add(format!("status {key}"), value.trim());
            }
            if key == "NSpid" {
                add("process namespaces".to_owned(), &value.split_whitespace().count().to_string());
            }
        }
        for line in read("limits").lines().skip(1) {
            let (name, values) = line.split_at(26);
            add(format!("limit {}", name.trim()), &values.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        for (name, value) in read("environ").split_terminator('\0').filter_map(|variable| variable.split_once('=')) {
            add(format!("environment {name}"), value);
        }
        for name in ["oom_score_adj", "cmdline", "loginuid"] {
            add(name.to_owned(), read(name).trim());
        }
        // Without a security module there is nothing to read.
        add("security context".to_owned(), fs::read_to_string(process.join("attr/current")).unwrap_or_default().trim());
        let link = |name: &str| fs::read_link(process.join(name)).unwrap();
        add("working directory".to_owned(), link("cwd").to_str().unwrap());
        for name in ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts", "time"] {
            let own =
                fs::read_link(Path::new("/proc/thread-self/ns").join(name)).unwrap() != link(&format!("ns/{name}"));
            add(format!("namespace {name}"), if own { "its own" } else { "the host's" });
        }
        for entry in fs::read_dir(process.join("fd")).unwrap().map(Result::unwrap) {
            // A runtime that stays has pipes where ours has /dev/null and pipes.
            add(format!("descriptor {}", entry.file_name().to_str().unwrap()), "open");
        }
        for entry in MountTable::parse(read("mountinfo").as_bytes()).unwrap().mounts {
            add(format!("mount {}", entry.mount_point.display()), &mount(&entry));
        }
        for directory in ["", "dev"] {
            for entry in fs::read_dir(process.join("root").join(directory)).unwrap().map(Result::unwrap) {
                let path = Path::new("/").join(directory).join(entry.file_name());
                add(format!("file {}", path.display()), &file(&entry.path()));
            }
        }
        for (name, value) in cgroup_values(&read("cgroup")) {
            add(format!("cgroup {name}"), &value);
        }
        Self(values)
    }
}

/// Where the two differ in what they are meant to agree in.
pub(crate) fn differences(ours: &World, theirs: &World) -> Vec<String> {
    let keys = ours.0.keys().chain(theirs.0.keys().filter(|key| !ours.0.contains_key(*key)));
    let mut found = Vec::new();
    for key in keys {
        let [ours, theirs] = [ours, theirs].map(|world| world.0.get(key).map_or("nothing", String::as_str));
        if ours != theirs && !is_known(key, ours, theirs) {
            found.push(format!("{key}: {ours} here, {theirs} there"));
        }
    }
    found
}

/// What cannot be the same, and is as docs/oci.md says.
fn is_known(key: &str, ours: &str, theirs: &str) -> bool {
    match key {
        // The root is a tmpfs of ours, a directory of the bundle there; both are read-only and hold nothing but places to mount on.
        "mount /" => ours.starts_with("/ ro,nosuid,nodev,relatime tmpfs ") && theirs.contains("/rootfs ro,relatime "),
        // A link to what is hidden.
        "file /dev/core" => ours == "nothing" && theirs == "link to /proc/kcore",
        // Programs written in Go raise their soft limit, and hand it on where the job sets none.
        "limit Max open files" => {
            let hard = |limit: &str| limit.split(' ').nth(1).map(str::to_owned);
            hard(ours) == hard(theirs) && hard(theirs).as_deref() == theirs.split(' ').next()
        }
        // crun gives what a task has as standard input to its user.
        "file /dev/null" => [ours, theirs].iter().all(|file| file.starts_with("character device 1:3 666 ")),
        // A path of /proc that is made read-only; /proc itself has the flags.
        _ if ours.ends_with(" ro,nosuid,nodev,noexec,relatime proc rw") => {
            theirs == ours.replace(",nosuid,nodev,noexec", "")
        }
        // What hides a directory is empty and read-only; what hides a file is the null device.
        _ if ours.starts_with("/ ro,nosuid,noexec,relatime tmpfs ") => {
            theirs.starts_with("/ ro") && theirs.contains(" tmpfs ")
        }
        _ => ours.starts_with("/null ") && theirs.starts_with("/null "),
    }
}

/// What is mounted and how: not the numbers, nor the name that a file system without a device was mounted by.
fn mount(entry: &MountEntry) -> String {
    let MountEntry { root, options, file_system, super_options, peers, .. } = entry;
    let mut said = format!("{} {} {file_system} {}", root.display(), options.join(","), super_options.join(","));
    for (on, tag) in [(peers.shared.is_some(), " shared"), (peers.master.is_some(), " slave")] {
        said.push_str(if on { tag } else { "" });
    }
    said
}

fn signals(hexadecimal: &str) -> u64 {
    u64::from_str_radix(hexadecimal.trim(), 16).unwrap()
}

fn file(path: &Path) -> String {
    let status = fs::symlink_metadata(path).unwrap();
    let kind = status.file_type();
    let device = || format!("{}:{}", rustix::fs::major(status.rdev()), rustix::fs::minor(status.rdev()));
    let what = if kind.is_symlink() {
        return format!("link to {}", fs::read_link(path).unwrap().display());
    } else if kind.is_char_device() {
        format!("character device {}", device())
    } else if kind.is_block_device() {
        format!("block device {}", device())
    } else if kind.is_dir() {
        "directory".to_owned()
    } else {
        "file".to_owned()
    };
    format!("{what} {:o} {}:{}", status.mode() & 0o7777, status.uid(), status.gid())
}

/// The limits in force in the cgroups of a process, from its /proc/PID/cgroup.
fn cgroup_values(text: &str) -> Vec<(String, String)> {
    let table = MountTable::read().unwrap();
    let mounted = |file_system: &str, controller: &str| {
        let of = |entry: &&MountEntry| {
            entry.file_system == file_system
                && (controller.is_empty() || entry.super_options.iter().any(|option| option == controller))
        };
        table.mounts.iter().find(of).map(|entry| entry.mount_point.clone())
    };
    let mut values = Vec::new();
    for line in text.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next().unwrap(), parts.next().unwrap().trim_start_matches('/'));
        let (place, names) = if controllers.is_empty() {
            (mounted("cgroup2", ""), V2.to_vec())
        } else {
            let known = controllers.split(',').filter_map(|name| V1.iter().find(|(known, _)| *known == name));
            let (controller, names): (Vec<_>, Vec<_>) = known.map(|(name, files)| (*name, files.to_vec())).unzip();
            (controller.first().and_then(|name| mounted("cgroup", name)), names.concat())
        };
        let Some(place) = place else { continue };
        for name in names {
            if let Ok(value) = fs::read_to_string(place.join(path).join(name)) {
                values.push((name.to_owned(), value.trim().to_owned()));
            }
        }
    }
    values
}
