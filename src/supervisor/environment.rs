//! A task with nothing left open: what only the start knows is filled in.
//!
//! Pure: the plan's task and what is known go in, the task as it is started comes out.

use std::collections::BTreeMap;
use std::path::Path;

use crate::eval::SENSITIVE;
use crate::plan::{Driver, Job, Task, interpolate};
use crate::sandbox::Directories;
use crate::state::Launch;

/// What the start knows.
#[derive(Clone, Debug)]
pub struct Start<'a> {
    /// The allocation.
    pub launch: &'a Launch,
    /// Its job.
    pub job: &'a Job,
    /// The task's directories on the host.
    pub directories: &'a Directories,
    /// Values that are in no plan, by the names that refer to them.
    pub sensitive: &'a BTreeMap<String, String>,
    /// The host's name, for `node.unique.name`.
    pub hostname: &'a str,
}

impl Start<'_> {
    /// The task as it is started.
    pub fn complete(&self, task: &Task) -> Task {
        let mut complete = task.clone();
        for name in &task.env_at_start {
            if let Some(value) = self.variable(task, name) {
                complete.env.insert(name.clone(), value);
            }
        }
        complete.env_at_start.clear();
        // Variables may name others, but what they are filled in with is not filled in again.
        let variables = complete.env.clone();
        let fill = |text: &str| interpolate(text, |name| self.value(task, &variables, name));
        complete.env.values_mut().for_each(|value| *value = fill(value));
        // What uses the environment sees it filled in.
        let variables = complete.env.clone();
        let fill = |text: &mut String| *text = interpolate(text, |name| self.value(task, &variables, name));
        fill(&mut complete.command.command);
        fill(&mut complete.command.work_dir);
        complete.command.args.iter_mut().for_each(fill);
        for action in complete.actions.values_mut() {
            fill(&mut action.command);
            action.args.iter_mut().for_each(fill);
        }
        for artifact in &mut complete.artifacts {
            fill(&mut artifact.source);
            fill(&mut artifact.destination);
            artifact.options.values_mut().chain(artifact.headers.values_mut()).for_each(fill);
        }
        for template in &mut complete.templates {
            fill(&mut template.source);
            fill(&mut template.destination);
        }
        if let Some(isolation) = &mut complete.isolation {
            fill(&mut isolation.hostname);
            isolation.mounts.iter_mut().for_each(|mount| fill(&mut mount.destination));
        }
        complete
    }

    /// A variable that only the start knows.
    fn variable(&self, task: &Task, name: &str) -> Option<String> {
        let launch = self.launch;
        let inside = |isolated: &str, host: &Path| match task.driver {
            Driver::Exec => isolated.to_owned(),
            Driver::RawExec => host.to_string_lossy().into_owned(),
        };
        Some(match name {
            "NOMAD_ALLOC_ID" => launch.id.to_string(),
            "NOMAD_SHORT_ALLOC_ID" => launch.id.short().to_owned(),
            "NOMAD_ALLOC_NAME" => launch.name(),
            "NOMAD_ALLOC_INDEX" => launch.index.to_string(),
            "NOMAD_ALLOC_DIR" => inside("/alloc", &self.directories.allocation),
            "NOMAD_TASK_DIR" => inside("/local", &self.directories.task.join("local")),
            "NOMAD_SECRETS_DIR" => inside("/secrets", &self.directories.task.join("secrets")),
            "NOMAD_GROUP_NAME" => launch.group.clone(),
            "NOMAD_TASK_NAME" => task.name.clone(),
            "NOMAD_JOB_ID" => self.job.id.clone(),
            "NOMAD_JOB_NAME" => self.job.name.clone(),
            "NOMAD_NAMESPACE" => self.job.namespace.clone(),
            "NOMAD_REGION" => self.job.region.clone(),
            "NOMAD_DC" => self.job.datacenter.clone(),
            "NOMAD_PARENT_CGROUP" => launch.cgroup_parent.clone(),
            "NOMAD_CPU_LIMIT" => task.resources.cpu_shares.to_string(),
            "NOMAD_MEMORY_LIMIT" => (task.resources.memory_limit >> 20).to_string(),
            _ => return launch.ports.iter().find_map(|(label, port)| port.variables(label).remove(name)),
        })
    }

    /// What a reference stands for.
    fn value(&self, task: &Task, variables: &BTreeMap<String, String>, name: &str) -> Option<String> {
        let variable = |name: &str| variables.get(name).cloned().or_else(|| self.variable(task, name));
        match name.split_once('.') {
            None => variable(name).or_else(|| self.sensitive.get(name).cloned()),
            Some(("env", name)) => variable(name),
            Some(("meta", name)) => task.meta.get(name).cloned(),
            Some(_) => match name {
                "node.datacenter" => Some(self.job.datacenter.clone()),
                "node.region" => Some(self.job.region.clone()),
                "node.unique.name" | "attr.unique.hostname" => Some(self.hostname.to_owned()),
                "attr.kernel.name" => Some("linux".to_owned()),
                "attr.cpu.arch" => Some(architecture().to_owned()),
                _ => None,
            },
        }
    }
}

