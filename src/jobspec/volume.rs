//! `volume` of a group and `volume_mount` of a task.

use super::block::block;
use super::spanned::{List, Opt, Str};

block! {
    /// A volume that the group's tasks may mount. Its label is the name they use.
    VolumeRequest = "volume", label name => "Name" {
        /// `host`: one that the host's configuration names; `csi`: one of a storage plugin (cluster only).
        kind as "type": Opt<Str> => "Type", values(&["host", "csi"]);
        /// The name of the host volume or the id of the CSI volume.
        source: Opt<Str> => "Source";
        /// Whether no task may write to it.
        read_only: Opt<bool> => "ReadOnly", default("false");
        /// Whether a replacement gets the same volume.
        sticky: Opt<bool> => "Sticky", default("false");
        /// Who may use it how, at the same time.
        access_mode: Opt<Str> => "AccessMode", values(ACCESS_MODES);
        /// As a file system or as a device.
        attachment_mode: Opt<Str> => "AttachmentMode", values(&["file-system", "block-device"]);
        /// Whether each allocation has one of its own, `source[index]`.
        per_alloc: Opt<bool> => "PerAlloc", default("false");
        /// How a CSI volume is mounted.
        mount_options: Option<Box<MountOptions>> => "MountOptions";
    }
}

/// The access modes of volumes.
pub const ACCESS_MODES: &[&str] = &[
    "single-node-reader-only",
    "single-node-writer",
    "single-node-single-writer",
    "single-node-multi-writer",
    "multi-node-reader-only",
    "multi-node-single-writer",
    "multi-node-multi-writer",
];

block! {
    /// How a CSI volume is mounted.
    MountOptions = "mount_options" {
        /// The file system.
        fs_type: Opt<Str> => "FSType";
        /// Options of mount(8).
        mount_flags: Opt<List<Str>> => "MountFlags";
    }
}

block! {
    /// Where a volume of the group stands in the task, and whether mounts pass between task and host.
    VolumeMount = "volume_mount" {
        /// The label of a `volume` of the group.
        volume: Opt<Str> => "Volume";
        /// Where it stands in the task: an absolute path.
        destination: Opt<Str> => "Destination";
        /// Whether the task may only read it.
        read_only: Opt<bool> => "ReadOnly", default("false");
        /// `private`: no mount passes; `host-to-task`: mounts made on the host appear in the task; `bidirectional`: in both directions.
        propagation_mode: Opt<Str> => "PropagationMode", values(&["private", "host-to-task", "bidirectional"]), default("private");
        /// The SELinux label: `z` shared, `Z` of this task alone.
        selinux_label: Opt<Str> => "SELinuxLabel", values(&["z", "Z"]);
    }
}
