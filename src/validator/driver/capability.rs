//! Capabilities as a driver's `cap_add` and `cap_drop` name them: with or without `CAP_`, in any case.

use crate::diagnostic::Diagnostic;
use crate::host::{CAPABILITIES, DEFAULT_ALLOW_CAPS, canonical_capability, short_capability};
use crate::jobspec::{Untyped, similar};

use crate::validator::checker::{Checker, interpolated};

/// The rules about both lists.
pub(super) fn check(config: &Untyped, checker: &mut Checker<'_>) {
    for key in ["cap_add", "cap_drop"] {
        for element in config.get(key).map(Untyped::elements).unwrap_or_default() {
            let Some(text) = element.as_str().filter(|text| !interpolated(text)) else { continue };
            if text.eq_ignore_ascii_case("all") {
                continue;
            }
            let name = canonical_capability(text);
            if !CAPABILITIES.contains(&name.as_str()) {
                unknown(text, &name, element, checker);
            } else if key == "cap_add" {
                allowed(&name, element, checker);
            }
        }
    }
}

fn unknown(text: &str, name: &str, element: &Untyped, checker: &mut Checker<'_>) {
    let help = match similar(name, CAPABILITIES.iter().copied()) {
        Some(similar) => format!("did you mean \"{}\"?", short_capability(similar)),
        None => "write a name of capabilities(7) without `CAP_`, such as \"net_bind_service\"".into(),
    };
    checker.push(
        Diagnostic::error("capability::unknown", format!("unknown capability \"{text}\""))
            .label(element.span, "not known to Linux")
            .help(help),
    );
}

fn allowed(name: &str, element: &Untyped, checker: &mut Checker<'_>) {
    if checker.context.host_known || DEFAULT_ALLOW_CAPS.contains(&name) {
        return;
    }
    let short = short_capability(name);
    checker.push(
        Diagnostic::error("capability::not_allowed", format!("capability \"{short}\" is not allowed by default"))
            .label(element.span, "not in `allow_caps`")
            .help(format!(
                "add \"{short}\" to `allow_caps` in the `plugin \"exec\"` block of the host's configuration, and check with `--host FILE`"
            )),
    );
}
