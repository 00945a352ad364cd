//! A diff as people read it: one line a thing, what differs beneath it, the unchanged folded, then the steps.
//!
//! Readable without colour: the symbol at the beginning of a line says what the colour says.

use std::fmt::Write;

use super::field_view::FieldView;
use super::paint::{Color, Paint};
use super::task_view;
use crate::planner::{Action, Change, Diff, FieldChange, Step};

/// The most names of allocations in a line.
const MOST_NAMES: usize = 8;
/// The most steps that are all shown.
const MOST_STEPS: usize = 40;

/// How a diff is shown.
#[derive(Clone, Copy, Debug)]
pub struct DiffView {
    /// Colours.
    pub paint: Paint,
    /// Whether everything is shown: every field of what comes, unchanged things one by one, every step.
    pub verbose: bool,
}

impl DiffView {
    /// The whole text.
    pub fn render(self, diff: &Diff) -> String {
        let mut out = String::new();
        if diff.is_empty() {
            let text = "Nothing to do: everything runs as the plan says.";
            let _ = writeln!(out, "{}", self.paint.text(Color::Bold, text));
        } else {
            self.changes(diff, &mut out);
            self.steps(diff, &mut out);
        }
        let _ = writeln!(out, "{}", self.paint.text(Color::Dim, &format!("plan {}", diff.after)));
        out
    }

    fn changes(self, diff: &Diff, out: &mut String) {
        let job = diff.changes.first().map_or("", |job| job.address.as_str());
        let (mut folded, mut names) = (Folded::default(), Names::default());
        for change in &diff.changes {
            let place = Place::of(&change.address, job);
            if place.kind != Kind::Allocation || !names.takes(change) {
                names.flush(self.paint, out);
            }
            if change.action == Action::Keep && !self.verbose && place.kind != Kind::Job {
                folded.add(&place);
                continue;
            }
            if place.depth() < folded.depth {
                folded.flush(self.paint, out);
            }
            if place.kind == Kind::Allocation {
                names.add(change, place.name);
            } else {
                self.thing(change, &place, out);
            }
        }
        names.flush(self.paint, out);
        folded.flush(self.paint, out);
        out.push('\n');
    }

    /// A job, group or task, and what differs in it.
    fn thing(self, change: &Change, place: &Place<'_>, out: &mut String) {
        let indent = "  ".repeat(place.depth());
        let title = format!("{} {} {}", change.action.symbol(), place.kind.word(), place.name);
        let _ = write!(out, "{indent}{}", self.paint.text(color(change.action), &title));
        if let Some(note) = note(change, place) {
            let _ = write!(out, "{}", self.paint.text(Color::Dim, &format!("  ({note})")));
        }
        out.push('\n');
        let indent = format!("{indent}    ");
        match change.action {
            Action::Create if !self.verbose => {
                let value = |name: &str| change.fields.iter().find(|field| field.path == name)?.after.as_ref();
                for (name, text) in task_view::summary(value) {
                    let _ = writeln!(out, "{indent}{name:<12} {text}");
                }
            }
            Action::Delete if !self.verbose => {}
            _ => {
                let shown = change.fields.iter().filter(|field| self.verbose || !follows_from_ports(&field.path));
                FieldView { paint: self.paint }.render(&shown.cloned().collect::<Vec<_>>(), &indent, out);
            }
        }
    }

