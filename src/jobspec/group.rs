//! The `group` block and what belongs to a group alone.

use super::block::block;
use super::constraint::{Affinity, Constraint, Spread};
use super::duration::Duration;
use super::field::ByLabel;
use super::network::Network;
use super::restart::Restart;
use super::scaling::Scaling;
use super::service::Service;
use super::spanned::{Map, Opt, Str};
use super::task::Task;
use super::update::{Disconnect, Migrate, Reschedule, Update};
use super::vault::Consul;
use super::volume::VolumeRequest;

block! {
    /// Tasks that run together on one host and share its allocation directory and network.
    Group = "group", label name => "Name" {
        /// How many allocations of it there are.
        count: Opt<i64> => "Count", default("1");
        /// What a host must have.
        constraints as "constraint": Vec<Constraint> => "Constraints";
        /// What a host should have.
        affinities as "affinity": Vec<Affinity> => "Affinities", cluster;
        /// Over what allocations are spread.
        spreads as "spread": Vec<Spread> => "Spreads", cluster;
        /// The volumes its tasks may mount.
        volumes as "volume": ByLabel<VolumeRequest> => "Volumes";
        /// When its tasks are started again after they end.
        restart: Option<Box<Restart>> => "RestartPolicy";
        /// What happens when the host loses its cluster.
        disconnect: Option<Box<Disconnect>> => "Disconnect", cluster;
        /// When a failed allocation is placed elsewhere.
        reschedule: Option<Box<Reschedule>> => "ReschedulePolicy", cluster;
        /// The directory the tasks share.
        ephemeral_disk: Option<Box<EphemeralDisk>> => "EphemeralDisk";
        /// How a new version replaces the one that runs.
        update: Option<Box<Update>> => "Update";
        /// How allocations leave a host that is drained.
        migrate: Option<Box<Migrate>> => "Migrate", cluster;
        /// The network of the group.
        networks as "network": Vec<Network> => "Networks";
        /// Free keys and values, `NOMAD_META_<key>` in the tasks; they win over the job's.
        meta: Opt<Map<Str>> => "Meta";
        /// Services that the group offers.
        services as "service": Vec<Service> => "Services";
        /// How long to wait between taking its services out of service and stopping its tasks.
        shutdown_delay: Opt<Duration> => "ShutdownDelay";
        /// How long its allocations may run (batch and sysbatch).
        max_run_duration: Opt<Duration> => "MaxRunDuration";
        /// When to stop allocations of a host that lost its cluster.
        stop_after_client_disconnect: Opt<Duration> => "StopAfterClientDisconnect", deprecated("`stop_on_client_after` in a `disconnect` block");
        /// How long a host may be away before its allocations are lost.
        max_client_disconnect: Opt<Duration> => "MaxClientDisconnect", deprecated("`lost_after` in a `disconnect` block");
        /// Whether lost allocations are not replaced.
        prevent_reschedule_on_lost: Opt<bool> => "PreventRescheduleOnLost", deprecated("`replace` in a `disconnect` block");
        /// Bounds for `count`.
        scaling: Option<Box<Scaling>> => "Scaling", cluster;
        /// The Consul its services are registered in.
        consul: Option<Box<Consul>> => "Consul", cluster;
        /// The tasks.
        tasks as "task": Vec<Task> => "Tasks";
    }
}

block! {
    /// The directory an allocation's tasks share.
    EphemeralDisk = "ephemeral_disk" {
        /// Whether a replacement is placed on the same host, its data kept.
        sticky: Opt<bool> => "Sticky", default("false");
        /// Whether data is carried to another host.
        migrate: Opt<bool> => "Migrate", default("false");
        /// Its size in MB.
        size: Opt<i64> => "SizeMB", default("300");
    }
}
