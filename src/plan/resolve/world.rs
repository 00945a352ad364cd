//! The world of an isolated task: what of the host it sees, its own directories, /dev, /proc, /sys, and the rest.
//!
//! In the order in which it is built.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::driver_config::{DeviceConfig, DriverConfig};
use super::namespaces::namespaces;
use crate::diagnostic::{Diagnostic, Sink};
use crate::host::{Facts, Host, PathFact, is_within, normalise, resolve_link};
use crate::jobspec::Dns;
use crate::plan::{
    Device, DeviceKind, Isolation, Mount, MountFlags, MountSource, NamespaceMode, Namespaces, Propagation, User,
};

/// Size of /dev/shm, in bytes.
const SHM_SIZE: u64 = 64 << 20;
/// Symbolic links of /dev.
const DEVICE_LINKS: [(&str, &str); 5] = [
    ("/dev/fd", "/proc/self/fd"),
    ("/dev/ptmx", "pts/ptmx"),
    ("/dev/stderr", "/proc/self/fd/2"),
    ("/dev/stdin", "/proc/self/fd/0"),
    ("/dev/stdout", "/proc/self/fd/1"),
];
/// Device nodes every task has (linux/Documentation/admin-guide/devices.txt).
const DEVICES: [(&str, u32, u32); 6] = [
    ("/dev/null", 1, 3),
    ("/dev/zero", 1, 5),
    ("/dev/full", 1, 7),
    ("/dev/random", 1, 8),
    ("/dev/urandom", 1, 9),
    ("/dev/tty", 5, 0),
];
const MASKED_PATHS: [&str; 2] = ["/proc/kcore", "/sys/firmware"];
const READ_ONLY_PATHS: [&str; 4] = ["/proc/bus", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/// What of the host a task sees.
#[derive(Debug)]
pub(super) struct World<'a> {
    /// The host.
    pub(super) host: &'a Host,
    /// Path in the task → path on the host, of everything that is bound.
    binds: BTreeMap<String, String>,
    /// Path in the task → target, of links that lead to what is bound.
    links: BTreeMap<String, String>,
}

impl<'a> World<'a> {
    /// The part every task of this host has.
    pub(super) fn new(host: &'a Host) -> Self {
        let (mut binds, mut links) = (BTreeMap::new(), BTreeMap::new());
        let chroot = &host.settings().chroot_env;
        let is_bound = |path: &str| {
            let mut entries = chroot.iter().filter(|(to, from)| to == from);
            entries.any(|(to, from)| is_within(path, to) && !is_link(&host.facts, from))
        };
        for (to, from) in chroot {
            match host.facts.paths.get(from) {
                None => {}
                Some(PathFact::Symlink { target }) => match resolve_link(from, target) {
                    Some(real) if to == from && is_bound(&real) => drop(links.insert(to.clone(), target.clone())),
                    Some(real) if host.facts.paths.contains_key(&real) => drop(binds.insert(to.clone(), real)),
                    Some(_) | None => {}
                },
                Some(_) => drop(binds.insert(to.clone(), from.clone())),
            }
        }
        let mut world = Self { host, binds, links };
        world.add_resolver();
        world
    }

    /// A symbolic link at /etc/resolv.conf leads to a file that must be there too.
    fn add_resolver(&mut self) {
        const RESOLVER: &str = "/etc/resolv.conf";
        let Some(PathFact::Symlink { target }) = self.host.facts.paths.get(RESOLVER) else { return };
        let Some(real) = resolve_link(RESOLVER, target) else { return };
        let seen = self.binds.keys().any(|bound| is_within(&real, bound));
        if !seen && matches!(self.host.facts.paths.get(&real), Some(PathFact::File)) {
            self.binds.insert(real.clone(), real);
        }
    }

    /// The path on the host that a path in the task is bound from.
    pub(super) fn on_host(&self, path: &str) -> Option<String> {
        let mut path = path.to_owned();
        if let Some((link, target)) = self.links.iter().find(|(link, _)| is_within(&path, link)) {
            path = format!("{}{}", resolve_link(link, target)?, &path[link.len()..]);
        }
        let (to, from) = self.binds.iter().filter(|(to, _)| is_within(&path, to)).max_by_key(|(to, _)| to.len())?;
        Some(format!("{from}{}", &path[to.len()..]))
    }

    /// A refusal where nothing can be mounted: inside a part of the host that is bound read-only and has no such path.
    pub(super) fn no_mount_point(&self, destination: &str) -> Option<Diagnostic> {
        let on_host = self.on_host(destination)?;
        if self.host.facts.follow(&on_host).is_some() {
            return None;
        }
        Some(
            Diagnostic::error("volume_mount::no_mount_point", format!("nothing can be mounted at {destination:?}"))
                .help(format!(
                    "{on_host} of the host is seen there, read-only, and does not exist: create it, or mount elsewhere"
                )),
        )
    }

