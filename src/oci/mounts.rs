//! The mounts of a task, in their order, in the specification's words.
//!
//! Pure. Sources inside the bundle are relative to it, so that it can be moved.

use super::config;
use crate::plan::{Isolation, Mount, MountFlags, MountSource, Propagation, Task};
use crate::sandbox::TERMINAL_GROUP;
use crate::state::{AllocationDirectory, encode};

/// All mounts. `terminal_group` says whether the group of terminals is there, which not every user namespace has.
pub(super) fn mounts(task: &Task, isolation: &Isolation, terminal_group: bool) -> Vec<config::Mount> {
    isolation.mounts.iter().map(|mount| translated(task, mount, terminal_group)).collect()
}

/// What becomes of the runtime's own mounts: with anything but `shared` no mount of a task reaches the host, with `rprivate` none of
/// the host reaches a task.
pub(super) fn root_propagation(isolation: &Isolation) -> &'static str {
    let bidirectional = isolation.mounts.iter().any(|mount| mount.propagation == Propagation::Shared);
    if bidirectional { "shared" } else { "rslave" }
}

/// The texts of a task: the file in the bundle, and what it says.
pub(super) fn texts(isolation: &Isolation) -> Vec<(String, String)> {
    let text = |mount: &Mount| match &mount.source {
        MountSource::Text { content } => Some((text_file(mount), content.clone())),
        _ => None,
    };
    isolation.mounts.iter().filter_map(text).collect()
}

fn text_file(mount: &Mount) -> String {
    format!("files/{}", encode(mount.destination.trim_start_matches('/')))
}

fn translated(task: &Task, mount: &Mount, terminal_group: bool) -> config::Mount {
    let bound = |source: String| {
        let mut options = vec!["rbind".to_owned()];
        for flag in flags(mount.flags) {
            // The flag of the topmost mount, which every runtime knows, and that of all beneath it (specification 1.1).
            options.extend([flag.to_owned(), format!("r{flag}")]);
        }
        options.push(propagation(mount.propagation).to_owned());
        ("bind", source, options)
    };
    let made = |kind: &'static str, own: Vec<String>| {
        let options = flags(mount.flags).map(str::to_owned).chain(own).collect();
        (kind, kind.to_owned(), options)
    };
    let (kind, source, options) = match &mount.source {
        MountSource::Host { path } => bound(path.clone()),
        MountSource::Allocation { path } if path == AllocationDirectory::LOGS => bound(format!("../../{path}")),
        MountSource::Allocation { path } if path.is_empty() => bound("../../alloc".to_owned()),
        MountSource::Allocation { path } => bound(format!("../../alloc/{path}")),
        MountSource::Task { path } => bound(format!("root/{path}")),
        MountSource::Text { .. } => bound(text_file(mount)),
        MountSource::Tmpfs { size, mode, owned } => {
            let mut own = vec![format!("mode={mode:o}")];
            if *size > 0 {
                own.push(format!("size={size}"));
            }
            if *owned {
                own.extend([format!("uid={}", task.user.uid), format!("gid={}", task.user.gid)]);
            }
            made("tmpfs", own)
        }
        MountSource::Devpts => {
            let mut own = ["newinstance", "ptmxmode=0666", "mode=0620"].map(str::to_owned).to_vec();
            if terminal_group {
                own.push(format!("gid={TERMINAL_GROUP}"));
            }
            made("devpts", own)
        }
        MountSource::Proc => made("proc", Vec::new()),
        MountSource::Sysfs => made("sysfs", Vec::new()),
        MountSource::Mqueue => made("mqueue", Vec::new()),
    };
    config::Mount { destination: mount.destination.clone(), kind, source, options }
}

fn flags(flags: MountFlags) -> impl Iterator<Item = &'static str> {
    let all = [(flags.read_only, "ro"), (flags.nosuid, "nosuid"), (flags.nodev, "nodev"), (flags.noexec, "noexec")];
    all.into_iter().filter_map(|(on, name)| on.then_some(name))
}

fn propagation(propagation: Propagation) -> &'static str {
    match propagation {
        Propagation::Private => "rprivate",
        Propagation::Slave => "rslave",
        Propagation::Shared => "rshared",
    }
}
