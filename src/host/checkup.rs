//! What a host offers and lacks, what follows from each lack, and the way out: `jobctl doctor`.
//!
//! Pure: facts in, one finding a matter out. What a particular job needs, the plan says.

use serde::Serialize;

use super::{Access, Facts, Host, MountState, PathFact};
use crate::linux::cgroup::Layout;

/// How a matter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// As it should be.
    Good,
    /// Something will not work; the rest will.
    Limited,
    /// Isolated tasks cannot run.
    Missing,
}

/// One matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matter {
    /// What it is about.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// What was found.
    pub found: String,
    /// What will not work; empty where all is well.
    pub consequence: String,
    /// The way out; empty where there is none, or none is needed.
    pub remedy: String,
}

impl Matter {
    fn good(name: &str, found: impl Into<String>) -> Self {
        Self::new(name, Standing::Good, found, "", "")
    }

    fn limited(name: &str, found: impl Into<String>, consequence: &str, remedy: &str) -> Self {
        Self::new(name, Standing::Limited, found, consequence, remedy)
    }

    fn missing(name: &str, found: impl Into<String>, consequence: &str, remedy: &str) -> Self {
        Self::new(name, Standing::Missing, found, consequence, remedy)
    }

    fn new(name: &str, standing: Standing, found: impl Into<String>, consequence: &str, remedy: &str) -> Self {
        let (consequence, remedy) = (consequence.to_owned(), remedy.to_owned());
        Self { name: name.to_owned(), standing, found: found.into(), consequence, remedy }
    }
}

/// Everything that matters, in the order in which it is best mended.
pub fn checkup(host: &Host) -> Vec<Matter> {
    let facts = &host.facts;
    let mut matters = vec![kernel(facts), privileges(facts)];
    matters.extend(capabilities(facts));
    matters.push(namespaces(facts));
    matters.push(cgroups(facts));
    matters.extend(controllers(facts));
    matters.extend([propagation(facts), apparmor(host), users(facts), root_files(host)]);
    matters.extend(volumes(host));
    matters
}

fn kernel(facts: &Facts) -> Matter {
    let found = format!("{} on {}", facts.kernel.kernel_release, facts.kernel.architecture);
    if facts.kernel.mount_setattr {
        return Matter::good("kernel", found);
    }
    Matter::limited(
        "kernel",
        format!("{found}, without mount_setattr(2)"),
        "read-only volumes are made read-only mount by mount, later than at once",
        "Linux 5.12 or later has it",
    )
}

fn privileges(facts: &Facts) -> Matter {
    let who = format!("{} ({})", facts.process.name, facts.process.uid);
    if facts.kernel.root {
        return Matter::good("privileges", who);
    }
    let consequence =
        "tasks run as you, in a user namespace: no other users, no bidirectional volumes, no device nodes";
    if facts.kernel.user_namespaces {
        return Matter::limited("privileges", who, consequence, "run jobctl with sudo");
    }
    Matter::missing(
        "privileges",
        format!("{who}, and user namespaces are not for ordinary users here"),
        "isolated tasks cannot run; raw_exec can",
        "run jobctl with sudo, or allow them: sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000 \
         kernel.apparmor_restrict_unprivileged_userns=0, as far as this kernel has these",
    )
}

/// For root: what is not in its hands.
fn capabilities(facts: &Facts) -> Option<Matter> {
    if !facts.kernel.root {
        return None;
    }
    let lacking: Vec<String> = facts
        .known_capabilities
        .difference(&facts.kernel.capabilities)
        .map(|name| super::short_capability(name))
        .collect();
    if lacking.is_empty() {
        return Some(Matter::good("capabilities", format!("all {}", facts.known_capabilities.len())));
    }
    let found = format!("all but {}", lacking.join(", "));
    let needed = ["sys_admin", "setuid", "setgid", "setpcap", "chown", "kill"];
    if lacking.iter().any(|name| needed.contains(&name.as_str())) {
        let remedy = "run jobctl with full privileges: a container or service manager has taken capabilities away";
        return Some(Matter::missing("capabilities", found, "isolated tasks cannot be started", remedy));
    }
    let consequence = "tasks that name these in cap_add are refused; tasks of root go without them";
    Some(Matter::limited("capabilities", found, consequence, "run jobctl with full privileges"))
}

