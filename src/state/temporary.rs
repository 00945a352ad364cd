//! The names of what is being written: they say by whom, so that what a killed process left can be told from what is under way.

use std::sync::OnceLock;

use crate::linux::process::{pid_namespace, start_time};

const PREFIX: &str = ".new-";

/// The name under which `name` is written until it is whole.
pub(super) fn name(name: &str) -> String {
    static BEGAN: OnceLock<u64> = OnceLock::new();
    // Without /proc nobody will find it abandoned: it stays.
    let (namespace, pid) = (pid_namespace().unwrap_or(0), std::process::id());
    let began = BEGAN.get_or_init(|| start_time(pid).unwrap_or(0));
    format!("{PREFIX}{namespace}-{pid}-{began}-{name}")
}

/// Whether that is such a name, and its writer is gone. Of a process in another pid namespace nobody here can know.
pub(super) fn is_abandoned(name: &str) -> bool {
    let Some((namespace, rest)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-')) else { return false };
    let mut numbers = rest.splitn(3, '-');
    let (Some(pid), Some(began), Some(_)) = (numbers.next(), numbers.next(), numbers.next()) else { return false };
    let (Ok(pid), Ok(began)) = (pid.parse::<u32>(), began.parse::<u64>()) else { return false };
    let here = pid_namespace().is_ok_and(|own| namespace.parse() == Ok(own));
    // Another process may have the number by now.
    here && start_time(pid).ok() != Some(began)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dead_process_of_this_namespace_began_is_abandoned() {
        let namespace = pid_namespace().unwrap();
        assert!(!is_abandoned(&name("web")));
        // No process has the number after the largest.
        assert!(is_abandoned(&format!("{PREFIX}{namespace}-4194305-7-web")));
        assert!(!is_abandoned(&format!("{PREFIX}{}-4194305-7-web", namespace + 1)));
        let own = std::process::id();
        assert!(is_abandoned(&format!("{PREFIX}{namespace}-{own}-1-web")), "the number is another's");
        for other in ["web", ".web.lock", ".new-", ".new-1-2", ".new-1-2-3", ".new-x-y-z-a", ""] {
            assert!(!is_abandoned(other), "{other}");
        }
    }
}
