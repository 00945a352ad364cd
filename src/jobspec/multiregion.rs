//! `multiregion`: one deployment over several regions (Nomad Enterprise).

use super::block::block;
use super::spanned::{List, Map, Opt, Str};

block! {
    /// One deployment over several regions.
    Multiregion = "multiregion" {
        /// How it goes from region to region.
        strategy: Option<Box<MultiregionStrategy>> => "Strategy";
        /// The regions.
        regions as "region": Vec<MultiregionRegion> => "Regions";
    }
}

block! {
    /// How a deployment goes from region to region.
    MultiregionStrategy = "strategy" {
        /// How many at a time; 0 for all.
        max_parallel: Opt<i64> => "MaxParallel";
        /// What a failure in one means for the others.
        on_failure: Opt<Str> => "OnFailure", values(&["fail_all", "fail_local"]);
    }
}

block! {
    /// One region.
    MultiregionRegion = "region", label name => "Name" {
        /// The count of groups that give none.
        count: Opt<i64> => "Count";
        /// Its data centers.
        datacenters: Opt<List<Str>> => "Datacenters";
        /// Its node pool.
        node_pool: Opt<Str> => "NodePool";
        /// Free keys and values there.
        meta: Opt<Map<Str>> => "Meta", block_only();
    }
}