    /// The world of a task, volumes last.
    pub(super) fn isolation(
        &self,
        config: &DriverConfig,
        parts: Parts<'_>,
        volumes: Vec<Mount>,
        sink: &mut Sink,
    ) -> Isolation {
        let facts = &self.host.facts;
        let settings = &self.host.settings().exec;
        let namespaces = namespaces(config, settings, facts.kernel.root, sink);
        let mut mounts: Vec<Mount> = self.binds.iter().map(|(to, from)| host(to, from)).collect();
        if config.generated_etc.unwrap_or(settings.defaults.generated_etc) {
            mounts.push(text("/etc/passwd", passwd(parts.user)));
            mounts.push(text("/etc/group", group(parts.user, facts)));
        }
        if let Some(dns) = parts.dns {
            mounts.push(text("/etc/resolv.conf", resolver(dns)));
        }
        mounts.extend(own_directories(parts.secrets_size));
        mounts.extend(kernel_file_systems(facts, &namespaces));
        mounts.extend(volumes);
        let links = DEVICE_LINKS.iter().map(|(link, target)| ((*link).to_owned(), (*target).to_owned()));
        Isolation {
            namespaces,
            hostname: parts.hostname,
            pivot_root: !(settings.no_pivot_root || facts.ramdisk_root),
            mounts,
            symlinks: self.links.clone().into_iter().chain(links).collect(),
            devices: devices(&config.devices, facts, sink),
            masked_paths: MASKED_PATHS.map(str::to_owned).into(),
            readonly_paths: READ_ONLY_PATHS.map(str::to_owned).into(),
        }
    }
}

/// What of a task goes into its world.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) user: &'a User,
    pub(super) hostname: String,
    pub(super) dns: Option<&'a Dns>,
    /// In bytes.
    pub(super) secrets_size: u64,
}

fn is_link(facts: &Facts, path: &str) -> bool {
    matches!(facts.paths.get(path), Some(PathFact::Symlink { .. }))
}

fn mount(destination: &str, source: MountSource, flags: MountFlags) -> Mount {
    Mount { destination: destination.to_owned(), source, flags, propagation: Propagation::Private, volume: None }
}

/// A part of the host: read-only, without set-user-ID and devices.
fn host(destination: &str, path: &str) -> Mount {
    let flags = MountFlags { read_only: true, nosuid: true, nodev: true, noexec: false };
    mount(destination, MountSource::Host { path: path.to_owned() }, flags)
}

fn text(destination: &str, content: String) -> Mount {
    let flags = MountFlags { read_only: true, nosuid: true, nodev: true, noexec: true };
    mount(destination, MountSource::Text { content }, flags)
}

fn own_directories(secrets_size: u64) -> [Mount; 6] {
    let writable = MountFlags { nosuid: true, nodev: true, ..MountFlags::default() };
    let task = |destination: &str| {
        let path = destination.trim_start_matches('/').to_owned();
        mount(destination, MountSource::Task { path }, writable)
    };
    let allocation = |destination: &str, path: &str, flags: MountFlags| {
        mount(destination, MountSource::Allocation { path: path.to_owned() }, flags)
    };
    [
        allocation("/alloc", "", writable),
        // What the task has written is rotated by others: it may read it and no more.
        allocation("/alloc/logs", "logs", MountFlags { read_only: true, noexec: true, ..writable }),
        task("/local"),
        task("/private"),
        mount(
            "/secrets",
            MountSource::Tmpfs { size: secrets_size, mode: 0o700, owned: true },
            MountFlags { noexec: true, ..writable },
        ),
        task("/tmp"),
    ]
}

/// /dev, /proc and /sys. What a user namespace may not mount is bound from the host.
fn kernel_file_systems(facts: &Facts, namespaces: &Namespaces) -> Vec<Mount> {
    let none = MountFlags { nosuid: true, nodev: true, noexec: true, read_only: false };
    let (nodes, terminals) =
        (MountFlags { nosuid: true, ..MountFlags::default() }, MountFlags { nodev: false, ..none });
    let bound = |path: &str, flags: MountFlags| mount(path, MountSource::Host { path: path.to_owned() }, flags);
    let (private_pid, private_ipc) =
        (namespaces.pid == NamespaceMode::Private, namespaces.ipc == NamespaceMode::Private);
    let mut mounts = vec![
        mount("/dev", MountSource::Tmpfs { size: 0, mode: 0o755, owned: false }, nodes),
        mount("/dev/pts", MountSource::Devpts, terminals),
        mount("/dev/shm", MountSource::Tmpfs { size: SHM_SIZE, mode: 0o1777, owned: false }, none),
    ];
    if facts.kernel.file_systems.contains("mqueue") && (private_ipc || !namespaces.user) {
        mounts.push(mount("/dev/mqueue", MountSource::Mqueue, none));
    }
    mounts.push(if private_pid || !namespaces.user {
        mount("/proc", MountSource::Proc, none)
    } else {
        bound("/proc", none)
    });
    let sys = MountFlags { read_only: true, ..none };
    mounts.push(if namespaces.user { bound("/sys", sys) } else { mount("/sys", MountSource::Sysfs, sys) });
    mounts
}

