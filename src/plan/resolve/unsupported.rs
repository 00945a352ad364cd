//! What a job may ask for that cannot be run here yet: a clear refusal, each with its code and place.
//!
//! Validation and export take all of it; only a plan cannot hold it.

use crate::diagnostic::{Diagnostic, Sink};
use crate::jobspec::{Group, Job, Network, Task};

/// Reports what of the job as a whole cannot be run.
pub(super) fn check_job(job: &Job, sink: &mut Sink) {
    if let Some(periodic) = &job.periodic
        && periodic.enabled.is_none_or(|enabled| enabled.value)
    {
        sink.push(
            Diagnostic::warning("periodic::runs_once", "a periodic job runs once, when it is started")
                .label(periodic.at, "the clock does not start it here yet")
                .help("start it from cron(8) or a systemd timer: `jobctl run --detach FILE`"),
        );
    }
    let Some(parameterized) = &job.parameterized else { return };
    for key in parameterized.meta_required.iter().flat_map(|keys| &keys.value) {
        if job.meta.as_ref().is_none_or(|meta| meta.get(&key.value).is_none()) {
            sink.push(
                Diagnostic::warning("parameterized::missing_meta", format!("meta {:?} must be given", &*key.value))
                    .label(key.span, "required and not given")
                    .help(format!(
                        "`jobctl run --meta {}=VALUE`; without it the job can be planned and not run",
                        &*key.value
                    )),
            );
        }
    }
}

/// Reports what of a group cannot be run.
pub(super) fn check_group(group: &Group, sink: &mut Sink) {
    for network in &group.networks {
        check_network(network, sink);
    }
    if let Some(service) = group.services.first() {
        sink.push(
            Diagnostic::note("service::not_registered", "services are registered nowhere on one host")
                .label(service.at, "kept for a cluster"),
        );
    }
}

/// Reports what of a task cannot be run.
pub(super) fn check_task(task: &Task, sink: &mut Sink) {
    for network in task.resources.iter().flat_map(|resources| &resources.networks) {
        check_network(network, sink);
        if let Some(port) = network.ports.first() {
            sink.push(
                Diagnostic::error("network::port_of_a_task", "a port belongs to a group, not to a task")
                    .label(port.at, "is given to no task")
                    .help("move `network` from `resources` into the group: all its tasks know the port then"),
            );
        }
    }
    match task.driver.as_ref().map(|driver| (&*driver.value, driver.span)) {
        Some(("exec" | "raw_exec", _)) | None => {}
        Some((driver, span)) => sink.push(
            Diagnostic::error("task::driver_not_supported", format!("driver {driver:?} cannot be run here"))
                .label(span, "not a driver of jobctl")
                .help("jobctl runs `exec` (isolated) and `raw_exec`; validate and export work for every driver"),
        ),
    }
}

fn check_network(network: &Network, sink: &mut Sink) {
    if let Some(mode) = network.mode.as_ref().filter(|mode| !matches!(&*mode.value, "host" | "")) {
        sink.push(
            Diagnostic::error("network::mode_not_supported", format!("network mode {:?} cannot be had here", &*mode.value))
                .label(mode.span, "jobctl has the host's network only")
                .help(
                    "write `mode = \"host\"`; for a network of its own make a namespace with `ip netns add` and name it in the \
                     task's config: `network_namespace = \"/run/netns/…\"`",
                ),
        );
    }
}
