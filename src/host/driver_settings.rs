//! What the `plugin` blocks of `exec` and `raw_exec` say, defaults filled in.
//!
//! Defaults for tasks only; what a task itself says is joined with them by the plan.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::capability::canonical_capability;
use super::keys::Keys;
use super::{CAPABILITIES, Limit};
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::jobspec::{Spanned, Untyped, similar};

/// Capabilities that tasks of ordinary users may be given without being configured: those of Nomad's `exec`.
pub const DEFAULT_ALLOW_CAPS: [&str; 13] = [
    "CAP_AUDIT_WRITE",
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_MKNOD",
    "CAP_NET_BIND_SERVICE",
    "CAP_SETFCAP",
    "CAP_SETGID",
    "CAP_SETPCAP",
    "CAP_SETUID",
    "CAP_SYS_CHROOT",
];

/// Keys of `plugin "exec"`.
pub const EXEC_PLUGIN_KEYS: &[&str] = &[
    "allow_caps",
    "no_pivot_root",
    "default_pid_mode",
    "default_ipc_mode",
    "denied_host_uids",
    "denied_host_gids",
    "apparmor_profile",
    "etc",
    "network_namespace",
    "no_new_privileges",
    "oom_score_adj",
    "pids_limit",
    "ulimit",
];

/// Keys of `plugin "raw_exec"`.
pub const RAW_EXEC_PLUGIN_KEYS: &[&str] =
    &["enabled", "denied_host_uids", "denied_host_gids", "denied_envvars", "no_cgroups"];

/// The driver `exec`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecSettings {
    /// Capabilities a task may ask for, by kernel name; those of its bounding set where it asks for none.
    pub allow_caps: BTreeSet<String>,
    /// Where that was written.
    pub allow_caps_span: Option<Span>,
    /// MS_MOVE and chroot instead of pivot_root.
    pub no_pivot_root: bool,
    /// Whether tasks have a pid namespace of their own.
    pub private_pid: bool,
    /// Whether tasks have an ipc namespace of their own.
    pub private_ipc: bool,
    /// What tasks get that do not say otherwise.
    pub defaults: TaskDefaults,
    /// Users that may not be used.
    pub denied: DeniedIds,
}

/// The driver `raw_exec`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawExecSettings {
    /// Whether it may be used.
    pub enabled: bool,
    /// Where that was written.
    pub enabled_span: Option<Span>,
    /// Users that may not be used.
    pub denied: DeniedIds,
    /// Variables that are taken out of a task's environment; `*` for any text.
    pub denied_envvars: BTreeSet<String>,
}

/// What a task gets that does not say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskDefaults {
    /// The AppArmor profile; empty for none.
    pub apparmor_profile: String,
    /// Where that was written.
    pub apparmor_span: Option<Span>,
    /// Whether /etc/passwd and /etc/group are made for the task's user.
    pub generated_etc: bool,
    /// The network namespace to join; empty for the host's.
    pub network_namespace: String,
    /// Whether no_new_privs is set; `None`: for every user but root.
    pub no_new_privileges: Option<bool>,
    /// `/proc/PID/oom_score_adj`
    pub oom_score_adj: i16,
    /// The most processes and threads.
    pub pids_limit: u64,
    /// Resource limits.
    pub ulimit: BTreeMap<String, Limit>,
}

/// Ranges of ids that a task may not run as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeniedIds {
    /// User ids.
    pub uids: Vec<RangeInclusive<u32>>,
    /// Group ids.
    pub gids: Vec<RangeInclusive<u32>>,
    /// Where they were written.
    pub span: Option<Span>,
}

impl Default for ExecSettings {
    fn default() -> Self {
        Self {
            allow_caps: DEFAULT_ALLOW_CAPS.iter().map(|name| (*name).to_owned()).collect(),
            allow_caps_span: None,
            no_pivot_root: false,
            private_pid: true,
            private_ipc: true,
            defaults: TaskDefaults::default(),
            denied: DeniedIds::default(),
        }
    }
}

impl Default for RawExecSettings {
    fn default() -> Self {
        let (denied, denied_envvars) = (DeniedIds::default(), BTreeSet::new());
        Self { enabled: true, enabled_span: None, denied, denied_envvars }
    }
}

impl Default for TaskDefaults {
    fn default() -> Self {
        Self {
            apparmor_profile: String::new(),
            apparmor_span: None,
            generated_etc: false,
            network_namespace: String::new(),
            no_new_privileges: None,
            oom_score_adj: 0,
            pids_limit: 4096,
            ulimit: BTreeMap::new(),
        }
    }
}

impl ExecSettings {
    /// Reads the `config` of `plugin "exec"`.
    pub(super) fn read(config: Option<&Untyped>, defaults: TaskDefaults, sink: &mut Sink) -> Self {
        let mut keys = Keys::new(config, sink);
        keys.refuse_others("plugin \"exec\"", EXEC_PLUGIN_KEYS);
        let mut settings = Self { defaults: defaults.read(&mut keys), ..Self::default() };
        if let Some(names) = keys.strings("allow_caps") {
            settings.allow_caps_span = keys.span("allow_caps");
            settings.allow_caps = names.iter().flat_map(|name| known_capabilities(name, keys.sink())).collect();
        }
        settings.no_pivot_root = keys.bool("no_pivot_root").is_some_and(|value| value.value);
        settings.private_pid = is_private(&mut keys, "default_pid_mode");
        settings.private_ipc = is_private(&mut keys, "default_ipc_mode");
        settings.denied = DeniedIds::read(&mut keys);
        settings
    }
}

