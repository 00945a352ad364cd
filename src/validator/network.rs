//! Rules about networks and their ports.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Group, Network, Port};

use super::checker::{Checker, interpolated};

/// Every rule of the block, for a group and its tasks.
pub(super) fn check(group: &Group, checker: &mut Checker<'_>) {
    let of_tasks =
        group.tasks.iter().filter_map(|task| task.resources.as_deref()).flat_map(|resources| &resources.networks);
    let networks: Vec<&Network> = group.networks.iter().chain(of_tasks).collect();
    labels(&networks, checker);
    static_ports(&networks, checker);
    cni_keys(&networks, checker);
    for network in &networks {
        for port in network.ports.iter() {
            numbers(port, checker);
            ignore_collision(network, port, checker);
        }
        mode(network, checker);
        hostname(network, checker);
        dns(network, checker);
        cni(network, checker);
    }
}

fn labels(networks: &[&Network], checker: &mut Checker<'_>) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for port in networks.iter().flat_map(|network| network.ports.iter()) {
        if let Some(first) = seen.insert(&port.label.value, port.label.span) {
            checker.duplicate("network::duplicate_port", "port", &port.label.value, port.label.span, first);
        }
    }
}

/// A number can be taken once on each host network.
fn static_ports(networks: &[&Network], checker: &mut Checker<'_>) {
    let mut seen: HashMap<(&str, i64), Span> = HashMap::new();
    for network in networks {
        for port in network.ports.iter() {
            let Some(number) = port.fixed.as_ref().filter(|number| number.value != 0) else { continue };
            if port.ignore_collision.as_ref().is_some_and(|ignore| ignore.value) {
                continue;
            }
            let host_network = port.host_network.as_ref().map_or("default", |name| &name.value);
            let Some(first) = seen.insert((host_network, number.value), number.span) else { continue };
            checker.push(
                Diagnostic::error(
                    "network::duplicate_static_port",
                    format!("port number {} is used twice", number.value),
                )
                .label(number.span, "the second one")
                .label(first, "the first one")
                .help("give one of them another number, or leave `static` out for a free one"),
            );
        }
    }
}

fn numbers(port: &Port, checker: &mut Checker<'_>) {
    const MOST: i64 = 65_535;
    if let Some(number) = &port.fixed
        && !(0..=MOST).contains(&number.value)
    {
        checker.push(
            Diagnostic::error("network::port_out_of_range", format!("port number {} does not exist", number.value))
                .label(number.span, "not a port number")
                .help("write a number from 1 to 65535"),
        );
    }
    let Some(to) = &port.to else { return };
    if to.value < -1 {
        checker.push(
            Diagnostic::error(
                "network::negative_to",
                format!("port \"{}\" cannot be mapped to {}", port.label.value, to.value),
            )
            .label(to.span, "not a port number")
            .help("write a number from 1 to 65535, or -1 for the same number as outside"),
        );
    }
    if to.value > MOST {
        checker.push(
            Diagnostic::error("network::port_out_of_range", format!("port number {} does not exist", to.value))
                .label(to.span, "not a port number")
                .help("write a number from 1 to 65535"),
        );
    }
}

fn ignore_collision(network: &Network, port: &Port, checker: &mut Checker<'_>) {
    let Some(ignore) = port.ignore_collision.as_ref().filter(|ignore| ignore.value) else { return };
    if let Some(mode) = &network.mode
        && !matches!(mode.as_str(), "host" | "")
    {
        checker.push(
            Diagnostic::error("network::ignore_collision_not_host", "`ignore_collision` is for host networks only")
                .label(ignore.span, "several tasks share the number")
                .label(mode.span, "not the host's network")
                .help("set `mode = \"host\"`, or take `ignore_collision` out"),
        );
    }
    if !port.is_reserved() {
        checker.push(
            Diagnostic::error(
                "network::ignore_collision_not_static",
                "`ignore_collision` is for ports with a number only",
            )
            .label(ignore.span, "nothing to collide with")
            .help("give the port a number with `static`"),
        );
    }
}

fn mode(network: &Network, checker: &mut Checker<'_>) {
    let Some(mode) = &network.mode else { return };
    let known =
        matches!(mode.as_str(), "" | "host" | "bridge" | "none") || mode.starts_with("cni/") || interpolated(mode);
    if !known {
        checker.push(
            Diagnostic::warning("network::unknown_mode", format!("unknown network mode \"{}\"", mode.value))
                .label(mode.span, "not known")
                .help("write \"host\", \"bridge\", \"none\" or \"cni/<name>\""),
        );
    }
}

fn hostname(network: &Network, checker: &mut Checker<'_>) {
    let Some(hostname) = &network.hostname else { return };
    if hostname.is_empty() || interpolated(hostname) {
        return;
    }
    let name = hostname.strip_suffix('.').unwrap_or(hostname.as_str());
    if name.len() > 253 || name.split('.').any(|label| label.is_empty() || label.len() > 63) {
        checker.push(
            Diagnostic::error("network::bad_hostname", format!("\"{}\" is not a host name", hostname.value))
                .label(hostname.span, "a part of it is empty or too long")
                .help("write at most 63 characters between two dots, such as \"api-1.example\""),
        );
    } else if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
        checker.push(
            Diagnostic::warning("network::unusual_hostname", format!("\"{}\" is an unusual host name", hostname.value))
                .label(hostname.span, "most programs refuse it")
                .help("write letters, digits, hyphens and dots, such as \"api-1.example\""),
        );
    }
}

fn dns(network: &Network, checker: &mut Checker<'_>) {
    let Some(dns) = &network.dns else { return };
    for server in dns.servers.iter().flat_map(|list| &list.value) {
        if !interpolated(server) && server.parse::<IpAddr>().is_err() {
            checker.push(
                Diagnostic::warning(
                    "network::dns_server_not_an_address",
                    format!("\"{}\" is not an IP address", server.value),
                )
                .label(server.span, "a name server is named by its address")
                .help("write an address such as \"10.0.0.2\""),
            );
        }
    }
}

fn cni(network: &Network, checker: &mut Checker<'_>) {
    let Some(arguments) = network.cni.as_ref().and_then(|cni| cni.args.as_ref()) else { return };
    for (key, value) in arguments.iter() {
        for (text, span) in [(&key.value, key.span), (&value.value, value.span)] {
            if text.contains(';') {
                checker.push(
                    Diagnostic::error("network::semicolon_in_cni_argument", "a CNI argument cannot have a semicolon")
                        .label(span, "has a semicolon")
                        .help("CNI_ARGS is a list of key=value pairs with semicolons between them: take it out"),
                );
            }
        }
    }
}

/// All networks of a group hand their arguments to the same plugins.
fn cni_keys(networks: &[&Network], checker: &mut Checker<'_>) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    let arguments = networks.iter().filter_map(|network| network.cni.as_ref()?.args.as_ref());
    for (key, _) in arguments.flat_map(|arguments| arguments.iter()) {
        if let Some(first) = seen.insert(&key.value, key.span) {
            checker.duplicate("network::duplicate_cni_argument", "CNI argument", &key.value, key.span, first);
        }
    }
}
