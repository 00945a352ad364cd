//! Names of capabilities as people write them.

/// `net_raw`, `NET_RAW`, `cap_net_raw` → `CAP_NET_RAW`.
pub fn canonical_capability(name: &str) -> String {
    let name = name.trim().to_ascii_uppercase();
    if name.starts_with("CAP_") { name } else { format!("CAP_{name}") }
}

/// `CAP_NET_RAW` → `net_raw`, as job files have it.
pub fn short_capability(name: &str) -> String {
    name.strip_prefix("CAP_").unwrap_or(name).to_ascii_lowercase()
}
