//! What `${attr.…}`, `${node.…}` and `${meta.…}` stand for on this host.
//!
//! One table, made once; constraints and interpolation ask it.

use std::collections::BTreeMap;

use crate::host::Host;
use crate::linux::cgroup::Layout;

/// The host's attributes by full name: `attr.kernel.name`.
#[derive(Clone, Debug)]
pub(super) struct Attributes {
    values: BTreeMap<String, String>,
}

impl Attributes {
    /// The attributes of a host, for a job of this data center and region.
    pub(super) fn new(host: &Host, datacenter: &str, region: &str) -> Self {
        let (facts, node) = (&host.facts, &host.settings().node);
        let kernel = &facts.kernel;
        let frequency = u64::from(facts.cpu_mhz);
        let cgroup_version = match kernel.cgroups.layout {
            Layout::Unified => "2",
            Layout::Legacy | Layout::Hybrid => "1",
            Layout::None => "",
        };
        let raw_exec = if host.settings().raw_exec.enabled { "1" } else { "" };
        let name = if node.name.is_empty() { &kernel.hostname } else { &node.name };
        let entries: [(&str, String); 22] = [
            ("attr.kernel.name", "linux".to_owned()),
            ("attr.kernel.version", kernel.kernel_release.clone()),
            ("attr.kernel.arch", kernel.architecture.clone()),
            ("attr.cpu.arch", go_architecture(&kernel.architecture).to_owned()),
            ("attr.cpu.numcores", facts.cpus.to_string()),
            ("attr.cpu.frequency", frequency.to_string()),
            ("attr.cpu.totalcompute", (frequency * u64::from(facts.cpus)).to_string()),
            ("attr.cpu.usablecompute", (frequency * u64::from(facts.cpus)).to_string()),
            ("attr.memory.totalbytes", facts.memory.to_string()),
            ("attr.os.name", facts.os_name.clone()),
            ("attr.os.version", facts.os_version.clone()),
            ("attr.os.cgroups.version", cgroup_version.to_owned()),
            ("attr.unique.cgroup.version", cgroup_version.to_owned()),
            ("attr.unique.hostname", kernel.hostname.clone()),
            ("attr.driver.exec", "1".to_owned()),
            ("attr.driver.raw_exec", raw_exec.to_owned()),
            ("attr.nomad.service_discovery", "false".to_owned()),
            ("node.unique.name", name.clone()),
            ("node.datacenter", datacenter.to_owned()),
            ("node.region", region.to_owned()),
            ("node.class", node.class.clone()),
            ("node.pool", node.pool.clone()),
        ];
        let entries = entries.into_iter().map(|(name, value)| (name.to_owned(), value));
        let meta = node.meta.iter().map(|(key, value)| (format!("meta.{key}"), value.clone()));
        Self { values: entries.chain(meta).filter(|(_, value)| !value.is_empty()).collect() }
    }

    /// The value of a full name; `None` where this host has none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

/// What Go calls an architecture that the kernel calls otherwise.
fn go_architecture(machine: &str) -> &str {
    match machine {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "i386" | "i686" => "386",
        "armv6l" | "armv7l" => "arm",
        "loongarch64" => "loong64",
        other => other,
    }
}
