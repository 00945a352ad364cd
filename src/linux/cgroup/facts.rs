//! What cgroups offer to this process; a value for the plan.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::hierarchies::{Hierarchies, Hierarchy};
use super::{Limit, unified};
use crate::linux::mountinfo::MountTable;

/// How cgroups are mounted here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Not at all.
    #[default]
    None,
    /// v1 hierarchies only.
    Legacy,
    /// v1 hierarchies with controllers, and a v2 tree.
    Hybrid,
    /// v2 only.
    Unified,
}

/// What cgroups offer to this process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// How they are mounted.
    pub layout: Layout,
    /// Controllers that can limit a task started from here: of `cpu`, `memory`, `pids`, `cpuset`.
    pub controllers: BTreeSet<String>,
    /// Those of the four that cannot, each with the reason.
    pub unusable: BTreeMap<String, String>,
    /// Whether a cgroup can be made at all.
    pub writable: bool,
}

impl Facts {
    /// Looks, among what is mounted; changes nothing.
    pub fn detect(mounts: &MountTable) -> Self {
        let hierarchies = Hierarchies::among(mounts).unwrap_or_default();
        let layout = hierarchies.layout();
        let mut facts = Self { layout, ..Self::default() };
        let mut survey = hierarchies.unified.as_ref().map(unified::survey).unwrap_or_default();
        facts.writable = layout == Layout::Unified && survey.2;
        for name in Limit::ALL.map(Limit::controller) {
            let reason = match hierarchies.legacy.get(name) {
                Some(hierarchy) if is_writable(hierarchy) => {
                    facts.writable = true;
                    None
                }
                Some(hierarchy) => Some(format!("{} is not writable for this user", hierarchy.own.display())),
                None if survey.0.contains(name) => None,
                None => {
                    Some(survey.1.remove(name).unwrap_or_else(|| "no cgroup hierarchy is mounted with it".to_owned()))
                }
            };
            match reason {
                None => drop(facts.controllers.insert(name.to_owned())),
                Some(reason) => drop(facts.unusable.insert(name.to_owned(), reason)),
            }
        }
        facts
    }
}

impl Hierarchies {
    pub(super) fn layout(&self) -> Layout {
        let controllers = self.legacy.keys().any(|name| !name.starts_with("name="));
        match (controllers, &self.unified) {
            (true, Some(_)) => Layout::Hybrid,
            (true, None) => Layout::Legacy,
            (false, Some(_)) => Layout::Unified,
            (false, None) => Layout::None,
        }
    }
}

fn is_writable(hierarchy: &Hierarchy) -> bool {
    rustix::fs::access(&hierarchy.own, rustix::fs::Access::WRITE_OK).is_ok()
}
