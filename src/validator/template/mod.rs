//! Rules about `template`.

mod text;

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::jobspec::{Task, Template};

use super::checker::Checker;
use super::paths::escapes;
use super::signal;
use super::task::signal_help;

/// Every rule of the block, for all templates of a task.
pub(super) fn check(task: &Task, checker: &mut Checker<'_>) {
    let mut seen = HashMap::new();
    for template in &task.templates {
        content(template, checker);
        text::check(template, checker);
        destination(template, checker);
        change(template, checker);
        perms(template, checker);
        checker.not_negative("template::negative_splay", "splay", template.splay.as_ref());
        wait(template, checker);
        let Some(destination) = template.destination.as_ref().filter(|path| !path.is_empty()) else { continue };
        if let Some(first) = seen.insert(destination.as_str(), destination.span) {
            checker.push(
                Diagnostic::error(
                    "template::duplicate_destination",
                    format!("two templates are written to \"{}\"", destination.value),
                )
                .label(destination.span, "overwrites the first")
                .label(first, "the first")
                .help("give one of them another destination"),
            );
        }
    }
}

fn content(template: &Template, checker: &mut Checker<'_>) {
    let source = template.source.as_ref().is_some_and(|source| !source.is_empty());
    let data = template.data.as_ref().is_some_and(|data| !data.is_empty());
    if !source && !data {
        let at = template.data.as_ref().or(template.source.as_ref()).map_or(template.at, |value| value.span);
        checker.missing(template.whole, || {
            Diagnostic::error("template::no_content", "the template has neither `data` nor `source`")
                .label(at, "nothing to render")
                .help("write its text in `data`, or name a file in `source`")
        });
    }
}

fn destination(template: &Template, checker: &mut Checker<'_>) {
    let Some(destination) = template.destination.as_ref().filter(|path| !path.is_empty()) else {
        let at = template.destination.as_ref().map_or(template.at, |path| path.span);
        return checker.missing(template.whole, || {
            Diagnostic::error("template::no_destination", "the template has no destination")
                .label(at, "needs `destination`")
                .help("write a path beneath the task's directory: `destination = \"local/app.conf\"`")
        });
    };
    if escapes("task", destination) {
        checker.push(
            Diagnostic::error("template::outside", format!("\"{}\" is outside of the allocation", destination.value))
                .label(destination.span, "leads out of the task's directory")
                .help("write a path beneath the task's directory, such as \"local/app.conf\""),
        );
    }
}

fn change(template: &Template, checker: &mut Checker<'_>) {
    let modes = ["noop", "restart", "signal", "script"];
    checker.one_of("template::unknown_change_mode", "change mode", template.change_mode.as_ref(), &modes);
    let Some(mode) = &template.change_mode else { return };
    match mode.as_str() {
        "signal" => {
            if let Some(name) = template.change_signal.as_ref().filter(|name| name.is_empty()) {
                checker.push(
                    Diagnostic::error("template::no_change_signal", "change mode \"signal\" needs a signal")
                        .label(name.span, "which signal?")
                        .label(mode.span, "sends a signal")
                        .help("write `change_signal = \"SIGHUP\"`, or leave it out: SIGHUP is the default"),
                );
            }
            if let Some(env) = template.env.as_ref().filter(|env| env.value) {
                checker.push(
                    Diagnostic::error("template::signal_with_env", "a signal does not change a task's environment")
                        .label(mode.span, "the task goes on running")
                        .label(env.span, "read when it starts")
                        .help("use the change mode \"restart\""),
                );
            }
        }
        "script" => {
            let command = template.change_script.as_ref().and_then(|script| script.command.as_ref());
            if command.is_none_or(|command| command.is_empty()) {
                let at = command.map_or(mode.span, |command| command.span);
                checker.missing(template.whole, || {
                    Diagnostic::error("template::no_change_script", "change mode \"script\" needs a script")
                        .label(at, "what is to be run?")
                        .help(
                            "add `change_script { command = \"/local/reload.sh\" }`, the argument on a line of its own",
                        )
                });
            }
        }
        _ => {}
    }
    if let Some(name) = template.change_signal.as_ref().filter(|name| !name.is_empty())
        && !signal::is_known(&name.to_ascii_uppercase())
    {
        checker.push(
            Diagnostic::warning("template::unknown_change_signal", format!("unknown signal \"{}\"", name.value))
                .label(name.span, "not a signal")
                .help(signal_help(name)),
        );
    }
}

fn perms(template: &Template, checker: &mut Checker<'_>) {
    let Some(perms) = template.perms.as_ref().filter(|perms| !perms.is_empty()) else { return };
    if !matches!(u32::from_str_radix(perms, 8), Ok(0..=0o7777)) {
        checker.push(
            Diagnostic::error("template::bad_perms", format!("\"{}\" is not a file mode", perms.value))
                .label(perms.span, "not an octal number up to 7777")
                .help("write a mode such as \"0644\""),
        );
    }
}

fn wait(template: &Template, checker: &mut Checker<'_>) {
    let Some(wait) = &template.wait else { return };
    let (Some(least), Some(most)) = (&wait.min, &wait.max) else { return };
    if least.value > most.value {
        checker.push(
            Diagnostic::error(
                "template::wait_min_over_max",
                format!("`min` ({}) is more than `max` ({})", least.value, most.value),
            )
            .label(least.span, "at least")
            .label(most.span, "at most")
            .help("raise `max`, or lower `min`"),
        );
    }
}
