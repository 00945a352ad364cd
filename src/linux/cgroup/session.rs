//! Where a detached job's cgroups and supervisors go, so that they outlive the login or the unit they were started from.
//!
//! systemd ends a session by killing what is in its cgroup, in the v2 tree or in the hierarchy `name=systemd`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::CgroupError;
use super::hierarchies::{Hierarchies, Hierarchy};

/// The top for those who may write anywhere.
const OWN: &str = "/jobctl";
/// Where supervisors are, beneath the parent of their tasks' cgroups.
const SUPERVISORS: &str = "jobctl-supervisors";
/// How often a cgroup that somebody removes as empty is made anew.
const PATIENCE: u32 = 5;

/// The unit a command runs in, as far as what it starts is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Of somebody who wants it there, if it was delegated: a unit that runs one job.
    Stays,
    /// Of something that comes and goes, like a unit of a timer: systemd cannot start it again where cgroups with controllers are beneath it.
    Goes,
}

/// The [`super::Place::parent`] of a detached job's cgroups: the nearest delegated cgroup that is no scope, at or above the one of this
/// process; outside systemd's units that of this process itself, which is the empty path.
pub fn detached_parent(caller: Unit) -> String {
    let Ok(hierarchies) = Hierarchies::detect() else { return String::new() };
    // On v1 the session is tracked in a hierarchy of its own, and limits may stay where the caller's are.
    let Some(unified) = hierarchies.unified.filter(|_| hierarchies.legacy.is_empty()) else { return String::new() };
    choose(&unified, is_delegated, rustix::process::geteuid().is_root(), caller)
}

fn choose(hierarchy: &Hierarchy, is_delegated: impl Fn(&Path) -> bool, root: bool, caller: Unit) -> String {
    let unit = |path: &Path, kinds: &[&str]| {
        path.extension().is_some_and(|extension| kinds.iter().any(|kind| extension == *kind))
    };
    if !hierarchy.ancestors().any(|directory| unit(directory, &["scope", "service"])) {
        return String::new();
    }
    let lasting = |directory: &Path| {
        !unit(directory, &["scope"]) && (caller == Unit::Stays || directory != hierarchy.own) && is_delegated(directory)
    };
    match hierarchy.ancestors().find(|directory| lasting(directory)) {
        Some(directory) if directory == hierarchy.own => String::new(),
        Some(directory) => hierarchy.name_of(directory),
        None if root => OWN.to_owned(),
        None => String::new(),
    }
}

/// Takes this process, which has one thread, out of the session or unit it was started from, in the hierarchy where systemd tracks those: to
/// a cgroup beneath `parent`, where the cgroups of its tasks are on v2. Where nobody tracks any it stays. Whether it went.
///
/// # Errors
/// The cgroup cannot be made or entered.
pub fn leave_session(parent: &str) -> Result<bool, CgroupError> {
    let Some(directory) = supervisors(parent) else { return Ok(false) };
    let file = directory.join("cgroup.procs");
    let mut tries = 0;
    loop {
        fs::create_dir_all(&directory).map_err(CgroupError::file("create", &directory))?;
        match fs::write(&file, "0") {
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries < PATIENCE => tries += 1,
            written => return written.map(|()| true).map_err(CgroupError::file("write", &file)),
        }
    }
}

/// Removes what [`leave_session`] made, from whatever session, if nobody is in it.
pub fn clear_session(parent: &str) {
    let Ok(hierarchies) = Hierarchies::detect() else { return };
    let Some(hierarchy) = hierarchies.legacy.get("name=systemd").or(hierarchies.unified.as_ref()) else { return };
    for parent in [parent, OWN].into_iter().filter(|parent| !parent.is_empty()) {
        let Some(directory) = hierarchy.directory(Path::new(parent)) else { continue };
        // One that holds anything stays.
        let removed = fs::remove_dir(directory.join(SUPERVISORS));
        if parent == OWN && removed.is_ok() {
            let _ = fs::remove_dir(directory);
        }
    }
}

/// The cgroup of supervisors, in the hierarchy where sessions are tracked.
fn supervisors(parent: &str) -> Option<PathBuf> {
    let hierarchies = Hierarchies::detect().ok()?;
    let above = match hierarchies.legacy.get("name=systemd") {
        Some(systemd) => {
            let parent = choose(systemd, |_| false, rustix::process::geteuid().is_root(), Unit::Goes);
            Some(parent).filter(|parent| !parent.is_empty()).and_then(|parent| systemd.directory(Path::new(&parent)))
        }
        None if parent.is_empty() => None,
        None => hierarchies.unified?.directory(Path::new(parent)),
    };
    above.map(|above| above.join(SUPERVISORS))
}

/// systemd marks what it hands over (systemd.resource-control(5), `Delegate=`).
fn is_delegated(directory: &Path) -> bool {
    let mut value = [0; 1];
    ["user.delegate", "trusted.delegate"].iter().any(|name| {
        rustix::fs::getxattr(directory, *name, &mut value[..]).is_ok_and(|length| length == 1) && value == *b"1"
    })
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
        assert_eq!(choose(&session, |_| false, true, Unit::Stays), "/jobctl");
    }

    #[test]
    fn a_users_session_leads_to_what_its_manager_was_given() {
        let manager = Path::new("/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service");
        let session = unified("/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope");
        let chosen = choose(&session, |directory| directory == manager, false, Unit::Stays);
        assert_eq!(chosen, "/user.slice/user-1000.slice/user@1000.service");
    }

    #[test]
    fn a_delegated_unit_keeps_its_own_but_not_one_that_is_started_again_and_again() {
        let unit = unified("/system.slice/jobctl.service");
        let delegated = |directory: &Path| directory.ends_with("jobctl.service");
        assert_eq!(choose(&unit, delegated, true, Unit::Stays), "");
        assert_eq!(choose(&unit, delegated, true, Unit::Goes), "/jobctl");
        let of_user = unified("/user.slice/user-1000.slice/user@1000.service/app.slice/jobctl.service");
        let delegated = |directory: &Path| directory.extension().is_some_and(|extension| extension == "service");
        assert_eq!(choose(&of_user, delegated, false, Unit::Stays), "");
        let manager = "/user.slice/user-1000.slice/user@1000.service";
        assert_eq!(choose(&of_user, delegated, false, Unit::Goes), manager);
    }

    #[test]
    fn outside_of_units_the_callers_cgroup_will_do() {
        assert_eq!(choose(&unified("/"), |_| false, true, Unit::Goes), "");
        assert_eq!(choose(&unified("/init"), |_| false, true, Unit::Goes), "");
    }

    #[test]
    fn a_user_nobody_delegated_to_stays_where_he_is() {
        assert_eq!(choose(&unified("/user.slice/user-1000.slice/session-3.scope"), |_| false, false, Unit::Goes), "");
    }
}
