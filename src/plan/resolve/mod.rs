//! A typed job and a host → the plan: every default, every path, every set.
//!
//! Pure: what the host is stands in its value, and findings go to the sink. Nothing is probed and nothing performed.

mod apparmor;
mod attributes;
mod capabilities;
mod constraint;
mod dispatch;
mod driver_config;
mod environment;
mod interpolate;
mod namespaces;
mod needs;
mod ports;
mod preparation;
mod resources;
mod restart;
mod task;
mod unsupported;
mod user;
mod version;
mod volume_mounts;
mod volumes;
mod world;

pub use dispatch::{Dispatch, PAYLOAD_LIMIT, dispatch};
pub use driver_config::{EXEC_KEYS, RAW_EXEC_KEYS};
pub use namespaces::{Foreseen, foresee};
pub use needs::needs;
pub use ports::check_ports;
pub use user::{find_user, user_parts};

use std::collections::BTreeMap;

use attributes::Attributes;
use resources::Cores;
use task::Common;
use world::World;

use super::{Group, Job, JobType, Plan, VERSION};
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::host::{Caller, Configuration, Host, MountState, PathFact, glob};
use crate::jobspec::{self, Duration, Map, Opt, Spanned, Str};

/// Findings that are warnings in a plan and keep a job from being run.
pub const REFUSED_AT_RUN: [&str; 5] = [
    "network::port_in_use",
    "parameterized::missing_meta",
    "parameterized::missing_payload",
    "resources::cannot_be_enforced",
    "volume_mount::source_not_shared",
];

/// The region and the data center of a job where neither it nor the host says which.
const REGION: &str = "global";
const DATACENTER: &str = "dc1";

/// Resolves a job for a host and a caller. `None` where a finding is an error.
pub fn resolve(job: &jobspec::Job, host: &Host, caller: &Caller, sink: &mut Sink) -> Option<Plan> {
    let mut findings = Sink::new();
    let plan = Resolver::new(job, host, caller).plan(&mut findings);
    let failed = findings.has_errors();
    for finding in findings.into_sorted() {
        sink.push(finding);
    }
    (!failed).then_some(plan)
}

/// Holds a job against a host's configuration alone: volumes, policies, capabilities. Nothing is probed, so that what
/// depends on the machine is left out; directories of volumes are taken to be there.
pub fn check_host(job: &jobspec::Job, configuration: &Configuration, caller: &Caller, sink: &mut Sink) {
    const CHECKED: [&str; 3] = ["volume::", "volume_mount::", "capability::"];
    let mut facts = configuration.fixture.clone().unwrap_or_default();
    for volume in configuration.settings.host_volumes.values() {
        let directory = PathFact::Directory { propagation: MountState::Shared, mount_point: "/".to_owned() };
        facts.paths.entry(volume.path.clone()).or_insert(directory);
    }
    let host = Host { configuration: configuration.clone(), facts };
    let mut findings = Sink::new();
    let _ = resolve(job, &host, caller, &mut findings);
    for finding in findings.into_sorted() {
        if CHECKED.iter().any(|block| finding.code.starts_with(block)) {
            sink.push(finding);
        }
    }
}

/// What `${attr.…}`, `${node.…}` and `${meta.…}` stand for on a host, by name.
pub fn host_attributes(host: &Host) -> BTreeMap<String, String> {
    let node = &host.settings().node;
    let or = |value: &str, default: &str| if value.is_empty() { default.to_owned() } else { value.to_owned() };
    let attributes = Attributes::new(host, &or(&node.datacenter, DATACENTER), &or(&node.region, REGION));
    attributes.names().map(|name| (name.to_owned(), attributes.get(name).unwrap_or_default().to_owned())).collect()
}

/// Makes errors of what a plan only warns about: what `run` does before it applies.
pub fn refuse_at_run(findings: &mut [Diagnostic]) {
    for finding in findings.iter_mut().filter(|finding| REFUSED_AT_RUN.contains(&finding.code)) {
        finding.severity = Severity::Error;
    }
}

struct Resolver<'a> {
    written: &'a jobspec::Job,
    host: &'a Host,
    caller: &'a Caller,
    job: Job,
    attributes: Attributes,
    world: World<'a>,
    cores: Cores,
    ports: ports::Written,
}

impl<'a> Resolver<'a> {
    fn new(written: &'a jobspec::Job, host: &'a Host, caller: &'a Caller) -> Self {
        let job = job(written, host);
        let attributes = Attributes::new(host, &job.datacenter, &job.region);
        Self {
            written,
            host,
            caller,
            job,
            attributes,
            world: World::new(host),
            cores: Cores::default(),
            ports: ports::Written::new(),
        }
    }

    fn plan(mut self, sink: &mut Sink) -> Plan {
        let written = self.written;
        unsupported::check_job(written, sink);
        check_datacenter(written, self.host, sink);
        let total = written.groups.iter().map(|group| count(group, self.job.kind)).max().unwrap_or(1);
        constraint::check(&written.constraints, total, &self.attributes, sink);
        let mut groups: Vec<Group> = written.groups.iter().map(|group| self.group(group, sink)).collect();
        groups.extend(written.tasks.iter().map(|task| self.lone_task(task, sink)));
        Plan { version: VERSION, job: self.job, groups }
    }

