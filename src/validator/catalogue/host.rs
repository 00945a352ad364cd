//! Codes of the host's configuration.

use super::Example::Host;
use super::{Explanation, entry};

const VOLUME: &str = "client {\n  host_volume \"data\" {\n    path = \"/srv/data\"\n  }\n}";
const PLUGIN: &str = "plugin \"exec\" {\n  config {\n    allow_caps       = [\"chown\", \"net_bind_service\"]\n    denied_host_uids = \"0-999\"\n  }\n}";
const POLICY: &str = "policy \"ops\" {\n  users  = [\"deploy\"]\n  groups = [\"ops\"]\n  host_volume \"prod-*\" {\n    policy = \"read\"\n  }\n}";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "host::no_effect",
        "something of a Nomad agent has no effect here",
        "Agent files can be used as they are: what means nothing without an agent is read past.",
        Host(VOLUME),
    ),
    entry(
        "host::bad_size",
        "a size in the host's configuration cannot be read",
        "A size is a number with a unit of ten (kB, MB, GB) or of two (KiB, MiB, GiB).",
        Host("client {\n  artifact {\n    http_max_size = \"2GB\"\n  }\n}"),
    ),
    entry(
        "host::path_not_absolute",
        "a path of the configuration is relative",
        "There is no directory it could be relative to.",
        Host(VOLUME),
    ),
    entry(
        "host::bad_id_range",
        "a range of ids cannot be read",
        "Ids and ranges with commas between them.",
        Host(PLUGIN),
    ),
    entry(
        "host_volume::duplicate",
        "two host volumes have the same name",
        "Jobs name a volume by its name.",
        Host(VOLUME),
    ),
    entry("plugin::duplicate", "a plugin is configured twice", "Which of them is meant cannot be known.", Host(PLUGIN)),
    entry("policy::nobody", "a policy is about nobody", "Without users and groups it matches no one.", Host(POLICY)),
    entry(
        "policy::gives_nothing",
        "a rule of a policy neither gives nor denies anything",
        "It has `policy` or `capabilities`.",
        Host(POLICY),
    ),
    entry("policy::unknown_policy", "a policy is not known", "read, write or deny.", Host(POLICY)),
    entry(
        "policy::unknown_capability",
        "a capability of a policy is not known",
        "mount-readonly, mount-readwrite or deny.",
        Host(
            "policy \"ops\" {\n  users = [\"deploy\"]\n  host_volume \"data\" {\n    capabilities = [\"mount-readwrite\"]\n  }\n}",
        ),
    ),
    entry(
        "facts::unknown",
        "a fact is not known",
        "A `facts` block describes a machine for tests; `jobctl doctor --json` prints a real one.",
        Host(VOLUME),
    ),
    entry(
        "facts::wrong_value",
        "a fact has a value of another kind",
        "`jobctl doctor --json` prints a machine's facts in full.",
        Host(VOLUME),
    ),
];