impl RawExecSettings {
    /// Reads the `config` of `plugin "raw_exec"`.
    pub(super) fn read(config: Option<&Untyped>, sink: &mut Sink) -> Self {
        let mut keys = Keys::new(config, sink);
        keys.refuse_others("plugin \"raw_exec\"", RAW_EXEC_PLUGIN_KEYS);
        let enabled = keys.bool("enabled");
        let names = keys.strings("denied_envvars").unwrap_or_default();
        Self {
            enabled: enabled.is_none_or(|enabled| enabled.value),
            enabled_span: enabled.map(|enabled| enabled.span),
            denied: DeniedIds::read(&mut keys),
            denied_envvars: names.into_iter().map(|name| name.value).collect(),
        }
    }
}

impl TaskDefaults {
    /// These, with what a `plugin` block says instead.
    fn read(mut self, keys: &mut Keys<'_, '_>) -> Self {
        if let Some(profile) = keys.string("apparmor_profile") {
            (self.apparmor_profile, self.apparmor_span) = (profile.value, Some(profile.span));
        }
        if let Some(etc) = read_etc(keys) {
            self.generated_etc = etc;
        }
        if let Some(path) = keys.string("network_namespace") {
            self.network_namespace = path.value;
        }
        if let Some(yes) = keys.bool("no_new_privileges") {
            self.no_new_privileges = Some(yes.value);
        }
        if let Some(score) = read_oom_score(keys) {
            self.oom_score_adj = score;
        }
        if let Some(limit) = read_pids_limit(keys) {
            self.pids_limit = limit.value;
        }
        let ulimit = Limit::read_all(&keys.map("ulimit"), keys.sink());
        self.ulimit.extend(ulimit);
        self
    }
}

impl DeniedIds {
    fn read(keys: &mut Keys<'_, '_>) -> Self {
        let mut ranges = |key: &str| {
            let text = keys.string(key);
            text.as_ref().map(|text| id_ranges(text, key, keys.sink())).unwrap_or_default()
        };
        let (uids, gids) = (ranges("denied_host_uids"), ranges("denied_host_gids"));
        Self { uids, gids, span: keys.span("denied_host_uids").or_else(|| keys.span("denied_host_gids")) }
    }
}

/// `etc = "generated"` or `"host"`.
pub fn read_etc(keys: &mut Keys<'_, '_>) -> Option<bool> {
    one_of(keys, "etc", &["host", "generated"]).map(|place| place == 1)
}

/// `oom_score_adj`, in the kernel's range (proc_pid_oom_score_adj(5)).
pub fn read_oom_score(keys: &mut Keys<'_, '_>) -> Option<i16> {
    keys.integer("oom_score_adj", -1000..=1000).and_then(|score| i16::try_from(score.value).ok())
}

/// `pids_limit`; the kernel's own limit is 2^22 (PID_MAX_LIMIT).
pub fn read_pids_limit(keys: &mut Keys<'_, '_>) -> Option<Spanned<u64>> {
    keys.integer("pids_limit", 1..=1 << 22).map(|limit| Spanned::new(limit.value.unsigned_abs(), limit.span))
}

/// `private` or `host`.
pub fn read_mode(keys: &mut Keys<'_, '_>, key: &str) -> Option<bool> {
    one_of(keys, key, &["private", "host"]).map(|place| place == 0)
}

fn is_private(keys: &mut Keys<'_, '_>, key: &str) -> bool {
    read_mode(keys, key).unwrap_or(true)
}

/// The place of a value among those it can have.
fn one_of(keys: &mut Keys<'_, '_>, key: &str, values: &[&str]) -> Option<usize> {
    let value = keys.string(key)?;
    let place = values.iter().position(|known| *known == value.value);
    if place.is_none() {
        let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
        keys.sink().push(
            Diagnostic::error("config::unknown_value", format!("unknown value {:?} of `{key}`", value.value))
                .label(value.span, "not known")
                .help(format!("write {}", quoted.join(" or "))),
        );
    }
    place
}

/// A name → the capabilities it means; `all` is every one. An unknown one is reported.
pub fn known_capabilities(name: &Spanned<String>, sink: &mut Sink) -> Vec<String> {
    if name.eq_ignore_ascii_case("all") {
        return CAPABILITIES.iter().map(|name| (*name).to_owned()).collect();
    }
    let canonical = canonical_capability(name);
    if CAPABILITIES.contains(&canonical.as_str()) {
        return vec![canonical];
    }
    let help = match similar(&canonical, CAPABILITIES.iter().copied()) {
        Some(near) => format!("did you mean `{}`?", super::short_capability(near)),
        None => "capabilities(7) lists them; `all` is every one".to_owned(),
    };
    sink.push(
        Diagnostic::error("capability::unknown", format!("unknown capability {:?}", name.value))
            .label(name.span, "not known to Linux")
            .help(help),
    );
    Vec::new()
}

/// `0-999,65534` → ranges.
fn id_ranges(text: &Spanned<String>, key: &str, sink: &mut Sink) -> Vec<RangeInclusive<u32>> {
    let mut ranges = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (low, high) = part.split_once('-').unwrap_or((part, part));
        match (low.trim().parse::<u32>(), high.trim().parse::<u32>()) {
            (Ok(low), Ok(high)) if low <= high => ranges.push(low..=high),
            _ => sink.push(
                Diagnostic::error("host::bad_id_range", format!("{part:?} is no range of ids"))
                    .label(text.span, format!("in `{key}`"))
                    .help("write ids and ranges with commas: \"0-999,65534\""),
            ),
        }
    }
    ranges
}
