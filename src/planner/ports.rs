//! The ports of an allocation that is about to start: those the job names, and free ones for the rest.
//!
//! Pure: who has which number arrives as a value. The same allocation gets the same free numbers again as long as they are free.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use crate::plan::{HostPort, Port};

/// Where free ports are looked for: Nomad's range, below the one the kernel gives to clients.
const FREE: RangeInclusive<u16> = 20_000..=32_000;

/// A port that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// Somebody has its number.
    #[error("port {number} ({label}) is in use: {who} has it")]
    Taken {
        /// As in `port "http"`.
        label: String,
        /// Which.
        number: u16,
        /// Who: "job web", "something on this host".
        who: String,
    },
    /// All numbers are taken.
    #[error("no port from {} to {} is free for {label:?}", FREE.start(), FREE.end())]
    NoneFree {
        /// As in `port "http"`.
        label: String,
    },
}

/// Gives each port its number. `before` are those the allocation before had, `taken` those others have; `name` spreads free ones.
///
/// # Errors
/// [`PortError`]
pub fn assign(
    ports: &BTreeMap<String, Port>,
    name: &str,
    before: &BTreeMap<String, HostPort>,
    taken: &BTreeMap<u16, String>,
) -> Result<BTreeMap<String, HostPort>, PortError> {
    let mut given = BTreeMap::new();
    for (label, port) in ports.iter().filter(|(_, port)| port.number != 0) {
        if let Some(who) = taken.get(&port.number).filter(|_| !port.shared) {
            return Err(PortError::Taken { label: label.clone(), number: port.number, who: who.clone() });
        }
        given.insert(label.clone(), port.at(port.number));
    }
    let mut used: BTreeSet<u16> = given.values().map(|port| port.number).collect();
    for (label, port) in ports.iter().filter(|(_, port)| port.number == 0) {
        let free = |number: &u16| !used.contains(number) && !taken.contains_key(number);
        let kept = before.get(label).map(|port| port.number);
        let found = kept.into_iter().chain(candidates(name, label)).find(free);
        let number = found.ok_or_else(|| PortError::NoneFree { label: label.clone() })?;
        used.insert(number);
        given.insert(label.clone(), port.at(number));
    }
    Ok(given)
}

/// All free numbers once, from a place on that belongs to the name: so that it is the same after all state is gone.
fn candidates(name: &str, label: &str) -> impl Iterator<Item = u16> {
    let count = FREE.end() - FREE.start() + 1;
    // FNV-1a: short texts, spread evenly, the same for ever.
    let hash = name
        .bytes()
        .chain([0])
        .chain(label.bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let start = u16::try_from(hash % u64::from(count)).unwrap_or(0);
    (0..count).map(move |step| FREE.start() + (start + step) % count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: u16, shared: bool) -> Port {
        Port { number, to: 0, address: "127.0.0.1".to_owned(), shared }
    }

    fn ports(all: &[(&str, Port)]) -> BTreeMap<String, Port> {
        all.iter().map(|(label, port)| ((*label).to_owned(), port.clone())).collect()
    }

    #[test]
    fn free_ones_are_the_same_again_and_apart() {
        let wanted = ports(&[("a", port(0, false)), ("b", port(0, false)), ("c", port(80, false))]);
        let first = assign(&wanted, "web.api[0]", &BTreeMap::new(), &BTreeMap::new()).unwrap();
        assert_eq!(first["c"].number, 80);
        assert!(FREE.contains(&first["a"].number) && first["a"] != first["b"]);
        assert_eq!(assign(&wanted, "web.api[0]", &BTreeMap::new(), &BTreeMap::new()).unwrap(), first);
        let other = assign(&wanted, "web.api[1]", &BTreeMap::new(), &BTreeMap::new()).unwrap();
        assert_ne!(other["a"].number, first["a"].number, "two allocations rarely meet");
    }

    #[test]
    fn what_one_had_is_kept_while_it_is_free() {
        let wanted = ports(&[("a", port(0, false))]);
        let before = [("a".to_owned(), port(0, false).at(31_999))].into();
        let again = |taken: &BTreeMap<u16, String>| assign(&wanted, "x", &before, taken).unwrap()["a"].number;
        assert_eq!(again(&BTreeMap::new()), 31_999);
        assert_ne!(again(&[(31_999, "job other".to_owned())].into()), 31_999);
    }

    #[test]
    fn a_number_somebody_has_is_refused_unless_it_is_shared() {
        let taken: BTreeMap<u16, String> = [(80, "job other".to_owned())].into();
        let error = assign(&ports(&[("http", port(80, false))]), "x", &BTreeMap::new(), &taken).unwrap_err();
        assert_eq!(error.to_string(), "port 80 (http) is in use: job other has it");
        assign(&ports(&[("http", port(80, true))]), "x", &BTreeMap::new(), &taken).unwrap();
        let all = FREE.map(|number| (number, String::new())).collect();
        let error = assign(&ports(&[("http", port(0, false))]), "x", &BTreeMap::new(), &all).unwrap_err();
        assert_eq!(error.to_string(), "no port from 20000 to 32000 is free for \"http\"");
    }
}
