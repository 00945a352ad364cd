//! Which ports are taken on this host, and by whom.

use std::collections::BTreeMap;

use crate::linux::listening::listening;
use crate::plan::HostPort;
use crate::state::{self, Condition, Found, Store};

/// The numbers that others have: number → who. `own` says whose ports do not count.
///
/// # Errors
/// Those of reading the state.
pub fn taken(store: Option<&Store>, own: impl Fn(&Found) -> bool) -> Result<BTreeMap<u16, String>, state::Error> {
    let mut taken: BTreeMap<u16, String> =
        listening().into_iter().map(|number| (number, "something on this host".to_owned())).collect();
    // What cannot be read has no ports that are known; who wants one of them finds them listened on.
    let all = store.map(Store::survey).transpose()?.map(|(all, _)| all).unwrap_or_default();
    let lives = |found: &&Found| matches!(found.condition, Condition::Supervised | Condition::Orphaned);
    for found in all.iter().filter(lives) {
        for port in found.launch.ports.values().filter(|port| !port.shared) {
            if own(found) {
                taken.remove(&port.number);
            } else {
                taken.insert(port.number, format!("job {}", found.launch.name()));
            }
        }
    }
    Ok(taken)
}

/// The ports that the newest allocation of a group and index has or had.
pub(super) fn before(all: Vec<Found>, group: &str, index: u32) -> BTreeMap<String, HostPort> {
    let newest = all.into_iter().rev().find(|found| found.launch.group == group && found.launch.index == index);
    newest.map(|found| found.launch.ports).unwrap_or_default()
}
