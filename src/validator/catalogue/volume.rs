//! Codes of rules about volumes and where they are mounted.

use super::Example::Group;
use super::{Explanation, entry};

const HOST: &str = "volume \"data\" {\n  type   = \"host\"\n  source = \"data\"\n}";
const MODE: &str =
    "volume \"data\" {\n  type        = \"host\"\n  source      = \"data\"\n  access_mode = \"single-node-writer\"\n}";
const READER: &str = "volume \"data\" {\n  type        = \"host\"\n  source      = \"data\"\n  read_only   = true\n  access_mode = \"single-node-reader-only\"\n}";
const CSI: &str = "volume \"data\" {\n  type            = \"csi\"\n  source          = \"data\"\n  access_mode     = \"single-node-writer\"\n  attachment_mode = \"file-system\"\n}";
const MOUNT: &str = "volume \"data\" {\n  type   = \"host\"\n  source = \"data\"\n}\ntask \"server\" {\n  driver = \"exec\"\n  config {\n    command = \"/bin/server\"\n  }\n  volume_mount {\n    volume           = \"data\"\n    destination      = \"/data\"\n    propagation_mode = \"host-to-task\"\n  }\n}";
const BIDIRECTIONAL: &str = "volume \"data\" {\n  type      = \"host\"\n  source    = \"data\"\n  read_only = false\n}\ntask \"server\" {\n  driver = \"exec\"\n  user   = \"root\"\n  config {\n    command = \"/bin/server\"\n  }\n  volume_mount {\n    volume           = \"data\"\n    destination      = \"/data\"\n    read_only        = false\n    propagation_mode = \"bidirectional\"\n  }\n}";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "volume::no_type",
        "a volume has no type",
        "\"host\" is a directory the host's configuration names, \"csi\" a volume of a storage plugin.",
        Group(HOST),
    ),
    entry(
        "volume::unknown_type",
        "a volume's type is not known",
        "\"host\" is a directory the host's configuration names, \"csi\" a volume of a storage plugin.",
        Group(HOST),
    ),
    entry(
        "volume::no_source",
        "a volume has no source",
        "It is the name of a host volume, or the id of a CSI volume.",
        Group(HOST),
    ),
    entry(
        "volume::duplicate",
        "two volumes of a group have the same label",
        "Tasks name the volume by its label: only the second one can be meant.",
        Group(HOST),
    ),
    entry(
        "volume::per_alloc_in_system_job",
        "a system job has a volume for each allocation",
        "Its allocations have no index to tell the volumes apart.",
        Group(HOST),
    ),
    entry(
        "volume::per_alloc_with_canary",
        "a canary needs the volume of the allocation it replaces",
        "Both would run at the same time.",
        Group(HOST),
    ),
    entry(
        "volume::per_alloc_and_sticky",
        "a volume is `per_alloc` and `sticky`",
        "One takes the volume by the allocation's index, the other keeps the one it had.",
        Group(HOST),
    ),
    entry(
        "volume::mount_options_of_host_volume",
        "a host volume has mount options",
        "It is a directory that is there already; only CSI volumes are mounted anew.",
        Group(HOST),
    ),
    entry(
        "volume::multi_node_host_volume",
        "a host volume has a mode of several hosts",
        "It is a directory of one host.",
        Group(MODE),
    ),
    entry(
        "volume::reader_not_read_only",
        "a volume for readers is not read-only",
        "The mode promises what `read_only = true` keeps.",
        Group(READER),
    ),
    entry(
        "volume::unknown_access_mode",
        "a volume's access mode is not known",
        "It says who may use it how at the same time.",
        Group(MODE),
    ),
    entry(
        "volume::no_access_mode",
        "a CSI volume has no access mode",
        "The storage plugin must know who uses it how.",
        Group(CSI),
    ),
    entry(
        "volume::no_attachment_mode",
        "a CSI volume has no attachment mode",
        "The storage plugin must know whether to mount it.",
        Group(CSI),
    ),
    entry(
        "volume::unknown_attachment_mode",
        "a volume's attachment mode is not known",
        "\"file-system\" or \"block-device\".",
        Group(CSI),
    ),
    entry(
        "volume::single_writer_of_many",
        "several allocations share a volume of one writer",
        "The second allocation could not start.",
        Group(CSI),
    ),
    entry(
        "volume_mount::no_volume",
        "a mount names no volume",
        "It is the label of a `volume` block of the group.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::unknown_volume",
        "a mount names a volume the group does not have",
        "It is the label of a `volume` block of the group.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::no_destination",
        "a mount has no destination",
        "Nomad accepts an empty one, and the task fails when it starts.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::relative_destination",
        "a mount's destination is relative",
        "It is taken from the task's root; say so with a slash. `${NOMAD_TASK_DIR}` and `${NOMAD_ALLOC_DIR}` are absolute.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::duplicate_destination",
        "two volumes are mounted at the same place",
        "The second hides the first.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::shadows_root",
        "a volume is mounted over the task's root",
        "It hides everything, the task's own program too.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::shadows_proc",
        "a volume is mounted over /proc",
        "Programs look there for what the kernel knows of them, and what must be hidden from them is hidden there.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::shadows_system",
        "a volume is mounted over a part of /sys or /dev",
        "Programs look there for devices and for what the kernel says of them.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::unknown_propagation_mode",
        "a mount's propagation mode is not known",
        "private: no mount passes; host-to-task: mounts made on the host appear in the task; bidirectional: in both directions.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::unknown_selinux_label",
        "a mount's SELinux label is not known",
        "\"z\" is shared, \"Z\" is the task's alone.",
        Group(MOUNT),
    ),
    entry(
        "volume_mount::bidirectional_needs_read_write",
        "a bidirectional mount is over something read-only",
        "What a task mounts there appears on the host: that is a change of the host, and needs the permission to write. It is refused where the mount, the group's volume or the host's volume is read-only, or a policy gives no mount-readwrite. Nomad accepts the file and asks only for the policy.",
        Group(BIDIRECTIONAL),
    ),
    entry(
        "volume_mount::bidirectional_without_sys_admin",
        "a task that cannot mount has a bidirectional mount",
        "Only who has CAP_SYS_ADMIN makes mounts: nothing will pass to the host.",
        Group(BIDIRECTIONAL),
    ),
    entry(
        "volume_mount::later_mounts_are_writable",
        "a read-only volume lets later mounts of the host in",
        "What the host mounts beneath it after the task has started comes in as the host has it, writable or not.",
        Group(MOUNT),
    ),
];
