//! One cgroup: made, entered, changed, removed.
//!
//! Made beneath the cgroup of this process, in each hierarchy by itself. Killing is in `kill`, counting in `figures`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};

use super::hierarchies::Hierarchies;
use super::{CgroupError, Limit, Limits, Note, legacy, unified};
use crate::sys::Entry;

/// v1 controllers that count and kill, wanted also without a limit.
const COUNTING: [&str; 4] = ["memory", "cpu", "cpuacct", "pids"];
/// How long killed processes may take to leave.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where a cgroup is to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The cgroup above it, as a path in each hierarchy (`/jobctl.slice`), made where it is not there; empty: the nearest usable one at
    /// or above the cgroup this process is in.
    pub parent: String,
    /// Its name, one path component: `jobctl-<alloc>-<task>`.
    pub name: String,
}

/// A cgroup: one directory, or one in each v1 hierarchy. It can be written down and found again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cgroup {
    /// On v2 its directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unified: Option<PathBuf>,
    /// On v1 the directory for each controller.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub controllers: BTreeMap<String, PathBuf>,
}

/// A cgroup just made.
#[derive(Debug)]
pub struct Created {
    /// The cgroup.
    pub cgroup: Cgroup,
    /// The way in.
    pub entry: Entry,
    /// Default limits that cannot be enforced here.
    pub notes: Vec<Note>,
}

impl Cgroup {
    /// Makes a cgroup with these limits. One of that name that is still there from an earlier run is taken over if it is empty.
    ///
    /// # Errors
    /// A required limit cannot be enforced, or a directory cannot be made. Nothing is left behind then.
    pub fn create(hierarchies: &Hierarchies, place: &Place, limits: &Limits) -> Result<Created, CgroupError> {
        let mut cgroup = Self::default();
        match cgroup.make(hierarchies, place, limits) {
            Ok((entry, notes)) => Ok(Created { cgroup, entry, notes }),
            Err(error) => {
                let _ = cgroup.remove();
                Err(error)
            }
        }
    }

    /// The cgroup of that name, wherever in the hierarchies it was made. For what nobody could write down any more: it looks at every
    /// cgroup there is.
    pub fn find(name: &str) -> Self {
        let hierarchies = Hierarchies::detect().unwrap_or_default();
        let below = |top: &Path| find_directory(top, name);
        Self {
            unified: hierarchies.unified.and_then(|hierarchy| below(&hierarchy.top)),
            controllers: COUNTING
                .into_iter()
                .chain(["cpuset"])
                .filter_map(|name| Some((name.to_owned(), below(&hierarchies.legacy.get(name)?.top)?)))
                .collect(),
        }
    }

    /// Makes the directories, noting each in `self` as soon as it is there.
    fn make(
        &mut self,
        hierarchies: &Hierarchies,
        place: &Place,
        limits: &Limits,
    ) -> Result<(Entry, Vec<Note>), CgroupError> {
        if place.name.is_empty() || place.name.contains('/') || [".", ".."].contains(&&*place.name) {
            return Err(CgroupError::Unavailable { reason: format!("{:?} is not the name of a cgroup", place.name) });
        }
        let mut missing = self.make_legacy(hierarchies, place, limits)?;
        let elsewhere = |name: &&str| !hierarchies.legacy.contains_key(*name);
        let wanted: BTreeSet<_> = COUNTING.into_iter().filter(|name| *name != "cpuacct").filter(elsewhere).collect();
        let set = limits.set().into_iter().filter(|limit| *limit != Limit::Devices);
        let set = set.map(Limit::controller).filter(elsewhere);
        let wanted: BTreeSet<_> = wanted.into_iter().chain(set).collect();
        if !wanted.is_empty() {
            missing.extend(self.make_unified(hierarchies, place, &wanted, limits)?);
        }
        if self.unified.is_none() && self.controllers.is_empty() && !limits.required.is_empty() {
            let reason = missing.into_values().next().unwrap_or_else(|| "no cgroup hierarchy is mounted".to_owned());
            return Err(CgroupError::Unavailable { reason });
        }
        let notes = self.apply(limits, &missing)?;
        Ok((self.entry()?, notes))
    }

