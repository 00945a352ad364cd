//! A task's `config`, read with its types: what `exec` and `raw_exec` know.
//!
//! What is not written is `None`; the host's defaults are joined where each value is used.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::host::{Keys, Limit, known_capabilities, read_etc, read_mode, read_oom_score, read_pids_limit};
use crate::jobspec::{Spanned, Untyped};

/// Keys of `config` under `exec`.
pub const EXEC_KEYS: &[&str] = &[
    "command",
    "args",
    "pid_mode",
    "ipc_mode",
    "cap_add",
    "cap_drop",
    "work_dir",
    "ulimit",
    "apparmor_profile",
    "devices",
    "pids_limit",
    "hostname",
    "network_namespace",
    "etc",
    "oom_score_adj",
    "no_new_privileges",
];

/// Keys of `config` under `raw_exec`.
pub const RAW_EXEC_KEYS: &[&str] = &[
    "command",
    "args",
    "work_dir",
    "oom_score_adj",
    "cgroup_v1_override",
    "cgroup_v2_override",
    "denied_envvars",
    "ulimit",
    "pids_limit",
];

/// What a task's `config` says.
#[derive(Debug, Default)]
pub(super) struct DriverConfig {
    pub(super) command: Option<Spanned<String>>,
    pub(super) args: Vec<Spanned<String>>,
    pub(super) work_dir: Option<Spanned<String>>,
    pub(super) private_pid: Option<bool>,
    pub(super) private_ipc: Option<bool>,
    /// Each with where it was asked for.
    pub(super) cap_add: Vec<Spanned<String>>,
    pub(super) cap_drop: Vec<Spanned<String>>,
    pub(super) ulimit: BTreeMap<String, Limit>,
    pub(super) apparmor_profile: Option<Spanned<String>>,
    pub(super) devices: Vec<DeviceConfig>,
    pub(super) pids_limit: Option<Spanned<u64>>,
    pub(super) hostname: Option<Spanned<String>>,
    pub(super) network_namespace: Option<Spanned<String>>,
    pub(super) generated_etc: Option<bool>,
    pub(super) oom_score_adj: Option<Spanned<i16>>,
    pub(super) no_new_privileges: Option<bool>,
    pub(super) denied_envvars: Vec<String>,
}

/// A device the task asks for.
#[derive(Debug)]
pub(super) struct DeviceConfig {
    pub(super) host_path: Spanned<String>,
    pub(super) container_path: Option<Spanned<String>>,
    pub(super) permissions: Option<Spanned<String>>,
}

impl DriverConfig {
    /// Reads the `config` of a task under a driver.
    pub(super) fn read(config: Option<&Untyped>, driver: &str, sink: &mut Sink) -> Self {
        let mut keys = Keys::new(config, sink);
        keys.refuse_others(driver, if driver == "exec" { EXEC_KEYS } else { RAW_EXEC_KEYS });
        let mut read = Self {
            command: keys.string("command").filter(|command| !command.is_empty()),
            args: keys.strings("args").unwrap_or_default(),
            work_dir: keys.string("work_dir").filter(|path| !path.is_empty()),
            private_pid: read_mode(&mut keys, "pid_mode"),
            private_ipc: read_mode(&mut keys, "ipc_mode"),
            cap_add: capabilities(&mut keys, "cap_add"),
            cap_drop: capabilities(&mut keys, "cap_drop"),
            ulimit: BTreeMap::new(),
            apparmor_profile: keys.string("apparmor_profile").filter(|profile| !profile.is_empty()),
            devices: devices(&mut keys),
            pids_limit: read_pids_limit(&mut keys),
            hostname: keys.string("hostname").filter(|name| !name.is_empty()),
            network_namespace: keys.string("network_namespace").filter(|path| !path.is_empty()),
            generated_etc: read_etc(&mut keys),
            oom_score_adj: None,
            no_new_privileges: keys.bool("no_new_privileges").map(|value| value.value),
            denied_envvars: texts(keys.strings("denied_envvars")),
        };
        read.ulimit = Limit::read_all(&keys.map("ulimit"), keys.sink());
        let score = read_oom_score(&mut keys);
        read.oom_score_adj = score.zip(keys.span("oom_score_adj")).map(|(score, span)| Spanned::new(score, span));
        for key in ["cgroup_v1_override", "cgroup_v2_override"] {
            if let Some(span) = keys.span(key) {
                refuse_override(key, span, keys.sink());
            }
        }
        read
    }
}

fn refuse_override(key: &str, span: Span, sink: &mut Sink) {
    sink.push(
        Diagnostic::error("config::cgroup_override", format!("`{key}` is not supported"))
            .label(span, "would take the task out of the cgroup it is counted and killed by")
            .help("set `cgroup_parent` in the host's configuration for detached jobs"),
    );
}

/// The capabilities a list names, `all` spelled out.
fn capabilities(keys: &mut Keys<'_, '_>, key: &str) -> Vec<Spanned<String>> {
    let names = keys.strings(key).unwrap_or_default();
    let mut found = Vec::new();
    for name in &names {
        found.extend(known_capabilities(name, keys.sink()).into_iter().map(|known| Spanned::new(known, name.span)));
    }
    found
}

fn devices(keys: &mut Keys<'_, '_>) -> Vec<DeviceConfig> {
    let mut devices = Vec::new();
    for written in keys.objects("devices") {
        let mut device = Keys::new(Some(written), keys.sink());
        device.refuse_others("devices", &["host_path", "container_path", "cgroup_permissions"]);
        let Some(host_path) = device.string("host_path") else {
            keys.sink().push(
                Diagnostic::error("devices::no_host_path", "a device without `host_path`")
                    .label(written.span, "needs `host_path`")
                    .help("write `{ host_path = \"/dev/fuse\" }`"),
            );
            continue;
        };
        let (container_path, permissions) = (device.string("container_path"), device.string("cgroup_permissions"));
        devices.push(DeviceConfig { host_path, container_path, permissions });
    }
    devices
}

fn texts(list: Option<Vec<Spanned<String>>>) -> Vec<String> {
    list.unwrap_or_default().into_iter().map(|text| text.value).collect()
}