/// As Go names it, and so Nomad.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// The variables that a value is missing of which no plan has.
pub(super) fn open_values(task: &Task) -> impl Iterator<Item = &str> {
    let open = |value: &String| value.contains(&format!("${{{SENSITIVE}"));
    task.env.iter().filter(move |(_, value)| open(value)).map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples;
    use crate::state::AllocationId;

    fn complete(task: &Task) -> Task {
        let plan = samples::plan();
        let digest = plan.store().digest;
        let launch = Launch {
            version: Launch::VERSION,
            id: AllocationId::parse("6f1c0c1e-0d5b-4f0a-9a53-2f6d4f1f8e11").unwrap(),
            namespace: "default".to_owned(),
            job: "web".to_owned(),
            group: "api".to_owned(),
            index: 3,
            digest,
            detached: false,
            command: None,
            cgroup_parent: String::new(),
            ports: plan.groups[0].ports.iter().map(|(label, port)| (label.clone(), port.at(8080))).collect(),
            created: jiff::Timestamp::UNIX_EPOCH,
        };
        let sensitive = [("JOBCTL_SENSITIVE_1".to_owned(), "$hidden${PORT}".to_owned())].into();
        let directories =
            Directories { allocation: "/state/alloc".into(), task: "/state/task".into(), logs: "/state/logs".into() };
        Start { launch: &launch, job: &plan.job, directories: &directories, hostname: "host", sensitive: &sensitive }
            .complete(task)
    }

    fn task(driver: Driver) -> Task {
        let mut task = samples::plan().groups[0].tasks[0].clone();
        task.driver = driver;
        task.env = [("PORT".to_owned(), "80${NOMAD_ALLOC_INDEX}".to_owned())].into();
        task.env_at_start =
            ["NOMAD_ALLOC_ID", "NOMAD_ALLOC_NAME", "NOMAD_TASK_DIR", "NOMAD_HOST_PORT_http", "NOMAD_LATER"]
                .map(str::to_owned)
                .into();
        task
    }

    #[test]
    fn the_start_adds_what_it_knows() {
        let isolated = complete(&task(Driver::Exec));
        assert_eq!(isolated.env["NOMAD_ALLOC_ID"], "6f1c0c1e-0d5b-4f0a-9a53-2f6d4f1f8e11");
        assert_eq!(isolated.env["NOMAD_ALLOC_NAME"], "web.api[3]");
        assert_eq!(isolated.env["NOMAD_TASK_DIR"], "/local");
        assert_eq!(isolated.env["PORT"], "803");
        assert_eq!(isolated.env["NOMAD_HOST_PORT_http"], "8080");
        assert!(!isolated.env.contains_key("NOMAD_LATER"), "what nobody knows is not set");
        assert!(isolated.env_at_start.is_empty());
        assert_eq!(complete(&task(Driver::RawExec)).env["NOMAD_TASK_DIR"], "/state/task/local");
    }

    #[test]
    fn values_that_no_plan_has_are_filled_in_last() {
        let mut task = task(Driver::Exec);
        task.env.insert("KEY".to_owned(), "a-${JOBCTL_SENSITIVE_1}".to_owned());
        assert_eq!(complete(&task).env["KEY"], "a-$hidden${PORT}");
        task.env.insert("KEY".to_owned(), "a-${JOBCTL_SENSITIVE_2}".to_owned());
        assert_eq!(open_values(&complete(&task)).next(), Some("KEY"));
    }

    #[test]
    fn everything_that_may_hold_references_is_filled_in() {
        let mut task = task(Driver::Exec);
        task.command.command = "${NOMAD_TASK_DIR}/bin".to_owned();
        task.command.args = ["${PORT}", "${env[\"PORT\"]}", "${meta.team}", "${node.unique.name}", "${NOBODY}"]
            .map(str::to_owned)
            .into();
        task.command.work_dir = "${NOMAD_ALLOC_DIR}".to_owned();
        if let Some(isolation) = &mut task.isolation {
            isolation.hostname = "server-${NOMAD_SHORT_ALLOC_ID}".to_owned();
            isolation.mounts[0].destination = "${NOMAD_TASK_DIR}/usr".to_owned();
        }
        let complete = complete(&task);
        assert_eq!(complete.command.command, "/local/bin");
        assert_eq!(complete.command.args, ["803", "803", "a", "host", "${NOBODY}"]);
        assert_eq!(complete.command.work_dir, "/alloc");
        let isolation = complete.isolation.unwrap();
        assert_eq!(isolation.hostname, "server-6f1c0c1e");
        assert_eq!(isolation.mounts[0].destination, "/local/usr");
    }
}
