//! Users and groups of this host: from passwd(5) and group(5), and from whatever else nsswitch.conf(5) names.
//!
//! The two files are read once. Other services are asked only for what these do not have, because to load them costs more than a job's
//! whole resolution; where the configuration puts another service first, all is asked of it.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::path::Path;

use nix::unistd::{Gid, Group, Uid, User, getgrouplist};

/// An entry of passwd(5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The login name.
    pub name: String,
    /// The user's number.
    pub uid: u32,
    /// The number of its primary group.
    pub gid: u32,
    /// The home directory.
    pub home: String,
}

/// The accounts of this host.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// What the files have, if they are asked first.
    users: Option<Vec<Account>>,
    groups: Option<Vec<GroupEntry>>,
    /// Whether another service could add a user of the files to groups.
    more_memberships: bool,
}

/// An entry of group(5).
#[derive(Clone, Debug, PartialEq, Eq)]
struct GroupEntry {
    name: String,
    gid: u32,
    members: Vec<String>,
}

/// Where systemd's user database (nss-systemd(8), userdbd(8)) finds memberships of users that other databases know.
const DROP_INS: [&str; 4] = ["/etc/userdb", "/run/userdb", "/run/host/userdb", "/usr/lib/userdb"];

impl Accounts {
    /// Reads the files.
    pub fn read() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).ok();
        let switch = read("/etc/nsswitch.conf").unwrap_or_default();
        let drop_ins = DROP_INS.iter().any(|directory| Path::new(directory).exists());
        Self::from(&switch, drop_ins, read("/etc/passwd").as_deref(), read("/etc/group").as_deref())
    }

    fn from(switch: &str, drop_ins: bool, passwd: Option<&str>, group: Option<&str>) -> Self {
        let (passwd_services, group_services) = (services(switch, "passwd"), services(switch, "group"));
        let members = match services(switch, "initgroups") {
            none if none.is_empty() => group_services.clone(),
            services => services,
        };
        // Without a line for it, glibc asks the files.
        let files_first = |services: &[&str]| services.first().is_none_or(|first| *first == "files");
        let other = |service: &&&str| **service != "files" && **service != "systemd";
        Self {
            users: passwd.filter(|_| files_first(&passwd_services)).map(|text| parsed(text, account)),
            groups: group.filter(|_| files_first(&group_services)).map(|text| parsed(text, group_entry)),
            more_memberships: members.iter().find(other).is_some() || drop_ins && members.contains(&"systemd"),
        }
    }

    /// A user by name.
    pub fn user(&self, name: &str) -> Option<Account> {
        let listed = self.users.iter().flatten().find(|account| account.name == name);
        listed.cloned().or_else(|| User::from_name(name).ok().flatten().map(Account::from))
    }

    /// A user by number.
    pub fn user_of(&self, uid: u32) -> Option<Account> {
        let listed = self.users.iter().flatten().find(|account| account.uid == uid);
        listed.cloned().or_else(|| User::from_uid(Uid::from_raw(uid)).ok().flatten().map(Account::from))
    }

    /// The number of a group.
    pub fn group(&self, name: &str) -> Option<u32> {
        let listed = self.groups.iter().flatten().find(|group| group.name == name).map(|group| group.gid);
        listed.or_else(|| Some(Group::from_name(name).ok()??.gid.as_raw()))
    }

    /// The name of a group.
    pub fn group_of(&self, gid: u32) -> Option<String> {
        let listed = self.groups.iter().flatten().find(|group| group.gid == gid).map(|group| group.name.clone());
        listed.or_else(|| Some(Group::from_gid(Gid::from_raw(gid)).ok()??.name))
    }

    /// All groups of a user, its primary one among them.
    pub fn groups_of(&self, account: &Account) -> BTreeSet<u32> {
        let in_files = self.users.iter().flatten().any(|listed| listed == account);
        if let (Some(groups), true, false) = (&self.groups, in_files, self.more_memberships) {
            let joined = groups.iter().filter(|group| group.members.contains(&account.name));
            return joined.map(|group| group.gid).chain([account.gid]).collect();
        }
        let listed = CString::new(account.name.as_bytes()).ok();
        let listed = listed.and_then(|name| getgrouplist(&name, Gid::from_raw(account.gid)).ok());
        listed.unwrap_or_default().into_iter().map(Gid::as_raw).chain([account.gid]).collect()
    }
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        let home = user.dir.to_string_lossy().into_owned();
        Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw(), home }
    }
}