    fn steps(self, diff: &Diff, out: &mut String) {
        let _ = writeln!(out, "{}", self.paint.text(Color::Bold, "Steps"));
        let (count, width) = (diff.steps.len(), diff.steps.len().to_string().len());
        // The last one is the commit.
        let left_out = if self.verbose || count <= MOST_STEPS { 0..0 } else { MOST_STEPS / 2..count - 1 };
        for (place, step) in diff.steps.iter().enumerate() {
            if left_out.contains(&place) {
                if place == left_out.start {
                    let _ = writeln!(out, "  {:>width$}  {} more like these", "…", left_out.len());
                }
                continue;
            }
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
    }
}

/// Whether a task's variable only repeats what its group's ports are.
fn follows_from_ports(path: &str) -> bool {
    const KINDS: [&str; 9] =
        ["PORT", "HOST_PORT", "ALLOC_PORT", "IP", "HOST_IP", "ALLOC_IP", "ADDR", "HOST_ADDR", "ALLOC_ADDR"];
    let name = path.strip_prefix("env.NOMAD_").or_else(|| path.strip_prefix("env_at_start[NOMAD_"));
    name.is_some_and(|name| KINDS.iter().any(|kind| name.strip_prefix(kind).is_some_and(|rest| rest.starts_with('_'))))
}

/// What is said about a thing on its own line. What its fields or tasks show needs no words.
fn note(change: &Change, place: &Place<'_>) -> Option<String> {
    let value = |name: &str| change.fields.iter().find(|field| field.path == name)?.after.as_ref();
    match (change.action, place.kind) {
        (Action::Create, Kind::Job) => value("type")?.as_str().map(str::to_owned),
        (Action::Create, Kind::Group) => value("count").filter(|count| **count != 1).map(|count| format!("× {count}")),
        (Action::Replace, Kind::Task) if !change.fields.iter().any(FieldChange::is_replacing) => {
            Some(change.reasons.join("; "))
        }
        _ => None,
    }
}

pub(super) fn color(action: Action) -> Color {
    match action {
        Action::Keep => Color::Dim,
        Action::Create => Color::Green,
        Action::Update => Color::Yellow,
        Action::Replace => Color::Magenta,
        Action::Delete => Color::Red,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Job,
    Group,
    Task,
    Allocation,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Group => "group",
            Self::Task => "task",
            Self::Allocation => "allocation",
        }
    }
}

/// What an address names.
struct Place<'a> {
    kind: Kind,
    name: &'a str,
}

impl<'a> Place<'a> {
    /// Names may hold dots: the address is read from the job's on.
    fn of(address: &'a str, job: &str) -> Self {
        let Some(below) = address.strip_prefix(job).and_then(|rest| rest.strip_prefix(".group.")) else {
            return Self { kind: Kind::Job, name: address.strip_prefix("job.").unwrap_or(address) };
        };
        match below.split_once(".task.") {
            Some((_, task)) => Self { kind: Kind::Task, name: task },
            None if below.ends_with(']') => Self { kind: Kind::Allocation, name: below },
            None => Self { kind: Kind::Group, name: below },
        }
    }

    fn depth(&self) -> usize {
        match self.kind {
            Kind::Job => 0,
            Kind::Group => 1,
            Kind::Task | Kind::Allocation => 2,
        }
    }
}

/// Allocations of one fate, named together.
#[derive(Default)]
struct Names<'a> {
    of: Option<&'a Change>,
    names: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn takes(&self, change: &Change) -> bool {
        self.of.is_none_or(|first| first.action == change.action && first.reasons == change.reasons)
    }

    fn add(&mut self, change: &'a Change, name: &'a str) {
        self.of.get_or_insert(change);
        self.names.push(name);
    }

    fn flush(&mut self, paint: Paint, out: &mut String) {
        let Self { of: Some(change), names } = std::mem::take(self) else { return };
        let mut text = names.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(" ");
        if names.len() > MOST_NAMES {
            let _ = write!(text, " … {} more", names.len() - MOST_NAMES);
        }
        let plural = if names.len() == 1 { "" } else { "s" };
        let title = format!("{} allocation{plural} {text}", change.action.symbol());
        let _ = write!(out, "    {}", paint.text(color(change.action), &title));
        let said = matches!(change.action, Action::Create | Action::Delete) && !change.reasons.is_empty();
        if said {
            let _ = write!(out, "{}", paint.text(Color::Dim, &format!("  ({})", change.reasons.join("; "))));
        }
        out.push('\n');
    }
}

/// Unchanged things that are counted instead of listed.
#[derive(Default)]
struct Folded {
    groups: usize,
    tasks: usize,
    allocations: usize,
    depth: usize,
}

impl Folded {
    fn add(&mut self, place: &Place<'_>) {
        *match place.kind {
            Kind::Task => &mut self.tasks,
            Kind::Allocation => &mut self.allocations,
            Kind::Job | Kind::Group => &mut self.groups,
        } += 1;
        self.depth = if self.groups > 0 { 1 } else { 2 };
    }

    fn flush(&mut self, paint: Paint, out: &mut String) {
        let parts: Vec<String> = [(self.groups, "group"), (self.tasks, "task"), (self.allocations, "allocation")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }))
            .collect();
        if !parts.is_empty() {
            let indent = "  ".repeat(self.depth);
            let _ = writeln!(out, "{indent}{}", paint.text(Color::Dim, &format!("= unchanged: {}", parts.join(", "))));
        }
        *self = Self::default();
    }
}
