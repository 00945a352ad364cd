//! What the nodes of a cluster offer, held against what a job asks for. Pure: the nodes come as they were answered.

use super::answer::Node;
use super::hand_over::{tasks, wanted_volumes};
use crate::diagnostic::Diagnostic;
use crate::host::glob;
use crate::jobspec::Job;

/// The nodes that may take tasks of the job: ready, eligible, in its pool and datacenters.
pub fn candidates(job: &Job, nodes: Vec<Node>) -> Vec<Node> {
    let pool = job.node_pool.as_ref().map_or("default", |pool| pool.as_str());
    let centers: Vec<&str> =
        job.datacenters.iter().flat_map(|list| list.iter().map(crate::jobspec::Spanned::as_str)).collect();
    let fits = |node: &Node| {
        node.status == "ready"
            && node.scheduling_eligibility != "ineligible"
            && (pool == "all" || node.node_pool.is_empty() || node.node_pool == pool)
            && (centers.is_empty() || centers.iter().any(|center| glob(center, &node.datacenter)))
    };
    nodes.into_iter().filter(fits).collect()
}

/// Drivers that none of the nodes has.
pub fn missing_drivers(job: &Job, nodes: &[Node]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    if nodes.is_empty() {
        let at = job.datacenters.as_ref().map(|list| list.span).or(job.node_pool.as_ref().map(|pool| pool.span));
        let message = "no node of the cluster may take this job now";
        let finding = Diagnostic::warning("nomad::not_offered", message)
            .label(at.unwrap_or(job.at), "none is ready in its node pool and datacenters")
            .help("`nomad node status` shows the nodes, their datacenters, pools and eligibility");
        return vec![finding];
    }
    for driver in tasks(job).filter_map(|task| task.driver.as_ref()) {
        let on = |state: fn(&super::answer::NodeDriver) -> bool| {
            nodes.iter().any(|node| node.drivers.get(driver.as_str()).is_some_and(state))
        };
        if on(|have| have.detected && have.healthy) {
            continue;
        }
        let (label, help) = if on(|have| have.detected) {
            ("there, but healthy nowhere", "`nomad node status -verbose NODE` says why it is not healthy")
        } else {
            (
                "not there",
                "enable its plugin in the configuration of the clients; exec needs clients that run as root, raw_exec is off unless enabled",
            )
        };
        let message = format!("no node has a working driver \"{}\" ({})", driver.as_str(), count(nodes));
        let finding = Diagnostic::warning("nomad::not_offered", message).label(driver.span, label).help(help);
        found.push(finding);
    }
    found
}

/// Host volumes that none of the nodes has as the job wants them. `others` nodes were not looked at.
pub fn missing_volumes(job: &Job, nodes: &[Node], others: usize) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for volume in job.groups.iter().flat_map(wanted_volumes) {
        let name = if volume.per_alloc { format!("{}[0]", volume.source) } else { volume.source.to_owned() };
        let mut offered = nodes.iter().filter_map(|node| node.host_volumes.get(&name)).peekable();
        let label = match (offered.peek().is_some(), offered.any(|offer| volume.read_only || !offer.read_only)) {
            (_, true) => continue,
            (true, false) => "read-only on all that have it, and a task writes to it",
            (false, false) => "not there",
        };
        let unseen = if others == 0 { String::new() } else { format!("; {others} others were not asked") };
        let message =
            format!("no node offers the host volume \"{name}\" as it is asked for ({}{unseen})", count(nodes));
        let help = format!(
            "add it to the clients' configuration: client {{ host_volume \"{name}\" {{ path = \"…\" }} }}, or `nomad volume create`"
        );
        found.push(Diagnostic::warning("nomad::not_offered", message).label(volume.at, label).help(help));
    }
    found
}

/// Whether the job asks for host volumes at all.
pub fn asks_for_volumes(job: &Job) -> bool {
    job.groups.iter().flat_map(wanted_volumes).next().is_some()
}

fn count(nodes: &[Node]) -> String {
    format!("{} may take the job", nodes.len())
}
