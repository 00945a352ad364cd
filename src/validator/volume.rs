//! Rules about a group's `volume` blocks.

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{ACCESS_MODES, Group, VolumeRequest};

use super::checker::Checker;

/// Every rule of the block.
pub(super) fn check(group: &Group, checker: &mut Checker<'_>) {
    let mut seen = std::collections::HashMap::new();
    for volume in group.volumes.iter() {
        if let Some(first) = seen.insert(volume.name.as_str(), volume.name.span) {
            checker.duplicate("volume::duplicate", "volume", &volume.name.value, volume.name.span, first);
        }
        let kind = kind(volume, checker);
        source(volume, checker);
        per_alloc(group, volume, checker);
        match kind {
            Some("host") => host(volume, checker),
            Some("csi") => csi(group, volume, checker),
            _ => {}
        }
    }
}

fn kind<'v>(volume: &'v VolumeRequest, checker: &mut Checker<'_>) -> Option<&'v str> {
    if let Some(kind) = volume.kind.as_ref().filter(|kind| !kind.is_empty()) {
        checker.one_of("volume::unknown_type", "volume type", Some(kind), &["host", "csi"]);
        return Some(&kind.value);
    }
    checker.missing(volume.whole, || {
        Diagnostic::error("volume::no_type", format!("volume \"{}\" has no type", volume.name.value))
            .label(volume.at, "needs `type`")
            .help("write `type = \"host\"`")
    });
    None
}

fn source(volume: &VolumeRequest, checker: &mut Checker<'_>) {
    match &volume.source {
        Some(source) if source.is_empty() => checker.push(
            Diagnostic::error("volume::no_source", format!("volume \"{}\" has an empty source", volume.name.value))
                .label(source.span, "empty")
                .help("name a volume of the host's configuration: `source = \"data\"`"),
        ),
        Some(_) => {}
        None => checker.missing(volume.whole, || {
            Diagnostic::error("volume::no_source", format!("volume \"{}\" has no source", volume.name.value))
                .label(volume.at, "needs `source`")
                .help("name a volume of the host's configuration: `source = \"data\"`")
        }),
    }
}

fn per_alloc(group: &Group, volume: &VolumeRequest, checker: &mut Checker<'_>) {
    let Some(per_alloc) = volume.per_alloc.as_ref().filter(|per_alloc| per_alloc.value) else { return };
    if checker.kind.is_system() {
        let mut finding =
            Diagnostic::error("volume::per_alloc_in_system_job", "allocations of a system job have no index")
                .label(per_alloc.span, "takes the volume by the allocation's index")
                .help("take `per_alloc` out");
        if let Some(kind) = &checker.job.kind {
            finding = finding.label(kind.span, "a system job");
        }
        checker.push(finding);
    }
    let update = group.update.as_deref().and_then(|update| update.canary.as_ref());
    let outer = checker.job.update.as_deref().and_then(|update| update.canary.as_ref());
    if let Some(canary) = update.or(outer).filter(|canary| canary.value > 0) {
        checker.push(
            Diagnostic::error(
                "volume::per_alloc_with_canary",
                "a canary would need the volume of the allocation it replaces",
            )
            .label(per_alloc.span, "one volume an allocation")
            .label(canary.span, "runs beside the old ones")
            .help("take `per_alloc` or `canary` out"),
        );
    }
    if let Some(sticky) = volume.sticky.as_ref().filter(|sticky| sticky.value) {
        checker.push(
            Diagnostic::error("volume::per_alloc_and_sticky", "`per_alloc` and `sticky` exclude each other")
                .label(sticky.span, "keeps the volume it had")
                .label(per_alloc.span, "takes the volume of its index")
                .help("keep one of them"),
        );
    }
}

/// The mode written, if one is.
fn access_mode(volume: &VolumeRequest) -> Option<(&str, Span)> {
    let mode = volume.access_mode.as_ref().filter(|mode| !mode.is_empty())?;
    Some((&mode.value, mode.span))
}

