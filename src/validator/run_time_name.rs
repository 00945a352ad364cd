//! Names that only the run time knows, in a task's `env` and `config`: `${NOMAD_…}` that nothing will ever replace.
//!
//! Only what is certainly wrong: a misspelt name, a port the group does not have.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Group, Task, Untyped, UntypedKind};

use super::checker::Checker;

const KNOWN: [&str; 22] = [
    "NOMAD_ALLOC_DIR",
    "NOMAD_ALLOC_ID",
    "NOMAD_ALLOC_INDEX",
    "NOMAD_ALLOC_NAME",
    "NOMAD_CPU_CORES",
    "NOMAD_CPU_LIMIT",
    "NOMAD_DC",
    "NOMAD_GROUP_NAME",
    "NOMAD_JOB_ID",
    "NOMAD_JOB_NAME",
    "NOMAD_JOB_PARENT_ID",
    "NOMAD_MEMORY_LIMIT",
    "NOMAD_MEMORY_MAX_LIMIT",
    "NOMAD_NAMESPACE",
    "NOMAD_PARENT_CGROUP",
    "NOMAD_REGION",
    "NOMAD_SECRETS_DIR",
    "NOMAD_SHORT_ALLOC_ID",
    "NOMAD_TASK_DIR",
    "NOMAD_TASK_NAME",
    "NOMAD_TOKEN",
    "NOMAD_UNIX_ADDR",
];

/// Names that end in the label of a port.
const OF_PORTS: [&str; 8] = [
    "NOMAD_ALLOC_IP_",
    "NOMAD_ALLOC_PORT_",
    "NOMAD_HOST_ADDR_",
    "NOMAD_HOST_IP_",
    "NOMAD_HOST_PORT_",
    "NOMAD_ADDR_",
    "NOMAD_IP_",
    "NOMAD_PORT_",
];

/// So many letters may be wrong in a name that is taken for another.
const MISSPELT: usize = 2;

/// Looks through the texts of a task.
pub(super) fn check(group: Option<&Group>, task: &Task, checker: &mut Checker<'_>) {
    let mut texts: Vec<(&str, Span)> = Vec::new();
    texts.extend(task.env.iter().flat_map(|env| env.iter()).map(|(_, value)| (value.as_str(), value.span)));
    if let Some(config) = &task.config {
        collect(config, &mut texts);
    }
    let ports = group.and_then(|group| ports_of(group, task));
    for (text, span) in texts {
        for name in names(text) {
            let finding = match OF_PORTS.iter().find_map(|prefix| name.strip_prefix(prefix)) {
                Some(label) => ports.as_ref().and_then(|ports| unknown_port(name, label, ports)),
                None => misspelt(name),
            };
            if let Some(finding) = finding {
                checker.push(finding.label(place(name, span, checker), "stays as it is written"));
            }
        }
    }
}

fn collect<'j>(value: &'j Untyped, texts: &mut Vec<(&'j str, Span)>) {
    match &value.kind {
        UntypedKind::String(text) => texts.push((text, value.span)),
        UntypedKind::List(elements) => elements.iter().for_each(|element| collect(element, texts)),
        UntypedKind::Object(entries) => entries.iter().for_each(|(_, value)| collect(value, texts)),
        UntypedKind::Null | UntypedKind::Bool(_) | UntypedKind::Number(_) => {}
    }
}

/// The `NOMAD_…` of each `${NOMAD_…}`.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        Some(name.trim()).filter(|name| name.starts_with("NOMAD_") && name.chars().all(plain))
    })
}

/// Labels as they stand in names of variables; `None` where the ports are not all known.
fn ports_of(group: &Group, task: &Task) -> Option<BTreeSet<String>> {
    let of_tasks = group
        .tasks
        .iter()
        .chain([task])
        .any(|task| task.resources.as_ref().is_some_and(|resources| !resources.networks.is_empty()));
    let labels = group.networks.iter().flat_map(|network| network.ports.iter());
    (!of_tasks).then(|| labels.map(|port| folded(&port.label)).collect())
}

fn folded(label: &str) -> String {
    label.replace('-', "_")
}

fn unknown_port(name: &str, label: &str, ports: &BTreeSet<String>) -> Option<Diagnostic> {
    if ports.contains(&folded(label)) {
        return None;
    }
    let help = match crate::jobspec::similar(label, ports.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `${{{}{near}}}`?", name.strip_suffix(label).unwrap_or(name)),
        None => format!("add `port \"{label}\" {{ }}` to a `network` block of the group"),
    };
    Some(warning(format!("the group has no port \"{label}\" for `${{{name}}}`"), help))
}

fn misspelt(name: &str) -> Option<Diagnostic> {
    if KNOWN.contains(&name) {
        return None;
    }
    let distance = |known: &str| strsim::damerau_levenshtein(name, known);
    let near = KNOWN.into_iter().filter(|known| distance(known) <= MISSPELT).min_by_key(|known| distance(known))?;
    Some(warning(format!("there is no `${{{name}}}`"), format!("did you mean `${{{near}}}`?")))
}

fn warning(message: String, help: String) -> Diagnostic {
    Diagnostic::warning("task::unknown_run_time_name", message).help(help)
}

/// Where a name stands in the text as it is written, or all of that.
fn place(name: &str, span: Span, checker: &Checker<'_>) -> Span {
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    match checker.sources.slice(span).find(name) {
        Some(start) => Span::new(span.file, span.start + at(start), span.start + at(start + name.len())),
        None => span,
    }
}
