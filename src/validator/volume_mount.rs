//! Rules about a task's `volume_mount` blocks.
//!
//! Whether the host's own volume may be written to is the plan's question; the code of the answer is the same
//! ([`bidirectional_needs_read_write`]).

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Group, Task, Untyped, VolumeMount, similar};

use super::checker::{Checker, interpolated};

/// A bidirectional mount over something that is read-only: `mount` is where the mode was asked for, `read_only` what
/// forbids it and why.
pub fn bidirectional_needs_read_write(mount: Span, read_only: Span, why: &str) -> Diagnostic {
    Diagnostic::error(
        "volume_mount::bidirectional_needs_read_write",
        "a bidirectional mount needs read-write permission",
    )
    .label(mount, "passes mounts in both directions")
    .label(read_only, why)
    .help("take `read_only` away, or use \"host-to-task\": mounts of the host appear, none go back")
}

/// Every rule of the block.
pub(super) fn check(group: &Group, task: &Task, checker: &mut Checker<'_>) {
    let mut seen: HashMap<String, Span> = HashMap::new();
    for mount in &task.volume_mounts {
        volume(group, mount, checker);
        propagation(group, mount, checker);
        checker.one_of(
            "volume_mount::unknown_selinux_label",
            "SELinux label",
            mount.selinux_label.as_ref(),
            &["z", "Z"],
        );
        if let Some(path) = destination(mount, checker) {
            duplicate_destination(&path, mount, &mut seen, checker);
        }
        mounts_without_sys_admin(task, mount, checker);
        later_mounts_are_writable(group, mount, checker);
    }
}

fn volume(group: &Group, mount: &VolumeMount, checker: &mut Checker<'_>) {
    let Some(volume) = mount.volume.as_ref().filter(|volume| !volume.is_empty()) else {
        let at = mount.volume.as_ref().map_or(mount.at, |volume| volume.span);
        return checker.missing(mount.whole, || {
            Diagnostic::error("volume_mount::no_volume", "the mount names no volume")
                .label(at, "needs `volume`")
                .help("write the label of a `volume` block of the group: `volume = \"data\"`")
        });
    };
    if group.volumes.iter().any(|known| known.name.value == volume.value) {
        return;
    }
    let names: Vec<&str> = group.volumes.iter().map(|known| known.name.as_str()).collect();
    let help = match (similar(volume, names.iter().copied()), names.is_empty()) {
        (Some(similar), _) => format!("did you mean \"{similar}\"?"),
        (None, false) => format!("the group has {}", names.join(", ")),
        (None, true) => {
            format!("add `volume \"{}\" {{ … }}` with `type = \"host\"` and a `source` to the group", volume.value)
        }
    };
    checker.push(
        Diagnostic::error("volume_mount::unknown_volume", format!("the group has no volume \"{}\"", volume.value))
            .label(volume.span, "not a volume of the group")
            .help(help),
    );
}

fn is_bidirectional(mount: &VolumeMount) -> Option<Span> {
    let mode = mount.propagation_mode.as_ref()?;
    (mode.as_str() == "bidirectional").then_some(mode.span)
}

fn propagation(group: &Group, mount: &VolumeMount, checker: &mut Checker<'_>) {
    let modes = ["private", "host-to-task", "bidirectional"];
    checker.one_of(
        "volume_mount::unknown_propagation_mode",
        "propagation mode",
        mount.propagation_mode.as_ref(),
        &modes,
    );
    let Some(mode) = is_bidirectional(mount) else { return };
    if let Some(read_only) = mount.read_only.as_ref().filter(|read_only| read_only.value) {
        checker.push(bidirectional_needs_read_write(mode, read_only.span, "the mount is read-only"));
    }
    let Some(request) = requested(group, mount) else { return };
    if let Some(read_only) = request.read_only.as_ref().filter(|read_only| read_only.value) {
        checker.push(bidirectional_needs_read_write(mode, read_only.span, "the volume is read-only"));
    }
}

fn requested<'g>(group: &'g Group, mount: &VolumeMount) -> Option<&'g crate::jobspec::VolumeRequest> {
    let name = mount.volume.as_ref()?;
    group.volumes.iter().find(|volume| volume.name.value == name.value)
}

