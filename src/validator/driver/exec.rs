//! The config of driver `exec`: Nomad's keys and those jobctl adds.

use crate::diagnostic::{Diagnostic, Span};
use crate::host::{LIMIT_NAMES, Limit};
use crate::jobspec::{Untyped, UntypedKind, similar};

use super::capability;
use super::schema::{Key, STRING_MAP, STRINGS, Shape};
use crate::validator::checker::{Checker, interpolated, quoted_list};

pub(super) const KEYS: &[Key] = &[
    Key::required("command", Shape::String),
    Key::new("args", STRINGS),
    Key::new("pid_mode", Shape::String),
    Key::new("ipc_mode", Shape::String),
    Key::new("cap_add", STRINGS),
    Key::new("cap_drop", STRINGS),
    Key::new("work_dir", Shape::String),
    Key::ours("ulimit", STRING_MAP),
    Key::ours("apparmor_profile", Shape::String),
    Key::ours("devices", Shape::Object(DEVICE)),
    Key::ours("pids_limit", Shape::Number),
    Key::ours("hostname", Shape::String),
    Key::ours("network_namespace", Shape::String),
    Key::ours("etc", Shape::String),
    Key::ours("oom_score_adj", Shape::Number),
    Key::ours("no_new_privileges", Shape::Bool),
];

const DEVICE: &[Key] = &[
    Key::required("host_path", Shape::String),
    Key::new("container_path", Shape::String),
    Key::new("cgroup_permissions", Shape::String),
];

/// The rules beyond keys and types.
pub(super) fn check(config: &Untyped, checker: &mut Checker<'_>) {
    one_of("pid_mode", &["private", "host"], config, checker);
    one_of("ipc_mode", &["private", "host"], config, checker);
    one_of("etc", &["host", "generated"], config, checker);
    work_dir(config, checker);
    absolute("network_namespace", "/run/netns/blue", config, checker);
    capability::check(config, checker);
    ulimits(config, checker);
    devices(config, checker);
    oom_score_adj(config, checker);
    pids_limit(config, checker);
}

fn one_of(name: &str, known: &[&str], config: &Untyped, checker: &mut Checker<'_>) {
    let Some(value) = config.get(name) else { return };
    let Some(text) = value.as_str().filter(|text| !text.is_empty() && !interpolated(text)) else { return };
    if !known.contains(&text) {
        checker.push(
            Diagnostic::error("config::unknown_value", format!("`{name}` cannot be \"{text}\""))
                .label(value.span, format!("not {}", quoted_list(known)))
                .help(format!("write {}", quoted_list(known))),
        );
    }
}

/// The rule about `work_dir`, which `raw_exec` shares.
pub(super) fn work_dir(config: &Untyped, checker: &mut Checker<'_>) {
    absolute("work_dir", "/local", config, checker);
}

fn absolute(name: &str, example: &str, config: &Untyped, checker: &mut Checker<'_>) {
    let Some(value) = config.get(name) else { return };
    let Some(text) = value.as_str().filter(|text| !text.is_empty() && !interpolated(text)) else { return };
    if !text.starts_with('/') {
        checker.push(
            Diagnostic::error("config::relative_path", format!("`{name}` must be an absolute path, not \"{text}\""))
                .label(value.span, "relative to what?")
                .help(format!("write a path from the root, such as \"{example}\"")),
        );
    }
}

fn ulimits(config: &Untyped, checker: &mut Checker<'_>) {
    let Some(value) = config.get("ulimit") else { return };
    let blocks = value.elements().iter().flat_map(Untyped::entries);
    for (name, limit) in value.entries().iter().chain(blocks) {
        if !LIMIT_NAMES.contains(&name.as_str()) {
            let help = match similar(name, LIMIT_NAMES.into_iter()) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => format!("known are {}", LIMIT_NAMES.join(", ")),
            };
            checker.push(
                Diagnostic::error("ulimit::unknown", format!("unknown limit `{}`", name.value))
                    .label(name.span, "not a limit of getrlimit(2)")
                    .help(help),
            );
        }
        if let Some(text) = limit.as_str().filter(|text| !interpolated(text) && Limit::parse(text).is_none()) {
            checker.push(
                Diagnostic::error("ulimit::bad_value", format!("\"{text}\" is not a limit"))
                    .label(limit.span, "not a number, nor soft and hard limit")
                    .help("write soft and hard limit with a colon between them, \"1024:4096\", or one number; \"unlimited\" is one"),
            );
        }
    }
}

fn devices(config: &Untyped, checker: &mut Checker<'_>) {
    let Some(value) = config.get("devices") else { return };
    let single = matches!(value.kind, UntypedKind::Object(_)).then_some(value);
    for device in value.elements().iter().chain(single) {
        let mut bad = |span: Span, message: String, help: &str| {
            let finding =
                Diagnostic::error("config::bad_device", message).label(span, "not good for a device").help(help);
            checker.push(finding);
        };
        match device.get("host_path").map(|path| (path.as_str(), path.span)) {
            None => bad(
                device.span,
                "a device needs `host_path`".into(),
                "write the device of the host: host_path = \"/dev/fuse\"",
            ),
            Some((Some(path), span)) if !path.starts_with('/') && !interpolated(path) => {
                bad(
                    span,
                    format!("\"{path}\" is not an absolute path"),
                    "write the device of the host: host_path = \"/dev/fuse\"",
                );
            }
            Some(_) => {}
        }
        let permissions = device.get("cgroup_permissions").and_then(|value| Some((value.as_str()?, value.span)));
        if let Some((text, span)) = permissions
            && (text.is_empty() || !text.chars().all(|letter| matches!(letter, 'r' | 'w' | 'm')))
        {
            bad(span, format!("\"{text}\" is not a permission"), "write letters of \"rwm\": read, write, make");
        }
    }
}

/// The rule about `oom_score_adj`, which `raw_exec` shares (proc_pid_oom_score_adj(5)).
pub(super) fn oom_score_adj(config: &Untyped, checker: &mut Checker<'_>) {
    between("oom_score_adj", -1000, 1000, config, checker);
}

fn pids_limit(config: &Untyped, checker: &mut Checker<'_>) {
    between("pids_limit", 1, 1 << 22, config, checker);
}

fn between(name: &str, least: i64, most: i64, config: &Untyped, checker: &mut Checker<'_>) {
    let Some(value) = config.get(name) else { return };
    let number = match &value.kind {
        UntypedKind::Number(number) => number.as_i64(),
        UntypedKind::String(text) => match text.parse().ok() {
            Some(number) => Some(number),
            // What is no number at all is a wrong type, and said so already.
            None => return,
        },
        _ => return,
    };
    if number.is_none_or(|number| !(least..=most).contains(&number)) {
        checker.push(
            Diagnostic::error(
                "config::out_of_range",
                format!("`{name}` must be a whole number from {least} to {most}"),
            )
            .label(value.span, "out of range")
            .help(format!("write a whole number from {least} to {most}")),
        );
    }
}
