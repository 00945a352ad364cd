//! Looking at the machine: the one place where facts come from.
//!
//! Reads only, and decides nothing. What cannot be read is left out, as if it were not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::unistd::{Gid, getegid, geteuid, getgroups};
use rustix::fs::{Mode, OFlags};

use super::{CAPABILITIES, Facts, MountState, Needs, PathFact, UserFact, resolve_link};
use crate::linux;
use crate::linux::accounts::{Account, Accounts};
use crate::linux::kernel_file;
use crate::linux::mountinfo::MountTable;

/// Facts about this machine and this process, with what is needed looked up; its users are among the accounts.
pub fn probe(needs: &Needs, accounts: &Accounts) -> Facts {
    let mounts = MountTable::read().unwrap_or_default();
    let release = os_release();
    let (users, groups) = users_and_groups(needs, accounts);
    Facts {
        kernel: linux::probe(&mounts),
        known_capabilities: known_capabilities(),
        ramdisk_root: mounts.holding(Path::new("/")).is_some_and(|root| root.file_system == "rootfs"),
        os_name: release.get("ID").cloned().unwrap_or_default(),
        os_version: release.get("VERSION_ID").cloned().unwrap_or_default(),
        cpus: online_cpus(),
        cpu_mhz: cpu_mhz(),
        memory: memory(),
        process: process(accounts),
        groups,
        users,
        paths: paths(&needs.paths, &mounts),
    }
}

/// Of what is needed only the users and groups, by name or number as asked, and the groups of those users.
pub fn users_and_groups(needs: &Needs, accounts: &Accounts) -> (BTreeMap<String, UserFact>, BTreeMap<String, u32>) {
    let users = needs.users.iter().filter_map(|asked| Some((asked.clone(), user(asked, accounts)?))).collect();
    let groups = groups(&needs.groups, &users, accounts);
    (users, groups)
}

/// The user this process runs as.
fn process(accounts: &Accounts) -> UserFact {
    let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
    let groups = getgroups().unwrap_or_default().into_iter().map(Gid::as_raw).collect();
    let account = accounts.user_of(uid);
    UserFact {
        name: account.as_ref().map_or_else(|| uid.to_string(), |account| account.name.clone()),
        uid,
        gid,
        groups,
        home: account.map(|account| account.home).unwrap_or_default(),
    }
}

/// A user by name or number.
fn user(asked: &str, accounts: &Accounts) -> Option<UserFact> {
    let account = accounts.user(asked).or_else(|| accounts.user_of(asked.parse().ok()?))?;
    let groups = accounts.groups_of(&account).into_iter().filter(|group| *group != account.gid).collect();
    let Account { name, uid, gid, home } = account;
    Some(UserFact { name, uid, gid, groups, home })
}

/// The groups asked for, and those of the users found.
fn groups(asked: &BTreeSet<String>, users: &BTreeMap<String, UserFact>, accounts: &Accounts) -> BTreeMap<String, u32> {
    let by_name = asked.iter().filter_map(|name| Some((name.clone(), accounts.group(name)?)));
    let ids: BTreeSet<u32> = users.values().flat_map(|user| user.groups.iter().copied().chain([user.gid])).collect();
    let by_id = ids.into_iter().filter_map(|id| Some((accounts.group_of(id)?, id)));
    by_name.chain(by_id).collect()
}

/// What stands at the paths asked for, and at those that symbolic links lead to.
fn paths(asked: &BTreeSet<String>, mounts: &MountTable) -> BTreeMap<String, PathFact> {
    let mut found = BTreeMap::new();
    let mut open: Vec<String> = asked.iter().cloned().collect();
    while let Some(path) = open.pop() {
        if found.contains_key(&path) {
            continue;
        }
        let Some(fact) = path_fact(Path::new(&path), mounts) else { continue };
        if let PathFact::Symlink { target } = &fact {
            open.extend(resolve_link(&path, target));
        }
        found.insert(path, fact);
    }
    found
}

fn path_fact(path: &Path, mounts: &MountTable) -> Option<PathFact> {
    let metadata = fs::symlink_metadata(path).ok()?;
    let kind = metadata.file_type();
    Some(if kind.is_dir() {
        let mount = real_path(path).and_then(|real| mounts.holding(&real));
        let propagation = match mount.map(|mount| mount.peers) {
            Some(peers) if peers.sends() => MountState::Shared,
            Some(peers) if peers.receives() => MountState::Slave,
            _ => MountState::Private,
        };
        let mount_point = mount.map_or("/".into(), |mount| mount.mount_point.to_string_lossy());
        PathFact::Directory { propagation, mount_point: mount_point.into_owned() }
    } else if kind.is_symlink() {
        PathFact::Symlink { target: fs::read_link(path).ok()?.to_str()?.to_owned() }
    } else if kind.is_file() {
        PathFact::File
    } else if kind.is_char_device() || kind.is_block_device() {
        let device = metadata.rdev();
        PathFact::Device {
            block: kind.is_block_device(),
            major: rustix::fs::major(device),
            minor: rustix::fs::minor(device),
            mode: metadata.mode() & 0o7777,
        }
    } else {
        PathFact::Other
    })
}

