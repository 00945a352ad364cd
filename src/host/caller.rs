//! Who asks: the person whose permissions count.
//!
//! The answer, and the two ways to find it: from the process, or by name (`--as`).

use std::collections::BTreeSet;

use super::Facts;
use crate::linux::accounts::{Account, Accounts};

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

    /// The user behind this process: the one sudo(8) was called by, else its real user.
    pub fn of_process(accounts: &Accounts) -> Self {
        let real = rustix::process::getuid();
        // Anybody but root could set it to whatever he likes.
        let behind = real.is_root().then(|| std::env::var("SUDO_UID").ok()?.parse().ok()).flatten();
        let uid = behind.unwrap_or(real.as_raw());
        match accounts.user_of(uid) {
            Some(account) => Self::of(&account, accounts),
            None => Self::named(&uid.to_string()),
        }
    }

    /// A user of a described machine; one it does not know has no groups.
    pub fn described(name: &str, facts: &Facts) -> Self {
        let known = facts.users.values().chain([&facts.process]).find(|user| user.name == name);
        let ids = known.map(|user| user.groups.iter().copied().chain([user.gid]).collect::<Vec<_>>());
        let name_of = |id: u32| facts.groups.iter().find(|(_, known)| **known == id).map(|(name, _)| name.clone());
        let groups = ids.unwrap_or_default().into_iter().filter_map(name_of).collect();
        Self { user: name.to_owned(), groups }
    }

    /// A user of this host by name; `None` where there is none.
    pub fn look_up(name: &str, accounts: &Accounts) -> Option<Self> {
        accounts.user(name).map(|account| Self::of(&account, accounts))
    }

    fn of(account: &Account, accounts: &Accounts) -> Self {
        let ids = accounts.groups_of(account).into_iter();
        let groups = ids.map(|id| accounts.group_of(id).unwrap_or_else(|| id.to_string())).collect();
        Self { user: account.name.clone(), groups }
    }
}
