//! Limits and devices of a task, in the specification's words.
//!
//! A limit that the host cannot enforce is left out: the plan has said so, and a runtime would refuse to start.

use std::collections::BTreeSet;

use super::config::{Cpu, Device, DeviceRule, Memory, Pids, Resources};
use crate::init;
use crate::plan::{DeviceKind, Isolation, Task};

/// The device nodes of a task.
pub(super) fn devices(isolation: &Isolation) -> Vec<Device> {
    let device = |device: &crate::plan::Device| Device {
        path: device.path.clone(),
        kind: if device.kind == DeviceKind::Block { "b" } else { "c" },
        major: device.major,
        minor: device.minor,
        file_mode: device.mode,
        uid: 0,
        gid: 0,
    };
    isolation.devices.iter().map(device).collect()
}

/// The limits of a task, as far as one of these controllers is there for them.
pub(super) fn resources(task: &Task, isolation: &Isolation, controllers: &BTreeSet<String>) -> Resources {
    let has = |name: &str| controllers.contains(name);
    let limits = init::limits(&task.resources);
    let shares = Some(limits.cpu_shares).filter(|shares| *shares > 0 && has("cpu"));
    let cpus = if has("cpuset") { limits.cpuset } else { String::new() };
    Resources {
        // In a user namespace no node can be made, and no program be attached.
        devices: if isolation.namespaces.user { Vec::new() } else { device_rules(isolation) },
        memory: (limits.memory > 0 && has("memory")).then_some(Memory {
            limit: limits.memory,
            reservation: Some(limits.memory_reservation).filter(|soft| *soft > 0),
            swap: limits.memory,
        }),
        cpu: (shares.is_some() || !cpus.is_empty()).then_some(Cpu { shares, cpus }),
        pids: (limits.pids > 0 && has("pids")).then_some(Pids { limit: limits.pids }),
    }
}

/// Nothing but these. A runtime denies all others in any case; ours only where the task could get at them.
fn device_rules(isolation: &Isolation) -> Vec<DeviceRule> {
    let none = DeviceRule { allow: false, kind: None, major: None, minor: None, access: "rwm".to_owned() };
    let allowed = init::device_rules(isolation).into_iter().map(|rule| DeviceRule {
        allow: true,
        kind: Some(if rule.block { "b" } else { "c" }),
        major: Some(rule.major),
        minor: rule.minor,
        access: rule.access,
    });
    std::iter::once(none).chain(allowed).collect()
}
