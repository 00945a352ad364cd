//! A task → what its process does to itself before it executes: limits, user, capabilities, profile.
//!
//! Pure. In the order the kernel needs: what takes a capability comes before it is given up.

use std::ffi::CString;

use crate::linux::{apparmor, capability, rlimit};
use crate::plan::Task;
use crate::sys::Step;

/// A step, and what is said if it fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityStep {
    /// Named for a reader: `user nobody`.
    pub what: String,
    /// What is done.
    pub step: Step,
}

/// A name in the plan that this kernel or this jobctl does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {kind} {name:?}")]
pub struct Unknown {
    /// `capability`, `resource limit`, …
    pub kind: &'static str,
    /// Which.
    pub name: String,
}

/// What a task's process begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its capability bounding set.
    pub bounding: u64,
    /// The file that takes the AppArmor profile of the next exec.
    pub apparmor_exec: String,
    /// Whether it may change its supplementary groups (`CAP_SETGID`); an ordinary user's tasks keep the caller's.
    pub sets_groups: bool,
}

impl Origin {
    /// That of a child of this process.
    pub fn here() -> Self {
        Self {
            bounding: capability::bounding(),
            apparmor_exec: apparmor::attribute("exec"),
            sets_groups: capability::is_available("CAP_SETGID"),
        }
    }
}

/// The steps of a task's process.
///
/// # Errors
/// A name is not known.
pub fn identity(task: &Task, origin: &Origin) -> Result<Vec<IdentityStep>, Unknown> {
    let mut steps = Steps(Vec::new());
    steps.push("session", Step::Session);
    for (name, limit) in &task.rlimits {
        let resource = rlimit::number(name).ok_or(Unknown { kind: "resource limit", name: name.clone() })?;
        steps.push(format!("resource limit {name}"), Step::Limit { resource, soft: limit.soft, hard: limit.hard });
    }
    if !task.apparmor_profile.is_empty() {
        let path = text("AppArmor attribute", &origin.apparmor_exec)?;
        let text = text("AppArmor profile", &format!("exec {}", task.apparmor_profile))?;
        steps.push(format!("AppArmor profile {}", task.apparmor_profile), Step::Write { path, text });
    }
    let set = |names| capability::bits(names).map_err(|name| Unknown { kind: "capability", name });
    let wanted = &task.capabilities;
    let (permitted, ambient) = (set(&wanted.permitted)?, set(&wanted.ambient)?);
    let given_up = origin.bounding & !set(&wanted.bounding)?;
    if given_up != 0 {
        steps.push("capability bounding set", Step::DropBounding(given_up));
    }
    let user = &task.user;
    // In a user namespace the groups outside are not to be had inside: those of whoever made it stay.
    let user_namespace = task.isolation.as_ref().is_some_and(|isolation| isolation.namespaces.user);
    if origin.sets_groups && !user_namespace {
        steps.push(format!("groups of {}", user.name), Step::Groups(user.groups.clone()));
    }
    steps.push(format!("group {} of {}", user.gid, user.name), Step::Gid(user.gid));
    if user.uid != 0 && permitted != 0 {
        steps.push("capabilities", Step::KeepCapabilities);
    }
    steps.push(format!("user {}", user.name), Step::Uid(user.uid));
    let (effective, inheritable) = (set(&wanted.effective)?, set(&wanted.inheritable)?);
    steps.push("capabilities", Step::Capabilities { effective, permitted, inheritable });
    if ambient != 0 {
        steps.push("ambient capabilities", Step::Ambient(ambient));
    }
    if task.no_new_privileges {
        steps.push("no new privileges", Step::NoNewPrivileges);
    }
    steps.push("umask", Step::Umask(0o022));
    let directory = &task.command.work_dir;
    steps.push(format!("working directory {directory}"), Step::Directory(text("working directory", directory)?));
    Ok(steps.0)
}

struct Steps(Vec<IdentityStep>);

impl Steps {
    fn push(&mut self, what: impl Into<String>, step: Step) {
        self.0.push(IdentityStep { what: what.into(), step });
    }
}

fn text(kind: &'static str, value: &str) -> Result<CString, Unknown> {
    CString::new(value).map_err(|_| Unknown { kind, name: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Capabilities, samples};

    fn task() -> Task {
        samples::group("api", &["server"]).tasks.remove(0)
    }

    fn origin() -> Origin {
        Origin { bounding: 0xff, apparmor_exec: "/proc/self/attr/apparmor/exec".into(), sets_groups: true }
    }

    fn lines(task: &Task) -> String {
        let steps = identity(task, &origin()).unwrap();
        steps.iter().map(|named| format!("{}: {:?}", named.what, named.step)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_user_with_capabilities() {
        insta::assert_snapshot!(lines(&task()), @r#"
        session: Session
        resource limit nofile: Limit { resource: 7, soft: 1024, hard: 18446744073709551615 }
        AppArmor profile jobctl: Write { path: "/proc/self/attr/apparmor/exec", text: "exec jobctl" }
        capability bounding set: DropBounding(222)
        groups of nobody: Groups([10])
        group 65534 of nobody: Gid(65534)
        capabilities: KeepCapabilities
        user nobody: Uid(65534)
        capabilities: Capabilities { effective: 33, permitted: 33, inheritable: 33 }
        ambient capabilities: Ambient(33)
        no new privileges: NoNewPrivileges
        umask: Umask(18)
        working directory /: Directory("/")
        "#);
    }

    #[test]
    fn a_user_without_capabilities() {
        let mut task = task();
        task.capabilities = Capabilities { bounding: task.capabilities.bounding, ..Capabilities::default() };
        task.apparmor_profile.clear();
        task.rlimits.clear();
        insta::assert_snapshot!(lines(&task), @r#"
        session: Session
        capability bounding set: DropBounding(222)
        groups of nobody: Groups([10])
        group 65534 of nobody: Gid(65534)
        user nobody: Uid(65534)
        capabilities: Capabilities { effective: 0, permitted: 0, inheritable: 0 }
        no new privileges: NoNewPrivileges
        umask: Umask(18)
        working directory /: Directory("/")
        "#);
    }

    #[test]
    fn root() {
        let mut task = task();
        task.user.uid = 0;
        task.user.name = "root".into();
        task.rlimits.clear();
        task.apparmor_profile.clear();
        task.no_new_privileges = false;
        insta::assert_snapshot!(lines(&task), @r#"
        session: Session
        capability bounding set: DropBounding(222)
        groups of root: Groups([10])
        group 65534 of root: Gid(65534)
        user root: Uid(0)
        capabilities: Capabilities { effective: 33, permitted: 33, inheritable: 33 }
        ambient capabilities: Ambient(33)
        umask: Umask(18)
        working directory /: Directory("/")
        "#);
    }

    #[test]
    fn unknown_names_are_said() {
        let mut task = task();
        task.rlimits.insert("nothing".into(), crate::plan::Rlimit { soft: 1, hard: 1 });
        assert_eq!(identity(&task, &origin()).unwrap_err().to_string(), "unknown resource limit \"nothing\"");
        task.rlimits.clear();
        task.capabilities.ambient.insert("CAP_NOTHING".into());
        assert_eq!(identity(&task, &origin()).unwrap_err().to_string(), "unknown capability \"CAP_NOTHING\"");
    }
}
