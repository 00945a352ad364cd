//! Rules about `connect`.

use crate::diagnostic::Diagnostic;
use crate::jobspec::{Connect, Proxy, Service};

use super::checker::Checker;
use super::service::Place;

/// Every rule of the block.
pub(super) fn check(place: Place<'_>, service: &Service, checker: &mut Checker<'_>) {
    let Some(connect) = &service.connect else { return };
    if place.task.is_some() {
        checker.push(
            Diagnostic::error("connect::in_task", "`connect` is for services of a group")
                .label(connect.at, "in a service of a task")
                .help("move the service into the group"),
        );
    }
    one_role(connect, checker);
    native(service, connect, checker);
    let proxy = connect.sidecar_service.as_ref().and_then(|sidecar| sidecar.proxy.as_deref());
    if let Some(proxy) = proxy {
        upstreams(proxy, checker);
    }
}

fn one_role(connect: &Connect, checker: &mut Checker<'_>) {
    let roles: Vec<_> = [
        ("native", connect.native.as_ref().filter(|native| native.value).map(|native| native.span)),
        ("sidecar_service", connect.sidecar_service.as_ref().map(|sidecar| sidecar.at)),
        ("gateway", connect.gateway.as_ref().map(|gateway| gateway.at)),
    ]
    .into_iter()
    .filter_map(|(name, span)| Some((name, span?)))
    .collect();
    match roles.as_slice() {
        [] => checker.missing(connect.whole, || {
            Diagnostic::error("connect::no_role", "`connect` does not say how")
                .label(connect.at, "neither native, nor a sidecar, nor a gateway")
                .help("add `sidecar_service { }`, or `native = true`, or a `gateway` block")
        }),
        [_] => {}
        [(first, first_at), (second, second_at), ..] => checker.push(
            Diagnostic::error("connect::several_roles", format!("`{first}` and `{second}` exclude each other"))
                .label(*second_at, "one way")
                .label(*first_at, "another way")
                .help("keep one of them"),
        ),
    }
}

fn native(service: &Service, connect: &Connect, checker: &mut Checker<'_>) {
    let Some(native) = connect.native.as_ref().filter(|native| native.value) else { return };
    if service.task.as_ref().is_none_or(|task| task.is_empty()) {
        checker.push(
            Diagnostic::error("connect::native_without_task", "a native service must name its task")
                .label(native.span, "the task itself speaks the mesh's protocol")
                .label(service.at, "needs `task`")
                .help("add `task = \"…\"` to the service"),
        );
    }
}

fn upstreams(proxy: &Proxy, checker: &mut Checker<'_>) {
    let mut seen = std::collections::HashMap::new();
    for upstream in &proxy.upstreams {
        if upstream.destination_name.as_ref().is_none_or(|name| name.is_empty()) {
            checker.missing(upstream.whole, || {
                Diagnostic::error("connect::upstream_without_name", "the upstream names no service")
                    .label(upstream.at, "needs `destination_name`")
                    .help("write the service it reaches: `destination_name = \"db\"`")
            });
        }
        let Some(port) = upstream.local_bind_port.as_ref().filter(|port| port.value != 0) else { continue };
        let address = upstream.local_bind_address.as_ref().map_or("127.0.0.1", |address| &address.value);
        if let Some(first) = seen.insert((address, port.value), port.span) {
            checker.push(
                Diagnostic::error(
                    "connect::upstream_port_twice",
                    format!("two upstreams listen on port {}", port.value),
                )
                .label(port.span, "the second one")
                .label(first, "the first one")
                .help("give one of them another `local_bind_port`"),
            );
        }
    }
}
