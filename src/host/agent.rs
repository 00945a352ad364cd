//! What stands in a Nomad agent's file and means nothing on one host: taken out, each with a warning.
//!
//! Names only; what is left is decoded by the tables of `document`.

use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::eval;

/// At the top of an agent's file.
const TOP: &[&str] = &[
    "acl",
    "addresses",
    "advertise",
    "audit",
    "autopilot",
    "bind_addr",
    "common_plugin_config",
    "consul",
    "data_dir",
    "disable_anonymous_signature",
    "disable_update_check",
    "enable_debug",
    "enable_syslog",
    "eventlog",
    "http_api_response_headers",
    "keyring",
    "leave_on_interrupt",
    "leave_on_terminate",
    "limits",
    "log_file",
    "log_include_location",
    "log_json",
    "log_level",
    "log_rotate_bytes",
    "log_rotate_duration",
    "log_rotate_max_files",
    "plugin_dir",
    "ports",
    "reporting",
    "rpc",
    "sentinel",
    "server",
    "syslog_facility",
    "telemetry",
    "tls",
    "ui",
    "vault",
];

/// In its `client` block.
const CLIENT: &[&str] = &[
    "alloc_dir",
    "alloc_mounts_dir",
    "bridge_network_hairpin_mode",
    "bridge_network_name",
    "bridge_network_subnet",
    "bridge_network_subnet_ipv6",
    "cgroup_parent",
    "cni_config_dir",
    "cni_path",
    "cpu_disable_dmidecode",
    "cpu_total_compute",
    "disable_remote_exec",
    "disk_free_mb",
    "disk_total_mb",
    "drain_on_shutdown",
    "fingerprint",
    "gc_disk_usage_threshold",
    "gc_inode_usage_threshold",
    "gc_interval",
    "gc_max_allocs",
    "gc_parallel_destroys",
    "gc_volumes_on_node_gc",
    "host_network",
    "host_volume_plugin_dir",
    "host_volumes_dir",
    "introduction_token",
    "intro_token",
    "log_dir",
    "max_dynamic_port",
    "max_kill_timeout",
    "memory_total_mb",
    "min_dynamic_port",
    "network_interface",
    "network_speed",
    "no_host_uuid",
    "node_max_allocs",
    "nomad_service_discovery",
    "options",
    "preferred_address_family",
    "publish_allocation_metrics",
    "publish_node_metrics",
    "reserved",
    "retry_join",
    "server_join",
    "servers",
    "state_dir",
    "stats",
    "template",
    "users",
];

/// Drivers whose `plugin` block means something here.
const DRIVERS: &[&str] = &["exec", "raw_exec"];

/// Takes out of a file what means nothing here.
pub(super) fn take_out_irrelevant(body: &mut eval::Body<'_>, sink: &mut Sink) {
    take_out(body, TOP, sink);
    body.blocks.retain_mut(|block| match (block.kind.text, block.labels.as_slice()) {
        ("client", _) => {
            take_out(&mut block.body, CLIENT, sink);
            true
        }
        ("plugin", [label]) if !DRIVERS.contains(&label.text.as_str()) => {
            warn(&format!("plugin {:?}", label.text), block.header, sink);
            false
        }
        _ => true,
    });
}

fn take_out(body: &mut eval::Body<'_>, names: &[&str], sink: &mut Sink) {
    body.attributes.retain(|attribute| {
        let irrelevant = names.contains(&attribute.name.text);
        if irrelevant {
            warn(attribute.name.text, attribute.name.span, sink);
        }
        !irrelevant
    });
    body.blocks.retain(|block| {
        let irrelevant = names.contains(&block.kind.text);
        if irrelevant {
            warn(block.kind.text, block.header, sink);
        }
        !irrelevant
    });
}

fn warn(name: &str, span: Span, sink: &mut Sink) {
    sink.push(
        Diagnostic::warning("host::no_effect", format!("`{name}` has no effect here"))
            .label(span, "of a Nomad agent only")
            .help("jobctl has no agent and no cluster: remove it, or leave it for Nomad"),
    );
}