    fn group(&mut self, written: &jobspec::Group, sink: &mut Sink) -> Group {
        let count = count(written, self.job.kind);
        unsupported::check_group(written, sink);
        constraint::check(&written.constraints, count, &self.attributes, sink);
        let volumes = volumes::resolve(written, count, self.host, self.caller, sink);
        let group = Group {
            address: format!("{}.group.{}", address(&self.job), &*written.name.value),
            name: written.name.to_string(),
            count,
            shutdown_delay: duration(written.shutdown_delay),
            max_run_duration: duration(written.max_run_duration),
            meta: meta(&self.job.meta, written.meta.as_ref()),
            ports: ports::resolve(written, count, &mut self.ports, sink),
            tasks: Vec::new(),
        };
        let tasks = self.tasks(&group, Some(written), &written.tasks, &volumes, sink);
        let mut group = Group { tasks, ..group };
        ports::set_apart(&mut group.ports, &group.tasks);
        group
    }

    /// A task directly in the job makes a group of its own name.
    fn lone_task(&mut self, written: &jobspec::Task, sink: &mut Sink) -> Group {
        let group = Group {
            address: format!("{}.group.{}", address(&self.job), &*written.name.value),
            name: written.name.to_string(),
            count: 1,
            shutdown_delay: Duration::ZERO,
            max_run_duration: Duration::ZERO,
            meta: self.job.meta.clone(),
            ports: BTreeMap::new(),
            tasks: Vec::new(),
        };
        let tasks = self.tasks(&group, None, std::slice::from_ref(written), &BTreeMap::new(), sink);
        Group { tasks, ..group }
    }

    fn tasks(
        &mut self,
        group: &Group,
        written: Option<&jobspec::Group>,
        tasks: &[jobspec::Task],
        volumes: &BTreeMap<&str, volumes::Volume<'_>>,
        sink: &mut Sink,
    ) -> Vec<super::Task> {
        let common = Common {
            job: &self.job,
            written,
            name: &group.name,
            address: &group.address,
            meta: &group.meta,
            ports: &group.ports,
            volumes,
            world: &self.world,
            attributes: &self.attributes,
        };
        let mut resolved = Vec::with_capacity(tasks.len());
        for task in tasks {
            unsupported::check_task(task, sink);
            constraint::check(&task.constraints, 1, &self.attributes, sink);
            resolved.extend(task::resolve(task, &common, &mut self.cores, sink));
        }
        resolved
    }
}

fn job(written: &jobspec::Job, host: &Host) -> Job {
    let text = |value: Option<&Spanned<Str>>| value.map(|value| value.to_string()).filter(|value| !value.is_empty());
    let node = &host.settings().node;
    let configured = |value: &str| Some(value.to_owned()).filter(|value| !value.is_empty());
    let id = text(written.id.as_ref()).unwrap_or_else(|| written.label.to_string());
    let plain = written.datacenters.iter().flat_map(|list| &list.value).find(|name| !name.contains('*'));
    Job {
        name: text(written.name.as_ref()).unwrap_or_else(|| id.clone()),
        id,
        namespace: text(written.namespace.as_ref()).unwrap_or_else(|| "default".to_owned()),
        region: text(written.region.as_ref()).or_else(|| configured(&node.region)).unwrap_or_else(|| REGION.to_owned()),
        kind: match written.kind.as_ref().map(|kind| &*kind.value) {
            Some("batch") => JobType::Batch,
            Some("system") => JobType::System,
            Some("sysbatch") => JobType::Sysbatch,
            _ => JobType::Service,
        },
        datacenter: configured(&node.datacenter)
            .or_else(|| plain.map(|name| name.to_string()))
            .unwrap_or_else(|| DATACENTER.to_owned()),
        meta: meta(&BTreeMap::new(), written.meta.as_ref()),
    }
}

/// The job may name data centers that this host is not in.
fn check_datacenter(written: &jobspec::Job, host: &Host, sink: &mut Sink) {
    let here = &host.settings().node.datacenter;
    let Some(wanted) = written.datacenters.as_ref().filter(|_| !here.is_empty()) else { return };
    if !wanted.iter().any(|name| glob(name, here)) {
        sink.push(
            Diagnostic::warning("job::other_datacenter", format!("this host is in data center {here:?}"))
                .label(wanted.span, "not among these")
                .help("a cluster would not place the job here; it runs all the same"),
        );
    }
}

fn address(job: &Job) -> String {
    format!("job.{}", job.id)
}

/// How many allocations: one for system jobs, which run once a host.
fn count(group: &jobspec::Group, kind: JobType) -> u32 {
    match kind {
        JobType::System | JobType::Sysbatch => 1,
        JobType::Service | JobType::Batch => {
            group.count.map_or(1, |count| u32::try_from(count.value.max(0)).unwrap_or(u32::MAX))
        }
    }
}

fn duration(value: Opt<Duration>) -> Duration {
    value.map_or(Duration::ZERO, |value| value.value)
}

/// What is written, over what is inherited.
fn meta(inherited: &BTreeMap<String, String>, written: Option<&Spanned<Map<Str>>>) -> BTreeMap<String, String> {
    let mut meta = inherited.clone();
    let entries = written.into_iter().flat_map(|map| map.iter());
    meta.extend(entries.map(|(key, value)| (key.to_string(), value.to_string())));
    meta
}

/// What to do about a name that is not there: the nearest that is, or `otherwise`.
fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>, otherwise: &str) -> String {
    match jobspec::similar(name, known) {
        Some(near) => format!("did you mean {near:?}?"),
        None => otherwise.to_owned(),
    }
}
