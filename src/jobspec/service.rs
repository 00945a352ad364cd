//! `service`: what a group or task offers under a name.

use super::block::block;
use super::check::{Check, CheckRestart};
use super::connect::Connect;
use super::spanned::{List, Map, Opt, Str};
use super::vault::Identity;

block! {
    /// What a group or task offers under a name.
    Service = "service" {
        /// The name others find it by; made of job, group and task where not given.
        name: Opt<Str> => "Name";
        /// In which catalogue it is registered.
        provider: Opt<Str> => "Provider", values(&["nomad", "consul"]), default("consul");
        /// The label of a port, or a number.
        port: Opt<Str> => "PortLabel";
        /// The address it is registered with.
        address: Opt<Str> => "Address";
        /// Whose address it is registered with.
        address_mode: Opt<Str> => "AddressMode", values(&["auto", "host", "driver", "alloc"]), default("auto");
        /// Words to find it by.
        tags: Opt<List<Str>> => "Tags";
        /// The tags of a canary.
        canary_tags: Opt<List<Str>> => "CanaryTags";
        /// Whether tags may be changed in Consul.
        enable_tag_override: Opt<bool> => "EnableTagOverride", default("false");
        /// Free keys and values.
        meta: Opt<Map<Str>> => "Meta", block_only();
        /// Those of a canary.
        canary_meta: Opt<Map<Str>> => "CanaryMeta", block_only();
        /// Addresses by tag.
        tagged_addresses: Opt<Map<Str>> => "TaggedAddresses", block_only();
        /// The task it belongs to, in a service of a group.
        task: Opt<Str> => "TaskName";
        /// What its checks mean during an update.
        on_update: Opt<Str> => "OnUpdate", values(&["require_healthy", "ignore_warnings", "ignore"]), default("require_healthy");
        /// How it is seen to be healthy.
        checks as "check": Vec<Check> => "Checks";
        /// When an unhealthy task is started anew; for checks that say nothing else.
        check_restart: Option<Box<CheckRestart>> => "CheckRestart";
        /// Its place in Consul's service mesh.
        connect: Option<Box<Connect>> => "Connect", cluster;
        /// The token it is registered with.
        identity: Option<Box<Identity>> => "Identity", cluster;
        /// How much it counts in DNS answers.
        weights: Option<Box<ServiceWeights>> => "Weights";
        /// Which Consul.
        cluster: Opt<Str> => "Cluster", default("default");
        /// What kind of service it is to Consul.
        kind: Opt<Str> => "Kind", cluster;
    }
}

block! {
    /// How much a service counts in DNS answers.
    ServiceWeights = "weights" {
        /// While its checks pass.
        passing: Opt<i64> => "Passing", default("1");
        /// While they warn.
        warning: Opt<i64> => "Warning", default("1");
    }
}
