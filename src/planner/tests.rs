//! The diff as a whole: every field of a plan is seen, every action is taken when it should be.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Action, Diff, Effect, Step, diff, with_whole_things};
use crate::plan::{Allocation, AllocationState, Digest, Plan, Snapshot, samples};

/// Everything of this plan runs.
fn running(plan: &Plan) -> Snapshot {
    let digest = plan.store().digest;
    let allocations = plan
        .groups
        .iter()
        .flat_map(|group| (0..group.count).map(move |index| (group.name.clone(), index)))
        .map(|(group, index)| Allocation {
            id: format!("{group}-{index}"),
            group,
            index,
            plan: digest.clone(),
            state: AllocationState::Running,
        })
        .collect();
    Snapshot { in_force: Some(digest.clone()), plans: [(digest, plan.clone())].into(), allocations }
}

fn against(plan: &Plan, snapshot: &Snapshot) -> Diff {
    diff(plan, &plan.store().digest, snapshot)
}

/// Symbol and address of every change that is one.
fn actions(diff: &Diff) -> Vec<String> {
    let changed = diff.changes.iter().filter(|change| change.action != Action::Keep);
    changed.map(|change| format!("{} {}", change.action.symbol(), change.address)).collect()
}

fn step_names(diff: &Diff) -> Vec<String> {
    let name = |step: &Step| match step {
        Step::StorePlan { .. } => "store".to_owned(),
        Step::UpdateAllocation { id, fields, .. } => format!("update {id}: {}", fields.join(" ")),
        Step::StopAllocation { id, .. } => format!("stop {id}"),
        Step::StartAllocation { allocation, .. } => format!("start {allocation}"),
        Step::CommitPlan { .. } => "commit".to_owned(),
    };
    diff.steps.iter().map(name).collect()
}

/// Every scalar and every element of a list or map in a document, by JSON pointer.
fn leaves(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                leaves(value, &format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (place, value) in items.iter().enumerate() {
                leaves(value, &format!("{pointer}/{place}"), found);
            }
        }
        _ => found.push(pointer.to_owned()),
    }
}

/// Other values to try in place of one; some of them fit its type.
fn other_values(value: &Value) -> Vec<Value> {
    let words = [
        "exec",
        "raw_exec",
        "dir",
        "prestart",
        "poststop",
        "fail",
        "delay",
        "service",
        "batch",
        "private",
        "host",
        "rprivate",
        "rslave",
        "task",
        "allocation",
        "sysfs",
        "character",
        "block",
        "7m0s",
        "CAP_X",
    ];
    match value {
        Value::Bool(yes) => vec![json!(!yes)],
        Value::Number(number) if number.as_u64() == Some(u64::MAX) => vec![json!(7)],
        Value::Number(number) => vec![json!(number.as_u64().unwrap() + 1)],
        Value::String(text) => words
            .iter()
            .filter(|word| *word != text)
            .map(|word| json!(word))
            .chain([json!(format!("{text}x"))])
            .collect(),
        Value::Null => vec![json!({"address": "a", "volume": "v", "host_volume": "h"})],
        _ => vec![],
    }
}

#[test]
fn a_change_of_any_field_is_seen() {
    const NAMES: [&str; 4] = ["/version", "/job/id", "/job/namespace", "/groups/0/name"];
    let plan = samples::plan();
    let document = serde_json::to_value(&plan).unwrap();
    let snapshot = running(&plan);
    let mut pointers = Vec::new();
    leaves(&document, "", &mut pointers);
    let mut tried = BTreeSet::new();
    for pointer in pointers {
        let name = pointer.ends_with("/name") && !pointer.contains("/user/") && pointer != "/job/name";
        if NAMES.contains(&pointer.as_str()) || pointer.ends_with("/address") && !pointer.contains("/volume/") || name {
            continue;
        }
        let mut changed = 0;
        for value in other_values(document.pointer(&pointer).unwrap()) {
            let mut other = document.clone();
            *other.pointer_mut(&pointer).unwrap() = value;
            let Ok(other) = serde_json::from_value::<Plan>(other) else { continue };
            if other == plan {
                continue;
            }
            let found = against(&other, &snapshot);
            assert!(!found.is_empty(), "{pointer}: not seen");
            let fields: Vec<_> = found.changes.iter().flat_map(|change| &change.fields).collect();
            assert!(!fields.is_empty(), "{pointer}: no field named");
            let masked = pointer.contains("PASSWORD") || pointer.contains("/headers/");
            assert!(fields.iter().all(|field| masked || field.before != field.after), "{pointer}: {fields:?}");
            changed += 1;
        }
        // A tmpfs or a text has fields that no other source has.
        let alone = pointer.ends_with("/source/type");
        assert!(alone || changed > 0, "{pointer}: no other value fits its type");
        tried.insert(pointer);
    }
    assert!(tried.len() > 150, "{} fields", tried.len());
}

#[test]
fn an_unchanged_job_that_runs_is_left_alone() {
    let plan = samples::plan();
    let found = against(&plan, &running(&plan));
    assert_eq!((found.counts.keep, actions(&found), found.is_empty()), (2, vec![], true));
}

#[test]
fn nothing_in_force_starts_everything() {
    let plan = samples::plan();
    let found = against(&plan, &Snapshot::default());
    assert_eq!(
        actions(&found),
        [
            "+ job.web",
            "+ job.web.group.api",
            "+ job.web.group.api.task.server",
            "+ job.web.group.api.task.helper",
            "+ job.web.group.api[0]",
            "+ job.web.group.api[1]",
        ]
    );
    assert_eq!(step_names(&found), ["store", "start api[0]", "start api[1]", "commit"]);
}

