//! What a check may know besides the job: plain values, filled by whoever has read the host's configuration.

use std::collections::BTreeMap;

/// What the rules are given besides the job.
#[derive(Clone, Debug, Default)]
pub struct CheckContext {
    /// The host, where its configuration is known; rules that need it are left out else.
    pub host: Option<KnownHost>,
}

/// What a host's configuration says, as far as rules ask.
#[derive(Clone, Debug, Default)]
pub struct KnownHost {
    /// Its volumes by name.
    pub volumes: BTreeMap<String, KnownVolume>,
    /// The capabilities tasks of the `exec` driver may have, in the kernel's spelling without `CAP_` (`NET_ADMIN`).
    pub allow_caps: Vec<String>,
}

/// A volume of the host's configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownVolume {
    /// Whether no task may write to it.
    pub read_only: bool,
}
