//! Who asks: the person whose permissions count.
//!
//! Only the answer; who that is (the real user, the one behind sudo, `--as`) is found at the edge.

use std::collections::BTreeSet;

/// The person on whose behalf a job is planned: what policies ask about. Whom the process runs as is a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The name; the number as text where it has none.
    pub user: String,
    /// Names of all groups.
    pub groups: BTreeSet<String>,
}

impl Caller {
    /// A user without groups.
    pub fn named(user: &str) -> Self {
        Self { user: user.to_owned(), groups: BTreeSet::new() }
    }
}
