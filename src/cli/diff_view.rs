//! A diff as people read it: one line a thing, what differs beneath it, the unchanged folded, then the steps.
//!
//! Readable without colour: the symbol at the beginning of a line says what the colour says.

use std::fmt::Write;

use serde_json::Value;

use super::paint::{Color, Paint};
use super::task_view;
use super::value_view::{lines, short};
use crate::planner::{Action, Change, Diff, Effect, FieldChange, Step};

/// Where the values of fields begin, counted from their names.
const VALUES_AT: usize = 30;

/// How a diff is shown.
#[derive(Clone, Copy, Debug)]
pub struct DiffView {
    /// Colours.
    pub paint: Paint,
    /// Whether everything is shown: every field of what comes, unchanged things one by one.
    pub verbose: bool,
}

impl DiffView {
    /// The whole text.
    pub fn render(self, diff: &Diff) -> String {
        let mut out = String::new();
        if diff.is_empty() {
            let _ =
                writeln!(out, "{}", self.paint.text(Color::Bold, "Nothing to do: everything runs as the plan says."));
            let _ = writeln!(out, "{}", self.paint.text(Color::Dim, &format!("plan {}", diff.after)));
            return out;
        }
        self.changes(diff, &mut out);
        self.steps(diff, &mut out);
        out
    }

    fn changes(self, diff: &Diff, out: &mut String) {
        let job = diff.changes.first().map_or("", |job| job.address.as_str());
        let mut folded = Folded::default();
        for change in &diff.changes {
            let place = Place::of(&change.address, job);
            if change.action == Action::Keep && !self.verbose && place.kind != "job" {
                folded.add(&place);
                continue;
            }
            if place.depth < folded.depth {
                folded.flush(self.paint, out);
            }
            let indent = "  ".repeat(place.depth);
            let title = format!("{} {} {}", change.action.symbol(), place.kind, place.name);
            let _ = write!(out, "{indent}{}", self.paint.text(color(change.action), &title));
            let said: Vec<String> = note(change, &place).into_iter().chain(change.reasons.iter().cloned()).collect();
            if !said.is_empty() {
                let _ = write!(out, "{}", self.paint.text(Color::Dim, &format!("  ({})", said.join("; "))));
            }
            out.push('\n');
            self.fields(change, &format!("{indent}    "), out);
        }
        folded.flush(self.paint, out);
        out.push('\n');
    }

    fn fields(self, change: &Change, indent: &str, out: &mut String) {
        match change.action {
            Action::Create | Action::Delete if !self.verbose => {
                let value = |name: &str| {
                    let field = change.fields.iter().find(|field| field.path == name)?;
                    field.after.as_ref().or(field.before.as_ref())
                };
                if change.action == Action::Create {
                    for (name, text) in task_view::summary(value) {
                        let _ = writeln!(out, "{indent}{name:<12} {text}");
                    }
                }
            }
            _ => {
                for field in &change.fields {
                    self.field(field, indent, out);
                }
            }
        }
    }

    fn field(self, field: &FieldChange, indent: &str, out: &mut String) {
        let FieldChange { path, before, after, effect } = field;
        let (symbol, action) = match (before, after) {
            (None, _) => ('+', Action::Create),
            (_, None) => ('-', Action::Delete),
            _ => ('~', Action::Update),
        };
        if let (Some(Value::String(before)), Some(Value::String(after))) = (before, after)
            && (before.contains('\n') || after.contains('\n'))
        {
            let _ = writeln!(out, "{indent}{}", self.paint.text(color(action), &format!("{symbol} {path}")));
            for line in lines(before, after) {
                let color = match line.as_bytes().first() {
                    Some(b'-') => Color::Red,
                    Some(b'+') => Color::Green,
                    _ => Color::Dim,
                };
                let _ = writeln!(out, "{indent}    {}", self.paint.text(color, &line));
            }
            return;
        }
        let shown = match (before, after) {
            (Some(before), Some(after)) => format!("{} → {}", short(path, before), short(path, after)),
            (Some(value), None) | (None, Some(value)) => short(path, value),
            (None, None) => String::new(),
        };
        let name = self.paint.text(color(action), &format!("{symbol} {path:<VALUES_AT$}"));
        let remark = match effect {
            Effect::Replace if before.is_some() && after.is_some() => "  new process",
            _ => "",
        };
        let _ = writeln!(out, "{indent}{name} {shown}{}", self.paint.text(Color::Dim, remark));
    }

