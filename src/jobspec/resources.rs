//! `resources`: CPU, memory and devices of a task.

use super::block::block;
use super::constraint::{Affinity, Constraint};
use super::network::Network;
use super::spanned::{List, Opt, Str};

block! {
    /// CPU, memory and devices of a task.
    Resources = "resources" {
        /// CPU in MHz.
        cpu: Opt<i64> => "CPU", default("100");
        /// Whole cores, for this task alone; instead of `cpu`.
        cores: Opt<i64> => "Cores";
        /// Memory in MB that it is sure to have.
        memory: Opt<i64> => "MemoryMB", default("300");
        /// Memory in MB that it may use where there is more.
        memory_max: Opt<i64> => "MemoryMaxMB";
        /// Size of its secrets directory in MB, part of its memory.
        secrets: Opt<i64> => "SecretsMB";
        /// Devices.
        devices as "device": Vec<Device> => "Devices", cluster;
        /// Placement on NUMA nodes.
        numa: Option<Box<Numa>> => "NUMA", enterprise;
        /// Disk in MB.
        disk: Opt<i64> => "DiskMB", deprecated("`ephemeral_disk` of the group");
        /// Disk operations per second.
        iops: Opt<i64> => "IOPS", deprecated("nothing: it has no effect");
        /// The network of the task.
        networks as "network": Vec<Network> => "Networks", deprecated("`network` of the group");
    }
}

block! {
    /// Devices of one kind: `vendor/type/model`, `type/model`… or `type`.
    Device = "device", label name => "Name" {
        /// How many.
        count: Opt<u64> => "Count", default("1");
        /// What a device must have.
        constraints as "constraint": Vec<Constraint> => "Constraints";
        /// What a device should have.
        affinities as "affinity": Vec<Affinity> => "Affinities";
    }
}

block! {
    /// Placement on NUMA nodes.
    Numa = "numa" {
        /// Whether one node is needed.
        affinity: Opt<Str> => "Affinity", values(&["none", "prefer", "require"]);
        /// The devices that must be on the same node.
        devices: Opt<List<Str>> => "Devices";
    }
}
