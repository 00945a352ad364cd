//! Every field of what comes and what goes, for those who want to see it.
//!
//! Apart from the diff, which is made for every apply and needs only what differs.

use std::collections::HashMap;

use super::effect::Compared;
use super::fields::Fields;
use super::{Action, Diff, FieldChange};
use crate::plan::Plan;

/// Adds their fields to the changes that create or delete; `before` is the plan in force.
pub fn with_whole_things(mut diff: Diff, before: Option<&Plan>, after: &Plan) -> Diff {
    let mut created = fields_by_address(Some(after), true);
    let mut deleted = fields_by_address(before, false);
    for change in &mut diff.changes {
        let fields = match change.action {
            Action::Create => created.remove(change.address.as_str()),
            Action::Delete => deleted.remove(change.address.as_str()),
            Action::Keep | Action::Update | Action::Replace => None,
        };
        change.fields.extend(fields.into_iter().flat_map(|fields| fields()));
    }
    diff
}

type MakeFields<'a> = Box<dyn FnOnce() -> Vec<FieldChange> + 'a>;

/// What makes the fields of each thing of a plan.
fn fields_by_address(plan: Option<&Plan>, created: bool) -> HashMap<String, MakeFields<'_>> {
    let mut found: HashMap<String, MakeFields<'_>> = HashMap::new();
    let Some(plan) = plan else { return found };
    found.insert(format!("job.{}", plan.job.id), Box::new(move || whole(&plan.job, created)));
    for group in &plan.groups {
        found.insert(group.address.clone(), Box::new(move || whole(group, created)));
        for task in &group.tasks {
            found.insert(task.address.clone(), Box::new(move || whole(task, created)));
        }
    }
    found
}

fn whole(value: &impl Compared, created: bool) -> Vec<FieldChange> {
    let mut fields = Fields::default();
    value.whole(created, &mut fields);
    fields.into_changes()
}
