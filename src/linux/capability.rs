//! Capabilities by name and as sets of bits (capabilities(7)).

use std::collections::BTreeSet;
use std::str::FromStr;

use caps::{CapSet, Capability};

use super::kernel_file;

/// The bits of these names (`CAP_CHOWN`); one that this jobctl does not know is an error.
///
/// # Errors
/// The first unknown name.
pub fn bits<'a>(names: impl IntoIterator<Item = &'a String>) -> Result<u64, String> {
    names.into_iter().try_fold(0, |all, name| {
        Capability::from_str(name).map(|capability| all | capability.bitmask()).map_err(|_| name.clone())
    })
}

/// The names of these bits.
pub fn names(bits: u64) -> BTreeSet<String> {
    let known = caps::all().into_iter().filter(|capability| bits & capability.bitmask() != 0);
    known.map(|capability| capability.to_string()).collect()
}

/// What this thread may give to a process it starts: what is in its permitted and bounding sets.
pub fn available() -> u64 {
    let read = |set| caps::read(None, set).unwrap_or_default();
    let both = read(CapSet::Permitted).intersection(&read(CapSet::Bounding)).copied().collect::<Vec<_>>();
    both.into_iter().fold(0, |all, capability| all | capability.bitmask())
}

/// Whether this thread may use, and give away, the capability of this name.
pub fn is_available(name: &str) -> bool {
    Capability::from_str(name).is_ok_and(|capability| available() & capability.bitmask() != 0)
}

/// The bounding set of this thread, including what this jobctl has no name for.
pub fn bounding() -> u64 {
    let status = kernel_file::read_text("/proc/thread-self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("CapBnd:"));
    line.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or(u64::MAX >> 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_bits_belong_together() {
        let chosen = BTreeSet::from(["CAP_CHOWN".to_owned(), "CAP_SYS_ADMIN".to_owned()]);
        assert_eq!(bits(&chosen), Ok(1 | 1 << 21));
        assert_eq!(names(1 | 1 << 21), chosen);
        assert_eq!(bits(&["CAP_NOTHING".to_owned()]), Err("CAP_NOTHING".to_owned()));
    }

    #[test]
    fn what_is_available_is_bounded() {
        assert_eq!(available() & !bounding(), 0);
    }
}