fn devices(asked: &[DeviceConfig], facts: &Facts, sink: &mut Sink) -> Vec<Device> {
    let mut devices: Vec<Device> = DEVICES
        .iter()
        .map(|(path, major, minor)| Device {
            path: (*path).to_owned(),
            host_path: (*path).to_owned(),
            kind: DeviceKind::Character,
            major: *major,
            minor: *minor,
            mode: 0o666,
            access: "rwm".to_owned(),
        })
        .collect();
    let mut seen: BTreeSet<String> = devices.iter().map(|device| device.path.clone()).collect();
    for device in asked {
        if let Some(device) = self::device(device, facts, sink)
            && seen.insert(device.path.clone())
        {
            devices.push(device);
        }
    }
    devices
}

fn device(asked: &DeviceConfig, facts: &Facts, sink: &mut Sink) -> Option<Device> {
    let DeviceConfig { host_path, container_path, permissions } = asked;
    let in_task = container_path.as_ref().unwrap_or(host_path);
    let path = normalise(in_task).filter(|path| is_within(path, "/dev") && path != "/dev");
    let Some(path) = path else {
        sink.push(
            Diagnostic::error("devices::outside_dev", format!("a device stands in /dev, not at {:?}", in_task.value))
                .label(in_task.span, "outside /dev")
                .help("write `container_path = \"/dev/…\"`"),
        );
        return None;
    };
    let access = permissions.as_ref().map_or("rwm", |permissions| permissions.as_str());
    if let Some(permissions) = permissions
        .as_ref()
        .filter(|permissions| permissions.is_empty() || !permissions.chars().all(|letter| "rwm".contains(letter)))
    {
        sink.push(
            Diagnostic::error(
                "devices::bad_permissions",
                format!("{:?} are no permissions of a device", permissions.value),
            )
            .label(permissions.span, "some of r, w and m")
            .help("r is reading, w writing, m making the node: \"rw\""),
        );
        return None;
    }
    let host = normalise(host_path).unwrap_or_else(|| host_path.value.clone());
    match facts.follow(&host) {
        Some(PathFact::Device { block, major, minor, mode }) => Some(Device {
            path,
            host_path: host,
            kind: if *block { DeviceKind::Block } else { DeviceKind::Character },
            major: *major,
            minor: *minor,
            mode: mode & 0o777,
            access: access.to_owned(),
        }),
        found => {
            let problem = if found.is_some() { "is not a device" } else { "does not exist" };
            sink.push(
                Diagnostic::error("devices::not_a_device", format!("{host} of this host {problem}"))
                    .label(host_path.span, problem)
                    .help("load the module that makes it, or take it out"),
            );
            None
        }
    }
}

/// /etc/passwd with root and the task's user.
fn passwd(user: &User) -> String {
    let root = "root:x:0:0:root:/root:/bin/sh\n";
    if user.uid == 0 {
        return root.to_owned();
    }
    format!("{root}{}:x:{}:{}::{}:/bin/sh\n", user.name, user.uid, user.gid, user.home)
}

// Writing to a string does not fail: what `write!` answers is not looked at below.

/// /etc/group with root's group and those of the task's user.
fn group(user: &User, facts: &Facts) -> String {
    let name = |id: u32| facts.groups.iter().find(|(_, known)| **known == id).map(|(name, _)| name.clone());
    let mut lines = "root:x:0:\n".to_owned();
    for id in std::iter::once(user.gid).chain(user.groups.iter().copied()).filter(|id| *id != 0) {
        let name = name(id).unwrap_or_else(|| if id == user.gid { user.name.clone() } else { format!("group{id}") });
        let members = if id == user.gid { "" } else { &user.name };
        let _ = writeln!(lines, "{name}:x:{id}:{members}");
    }
    lines
}

/// resolv.conf(5) of a `dns` block.
fn resolver(dns: &Dns) -> String {
    let mut lines = String::new();
    for server in dns.servers.iter().flat_map(|list| &list.value) {
        let _ = writeln!(lines, "nameserver {}", &*server.value);
    }
    for (keyword, words) in [("search", &dns.searches), ("options", &dns.options)] {
        let words: Vec<&str> = words.iter().flat_map(|list| &list.value).map(|word| &*word.value).collect();
        if !words.is_empty() {
            let _ = writeln!(lines, "{keyword} {}", words.join(" "));
        }
    }
    lines
}
