//! The volumes of a group: from a request to a directory of this host and what the caller may do with it.
//!
//! Where a task mounts them is the business of `volume_mounts`.

use std::collections::BTreeMap;

use super::did_you_mean;
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::host::{Access, Caller, Host, HostVolume, MountState, PathFact, Verdict};
use crate::jobspec::{Group, Spanned, Str, VolumeRequest};

/// A volume of a group, found on this host.
#[derive(Debug)]
pub(super) struct Volume<'a> {
    /// As the job asks for it.
    pub(super) request: &'a VolumeRequest,
    /// The name on this host.
    pub(super) host_name: String,
    /// The directory.
    pub(super) host: &'a HostVolume,
    /// What the policies give.
    pub(super) verdict: Verdict<'a>,
    /// How the mount under the directory propagates.
    pub(super) propagation: MountState,
    /// Where that mount stands.
    pub(super) mount_point: &'a str,
}

/// The volumes of a group by label. What cannot be had is reported and left out.
pub(super) fn resolve<'a>(
    group: &'a Group,
    count: u32,
    host: &'a Host,
    caller: &Caller,
    sink: &mut Sink,
) -> BTreeMap<&'a str, Volume<'a>> {
    let found = group.volumes.iter().filter_map(|request| {
        let volume = find(request, count, host, caller, sink)?;
        Some((&*request.name.value, volume))
    });
    found.collect()
}

fn find<'a>(
    request: &'a VolumeRequest,
    count: u32,
    host: &'a Host,
    caller: &Caller,
    sink: &mut Sink,
) -> Option<Volume<'a>> {
    if let Some(kind) = request.kind.as_ref().filter(|kind| &*kind.value != "host") {
        sink.push(
            Diagnostic::error(
                "volume::type_not_supported",
                format!("volumes of type {:?} need a cluster", &*kind.value),
            )
            .label(kind.span, "cannot be had on one host")
            .help("use `type = \"host\"` and name the directory in the host's configuration"),
        );
        return None;
    }
    let Some(source) = request.source.as_ref().filter(|source| !source.is_empty()) else {
        sink.push(
            Diagnostic::error("volume::no_source", "the volume names no host volume")
                .label(request.source.as_ref().map_or(request.at, |source| source.span), "needs `source`")
                .help("write the name of a `host_volume` of the host's configuration"),
        );
        return None;
    };
    let host_name = name_on_host(request, source, count, sink)?;
    let settings = host.settings();
    let Some(volume) = settings.host_volumes.get(&host_name) else {
        sink.push(unknown(&host_name, source.span, host));
        return None;
    };
    let verdict = settings.policies.verdict(caller, &host_name);
    if verdict.access == Access::None {
        sink.push(denied(&host_name, source.span, caller, &verdict));
        return None;
    }
    let (propagation, mount_point) = directory(&host_name, volume, source.span, host, sink)?;
    Some(Volume { request, host_name, host: volume, verdict, propagation, mount_point })
}

/// With `per_alloc` each allocation has a volume of its own, `source[index]`.
fn name_on_host(request: &VolumeRequest, source: &Spanned<Str>, count: u32, sink: &mut Sink) -> Option<String> {
    match request.per_alloc.filter(|per_alloc| per_alloc.value) {
        None => Some(source.to_string()),
        Some(_) if count <= 1 => Some(format!("{}[0]", &*source.value)),
        Some(per_alloc) => {
            sink.push(
                Diagnostic::error(
                    "volume::per_alloc_not_supported",
                    "`per_alloc` with more than one allocation: not supported yet when running",
                )
                .label(per_alloc.span, format!("{count} allocations would mount {count} volumes"))
                .help("make groups of their own, each with its volume; validate and export work"),
            );
            None
        }
    }
}

fn unknown(name: &str, span: Span, host: &Host) -> Diagnostic {
    let known: Vec<&str> = host.settings().host_volumes.keys().map(String::as_str).collect();
    let example = format!("client {{ host_volume \"{name}\" {{ path = \"/srv/{name}\" }} }}");
    let otherwise = match known.as_slice() {
        [] => format!("this host has none; write to its configuration: {example}"),
        known => format!("this host has {}; write to its configuration: {example}", known.join(", ")),
    };
    Diagnostic::error("volume::unknown_host_volume", format!("this host has no host volume {name:?}"))
        .label(span, "not in the host's configuration")
        .help(did_you_mean(name, known.into_iter(), &otherwise))
}

fn denied(name: &str, span: Span, caller: &Caller, verdict: &Verdict<'_>) -> Diagnostic {
    let finding =
        Diagnostic::error("volume::denied", format!("user {:?} may not use host volume {name:?}", caller.user))
            .label(span, "no permission");
    match verdict.rule {
        Some(rule) => finding
            .label(rule.span, format!("policy {:?} denies it", rule.policy))
            .help("ask the host's administrator for `policy = \"read\"` or \"write\""),
        None => finding.help(format!(
            "no policy gives it; in the host's configuration: policy \"…\" {{ users = [{:?}] host_volume {name:?} {{ policy = \"write\" }} }}",
            caller.user
        )),
    }
}

/// How mounts propagate at the volume's directory, which must be one.
fn directory<'a>(
    name: &str,
    volume: &HostVolume,
    span: Span,
    host: &'a Host,
    sink: &mut Sink,
) -> Option<(MountState, &'a str)> {
    let finding = match host.facts.follow(&volume.path) {
        Some(PathFact::Directory { propagation, mount_point }) => return Some((*propagation, mount_point)),
        None => Diagnostic::error(
            "volume::source_missing",
            format!("{} of host volume {name:?} does not exist", volume.path),
        )
        .help(format!("create it: mkdir -p {}", volume.path)),
        Some(_) => Diagnostic::error(
            "volume::source_not_directory",
            format!("{} of host volume {name:?} is not a directory", volume.path),
        )
        .help("name a directory"),
    };
    sink.push(finding.label(span, "asks for it").label(volume.path_span, "its path on this host"));
    None
}
