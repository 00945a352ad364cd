//! Codes of rules about a task's `config`.

use super::Example::{Config, Host};
use super::{Explanation, entry};

const COMMAND: &str = "command = \"/bin/server\"\nargs    = [\"-v\"]";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "config::unknown_key",
        "a key is not known in this config",
        "Most often it is misspelt. What is not known would silently do nothing. For drivers that do not run here it is a warning only.",
        Config(COMMAND),
    ),
    entry(
        "config::wrong_type",
        "a key of a config has a value of another type",
        "The driver would refuse it when the task starts.",
        Config(COMMAND),
    ),
    entry(
        "config::missing_key",
        "a config lacks a key its driver cannot do without",
        "`exec` and `raw_exec` need `command`, containers need `image`.",
        Config(COMMAND),
    ),
    entry(
        "config::unknown_value",
        "a key has none of its few values",
        "The help line says which there are.",
        Config("command  = \"/bin/server\"\npid_mode = \"private\"\nipc_mode = \"host\""),
    ),
    entry(
        "config::relative_path",
        "a path is relative where it must be absolute",
        "There is no directory it could be relative to.",
        Config("command  = \"/bin/server\"\nwork_dir = \"/local\""),
    ),
    entry(
        "config::out_of_range",
        "a number is out of range",
        "The kernel refuses it.",
        Config("command       = \"/bin/server\"\npids_limit    = 100\noom_score_adj = 500"),
    ),
    entry(
        "config::bad_device",
        "a device cannot be given to the task",
        "It needs the path of a device of the host, and permissions of the letters r, w and m.",
        Config(
            "command = \"/bin/server\"\ndevices = [{ host_path = \"/dev/fuse\", container_path = \"/dev/fuse\", cgroup_permissions = \"rw\" }]",
        ),
    ),
    entry(
        "capability::unknown",
        "a capability is not known to Linux",
        "Names are those of capabilities(7), with or without CAP_, in any case.",
        Config("command = \"/bin/server\"\ncap_add = [\"net_bind_service\"]"),
    ),
    entry(
        "capability::not_allowed",
        "a task asks for a capability the host does not allow",
        "Only capabilities in `allow_caps` can be added. It has thirteen by default, NET_RAW and NET_ADMIN not among them.",
        Host(
            "plugin \"exec\" {\n  config {\n    allow_caps = [\"chown\", \"net_bind_service\", \"net_admin\"]\n  }\n}",
        ),
    ),
    entry(
        "ulimit::unknown",
        "a resource limit is not known",
        "Names are those of getrlimit(2) without RLIMIT_, in lower case.",
        Config("command = \"/bin/server\"\nulimit {\n  nofile = \"1024:4096\"\n}"),
    ),
    entry(
        "ulimit::bad_value",
        "a resource limit cannot be read",
        "It is a number, or soft and hard limit with a colon between them; \"unlimited\" is a number too.",
        Config("command = \"/bin/server\"\nulimit {\n  nofile = \"1024:4096\"\n}"),
    ),
];
