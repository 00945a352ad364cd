//! What follows from the configuration: everything filled in, ready to be asked.
//!
//! Spans are kept where a finding about a job will point at the host's file too.

use std::collections::BTreeMap;

use super::document::{Client, HostFile, Plugin, Policy, PolicyVolume};
use super::driver_settings::{ExecSettings, RawExecSettings, TaskDefaults};
use super::policy::{Capability, Policies, PolicyRule};
use super::{ArtifactSettings, Limit, document};
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::jobspec::{List, Map, Opt, Spanned, Str, Untyped};

/// What the host's tasks see of it where the configuration says nothing: Nomad's own list.
pub const DEFAULT_CHROOT_ENV: [&str; 9] =
    ["/bin", "/etc", "/lib", "/lib32", "/lib64", "/run/resolvconf", "/run/systemd/resolve", "/sbin", "/usr"];

/// The configuration with everything filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What tasks are told of the host.
    pub node: Node,
    /// Directories that jobs may mount, by name.
    pub host_volumes: BTreeMap<String, HostVolume>,
    /// What of the host an isolated task sees: path in the task → path on the host.
    pub chroot_env: BTreeMap<String, String>,
    /// Who may use which volume.
    pub policies: Policies,
    /// How much artifacts may be and how long they may take.
    pub artifact: ArtifactSettings,
    /// The driver `exec`.
    pub exec: ExecSettings,
    /// The driver `raw_exec`.
    pub raw_exec: RawExecSettings,
    /// The cgroup beneath which those of detached jobs are made; empty: found at start.
    pub cgroup_parent: String,
    /// Ended allocations of a job that are kept.
    pub keep: u32,
}

/// What tasks are told of the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Its name; empty: the host name.
    pub name: String,
    /// The region; empty: the job's.
    pub region: String,
    /// The data center; empty: the job's.
    pub datacenter: String,
    /// `${node.class}`
    pub class: String,
    /// `${node.pool}`
    pub pool: String,
    /// `${meta.KEY}`
    pub meta: BTreeMap<String, String>,
}

/// A directory that jobs may mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostVolume {
    /// The directory: absolute, normalised.
    pub path: String,
    /// Whether no task may write to it.
    pub read_only: bool,
    /// Where it is named.
    pub span: Span,
    /// Where its path is written.
    pub path_span: Span,
    /// Where `read_only` is written.
    pub read_only_span: Option<Span>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            node: Node { pool: "default".to_owned(), ..Node::default() },
            host_volumes: BTreeMap::new(),
            chroot_env: DEFAULT_CHROOT_ENV.iter().map(|path| ((*path).to_owned(), (*path).to_owned())).collect(),
            policies: Policies::default(),
            artifact: ArtifactSettings::default(),
            exec: ExecSettings::default(),
            raw_exec: RawExecSettings::default(),
            cgroup_parent: String::new(),
            keep: 5,
        }
    }
}

impl Settings {
    /// What follows from a file. What is wrong in it goes to the sink.
    pub(super) fn derive(file: &HostFile, sink: &mut Sink) -> Self {
        let defaults = Self::default();
        let client = file.client.as_deref();
        let exec = TaskDefaults {
            apparmor_profile: text(file.apparmor_profile.as_ref()),
            apparmor_span: file.apparmor_profile.as_ref().map(|profile| profile.span),
            ulimit: Limit::read_all(&texts(file.ulimit.as_ref()), sink),
            ..TaskDefaults::default()
        };
        let artifact = client.and_then(|client| client.artifact.as_deref());
        let plugin = |name: &str, sink: &mut Sink| plugin_config(&file.plugins, name, sink);
        let exec_config = plugin("exec", sink);
        let raw_exec_config = plugin("raw_exec", sink);
        Self {
            node: node(file, client),
            host_volumes: client.map(|client| host_volumes(client, sink)).unwrap_or_default(),
            chroot_env: client.and_then(|client| chroot_env(client, sink)).unwrap_or(defaults.chroot_env),
            policies: policies(&file.policies, sink),
            artifact: artifact.map(|written| ArtifactSettings::read(written, sink)).unwrap_or_default(),
            exec: ExecSettings::read(exec_config, exec, sink),
            raw_exec: RawExecSettings::read(raw_exec_config, sink),
            cgroup_parent: text(file.cgroup_parent.as_ref()),
            keep: file.keep.map_or(defaults.keep, |keep| keep.value),
        }
    }
}

fn node(file: &HostFile, client: Option<&Client>) -> Node {
    Node {
        name: text(file.name.as_ref()),
        region: text(file.region.as_ref()),
        datacenter: text(file.datacenter.as_ref()),
        class: client.map(|client| text(client.node_class.as_ref())).unwrap_or_default(),
        pool: client.and_then(|client| client.node_pool.as_ref()).map_or("default".to_owned(), |pool| pool.to_string()),
        meta: texts(client.and_then(|client| client.meta.as_ref()))
            .into_iter()
            .map(|(key, value)| (key, value.value))
            .collect(),
    }
}