/// The path without symbolic links, as the kernel names what was opened.
fn real_path(path: &Path) -> Option<PathBuf> {
    let handle = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).ok()?;
    fs::read_link(format!("/proc/self/fd/{}", handle.as_raw_fd())).ok()
}

/// os-release(5)
fn os_release() -> BTreeMap<String, String> {
    let text = fs::read_to_string("/etc/os-release").or_else(|_| fs::read_to_string("/usr/lib/os-release"));
    let text = text.unwrap_or_default();
    let entries = text.lines().filter_map(|line| line.split_once('='));
    entries.map(|(key, value)| (key.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned())).collect()
}

/// Up to the last that the kernel names.
fn known_capabilities() -> BTreeSet<String> {
    let last = kernel_file::read_text("/proc/sys/kernel/cap_last_cap").ok().and_then(|text| text.trim().parse().ok());
    let count = last.map_or(CAPABILITIES.len(), |last: usize| last + 1);
    CAPABILITIES.iter().take(count).map(|name| (*name).to_owned()).collect()
}

fn online_cpus() -> u32 {
    let online = nix::unistd::sysconf(nix::unistd::SysconfVar::_NPROCESSORS_ONLN).ok().flatten();
    online.and_then(|count| u32::try_from(count).ok()).unwrap_or(1).max(1)
}

/// The clock of a CPU: what it can reach, or else what its name says, or else what it has now.
pub fn cpu_mhz() -> u32 {
    let most = kernel_file::read_text("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");
    if let Some(khz) = most.ok().and_then(|text| text.trim().parse::<u32>().ok()) {
        return khz / 1000;
    }
    clock_of(&kernel_file::read_text("/proc/cpuinfo").unwrap_or_default())
}

/// From /proc/cpuinfo: `model name : … @ 2.60GHz`, or `cpu MHz : 2593.904`, which wavers on some machines.
fn clock_of(cpuinfo: &str) -> u32 {
    let field = |name: &str| {
        let mut lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned())
    };
    let named = field("model name").and_then(|model| {
        let (_, clock) = model.rsplit_once("@ ")?;
        decimal_thousandths(clock.strip_suffix("GHz")?)
    });
    let now = || field("cpu MHz").and_then(|clock| clock.split('.').next()?.parse().ok());
    named.or_else(now).unwrap_or(1000)
}

/// `2.60` → 2600
fn decimal_thousandths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let fraction: u32 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(whole.parse::<u32>().ok()?.checked_mul(1000)? + fraction)
}

fn memory() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse().ok());
    total.map_or(0, |kilobytes: u64| kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_read_from_the_name_first() {
        assert_eq!(clock_of("model name\t: Some CPU @ 2.60GHz\ncpu MHz\t\t: 1197.3\n"), 2600);
        assert_eq!(clock_of("model name\t: Some CPU\ncpu MHz\t\t: 2593.904\n"), 2593);
        assert_eq!(clock_of(""), 1000);
    }

    #[test]
    fn this_machine_is_one() {
        let needs = Needs {
            users: ["root".to_owned(), "no such user".to_owned()].into(),
            groups: ["root".to_owned()].into(),
            paths: ["/".to_owned(), "/dev/null".to_owned(), "/proc/self".to_owned(), "/no/such/path".to_owned()].into(),
        };
        let facts = probe(&needs, &Accounts::read());
        assert_eq!(facts.users.keys().collect::<Vec<_>>(), ["root"]);
        assert_eq!(facts.users["root"].uid, 0);
        assert!(facts.cpus >= 1 && facts.memory > 0);
        assert!(matches!(facts.paths["/"], PathFact::Directory { .. }));
        assert_eq!(facts.paths["/dev/null"], PathFact::Device { block: false, major: 1, minor: 3, mode: 0o666 });
        assert!(matches!(facts.paths["/proc/self"], PathFact::Symlink { .. }));
        assert!(facts.follow("/proc/self").is_some());
        assert!(!facts.paths.contains_key("/no/such/path"));
    }
}