#[test]
fn limits_change_in_place() {
    let plan = samples::plan();
    let mut other = plan.clone();
    other.groups[0].tasks[0].resources.memory_limit = 1;
    other.groups[0].tasks[0].env.insert("NOMAD_MEMORY_LIMIT".to_owned(), "1".to_owned());
    let found = against(&other, &running(&plan));
    assert_eq!(
        step_names(&found),
        [
            "store",
            "update api-0: task.server.env.NOMAD_MEMORY_LIMIT task.server.resources.memory_limit",
            "update api-1: task.server.env.NOMAD_MEMORY_LIMIT task.server.resources.memory_limit",
            "commit"
        ]
    );
    assert_eq!(found.counts.update, 2);
}

#[test]
fn what_a_process_has_from_its_start_replaces_the_allocation() {
    let plan = samples::plan();
    let mut other = plan.clone();
    other.groups[0].tasks[0].command.args[1] = "81".to_owned();
    let found = against(&other, &running(&plan));
    assert_eq!(
        actions(&found),
        [
            "~ job.web",
            "± job.web.group.api",
            "± job.web.group.api.task.server",
            "± job.web.group.api.task.helper",
            "± job.web.group.api[0]",
            "± job.web.group.api[1]",
        ]
    );
    assert_eq!(step_names(&found), ["store", "stop api-0", "start api[0]", "stop api-1", "start api[1]", "commit"]);
    let field = &found.changes[2].fields[0];
    assert_eq!((field.path.as_str(), field.effect), ("command.args[1]", Effect::Replace));
    assert_eq!(found.changes[4].reasons, ["task \"server\": command"]);
}

#[test]
fn count_starts_and_stops_and_leaves_the_others_alone() {
    let plan = samples::plan();
    let mut more = plan.clone();
    more.groups[0].count = 3;
    assert_eq!(step_names(&against(&more, &running(&plan))), ["store", "start api[2]", "commit"]);
    let mut fewer = plan.clone();
    fewer.groups[0].count = 1;
    let found = against(&fewer, &running(&plan));
    assert_eq!(step_names(&found), ["store", "stop api-1", "commit"]);
    assert_eq!((found.counts.keep, found.counts.stop), (1, 1));
}

#[test]
fn groups_come_and_go() {
    let plan = samples::plan();
    let mut other = plan.clone();
    other.groups[0] = samples::group("db", &["server"]);
    let found = against(&other, &running(&plan));
    assert_eq!(step_names(&found), ["store", "stop api-0", "stop api-1", "start db[0]", "start db[1]", "commit"]);
    assert!(actions(&found).contains(&"- job.web.group.api.task.helper".to_owned()));
}

#[test]
fn drift_counts() {
    let plan = samples::plan();
    for (state, reason) in [
        (Some(AllocationState::Lost), "should run and does not: its processes are gone"),
        (Some(AllocationState::Stopped), "should run and does not: it was stopped"),
        (Some(AllocationState::Complete), "should run and does not: its tasks ended"),
        (
            Some(AllocationState::Failed { reason: "task \"server\" ended with exit code 1".to_owned() }),
            "should run and does not: task \"server\" ended with exit code 1",
        ),
        (None, "should run and does not"),
    ] {
        let mut snapshot = running(&plan);
        match state {
            Some(state) => snapshot.allocations[1].state = state,
            None => drop(snapshot.allocations.pop()),
        }
        let found = against(&plan, &snapshot);
        assert_eq!(step_names(&found), ["store", "start api[1]", "commit"]);
        assert_eq!(found.changes.last().unwrap().reasons, [reason]);
    }
}

#[test]
fn an_apply_that_broke_off_is_finished() {
    let plan = samples::plan();
    let mut other = plan.clone();
    other.groups[0].tasks[0].user.uid = 1;
    let stored = other.store();
    let mut snapshot = running(&plan);
    snapshot.allocations[0].plan = stored.digest.clone();
    snapshot.plans.insert(stored.digest, other.clone());
    assert_eq!(step_names(&against(&other, &snapshot)), ["store", "stop api-1", "start api[1]", "commit"]);
}

#[test]
fn an_allocation_whose_plan_cannot_be_read_is_replaced() {
    let plan = samples::plan();
    let mut snapshot = running(&plan);
    snapshot.allocations[0].plan = Digest::of(b"lost");
    let found = against(&plan, &snapshot);
    assert_eq!(step_names(&found), ["store", "stop api-0", "start api[0]", "commit"]);
}

#[test]
fn an_allocation_of_a_group_nobody_knows_is_stopped() {
    let plan = samples::plan();
    let mut snapshot = running(&plan);
    let mut stray = snapshot.allocations[0].clone();
    (stray.group, stray.id) = ("old".to_owned(), "old-0".to_owned());
    snapshot.allocations.push(stray);
    assert_eq!(step_names(&against(&plan, &snapshot)), ["store", "stop old-0", "commit"]);
}

#[test]
fn secrets_are_masked_and_still_seen() {
    let plan = samples::plan();
    let mut other = plan.clone();
    other.groups[0].tasks[0].env.insert("DB_PASSWORD".to_owned(), "other".to_owned());
    let found = against(&other, &running(&plan));
    assert!(!found.is_empty());
    let new = with_whole_things(against(&other, &Snapshot::default()), None, &other);
    assert!(new.changes[2].fields.iter().any(|field| field.path == "env" && field.after.is_some()));
    let text = serde_json::to_string(&(&found, new)).unwrap();
    assert!(!text.contains("hunter2") && !text.contains("other"), "{text}");
}
