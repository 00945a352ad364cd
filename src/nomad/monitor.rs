//! What comes of a registered job: its evaluation, its allocations, its deployment, as the reference's `job run` follows them.
//!
//! Pure: an answer goes in, what to say and what to ask next come out. Asking and waiting are the caller's.

use std::collections::BTreeMap;

use super::answer::{Allocation, Deployment, DeploymentGroup, Evaluation, Placement};

/// How much of an identifier is shown.
const SHORT: usize = 8;
/// How often a deployment that brings the last version back is looked for.
const ROLLBACK_ASKED: usize = 3;

/// What to ask the cluster next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The evaluation, and its allocations.
    Evaluation(String),
    /// The allocations of an evaluation that is over.
    Allocations(String),
    /// The deployment, and its allocations.
    Deployment(String),
    /// The job's latest deployment, which brings the last stable version back.
    Rollback(String),
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything has a place and runs, or has run.
    Placed,
    /// Not everything has a place.
    Unplaced,
    /// The evaluation, the deployment or an allocation failed.
    Failed,
}

/// What is known so far.
#[derive(Debug)]
pub struct Monitor {
    question: Option<Question>,
    outcome: Outcome,
    evaluation: String,
    allocations: BTreeMap<String, Allocation>,
    /// What could not be placed, by group.
    pub failed: BTreeMap<String, Placement>,
    /// The deployment, once there is one.
    pub deployment: Option<Deployment>,
    said_of_groups: BTreeMap<String, DeploymentGroup>,
    asked_for_rollback: usize,
}

impl Monitor {
    /// Nothing is known but the evaluation.
    pub fn new(evaluation: &str) -> Self {
        Self {
            question: Some(Question::Evaluation(evaluation.to_owned())),
            outcome: Outcome::Placed,
            evaluation: String::new(),
            allocations: BTreeMap::new(),
            failed: BTreeMap::new(),
            deployment: None,
            said_of_groups: BTreeMap::new(),
            asked_for_rollback: 0,
        }
    }

    /// What to ask; nothing when all is over.
    pub fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// How it stands, and in the end: how it went.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The allocations seen, by identifier.
    pub fn allocations(&self) -> impl Iterator<Item = &Allocation> {
        self.allocations.values()
    }

    /// Takes in an evaluation and the allocations it made.
    pub fn evaluation(&mut self, evaluation: &Evaluation, allocations: Vec<Allocation>) -> Vec<String> {
        let mut said = Vec::new();
        self.news_of(allocations, &mut said);
        let id = short(&evaluation.id);
        if evaluation.status != self.evaluation && evaluation.status != "pending" {
            let why = in_brackets(&evaluation.description);
            said.push(format!("evaluation {id} is {}{why}", evaluation.status));
        }
        self.evaluation.clone_from(&evaluation.status);
        if !evaluation.is_over() {
            return said;
        }
        if !evaluation.failed.is_empty() {
            self.failed.clone_from(&evaluation.failed);
            self.outcome = Outcome::Unplaced;
            if !evaluation.blocked.is_empty() {
                said.push(format!("evaluation {} waits for room for the rest", short(&evaluation.blocked)));
            }
        } else if evaluation.status == "failed" {
            self.outcome = Outcome::Failed;
        }
        self.question = if !evaluation.next.is_empty() {
            said.push(format!("evaluation {} follows", short(&evaluation.next)));
            self.evaluation.clear();
            Some(Question::Evaluation(evaluation.next.clone()))
        } else if !evaluation.deployment.is_empty() {
            Some(Question::Deployment(evaluation.deployment.clone()))
        } else if self.outcome == Outcome::Failed {
            None
        } else {
            self.after_allocations(&evaluation.id)
        };
        said
    }

    /// Takes in the allocations of the evaluation that is over.
    pub fn allocations_of(&mut self, evaluation: &str, allocations: Vec<Allocation>) -> Vec<String> {
        let mut said = Vec::new();
        self.news_of(allocations, &mut said);
        self.question = self.after_allocations(evaluation);
        said
    }

