//! A cluster's refusal, on the text it is about.
//!
//! The servers answer with one text, in which each level of the job adds what it found: `Task group api validation failed: 2 errors
//! occurred:`, and below it a line with `* ` each. The levels give the place; so does a block or argument that a line names.

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Group, Job, Task};

/// The findings of a refusal; none where it names nothing of the job.
pub fn findings(job: &Job, refusal: &str) -> Vec<Diagnostic> {
    let refusal = refusal.strip_prefix("rpc error: ").unwrap_or(refusal);
    let mut lines = refusal.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut found = Vec::new();
    let Some(first) = lines.next() else { return Vec::new() };
    let mut reading = Reading { job, lines: lines.collect(), next: 0, found: &mut found };
    reading.item(first, Context::default());
    while let Some(line) = reading.line() {
        reading.item(line, Context::default());
    }
    if found.iter().any(|(_, named)| *named) {
        found.into_iter().map(|(finding, _)| finding).collect()
    } else {
        Vec::new()
    }
}

/// Which group and task is spoken of.
#[derive(Clone, Copy, Default)]
struct Context<'a> {
    group: Option<&'a Group>,
    task: Option<&'a Task>,
}

struct Reading<'a, 'f> {
    job: &'a Job,
    lines: Vec<&'a str>,
    next: usize,
    /// Each with whether its place is more than the job as a whole.
    found: &'f mut Vec<(Diagnostic, bool)>,
}

impl<'a> Reading<'a, '_> {
    fn line(&mut self) -> Option<&'a str> {
        let line = self.lines.get(self.next)?;
        self.next += 1;
        Some(line.trim_start_matches("* "))
    }

    /// One finding, or the head of several.
    fn item(&mut self, text: &str, mut context: Context<'a>) {
        context = self.narrow(text, context);
        if let Some((head, count)) = several(text) {
            let context = self.narrow(head, context);
            for _ in 0..count {
                let Some(line) = self.line() else { return };
                self.item(line, context);
            }
            return;
        }
        let (span, named) = self.place(text, context);
        let finding = Diagnostic::error("nomad::refused", format!("Nomad refuses the job: {text}"))
            .label(span, "the servers speak of this")
            .help("the servers check what no file alone can show: `nomad job validate` asks them too");
        self.found.push((finding, named));
    }

    /// `Task group NAME validation failed: …`, `Task NAME validation failed: …`
    fn narrow(&self, text: &str, context: Context<'a>) -> Context<'a> {
        let mut context = context;
        if let Some(group) = self.job.groups.iter().find(|group| names(text, "group", &group.name.value)) {
            context = Context { group: Some(group), task: None };
        }
        let groups = context.group.map_or(&*self.job.groups, std::slice::from_ref);
        let tasks = groups.iter().flat_map(|group| &group.tasks).chain(&self.job.tasks);
        if let Some(task) = tasks.into_iter().find(|task| names(text, "task", &task.name.value)) {
            context.task = Some(task);
        }
        context
    }

    fn place(&self, text: &str, context: Context<'a>) -> (Span, bool) {
        let lower = text.to_lowercase();
        if let Some(task) = context.task {
            return (in_task(task, &lower).unwrap_or(task.at), true);
        }
        if let Some(group) = context.group {
            return (in_group(group, &lower).unwrap_or(group.at), true);
        }
        let job = self.job;
        let argument = [
            ("namespace", job.namespace.as_ref().map(|value| value.span)),
            ("region", job.region.as_ref().map(|value| value.span)),
            ("node pool", job.node_pool.as_ref().map(|value| value.span)),
            ("datacenter", job.datacenters.as_ref().map(|value| value.span)),
            ("priority", job.priority.as_ref().map(|value| value.span)),
            ("job type", job.kind.as_ref().map(|value| value.span)),
            ("periodic", job.periodic.as_ref().map(|block| block.at)),
            ("parameterized", job.parameterized.as_ref().map(|block| block.at)),
            ("update", job.update.as_ref().map(|block| block.at)),
            ("multiregion", job.multiregion.as_ref().map(|block| block.at)),
            ("vault", job.vault.as_ref().map(|block| block.at)),
        ];
        let named = argument.into_iter().find_map(|(word, span)| span.filter(|_| lower.contains(word)));
        (named.unwrap_or(job.at), named.is_some())
    }
}

