//! One group before and after: what differs in it and its tasks, and what that takes.
//!
//! About definitions only; which allocations run is the business of `diff`.

use std::collections::{BTreeSet, HashMap};

use super::effect::Compared;
use super::fields::Fields;
use super::{Action, Change, Effect, FieldChange};
use crate::plan::{Group, Job, Task};

/// What differs between two definitions of a group.
#[derive(Debug)]
pub(super) struct GroupComparison {
    /// The group's own fields.
    pub(super) fields: Vec<FieldChange>,
    /// Its tasks: those of the new definition in their order, then those that go.
    pub(super) tasks: Vec<Change>,
    /// The gravest effect on allocations that run; `None` where they can be left alone.
    pub(super) effect: Option<Effect>,
    /// Why allocations must be replaced.
    pub(super) reasons: Vec<String>,
}

impl GroupComparison {
    /// Compares two definitions, each with the job it belongs to.
    pub(super) fn new(before: (&Job, &Group), after: (&Job, &Group)) -> Self {
        let fields = compare(before.1, after.1);
        let mut reasons = Vec::new();
        if before.0.kind != after.0.kind {
            reasons.push("the job's type changes".to_owned());
        }
        let replacing = top_names(&fields, Effect::Replace);
        if !replacing.is_empty() {
            reasons.push(format!("the group's {}", replacing.join(", ")));
        }
        let mut tasks = compare_tasks(&before.1.tasks, &after.1.tasks, &mut reasons);
        let in_place = |change: &FieldChange| change.effect == Effect::InPlace;
        let effect = if !reasons.is_empty() {
            Some(Effect::Replace)
        } else if tasks.iter().any(|task| task.action != Action::Keep) || fields.iter().any(in_place) {
            Some(Effect::InPlace)
        } else {
            None
        };
        if effect == Some(Effect::Replace) {
            for task in tasks.iter_mut().filter(|task| matches!(task.action, Action::Keep | Action::Update)) {
                task.action = Action::Replace;
                task.reasons = vec!["started anew with its group".to_owned()];
            }
        }
        Self { fields, tasks, effect, reasons }
    }

    /// What happens to the group as a whole.
    pub(super) fn action(&self) -> Action {
        match self.effect {
            Some(Effect::Replace) => Action::Replace,
            None if self.fields.is_empty() => Action::Keep,
            Some(_) | None => Action::Update,
        }
    }

    /// The paths of all that changes, below the group: `task.server.resources.memory_limit`.
    pub(super) fn paths(&self) -> Vec<String> {
        let own = self.fields.iter().map(|field| field.path.clone());
        let tasks = self.tasks.iter().flat_map(|task| {
            let name = task.address.rsplit_once(".task.").map_or("", |(_, name)| name);
            task.fields.iter().map(move |field| format!("task.{name}.{}", field.path))
        });
        own.chain(tasks).collect()
    }
}

fn compare_tasks(before: &[Task], after: &[Task], reasons: &mut Vec<String>) -> Vec<Change> {
    let old: HashMap<&str, &Task> = before.iter().map(|task| (task.name.as_str(), task)).collect();
    let new: BTreeSet<&str> = after.iter().map(|task| task.name.as_str()).collect();
    let mut changes = Vec::with_capacity(after.len());
    for task in after {
        let Some(before) = old.get(task.name.as_str()) else {
            reasons.push(format!("task {:?} is new", task.name));
            changes.push(bare(&task.address, Action::Create));
            continue;
        };
        let fields = compare(*before, task);
        let replacing = top_names(&fields, Effect::Replace);
        let (action, why) = if !replacing.is_empty() {
            reasons.push(format!("task {:?}: {}", task.name, replacing.join(", ")));
            (Action::Replace, vec![format!("a process has from its start: {}", replacing.join(", "))])
        } else if fields.is_empty() {
            (Action::Keep, Vec::new())
        } else {
            (Action::Update, vec![format!("changes while it runs: {}", top_names(&fields, Effect::InPlace).join(", "))])
        };
        changes.push(Change { address: task.address.clone(), action, fields, reasons: why });
    }
    for task in before.iter().filter(|task| !new.contains(task.name.as_str())) {
        reasons.push(format!("task {:?} goes", task.name));
        changes.push(bare(&task.address, Action::Delete));
    }
    changes
}

/// What differs between two values of one type.
pub(super) fn compare<T: Compared>(before: &T, after: &T) -> Vec<FieldChange> {
    let mut fields = Fields::default();
    before.compare(after, &mut fields);
    fields.into_changes()
}

/// A thing that comes or goes.
pub(super) fn bare(address: &str, action: Action) -> Change {
    Change { address: address.to_owned(), action, fields: Vec::new(), reasons: Vec::new() }
}

/// The first names of the paths with this effect, each once, in order.
fn top_names(fields: &[FieldChange], effect: Effect) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for field in fields.iter().filter(|field| field.effect == effect) {
        let end = field.path.find(['.', '[', ' ']).unwrap_or(field.path.len());
        if !names.iter().any(|name| *name == field.path[..end]) {
            names.push(field.path[..end].to_owned());
        }
    }
    names
}