    /// The v1 directories; the answer says which hierarchies could not be used, and why.
    fn make_legacy(
        &mut self,
        hierarchies: &Hierarchies,
        place: &Place,
        limits: &Limits,
    ) -> Result<BTreeMap<String, String>, CgroupError> {
        let cpuset = (!limits.cpuset.is_empty()).then_some("cpuset");
        let devices = limits.devices.is_some().then_some("devices");
        let mut missing = BTreeMap::new();
        for name in COUNTING.into_iter().chain(cpuset).chain(devices) {
            let Some(hierarchy) = hierarchies.legacy.get(name) else { continue };
            let parent = match hierarchy.directory(Path::new(&place.parent)) {
                _ if place.parent.is_empty() => hierarchy.own.clone(),
                Some(parent) => parent,
                None => {
                    missing.insert(name.to_owned(), format!("{} is not visible here", place.parent));
                    continue;
                }
            };
            match make_directory(&parent, &place.name, name == "cpuset") {
                Ok(directory) => drop(self.controllers.insert(name.to_owned(), directory)),
                Err(error) if error.is_refusal() => drop(missing.insert(name.to_owned(), with_cause(&error))),
                Err(error) => return Err(error),
            }
        }
        Ok(missing)
    }

    /// The v2 directory, with as many of the wanted controllers as it can have.
    fn make_unified(
        &mut self,
        hierarchies: &Hierarchies,
        place: &Place,
        wanted: &BTreeSet<&str>,
        limits: &Limits,
    ) -> Result<BTreeMap<String, String>, CgroupError> {
        let all = |reason: &str| wanted.iter().map(|name| ((*name).to_owned(), reason.to_owned())).collect();
        let Some(hierarchy) = &hierarchies.unified else { return Ok(all("no cgroup hierarchy is mounted with it")) };
        let required = limits.required.iter().map(|limit| limit.controller()).collect();
        let (parent, missing) = if place.parent.is_empty() {
            unified::parent(hierarchy, wanted, &required)
        } else {
            unified::named_parent(hierarchy, Path::new(&place.parent), wanted)?
        };
        // On a hybrid host the v2 tree is worth a directory only if it carries a controller.
        let useful = parent.filter(|parent| self.controllers.is_empty() || !parent.controllers.is_empty());
        if let Some(parent) = useful {
            self.unified = Some(make_directory(&parent.directory, &place.name, false)?);
        }
        Ok(missing)
    }

