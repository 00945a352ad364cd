//! Rules about jobs that make other jobs: `periodic` and `parameterized`.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{List, Periodic, Spanned, Str};

use super::checker::Checker;
use super::cron::{self, Problem};

/// Every rule of both blocks.
pub(super) fn check(checker: &mut Checker<'_>) {
    let job = checker.job;
    if let Some(periodic) = &job.periodic {
        batch_only(checker, "periodic::wrong_job_type", "periodic", periodic.at);
        if periodic.enabled.as_ref().is_none_or(|enabled| enabled.value) {
            expressions(periodic, checker);
            time_zone(periodic, checker);
        }
    }
    if job.parameterized.is_some() {
        parameterized(checker);
    }
}

fn batch_only(checker: &mut Checker<'_>, code: &'static str, block: &str, at: Span) {
    if checker.kind.is_batch() {
        return;
    }
    let kind = checker.kind.name();
    let mut finding = Diagnostic::error(code, format!("a {kind} job cannot be `{block}`"))
        .label(at, "for batch and sysbatch jobs only")
        .help("write `type = \"batch\"`");
    if let Some(written) = &checker.job.kind {
        finding = finding.label(written.span, format!("a {kind} job"));
    }
    checker.push(finding);
}

fn expressions(periodic: &Periodic, checker: &mut Checker<'_>) {
    let cron = periodic.cron.as_ref().filter(|cron| !cron.is_empty());
    let crons = periodic.crons.as_ref().filter(|crons| !crons.is_empty());
    match (cron, crons) {
        (None, None) => {
            let at = periodic.cron.as_ref().map_or(periodic.at, |cron| cron.span);
            checker.missing(periodic.whole, || {
                Diagnostic::error("periodic::no_cron", "`periodic` does not say when")
                    .label(at, "needs `crons`")
                    .help("write cron expressions: `crons = [\"0 3 * * *\"]`")
            });
        }
        (Some(cron), Some(crons)) => checker.push(
            Diagnostic::error("periodic::cron_and_crons", "`cron` and `crons` exclude each other")
                .label(cron.span, "the old form")
                .label(crons.span, "the new form")
                .help("put all expressions into `crons`"),
        ),
        _ => {}
    }
    for expression in cron.into_iter().chain(crons.into_iter().flat_map(|list| &list.value)) {
        let problem = match cron::check(expression) {
            Ok(()) => continue,
            Err(Problem::Fields(count)) => format!("{count} fields, where 5 to 7 belong"),
            Err(Problem::Field { name, text }) => format!("\"{text}\" is not good for the {name}"),
        };
        checker.push(
            Diagnostic::error("periodic::bad_cron", format!("not a cron expression: {problem}"))
                .label(expression.span, problem)
                .help("minute, hour, day of month, month, day of week: \"0 3 * * 1-5\" is at three on working days"),
        );
    }
}

fn time_zone(periodic: &Periodic, checker: &mut Checker<'_>) {
    let Some(zone) = periodic.time_zone.as_ref().filter(|zone| !zone.is_empty()) else { return };
    if !matches!(zone.as_str(), "UTC" | "Local") && jiff::tz::db().get(zone).is_err() {
        checker.push(
            Diagnostic::error("periodic::unknown_time_zone", format!("unknown time zone \"{}\"", zone.value))
                .label(zone.span, "not in the time zone database")
                .help("write a name such as \"Europe/Berlin\" or \"UTC\""),
        );
    }
}

fn parameterized(checker: &mut Checker<'_>) {
    let job = checker.job;
    let Some(block) = &job.parameterized else { return };
    batch_only(checker, "parameterized::wrong_job_type", "parameterized", block.at);
    checker.one_of(
        "parameterized::unknown_payload",
        "payload",
        block.payload.as_ref(),
        &["optional", "required", "forbidden"],
    );
    let optional: HashMap<&str, Span> =
        keys(block.meta_optional.as_ref()).map(|key| (key.as_str(), key.span)).collect();
    for key in keys(block.meta_required.as_ref()) {
        if let Some(other) = optional.get(key.as_str()) {
            checker.push(
                Diagnostic::error(
                    "parameterized::required_and_optional",
                    format!("\"{}\" is both required and optional", key.value),
                )
                .label(key.span, "required")
                .label(*other, "optional")
                .help("keep one of them"),
            );
        }
    }
}

fn keys(list: Option<&Spanned<List<Str>>>) -> impl Iterator<Item = &Spanned<Str>> {
    list.into_iter().flat_map(|list| &list.value)
}