    /// Takes in a deployment and its allocations.
    pub fn deployment(&mut self, deployment: Deployment, allocations: Vec<Allocation>) -> Vec<String> {
        let mut said = Vec::new();
        self.news_of(allocations, &mut said);
        let id = short(&deployment.id).to_owned();
        for (name, group) in &deployment.groups {
            if self.said_of_groups.get(name) != Some(group) {
                said.push(format!("deployment {id}, group {name:?}: {}", progress(group)));
                self.said_of_groups.insert(name.clone(), group.clone());
            }
        }
        let known = self.deployment.as_ref().filter(|known| known.id == deployment.id);
        if known.map(|known| (&known.status, &known.description)) != Some((&deployment.status, &deployment.description))
        {
            said.push(format!("deployment {id} is {}{}", deployment.status, in_brackets(&deployment.description)));
            if waits_for_promotion(&deployment) {
                said.push(format!("promote it: nomad deployment promote {id}"));
            }
        }
        match &*deployment.status {
            "successful" => {
                self.question = None;
                // A rollback that succeeds undoes what was asked for.
                let rolled_back = self.deployment.as_ref().is_some_and(|known| known.id != deployment.id);
                if rolled_back {
                    self.outcome = Outcome::Failed;
                }
            }
            "failed"
                if deployment.groups.values().any(|group| group.auto_revert) && self.outcome != Outcome::Failed =>
            {
                self.outcome = Outcome::Failed;
                self.question = Some(Question::Rollback(deployment.job.clone()));
            }
            "failed" | "cancelled" => {
                self.outcome = Outcome::Failed;
                self.question = None;
            }
            // Of several regions: the other regions come first.
            "blocked" => self.question = None,
            _ => {}
        }
        self.deployment = Some(deployment);
        said
    }

    /// Takes in the job's latest deployment, after one that failed.
    pub fn rollback(&mut self, latest: Option<&Deployment>) -> Vec<String> {
        let failed = self.deployment.as_ref().map_or("", |deployment| &deployment.id);
        match latest {
            Some(latest) if latest.id != failed => {
                self.question = Some(Question::Deployment(latest.id.clone()));
                vec![format!("deployment {} brings the last stable version back", short(&latest.id))]
            }
            // It comes a little later, or never: there may be no version to go back to.
            _ => {
                self.asked_for_rollback += 1;
                if self.asked_for_rollback > ROLLBACK_ASKED {
                    self.question = None;
                }
                Vec::new()
            }
        }
    }

    /// Goes on asking while an allocation has not begun.
    fn after_allocations(&mut self, evaluation: &str) -> Option<Question> {
        if self.allocations.values().any(|allocation| allocation.status == "failed") && self.outcome == Outcome::Placed
        {
            self.outcome = Outcome::Failed;
        }
        let is_pending = |allocation: &Allocation| allocation.desired == "run" && allocation.status == "pending";
        self.allocations.values().any(is_pending).then(|| Question::Allocations(evaluation.to_owned()))
    }

    fn news_of(&mut self, allocations: Vec<Allocation>, said: &mut Vec<String>) {
        for allocation in allocations {
            let before = self.allocations.get(&allocation.id);
            let id = short(&allocation.id);
            match before {
                None if allocation.desired == "run" => {
                    let node =
                        if allocation.node.is_empty() { String::new() } else { format!(" on {}", allocation.node) };
                    said.push(format!(
                        "allocation {id} of group {:?}{node} is {}",
                        allocation.group, allocation.status
                    ));
                }
                Some(before) if before.status != allocation.status => {
                    said.push(format!("allocation {id} of group {:?} is {}", allocation.group, allocation.status));
                }
                _ => {}
            }
            if allocation.status == "failed" && before.is_none_or(|before| before.status != "failed") {
                said.extend(failures(&allocation));
            }
            self.allocations.insert(allocation.id.clone(), allocation);
        }
    }
}

/// Why the tasks of an allocation failed: the event that says so, else the last.
fn failures(allocation: &Allocation) -> impl Iterator<Item = String> {
    allocation.tasks.iter().filter(|(_, task)| task.failed).filter_map(|(name, task)| {
        let event = task.events.iter().rev().find(|event| event.fails_task).or(task.events.last())?;
        let said = if event.display_message.is_empty() { &event.r#type } else { &event.display_message };
        Some(format!("task {name:?}: {}", said.trim()))
    })
}

fn progress(group: &DeploymentGroup) -> String {
    let canaries = match group.desired_canaries {
        0 => String::new(),
        wanted => format!(" (canaries wanted: {wanted})"),
    };
    let bad =
        if group.unhealthy_allocs > 0 { format!(", {} unhealthy", group.unhealthy_allocs) } else { String::new() };
    let DeploymentGroup { placed_allocs, desired_total, healthy_allocs, .. } = group;
    format!("{placed_allocs} of {desired_total} placed{canaries}, {healthy_allocs} healthy{bad}")
}

fn waits_for_promotion(deployment: &Deployment) -> bool {
    let waits = |group: &DeploymentGroup| {
        group.desired_canaries > 0 && !group.promoted && group.healthy_allocs >= group.desired_canaries
    };
    deployment.status == "running" && deployment.groups.values().any(waits)
}

fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

/// The first characters of an identifier, which Nomad's commands take for the whole.
pub fn short(id: &str) -> &str {
    id.char_indices().nth(SHORT).map_or(id, |(end, _)| &id[..end])
}
