//! What a task brings along: its payload, its artifacts and its templates, put in place before it starts.
//!
//! Paths and texts may hold `${…}` that the start fills in; where they lead is found when they are performed, as the task's user.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::jobspec::Duration;

/// The file that a payload is put into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Payload {
    /// `job.web.group.api.task.server.dispatch_payload`
    pub address: String,
    /// Where, beneath `local` in the task's directory.
    pub file: String,
    /// What, in base64.
    pub content: String,
}

/// A file or directory that is fetched, once for an allocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// `job.web.group.api.task.server.artifact[0]`
    pub address: String,
    /// From where: a URL, or what go-getter takes for one.
    pub source: String,
    /// `checksum`, `archive`, `ref` …
    pub options: BTreeMap<String, String>,
    /// Headers of the HTTP request.
    pub headers: BTreeMap<String, String>,
    /// What is made of it.
    pub mode: ArtifactMode,
    /// Whether the server's certificate is not checked.
    pub insecure: bool,
    /// Where, in the task's directory.
    pub destination: String,
    /// How much and how long.
    pub limits: ArtifactLimits,
}

/// What is made of an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ArtifactMode {
    /// An archive is unpacked into the destination, a file put into it.
    Any,
    /// The destination is the file.
    File,
    /// The destination is the directory: an archive is unpacked, a file refused.
    Dir,
}

/// How much an artifact may be and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ArtifactLimits {
    /// The longest a download by HTTP may take.
    pub http_timeout: Duration,
    /// The most bytes of a download by HTTP.
    pub http_max_size: u64,
    /// The longest git may take.
    pub git_timeout: Duration,
    /// The most bytes of what is unpacked, all files together; 0 is no limit.
    pub unpacked_size: u64,
    /// The most files, directories and links of an archive; 0 is no limit.
    pub unpacked_files: u64,
}

/// A file rendered before each start of the task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// `job.web.group.api.task.server.template[0]`
    pub address: String,
    /// The file with its text, in the task's directory; empty where the text is `data`.
    pub source: String,
    /// Its text.
    pub data: String,
    /// Where the result is put, in the task's directory.
    pub destination: String,
    /// The file's mode, in four octal digits.
    pub perms: String,
    /// The file's owner; the task's user if none is named.
    pub uid: Option<u32>,
    /// The file's group; that of the task's user if none is named.
    pub gid: Option<u32>,
    /// What opens an action.
    pub left_delimiter: String,
    /// What closes an action.
    pub right_delimiter: String,
    /// Whether the result is also read as variables of the task's environment.
    pub env: bool,
    /// Whether a missing key is an error.
    pub error_on_missing_key: bool,
}