fn namespaces(facts: &Facts) -> Matter {
    let lacking: Vec<&str> =
        ["mnt", "pid", "ipc", "uts"].into_iter().filter(|kind| !facts.kernel.namespaces.contains(*kind)).collect();
    let found = facts.kernel.namespaces.iter().cloned().collect::<Vec<_>>().join(", ");
    if lacking.is_empty() {
        return Matter::good("namespaces", found);
    }
    let found = format!("{found}; without {}", lacking.join(", "));
    Matter::missing("namespaces", found, "isolated tasks cannot run", "use a kernel built with CONFIG_NAMESPACES")
}

fn cgroups(facts: &Facts) -> Matter {
    let cgroups = &facts.kernel.cgroups;
    let layout = match cgroups.layout {
        Layout::None => "not mounted",
        Layout::Legacy => "v1",
        Layout::Hybrid => "hybrid: v1 with a v2 tree beside it",
        Layout::Unified => "v2",
    };
    let consequence = "tasks have no limits, and what escapes its parent cannot be counted or killed";
    match (cgroups.layout, cgroups.writable) {
        (Layout::None, _) => Matter::limited("cgroups", layout, consequence, "mount -t cgroup2 none /sys/fs/cgroup"),
        (_, true) => Matter::good("cgroups", layout),
        (_, false) => Matter::limited(
            "cgroups",
            format!("{layout}; none can be made beneath this one"),
            consequence,
            "run jobctl with sudo, or in a delegated unit: systemd-run --user --scope -p Delegate=yes jobctl …",
        ),
    }
}

/// One finding for each controller that limits need and that cannot be used.
fn controllers(facts: &Facts) -> Vec<Matter> {
    let cgroups = &facts.kernel.cgroups;
    if cgroups.layout == Layout::None || !cgroups.writable {
        return Vec::new();
    }
    let limits = [
        ("cpu", "`cpu` of `resources` is not enforced"),
        ("memory", "`memory` and `memory_max` of `resources` are not enforced, nor is an OOM kill noticed"),
        ("pids", "`pids_limit` is not enforced: a fork bomb is not stopped"),
        ("cpuset", "`cores` of `resources` is not enforced"),
    ];
    let lacking = limits.into_iter().filter(|(name, _)| !cgroups.controllers.contains(*name));
    let mut matters: Vec<Matter> = lacking
        .map(|(name, consequence)| {
            let reason = cgroups.unusable.get(name).map_or("the kernel does not have it", String::as_str);
            let remedy = match (cgroups.layout, name) {
                (Layout::Unified, "memory") => {
                    "delegate it (Delegate=memory), or boot with cgroup_enable=memory where the kernel leaves it off"
                }
                (Layout::Unified, _) => "delegate it: Delegate=yes in the unit jobctl is started from",
                _ => "mount it, or boot with systemd.unified_cgroup_hierarchy=1",
            };
            Matter::limited(&format!("cgroup controller {name}"), reason, consequence, remedy)
        })
        .collect();
    if matters.is_empty() {
        let names = cgroups.controllers.iter().cloned().collect::<Vec<_>>().join(", ");
        matters.push(Matter::good("cgroup controllers", names));
    }
    matters
}

fn propagation(facts: &Facts) -> Matter {
    match facts.paths.get("/") {
        Some(PathFact::Directory { propagation: MountState::Shared, .. }) | None => {
            Matter::good("mount propagation", "/ is shared")
        }
        Some(_) => Matter::limited(
            "mount propagation",
            "/ is not shared",
            "volumes on it are private whatever their mounts say: `bidirectional` is refused, `host-to-task` gets nothing",
            "mount --make-rshared /",
        ),
    }
}

fn apparmor(host: &Host) -> Matter {
    let apparmor = &host.facts.kernel.apparmor;
    if apparmor.enabled {
        return Matter::good("AppArmor", format!("enabled, {} profiles loaded", apparmor.profiles.len()));
    }
    let asked = &host.settings().exec.defaults.apparmor_profile;
    if asked.is_empty() {
        return Matter::good("AppArmor", "not enabled; jobs that name an apparmor_profile are refused");
    }
    let consequence = format!("the host's own profile {asked:?} cannot be enforced: every isolated task is refused");
    Matter::missing("AppArmor", "not enabled", &consequence, "boot with apparmor=1 security=apparmor, or take it out")
}