/// The services that nsswitch.conf(5) names for a database, in their order; actions in brackets are left out.
fn services<'a>(switch: &'a str, database: &str) -> Vec<&'a str> {
    let of_line = |line: &'a str| {
        let (name, services) = line.split('#').next()?.split_once(':')?;
        (name.trim() == database).then_some(services)
    };
    let named = switch.lines().find_map(of_line).unwrap_or_default();
    let mut inside = false;
    let mut outside_brackets = |word: &&str| {
        inside |= word.starts_with('[');
        let outside = !inside;
        inside &= !word.ends_with(']');
        outside
    };
    named.split_whitespace().filter(|word| outside_brackets(word)).collect()
}

fn parsed<T>(text: &str, entry: impl Fn(&str) -> Option<T>) -> Vec<T> {
    text.lines().filter_map(entry).collect()
}

/// `name:password:uid:gid:comment:home:shell`
fn account(line: &str) -> Option<Account> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, _, uid, gid, _, home, ..] = fields[..] else { return None };
    Some(Account { name: real(name)?, uid: uid.parse().ok()?, gid: gid.parse().ok()?, home: home.to_owned() })
}

/// `name:password:gid:member,…`
fn group_entry(line: &str) -> Option<GroupEntry> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, _, gid, members, ..] = fields[..] else { return None };
    let members = members.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    Some(GroupEntry { name: real(name)?, gid: gid.parse().ok()?, members })
}

/// Comments, and the `+` and `-` of compat mode, name nobody.
fn real(name: &str) -> Option<String> {
    (!name.is_empty() && !name.starts_with(['#', '+', '-'])).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n#off:x:1:1::/:\n+::::::\nweb:x:990:991:Web,,:/srv/web:/bin/sh\n\
                          torn:x:99\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n";
    const GROUP: &str = "root:x:0:\nweb:x:991:\nlogs:x:992:web,other\nops:x:993: other , web\nnogroup:x:65534:\n";

    fn accounts(switch: &str, drop_ins: bool) -> Accounts {
        Accounts::from(switch, drop_ins, Some(PASSWD), Some(GROUP))
    }

    #[test]
    fn users_and_groups_are_found_by_name_and_number() {
        let accounts = accounts("passwd: files systemd\ngroup: files [SUCCESS=merge] systemd\n", false);
        let web = accounts.user("web").unwrap();
        assert_eq!(web, Account { name: "web".into(), uid: 990, gid: 991, home: "/srv/web".into() });
        assert_eq!(accounts.user_of(990).as_ref(), Some(&web));
        assert_eq!(accounts.groups_of(&web), [991, 992, 993].into());
        assert_eq!(accounts.group("logs"), Some(992));
        assert_eq!(accounts.group_of(993).as_deref(), Some("ops"));
        assert_eq!(accounts.users.as_ref().unwrap().len(), 3, "comments, compat entries and torn lines are nobody");
    }

    #[test]
    fn another_service_is_asked_where_it_could_know_better() {
        let first = accounts("passwd: sss files\ngroup: compat\n", false);
        assert!(first.users.is_none() && first.groups.is_none());
        for (switch, drop_ins, more) in [
            ("", false, false),
            ("group: files\n", false, false),
            ("group: files systemd # sss\n", false, false),
            ("group: files systemd\n", true, true),
            ("group: files sss\n", false, true),
            ("group: files\ninitgroups: files sss\n", false, true),
            ("group: files sss\ninitgroups: files\n", false, false),
        ] {
            assert_eq!(accounts(switch, drop_ins).more_memberships, more, "{switch:?} {drop_ins}");
        }
    }

    #[test]
    fn the_files_and_the_libraries_answer_agree_here() {
        let accounts = Accounts::read();
        for listed in accounts.users.iter().flatten() {
            let theirs = User::from_name(&listed.name).unwrap().map(Account::from).unwrap();
            assert_eq!(accounts.user(&listed.name).unwrap(), theirs);
            let name = CString::new(listed.name.as_bytes()).unwrap();
            let groups = getgrouplist(&name, Gid::from_raw(listed.gid)).unwrap();
            assert_eq!(accounts.groups_of(listed), groups.into_iter().map(Gid::as_raw).collect());
        }
        assert_eq!(accounts.user("no such user"), None);
        assert_eq!(accounts.group("no such group"), None);
    }
}
