//! A task's namespaces, which can be told of the first task that starts before the host is probed.

use serde::{Deserialize, Serialize};

use super::driver_config::DriverConfig;
use crate::diagnostic::{Diagnostic, Sink};
use crate::host::{ExecSettings, Settings, normalise};
use crate::jobspec::{Group, Job, Spanned, Task};
use crate::plan::{NamespaceMode, Namespaces};

/// Those of a task with driver `exec`.
pub(super) fn namespaces(config: &DriverConfig, settings: &ExecSettings, root: bool, sink: &mut Sink) -> Namespaces {
    let mode = |private: bool| if private { NamespaceMode::Private } else { NamespaceMode::Host };
    Namespaces {
        pid: mode(config.private_pid.unwrap_or(settings.private_pid)),
        ipc: mode(config.private_ipc.unwrap_or(settings.private_ipc)),
        network: network(config, &settings.defaults.network_namespace, sink),
        user: !root,
    }
}

/// The network namespace to join; empty for the host's.
fn network(config: &DriverConfig, default: &str, sink: &mut Sink) -> String {
    let Some(Spanned { value, span }) = &config.network_namespace else { return default.to_owned() };
    normalise(value).unwrap_or_else(|| {
        sink.push(
            Diagnostic::error("config::path_not_absolute", format!("a network namespace is a path, not {value:?}"))
                .label(*span, "relative")
                .help("write the path that `ip netns add` makes: \"/run/netns/x\""),
        );
        String::new()
    })
}

/// The task that starts first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreseen {
    /// Its name.
    pub task: String,
    /// Its namespaces.
    pub namespaces: Namespaces,
}

/// The first task that a job starts on a host of these settings, for root or an ordinary user; `None` where it has no namespaces.
///
/// Nothing is decided by this: what the plan says counts.
pub fn foresee(job: &Job, settings: &Settings, root: bool) -> Option<Foreseen> {
    let wanted = |group: &&Group| group.count.is_none_or(|count| count.value > 0);
    let tasks = if job.groups.is_empty() { &job.tasks } else { &job.groups.iter().find(wanted)?.tasks };
    let hook = |task: &Task| task.lifecycle.as_ref()?.hook.as_ref().map(|hook| hook.value.to_string());
    let prestart = tasks.iter().find(|task| hook(task).as_deref() == Some("prestart"));
    let task = prestart.or_else(|| tasks.iter().find(|task| hook(task).is_none()))?;
    if task.driver.as_ref().is_none_or(|driver| &*driver.value != "exec") {
        return None;
    }
    let findings = &mut Sink::new();
    let config = DriverConfig::read(task.config.as_ref().map(|config| &config.value), "exec", findings);
    let namespaces = namespaces(&config, &settings.exec, root, findings);
    Some(Foreseen { task: task.name.to_string(), namespaces })
}
