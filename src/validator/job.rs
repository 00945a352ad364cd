//! Rules about a job as a whole.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::jobspec::JobType;

use super::checker::Checker;

/// Every rule of the block.
pub(super) fn check(checker: &mut Checker<'_>) {
    id(checker);
    name(checker);
    kind(checker);
    datacenters(checker);
    priority(checker);
    groups(checker);
    placement_of_system_jobs(checker);
    ui(checker);
    auto_promote_is_all_or_none(checker);
}

fn id(checker: &mut Checker<'_>) {
    let id = checker.job.effective_id().clone();
    if id.is_empty() {
        checker.push(
            Diagnostic::error("job::empty_id", "the job has no id")
                .label(id.span, "empty")
                .help("write a name: `job \"web\" { … }`"),
        );
    }
    if id.contains(' ') {
        checker.push(
            Diagnostic::error("job::space_in_id", format!("the job's id \"{}\" has a space in it", id.value))
                .label(id.span, "has a space")
                .help(format!("write \"{}\"", id.replace(' ', "-"))),
        );
    }
    if id.contains('\0') {
        checker.push(
            Diagnostic::error("job::null_in_id", "the job's id has a null character in it")
                .label(id.span, "has a null character")
                .help("take it out"),
        );
    }
}

fn name(checker: &mut Checker<'_>) {
    let job = checker.job;
    for (code, what, value) in [("job::empty_name", "name", &job.name), ("job::empty_region", "region", &job.region)] {
        if let Some(value) = value.as_ref().filter(|value| value.is_empty()) {
            checker.push(
                Diagnostic::error(code, format!("the job's {what} is empty"))
                    .label(value.span, "empty")
                    .help(format!("write one, or leave `{what}` out")),
            );
        }
    }
    if let Some(name) = &checker.job.name
        && name.contains('\0')
    {
        checker.push(
            Diagnostic::error("job::null_in_name", "the job's name has a null character in it")
                .label(name.span, "has a null character")
                .help("take it out"),
        );
    }
}

fn kind(checker: &mut Checker<'_>) {
    let job = checker.job;
    if let Some(kind) = &job.kind
        && kind.is_empty()
    {
        checker.push(
            Diagnostic::error("job::unknown_type", "the job's type is empty")
                .label(kind.span, "empty")
                .help("write \"service\", \"batch\", \"system\" or \"sysbatch\", or leave it out for a service"),
        );
    }
    checker.one_of("job::unknown_type", "job type", job.kind.as_ref(), &["service", "batch", "system", "sysbatch"]);
}

fn datacenters(checker: &mut Checker<'_>) {
    for datacenter in checker.job.datacenters.iter().flat_map(|list| &list.value) {
        if datacenter.is_empty() {
            checker.push(
                Diagnostic::error("job::empty_datacenter", "a data center must have a name")
                    .label(datacenter.span, "empty")
                    .help("take it out, or leave `datacenters` out altogether: any will do then"),
            );
        }
    }
}

fn priority(checker: &mut Checker<'_>) {
    if let Some(priority) = &checker.job.priority
        && !(1..=100).contains(&priority.value)
    {
        checker.push(
            Diagnostic::warning("job::priority_out_of_range", format!("priority {} is out of range", priority.value))
                .label(priority.span, "a cluster takes 1 to 100")
                .help("write a number from 1 to 100; 50 is the default"),
        );
    }
}

fn groups(checker: &mut Checker<'_>) {
    let job = checker.job;
    if job.groups.is_empty() && job.tasks.is_empty() {
        checker.missing(job.whole, || {
            Diagnostic::error("job::no_groups", "the job has no group").label(job.at, "nothing to run").help(
                "add a group with a task: `group \"main\" { task \"main\" { … } }`, each block on lines of its own",
            )
        });
    }
    let lone = job.tasks.iter().map(|task| &task.name);
    let mut seen = HashMap::new();
    for name in lone.chain(job.groups.iter().map(|group| &group.name)) {
        if let Some(first) = seen.insert(name.as_str(), name.span) {
            checker.duplicate("job::duplicate_group", "group", &name.value, name.span, first);
        }
    }
}

/// A system job runs everywhere: there is nothing to prefer and nothing to spread over.
fn placement_of_system_jobs(checker: &mut Checker<'_>) {
    let job = checker.job;
    if checker.kind != JobType::System {
        return;
    }
    let affinities = job.affinities.iter().chain(
        job.groups
            .iter()
            .flat_map(|group| group.affinities.iter().chain(group.tasks.iter().flat_map(|task| &task.affinities))),
    );
    let spreads = job.spreads.iter().chain(job.groups.iter().flat_map(|group| &group.spreads));
    let affinities = affinities.map(|affinity| ("job::system_with_affinity", "affinity", affinity.at));
    let spreads = spreads.map(|spread| ("job::system_with_spread", "spread", spread.at));
    for (code, block, at) in affinities.chain(spreads) {
        let mut finding = Diagnostic::error(code, format!("a system job cannot have `{block}`"))
            .label(at, "it runs on every host")
            .help(format!("take the `{block}` block out, or make it another type of job"));
        if let Some(kind) = &job.kind {
            finding = finding.label(kind.span, "a system job");
        }
        checker.push(finding);
    }
}

fn ui(checker: &mut Checker<'_>) {
    const MOST: usize = 1000;
    let Some(description) = checker.job.ui.as_ref().and_then(|ui| ui.description.as_ref()) else { return };
    let length = description.len();
    if length > MOST {
        checker.push(
            Diagnostic::error(
                "ui::description_too_long",
                format!("the description has {length} characters, {MOST} are allowed"),
            )
            .label(description.span, "too long")
            .help("shorten it, and put the rest behind a `link`"),
        );
    }
}

/// A deployment is promoted as a whole.
fn auto_promote_is_all_or_none(checker: &mut Checker<'_>) {
    let job = checker.job;
    let of_job = job.update.as_ref().and_then(|update| update.auto_promote.as_ref());
    let mut on = None;
    let mut off = None;
    for group in &job.groups {
        let Some(update) = group.update.as_deref().or(job.update.as_deref()) else { continue };
        match update.auto_promote.as_ref().or(of_job) {
            Some(value) if value.value => on = on.or(Some(value.span)),
            Some(value) => off = off.or(Some(value.span)),
            None => off = off.or(Some(update.at)),
        }
    }
    if let (Some(on), Some(off)) = (on, off) {
        checker.push(
            Diagnostic::warning(
                "update::mixed_auto_promote",
                "some groups promote their canaries themselves and some do not",
            )
            .label(on, "does")
            .label(off, "does not")
            .help("the deployment waits for a person all the same: set `auto_promote` alike in all groups"),
        );
    }
}
