//! A task's `volume_mount` blocks → mounts: permission, the bidirectional gate, propagation, destination.
//!
//! The effective permission is that of host volume, policy, request and mount together: one that is read-only makes the
//! mount read-only. What must not be silent is said, with labels on both places.

use std::collections::BTreeMap;

use super::did_you_mean;
use super::interpolate::Scope;
use super::volumes::Volume;
use super::world::World;
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::host::{Access, Host, MountState, is_within, normalise};
use crate::jobspec::{Task, VolumeMount};
use crate::plan::{Mount, MountFlags, MountSource, Propagation, VolumeReference};

/// Places in a task that are jobctl's to fill.
const OWN_PLACES: [&str; 8] =
    ["/alloc", "/alloc/data", "/alloc/logs", "/alloc/tmp", "/local", "/private", "/secrets", "/tmp"];

/// The mounts of a task's volumes, those above before those beneath them. What is refused is reported and left out.
pub(super) fn resolve(
    task: &Task,
    address: &str,
    volumes: &BTreeMap<&str, Volume<'_>>,
    world: &World<'_>,
    scope: &Scope<'_>,
    sink: &mut Sink,
) -> Vec<Mount> {
    let mut mounts: Vec<Mount> = Vec::new();
    let mut taken: BTreeMap<String, Span> = BTreeMap::new();
    for (index, written) in task.volume_mounts.iter().enumerate() {
        let volume = find(written, volumes, scope, sink);
        let destination = destination(written, world, scope, &mut taken, sink);
        let (Some(volume), Some(destination)) = (volume, destination) else { continue };
        let Some(propagation) = propagation(written, volume, world.host, sink) else { continue };
        mounts.push(Mount {
            destination,
            source: MountSource::Host { path: volume.host.path.clone() },
            flags: MountFlags {
                read_only: is_read_only(written, volume, sink),
                nosuid: true,
                nodev: true,
                noexec: false,
            },
            propagation,
            volume: Some(VolumeReference {
                address: format!("{address}.volume_mount[{index}]"),
                volume: volume.request.name.to_string(),
                host_volume: volume.host_name.clone(),
            }),
        });
    }
    mounts.sort_by_key(|mount| mount.destination.matches('/').count());
    mounts
}

fn find<'v, 'a>(
    written: &VolumeMount,
    volumes: &'v BTreeMap<&str, Volume<'a>>,
    scope: &Scope<'_>,
    sink: &mut Sink,
) -> Option<&'v Volume<'a>> {
    // A mount without a volume, and one of a volume the group does not have, the validator has reported.
    let name = written.volume.as_ref()?;
    let found = volumes.get(scope.interpolate(name).as_str());
    if found.is_none() && !sink.has_errors() {
        sink.push(
            Diagnostic::error("volume_mount::unknown_volume", format!("the group has no volume {:?}", &*name.value))
                .label(name.span, "not a volume of the group")
                .help(did_you_mean(name, volumes.keys().copied(), "add a `volume` block to the group")),
        );
    }
    found
}

/// Where the volume stands in the task.
fn destination(
    written: &VolumeMount,
    world: &World<'_>,
    scope: &Scope<'_>,
    taken: &mut BTreeMap<String, Span>,
    sink: &mut Sink,
) -> Option<String> {
    let text = written.destination.as_ref().filter(|text| !text.trim().is_empty());
    let Some(text) = text else {
        sink.push(
            Diagnostic::error("volume_mount::no_destination", "the mount has no destination")
                .label(written.destination.as_ref().map_or(written.at, |text| text.span), "needs `destination`")
                .help("write where the volume stands in the task: `destination = \"/data\"`"),
        );
        return None;
    };
    // A relative one is beneath the task's root, as in Nomad; the validator warns.
    let path = normalise(&format!("/{}", scope.interpolate(text)))?;
    if let Some(finding) = shadows(&path).or_else(|| world.no_mount_point(&path)) {
        sink.push(finding.label(text.span, format!("{path} in the task")));
        return None;
    }
    if let Some(first) = taken.insert(path.clone(), text.span) {
        sink.push(
            Diagnostic::error("volume_mount::duplicate_destination", format!("two volumes are mounted at {path:?}"))
                .label(text.span, "hides the first")
                .label(first, "the first")
                .help("give one of them another destination"),
        );
        return None;
    }
    Some(path)
}

fn shadows(path: &str) -> Option<Diagnostic> {
    let kernel = ["/proc", "/sys", "/dev"].into_iter().find(|root| is_within(path, root));
    let own = OWN_PLACES.contains(&path) || is_within(path, "/alloc/logs");
    let what = match kernel {
        _ if path == "/" => "the task's root".to_owned(),
        Some(root) => root.to_owned(),
        None if own => format!("the task's own {path}"),
        None => return None,
    };
    let beneath = OWN_PLACES.contains(&path) && path != "/alloc/logs";
    let help =
        if beneath { format!("mount it beneath: \"{path}/data\"") } else { "mount it elsewhere: \"/data\"".to_owned() };
    Some(Diagnostic::error("volume_mount::shadows", format!("a volume cannot take the place of {what}")).help(help))
}