    fn steps(self, diff: &Diff, out: &mut String) {
        let _ = writeln!(out, "{}", self.paint.text(Color::Bold, "Steps"));
        let width = diff.steps.len().to_string().len();
        for (place, step) in diff.steps.iter().enumerate() {
            let text = match step {
                Step::StorePlan { digest } => format!("store    plan {}", digest.short()),
                Step::UpdateAllocation { allocation, .. } => format!("update   {allocation} while it runs"),
                Step::StopAllocation { allocation, .. } => format!("stop     {allocation}"),
                Step::StartAllocation { allocation, .. } => format!("start    {allocation}"),
                Step::CommitPlan { digest } => format!("commit   plan {}", digest.short()),
            };
            let _ = writeln!(out, "  {:>width$}  {text}", place + 1);
        }
        let counts = diff.counts;
        let mut summary = format!(
            "{} to start, {} to replace, {} to update, {} to stop",
            counts.start, counts.replace, counts.update, counts.stop
        );
        if counts.keep > 0 {
            let _ = write!(summary, "; {} left alone", counts.keep);
        }
        let _ = writeln!(out, "\n{}", self.paint.text(Color::Bold, &summary));
        let _ = writeln!(out, "{}", self.paint.text(Color::Dim, &format!("plan {}", diff.after)));
    }
}

/// What is said about a thing on its own line.
fn note(change: &Change, place: &Place<'_>) -> Option<String> {
    let value = |name: &str| change.fields.iter().find(|field| field.path == name)?.after.as_ref();
    match (change.action, place.kind) {
        (Action::Create, "job") => value("type").and_then(Value::as_str).map(str::to_owned),
        (Action::Create, "group") => value("count").filter(|count| **count != 1).map(|count| format!("× {count}")),
        _ => None,
    }
}

fn color(action: Action) -> Color {
    match action {
        Action::Keep => Color::Dim,
        Action::Create => Color::Green,
        Action::Update => Color::Yellow,
        Action::Replace => Color::Magenta,
        Action::Delete => Color::Red,
    }
}

/// What an address names.
struct Place<'a> {
    kind: &'static str,
    name: String,
    depth: usize,
    address: &'a str,
}

impl<'a> Place<'a> {
    /// Names may hold dots: the address is read from the job's on.
    fn of(address: &'a str, job: &str) -> Self {
        let Some(below) = address.strip_prefix(job).and_then(|rest| rest.strip_prefix(".group.")) else {
            let name = address.strip_prefix("job.").unwrap_or(address).to_owned();
            return Self { kind: "job", name, depth: 0, address };
        };
        if let Some((_, task)) = below.split_once(".task.") {
            Self { kind: "task", name: task.to_owned(), depth: 2, address }
        } else if below.ends_with(']') {
            Self { kind: "allocation", name: below.to_owned(), depth: 2, address }
        } else {
            Self { kind: "group", name: below.to_owned(), depth: 1, address }
        }
    }
}

/// Unchanged things that are counted instead of listed.
#[derive(Default)]
struct Folded {
    groups: usize,
    tasks: usize,
    allocations: usize,
    depth: usize,
    last_group: String,
}

impl Folded {
    fn add(&mut self, place: &Place<'_>) {
        match place.kind {
            "group" => self.groups += 1,
            "task" => self.tasks += 1,
            _ => self.allocations += 1,
        }
        if place.kind == "group" {
            place.address.clone_into(&mut self.last_group);
            self.depth = 1;
        } else if self.groups == 0 {
            self.depth = 2;
        }
    }

    fn flush(&mut self, paint: Paint, out: &mut String) {
        let count = |count: usize, what: &str| {
            (count > 0).then(|| format!("{count} {what}{}", if count == 1 { "" } else { "s" }))
        };
        let parts: Vec<String> =
            [count(self.groups, "group"), count(self.tasks, "task"), count(self.allocations, "allocation")]
                .into_iter()
                .flatten()
                .collect();
        if !parts.is_empty() {
            let indent = "  ".repeat(self.depth);
            let _ = writeln!(out, "{indent}{}", paint.text(Color::Dim, &format!("= unchanged: {}", parts.join(", "))));
        }
        *self = Self::default();
    }
}