fn users(facts: &Facts) -> Matter {
    match facts.users.get("nobody") {
        Some(nobody) => Matter::good("user nobody", format!("{}:{}", nobody.uid, nobody.gid)),
        None if !facts.kernel.root => Matter::good("user nobody", "not there, and not needed by an ordinary user"),
        None => Matter::limited(
            "user nobody",
            "not there",
            "isolated tasks that name no user are refused",
            "useradd --system --no-create-home --shell /usr/sbin/nologin nobody",
        ),
    }
}

/// What of the host an isolated task sees.
fn root_files(host: &Host) -> Matter {
    let there: Vec<&str> = host
        .settings()
        .chroot_env
        .values()
        .filter(|path| host.facts.paths.contains_key(*path))
        .map(String::as_str)
        .collect();
    if there.iter().any(|path| *path == "/usr" || *path == "/bin") || host.configuration.written.is_some() {
        return Matter::good("files for tasks", there.join(" "));
    }
    Matter::missing(
        "files for tasks",
        "neither /usr nor /bin",
        "isolated tasks have no programs",
        "name directories in `chroot_env` of the host's configuration",
    )
}

/// One finding for each host volume, and for its policies.
fn volumes(host: &Host) -> Vec<Matter> {
    let settings = host.settings();
    let mut matters: Vec<Matter> = Vec::new();
    for (name, volume) in &settings.host_volumes {
        let title = format!("host volume {name:?}");
        let access = if volume.read_only { ", read-only" } else { "" };
        matters.push(match host.facts.follow(&volume.path) {
            Some(PathFact::Directory { propagation, .. }) => {
                let shared = match propagation {
                    MountState::Shared => "",
                    MountState::Slave => ", on a mount that receives only",
                    MountState::Private => ", on a private mount",
                };
                Matter::good(&title, format!("{}{access}{shared}", volume.path))
            }
            Some(_) => Matter::limited(
                &title,
                format!("{} is not a directory", volume.path),
                "jobs that ask for it are refused",
                "name a directory",
            ),
            None => Matter::limited(
                &title,
                format!("{} does not exist", volume.path),
                "jobs that ask for it are refused",
                &format!("mkdir -p {}", volume.path),
            ),
        });
    }
    if settings.policies.exist {
        let writable = settings.policies.rules.iter().filter(|rule| rule.access() == Access::ReadWrite).count();
        matters.push(Matter::good(
            "policies",
            format!("{} rules, {writable} give writing; what no rule gives is denied", settings.policies.rules.len()),
        ));
    }
    matters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing_of(host: &Host, name: &str) -> Standing {
        let matters = checkup(host);
        matters.iter().find(|matter| matter.name == name).unwrap_or_else(|| panic!("{name}: {matters:?}")).standing
    }

    #[test]
    fn an_ordinary_machine_is_well() {
        let unwell: Vec<_> =
            checkup(&Host::default()).into_iter().filter(|matter| matter.standing != Standing::Good).collect();
        assert_eq!(unwell, []);
    }

    #[test]
    fn each_lack_is_named_with_a_way_out() {
        let mut host = Host::default();
        let facts = &mut host.facts;
        facts.kernel.mount_setattr = false;
        facts.kernel.capabilities.remove("CAP_SYS_ADMIN");
        facts.kernel.namespaces.remove("pid");
        facts.kernel.cgroups.controllers.remove("memory");
        facts.users.remove("nobody");
        let private = PathFact::Directory { propagation: MountState::Private, mount_point: "/".to_owned() };
        facts.paths.insert("/".to_owned(), private);
        for (name, standing) in [
            ("kernel", Standing::Limited),
            ("capabilities", Standing::Missing),
            ("namespaces", Standing::Missing),
            ("cgroup controller memory", Standing::Limited),
            ("user nobody", Standing::Limited),
            ("mount propagation", Standing::Limited),
        ] {
            assert_eq!(standing_of(&host, name), standing, "{name}");
        }
        let unwell = checkup(&host).into_iter().filter(|matter| matter.standing != Standing::Good);
        for matter in unwell {
            assert!(!matter.consequence.is_empty() && !matter.remedy.is_empty(), "{matter:?}");
        }
    }

    #[test]
    fn an_ordinary_user_needs_user_namespaces() {
        let mut host = Host::default();
        host.facts.kernel.root = false;
        assert_eq!(standing_of(&host, "privileges"), Standing::Limited);
        host.facts.kernel.user_namespaces = false;
        assert_eq!(standing_of(&host, "privileges"), Standing::Missing);
    }
}
