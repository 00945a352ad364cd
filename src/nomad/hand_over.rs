//! What differs between here and there, seen from the job alone: keys that only jobctl has, and what a cluster must offer.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::api::objects_mut;
use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Group, Job, Spanned, Task};
use crate::validator::is_beyond_nomad;

/// A host volume that a group asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedVolume<'a> {
    /// Its name on a node; the beginning of it where each allocation has one of its own.
    pub source: &'a str,
    /// Whether each allocation has one of its own: `source[0]`.
    pub per_alloc: bool,
    /// Whether no task writes to it.
    pub read_only: bool,
    /// The request.
    pub at: Span,
}

/// The tasks of a job.
pub(super) fn tasks(job: &Job) -> impl Iterator<Item = &Task> {
    job.groups.iter().flat_map(|group| &group.tasks).chain(&job.tasks)
}

/// Keys that Nomad's drivers do not have: errors, or with `strip` warnings, as they are then left out.
pub fn differences(job: &Job, strip: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for task in tasks(job) {
        let driver = task.driver.as_ref().map_or("", |driver| driver.as_str());
        let config = task.config.iter().flat_map(|config| config.value.entries());
        for (key, _) in config.filter(|(key, _)| is_beyond_nomad(driver, key.as_str())) {
            let message = format!("`{}` is jobctl's own: Nomad's driver \"{driver}\" has no such key", key.as_str());
            let finding = if strip {
                Diagnostic::warning("nomad::own_key", message).label(key.span, "left out")
            } else {
                Diagnostic::error("nomad::own_key", message)
                    .label(key.span, "Nomad would refuse the task when it starts")
                    .help("`--strip` leaves such keys out: the task then runs without what they ask for")
            };
            found.push(finding);
        }
    }
    found
}

/// Takes the keys out of a job's JSON that [`differences`] names.
pub fn strip(job: &mut Value) {
    let Value::Object(job) = job else { return };
    for group in objects_mut(job, "TaskGroups") {
        for task in objects_mut(group, "Tasks") {
            let driver = super::api::text(task, "Driver").to_owned();
            if let Some(config) = super::api::object_mut(task, "Config") {
                config.retain(|key, _| !is_beyond_nomad(&driver, key));
            }
        }
    }
}

/// The host volumes a group asks for.
pub fn wanted_volumes(group: &Group) -> impl Iterator<Item = WantedVolume<'_>> {
    let is_host =
        |kind: &Option<Spanned<crate::jobspec::Str>>| kind.as_ref().is_none_or(|kind| kind.as_str() == "host");
    group.volumes.iter().filter(move |volume| is_host(&volume.kind)).map(|volume| {
        let name = &*volume.name.value;
        let is_so = |value: &Option<Spanned<bool>>| value.as_ref().is_some_and(|value| value.value);
        let mut mounts = group.tasks.iter().flat_map(|task| &task.volume_mounts);
        let writes = mounts.any(|mount| {
            mount.volume.as_ref().is_some_and(|volume| volume.as_str() == name) && !is_so(&mount.read_only)
        });
        WantedVolume {
            source: volume.source.as_ref().map_or(name, |source| source.as_str()),
            per_alloc: is_so(&volume.per_alloc),
            read_only: is_so(&volume.read_only) || !writes,
            at: volume.at,
        }
    })
}

/// What the nodes of a cluster must have for this job, in one line.
pub fn wanted(job: &Job) -> String {
    let drivers: BTreeSet<&str> = tasks(job).filter_map(|task| Some(task.driver.as_ref()?.as_str())).collect();
    let plural = if drivers.len() == 1 { "" } else { "s" };
    let mut text = format!("driver{plural} {}", drivers.into_iter().collect::<Vec<_>>().join(", "));
    let volumes = job.groups.iter().flat_map(wanted_volumes);
    let volumes: BTreeSet<String> = volumes
        .map(|volume| {
            let each = if volume.per_alloc { "[…]" } else { "" };
            let access = if volume.read_only { "read-only" } else { "read-write" };
            format!("{}{each} ({access})", volume.source)
        })
        .collect();
    if !volumes.is_empty() {
        let plural = if volumes.len() == 1 { "" } else { "s" };
        let _ = write!(text, "; host volume{plural} {}", volumes.into_iter().collect::<Vec<_>>().join(", "));
    }
    text
}
