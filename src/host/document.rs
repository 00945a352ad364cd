//! The configuration file as written: its blocks, with spans, nothing filled in.
//!
//! What follows from it is [`Settings`](super::Settings). `jobctl schema host` is made from these tables.

use crate::jobspec::block::block;
use crate::jobspec::{Duration, List, Map, Opt, Str, Untyped};

block! {
    /// The host's configuration.
    HostFile = "host" {
        /// The host's name as `${node.unique.name}`; the host name where not given.
        name: Opt<Str> => "name";
        /// The region tasks are told, where the job says none.
        region: Opt<Str> => "region", default("global");
        /// The data center tasks are told.
        datacenter: Opt<Str> => "datacenter";
        /// What jobs may use of this host.
        client: Option<Box<Client>> => "client";
        /// How a driver behaves: `exec`, `raw_exec`.
        plugins as "plugin": Vec<Plugin> => "plugin";
        /// Who may use which volume. Without any, everybody has what the kernel gives.
        policies as "policy": Vec<Policy> => "policy";
        /// The cgroup beneath which those of detached jobs are made: `/jobctl.slice`.
        cgroup_parent: Opt<Str> => "cgroup_parent";
        /// Ended allocations of a job that are kept.
        keep: Opt<u32> => "keep", default("5");
        /// The AppArmor profile of tasks that name none.
        apparmor_profile: Opt<Str> => "apparmor_profile";
        /// Resource limits of tasks that set none: `nofile = "1024:4096"`.
        ulimit: Opt<Map<Str>> => "ulimit";
        /// Takes the place of what is probed, for plans that are the same everywhere; what is not named is an ordinary machine's.
        facts: Opt<Untyped> => "facts";
    }
}

block! {
    /// What jobs may use of this host.
    Client = "client" {
        /// Without effect: jobctl is always a client.
        enabled: Opt<bool> => "enabled";
        /// The host's `${node.class}`.
        node_class: Opt<Str> => "node_class";
        /// The host's `${node.pool}`.
        node_pool: Opt<Str> => "node_pool", default("default");
        /// The host's `${meta.KEY}`.
        meta: Opt<Map<Str>> => "meta";
        /// Directories that jobs may mount, by name.
        host_volumes as "host_volume": Vec<HostVolume> => "host_volume";
        /// What of the host an isolated task sees, host path = path in the task.
        chroot_env: Opt<Map<Str>> => "chroot_env";
        /// How much artifacts may be and how long they may take.
        artifact: Option<Box<ArtifactLimits>> => "artifact";
    }
}

block! {
    /// How much artifacts may be and how long they may take.
    ArtifactLimits = "artifact" {
        /// The longest a download by HTTP may take.
        http_read_timeout: Opt<Duration> => "http_read_timeout", default("30m");
        /// The most bytes of a download by HTTP.
        http_max_size: Opt<Str> => "http_max_size", default("100GB");
        /// The longest git may take.
        git_timeout: Opt<Duration> => "git_timeout", default("30m");
        /// The most bytes of what is unpacked; 0 is no limit.
        decompression_size_limit: Opt<Str> => "decompression_size_limit", default("100GB");
        /// The most files, directories and links of an archive; 0 is no limit.
        decompression_file_count_limit: Opt<u32> => "decompression_file_count_limit", default("4096");
        /// Without effect: there is no Google Cloud Storage here.
        gcs_timeout: Opt<Duration> => "gcs_timeout";
        /// Without effect: there is no Mercurial here.
        hg_timeout: Opt<Duration> => "hg_timeout";
        /// Without effect: there is no S3 here.
        s3_timeout: Opt<Duration> => "s3_timeout";
        /// Without effect: artifacts are always fetched as the task's user, inside its root.
        disable_filesystem_isolation: Opt<bool> => "disable_filesystem_isolation";
        /// Without effect: nothing of jobctl's own environment is handed on.
        set_environment_variables: Opt<Str> => "set_environment_variables";
    }
}

block! {
    /// A directory that jobs may mount.
    HostVolume = "host_volume", label name => "name" {
        /// The directory, an absolute path.
        path: Opt<Str> => "path", required;
        /// Whether no task may write to it.
        read_only: Opt<bool> => "read_only", default("false");
    }
}

block! {
    /// How a driver behaves.
    Plugin = "plugin", label name => "name" {
        /// The driver's own keys.
        config: Opt<Untyped> => "config";
    }
}

block! {
    /// What some users may do with volumes.
    Policy = "policy", label name => "name" {
        /// The users it is about; `*` for any.
        users: Opt<List<Str>> => "users";
        /// The groups it is about.
        groups: Opt<List<Str>> => "groups";
        /// Volumes by name, `*` for any text. The rule with the most literal characters counts.
        host_volumes as "host_volume": Vec<PolicyVolume> => "host_volume";
    }
}

block! {
    /// What may be done with the volumes of a name.
    PolicyVolume = "host_volume", label name => "name" {
        /// `read`, `write` (which includes reading) or `deny`.
        policy: Opt<Str> => "policy", values(&["read", "write", "deny"]);
        /// The same by capability.
        capabilities: Opt<List<Str>> => "capabilities", values(&["mount-readonly", "mount-readwrite", "deny"]);
    }
}
