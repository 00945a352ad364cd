//! Rules about a task and its small blocks: lifecycle, logs, actions, payload, secrets.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::jobspec::{Duration, Group, JobType, Opt, Str, Task, Untyped, similar};

use super::checker::{Checker, effective};
use super::paths::escapes;
use super::run_time_name;
use super::signal;

/// Every rule of the block; the group is the one it stands in, if it stands in one.
pub(super) fn check(group: Option<&Group>, task: &Task, checker: &mut Checker<'_>) {
    name(task, checker);
    driver(task, checker);
    kill_signal(task, checker);
    checker.not_negative("task::negative_kill_timeout", "kill_timeout", task.kill_timeout.as_ref());
    checker.not_negative("task::negative_shutdown_delay", "shutdown_delay", task.shutdown_delay.as_ref());
    kill_timeout_and_deployment(group, task, checker);
    user(task, checker);
    lifecycle(task, checker);
    logs(group, task, checker);
    dispatch_payload(task, checker);
    actions(task, checker);
    secrets(task, checker);
    environment(task, checker);
    run_time_name::check(group, task, checker);
}

fn name(task: &Task, checker: &mut Checker<'_>) {
    let name = &task.name;
    let problem = match name.as_str() {
        "" if checker.is_unreadable(task.at) => return,
        "" => ("task::empty_name", "the task has no name".to_owned(), "write a name: `task \"server\" { … }`"),
        "alloc" => (
            "task::reserved_name",
            "a task cannot be called \"alloc\"".to_owned(),
            "that is the directory the tasks share: choose another name",
        ),
        text if text.contains(['/', '\\']) => (
            "task::slash_in_name",
            format!("the task's name \"{text}\" has a slash in it"),
            "the task's directory is called so: take the slash out",
        ),
        text if text.contains('\0') => {
            ("task::null_in_name", "the task's name has a null character in it".to_owned(), "take it out")
        }
        _ => return,
    };
    let (code, message, help) = problem;
    checker.push(Diagnostic::error(code, message).label(name.span, "not a name for a directory").help(help));
}

/// The drivers Nomad has or is known to be given; here `exec` and `raw_exec` run.
const DRIVERS: &[&str] = &["exec", "raw_exec", "docker", "podman", "java", "qemu"];

fn driver(task: &Task, checker: &mut Checker<'_>) {
    match task.driver.as_ref() {
        None => checker.missing(task.whole, || {
            Diagnostic::error("task::no_driver", format!("task \"{}\" has no driver", task.name.value))
                .label(task.at, "needs `driver`")
                .help("write `driver = \"exec\"`, or \"raw_exec\" for a task without isolation")
        }),
        Some(driver) if driver.is_empty() => checker.push(
            Diagnostic::error("task::no_driver", format!("task \"{}\" has an empty driver", task.name.value))
                .label(driver.span, "empty")
                .help("write `driver = \"exec\"`, or \"raw_exec\" for a task without isolation"),
        ),
        Some(driver) if !DRIVERS.contains(&driver.as_str()) => {
            let help = match similar(driver, DRIVERS.iter().copied()) {
                Some(similar) => format!("did you mean \"{similar}\"?"),
                None => "its config is not checked; on one host \"exec\" and \"raw_exec\" run".into(),
            };
            checker.push(
                Diagnostic::warning("task::unknown_driver", format!("unknown driver \"{}\"", driver.value))
                    .label(driver.span, "not a driver jobctl knows")
                    .help(help),
            );
        }
        Some(_) => {}
    }
}

fn kill_signal(task: &Task, checker: &mut Checker<'_>) {
    let Some(name) = task.kill_signal.as_ref().filter(|name| !name.is_empty()) else { return };
    if signal::is_known(name) {
        return;
    }
    checker.push(
        Diagnostic::error("task::unknown_kill_signal", format!("unknown signal \"{}\"", name.value))
            .label(name.span, "not a signal")
            .help(signal_help(name)),
    );
}

/// The signal that was meant.
pub(super) fn signal_help(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let full = if upper.starts_with("SIG") { upper } else { format!("SIG{upper}") };
    match similar(&full, signal::SIGNALS.iter().copied()) {
        Some(similar) => format!("did you mean \"{similar}\"?"),
        None => "write a name of signal(7), such as \"SIGTERM\"".into(),
    }
}

