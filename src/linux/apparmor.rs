//! AppArmor: whether it is enforced here, which profiles are loaded, and how a process changes into one at exec.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::probe::Apparmor;

const PROFILES: &str = "/sys/kernel/security/apparmor/profiles";

/// Looks at the kernel's switch, securityfs and our own confinement.
pub(super) fn probe() -> Apparmor {
    let on = fs::read_to_string("/sys/module/apparmor/parameters/enabled").is_ok_and(|text| text.trim() == "Y");
    let enabled = on && Path::new(PROFILES).exists() && free_to_change();
    // Only root may read them.
    let loaded = if enabled { fs::read_to_string(PROFILES).unwrap_or_default() } else { String::new() };
    Apparmor { enabled, profiles: names(&loaded) }
}

/// A confined process changes only where its profile says so, and a container without stacking has no profiles of its own.
fn free_to_change() -> bool {
    let current = fs::read_to_string(attribute("current")).unwrap_or_default();
    current.trim_end_matches(['\0', '\n']) == "unconfined"
}

/// Lines `name (mode)`.
fn names(loaded: &str) -> BTreeSet<String> {
    let name = |line: &str| line.rsplit_once(" (").map(|(name, _)| name.to_owned());
    loaded.lines().filter_map(name).collect()
}

/// The file of an attribute of this process. Since Linux 5.8 each security module has its own directory; the old place belongs to
/// whichever module came first.
pub fn attribute(name: &str) -> String {
    let own = format!("/proc/self/attr/apparmor/{name}");
    if Path::new(&own).exists() { own } else { format!("/proc/self/attr/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_names_may_hold_spaces_and_paths() {
        let loaded = names("docker-default (enforce)\n/usr/bin/man (complain)\nlsb_release//child (x) (enforce)\n");
        assert_eq!(loaded, ["docker-default", "/usr/bin/man", "lsb_release//child (x)"].map(str::to_owned).into());
    }
}
