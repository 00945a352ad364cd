//! Why allocations find no node: the scheduler's counts in words, on the text that asks for what is missing.

use std::collections::BTreeMap;

use super::answer::Placement;
use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Constraint, Group, Job, Spanned, Task};

/// A warning for each group that could not be placed.
pub fn findings(job: &Job, failed: &BTreeMap<String, Placement>) -> Vec<Diagnostic> {
    failed.iter().map(|(group, placement)| finding(job, group, placement)).collect()
}

fn finding(job: &Job, name: &str, placement: &Placement) -> Diagnostic {
    let count = placement.coalesced_failures + 1;
    let plural = if count == 1 { "" } else { "s" };
    let message = format!("{count} allocation{plural} of group {name:?} cannot be placed: {}", in_words(placement));
    let mut finding = Diagnostic::warning("nomad::not_placed", message)
        .help("Nomad takes the job all the same, and places the rest when there is room, or when the job or the cluster changes");
    let group = job.groups.iter().find(|group| &*group.name.value == name);
    let lone = job.tasks.iter().find(|task| &*task.name.value == name);
    for (span, label) in causes(job, group, lone, placement) {
        if finding.labels.iter().all(|have| have.span != span) {
            finding = finding.label(span, label);
        }
    }
    if finding.labels.is_empty() {
        let at = group.map(|group| group.at).or(lone.map(|task| task.at)).unwrap_or(job.at);
        finding = finding.label(at, "finds no node");
    }
    finding
}

/// The counts of a search in words.
pub fn in_words(placement: &Placement) -> String {
    let mut reasons = Vec::new();
    if placement.nodes_evaluated == 0 {
        reasons.push("no node may take it: none is ready in its node pool and datacenters".to_owned());
    }
    let empty = placement.nodes_available.iter().filter(|(_, count)| **count == 0);
    reasons.extend(empty.map(|(name, _)| format!("datacenter {name:?} has no node")));
    let filtered = |(name, count): (&String, &u64)| format!("{name:?} rules out {}", nodes(*count));
    reasons.extend(placement.constraint_filtered.iter().map(filtered));
    reasons.extend(
        placement
            .class_filtered
            .iter()
            .map(|(name, count)| format!("of class {name:?} {} are ruled out", nodes(*count))),
    );
    if placement.nodes_exhausted > 0 && placement.dimension_exhausted.is_empty() {
        reasons.push(format!("{} too little left", have(placement.nodes_exhausted)));
    }
    let exhausted = placement.dimension_exhausted.iter();
    reasons.extend(exhausted.map(|(name, count)| format!("{} too little {name} left", have(*count))));
    reasons.extend(
        placement
            .class_exhausted
            .iter()
            .map(|(name, count)| format!("of class {name:?} {} too little left", have(*count))),
    );
    reasons.extend(placement.quota_exhausted.iter().map(|limit| format!("the namespace's quota is used up: {limit}")));
    if reasons.is_empty() { "the cluster does not say why".to_owned() } else { reasons.join("; ") }
}

fn nodes(count: u64) -> String {
    if count == 1 { "1 node".to_owned() } else { format!("{count} nodes") }
}

fn have(count: u64) -> String {
    if count == 1 { "1 node has".to_owned() } else { format!("{count} nodes have") }
}

/// The places that ask for what is missing.
fn causes(job: &Job, group: Option<&Group>, lone: Option<&Task>, placement: &Placement) -> Vec<(Span, String)> {
    let tasks = || group.into_iter().flat_map(|group| &group.tasks).chain(lone);
    let mut found = Vec::new();
    for (reason, count) in &placement.constraint_filtered {
        let ruled_out = format!("rules out {}", nodes(*count));
        let constraints = job.constraints.iter().chain(group.into_iter().flat_map(|group| &group.constraints));
        let constraints = constraints.chain(tasks().flat_map(|task| &task.constraints));
        found.extend(constraints.filter(|have| reads(have, reason)).map(|have| (have.at, ruled_out.clone())));
        if reason.contains("missing drivers") {
            found
                .extend(tasks().filter_map(|task| task.driver.as_ref()).map(|driver| (driver.span, ruled_out.clone())));
        }
        if reason.contains("volumes") || reason.contains("CSI") {
            let volumes = group.into_iter().flat_map(|group| group.volumes.iter());
            found.extend(volumes.map(|volume| (volume.at, ruled_out.clone())));
        }
        if reason.contains("network") {
            found.extend(group.into_iter().flat_map(|group| &group.networks).map(|have| (have.at, ruled_out.clone())));
        }
    }
    for (dimension, count) in &placement.dimension_exhausted {
        let label = format!("{} too little {dimension} left", have(*count));
        if dimension.contains("network") || dimension.contains("port") {
            found.extend(group.into_iter().flat_map(|group| &group.networks).map(|have| (have.at, label.clone())));
        } else if dimension.contains("disk") {
            found.extend(group.and_then(|group| group.ephemeral_disk.as_ref()).map(|disk| (disk.at, label)));
        } else {
            found.extend(tasks().filter_map(|task| task.resources.as_ref()).map(|have| (have.at, label.clone())));
        }
    }
    let empty = |(_, count): &(&String, &u64)| **count == 0;
    for (name, _) in placement.nodes_available.iter().filter(empty) {
        let wanted = job.datacenters.iter().flat_map(|list| list.iter());
        found.extend(
            wanted.filter(|have| &*have.value == name.as_str()).map(|have| (have.span, "has no node".to_owned())),
        );
    }
    found
}

/// Whether a constraint is the one the scheduler names: `${attr.kernel.name} = linux`.
fn reads(constraint: &Constraint, reason: &str) -> bool {
    let comparison = constraint.comparison();
    let [attribute, operator, value] =
        [&comparison.attribute, &comparison.operator, &comparison.value].map(|part| part.as_ref().map(Spanned::as_str));
    let written = format!("{} {} {}", attribute.unwrap_or(""), operator.unwrap_or("="), value.unwrap_or(""));
    written.trim() == reason.trim()
}
