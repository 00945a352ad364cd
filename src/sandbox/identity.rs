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

/// The steps of a task's process. `bounding` is the set it starts with.
///
/// # Errors
/// A name is not known.
pub fn identity(task: &Task, bounding: u64) -> Result<Vec<IdentityStep>, Unknown> {
    let mut steps = Steps(Vec::new());
    steps.push("session", Step::Session);
    for (name, limit) in &task.rlimits {
        let resource = rlimit::number(name).ok_or(Unknown { kind: "resource limit", name: name.clone() })?;
        steps.push(format!("resource limit {name}"), Step::Limit { resource, soft: limit.soft, hard: limit.hard });
    }
    if !task.apparmor_profile.is_empty() {
        let path = text("AppArmor attribute", &apparmor::attribute("exec"))?;
        let text = format!("exec {}", task.apparmor_profile).into_bytes();
        steps.push(format!("AppArmor profile {}", task.apparmor_profile), Step::Write { path, text });
    }
    let set = |names| capability::bits(names).map_err(|name| Unknown { kind: "capability", name });
    let wanted = &task.capabilities;
    let (permitted, ambient) = (set(&wanted.permitted)?, set(&wanted.ambient)?);
    let given_up = bounding & !set(&wanted.bounding)?;
    if given_up != 0 {
        steps.push("capability bounding set", Step::DropBounding(given_up));
    }
    let user = &task.user;
    steps.push(format!("groups of {}", user.name), Step::Groups(user.groups.clone()));
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
