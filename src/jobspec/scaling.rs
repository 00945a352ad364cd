//! `scaling`: bounds for an autoscaler, of a group's count and of a task's resources.

use serde_json::{Map, Value};

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
        policy: Opt<Untyped> => "Policy", block_only();
    }
}

block! {
    /// Bounds of a task's CPU or memory for an autoscaler.
    TaskScaling = "scaling", label resource => "Type", write write_type {
        /// The least.
        min: Opt<i64> => "Min";
        /// The most.
        max: Opt<i64> => "Max";
        /// Whether the policy is in force.
        enabled: Opt<bool> => "Enabled", default("true");
        /// What the autoscaler reads.
        policy: Opt<Untyped> => "Policy", block_only();
    }
}

impl TaskScaling {
    /// What is scaled: `cpu` or `mem`; API documents say `vertical_cpu`.
    pub fn resource(&self) -> &str {
        let label = self.resource.as_str();
        label.strip_prefix("vertical_").unwrap_or(label)
    }
}

fn write_type(scaling: &TaskScaling, out: &mut Map<String, Value>) {
    out.insert("Type".into(), format!("vertical_{}", scaling.resource()).into());
}
