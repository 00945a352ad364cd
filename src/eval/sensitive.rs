//! Variables whose values must not be written down: what stands for them in an evaluation, and what they are.
//!
//! What stands for a value is a reference that only the start of a task can fill in, named by a keyed digest of the value: it changes when
//! the value does, and tells nothing to who has not the key.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};

/// What names of such references begin with.
pub const SENSITIVE: &str = "JOBCTL_SENSITIVE_";

/// Variables marked as sensitive.
#[derive(Clone)]
pub struct Sensitive {
    names: BTreeSet<String>,
    key: [u8; 32],
    /// Values by the names of their references, as far as an evaluation has come by them.
    values: RefCell<BTreeMap<String, String>>,
    /// Which of the variables an evaluation has come by.
    met: RefCell<BTreeSet<String>>,
}

impl Sensitive {
    /// These variables, digested with this key.
    pub fn new(names: impl IntoIterator<Item = String>, key: [u8; 32]) -> Self {
        let names = names.into_iter().collect();
        Self { names, key, values: RefCell::default(), met: RefCell::default() }
    }

    /// What stands for a variable's value; `None` for one that is not marked.
    pub(super) fn stand_in(&self, variable: &str, value: Option<&str>) -> Option<String> {
        if !self.names.contains(variable) {
            return None;
        }
        let value = value?;
        let name = format!("{SENSITIVE}{}", hex(&keyed(&self.key, &[variable, value])[..16]));
        self.met.borrow_mut().insert(variable.to_owned());
        self.values.borrow_mut().insert(name.clone(), value.to_owned());
        Some(format!("${{{name}}}"))
    }

    /// Whether a variable is marked.
    pub fn is_marked(&self, variable: &str) -> bool {
        self.names.contains(variable)
    }

    /// One that is marked and is no variable that has text for its value.
    pub fn unmet(&self) -> Option<String> {
        let met = self.met.borrow();
        self.names.iter().find(|name| !met.contains(*name)).cloned()
    }

    /// The values by the names of their references.
    pub fn values(&self) -> BTreeMap<String, String> {
        self.values.borrow().clone()
    }
}

impl fmt::Debug for Sensitive {
    /// The names; neither values nor the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sensitive").field("names", &self.names).finish_non_exhaustive()
    }
}

/// HMAC-SHA-256 (RFC 2104) of texts, each with its length before it.
fn keyed(key: &[u8; 32], texts: &[&str]) -> [u8; 32] {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key).for_each(|(place, key)| *place ^= key);
        block
    };
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    for text in texts {
        inner.update((text.len() as u64).to_be_bytes());
        inner.update(text);
    }
    let mut outer = Sha256::new();
    outer.update(pad(0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    // Writing to a string does not fail.
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_has_the_same_reference_under_one_key() {
        let under =
            |key: u8, value: &str| Sensitive::new(["k".to_owned()], [key; 32]).stand_in("k", Some(value)).unwrap();
        assert_eq!(under(1, "a"), under(1, "a"));
        assert_ne!(under(1, "a"), under(1, "b"));
        assert_ne!(under(1, "a"), under(2, "a"));
        assert!(under(1, "a").starts_with("${JOBCTL_SENSITIVE_") && under(1, "a").len() == 19 + 32 + 1);
    }

    #[test]
    fn only_what_is_marked_is_replaced_and_what_was_not_met_is_known() {
        let sensitive = Sensitive::new(["k".to_owned(), "l".to_owned()], [0; 32]);
        assert_eq!(sensitive.stand_in("other", Some("x")), None);
        assert_eq!(sensitive.stand_in("l", None), None, "no text");
        let reference = sensitive.stand_in("k", Some("x")).unwrap();
        assert_eq!(sensitive.unmet(), Some("l".to_owned()));
        assert_eq!(sensitive.values(), [(reference[2..reference.len() - 1].to_owned(), "x".to_owned())].into());
    }
}
