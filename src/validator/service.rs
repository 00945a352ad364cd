//! Rules about `service`, of a group and of its tasks.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Group, Service, Task};

use super::checker::Checker;
use super::{check, connect};

/// Where a service stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The group.
    pub group: &'a Group,
    /// The task, if it stands in one.
    pub task: Option<&'a Task>,
    /// The labels of the group's ports, those of its tasks too.
    pub ports: &'a HashSet<&'a str>,
}

/// Every rule of the block, for all services of a group and of its tasks.
pub(super) fn check_group(group: &Group, checker: &mut Checker<'_>) {
    let of_tasks =
        group.tasks.iter().filter_map(|task| task.resources.as_deref()).flat_map(|resources| &resources.networks);
    let networks = group.networks.iter().chain(of_tasks);
    let ports: HashSet<&str> =
        networks.flat_map(|network| network.ports.iter()).map(|port| port.label.as_str()).collect();
    let of_group = Place { group, task: None, ports: &ports };
    let mut all: Vec<(Place<'_>, &Service)> = group.services.iter().map(|service| (of_group, service)).collect();
    for task in &group.tasks {
        let place = Place { task: Some(task), ..of_group };
        all.extend(task.services.iter().map(|service| (place, service)));
    }
    for (place, service) in &all {
        name(*place, service, checker);
        values(service, checker);
        address_mode(*place, service, checker);
        port(*place, service, checker);
        task(*place, service, checker);
        provider(service, checker);
        connect::check(*place, service, checker);
        for one in &service.checks {
            check::check(*place, service, one, checker);
        }
        if let Some(restart) = &service.check_restart {
            check::check_restart(restart, checker);
        }
        check_names(*place, service, checker);
    }
    one_provider(&all, checker);
    duplicates(&all, checker);
}

/// The name in force: Nomad makes one of job, group and task.
fn effective_name(place: Place<'_>, service: &Service, checker: &Checker<'_>) -> (String, Span) {
    if let Some(name) = service.name.as_ref().filter(|name| !name.is_empty()) {
        return (name.value.to_string(), name.span);
    }
    let job = checker.job;
    let id = job.name.as_ref().filter(|name| !name.is_empty()).unwrap_or_else(|| job.effective_id()).as_str();
    let group = &place.group.name.value;
    let name = match place.task {
        Some(task) => format!("{id}-{group}-{}", task.name.value),
        None => format!("{id}-{group}"),
    };
    (name, service.name.as_ref().map_or(service.at, |name| name.span))
}

fn name(place: Place<'_>, service: &Service, checker: &mut Checker<'_>) {
    let (name, span) = effective_name(place, service, checker);
    if !is_host_label(&filled_in(&name)) {
        let made = if service.name.is_some() { "" } else { ", which is made of job, group and task," };
        checker.push(
            Diagnostic::error(
                "service::bad_name",
                format!("the service's name \"{name}\"{made} cannot be part of a host name"),
            )
            .label(span, "not letters, digits and hyphens")
            .help("write 63 characters at most: letters, digits and hyphens, no hyphen at either end"),
        );
    }
}

/// A text with a stand-in for everything that only the run time knows.
fn filled_in(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        out.push_str(&rest[..start]);
        out.push_str("ENV-VAR");
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out
}

/// A label of RFC 1123.
fn is_host_label(name: &str) -> bool {
    let bytes = name.as_bytes();
    (1..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && bytes.first() != Some(&b'-')
        && bytes.last() != Some(&b'-')
}

fn values(service: &Service, checker: &mut Checker<'_>) {
    let updates = ["require_healthy", "ignore_warnings", "ignore"];
    checker.one_of("service::unknown_on_update", "value of `on_update`", service.on_update.as_ref(), &updates);
    checker.one_of("service::unknown_provider", "provider", service.provider.as_ref(), &["nomad", "consul"]);
    if let Some(weights) = &service.weights {
        checker.at_least("service::negative_weight", "passing", weights.passing.as_ref(), 0, "");
        checker.at_least("service::negative_weight", "warning", weights.warning.as_ref(), 0, "");
    }
}

fn address_mode(place: Place<'_>, service: &Service, checker: &mut Checker<'_>) {
    let modes = ["auto", "host", "driver", "alloc"];
    if !checker.one_of("service::unknown_address_mode", "address mode", service.address_mode.as_ref(), &modes) {
        return;
    }
    let Some(mode) = &service.address_mode else { return };
    let (wrong, only) = match (place.task, mode.as_str()) {
        (None, "driver") => (true, "a task"),
        (Some(_), "alloc") => (true, "a group"),
        _ => (false, ""),
    };
    if wrong {
        checker.push(
            Diagnostic::error(
                "service::address_mode_of_other_level",
                format!("address mode \"{}\" is for services of {only}", mode.value),
            )
            .label(mode.span, format!("not a service of {only}"))
            .help("use \"auto\", or move the service"),
        );
    }
    if let Some(address) = service.address.as_ref().filter(|address| !address.is_empty())
        && !matches!(mode.as_str(), "" | "auto")
    {
        checker.push(
            Diagnostic::error("service::address_and_mode", "`address` and `address_mode` exclude each other")
                .label(address.span, "the address itself")
                .label(mode.span, "where to take it from")
                .help("keep one of them"),
        );
    }
}

/// Whether a text is a port number.
pub(super) fn is_port_number(text: &str) -> bool {
    text.parse::<u16>().is_ok()
}

fn port(place: Place<'_>, service: &Service, checker: &mut Checker<'_>) {
    let Some(port) = service.port.as_ref().filter(|port| !port.is_empty()) else { return };
    if place.ports.contains(port.as_str()) || is_port_number(port) || super::checker::interpolated(port) {
        return;
    }
    checker.push(unknown_port(place, port));
}

/// A port that the group does not have: an error in a task, as the reference has it.
pub(super) fn unknown_port(place: Place<'_>, port: &crate::jobspec::Spanned<crate::jobspec::Str>) -> Diagnostic {
    let message = format!("the group has no port \"{}\"", port.value);
    let known: Vec<&str> = place.ports.iter().copied().collect();
    let help = match crate::jobspec::similar(port, known.iter().copied()) {
        Some(similar) => format!("did you mean \"{similar}\"?"),
        None => format!("add `port \"{}\" {{ }}` to a `network` block of the group", port.value),
    };
    let finding = match place.task {
        Some(_) => Diagnostic::error("service::unknown_port", message),
        None => Diagnostic::warning("service::unknown_port", message),
    };
    finding.label(port.span, "not a port of the group").help(help)
}

fn task(place: Place<'_>, service: &Service, checker: &mut Checker<'_>) {
    let Some(name) = service.task.as_ref().filter(|name| !name.is_empty() && place.task.is_none()) else { return };
    let of_sidecar = service.connect.is_some();
    if !of_sidecar && !place.group.tasks.iter().any(|task| task.name.value == name.value) {
        checker.push(unknown_task(place, name));
    }
}

/// A task that the group does not have.
pub(super) fn unknown_task(place: Place<'_>, name: &crate::jobspec::Spanned<crate::jobspec::Str>) -> Diagnostic {
    let known = place.group.tasks.iter().map(|task| task.name.as_str());
    let help = match crate::jobspec::similar(name, known.clone()) {
        Some(similar) => format!("did you mean \"{similar}\"?"),
        None => format!("the group has {}", known.collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::error("service::unknown_task", format!("the group has no task \"{}\"", name.value))
        .label(name.span, "not a task of the group")
        .help(help)
}

fn is_nomad(service: &Service) -> bool {
    service.provider.as_ref().is_some_and(|provider| provider.as_str() == "nomad")
}

fn provider(service: &Service, checker: &mut Checker<'_>) {
    let Some(provider) = service.provider.as_ref().filter(|_| is_nomad(service)) else { return };
    let on = |flag: &crate::jobspec::Opt<bool>| flag.as_ref().filter(|flag| flag.value).map(|flag| flag.span);
    let others = [
        ("connect", service.connect.as_ref().map(|connect| connect.at)),
        ("enable_tag_override", on(&service.enable_tag_override)),
    ];
    for (name, span) in others {
        let Some(span) = span else { continue };
        checker.push(
            Diagnostic::error("service::consul_only", format!("`{name}` is for services of Consul only"))
                .label(span, "needs Consul")
                .label(provider.span, "registered in Nomad")
                .help(format!("take `{name}` out, or write `provider = \"consul\"`")),
        );
    }
}

fn one_provider(all: &[(Place<'_>, &Service)], checker: &mut Checker<'_>) {
    let mut first: Option<(bool, Span)> = None;
    for (_, service) in all {
        let nomad = is_nomad(service);
        let span = service.provider.as_ref().map_or(service.at, |provider| provider.span);
        match first {
            None => first = Some((nomad, span)),
            Some((other, at)) if other != nomad => {
                checker.push(
                    Diagnostic::error("service::several_providers", "the services of a group must have one provider")
                        .label(span, if nomad { "Nomad" } else { "Consul" })
                        .label(at, if other { "Nomad" } else { "Consul" })
                        .help("write the same `provider` in all; it is \"consul\" where none is written"),
                );
                return;
            }
            Some(_) => {}
        }
    }
}

fn duplicates(all: &[(Place<'_>, &Service)], checker: &mut Checker<'_>) {
    let mut seen: HashMap<(String, String), Span> = HashMap::new();
    for (place, service) in all {
        let (name, span) = effective_name(*place, service, checker);
        let port = service.port.as_ref().map_or(String::new(), |port| port.value.to_string());
        if let Some(first) = seen.insert((name.clone(), port), span) {
            checker.push(
                Diagnostic::error(
                    "service::duplicate",
                    format!("service \"{name}\" is registered twice for the same port"),
                )
                .label(span, "the second one")
                .label(first, "the first one")
                .help("give one of them another name or port"),
            );
        }
    }
}

/// A check's name must be unique in a service of a task.
fn check_names(place: Place<'_>, service: &Service, checker: &mut Checker<'_>) {
    if place.task.is_none() {
        return;
    }
    let mut seen = HashMap::new();
    for check in &service.checks {
        let name = check.name.as_ref().map_or("", |name| &name.value);
        let span = check.name.as_ref().map_or(check.at, |name| name.span);
        if let Some(first) = seen.insert(name, span) {
            let message = if name.is_empty() {
                "two checks have no name".into()
            } else {
                format!("check \"{name}\" stands twice")
            };
            checker.push(
                Diagnostic::error("check::duplicate", message)
                    .label(span, "the second one")
                    .label(first, "the first one")
                    .help("give each check of a task's service a name of its own"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_with_the_run_times_part_filled_in() {
        assert!(is_host_label(&filled_in("${TASK}-api")));
        assert!(is_host_label(&filled_in("web-${NOMAD_ALLOC_INDEX}")));
        for name in ["-x", "x-", "bad name!", "", "a_b", &"a".repeat(64)] {
            assert!(!is_host_label(&filled_in(name)), "{name}");
        }
    }
}
