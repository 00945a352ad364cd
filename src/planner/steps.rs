//! Decisions about allocations → ordered steps.
//!
//! The order: what is cheap and harmless first, what is gone makes room, a replaced allocation is down as shortly as can be,
//! and the commit comes last, so that an apply that breaks off is not taken for done.

use super::{Action, AllocationName, Counts, Step};
use crate::plan::Digest;

/// What is decided about one allocation.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    /// Which.
    pub(super) name: AllocationName,
    /// What becomes of it.
    pub(super) action: Action,
    /// The id of the one that runs.
    pub(super) id: Option<String>,
    /// What changes in place.
    pub(super) fields: Vec<String>,
    /// Why.
    pub(super) reason: Option<String>,
}

/// The steps of all decisions.
pub(super) fn steps(decisions: &[Decision], digest: &Digest) -> Vec<Step> {
    let of = |action: Action| decisions.iter().filter(move |decision| decision.action == action);
    let start =
        |decision: &Decision| Step::StartAllocation { allocation: decision.name.clone(), digest: digest.clone() };
    let stop = |decision: &Decision| {
        decision.id.clone().map(|id| Step::StopAllocation { allocation: decision.name.clone(), id })
    };
    let mut steps = vec![Step::StorePlan { digest: digest.clone() }];
    steps.extend(of(Action::Update).filter_map(|decision| {
        Some(Step::UpdateAllocation {
            allocation: decision.name.clone(),
            id: decision.id.clone()?,
            digest: digest.clone(),
            fields: decision.fields.clone(),
        })
    }));
    steps.extend(of(Action::Delete).filter_map(stop));
    for decision in of(Action::Replace) {
        steps.extend(stop(decision));
        steps.push(start(decision));
    }
    steps.extend(of(Action::Create).map(start));
    steps.push(Step::CommitPlan { digest: digest.clone() });
    steps
}

/// How many allocations each action concerns.
pub(super) fn counts(decisions: &[Decision]) -> Counts {
    let mut counts = Counts::default();
    for decision in decisions {
        *match decision.action {
            Action::Keep => &mut counts.keep,
            Action::Create => &mut counts.start,
            Action::Update => &mut counts.update,
            Action::Replace => &mut counts.replace,
            Action::Delete => &mut counts.stop,
        } += 1;
    }
    counts
}
