//! Who may use which volume: policies in the words of Nomad's ACL, and what they give a caller.
//!
//! Pure. For ordinary users a policy is advice, the kernel's permissions are what binds.

use std::collections::BTreeSet;

use super::Caller;
use crate::diagnostic::Span;

/// All policies of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Whether there are any: then what no rule gives is denied.
    pub exist: bool,
    /// Their rules in file order.
    pub rules: Vec<PolicyRule>,
}

/// One rule of a policy: a volume's name or glob, and what it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// The policy it stands in.
    pub policy: String,
    /// Users it is about, `*` for any text.
    pub users: Vec<String>,
    /// Groups it is about.
    pub groups: Vec<String>,
    /// The volumes it is about, `*` for any text.
    pub volumes: String,
    /// What it gives.
    pub gives: BTreeSet<Capability>,
    /// Where it stands.
    pub span: Span,
}

/// What a rule gives or takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// `mount-readonly`
    MountReadOnly,
    /// `mount-readwrite`
    MountReadWrite,
    /// `deny`: nothing, whatever else is said.
    Deny,
}

/// What a caller may do with a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Nothing.
    None,
    /// Read.
    Read,
    /// Read and write.
    ReadWrite,
}

/// What policies say about a caller and a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// What is given.
    pub access: Access,
    /// The rule that decides; `None` where there are no policies, or none that is about this caller and volume.
    pub rule: Option<&'a PolicyRule>,
}

impl Policies {
    /// What the policies give this caller for this volume.
    ///
    /// Without any policy everything. With policies: of the rules about the caller whose volume glob fits, those with the
    /// most literal characters count, an exact name before all; their capabilities are joined, and `deny` beats all others.
    /// No rule is no access, for root too.
    pub fn verdict(&self, caller: &Caller, volume: &str) -> Verdict<'_> {
        if !self.exist {
            return Verdict { access: Access::ReadWrite, rule: None };
        }
        let fitting = self.rules.iter().filter(|rule| rule.is_about(caller) && glob(&rule.volumes, volume));
        let closeness = |rule: &PolicyRule| {
            (!rule.volumes.contains('*'), rule.volumes.chars().filter(|character| *character != '*').count())
        };
        let mut closest: Vec<&PolicyRule> = Vec::new();
        for rule in fitting {
            match closest.first().map(|best| closeness(rule).cmp(&closeness(best))) {
                Some(std::cmp::Ordering::Less) => {}
                Some(std::cmp::Ordering::Equal) => closest.push(rule),
                Some(std::cmp::Ordering::Greater) | None => closest = vec![rule],
            }
        }
        let access = |rule: &PolicyRule| rule.access();
        let denying = closest.iter().copied().find(|rule| rule.gives.contains(&Capability::Deny));
        let rule = denying.or_else(|| closest.iter().copied().max_by_key(|rule| access(rule)));
        Verdict { access: rule.map_or(Access::None, access), rule }
    }
}

impl PolicyRule {
    /// What it gives by itself.
    pub fn access(&self) -> Access {
        if self.gives.contains(&Capability::Deny) {
            Access::None
        } else if self.gives.contains(&Capability::MountReadWrite) {
            Access::ReadWrite
        } else if self.gives.contains(&Capability::MountReadOnly) {
            Access::Read
        } else {
            Access::None
        }
    }

    fn is_about(&self, caller: &Caller) -> bool {
        self.users.iter().any(|user| glob(user, &caller.user))
            || self.groups.iter().any(|group| caller.groups.iter().any(|of| glob(group, of)))
    }
}

/// Whether a text fits a pattern in which `*` stands for any text.
pub fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    fn rule(user: &str, volumes: &str, gives: &[Capability]) -> PolicyRule {
        let file = Sources::new().add("host.hcl", "");
        PolicyRule {
            policy: "p".to_owned(),
            users: vec![user.to_owned()],
            groups: vec!["ops".to_owned()],
            volumes: volumes.to_owned(),
            gives: gives.iter().copied().collect(),
            span: Span::new(file, 0, 0),
        }
    }

    fn of(rules: &[PolicyRule]) -> Policies {
        Policies { exist: true, rules: rules.to_vec() }
    }

    fn access(rules: &[PolicyRule], user: &str, volume: &str) -> Access {
        of(rules).verdict(&Caller::named(user), volume).access
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("prod-*", "prod-db", true),
            ("prod-*", "prod", false),
            ("*-db", "prod-db", true),
            ("p*d*b", "prod-db", true),
            ("p*d*d", "pd", false),
            ("prod", "prod", true),
            ("prod", "prod2", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn the_longest_match_wins() {
        use Capability::{Deny, MountReadOnly, MountReadWrite};
        let rules = [
            rule("*", "*", &[Deny]),
            rule("*", "prod-*", &[MountReadOnly]),
            rule("*", "prod-db", &[MountReadWrite]),
            rule("*", "prod-web*", &[]),
        ];
        assert_eq!(access(&rules, "a", "data"), Access::None);
        assert_eq!(access(&rules, "a", "prod-cache"), Access::Read);
        assert_eq!(access(&rules, "a", "prod-db"), Access::ReadWrite);
        assert_eq!(access(&rules, "a", "prod-web1"), Access::None);
    }

    #[test]
    fn equal_matches_are_joined_and_deny_beats_all() {
        use Capability::{Deny, MountReadOnly, MountReadWrite};
        let mut rules = vec![rule("*", "data", &[MountReadOnly]), rule("*", "data", &[MountReadWrite])];
        assert_eq!(access(&rules, "a", "data"), Access::ReadWrite);
        rules.push(rule("*", "data", &[Deny]));
        assert_eq!(access(&rules, "a", "data"), Access::None);
    }

    #[test]
    fn users_and_groups_are_matched_and_nobody_else_has_access() {
        let rules = [rule("deploy", "*", &[Capability::MountReadOnly])];
        assert_eq!(access(&rules, "deploy", "data"), Access::Read);
        assert_eq!(access(&rules, "root", "data"), Access::None);
        let member = Caller { user: "a".to_owned(), groups: ["ops".to_owned()].into() };
        assert_eq!(of(&rules).verdict(&member, "data").access, Access::Read);
        assert_eq!(of(&[]).verdict(&member, "data").access, Access::None);
        assert_eq!(Policies::default().verdict(&member, "data").access, Access::ReadWrite);
    }
}
