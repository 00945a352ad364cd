//! Rules about `check` and `check_restart`.

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Check, CheckRestart, Duration, Opt, Service, Spanned};

use super::checker::{Checker, interpolated};
use super::service::{Place, is_port_number, unknown_port, unknown_task};

const SECOND: Duration = Duration::from_seconds(1);

/// Every rule of the block.
pub(super) fn check(place: Place<'_>, service: &Service, check: &Check, checker: &mut Checker<'_>) {
    kind(service, check, checker);
    every(check, "check::interval_too_short", "interval", check.interval.as_ref(), checker);
    every(check, "check::timeout_too_short", "timeout", check.timeout.as_ref(), checker);
    match check_type(check).as_deref() {
        Some("http") => http(check, checker),
        Some("script") => script(place, service, check, checker),
        _ => {}
    }
    port(place, service, check, checker);
    values(check, checker);
    task(place, check, checker);
    expose(place, check, checker);
    counters(check, checker);
    if service.provider.as_ref().is_some_and(|provider| provider.as_str() == "nomad") {
        of_nomad(service, check, checker);
    }
    if let Some(restart) = &check.check_restart {
        check_restart(restart, checker);
    }
}

/// The type in lower case, as it is compared.
fn check_type(check: &Check) -> Option<String> {
    check.kind.as_ref().filter(|kind| !kind.is_empty()).map(|kind| kind.to_ascii_lowercase())
}

fn kind(service: &Service, check: &Check, checker: &mut Checker<'_>) {
    let nomad = service.provider.as_ref().filter(|provider| provider.as_str() == "nomad");
    match (check.kind.as_ref(), check_type(check).as_deref(), nomad) {
        (_, None, _) => {
            let at = check.kind.as_ref().map_or(check.at, |kind| kind.span);
            checker.missing(check.whole, || {
                Diagnostic::error("check::no_type", "the check has no type")
                    .label(at, "needs `type`")
                    .help("write \"http\", \"tcp\", \"script\" or \"grpc\"")
            });
        }
        (_, Some("http" | "tcp"), _) | (_, Some("script" | "grpc"), None) => {}
        (Some(kind), Some("script" | "grpc"), Some(provider)) => checker.push(
            Diagnostic::error(
                "check::type_of_consul",
                format!("a check of Nomad cannot be of type \"{}\"", kind.value),
            )
            .label(kind.span, "needs Consul")
            .label(provider.span, "registered in Nomad")
            .help("use \"http\" or \"tcp\""),
        ),
        _ => {
            checker.one_of(
                "check::unknown_type",
                "type of check",
                check.kind.as_ref(),
                &["http", "tcp", "script", "grpc"],
            );
        }
    }
}

/// Both times must be written, and be a second at least.
fn every(check: &Check, code: &'static str, name: &str, value: Option<&Spanned<Duration>>, checker: &mut Checker<'_>) {
    match value {
        None => checker.missing(check.whole, || {
            Diagnostic::error(code, format!("the check has no `{name}`"))
                .label(check.at, format!("needs `{name}`"))
                .help(format!("write a second or more: `{name} = \"10s\"`"))
        }),
        Some(value) if value.value < SECOND => checker.push(
            Diagnostic::error(code, format!("`{name}` must be at least 1s, not {}", value.value))
                .label(value.span, "too short")
                .help("write \"1s\" or more"),
        ),
        Some(_) => {}
    }
}

fn http(check: &Check, checker: &mut Checker<'_>) {
    let Some(path) = check.path.as_ref().filter(|path| !path.is_empty()) else {
        let at = check.path.as_ref().map_or(check.at, |path| path.span);
        return checker.missing(check.whole, || {
            Diagnostic::error("check::no_path", "an http check needs a path")
                .label(at, "needs `path`")
                .help("write what is asked for: `path = \"/health\"`")
        });
    };
    let scheme = path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    });
    if scheme {
        checker.push(
            Diagnostic::error("check::absolute_path", format!("\"{}\" is a whole URL", path.value))
                .label(path.span, "scheme and host are not part of it")
                .help("write the path alone: \"/health\"; `port` and `protocol` say the rest"),
        );
    }
}

fn script(place: Place<'_>, service: &Service, check: &Check, checker: &mut Checker<'_>) {
    if check.command.as_ref().is_none_or(|command| command.is_empty()) {
        let at = check.command.as_ref().map_or(check.at, |command| command.span);
        checker.missing(check.whole, || {
            Diagnostic::error("check::no_command", "a script check needs a command")
                .label(at, "needs `command`")
                .help("write what is run in the task: `command = \"/local/healthy.sh\"`")
        });
    }
    let named = |name: &Opt<crate::jobspec::Str>| name.as_ref().is_some_and(|name| !name.is_empty());
    if place.task.is_none() && !named(&check.task) && !named(&service.task) {
        checker.missing(check.whole, || {
            Diagnostic::error(
                "check::script_without_task",
                "a script check in a service of a group needs a task to run in",
            )
            .label(check.at, "needs `task`")
            .help("add `task = \"…\"` to the check or to the service")
        });
    }
}

