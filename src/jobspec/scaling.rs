//! `scaling`: bounds for an autoscaler.

use super::block::block;
use super::spanned::{Opt, Str};
use super::untyped::Untyped;

block! {
    /// Bounds for an autoscaler.
    Scaling = "scaling" {
        /// The least.
        min: Opt<i64> => "Min";
        /// The most.
        max: Opt<i64> => "Max";
        /// Whether the policy is in force.
        enabled: Opt<bool> => "Enabled", default("true");
        /// What is scaled.
        kind as "type": Opt<Str> => "Type";
        /// What the autoscaler reads.
        policy: Opt<Untyped> => "Policy";
    }
}