/// A deployment that waits for a task to stop longer than it may take at all cannot succeed.
fn kill_timeout_and_deployment(group: Option<&Group>, task: &Task, checker: &mut Checker<'_>) {
    let Some(timeout) = task.kill_timeout.as_ref().filter(|_| checker.kind == JobType::Service) else { return };
    let own = group.and_then(|group| group.update.as_deref());
    let outer = checker.job.update.as_deref();
    let written = [own, outer].map(|update| update.and_then(|update| update.progress_deadline.as_ref()));
    let deadline = effective(&written, Duration::from_seconds(600), task.at);
    if deadline.value > Duration::ZERO && timeout.value > deadline.value {
        let mut finding = Diagnostic::error(
            "task::kill_timeout_over_progress_deadline",
            format!("`kill_timeout` ({}) is more than a deployment may take ({})", timeout.value, deadline.value),
        )
        .label(timeout.span, "waits this long for the task to stop")
        .help("lower `kill_timeout`, or raise `progress_deadline` in `update`");
        if written.iter().any(Option::is_some) {
            finding = finding.label(deadline.span, "the deployment has failed by then");
        }
        checker.push(finding);
    }
}

fn user(task: &Task, checker: &mut Checker<'_>) {
    let isolated = task.driver.as_ref().is_some_and(|driver| matches!(driver.as_str(), "exec" | "java" | "qemu"));
    let Some(user) = task.user.as_ref().filter(|user| isolated && matches!(user.as_str(), "root" | "0")) else {
        return;
    };
    checker.push(
        Diagnostic::warning("task::runs_as_root", "root in the task is root of the host")
            .label(user.span, "a cluster's default configuration denies it")
            .help("name another user, and give the capabilities it needs with `cap_add`"),
    );
}

fn lifecycle(task: &Task, checker: &mut Checker<'_>) {
    let Some(lifecycle) = &task.lifecycle else { return };
    let hooks = ["prestart", "poststart", "poststop"];
    if let Some(hook) = &lifecycle.hook
        && hook.is_empty()
    {
        checker.push(
            Diagnostic::error("lifecycle::unknown_hook", "the hook is empty")
                .label(hook.span, "empty")
                .help("write \"prestart\", \"poststart\" or \"poststop\""),
        );
    }
    checker.one_of("lifecycle::unknown_hook", "hook", lifecycle.hook.as_ref(), &hooks);
    endless_prestart(task, checker);
}

/// The main tasks wait for a prestart task that is no sidecar.
fn endless_prestart(task: &Task, checker: &mut Checker<'_>) {
    let Some(lifecycle) = &task.lifecycle else { return };
    let waited_for = lifecycle.hook.as_ref().is_some_and(|hook| hook.as_str() == "prestart")
        && !lifecycle.sidecar.as_ref().is_some_and(|sidecar| sidecar.value);
    if !waited_for {
        return;
    }
    let Some(config) = &task.config else { return };
    let command = config.get("command").and_then(|command| command.as_str()).unwrap_or_default();
    let arguments = config.get("args").map(Untyped::elements).unwrap_or_default();
    let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.as_str()).collect();
    let endless = match command.rsplit('/').next().unwrap_or_default() {
        "sleep" => words.first() == Some(&"infinity"),
        "tail" => words.iter().any(|word| matches!(*word, "-f" | "-F" | "--follow")),
        "sh" | "bash" | "dash" | "ash" => {
            words.iter().any(|word| word.contains("while true") || word.contains("sleep infinity"))
        }
        _ => false,
    };
    if endless {
        let at = config.get("command").map_or(config.span, |command| command.span);
        checker.push(
            Diagnostic::warning("lifecycle::endless_prestart", "the main tasks wait for a task that never ends")
                .label(at, "never ends")
                .label(lifecycle.at, "waited for before the main tasks start")
                .help("add `sidecar = true`, or use the hook \"poststart\""),
        );
    }
}

fn logs(group: Option<&Group>, task: &Task, checker: &mut Checker<'_>) {
    let logs = task.logs.as_deref();
    if logs.is_some_and(|logs| logs.disabled.as_ref().is_some_and(|disabled| disabled.value)) {
        return;
    }
    if let Some(logs) = logs {
        checker.at_least("logs::no_files", "max_files", logs.max_files.as_ref(), 1, "");
        checker.at_least("logs::no_size", "max_file_size", logs.max_file_size.as_ref(), 1, "MB");
    }
    let at = logs.map_or(task.at, |logs| logs.at);
    let files = effective(&[logs.and_then(|logs| logs.max_files.as_ref())], 10, at);
    let size = effective(&[logs.and_then(|logs| logs.max_file_size.as_ref())], 10, at);
    let disk = group.and_then(|group| group.ephemeral_disk.as_deref()).and_then(|disk| disk.size.as_ref());
    let disk = effective(&[disk], 300, at);
    let total = i128::from(files.value) * i128::from(size.value);
    if total >= i128::from(disk.value) {
        let mut finding = Diagnostic::error(
            "logs::over_disk",
            format!("{total} MB of logs do not fit on an ephemeral disk of {} MB", disk.value),
        )
        .label(disk.span, if disk.span == at { "logs as large as the disk" } else { "the disk" })
        .help("raise `size` of `ephemeral_disk`, or lower `max_files` or `max_file_size`");
        for part in [files.span, size.span] {
            if part != disk.span {
                finding = finding.label(part, "the logs");
            }
        }
        finding.labels.dedup();
        checker.push(finding);
    }
}

