//! The config of driver `docker`, as far as keys and types go.

use super::schema::{Key, STRING_MAP, STRINGS, Shape};

pub(super) const KEYS: &[Key] = &[
    Key::required("image", Shape::String),
    Key::new("advertise_ipv6_address", Shape::Bool),
    Key::new("args", STRINGS),
    Key::new("auth", Shape::Object(AUTH)),
    Key::new("auth_soft_fail", Shape::Bool),
    Key::new("cap_add", STRINGS),
    Key::new("cap_drop", STRINGS),
    Key::new("cgroupns", Shape::String),
    Key::new("command", Shape::String),
    Key::new("container_exists_attempts", Shape::Number),
    Key::new("cpu_cfs_period", Shape::Number),
    Key::new("cpu_hard_limit", Shape::Bool),
    Key::new("cpuset_cpus", Shape::String),
    Key::new("devices", Shape::Object(DEVICE)),
    Key::new("dns_options", STRINGS),
    Key::new("dns_search_domains", STRINGS),
    Key::new("dns_servers", STRINGS),
    Key::new("entrypoint", Shape::Any),
    Key::new("extra_hosts", STRINGS),
    Key::new("force_pull", Shape::Bool),
    Key::new("group_add", STRINGS),
    Key::new("healthchecks", Shape::Object(&[Key::new("disable", Shape::Bool)])),
    Key::new("hostname", Shape::String),
    Key::new("image_pull_timeout", Shape::String),
    Key::new("init", Shape::Bool),
    Key::new("interactive", Shape::Bool),
    Key::new("ipc_mode", Shape::String),
    Key::new("ipv4_address", Shape::String),
    Key::new("ipv6_address", Shape::String),
    Key::new("isolation", Shape::String),
    Key::new("labels", STRING_MAP),
    Key::new("load", Shape::String),
    Key::new("logging", Shape::Object(LOGGING)),
    Key::new("mac_address", Shape::String),
    Key::new("memory_hard_limit", Shape::Number),
    Key::new("mount", Shape::Object(MOUNT)),
    Key::new("mounts", Shape::Object(MOUNT)),
    Key::new("network_aliases", STRINGS),
    Key::new("network_mode", Shape::String),
    Key::new("oom_score_adj", Shape::Number),
    Key::new("pid_mode", Shape::String),
    Key::new("pids_limit", Shape::Number),
    Key::new("port_map", Shape::Map(&Shape::Number)),
    Key::new("ports", STRINGS),
    Key::new("privileged", Shape::Bool),
    Key::new("readonly_rootfs", Shape::Bool),
    Key::new("runtime", Shape::String),
    Key::new("security_opt", STRINGS),
    Key::new("shm_size", Shape::Number),
    Key::new("storage_opt", STRING_MAP),
    Key::new("sysctl", STRING_MAP),
    Key::new("tty", Shape::Bool),
    Key::new("ulimit", STRING_MAP),
    Key::new("userns_mode", Shape::String),
    Key::new("uts_mode", Shape::String),
    Key::new("volume_driver", Shape::String),
    Key::new("volumes", STRINGS),
    Key::new("windows_allow_insecure_container_admin", Shape::Bool),
    Key::new("work_dir", Shape::String),
];

const AUTH: &[Key] = &[
    Key::new("username", Shape::String),
    Key::new("password", Shape::String),
    Key::new("email", Shape::String),
    Key::new("server_address", Shape::String),
];

const DEVICE: &[Key] = &[
    Key::new("host_path", Shape::String),
    Key::new("container_path", Shape::String),
    Key::new("cgroup_permissions", Shape::String),
];

const LOGGING: &[Key] =
    &[Key::new("type", Shape::String), Key::new("driver", Shape::String), Key::new("config", STRING_MAP)];

const MOUNT: &[Key] = &[
    Key::new("type", Shape::String),
    Key::new("target", Shape::String),
    Key::new("source", Shape::String),
    Key::new("readonly", Shape::Bool),
    Key::new("bind_options", Shape::Object(&[Key::new("propagation", Shape::String)])),
    Key::new("tmpfs_options", Shape::Object(&[Key::new("mode", Shape::Number), Key::new("size", Shape::Number)])),
    Key::new("volume_options", Shape::Object(VOLUME)),
];

const VOLUME: &[Key] = &[
    Key::new("no_copy", Shape::Bool),
    Key::new("labels", STRING_MAP),
    Key::new("subpath", Shape::String),
    Key::new("driver_config", Shape::Object(&[Key::new("name", Shape::String), Key::new("options", STRING_MAP)])),
];