/// What is asked over the network must be asked somewhere.
fn port(place: Place<'_>, service: &Service, check: &Check, checker: &mut Checker<'_>) {
    if !matches!(check_type(check).as_deref(), Some("http" | "tcp" | "grpc")) {
        return;
    }
    let own = check.port.as_ref().filter(|port| !port.is_empty());
    let Some(port) = own.or(service.port.as_ref().filter(|port| !port.is_empty())) else {
        let exposed = check.expose.as_ref().is_some_and(|expose| expose.value);
        let proxied = service.connect.is_some() && exposed;
        if !proxied {
            checker.missing(service.whole, || {
                Diagnostic::error("check::no_port", "the check has no port to ask")
                    .label(check.at, "needs a port")
                    .label(service.at, "has no port either")
                    .help("add `port = \"…\"` to the check or to its service")
            });
        }
        return;
    };
    if own.is_none() || place.ports.contains(port.as_str()) || interpolated(port) {
        return;
    }
    if !is_port_number(port) {
        checker.push(unknown_port(place, port));
    }
}

fn values(check: &Check, checker: &mut Checker<'_>) {
    let states = ["passing", "warning", "critical"];
    checker.one_of("check::unknown_initial_status", "initial status", check.initial_status.as_ref(), &states);
    let modes = ["auto", "alloc", "driver", "host"];
    checker.one_of("check::unknown_address_mode", "address mode", check.address_mode.as_ref(), &modes);
    let updates = ["require_healthy", "ignore_warnings", "ignore"];
    checker.one_of("check::unknown_on_update", "value of `on_update`", check.on_update.as_ref(), &updates);
}

fn task(place: Place<'_>, check: &Check, checker: &mut Checker<'_>) {
    let Some(name) = check.task.as_ref().filter(|name| !name.is_empty() && place.task.is_none()) else { return };
    if !place.group.tasks.iter().any(|task| task.name.value == name.value) {
        checker.push(unknown_task(place, name));
    }
}

fn expose(place: Place<'_>, check: &Check, checker: &mut Checker<'_>) {
    let Some(expose) = check.expose.as_ref().filter(|expose| expose.value) else { return };
    let problem = if place.task.is_some() {
        "only checks of a group's service can be exposed"
    } else if !matches!(check_type(check).as_deref(), Some("http" | "grpc") | None) {
        "only http and grpc checks can be exposed"
    } else {
        return;
    };
    checker.push(
        Diagnostic::error("check::cannot_expose", problem)
            .label(expose.span, "cannot be exposed")
            .help("take `expose` out"),
    );
}

fn counters(check: &Check, checker: &mut Checker<'_>) {
    let all = [
        ("success_before_passing", &check.success_before_passing),
        ("failures_before_critical", &check.failures_before_critical),
        ("failures_before_warning", &check.failures_before_warning),
    ];
    let scripted = check_type(check).as_deref() == Some("script");
    for (name, value) in all {
        checker.at_least("check::negative_counter", name, value.as_ref(), 0, "");
        if let Some(value) = value.as_ref().filter(|value| scripted && value.value > 0) {
            checker.push(
                Diagnostic::error("check::counter_of_script", format!("a script check cannot have `{name}`"))
                    .label(value.span, "not for scripts")
                    .help(format!("take `{name}` out, or count in the script")),
            );
        }
    }
}

/// What only Consul can do.
fn of_nomad(service: &Service, check: &Check, checker: &mut Checker<'_>) {
    let Some(provider) = &service.provider else { return };
    let counts = |value: &Opt<i64>| value.as_ref().filter(|value| value.value != 0).map(|value| value.span);
    let on = |value: &Opt<bool>| value.as_ref().filter(|value| value.value).map(|value| value.span);
    let text =
        |value: &Opt<crate::jobspec::Str>| value.as_ref().filter(|value| !value.is_empty()).map(|value| value.span);
    let ignores = |value: &Opt<crate::jobspec::Str>| {
        value.as_ref().filter(|value| value.as_str() == "ignore_warnings").map(|value| value.span)
    };
    let warnings = check.check_restart.as_ref().and_then(|restart| on(&restart.ignore_warnings));
    let of_consul: [(&str, Option<Span>); 9] = [
        ("success_before_passing", counts(&check.success_before_passing)),
        ("failures_before_critical", counts(&check.failures_before_critical)),
        ("failures_before_warning", counts(&check.failures_before_warning)),
        ("expose", on(&check.expose)),
        ("advertise", text(&check.advertise)),
        ("grpc_service", text(&check.grpc_service)),
        ("grpc_use_tls", on(&check.grpc_use_tls)),
        ("on_update = \"ignore_warnings\"", ignores(&check.on_update)),
        ("ignore_warnings", warnings),
    ];
    for (name, span) in of_consul {
        let Some(span) = span else { continue };
        checker.push(
            Diagnostic::error("check::consul_only", format!("`{name}` is for checks of Consul only"))
                .label(span, "needs Consul")
                .label(provider.span, "registered in Nomad")
                .help(format!("take `{name}` out")),
        );
    }
}

/// The rules about `check_restart`, of a check or of a service.
pub(super) fn check_restart(restart: &CheckRestart, checker: &mut Checker<'_>) {
    checker.at_least("check_restart::negative_limit", "limit", restart.limit.as_ref(), 0, "");
    checker.not_negative("check_restart::negative_grace", "grace", restart.grace.as_ref());
}
