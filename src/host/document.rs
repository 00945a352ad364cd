//! The configuration file as written: its blocks, with spans, nothing filled in.
//!
//! What follows from it is [`Settings`](super::Settings). `jobctl schema host` is made from these tables.

use crate::jobspec::block::block;
use crate::jobspec::{List, Map, Opt, Str, Untyped};

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
