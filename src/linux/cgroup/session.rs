//! Where a detached job's cgroups and supervisors go, so that they outlive the login or the unit they were started from.
//!
//! systemd ends a session by killing what is in its cgroup, in the v2 tree or in the hierarchy `name=systemd`.

use std::path::Path;

use super::group::{Cgroup, Created, Place};
use super::hierarchies::{Hierarchies, Hierarchy};
use super::{CgroupError, Limits};

/// The top for those who may write anywhere.
const OWN: &str = "/jobctl";

/// The [`Place::parent`] of a detached job's cgroups: the nearest delegated cgroup that is no scope, at or above the one of this process;
/// outside systemd's units that of this process itself, which is the empty path.
pub fn detached_parent() -> String {
    let Ok(hierarchies) = Hierarchies::detect() else { return String::new() };
    // On v1 the session is tracked in a hierarchy of its own, and limits may stay where the caller's are.
    let Some(unified) = hierarchies.unified.filter(|_| hierarchies.legacy.is_empty()) else { return String::new() };
    choose(&unified, is_delegated, rustix::process::geteuid().is_root())
}

fn choose(hierarchy: &Hierarchy, is_delegated: impl Fn(&Path) -> bool, root: bool) -> String {
    let unit = |path: &Path, kinds: &[&str]| {
        path.extension().is_some_and(|extension| kinds.iter().any(|kind| extension == *kind))
    };
    if !hierarchy.ancestors().any(|directory| unit(directory, &["scope", "service"])) {
        return String::new();
    }
    let found = hierarchy.ancestors().find(|directory| !unit(directory, &["scope"]) && is_delegated(directory));
    match found {
        Some(directory) if directory == hierarchy.own => String::new(),
        Some(directory) => hierarchy.name_of(directory),
        None if root => OWN.to_owned(),
        None => String::new(),
    }
}

/// systemd marks what it hands over (systemd.resource-control(5), `Delegate=`).
fn is_delegated(directory: &Path) -> bool {
    let mut value = [0; 1];
    ["user.delegate", "trusted.delegate"].iter().any(|name| {
        rustix::fs::getxattr(directory, *name, &mut value[..]).is_ok_and(|length| length == 1) && value == *b"1"
    })
}

impl Cgroup {
    /// A cgroup without limits for a supervisor that is to outlive its caller's session, in the hierarchy where sessions are tracked.
    /// `None` where nobody tracks any.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn outside_session(name: &str) -> Result<Option<Created>, CgroupError> {
        let hierarchies = Hierarchies::detect().map_err(CgroupError::file("read", Path::new("/proc/self/cgroup")))?;
        if let Some(systemd) = hierarchies.legacy.get("name=systemd") {
            let parent = choose(systemd, |_| false, rustix::process::geteuid().is_root());
            if parent.is_empty() {
                return Ok(None);
            }
            return Self::tracked(systemd, &parent, name).map(Some);
        }
        let parent = detached_parent();
        if parent.is_empty() {
            return Ok(None);
        }
        let place = Place { parent, name: name.to_owned() };
        Self::create(&place, &Limits::default()).map(Some)
    }

    fn tracked(hierarchy: &Hierarchy, parent: &str, name: &str) -> Result<Created, CgroupError> {
        let Some(parent) = hierarchy.directory(Path::new(parent)) else {
            return Err(CgroupError::Unavailable { reason: format!("{parent} is not visible here") });
        };
        let directory = parent.join(name);
        std::fs::create_dir_all(&directory).map_err(CgroupError::file("create", &directory))?;
        let cgroup = Self { unified: None, controllers: [("name=systemd".to_owned(), directory)].into() };
        let entry = cgroup.entry()?;
        Ok(Created { cgroup, entry, notes: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::mountinfo::MountTable;

    fn unified(own: &str) -> Hierarchy {
        let mounts = MountTable::parse(b"35 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n").unwrap();
        Hierarchies::from(&mounts, &format!("0::{own}\n")).unified.unwrap()
    }

    #[test]
    fn roots_login_leads_to_a_cgroup_of_our_own() {
        let session = unified("/user.slice/user-0.slice/session-3.scope");
        assert_eq!(choose(&session, |_| false, true), "/jobctl");
    }

    #[test]
    fn a_users_session_leads_to_what_its_manager_was_given() {
        let manager = Path::new("/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service");
        let session = unified("/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope");
        let chosen = choose(&session, |directory| directory == manager, false);
        assert_eq!(chosen, "/user.slice/user-1000.slice/user@1000.service");
    }

    #[test]
    fn a_delegated_unit_keeps_its_own() {
        assert_eq!(choose(&unified("/system.slice/jobctl.service"), |_| true, true), "");
    }

    #[test]
    fn outside_of_units_the_callers_cgroup_will_do() {
        assert_eq!(choose(&unified("/"), |_| false, true), "");
        assert_eq!(choose(&unified("/init"), |_| false, true), "");
    }

    #[test]
    fn a_user_nobody_delegated_to_stays_where_he_is() {
        assert_eq!(choose(&unified("/user.slice/user-1000.slice/session-3.scope"), |_| false, false), "");
    }
}
