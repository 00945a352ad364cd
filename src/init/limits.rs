//! The plan's resources and devices as limits of a cgroup.

use crate::linux::cgroup::{DeviceRule, Limit, Limits};
use crate::plan::{DeviceKind, Isolation, Resources, Task};

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
        devices: None,
        required: required.collect(),
    }
}

/// Terminals: those of /dev/pts, their multiplexer, and the console.
const TERMINALS: [(u32, Option<u32>); 3] = [(136, None), (5, Some(2)), (5, Some(1))];

/// The devices an isolated task may use, where its lack of `CAP_MKNOD` and mounts with nodev do not see to it already: it can make nodes,
/// or mount what has some, or was given one.
pub(super) fn devices(task: &Task) -> Option<Vec<DeviceRule>> {
    let isolation = task.isolation.as_ref()?;
    let may = |name: &str| task.capabilities.permitted.contains(name);
    let own = isolation.devices.iter().any(|device| !ORDINARY.contains(&device.path.as_str()));
    // In a user namespace no node can be made, and no file system with nodes be mounted (user_namespaces(7)).
    let makes = !isolation.namespaces.user && (may("CAP_MKNOD") || may("CAP_SYS_ADMIN"));
    if !makes && !own {
        return None;
    }
    Some(device_rules(isolation))
}

/// The devices a task has, and no others.
pub fn device_rules(isolation: &Isolation) -> Vec<DeviceRule> {
    let named = isolation.devices.iter().map(|device| DeviceRule {
        block: device.kind == DeviceKind::Block,
        major: device.major,
        minor: Some(device.minor),
        access: device.access.clone(),
    });
    let terminals =
        TERMINALS.into_iter().map(|(major, minor)| DeviceRule { block: false, major, minor, access: "rwm".to_owned() });
    named.chain(terminals).collect()
}

/// What every task has.
const ORDINARY: [&str; 6] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Capabilities, samples};

    fn task() -> Task {
        let mut task = samples::group("api", &["server"]).tasks.remove(0);
        task.capabilities = Capabilities::default();
        task
    }

    #[test]
    fn a_task_that_cannot_make_nodes_needs_no_rules() {
        assert_eq!(devices(&task()), None);
    }

    #[test]
    fn one_that_can_or_that_was_given_a_device_has_rules() {
        let mut makes = task();
        makes.capabilities.permitted.insert("CAP_MKNOD".to_owned());
        let rules = devices(&makes).unwrap();
        assert_eq!(rules[0], DeviceRule { block: false, major: 1, minor: Some(3), access: "rwm".to_owned() });
        let mut given = task();
        let device = &mut given.isolation.as_mut().unwrap().devices[0];
        "/dev/fuse".clone_into(&mut device.path);
        "rw".clone_into(&mut device.access);
        assert_eq!(devices(&given).unwrap()[0].access, "rw");
    }

    #[test]
    fn in_a_user_namespace_nobody_makes_nodes() {
        let mut task = task();
        task.capabilities.permitted.insert("CAP_MKNOD".to_owned());
        task.isolation.as_mut().unwrap().namespaces.user = true;
        assert_eq!(devices(&task), None);
    }

    #[test]
    fn a_task_without_isolation_has_the_devices_of_the_host() {
        let mut raw = task();
        raw.isolation = None;
        raw.capabilities.permitted.insert("CAP_MKNOD".to_owned());
        assert_eq!(devices(&raw), None);
    }
}