/// The path inside the task, normalised, where it is one to compare.
fn destination(mount: &VolumeMount, checker: &mut Checker<'_>) -> Option<String> {
    let Some(destination) = mount.destination.as_ref().filter(|path| !path.trim().is_empty()) else {
        let at = mount.destination.as_ref().map_or(mount.at, |path| path.span);
        checker.missing(mount.whole, || {
            Diagnostic::error("volume_mount::no_destination", "the mount has no destination")
                .label(at, "needs `destination`")
                .help("write where the volume stands in the task: `destination = \"/data\"`")
        });
        return None;
    };
    let path = normalised(destination);
    let known_root = ["${NOMAD_TASK_DIR}", "${NOMAD_ALLOC_DIR}", "${NOMAD_SECRETS_DIR}"];
    if !destination.starts_with('/') && !known_root.iter().any(|root| destination.starts_with(root)) {
        let finding = Diagnostic::warning(
            "volume_mount::relative_destination",
            format!("destination \"{}\" is relative", destination.value),
        )
        .label(destination.span, "relative to what?")
        .help(format!("write \"/{}\"", destination.value));
        if !interpolated(destination) {
            checker.push(finding);
        }
        return Some(path);
    }
    let shadowed =
        ["/proc", "/sys", "/dev"].into_iter().find(|root| path == *root || path.starts_with(&format!("{root}/")));
    if path == "/" {
        checker.push(
            Diagnostic::error("volume_mount::shadows_root", "a volume cannot take the place of the task's root")
                .label(destination.span, "hides everything")
                .help("mount it beneath: \"/data\""),
        );
    } else if let Some(root) = shadowed.filter(|root| *root == "/proc") {
        checker.push(
            Diagnostic::error("volume_mount::shadows_proc", format!("a volume at \"{path}\" hides {root}"))
                .label(destination.span, "hides what the kernel shows there")
                .help("mount it elsewhere: \"/data\""),
        );
    } else if let Some(root) = shadowed {
        checker.push(
            Diagnostic::warning(
                "volume_mount::shadows_system",
                format!("a volume at \"{path}\" hides a part of {root}"),
            )
            .label(destination.span, "hides what programs look for there")
            .help("mount it elsewhere: \"/data\""),
        );
    }
    Some(path)
}

/// A path without empty and dot components, and with `..` taken back; it never leaves the root.
fn normalised(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if path.starts_with("${") { parts.join("/") } else { format!("/{}", parts.join("/")) }
}

fn duplicate_destination(path: &str, mount: &VolumeMount, seen: &mut HashMap<String, Span>, checker: &mut Checker<'_>) {
    let span = mount.destination.as_ref().map_or(mount.at, |destination| destination.span);
    if let Some(first) = seen.insert(path.to_owned(), span) {
        checker.push(
            Diagnostic::error("volume_mount::duplicate_destination", format!("two volumes are mounted at \"{path}\""))
                .label(span, "hides the first")
                .label(first, "the first")
                .help("give one of them another destination"),
        );
    }
}

/// Only who may mount has something to pass to the host.
fn mounts_without_sys_admin(task: &Task, mount: &VolumeMount, checker: &mut Checker<'_>) {
    let Some(mode) = is_bidirectional(mount) else { return };
    if task.driver.as_ref().is_none_or(|driver| driver.as_str() != "exec") {
        return;
    }
    let as_root =
        task.user.as_ref().is_some_and(|user| matches!(user.as_str(), "root" | "0") || user.starts_with("0:"));
    let added =
        task.config.as_ref().and_then(|config| config.get("cap_add")).map(Untyped::elements).unwrap_or_default();
    let may_mount = added.iter().filter_map(|capability| capability.as_str()).any(|capability| {
        let name = capability.to_ascii_lowercase();
        matches!(name.strip_prefix("cap_").unwrap_or(&name), "sys_admin" | "all")
    });
    if !as_root && !may_mount {
        checker.push(
            Diagnostic::warning(
                "volume_mount::bidirectional_without_sys_admin",
                "the task cannot make mounts to pass to the host",
            )
            .label(mode, "passes mounts in both directions")
            .help("add `cap_add = [\"sys_admin\"]` to the task's config, or use \"host-to-task\""),
        );
    }
}

/// What the host mounts beneath a read-only volume later comes in as the host has it.
fn later_mounts_are_writable(group: &Group, mount: &VolumeMount, checker: &mut Checker<'_>) {
    let Some(mode) = mount.propagation_mode.as_ref().filter(|mode| mode.as_str() == "host-to-task") else { return };
    let request = requested(group, mount).and_then(|request| request.read_only.as_ref());
    let read_only = [mount.read_only.as_ref(), request].into_iter().flatten().find(|read_only| read_only.value);
    if let Some(read_only) = read_only {
        checker.push(
            Diagnostic::warning(
                "volume_mount::later_mounts_are_writable",
                "mounts that the host makes later come in writable",
            )
            .label(mode.span, "mounts of the host appear in the task")
            .label(read_only.span, "holds for what is mounted now")
            .help("mount read-only on the host too, or use \"private\""),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn paths_are_compared_by_what_they_mean() {
        assert_eq!(normalised("/data/"), "/data");
        assert_eq!(normalised("//data/./x/../y"), "/data/y");
        assert_eq!(normalised("/../.."), "/");
        assert_eq!(normalised("data"), "/data");
        assert_eq!(normalised("${NOMAD_TASK_DIR}/x/"), "${NOMAD_TASK_DIR}/x");
    }
}
