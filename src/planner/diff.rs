//! What is in force × a plan → the diff.
//!
//! Definitions are compared once a group; every allocation is then held against the plan it is itself locked to, so
//! that an apply that broke off half-way is found and finished.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::group_comparison::{GroupComparison, bare, compare};
use super::steps::{Decision, counts, steps};
use super::{Action, AllocationName, Change, Diff, Effect};
use crate::plan::{Allocation, AllocationState, Digest, Group, Plan, Snapshot};

/// Compares what is in force with a plan.
pub fn diff(plan: &Plan, digest: &Digest, snapshot: &Snapshot) -> Diff {
    let before = snapshot.in_force.as_ref().and_then(|in_force| snapshot.plans.get(in_force));
    let mut differ = Differ {
        plan,
        digest,
        plans: snapshot.plans.iter().map(|(digest, plan)| (digest, PlanIndex::new(plan))).collect(),
        in_force: snapshot.in_force.as_ref(),
        allocations: by_group(&snapshot.allocations),
        changes: Vec::new(),
        decisions: Vec::new(),
    };
    let job = job_address(&plan.job.id);
    differ.changes.push(match before {
        None => bare(&job, Action::Create),
        Some(before) => {
            let fields = compare(&before.job, &plan.job);
            let action = if fields.is_empty() { Action::Keep } else { Action::Update };
            Change { address: job, action, fields, reasons: Vec::new() }
        }
    });
    for group in &plan.groups {
        differ.group(group);
    }
    differ.groups_that_go(before);
    differ.finish(snapshot)
}

struct Differ<'a> {
    plan: &'a Plan,
    digest: &'a Digest,
    plans: HashMap<&'a Digest, PlanIndex<'a>>,
    in_force: Option<&'a Digest>,
    allocations: HashMap<&'a str, BTreeMap<u32, &'a Allocation>>,
    changes: Vec<Change>,
    decisions: Vec<Decision>,
}

/// A plan and its groups by name.
struct PlanIndex<'a> {
    plan: &'a Plan,
    groups: HashMap<&'a str, &'a Group>,
}

impl<'a> PlanIndex<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self { plan, groups: plan.groups.iter().map(|group| (group.name.as_str(), group)).collect() }
    }
}

impl<'a> Differ<'a> {
    /// A group of the plan: its definition, its tasks, its allocations.
    fn group(&mut self, group: &'a Group) {
        let (place, first) = (self.changes.len(), self.decisions.len());
        let allocations = self.allocations.remove(group.name.as_str()).unwrap_or_default();
        let running = allocations.values().find(|allocation| allocation.state.runs()).map(|running| &running.plan);
        let baseline = running.into_iter().chain(self.in_force).find(|digest| self.definition(digest, group).is_some());
        let mut comparisons: HashMap<&Digest, Option<GroupComparison>> = HashMap::new();
        match baseline {
            None => {
                self.changes.push(bare(&group.address, Action::Create));
                self.changes.extend(group.tasks.iter().map(|task| bare(&task.address, Action::Create)));
            }
            Some(digest) => {
                if let Some(comparison) = self.compare(digest, group) {
                    let (action, reasons) = (comparison.action(), comparison.reasons.clone());
                    let fields = comparison.fields.clone();
                    self.changes.push(Change { address: group.address.clone(), action, fields, reasons });
                    self.changes.extend(comparison.tasks.iter().cloned());
                    comparisons.insert(digest, Some(comparison));
                }
            }
        }
        let old_count = self.in_force.and_then(|digest| self.definition(digest, group)).map(|old| old.count);
        for index in 0..group.count {
            let allocation = allocations.get(&index).copied();
            if let Some(running) = allocation.filter(|allocation| allocation.state.runs()) {
                let comparison =
                    comparisons.entry(&running.plan).or_insert_with(|| self.compare(&running.plan, group)).as_ref();
                let decision = self.of_running(running, comparison);
                self.decide(group, decision);
            } else {
                let name = AllocationName { group: group.name.clone(), index };
                let reason = match old_count {
                    None => None,
                    Some(old) if index >= old => Some(format!("count is {}", group.count)),
                    Some(_) => self.why_started(allocation),
                };
                self.decide(group, Decision { name, action: Action::Create, id: None, fields: Vec::new(), reason });
            }
        }
        for running in allocations.range(group.count..).map(|(_, allocation)| *allocation) {
            if running.state.runs() {
                let reason = Some(format!("count is {}", group.count));
                self.decide(group, stopped(running, reason));
            }
        }
        let drifts = self.decisions[first..].iter().any(|decision| decision.action != Action::Keep);
        if let Some(group) = self.changes.get_mut(place).filter(|group| drifts && group.action == Action::Keep) {
            group.action = Action::Update;
        }
    }

