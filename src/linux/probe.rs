//! What this machine offers, found once and passed on as a value.
//!
//! Facts only: whether something is missing that a job needs, the plan and `doctor` say.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::AsFd;

use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};

use super::mountinfo::MountTable;
use super::{apparmor, capability, cgroup, kernel_file};
use crate::sys::{MountAttributes, mount_setattr};

/// What the kernel offers to this process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// `uname -r`
    pub kernel_release: String,
    /// `uname -m`
    pub architecture: String,
    /// `uname -n`
    pub hostname: String,
    /// Whether we are root, in whatever user namespace.
    pub root: bool,
    /// The cgroup hierarchies and controllers.
    pub cgroups: cgroup::Facts,
    /// The kinds in /proc/self/ns: `mnt`, `pid`, `ipc`, `uts`, `net`, `user`, `cgroup`.
    pub namespaces: BTreeSet<String>,
    /// Whether an ordinary user can make user namespaces.
    pub user_namespaces: bool,
    /// The capabilities we may give away: in our permitted and bounding sets; by kernel name (`CAP_CHOWN`).
    pub capabilities: BTreeSet<String>,
    /// AppArmor.
    pub apparmor: Apparmor,
    /// File systems the kernel knows: `overlay`, `mqueue` …
    pub file_systems: BTreeSet<String>,
    /// Whether mount_setattr(2) is there (Linux 5.12); otherwise mounts are made the older way.
    pub mount_setattr: bool,
}

/// Whether profiles can be enforced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apparmor {
    /// The kernel has it switched on, and we are not confined in a way that forbids changing.
    pub enabled: bool,
    /// The loaded profiles; empty where only root may read them and we are not.
    pub profiles: BTreeSet<String>,
}

/// Looks at this machine, on which this is mounted. Changes nothing.
pub fn probe(mounts: &MountTable) -> Facts {
    let system = rustix::system::uname();
    let text = |part: &std::ffi::CStr| part.to_string_lossy().into_owned();
    Facts {
        kernel_release: text(system.release()),
        architecture: text(system.machine()),
        hostname: text(system.nodename()),
        root: rustix::process::geteuid().is_root(),
        cgroups: cgroup::Facts::detect(mounts),
        namespaces: namespaces(),
        user_namespaces: user_namespaces(),
        capabilities: capability::names(capability::available()),
        apparmor: apparmor::probe(),
        file_systems: file_systems(&kernel_file::read_text("/proc/filesystems").unwrap_or_default()),
        mount_setattr: has_mount_setattr(),
    }
}

fn namespaces() -> BTreeSet<String> {
    let entries = fs::read_dir("/proc/self/ns").into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| !name.ends_with("_for_children")).collect()
}

/// The switches of the kernel, of Debian, and of AppArmor.
fn user_namespaces() -> bool {
    let number = |path: &str| kernel_file::read_text(path).ok().and_then(|text| text.trim().parse::<u64>().ok());
    let at_least_one = number("/proc/sys/user/max_user_namespaces").is_some_and(|most| most > 0);
    let allowed = number("/proc/sys/kernel/unprivileged_userns_clone").is_none_or(|value| value != 0);
    let restricted = number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").is_some_and(|value| value != 0);
    at_least_one && allowed && !restricted
}

/// Lines `nodev<TAB>name` and `<TAB>name`.
fn file_systems(listed: &str) -> BTreeSet<String> {
    listed.lines().filter_map(|line| line.split('\t').nth(1)).map(str::to_owned).collect()
}

/// Asked on something that is no mount: a kernel that knows the call says EINVAL, EBADF or EPERM.
pub fn has_mount_setattr() -> bool {
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let Ok(file) = rustix::fs::open("/proc/self/status", flags, Mode::empty()) else { return false };
    let answer = mount_setattr(file.as_fd(), false, &MountAttributes::default());
    answer.err().is_none_or(|error| error.raw_os_error() != Some(libc::ENOSYS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_systems_with_and_without_a_device() {
        assert_eq!(file_systems("nodev\tsysfs\n\text4\n"), ["ext4", "sysfs"].map(str::to_owned).into());
    }

    #[test]
    fn this_machine_is_described() {
        let facts = probe(&MountTable::read().unwrap());
        assert!(facts.namespaces.contains("mnt") && facts.namespaces.contains("pid"));
        assert!(facts.file_systems.contains("proc"));
        assert!(!facts.kernel_release.is_empty());
        let json = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<Facts>(&json).unwrap(), facts);
    }
}
