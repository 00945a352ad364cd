//! As whom a task runs: the job's word or the driver's default, looked up in the host's facts.

use std::collections::BTreeMap;

use super::did_you_mean;
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::host::{DeniedIds, Facts, UserFact};
use crate::jobspec::{Spanned, Str};
use crate::plan::{Driver, User};

/// The user a task runs as where the job is silent under `exec`.
pub(super) const DEFAULT_USER: &str = "nobody";

/// The parts of a user as written: `name`, `1000`, `name:group`, `1000:1000`.
pub fn user_parts(text: &str) -> (&str, Option<&str>) {
    match text.split_once(':') {
        Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
        None => (text, None),
    }
}

/// The user of a task; `None` where a finding says why there is none.
pub(super) fn resolve(
    written: Option<&Spanned<Str>>,
    at: Span,
    driver: Driver,
    denied: &DeniedIds,
    facts: &Facts,
    sink: &mut Sink,
) -> Option<User> {
    let span = written.map_or(at, |user| user.span);
    let text = written.map(|user| &*user.value).map(str::trim).filter(|text| !text.is_empty());
    let user = match (text, driver) {
        (None, Driver::RawExec) => Some(from_fact(&facts.process)),
        (None, Driver::Exec) if !facts.kernel.root => Some(from_fact(&facts.process)),
        (None, Driver::Exec) => look_up(DEFAULT_USER, None, span, facts, sink),
        (Some(text), _) => {
            let (user, group) = user_parts(text);
            look_up(user, group, span, facts, sink)
        }
    }?;
    // In a user namespace a task can be anybody inside; outside it is whoever started it.
    if !facts.kernel.root && driver == Driver::RawExec && user.uid != facts.process.uid {
        sink.push(
            Diagnostic::error("task::user_needs_root", format!("running as {:?} needs root", user.name))
                .label(span, format!("you are {:?}", facts.process.name))
                .help("run jobctl with sudo, remove `user`: the task then runs as you; or use `exec`, where it is anybody inside and you outside"),
        );
        return None;
    }
    allowed(&user, denied, span, sink).then_some(user)
}

/// Why a user is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing<'a> {
    User,
    Group(&'a str),
}

/// A user as written (`name`, `1000`, `name:group`, `1000:1000`) among the users and groups looked up; `None` if there is none.
pub fn find_user(text: &str, users: &BTreeMap<String, UserFact>, groups: &BTreeMap<String, u32>) -> Option<User> {
    let (user, group) = user_parts(text);
    find(user, group, users, groups).ok()
}

fn find<'a>(
    user: &str,
    group: Option<&'a str>,
    users: &BTreeMap<String, UserFact>,
    groups: &BTreeMap<String, u32>,
) -> Result<User, Missing<'a>> {
    let mut found = match (users.get(user), user.parse::<u32>()) {
        (Some(fact), _) => from_fact(fact),
        // A number needs no name.
        (None, Ok(id)) => User { name: user.to_owned(), uid: id, gid: id, groups: Vec::new(), home: "/".to_owned() },
        (None, Err(_)) => return Err(Missing::User),
    };
    if let Some(group) = group {
        let id = groups.get(group).copied().or_else(|| group.parse().ok());
        (found.gid, found.groups) = (id.ok_or(Missing::Group(group))?, Vec::new());
    }
    Ok(found)
}

fn look_up(user: &str, group: Option<&str>, span: Span, facts: &Facts, sink: &mut Sink) -> Option<User> {
    match find(user, group, &facts.users, &facts.groups) {
        Ok(found) => Some(found),
        Err(Missing::User) => {
            let names = facts.users.values().map(|user| user.name.as_str());
            sink.push(
                Diagnostic::error("task::unknown_user", format!("this host has no user {user:?}"))
                    .label(span, "not in the user database")
                    .help(did_you_mean(user, names, "create it with useradd(8), or name another")),
            );
            None
        }
        Err(Missing::Group(group)) => {
            sink.push(
                Diagnostic::error("task::unknown_group", format!("this host has no group {group:?}"))
                    .label(span, "not in the group database")
                    .help("create it with groupadd(8), or name another"),
            );
            None
        }
    }
}

fn from_fact(fact: &UserFact) -> User {
    User {
        name: fact.name.clone(),
        uid: fact.uid,
        gid: fact.gid,
        groups: fact.groups.iter().copied().filter(|group| *group != fact.gid).collect(),
        home: if fact.home.is_empty() { "/".to_owned() } else { fact.home.clone() },
    }
}

fn allowed(user: &User, denied: &DeniedIds, span: Span, sink: &mut Sink) -> bool {
    let uid = denied.uids.iter().any(|range| range.contains(&user.uid));
    let gid =
        std::iter::once(&user.gid).chain(&user.groups).find(|gid| denied.gids.iter().any(|range| range.contains(gid)));
    let what = match (uid, gid) {
        (true, _) => format!("user {} (id {})", user.name, user.uid),
        (false, Some(gid)) => format!("group {gid} of user {}", user.name),
        (false, None) => return true,
    };
    let mut finding =
        Diagnostic::error("task::user_denied", format!("{what} is denied on this host")).label(span, "may not be used");
    if let Some(place) = denied.span {
        finding = finding.label(place, "denied here");
    }
    sink.push(finding.help("name another user, or change the host's configuration"));
    false
}
