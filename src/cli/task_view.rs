//! A task of a plan, or a group, in a few lines: what it runs, as whom, with which limits and mounts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::value_view::{shorten, size};
use crate::plan::{
    Capabilities, Command, Driver, Isolation, Lifecycle, LifecycleHook, Port, Resources, Restart, RestartMode, User,
};

/// What is worth knowing of a task that comes, name and text, from its fields. Nothing for what is no task.
pub fn summary<'v>(value: impl Fn(&str) -> Option<&'v Value>) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let mut add = |name: &'static str, text: Option<String>| lines.extend(text.map(|text| (name, text)));
    add("driver", read::<Driver>(value("driver")).map(|driver| driver_name(driver).to_owned()));
    add("command", read(value("command")).map(command));
    add("runs", read(value("lifecycle")).and_then(lifecycle));
    add("user", read(value("user")).map(|user: User| format!("{} ({}:{})", user.name, user.uid, user.gid)));
    add("capabilities", read(value("capabilities")).as_ref().and_then(capabilities));
    add("limits", read(value("resources")).as_ref().map(resources));
    add("env", read(value("env")).and_then(environment));
    for volume in read::<Option<Isolation>>(value("isolation")).flatten().map(volumes).unwrap_or_default() {
        add("volume", Some(volume));
    }
    add("ports", read(value("ports")).and_then(ports));
    add("restart", read(value("restart")).as_ref().map(restart));
    lines
}

fn read<T: serde::de::DeserializeOwned>(value: Option<&Value>) -> Option<T> {
    T::deserialize(value?).ok()
}

fn driver_name(driver: Driver) -> &'static str {
    match driver {
        Driver::Exec => "exec, isolated",
        Driver::RawExec => "raw_exec, not isolated",
    }
}

fn command(command: Command) -> String {
    let words = std::iter::once(command.command).chain(command.args);
    let words: Vec<String> = words.map(|word| if plain(&word) { word } else { format!("{word:?}") }).collect();
    shorten(&words.join(" "))
}

fn plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_=./:,@%+".contains(c))
}

fn lifecycle(lifecycle: Lifecycle) -> Option<String> {
    let when = match lifecycle.hook {
        LifecycleHook::Main => return None,
        LifecycleHook::Prestart => "before the main tasks",
        LifecycleHook::Poststart => "once the main tasks run",
        LifecycleHook::Poststop => "after the main tasks",
    };
    Some(if lifecycle.sidecar { format!("{when}, and beside them") } else { when.to_owned() })
}

fn capabilities(capabilities: &Capabilities) -> Option<String> {
    let held: Vec<String> = capabilities.effective.iter().map(|name| crate::host::short_capability(name)).collect();
    match held.len() {
        0 => None,
        count if count > 12 => Some(format!("{count} of them")),
        _ => Some(held.join(", ")),
    }
}

/// Of a group.
fn ports(ports: BTreeMap<String, Port>) -> Option<String> {
    let port = |(label, port): (String, Port)| match port.number {
        0 => format!("{label} (a free one)"),
        number => format!("{label} {number}"),
    };
    Some(ports.into_iter().map(port).collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
}

fn resources(resources: &Resources) -> String {
    let mut parts = vec![format!("cpu {}", resources.cpu_shares), format!("memory {}", size(resources.memory_limit))];
    if !resources.cpuset.is_empty() {
        parts.push(format!("cpus {}", resources.cpuset));
    }
    parts.push(format!("pids {}", resources.pids_limit));
    parts.join(", ")
}

/// The names of the job's own variables.
fn environment(env: BTreeMap<String, String>) -> Option<String> {
    let usual = |name: &str| name.starts_with("NOMAD_") || matches!(name, "PATH" | "HOME" | "USER");
    let names: Vec<String> = env.into_keys().filter(|name| !usual(name)).collect();
    (!names.is_empty()).then(|| shorten(&names.join(", ")))
}

fn volumes(isolation: Isolation) -> Vec<String> {
    let volumes = isolation.mounts.into_iter().filter_map(|mount| {
        let volume = mount.volume?;
        let access = if mount.flags.read_only { "read-only" } else { "read-write" };
        let propagation = match mount.propagation {
            crate::plan::Propagation::Private => "private",
            crate::plan::Propagation::Slave => "host-to-task",
            crate::plan::Propagation::Shared => "bidirectional",
        };
        let path = match mount.source {
            crate::plan::MountSource::Host { path } => path,
            _ => String::new(),
        };
        Some(format!("{} ← {} ({path}), {access}, {propagation}", mount.destination, volume.host_volume))
    });
    volumes.collect()
}

fn restart(restart: &Restart) -> String {
    if restart.attempts == 0 && restart.mode == RestartMode::Fail {
        return "never".to_owned();
    }
    let then = match restart.mode {
        RestartMode::Fail => "then it has failed",
        RestartMode::Delay => "then it waits for the next interval",
    };
    format!("{} times in {}, {} between, {then}", restart.attempts, restart.interval, restart.delay)
}