fn host(volume: &VolumeRequest, checker: &mut Checker<'_>) {
    if let Some(options) = &volume.mount_options {
        checker.push(
            Diagnostic::error("volume::mount_options_of_host_volume", "a host volume has no mount options")
                .label(options.at, "for CSI volumes only")
                .help("take the `mount_options` block out"),
        );
    }
    let Some((mode, span)) = access_mode(volume) else { return };
    match mode {
        "single-node-reader-only" => reader_only(volume, mode, span, checker),
        "single-node-writer" | "single-node-single-writer" | "single-node-multi-writer" => {}
        _ if ACCESS_MODES.contains(&mode) => checker.push(
            Diagnostic::error(
                "volume::multi_node_host_volume",
                format!("a host volume is on one host, not \"{mode}\""),
            )
            .label(span, "a mode of several hosts")
            .help("write \"single-node-writer\", \"single-node-multi-writer\" or \"single-node-reader-only\""),
        ),
        _ => {
            checker.one_of("volume::unknown_access_mode", "access mode", volume.access_mode.as_ref(), ACCESS_MODES);
        }
    }
}

fn reader_only(volume: &VolumeRequest, mode: &str, span: Span, checker: &mut Checker<'_>) {
    if volume.read_only.as_ref().is_some_and(|read_only| read_only.value) {
        return;
    }
    let mut finding =
        Diagnostic::error("volume::reader_not_read_only", format!("a \"{mode}\" volume must be read-only"))
            .label(span, "for readers only")
            .help("add `read_only = true`, or choose a mode for writers");
    if let Some(read_only) = &volume.read_only {
        finding = finding.label(read_only.span, "not read-only");
    }
    checker.push(finding);
}

fn csi(group: &Group, volume: &VolumeRequest, checker: &mut Checker<'_>) {
    if volume.attachment_mode.as_ref().is_none_or(|mode| mode.is_empty()) {
        csi_lacks("volume::no_attachment_mode", "attachment_mode", "\"file-system\"", volume, checker);
    }
    checker.one_of(
        "volume::unknown_attachment_mode",
        "attachment mode",
        volume.attachment_mode.as_ref(),
        &["file-system", "block-device"],
    );
    let Some((mode, span)) = access_mode(volume) else {
        return csi_lacks("volume::no_access_mode", "access_mode", "\"single-node-writer\"", volume, checker);
    };
    checker.one_of("volume::unknown_access_mode", "access mode", volume.access_mode.as_ref(), ACCESS_MODES);
    match mode {
        "single-node-reader-only" | "multi-node-reader-only" => reader_only(volume, mode, span, checker),
        "single-node-writer" | "multi-node-single-writer" => single_writer(group, volume, mode, span, checker),
        _ => {}
    }
}

fn csi_lacks(code: &'static str, name: &str, value: &str, volume: &VolumeRequest, checker: &mut Checker<'_>) {
    let at = volume.kind.as_ref().map_or(volume.at, |kind| kind.span);
    checker.missing(volume.whole, || {
        Diagnostic::error(code, format!("CSI volume \"{}\" has no `{name}`", volume.name.value))
            .label(at, format!("needs `{name}`"))
            .help(format!("add `{name} = {value}`"))
    });
}

/// One writer cannot be several allocations, unless each has its own volume.
fn single_writer(group: &Group, volume: &VolumeRequest, mode: &str, span: Span, checker: &mut Checker<'_>) {
    let per_alloc = volume.per_alloc.as_ref().is_some_and(|per_alloc| per_alloc.value);
    let read_only = volume.read_only.as_ref().is_some_and(|read_only| read_only.value);
    let Some(count) = group.count.as_ref().filter(|count| count.value > 1) else { return };
    if per_alloc || read_only {
        return;
    }
    checker.push(
        Diagnostic::error(
            "volume::single_writer_of_many",
            format!("{} allocations cannot share a \"{mode}\" volume", count.value),
        )
        .label(span, "one writer only")
        .label(count.span, "several allocations")
        .help("set `count = 1`, `per_alloc = true`, or a mode for several writers"),
    );
}
