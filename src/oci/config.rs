//! `config.json` of the OCI runtime specification, version 1.0.2: the parts a task needs.
//!
//! Data only, named as the specification names it (config.md, config-linux.md).

use std::collections::BTreeMap;

use serde::Serialize;

/// The version of the specification. Later ones add words, and change none that is used here.
pub(super) const VERSION: &str = "1.0.2";

/// The whole document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    pub(super) oci_version: &'static str,
    pub(super) process: Process,
    pub(super) root: Root,
    pub(super) hostname: String,
    pub(super) mounts: Vec<Mount>,
    pub(super) linux: Linux,
    pub(super) annotations: BTreeMap<&'static str, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Process {
    pub(super) terminal: bool,
    pub(super) user: User,
    pub(super) args: Vec<String>,
    pub(super) env: Vec<String>,
    pub(super) cwd: String,
    pub(super) capabilities: Capabilities,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) rlimits: Vec<Rlimit>,
    pub(super) no_new_privileges: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) apparmor_profile: String,
    pub(super) oom_score_adj: i16,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) umask: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) additional_gids: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Capabilities {
    pub(super) bounding: Vec<String>,
    pub(super) effective: Vec<String>,
    pub(super) inheritable: Vec<String>,
    pub(super) permitted: Vec<String>,
    pub(super) ambient: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Rlimit {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) hard: u64,
    pub(super) soft: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Root {
    pub(super) path: &'static str,
    pub(super) readonly: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Mount {
    pub(super) destination: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) source: String,
    pub(super) options: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Linux {
    pub(super) namespaces: Vec<Namespace>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) uid_mappings: Vec<IdMapping>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) gid_mappings: Vec<IdMapping>,
    pub(super) devices: Vec<Device>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cgroups_path: Option<String>,
    pub(super) resources: Resources,
    pub(super) rootfs_propagation: &'static str,
    pub(super) masked_paths: Vec<String>,
    pub(super) readonly_paths: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Namespace {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct IdMapping {
    #[serde(rename = "containerID")]
    pub(super) inside: u32,
    #[serde(rename = "hostID")]
    pub(super) outside: u32,
    pub(super) size: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Device {
    pub(super) path: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) major: u32,
    pub(super) minor: u32,
    pub(super) file_mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// What is not limited is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Resources {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) devices: Vec<DeviceRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) memory: Option<Memory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpu: Option<Cpu>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pids: Option<Pids>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct DeviceRule {
    pub(super) allow: bool,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) major: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) minor: Option<u32>,
    pub(super) access: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Memory {
    pub(super) limit: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reservation: Option<u64>,
    /// Memory and swap together.
    pub(super) swap: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Cpu {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shares: Option<u64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) cpus: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Pids {
    pub(super) limit: u64,
}
