//! The five capability sets of a task (capabilities(7)), each spelled out.
//!
//! root has what the host knows and jobctl itself may give away; any other user has nothing but what `cap_add` names,
//! which then is in all sets, ambient included.

use std::collections::BTreeSet;

use super::driver_config::DriverConfig;
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::host::{DEFAULT_ALLOW_CAPS, ExecSettings, Facts, short_capability};
use crate::plan::Capabilities;

type Set = BTreeSet<String>;

/// The sets of an `exec` task.
pub(super) fn resolve(
    config: &DriverConfig,
    settings: &ExecSettings,
    facts: &Facts,
    root: bool,
    sink: &mut Sink,
) -> Capabilities {
    // In a user namespace of its own a process has every capability over that namespace (user_namespaces(7)).
    let available = if facts.kernel.root { &facts.kernel.capabilities } else { &facts.known_capabilities };
    let added = added(config, settings, available, sink);
    let dropped: Set = config.cap_drop.iter().map(|name| name.value.clone()).collect();
    let mut base = if root { available.clone() } else { usual(settings, available) };
    base.retain(|capability| !dropped.contains(capability));
    let bounding = &base | &added;
    let held = if root { bounding.clone() } else { added.clone() };
    Capabilities { bounding, permitted: held.clone(), effective: held, inheritable: added.clone(), ambient: added }
}

/// What programs of an ordinary user's task can still get at: Nomad's default list, as far as the host allows it. What
/// the host allows beyond it a task must ask for.
fn usual(settings: &ExecSettings, available: &Set) -> Set {
    let usual = DEFAULT_ALLOW_CAPS.iter().map(|name| (*name).to_owned());
    usual.filter(|name| settings.allow_caps.contains(name) && available.contains(name)).collect()
}

/// The sets of a `raw_exec` task: those of the caller for root, none for anybody else. An ordinary user cannot take
/// anything out of the bounding set (`PR_CAPBSET_DROP` needs `CAP_SETPCAP`), so for one it is whole.
pub(super) fn of_caller(facts: &Facts, root: bool) -> Capabilities {
    let kernel = &facts.kernel;
    let bounding = if kernel.root { kernel.capabilities.clone() } else { facts.known_capabilities.clone() };
    let held = if root { bounding.clone() } else { Set::new() };
    Capabilities { bounding, permitted: held.clone(), effective: held, inheritable: Set::new(), ambient: Set::new() }
}

/// What `cap_add` names, as far as it may be given.
fn added(config: &DriverConfig, settings: &ExecSettings, available: &Set, sink: &mut Sink) -> Set {
    let (mut given, mut refused, mut missing) = (Set::new(), Vec::new(), Vec::new());
    for capability in &config.cap_add {
        if !settings.allow_caps.contains(&capability.value) {
            refused.push((short_capability(capability), capability.span));
        } else if available.contains(&capability.value) {
            given.insert(capability.value.clone());
        } else {
            missing.push((short_capability(capability), capability.span));
        }
    }
    if let Some((names, span)) = together(&refused) {
        let mut finding = Diagnostic::error("capability::not_allowed", format!("this host does not allow {names}"))
            .label(span, "not in allow_caps");
        if let Some(place) = settings.allow_caps_span {
            finding = finding.label(place, "what is allowed");
        }
        sink.push(finding.help(format!(
            "add to the host's configuration: plugin \"exec\" {{ config {{ allow_caps = [ …, {} ] }} }}",
            refused.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
        )));
    }
    if let Some((names, span)) = together(&missing) {
        sink.push(
            Diagnostic::error("capability::not_available", format!("jobctl has no {names} to give away here"))
                .label(span, "not in its own permitted and bounding sets")
                .help("run jobctl with full privileges: containers and service managers may take capabilities away"),
        );
    }
    given
}

fn together(found: &[(String, Span)]) -> Option<(String, Span)> {
    let (_, span) = found.first()?;
    Some((found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "), *span))
}