/// What is read-only about a mount: the places and why, in the order job, host, policy.
fn read_only_because(written: &VolumeMount, volume: &Volume<'_>) -> Vec<(Span, String)> {
    let mut because = Vec::new();
    if let Some(read_only) = written.read_only.filter(|read_only| read_only.value) {
        because.push((read_only.span, "the mount is read-only".to_owned()));
    }
    if let Some(read_only) = volume.request.read_only.filter(|read_only| read_only.value) {
        because.push((read_only.span, "the volume request is read-only".to_owned()));
    }
    if volume.host.read_only {
        let span = volume.host.read_only_span.unwrap_or(volume.host.span);
        because.push((span, format!("host volume {:?} is read-only", volume.host_name)));
    }
    if volume.verdict.access == Access::Read
        && let Some(rule) = volume.verdict.rule
    {
        because.push((rule.span, format!("policy {:?} gives no `mount-readwrite`", rule.policy)));
    }
    because
}

/// The effective permission, said aloud where the job itself does not ask for it.
fn is_read_only(written: &VolumeMount, volume: &Volume<'_>, sink: &mut Sink) -> bool {
    let because = read_only_because(written, volume);
    let asked = [written.read_only, volume.request.read_only].into_iter().flatten().any(|read_only| read_only.value);
    if let (false, Some((span, why))) = (asked, because.first()) {
        sink.push(
            Diagnostic::warning("volume_mount::read_only_here", "the volume is mounted read-only on this host")
                .label(written.at, "would be writable by the job alone")
                .label(*span, why.as_str())
                .help("write `read_only = true` to say so, or get read-write permission"),
        );
    }
    !because.is_empty()
}

/// The propagation, through the gate: bidirectional needs read-write permission everywhere, root, and a shared source.
fn propagation(written: &VolumeMount, volume: &Volume<'_>, host: &Host, sink: &mut Sink) -> Option<Propagation> {
    let Some(mode) = &written.propagation_mode else { return Some(Propagation::Private) };
    match &*mode.value {
        "" | "private" => Some(Propagation::Private),
        "host-to-task" => {
            if volume.propagation == MountState::Private {
                sink.push(not_shared("volume_mount::source_receives_nothing", mode.span, volume));
            }
            Some(Propagation::Slave)
        }
        "bidirectional" => {
            let because = read_only_because(written, volume);
            if !because.is_empty() {
                sink.push(gate(mode.span, &because));
                return None;
            }
            if !host.facts.kernel.root {
                sink.push(
                    Diagnostic::error("volume_mount::bidirectional_needs_root", "a bidirectional mount needs root")
                        .label(mode.span, "passes mounts in both directions")
                        .help("an ordinary user's mounts never reach the host (user_namespaces(7)): run with sudo, or use \"host-to-task\""),
                );
                return None;
            }
            if volume.propagation != MountState::Shared {
                sink.push(not_shared("volume_mount::source_not_shared", mode.span, volume));
            }
            Some(Propagation::Shared)
        }
        other => {
            let modes = ["private", "host-to-task", "bidirectional"];
            sink.push(
                Diagnostic::error(
                    "volume_mount::unknown_propagation_mode",
                    format!("unknown propagation mode {other:?}"),
                )
                .label(mode.span, "not known")
                .help(did_you_mean(
                    other,
                    modes.into_iter(),
                    "there are private, host-to-task and bidirectional",
                )),
            );
            None
        }
    }
}

/// The refusal: labels on the mode and on everything that forbids it.
fn gate(mode: Span, because: &[(Span, String)]) -> Diagnostic {
    let mut finding = Diagnostic::error(
        "volume_mount::bidirectional_needs_read_write",
        "a bidirectional mount needs read-write permission",
    )
    .label(mode, "passes mounts in both directions");
    for (span, why) in because {
        finding = finding.label(*span, why.as_str());
    }
    finding.help("get read-write permission there, or use \"host-to-task\": mounts of the host appear, none go back")
}

/// The source lies on a mount that passes nothing on: the kernel would stay silent.
fn not_shared(code: &'static str, mode: Span, volume: &Volume<'_>) -> Diagnostic {
    let path = &volume.host.path;
    Diagnostic::warning(code, format!("{path} is not on a shared mount: no mount would pass"))
        .label(mode, "would have no effect")
        .label(volume.host.path_span, "its path on this host")
        .help(format!("make it one: mount --make-shared {}", volume.mount_point))
}
