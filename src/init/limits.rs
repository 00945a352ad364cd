//! The plan's resources as limits of a cgroup.

use crate::linux::cgroup::{Limit, Limits};
use crate::plan::Resources;

/// The limits of a task's cgroup; those the author wrote are required.
pub fn limits(resources: &Resources) -> Limits {
    let required = resources.written.iter().filter_map(|name| match name.as_str() {
        "cpu" => Some(Limit::Cpu),
        "memory" => Some(Limit::Memory),
        "cpuset" => Some(Limit::Cpuset),
        "pids" => Some(Limit::Pids),
        _ => None,
    });
    Limits {
        cpu_shares: resources.cpu_shares,
        cpuset: resources.cpuset.clone(),
        memory: resources.memory_limit,
        memory_reservation: resources.memory_reservation,
        pids: resources.pids_limit,
        required: required.collect(),
    }
}