fn host_volumes(client: &Client, sink: &mut Sink) -> BTreeMap<String, HostVolume> {
    let mut volumes: BTreeMap<String, HostVolume> = BTreeMap::new();
    for volume in &client.host_volumes {
        let document::HostVolume { name, path, read_only, .. } = volume;
        // A volume without a path is reported by its table.
        let Some(written) = path else { continue };
        let Some(path) = absolute(written, "a host volume's path", sink) else { continue };
        let volume = HostVolume {
            path,
            read_only: read_only.is_some_and(|read_only| read_only.value),
            span: name.span,
            path_span: written.span,
            read_only_span: read_only.map(|read_only| read_only.span),
        };
        if let Some(first) = volumes.get(&*name.value) {
            sink.push(
                Diagnostic::error("host_volume::duplicate", format!("host volume {:?} stands twice", &*name.value))
                    .label(name.span, "the second one")
                    .label(first.span, "the first one")
                    .help("give each a name of its own"),
            );
        } else {
            volumes.insert(name.to_string(), volume);
        }
    }
    volumes
}

fn chroot_env(client: &Client, sink: &mut Sink) -> Option<BTreeMap<String, String>> {
    let written = client.chroot_env.as_ref()?;
    let mut entries = BTreeMap::new();
    for (from, to) in written.iter() {
        let from = Spanned::new(from.value.clone(), from.span);
        let (Some(from), Some(to)) =
            (absolute(&from, "a path of the host", sink), absolute(to, "a path in the task", sink))
        else {
            continue;
        };
        entries.insert(to, from);
    }
    Some(entries)
}

fn policies(written: &[Policy], sink: &mut Sink) -> Policies {
    let mut rules = Vec::new();
    for policy in written {
        let list = |names: &Opt<List<Str>>| -> Vec<String> {
            names.iter().flat_map(|names| &names.value).map(|name| name.to_string()).collect()
        };
        let (users, groups) = (list(&policy.users), list(&policy.groups));
        if users.is_empty() && groups.is_empty() {
            sink.push(
                Diagnostic::warning("policy::nobody", format!("policy {:?} is about nobody", &*policy.name.value))
                    .label(policy.at, "without users and groups")
                    .help("add `users = [\"…\"]` or `groups = [\"…\"]`; `users = [\"*\"]` is everybody"),
            );
        }
        for volume in &policy.host_volumes {
            rules.push(PolicyRule {
                policy: policy.name.to_string(),
                users: users.clone(),
                groups: groups.clone(),
                volumes: volume.name.to_string(),
                gives: capabilities(volume, sink).into_iter().collect(),
                span: volume.at,
            });
        }
    }
    Policies { exist: !written.is_empty(), rules }
}

fn capabilities(volume: &PolicyVolume, sink: &mut Sink) -> Vec<Capability> {
    use Capability::{Deny, MountReadOnly, MountReadWrite};
    let mut gives = Vec::new();
    if let Some(policy) = &volume.policy {
        match &*policy.value {
            "read" => gives.push(MountReadOnly),
            "write" => gives.extend([MountReadOnly, MountReadWrite]),
            "deny" => gives.push(Deny),
            _ => unknown("policy::unknown_policy", policy, "\"read\", \"write\" or \"deny\"", sink),
        }
    }
    for capability in volume.capabilities.iter().flat_map(|list| &list.value) {
        match &*capability.value {
            "mount-readonly" => gives.push(MountReadOnly),
            "mount-readwrite" => gives.push(MountReadWrite),
            "deny" => gives.push(Deny),
            _ => unknown(
                "policy::unknown_capability",
                capability,
                "\"mount-readonly\", \"mount-readwrite\" or \"deny\"",
                sink,
            ),
        }
    }
    if volume.policy.is_none() && volume.capabilities.is_none() {
        sink.push(
            Diagnostic::error("policy::gives_nothing", "a rule that neither gives nor denies anything")
                .label(volume.at, "without `policy` and `capabilities`")
                .help("write `policy = \"read\"`, \"write\" or \"deny\""),
        );
    }
    gives
}

fn unknown(code: &'static str, value: &Spanned<Str>, values: &str, sink: &mut Sink) {
    sink.push(
        Diagnostic::error(code, format!("unknown {} {:?}", code.trim_start_matches("policy::unknown_"), &*value.value))
            .label(value.span, "not known")
            .help(format!("write {values}")),
    );
}

/// The `config` of a plugin that stands once at most.
fn plugin_config<'a>(plugins: &'a [Plugin], name: &str, sink: &mut Sink) -> Option<&'a Untyped> {
    let mut of_name = plugins.iter().filter(|plugin| &*plugin.name.value == name);
    let first = of_name.next()?;
    for second in of_name {
        sink.push(
            Diagnostic::error("plugin::duplicate", format!("plugin {name:?} stands twice"))
                .label(second.at, "the second one")
                .label(first.at, "the first one")
                .help("put everything in one"),
        );
    }
    first.config.as_ref().map(|config| &config.value)
}

/// A path that must be absolute, normalised.
fn absolute(path: &Spanned<Str>, what: &str, sink: &mut Sink) -> Option<String> {
    let normal = super::path::normalise(path);
    if normal.is_none() {
        sink.push(
            Diagnostic::error("host::path_not_absolute", format!("{what} must be absolute, not {:?}", &*path.value))
                .label(path.span, "relative")
                .help("begin it with `/`"),
        );
    }
    normal
}

fn text(value: Option<&Spanned<Str>>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn texts(map: Option<&Spanned<Map<Str>>>) -> BTreeMap<String, Spanned<String>> {
    let entries = map.into_iter().flat_map(|map| map.iter());
    entries.map(|(key, value)| (key.to_string(), Spanned::new(value.to_string(), value.span))).collect()
}
