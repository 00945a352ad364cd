//! The AppArmor profile of a task: the job's or the host's, and an error where one is asked for that cannot be enforced.

use super::did_you_mean;
use super::driver_config::DriverConfig;
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::host::{Facts, TaskDefaults};
use crate::plan::Driver;

/// The profile; empty for none.
pub(super) fn resolve(
    config: &DriverConfig,
    driver: Driver,
    defaults: &TaskDefaults,
    facts: &Facts,
    sink: &mut Sink,
) -> String {
    let (profile, span): (&str, Option<Span>) = match &config.apparmor_profile {
        Some(profile) => (profile, Some(profile.span)),
        None if driver == Driver::RawExec => ("", None),
        None => (&defaults.apparmor_profile, defaults.apparmor_span),
    };
    let Some(span) = span.filter(|_| !profile.is_empty()) else { return profile.to_owned() };
    let apparmor = &facts.kernel.apparmor;
    if !apparmor.enabled {
        sink.push(
            Diagnostic::error(
                "apparmor::not_enabled",
                format!("profile {profile:?} cannot be enforced: AppArmor is not enabled"),
            )
            .label(span, "asked for here")
            .help("enable it in the kernel (`apparmor=1 security=apparmor`), or take the profile out"),
        );
    } else if !apparmor.profiles.is_empty() && !apparmor.profiles.contains(profile) {
        let known = apparmor.profiles.iter().map(String::as_str);
        sink.push(
            Diagnostic::error("apparmor::not_loaded", format!("AppArmor has no profile {profile:?}"))
                .label(span, "not loaded")
                .help(did_you_mean(profile, known, "load it with apparmor_parser(8)")),
        );
    }
    profile.to_owned()
}