fn dispatch_payload(task: &Task, checker: &mut Checker<'_>) {
    let Some(payload) = &task.dispatch_payload else { return };
    let Some(file) = payload.file.as_ref().filter(|file| !file.is_empty()) else {
        return checker.missing(payload.whole, || {
            Diagnostic::error("dispatch_payload::no_file", "the payload has no file to go to")
                .label(payload.at, "needs `file`")
                .help("write a file beneath the task's `local` directory: `file = \"input.json\"`")
        });
    };
    if escapes("task/local", file) {
        checker.push(
            Diagnostic::error("dispatch_payload::outside", format!("\"{}\" is outside of the allocation", file.value))
                .label(file.span, "leads out of the task's directory")
                .help("write a path beneath the task's `local` directory, without `..`"),
        );
    }
}

fn actions(task: &Task, checker: &mut Checker<'_>) {
    let mut seen = HashMap::new();
    for action in &task.actions {
        let name = &action.name;
        if let Some(first) = seen.insert(name.as_str(), name.span) {
            checker.duplicate("action::duplicate", "action", &name.value, name.span, first);
        }
        if name.is_empty() || name.len() > 128 || name.contains(char::is_whitespace) || name.contains(char::is_control)
        {
            checker.push(
                Diagnostic::error("action::bad_name", format!("\"{}\" is not a name for an action", name.value))
                    .label(name.span, "empty, too long, or with spaces")
                    .help("write one word of 128 characters at most"),
            );
        }
        if let Some(command) = &action.command
            && command.is_empty()
        {
            checker.push(
                Diagnostic::error("action::no_command", format!("action \"{}\" has an empty command", name.value))
                    .label(command.span, "empty")
                    .help("write what to run: `command = \"/bin/backup\"`"),
            );
        }
    }
}

fn secrets(task: &Task, checker: &mut Checker<'_>) {
    let mut seen = HashMap::new();
    for secret in task.secrets.iter().chain(&checker.job.secrets) {
        if let Some(first) = seen.insert(secret.name.as_str(), secret.name.span) {
            checker.duplicate("secret::duplicate", "secret", &secret.name.value, secret.name.span, first);
        }
        let written = |value: &Opt<Str>| value.as_ref().is_some_and(|value| !value.is_empty());
        for (name, value) in [("provider", &secret.provider), ("path", &secret.path)] {
            if !written(value) {
                let at = value.as_ref().map_or(secret.at, |value| value.span);
                checker.missing(secret.whole, || {
                    Diagnostic::error("secret::incomplete", format!("secret \"{}\" has no `{name}`", secret.name.value))
                        .label(at, format!("needs `{name}`"))
                        .help(format!("write `{name} = \"…\"`"))
                });
            }
        }
        let Some(provider) = secret.provider.as_ref().filter(|provider| provider.as_str() == "vault") else { continue };
        if task.vault.is_none() && checker.job.vault.is_none() {
            checker.push(
                Diagnostic::error("secret::vault_without_vault", "a secret of Vault needs access to Vault")
                    .label(provider.span, "comes from Vault")
                    .help("add a `vault` block to the task"),
            );
        }
    }
}

/// A shell's variable that the job language takes for its own.
fn environment(task: &Task, checker: &mut Checker<'_>) {
    let shell = task.config.as_ref().and_then(|config| config.get("command")).and_then(|command| command.as_str());
    let is_shell = shell.is_some_and(|command| {
        matches!(command.rsplit('/').next(), Some("sh" | "bash" | "dash" | "ash" | "zsh" | "ksh"))
    });
    let arguments = task.config.as_ref().and_then(|config| config.get("args")).map(Untyped::elements);
    // A template may set it: which ones, only its rendering shows.
    let rendered = task.templates.iter().any(|template| template.env.as_ref().is_some_and(|env| env.value));
    if !is_shell || rendered {
        return;
    }
    let own: Vec<&str> = task.env.iter().flat_map(|env| env.iter()).map(|(key, _)| key.as_str()).collect();
    for argument in arguments.unwrap_or_default() {
        for name in argument.names.iter().filter(|name| !name.starts_with("NOMAD_") && !own.contains(&&***name)) {
            checker.push(
                Diagnostic::warning(
                    "task::shell_variable_in_args",
                    format!("`${{{name}}}` is read by the job language, not by the shell"),
                )
                .label(argument.span, format!("`${{{name}}}` stands here"))
                .help(format!("write `$${{{name}}}` or `${name}` for the shell's own variable")),
            );
        }
    }
}
