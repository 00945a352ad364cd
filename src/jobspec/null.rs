//! Which arguments null is no value for: in all others it is as if nothing were written.
//!
//! The reference's types say it, a pointer or none; there is no rule to it, so it is a table.

use super::spec::{FieldKind, FieldSpec, ValueType};

/// By block.
const REFUSED: &[(&str, &[&str])] = &[
    ("action", &["command"]),
    ("artifact", &["chown"]),
    (
        "check",
        &[
            "address_mode",
            "advertise",
            "body",
            "command",
            "expose",
            "failures_before_critical",
            "failures_before_warning",
            "grpc_service",
            "grpc_use_tls",
            "initial_status",
            "method",
            "name",
            "notes",
            "on_update",
            "path",
            "port",
            "protocol",
            "success_before_passing",
            "task",
            "tls_server_name",
            "tls_skip_verify",
            "type",
        ],
    ),
    ("check_restart", &["ignore_warnings", "limit"]),
    ("connect", &["native"]),
    ("consul", &["cluster", "namespace", "partition"]),
    ("cron", &["end", "start", "timezone"]),
    ("csi_plugin", &["id", "mount_dir", "stage_publish_base_dir", "type"]),
    ("dispatch_payload", &["file"]),
    ("envoy_gateway_bind_addresses", &["address", "port"]),
    ("identity", &["change_mode", "change_signal", "env", "file", "filepath", "name", "service_name"]),
    ("lifecycle", &["hook"]),
    ("link", &["label", "url"]),
    ("listener", &["port", "protocol"]),
    ("mesh_gateway", &["mode"]),
    ("mount_options", &["fs_type"]),
    ("network", &["cidr", "device", "hostname", "ip", "mode"]),
    ("numa", &["affinity"]),
    ("parameterized", &["payload"]),
    ("path", &["listener_port", "local_path_port", "path", "protocol"]),
    ("port", &["host_network", "ignore_collision", "static", "to"]),
    (
        "proxy",
        &[
            "envoy_dns_discovery_type",
            "envoy_gateway_bind_tagged_addresses",
            "envoy_gateway_no_default_bind",
            "local_service_address",
            "local_service_port",
        ],
    ),
    ("region", &["node_pool"]),
    ("sds", &["cert_resource", "cluster_name"]),
    ("secret", &["path", "provider"]),
    (
        "service",
        &[
            "address",
            "address_mode",
            "ca_file",
            "cert_file",
            "cluster",
            "enable_tag_override",
            "key_file",
            "kind",
            "name",
            "on_update",
            "port",
            "provider",
            "sni",
            "task",
        ],
    ),
    ("sidecar_service", &["disable_default_tcp_check", "port"]),
    ("sidecar_task", &["driver", "kill_signal", "name", "user"]),
    ("spread", &["attribute"]),
    ("target", &["percent"]),
    ("task", &["driver", "kill_signal", "kind", "leader", "user"]),
    ("tls", &["enabled", "tls_max_version", "tls_min_version"]),
    ("transparent_proxy", &["no_dns", "outbound_port", "uid"]),
    ("ui", &["description"]),
    (
        "upstreams",
        &[
            "datacenter",
            "destination_name",
            "destination_namespace",
            "destination_partition",
            "destination_peer",
            "destination_type",
            "local_bind_address",
            "local_bind_port",
            "local_bind_socket_mode",
            "local_bind_socket_path",
        ],
    ),
    ("vault", &["cluster", "role"]),
    ("volume", &["access_mode", "per_alloc", "read_only", "source", "sticky", "type"]),
    ("weights", &["passing", "warning"]),
];

/// Whether an argument of a block must have a value where it stands at all.
pub(super) fn refuses_null(block: &str, field: &FieldSpec) -> bool {
    let in_table = || REFUSED.iter().any(|(name, fields)| *name == block && fields.contains(&field.name));
    match field.kind {
        FieldKind::Argument(ValueType::Duration) => true,
        FieldKind::Argument(_) => in_table(),
        FieldKind::Map(_) | FieldKind::Block(..) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::Block as _;
    use super::super::job::Job;
    use super::super::spec::BlockSpec;
    use super::REFUSED;

    fn has(spec: &BlockSpec, block: &str, field: &str) -> bool {
        let inner = |field: &super::FieldSpec| match field.kind {
            super::FieldKind::Block(inner, _) => Some(inner),
            _ => None,
        };
        spec.name == block && spec.field(field).is_some()
            || spec.fields.iter().filter_map(inner).any(|inner| has(inner, block, field))
    }

    #[test]
    fn every_name_of_the_table_is_one() {
        for (block, fields) in REFUSED {
            for field in *fields {
                assert!(has(Job::SPEC, block, field), "{block}.{field}");
            }
        }
    }
}