    /// Sets limits of a cgroup that is in use.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn set(&self, limits: &Limits) -> Result<Vec<Note>, CgroupError> {
        self.apply(limits, &BTreeMap::new())
    }

    fn apply(&self, limits: &Limits, missing: &BTreeMap<String, String>) -> Result<Vec<Note>, CgroupError> {
        let mut notes = Vec::new();
        for limit in limits.set() {
            let name = limit.controller();
            let reason = match (missing.get(name), self.controllers.get(name), &self.unified) {
                (Some(reason), _, _) => reason.clone(),
                (None, Some(directory), _) => match legacy::set(limit, limits, directory) {
                    Err(error) if limit == Limit::Devices && error.is_refusal() => with_cause(&error),
                    other => {
                        other?;
                        continue;
                    }
                },
                (None, None, Some(directory)) => match unified::set(limit, limits, directory) {
                    // The files of a controller that was not handed down are not there.
                    Err(CgroupError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                        format!("{} has no {name} controller", directory.display())
                    }
                    Err(error) if limit == Limit::Devices && error.is_refusal() => with_cause(&error),
                    other => {
                        other?;
                        continue;
                    }
                },
                (None, None, None) => "no cgroup hierarchy is mounted with it".to_owned(),
            };
            if limits.required.contains(&limit) {
                return Err(CgroupError::Unenforceable { limit, reason });
            }
            notes.push(Note { limit, reason });
        }
        Ok(notes)
    }

    /// The way into it, for a process that is about to be born there.
    ///
    /// # Errors
    /// It is gone.
    pub fn entry(&self) -> Result<Entry, CgroupError> {
        let unified = self.unified.as_deref().map(open_directory).transpose()?;
        let mut tasks = Vec::new();
        for directory in self.directories().filter(|directory| Some(*directory) != self.unified.as_deref()) {
            let path = directory.join("tasks");
            let file = File::options().write(true).open(&path).map_err(CgroupError::file("open", &path))?;
            tasks.push(file.into());
        }
        Ok(Entry { unified, tasks })
    }

    /// Whether it has a directory at all: where no controller is to be had it has none.
    pub fn exists(&self) -> bool {
        self.unified.is_some() || !self.controllers.is_empty()
    }

    /// Each of its directories once: controllers mounted together share one.
    pub(super) fn directories(&self) -> impl Iterator<Item = &Path> {
        let all: BTreeSet<&Path> = self.controllers.values().chain(&self.unified).map(PathBuf::as_path).collect();
        all.into_iter()
    }

    /// Kills what is left in it and removes it from all hierarchies. One that is gone already is removed.
    ///
    /// # Errors
    /// Something in it cannot be killed within two seconds, or a directory cannot be removed; the others are.
    pub fn remove(&self) -> Result<(), CgroupError> {
        let mut first_error = None;
        for directory in self.directories() {
            if let Err(error) = self.remove_directory(directory) {
                first_error.get_or_insert(error);
            }
        }
        first_error.map_or(Ok(()), Err)
    }

    /// Removes it from all hierarchies if nothing is in it; whether it is gone.
    pub fn remove_empty(&self) -> bool {
        let gone =
            |removed: io::Result<()>| removed.map_or_else(|error| error.kind() == io::ErrorKind::NotFound, |()| true);
        self.directories().all(|directory| gone(std::fs::remove_dir(directory)))
    }

    /// rmdir says EBUSY while a process or a cgroup is inside.
    fn remove_directory(&self, directory: &Path) -> Result<(), CgroupError> {
        let deadline = Instant::now() + PATIENCE;
        let mut pause = Duration::from_micros(500);
        loop {
            match std::fs::remove_dir(directory) {
                Err(error) if error.raw_os_error() == Some(libc::EBUSY) && Instant::now() < deadline => {}
                Err(error) if error.raw_os_error() == Some(libc::EBUSY) => {
                    return Err(match super::kill::processes(directory) {
                        Ok(processes) if !processes.is_empty() => {
                            CgroupError::Alive { count: processes.len(), path: directory.to_owned() }
                        }
                        _ => CgroupError::File { verb: "remove", path: directory.to_owned(), source: error },
                    });
                }
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(CgroupError::file("remove", directory)(error));
                }
                _ => return Ok(()),
            }
            self.kill()?;
            remove_inner(directory);
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

/// A directory of that name below another.
fn find_directory(top: &Path, name: &str) -> Option<PathBuf> {
    let mut open = vec![top.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if entry.file_name() == name {
                    return Some(entry.path());
                }
                open.push(entry.path());
            }
        }
    }
    None
}

/// Removes the cgroups that a task made inside its own, the innermost first.
fn remove_inner(directory: &Path) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        remove_inner(&entry.path());
        let _ = std::fs::remove_dir(entry.path());
    }
}

fn make_directory(parent: &Path, name: &str, cpuset: bool) -> Result<PathBuf, CgroupError> {
    let directory = parent.join(name);
    let made = std::fs::create_dir(&directory);
    match made {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            std::fs::create_dir_all(parent).map_err(CgroupError::file("create", parent))?;
            if cpuset {
                legacy::prepare_cpuset(parent)?;
            }
            std::fs::create_dir(&directory).map_err(CgroupError::file("create", &directory))?;
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && super::kill::is_empty(&directory) => {}
        other => other.map_err(CgroupError::file("create", &directory))?,
    }
    if cpuset {
        legacy::prepare_cpuset(&directory)?;
    }
    Ok(directory)
}

fn with_cause(error: &CgroupError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

pub(super) fn open_directory(path: &Path) -> Result<OwnedFd, CgroupError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map_err(|errno| CgroupError::file("open", path)(errno.into()))
}
