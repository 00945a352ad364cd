//! The ids of a user namespace that an ordinary user makes (user_namespaces(7)): its own, and those it may use besides (subuid(5)).
//!
//! Which id a task has inside is the plan's business; here it is that of the user outside.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Pid;

use super::accounts::Accounts;

/// `count` ids from `inside` on are those from `outside` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first, inside.
    pub inside: u32,
    /// The first, outside.
    pub outside: u32,
    /// How many.
    pub count: u32,
}

/// Where the programs lie that may write ranges: set-user-ID, of the shadow suite.
const DIRECTORIES: [&str; 4] = ["/usr/bin", "/usr/sbin", "/bin", "/usr/local/bin"];

/// Makes a process's ids those of this user: `uid` and `gid` inside are our own outside, the others are what subuid(5) and subgid(5) give
/// us, if newuidmap(1) and newgidmap(1) are there; else there are no others.
///
/// # Errors
/// The kernel refuses.
pub fn write(process: Pid, uid: u32, gid: u32) -> io::Result<()> {
    let (user, group) = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
    let [users, groups] = of_caller(uid, gid);
    let file = |name: &str| format!("/proc/{process}/{name}");
    if !by_program("newgidmap", process, &groups) {
        // Or one could leave a group that keeps one out of something (user_namespaces(7)).
        std::fs::write(file("setgroups"), "deny")?;
        std::fs::write(file("gid_map"), format!("{gid} {group} 1"))?;
    }
    if !by_program("newuidmap", process, &users) {
        std::fs::write(file("uid_map"), format!("{uid} {user} 1"))?;
    }
    Ok(())
}

/// The ids this user can have in a user namespace, users and groups: `uid` and `gid` are its own, the others are from subuid(5) and
/// subgid(5).
pub fn of_caller(uid: u32, gid: u32) -> [Vec<Range>; 2] {
    let (user, group) = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
    let name = Accounts::read().user_of(user).map(|account| account.name);
    let given = |file: &str| {
        let listed = std::fs::read_to_string(file).unwrap_or_default();
        subordinate(&listed, name.as_deref().unwrap_or_default(), user)
    };
    [around(uid, user, &given("/etc/subuid")), around(gid, group, &given("/etc/subgid"))]
}

/// Whether an id inside is among these.
pub fn holds(ranges: &[Range], id: u32) -> bool {
    ranges.iter().any(|range| id >= range.inside && id - range.inside < range.count)
}

/// Whether a group id is there in this process's namespace.
pub fn has_group(id: u32) -> bool {
    let map = std::fs::read_to_string("/proc/self/gid_map").unwrap_or_default();
    map.lines().any(|line| {
        let mut numbers = line.split_ascii_whitespace().map_while(|word| word.parse::<u32>().ok());
        let (inside, count) = (numbers.next(), numbers.nth(1));
        inside.zip(count).is_some_and(|(inside, count)| id >= inside && id - inside < count)
    })
}

/// Ranges (first, count) that a file such as /etc/subuid gives a user, by name or number.
fn subordinate(listed: &str, name: &str, uid: u32) -> Vec<(u32, u32)> {
    let entry = |line: &str| {
        let mut parts = line.trim().split(':');
        let whose = parts.next()?;
        let mine = !whose.is_empty() && (whose == name || whose.parse() == Ok(uid));
        let (first, count) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        (mine && count > 0).then_some((first, count))
    };
    listed.lines().filter_map(entry).collect()
}

/// One id of one's own, and the given ranges for all others from 0 on.
fn around(inside: u32, own: u32, given: &[(u32, u32)]) -> Vec<Range> {
    let mut ranges = vec![Range { inside, outside: own, count: 1 }];
    let mut next = 0u32;
    for (mut outside, mut left) in given.iter().copied() {
        while left > 0 {
            if next == inside {
                next += 1;
            }
            let room = if next < inside { inside - next } else { u32::MAX - next };
            let count = left.min(room);
            if count == 0 {
                return ranges;
            }
            ranges.push(Range { inside: next, outside, count });
            (next, outside, left) = (next + count, outside.saturating_add(count), left - count);
        }
    }
    ranges
}

/// Whether a program wrote the map. It writes all or nothing, so that one id can still be written where it does not.
fn by_program(name: &str, process: Pid, ranges: &[Range]) -> bool {
    let program = DIRECTORIES.iter().map(|directory| Path::new(directory).join(name)).find(|path| path.exists());
    let Some(program) = program.filter(|_| ranges.len() > 1) else { return false };
    let numbers = ranges.iter().flat_map(|range| [range.inside, range.outside, range.count]);
    let mut command = Command::new(program);
    command.arg(process.to_string()).args(numbers.map(|number| number.to_string())).env_clear();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_a_user_are_found_by_name_or_number() {
        let listed = "ada:100000:65536\n# a remark\n1000:300000:10\neve:1:1\nada:x:y\nada:5:0\n";
        assert_eq!(subordinate(listed, "ada", 1000), [(100_000, 65536), (300_000, 10)]);
        assert_eq!(subordinate(listed, "", 7), []);
    }

    fn triples(ranges: &[Range]) -> Vec<(u32, u32, u32)> {
        ranges.iter().map(|range| (range.inside, range.outside, range.count)).collect()
    }

    #[test]
    fn the_given_ranges_lie_around_ones_own_id() {
        assert_eq!(triples(&around(1000, 1000, &[])), [(1000, 1000, 1)]);
        assert_eq!(triples(&around(0, 1000, &[(100_000, 5)])), [(0, 1000, 1), (1, 100_000, 5)]);
        assert_eq!(
            triples(&around(3, 1000, &[(100_000, 5), (200_000, 2)])),
            [(3, 1000, 1), (0, 100_000, 3), (4, 100_003, 2), (6, 200_000, 2)]
        );
        assert_eq!(triples(&around(0, 9, &[(1, u32::MAX), (1, 9)])), [(0, 9, 1), (1, 1, u32::MAX - 1)]);
    }

    #[test]
    fn a_map_of_this_process_holds_its_group() {
        assert!(has_group(rustix::process::getgid().as_raw()));
    }
}
