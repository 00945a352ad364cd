//! The ports a job names, held against what this host and its other jobs have: the part of a plan that is true for now only.

use super::planning::Planning;
use super::{Global, jobs};
use crate::applier;
use crate::plan;
use crate::state;

/// Adds a finding for each port of the plan that somebody else has. A described machine has no sockets to look at.
///
/// # Errors
/// Those of reading the state.
pub fn check(planning: &mut Planning, global: &Global) -> Result<(), state::Error> {
    let Some(resolved) = planning.resolved.as_ref().filter(|resolved| resolved.host.configuration.fixture.is_none())
    else {
        return Ok(());
    };
    let (namespace, job) = (&resolved.plan.job.namespace, &resolved.plan.job.id);
    let named = resolved.plan.groups.iter().flat_map(|group| group.ports.values()).any(|port| port.number != 0);
    if named {
        let store = jobs::open(global)?;
        let own = |found: &state::Found| found.launch.namespace == *namespace && found.launch.job == *job;
        let taken = applier::taken(store.as_ref(), own)?;
        plan::check_ports(&resolved.job, &resolved.plan, &taken, &mut planning.findings);
    }
    Ok(())
}