/// The head of several findings, and how many they are.
fn several(text: &str) -> Option<(&str, usize)> {
    let before = text.strip_suffix(" errors occurred:").or(text.strip_suffix(" error occurred:"))?;
    let (head, count) = before.rsplit_once(' ').unwrap_or(("", before));
    Some((head, count.parse().ok()?))
}

/// Whether a text says `group NAME` or `group "NAME"`.
fn names(text: &str, what: &str, name: &str) -> bool {
    let lower = text.to_lowercase();
    let mut from = 0;
    while let Some(at) = lower[from..].find(what) {
        from += at + what.len();
        let Some(rest) = text.get(from..) else { return false };
        let rest = rest.trim_start_matches([' ', ':', '"', '\'']);
        if rest.strip_prefix(name).is_some_and(|rest| {
            !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_')
        }) {
            return true;
        }
    }
    false
}

fn in_task(task: &Task, text: &str) -> Option<Span> {
    if text.contains("volume mount") || text.contains("volume_mount") {
        let named = |mount: &&crate::jobspec::VolumeMount| {
            mount.volume.as_ref().is_some_and(|volume| text.contains(&volume.as_str().to_lowercase()))
        };
        let mounts = &task.volume_mounts;
        return mounts.iter().find(named).or(mounts.first()).map(|mount| mount.at);
    }
    let argument = [
        ("driver", task.driver.as_ref().map(|value| value.span)),
        ("user", task.user.as_ref().map(|value| value.span)),
        ("killtimeout", task.kill_timeout.as_ref().map(|value| value.span)),
        ("kill_timeout", task.kill_timeout.as_ref().map(|value| value.span)),
        ("shutdown", task.shutdown_delay.as_ref().map(|value| value.span)),
        ("memory", task.resources.as_ref().and_then(|block| block.memory.as_ref()).map(|value| value.span)),
        ("cpu", task.resources.as_ref().and_then(|block| block.cpu.as_ref()).map(|value| value.span)),
        ("resource", task.resources.as_ref().map(|block| block.at)),
        ("log", task.logs.as_ref().map(|block| block.at)),
        ("lifecycle", task.lifecycle.as_ref().map(|block| block.at)),
        ("constraint", task.constraints.first().map(|block| block.at)),
        ("template", task.templates.first().map(|block| block.at)),
        ("artifact", task.artifacts.first().map(|block| block.at)),
        ("service", task.services.first().map(|block| block.at)),
        ("vault", task.vault.as_ref().map(|block| block.at)),
        ("identity", task.identities.first().map(|block| block.at)),
        ("config", task.config.as_ref().map(|value| value.span)),
    ];
    argument.into_iter().find_map(|(word, span)| span.filter(|_| text.contains(word)))
}

fn in_group(group: &Group, text: &str) -> Option<Span> {
    if text.contains("volume") {
        let named = |volume: &&crate::jobspec::VolumeRequest| text.contains(&volume.name.value.to_lowercase());
        return group.volumes.iter().find(named).or(group.volumes.first()).map(|volume| volume.at);
    }
    let argument = [
        ("count", group.count.as_ref().map(|value| value.span)),
        ("reschedule", group.reschedule.as_ref().map(|block| block.at)),
        ("restart", group.restart.as_ref().map(|block| block.at)),
        ("disconnect", group.disconnect.as_ref().map(|block| block.at)),
        ("update", group.update.as_ref().map(|block| block.at)),
        ("migrate", group.migrate.as_ref().map(|block| block.at)),
        ("disk", group.ephemeral_disk.as_ref().map(|block| block.at)),
        ("network", group.networks.first().map(|block| block.at)),
        ("port", group.networks.first().map(|block| block.at)),
        ("constraint", group.constraints.first().map(|block| block.at)),
        ("service", group.services.first().map(|block| block.at)),
        ("scaling", group.scaling.as_ref().map(|block| block.at)),
    ];
    argument.into_iter().find_map(|(word, span)| span.filter(|_| text.contains(word)))
}
