//! Capabilities as a driver's `cap_add` and `cap_drop` name them: with or without `CAP_`, in any case.

use crate::diagnostic::Diagnostic;
use crate::jobspec::{Untyped, similar};

use crate::validator::checker::{Checker, interpolated};

/// Every capability of Linux 6 (capabilities(7)), as the kernel spells them, without `CAP_`.
const KNOWN: &[&str] = &[
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

/// What a task may be given where the host's configuration does not say.
const ALLOWED_BY_DEFAULT: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// The rules about both lists.
pub(super) fn check(config: &Untyped, checker: &mut Checker<'_>) {
    for key in ["cap_add", "cap_drop"] {
        for element in config.get(key).map(Untyped::elements).unwrap_or_default() {
            let Some(text) = element.as_str().filter(|text| !interpolated(text)) else { continue };
            let name = kernel_name(text);
            if name != "ALL" && !KNOWN.contains(&name.as_str()) {
                unknown(text, &name, element, checker);
            } else if key == "cap_add" {
                allowed(&name, element, checker);
            }
        }
    }
}

/// `net_admin`, `CAP_NET_ADMIN` → `NET_ADMIN`
fn kernel_name(text: &str) -> String {
    let upper = text.trim().to_ascii_uppercase();
    upper.strip_prefix("CAP_").map_or(upper.clone(), str::to_owned)
}

fn unknown(text: &str, name: &str, element: &Untyped, checker: &mut Checker<'_>) {
    let help = match similar(name, KNOWN.iter().copied()) {
        Some(similar) => format!("did you mean \"{}\"?", similar.to_ascii_lowercase()),
        None => "write a name of capabilities(7) without `CAP_`, such as \"net_bind_service\"".into(),
    };
    checker.push(
        Diagnostic::error("config::unknown_capability", format!("unknown capability \"{text}\""))
            .label(element.span, "not a capability of Linux")
            .help(help),
    );
}

fn allowed(name: &str, element: &Untyped, checker: &mut Checker<'_>) {
    if checker.context.host_known
        || name == "ALL"
        || ALLOWED_BY_DEFAULT.iter().any(|allowed| kernel_name(allowed) == name)
    {
        return;
    }
    let lower = name.to_ascii_lowercase();
    checker.push(
        Diagnostic::error("config::capability_not_allowed", format!("capability \"{lower}\" is not allowed by default"))
            .label(element.span, "not in `allow_caps`")
            .help(format!("add \"{lower}\" to `allow_caps` in the `plugin \"exec\"` block of the host's configuration, and check with `--host FILE`")),
    );
}