    /// Groups that are in force, or still have running allocations, and are not in the plan.
    fn groups_that_go(&mut self, before: Option<&'a Plan>) {
        let kept: HashSet<&str> = self.plan.groups.iter().map(|group| group.name.as_str()).collect();
        for group in before.into_iter().flat_map(|before| &before.groups) {
            if kept.contains(group.name.as_str()) {
                continue;
            }
            self.changes.push(bare(&group.address, Action::Delete));
            self.changes.extend(group.tasks.iter().map(|task| bare(&task.address, Action::Delete)));
            let allocations = self.allocations.remove(group.name.as_str()).unwrap_or_default();
            for running in allocations.into_values().filter(|allocation| allocation.state.runs()) {
                self.decide(group, stopped(running, Some("its group goes".to_owned())));
            }
        }
        let mut rest: Vec<_> = self.allocations.drain().collect();
        rest.sort_by_key(|(group, _)| *group);
        for running in rest.into_iter().flat_map(|(_, allocations)| allocations.into_values()) {
            if running.state.runs() {
                let decision = stopped(running, Some("its group is not in the plan".to_owned()));
                let address = format!("{}.group.{}", job_address(&self.plan.job.id), running.group);
                self.record(&address, decision);
            }
        }
    }

    fn finish(mut self, snapshot: &Snapshot) -> Diff {
        let changed = self.changes.iter().any(|change| change.action != Action::Keep);
        if changed && let Some(job) = self.changes.first_mut().filter(|job| job.action == Action::Keep) {
            job.action = Action::Update;
        }
        Diff {
            job: self.plan.job.id.clone(),
            namespace: self.plan.job.namespace.clone(),
            before: snapshot.in_force.clone(),
            after: self.digest.clone(),
            steps: if changed { steps(&self.decisions, self.digest) } else { Vec::new() },
            counts: counts(&self.decisions),
            changes: self.changes,
        }
    }

    fn definition(&self, digest: &Digest, group: &Group) -> Option<&'a Group> {
        self.plans.get(digest)?.groups.get(group.name.as_str()).copied()
    }

    fn compare(&self, digest: &Digest, group: &Group) -> Option<GroupComparison> {
        let before = self.plans.get(digest)?;
        let definition = before.groups.get(group.name.as_str())?;
        Some(GroupComparison::new((&before.plan.job, definition), (&self.plan.job, group)))
    }

    /// What becomes of an allocation that runs, its own plan compared with the new one.
    fn of_running(&self, running: &Allocation, comparison: Option<&GroupComparison>) -> Decision {
        let up_to_date = running.plan == *self.digest;
        let (action, fields, reason) = match comparison {
            _ if up_to_date => (Action::Keep, Vec::new(), None),
            None => (Action::Replace, Vec::new(), Some("the plan it runs by cannot be read".to_owned())),
            Some(comparison) => match comparison.effect {
                None | Some(Effect::Scale) => (Action::Keep, Vec::new(), None),
                Some(Effect::InPlace) => (Action::Update, comparison.paths(), None),
                Some(Effect::Replace) => (Action::Replace, Vec::new(), Some(comparison.reasons.join("; "))),
            },
        };
        Decision { name: name_of(running), action, id: Some(running.id.clone()), fields, reason }
    }

    /// Why an allocation that is in force and does not run is started.
    fn why_started(&self, allocation: Option<&Allocation>) -> Option<String> {
        let Some(allocation) = allocation else { return Some("should run and does not".to_owned()) };
        Some(match &allocation.state {
            AllocationState::Complete if self.plan.job.kind.ends() => "its last run is over: it runs again".to_owned(),
            AllocationState::Failed { reason } if self.plan.job.kind.ends() => {
                format!("its last run failed ({reason}): it runs again")
            }
            AllocationState::Complete => "should run and does not: its tasks ended".to_owned(),
            AllocationState::Failed { reason } => format!("should run and does not: {reason}"),
            AllocationState::Stopped => "should run and does not: it was stopped".to_owned(),
            AllocationState::Lost => "should run and does not: its processes are gone".to_owned(),
            AllocationState::Running => return None,
        })
    }

    fn decide(&mut self, group: &Group, decision: Decision) {
        self.record(&group.address, decision);
    }

    fn record(&mut self, group: &str, decision: Decision) {
        self.changes.push(Change {
            address: format!("{group}[{}]", decision.name.index),
            action: decision.action,
            fields: Vec::new(),
            reasons: decision.reason.clone().into_iter().collect(),
        });
        self.decisions.push(decision);
    }
}

fn stopped(running: &Allocation, reason: Option<String>) -> Decision {
    Decision {
        name: name_of(running),
        action: Action::Delete,
        id: Some(running.id.clone()),
        fields: Vec::new(),
        reason,
    }
}

fn name_of(allocation: &Allocation) -> AllocationName {
    AllocationName { group: allocation.group.clone(), index: allocation.index }
}

fn by_group(allocations: &[Allocation]) -> HashMap<&str, BTreeMap<u32, &Allocation>> {
    let mut groups: HashMap<&str, BTreeMap<u32, &Allocation>> = HashMap::new();
    for allocation in allocations {
        groups.entry(&allocation.group).or_default().insert(allocation.index, allocation);
    }
    groups
}

fn job_address(id: &str) -> String {
    format!("job.{id}")
}
