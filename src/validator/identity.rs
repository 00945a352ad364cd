//! Rules about what a task may ask of a cluster: `vault`, `identity`, `csi_plugin`, `scaling`.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::jobspec::{Duration, Identity, Spanned, Str, Task};

use super::checker::Checker;
use super::paths::escapes;

/// Every rule of these blocks of a task.
pub(super) fn check(task: &Task, checker: &mut Checker<'_>) {
    if let Some(vault) = task.vault.as_deref().or(checker.job.vault.as_deref()) {
        change(
            "vault::unknown_change_mode",
            "vault::no_change_signal",
            vault.change_mode.as_ref(),
            vault.change_signal.as_ref(),
            checker,
        );
    }
    identities(task, checker);
    csi_plugin(task, checker);
    for scaling in &task.scalings {
        if !matches!(scaling.resource(), "cpu" | "mem") && !checker.is_unreadable(scaling.at) {
            checker.push(
                Diagnostic::error(
                    "scaling::unknown_resource",
                    format!("\"{}\" of a task cannot be scaled", scaling.resource.value),
                )
                .label(scaling.resource.span, "not \"cpu\" or \"mem\"")
                .help("write `scaling \"cpu\" { … }` or `scaling \"mem\" { … }`"),
            );
        }
    }
}

/// What happens when a token changes; a signal that is not written is SIGHUP.
fn change(
    unknown: &'static str,
    no_signal: &'static str,
    mode: Option<&Spanned<Str>>,
    signal: Option<&Spanned<Str>>,
    checker: &mut Checker<'_>,
) {
    checker.one_of(unknown, "change mode", mode, &["noop", "restart", "signal"]);
    let sends = mode.filter(|mode| mode.as_str() == "signal");
    if let (Some(mode), Some(signal)) = (sends, signal.filter(|signal| signal.is_empty())) {
        checker.push(
            Diagnostic::error(no_signal, "change mode \"signal\" needs a signal")
                .label(signal.span, "which signal?")
                .label(mode.span, "sends a signal")
                .help("write `change_signal = \"SIGHUP\"`"),
        );
    }
}

fn identities(task: &Task, checker: &mut Checker<'_>) {
    let mut seen = HashMap::new();
    for identity in &task.identities {
        let name = identity.name.as_ref().map(|name| (name.as_str(), name.span)).filter(|(name, _)| !name.is_empty());
        let (name, span) = name.unwrap_or(("default", identity.at));
        if let Some(first) = seen.insert(name, span) {
            checker.duplicate("identity::duplicate", "identity", name, span, first);
        }
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if name.len() > 128 || !name.bytes().all(inner) {
            checker.push(
                Diagnostic::error("identity::bad_name", format!("\"{name}\" is not a name for an identity"))
                    .label(span, "not letters, digits, hyphens and underscores")
                    .help("write one word of 128 characters at most"),
            );
        }
        let (mode, signal) = (identity.change_mode.as_ref(), identity.change_signal.as_ref());
        change("identity::unknown_change_mode", "identity::no_change_signal", mode, signal, checker);
        checker.not_negative("identity::negative_ttl", "ttl", identity.ttl.as_ref());
        file(identity, checker);
        if name != "default" {
            for_whom_and_how_long(identity, checker);
        }
    }
}

fn file(identity: &Identity, checker: &mut Checker<'_>) {
    let Some(path) = identity.filepath.as_ref().filter(|path| !path.is_empty()) else { return };
    if escapes("task", path) {
        checker.push(
            Diagnostic::error("identity::outside", format!("\"{}\" is outside of the allocation", path.value))
                .label(path.span, "leads out of the task's directory")
                .help("write a path beneath the task's directory, such as \"secrets/token.jwt\""),
        );
    }
}

/// A token for anybody, or for ever, is of use to whoever finds it.
fn for_whom_and_how_long(identity: &Identity, checker: &mut Checker<'_>) {
    if identity.audience.as_ref().is_none_or(|audience| audience.is_empty()) {
        checker.push(
            Diagnostic::warning("identity::no_audience", "an identity without an audience is good for anybody")
                .label(identity.at, "needs `aud`")
                .help("write for whom it is: `aud = [\"vault.io\"]`"),
        );
    }
    if identity.ttl.as_ref().is_none_or(|ttl| ttl.value == Duration::ZERO) {
        checker.push(
            Diagnostic::warning("identity::no_ttl", "an identity without an end is good for ever")
                .label(identity.at, "needs `ttl`")
                .help("write how long it is good for: `ttl = \"1h\"`"),
        );
    }
}

fn csi_plugin(task: &Task, checker: &mut Checker<'_>) {
    let Some(plugin) = &task.csi_plugin else { return };
    if plugin.id.as_ref().is_none_or(|id| id.is_empty()) {
        let at = plugin.id.as_ref().map_or(plugin.at, |id| id.span);
        checker.missing(plugin.whole, || {
            Diagnostic::error("csi_plugin::no_id", "a storage plugin needs an id")
                .label(at, "needs `id`")
                .help("write the name by which volumes ask for it: `id = \"nfs\"`")
        });
    }
    let kinds = ["node", "controller", "monolith"];
    if plugin.kind.as_ref().is_none_or(|kind| kind.is_empty()) {
        let at = plugin.kind.as_ref().map_or(plugin.at, |kind| kind.span);
        checker.missing(plugin.whole, || {
            Diagnostic::error("csi_plugin::unknown_type", "a storage plugin needs a type")
                .label(at, "needs `type`")
                .help("write \"node\", \"controller\" or \"monolith\"")
        });
    }
    checker.one_of("csi_plugin::unknown_type", "type of plugin", plugin.kind.as_ref(), &kinds);
}
