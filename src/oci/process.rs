//! Command, user, environment and privileges of a task, in the specification's words.
//!
//! One task in, `process` out.

use std::collections::BTreeSet;

use super::config::{Capabilities, Process, Rlimit, User};
use crate::plan::{Isolation, Task};

/// What a task's process begins with. The task is complete: nothing in it is left to the start.
pub(super) fn process(task: &Task, isolation: &Isolation) -> Process {
    let user = &task.user;
    let list = |set: &BTreeSet<String>| set.iter().cloned().collect();
    let sets = &task.capabilities;
    Process {
        terminal: false,
        user: User {
            uid: user.uid,
            gid: user.gid,
            umask: 0o022,
            // In a user namespace those of whoever made it stay.
            additional_gids: if isolation.namespaces.user { Vec::new() } else { user.groups.clone() },
        },
        args: std::iter::once(program(task)).chain(task.command.args.iter().cloned()).collect(),
        env: task.env.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        cwd: task.command.work_dir.clone(),
        capabilities: Capabilities {
            bounding: list(&sets.bounding),
            effective: list(&sets.effective),
            inheritable: list(&sets.inheritable),
            permitted: list(&sets.permitted),
            ambient: list(&sets.ambient),
        },
        rlimits: task
            .rlimits
            .iter()
            .map(|(name, limit)| Rlimit {
                kind: format!("RLIMIT_{}", name.to_uppercase()),
                hard: limit.hard,
                soft: limit.soft,
            })
            .collect(),
        no_new_privileges: task.no_new_privileges,
        apparmor_profile: task.apparmor_profile.clone(),
        oom_score_adj: task.oom_score_adj,
    }
}

/// A runtime looks for a name in the task's PATH, and for a path from the working directory: ours is beneath the root.
fn program(task: &Task) -> String {
    let command = &task.command.command;
    let from_root = task.command.work_dir == "/" || command.starts_with('/') || !command.contains('/');
    if from_root { command.clone() } else { format!("/{command}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples;

    #[test]
    fn a_relative_path_is_beneath_the_root_wherever_the_task_begins() {
        let mut task = samples::group("api", &["server"]).tasks.remove(0);
        for (command, work_dir, expected) in [
            ("local/app", "/", "local/app"),
            ("local/app", "/local", "/local/app"),
            ("app", "/local", "app"),
            ("/bin/app", "/local", "/bin/app"),
        ] {
            command.clone_into(&mut task.command.command);
            work_dir.clone_into(&mut task.command.work_dir);
            assert_eq!(program(&task), expected, "{command} in {work_dir}");
        }
    }
}
