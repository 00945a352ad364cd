//! A cluster's own diff of a job, shown as ours is, and what its scheduler would do.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::field_view::FieldView;
use super::paint::{Color, Paint};
use crate::nomad::{DesiredUpdates, DiffType, FieldDiff, JobDiff, ObjectDiff, Planned, TaskDiff};
use crate::planner::{Effect, FieldChange};

/// How it is shown.
#[derive(Clone, Copy, Debug)]
pub struct ClusterDiffView {
    /// Colours.
    pub paint: Paint,
    /// Whether the fields of what comes and goes are shown.
    pub verbose: bool,
}

impl ClusterDiffView {
    /// The whole text.
    pub fn render(self, planned: &Planned) -> String {
        let mut out = String::new();
        self.job(&planned.diff, &mut out);
        self.scheduler(planned, &mut out);
        out
    }

    fn job(self, job: &JobDiff, out: &mut String) {
        self.title(job.r#type, &format!("job {}", job.id), None, "", out);
        self.fields(job.r#type, &job.fields, &job.objects, "    ", out);
        for group in &job.groups {
            let updates: Vec<_> = group.updates.iter().map(|(what, count)| format!("{count} {what}")).collect();
            let note = Some(updates.join(", ")).filter(|text| !text.is_empty());
            self.title(group.r#type, &format!("group {}", group.name), note, "  ", out);
            self.fields(group.r#type, &group.fields, &group.objects, "      ", out);
            for task in &group.tasks {
                self.task(task, out);
            }
        }
        out.push('\n');
    }

    fn task(self, task: &TaskDiff, out: &mut String) {
        let note = Some(task.annotations.join(", ")).filter(|text| !text.is_empty());
        self.title(task.r#type, &format!("task {}", task.name), note, "    ", out);
        self.fields(task.r#type, &task.fields, &task.objects, "        ", out);
    }

    fn title(self, kind: DiffType, what: &str, note: Option<String>, indent: &str, out: &mut String) {
        let (symbol, color) = match kind {
            DiffType::None => ("=", Color::Dim),
            DiffType::Added => ("+", Color::Green),
            DiffType::Deleted => ("-", Color::Red),
            DiffType::Edited => ("~", Color::Yellow),
        };
        let _ = write!(out, "{indent}{}", self.paint.text(color, &format!("{symbol} {what}")));
        if let Some(note) = note {
            let _ = write!(out, "{}", self.paint.text(Color::Dim, &format!("  ({note})")));
        }
        out.push('\n');
    }

    /// Of what comes or goes as a whole, its name says it.
    fn fields(self, kind: DiffType, fields: &[FieldDiff], objects: &[ObjectDiff], indent: &str, out: &mut String) {
        if kind != DiffType::Edited && !self.verbose {
            return;
        }
        let mut changes = Vec::new();
        flatten("", fields, objects, &mut changes);
        FieldView { paint: self.paint }.render(&changes, indent, out);
    }

    fn scheduler(self, planned: &Planned, out: &mut String) {
        let groups = &planned.annotations.groups;
        let _ = writeln!(out, "{}", self.paint.text(Color::Bold, "Scheduler"));
        let width = groups.keys().map(|name| name.chars().count()).max().unwrap_or_default();
        for (name, updates) in groups {
            let _ = writeln!(out, "  {name:width$}  {}", in_words(*updates));
        }
        if groups.is_empty() {
            let _ = writeln!(out, "  nothing to do");
        }
        let mut preempted: BTreeMap<&str, usize> = BTreeMap::new();
        for allocation in &planned.annotations.preempted {
            *preempted.entry(&allocation.job).or_default() += 1;
        }
        for (job, count) in preempted {
            let text = format!("  {count} of job {job} would have to go: it has a lower priority");
            let _ = writeln!(out, "{}", self.paint.text(Color::Yellow, &text));
        }
        // Nomad writes the year 1 where there is none.
        let next = &planned.next_periodic_launch;
        if !next.is_empty() && !next.starts_with("0001-") {
            let _ = writeln!(out, "  runs next at {next}");
        }
    }
}

/// `2 to start, 1 to replace; 3 left alone`
fn in_words(updates: DesiredUpdates) -> String {
    let counts = [
        (updates.place, "to start"),
        (updates.destructive_update, "to replace"),
        (updates.in_place_update, "to update"),
        (updates.migrate, "to migrate"),
        (updates.canary, "as canaries"),
        (updates.stop, "to stop"),
        (updates.ignore, "left alone"),
    ];
    let said: Vec<_> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if said.is_empty() { "nothing to do".to_owned() } else { said.join(", ") }
}

/// Blocks in blocks as paths: `Config.args[0]`.
fn flatten(path: &str, fields: &[FieldDiff], objects: &[ObjectDiff], out: &mut Vec<FieldChange>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for field in fields {
        let (before, after) = match field.r#type {
            DiffType::None => continue,
            DiffType::Added => (None, Some(value(&field.new))),
            DiffType::Deleted => (Some(value(&field.old)), None),
            DiffType::Edited => (Some(value(&field.old)), Some(value(&field.new))),
        };
        let replaces = field.annotations.iter().any(|said| said.contains("create/destroy"));
        let effect = if replaces { Effect::Replace } else { Effect::InPlace };
        out.push(FieldChange { path: below(&field.name), before, after, effect });
    }
    for object in objects {
        flatten(&below(&object.name), &object.fields, &object.objects, out);
    }
}

/// Nomad has everything as text; what reads as a number or a truth value is shown as one.
fn value(text: &str) -> Value {
    match (text.parse::<i64>(), text.parse::<bool>()) {
        (Ok(number), _) => number.into(),
        (_, Ok(truth)) => truth.into(),
        _ => text.into(),
    }
}
