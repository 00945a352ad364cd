//! The environment of a task: what is known now, and the names of what the start sets.
//!
//! Nothing of jobctl's own environment: the job's variables over jobctl's, over a PATH, HOME and USER.

use std::collections::{BTreeMap, BTreeSet};

use super::interpolate::Scope;
use super::resources::Amounts;
use crate::host::glob;
use crate::jobspec::{Map, Spanned, Str};
use crate::plan::{Driver, Job, Port, User, variable_name};

/// PATH of an isolated task: what Nomad looks binaries up in.
const EXEC_PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// PATH of a task that has the host's files.
const RAW_EXEC_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// What only the start knows.
const AT_START: [&str; 4] = ["NOMAD_ALLOC_ID", "NOMAD_SHORT_ALLOC_ID", "NOMAD_ALLOC_NAME", "NOMAD_ALLOC_INDEX"];
/// The task's directories, as it sees them when isolated.
pub(super) const DIRECTORIES: [(&str, &str); 3] =
    [("NOMAD_ALLOC_DIR", "/alloc"), ("NOMAD_TASK_DIR", "/local"), ("NOMAD_SECRETS_DIR", "/secrets")];

/// What a task's environment is made of, the job's own variables aside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) job: &'a Job,
    pub(super) group: &'a str,
    pub(super) task: &'a str,
    pub(super) driver: Driver,
    pub(super) user: &'a User,
    pub(super) meta: &'a BTreeMap<String, String>,
    pub(super) ports: &'a BTreeMap<String, Port>,
    pub(super) amounts: Amounts,
}

/// Variables that are known, and the names of those that the start sets.
#[derive(Clone, Debug, Default)]
pub(super) struct Environment {
    pub(super) known: BTreeMap<String, String>,
    pub(super) at_start: BTreeSet<String>,
}

impl Environment {
    /// jobctl's own variables.
    pub(super) fn of(surroundings: &Surroundings<'_>) -> Self {
        let Surroundings { job, user, amounts, .. } = surroundings;
        let mut environment = Self { known: BTreeMap::new(), at_start: AT_START.map(str::to_owned).into() };
        let path = match surroundings.driver {
            Driver::Exec => {
                environment.known.extend(DIRECTORIES.map(|(name, path)| (name.to_owned(), path.to_owned())));
                EXEC_PATH
            }
            Driver::RawExec => {
                environment.at_start.extend(DIRECTORIES.map(|(name, _)| name.to_owned()));
                RAW_EXEC_PATH
            }
        };
        for (name, value) in surroundings.ports.iter().flat_map(|(label, port)| port.variables(label)) {
            match value {
                Some(value) => drop(environment.known.insert(name, value)),
                None => _ = environment.at_start.insert(name),
            }
        }
        let mut set = |name: &str, value: &str| drop(environment.known.insert(name.to_owned(), value.to_owned()));
        for (key, value) in surroundings.meta {
            let name = variable_name(key);
            set(&format!("NOMAD_META_{}", name.to_uppercase()), value);
            set(&format!("NOMAD_META_{name}"), value);
        }
        set("PATH", path);
        set("HOME", &user.home);
        set("USER", &user.name);
        set("NOMAD_TASK_NAME", surroundings.task);
        set("NOMAD_GROUP_NAME", surroundings.group);
        set("NOMAD_JOB_ID", &job.id);
        set("NOMAD_JOB_NAME", &job.name);
        set("NOMAD_NAMESPACE", &job.namespace);
        set("NOMAD_REGION", &job.region);
        set("NOMAD_DC", &job.datacenter);
        set("NOMAD_CPU_LIMIT", &amounts.cpu.to_string());
        set("NOMAD_MEMORY_LIMIT", &amounts.memory.to_string());
        if amounts.memory_max > 0 {
            set("NOMAD_MEMORY_MAX_LIMIT", &amounts.memory_max.to_string());
        }
        environment
    }

    /// Lays the job's variables over these.
    pub(super) fn add_written(&mut self, written: Option<&Spanned<Map<Str>>>, scope: &Scope<'_>) {
        let Some(written) = written else { return };
        for (name, value) in written.iter() {
            self.at_start.remove(&*name.value);
            self.known.insert(name.to_string(), scope.interpolate(value));
        }
    }

    /// Takes out what a pattern names (`denied_envvars`).
    pub(super) fn deny<'a>(&mut self, patterns: impl Iterator<Item = &'a String>) {
        for pattern in patterns {
            self.known.retain(|name, _| !glob(pattern, name));
            self.at_start.retain(|name| !glob(pattern, name));
        }
    }
}
