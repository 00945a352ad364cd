//! The ports of a group: numbers of the job's held against each other, free ones left open.
//!
//! Against other jobs and the host they are held when it is known what these have: [`super::check_ports`].

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity, Sink, Span};
use crate::jobspec;
use crate::plan::{Plan, Port, Task};

/// The address tasks are told where the job names none: there is no cluster to reach them from.
const ADDRESS: &str = "127.0.0.1";

/// Where numbers of the job's were written so far, by number.
pub(super) type Written = BTreeMap<u16, Span>;

/// The ports of a group that runs `count` times.
pub(super) fn resolve(
    group: &jobspec::Group,
    count: u32,
    written: &mut Written,
    sink: &mut Sink,
) -> BTreeMap<String, Port> {
    let mut ports = BTreeMap::new();
    for network in &group.networks {
        let address = network.ip.as_ref().map_or(ADDRESS, |ip| &*ip.value);
        for port in network.ports.iter() {
            let resolved = Port { address: address.to_owned(), ..number(port) };
            if let Some(name) = port.host_network.as_ref().filter(|name| !matches!(&*name.value, "" | "default")) {
                sink.push(
                    Diagnostic::error(
                        "network::unknown_host_network",
                        format!("no host network {:?} here", &*name.value),
                    )
                    .label(name.span, "not known")
                    .help(
                        "jobctl knows the host's network only: take `host_network` out, and name the address with `ip`",
                    ),
                );
            }
            if resolved.number != 0 && !resolved.shared {
                let span = port.fixed.as_ref().map_or(port.at, |number| number.span);
                alone(resolved.number, span, count, written, sink);
            }
            ports.insert(port.label.to_string(), resolved);
        }
    }
    ports
}

/// In network namespaces of their own the tasks meet nobody of the host's.
pub(super) fn set_apart(ports: &mut BTreeMap<String, Port>, tasks: &[Task]) {
    let apart = |task: &Task| task.isolation.as_ref().is_some_and(|isolation| !isolation.namespaces.network.is_empty());
    if tasks.iter().all(apart) {
        for port in ports.values_mut() {
            port.shared = true;
        }
    }
}

/// Numbers out of range were reported before there is a plan.
fn number(port: &jobspec::Port) -> Port {
    let number = |value: jobspec::Opt<i64>| value.and_then(|value| u16::try_from(value.value).ok()).unwrap_or(0);
    let shared = port.ignore_collision.is_some_and(|ignore| ignore.value);
    Port { number: number(port.fixed), to: number(port.to), address: String::new(), shared }
}

/// A number is had once on a host.
fn alone(number: u16, span: Span, count: u32, written: &mut Written, sink: &mut Sink) {
    const CODE: &str = "network::port_taken_twice";
    if count > 1 {
        sink.push(
            Diagnostic::error(CODE, format!("{count} allocations cannot all have port {number}"))
                .label(span, format!("needed {count} times on this host"))
                .help("leave `static` out for free ones, or set `count = 1`"),
        );
    }
    if let Some(first) = written.insert(number, span) {
        sink.push(
            Diagnostic::error(CODE, format!("two groups cannot both have port {number}"))
                .label(span, "the second one")
                .label(first, "the first one")
                .help("give one of them another number, or leave `static` out for a free one"),
        );
    }
}

/// Holds the numbers a job names against what others on this host have: number → who.
pub fn check_ports(job: &jobspec::Job, plan: &Plan, taken: &BTreeMap<u16, String>, findings: &mut Vec<Diagnostic>) {
    let planned: BTreeMap<&str, &BTreeMap<String, Port>> =
        plan.groups.iter().map(|group| (group.name.as_str(), &group.ports)).collect();
    let ports = job.groups.iter().flat_map(|group| {
        let written = group.networks.iter().flat_map(|network| network.ports.iter());
        written.map(|port| (port, planned.get(&*group.name.value).and_then(|ports| ports.get(&*port.label.value))))
    });
    for (port, planned) in ports {
        let Some(number) = planned.filter(|port| port.number != 0 && !port.shared).map(|port| port.number) else {
            continue;
        };
        let Some(who) = taken.get(&number) else { continue };
        let span = port.fixed.as_ref().map_or(port.at, |number| number.span);
        findings.push(Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error("network::port_in_use", format!("port {number} is in use"))
                .label(span, format!("{who} has it"))
                .help("stop that, or leave `static` out for a free port; the job can be planned and not run")
        });
    }
}
