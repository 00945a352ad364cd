//! Rules about `resources`.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::jobspec::{Device, Resources, Task};

use super::checker::Checker;
use super::constraint::{check_affinity, check_constraint};

/// Every rule of the block.
pub(super) fn check(task: &Task, checker: &mut Checker<'_>) {
    let Some(resources) = &task.resources else { return };
    cpu(resources, checker);
    memory(resources, checker);
    secrets(resources, checker);
    devices(&resources.devices, checker);
    numa(resources, checker);
}

fn cpu(resources: &Resources, checker: &mut Checker<'_>) {
    checker.at_least("resources::negative_cores", "cores", resources.cores.as_ref(), 0, "");
    let cores = resources.cores.as_ref().filter(|cores| cores.value > 0);
    match (&resources.cpu, cores) {
        (Some(cpu), Some(cores)) if cpu.value != 0 => checker.push(
            Diagnostic::error("resources::cpu_and_cores", "`cpu` and `cores` exclude each other")
                .label(cpu.span, "a share of the CPUs")
                .label(cores.span, "whole cores")
                .help("keep one of them"),
        ),
        (Some(_), None) => checker.at_least("resources::cpu_too_small", "cpu", resources.cpu.as_ref(), 1, "MHz"),
        _ => {}
    }
}

fn memory(resources: &Resources, checker: &mut Checker<'_>) {
    checker.at_least("resources::memory_too_small", "memory", resources.memory.as_ref(), 10, "MB");
    let Some(most) = resources.memory_max.as_ref().filter(|most| most.value != 0) else { return };
    // -1 is no limit.
    if most.value < -1 {
        checker.at_least("resources::memory_max_negative", "memory_max", resources.memory_max.as_ref(), -1, "MB");
        return;
    }
    let memory = resources.memory.as_ref().map_or(300, |memory| memory.value);
    if most.value != -1 && most.value < memory {
        let mut finding = Diagnostic::error(
            "resources::memory_max_under_memory",
            format!("`memory_max` ({} MB) is less than `memory` ({memory} MB)", most.value),
        )
        .label(most.span, "the most it may use")
        .help("raise `memory_max`, or lower `memory`");
        if let Some(memory) = &resources.memory {
            finding = finding.label(memory.span, "what it is sure to have");
        }
        checker.push(finding);
    }
}

fn secrets(resources: &Resources, checker: &mut Checker<'_>) {
    checker.at_least("resources::negative_secrets", "secrets", resources.secrets.as_ref(), 0, "MB");
    let Some(secrets) = &resources.secrets else { return };
    let memory = resources.memory.as_ref().map_or(300, |memory| memory.value);
    if secrets.value > memory {
        let mut finding = Diagnostic::error(
            "resources::secrets_over_memory",
            format!("the secrets directory ({} MB) is a part of the memory ({memory} MB)", secrets.value),
        )
        .label(secrets.span, "more than all")
        .help("lower `secrets`, or raise `memory`");
        if let Some(memory) = &resources.memory {
            finding = finding.label(memory.span, "all memory");
        }
        checker.push(finding);
    }
}

fn devices(devices: &[Device], checker: &mut Checker<'_>) {
    let mut seen = HashMap::new();
    for device in devices {
        if let Some(first) = seen.insert(device.name.as_str(), device.name.span) {
            checker.push(
                Diagnostic::warning(
                    "device::duplicate",
                    format!("device \"{}\" is asked for twice", device.name.value),
                )
                .label(device.name.span, "the second time")
                .label(first, "the first time")
                .help("ask once, with `count`"),
            );
        }
        if device.name.is_empty() {
            checker.push(
                Diagnostic::error("device::empty_name", "a device must be named")
                    .label(device.name.span, "empty")
                    .help("write its type, or vendor and type: \"nvidia/gpu\""),
            );
        }
        for constraint in &device.constraints {
            check_constraint(constraint, false, checker);
        }
        for affinity in &device.affinities {
            check_affinity(affinity, checker);
        }
    }
}

fn numa(resources: &Resources, checker: &mut Checker<'_>) {
    let Some(numa) = &resources.numa else { return };
    checker.one_of("numa::unknown_affinity", "affinity", numa.affinity.as_ref(), &["none", "prefer", "require"]);
    for name in numa.devices.iter().flat_map(|list| &list.value) {
        if !resources.devices.iter().any(|device| device.name.value == name.value) {
            checker.push(
                Diagnostic::error("numa::device_not_requested", format!("device \"{}\" is not requested", name.value))
                    .label(name.span, "not a `device` of these resources")
                    .label(resources.at, "requested here")
                    .help(format!("add `device \"{}\" {{ }}` to the resources", name.value)),
            );
        }
    }
}
