//! The names of what is being written: they say by whom, so that what a killed process left can be told from what is under way.

use std::fs;

use crate::linux::process::pid_namespace;

const PREFIX: &str = ".new-";

/// The name under which `name` is written until it is whole.
pub(super) fn name(name: &str) -> String {
    // Without /proc nobody will find it abandoned: it stays.
    format!("{PREFIX}{}-{}-{name}", pid_namespace().unwrap_or(0), std::process::id())
}

/// Whether that is such a name, and its writer is gone. Of a process in another pid namespace nobody here can know.
pub(super) fn is_abandoned(name: &str) -> bool {
    let Some((namespace, rest)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-')) else { return false };
    let Some((pid, _)) = rest.split_once('-') else { return false };
    let here = pid_namespace().is_ok_and(|own| namespace.parse() == Ok(own));
    here && pid.parse::<u32>().is_ok_and(|pid| fs::metadata(format!("/proc/{pid}")).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dead_process_of_this_namespace_began_is_abandoned() {
        let namespace = pid_namespace().unwrap();
        assert!(!is_abandoned(&name("web")));
        // No process has the number after the largest.
        assert!(is_abandoned(&format!("{PREFIX}{namespace}-4194305-web")));
        assert!(!is_abandoned(&format!("{PREFIX}{}-4194305-web", namespace + 1)));
        for other in ["web", ".web.lock", ".new-", ".new-1-2", ".new-x-y-z", ""] {
            assert!(!is_abandoned(other), "{other}");
        }
    }
}
