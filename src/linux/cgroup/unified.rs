//! The v2 tree: which cgroup can hold ours, its controllers, and the limits' files.
//!
//! A cgroup that has processes cannot hand controllers down (the "no internal processes" rule of cgroups(7)), except the root.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::devices::restrict_unified;
use super::hierarchies::Hierarchy;
use super::{CgroupError, Limit, Limits};
use crate::linux::kernel_file;

/// What one cgroup could do as the parent of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    directory: PathBuf,
    /// Controllers its children already have.
    enabled: BTreeSet<String>,
    /// Controllers it has itself.
    available: BTreeSet<String>,
    /// Whether it is free of processes, or the true root: then `available` can be enabled.
    free: bool,
}

/// A parent for our cgroups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parent {
    pub(super) directory: PathBuf,
    /// Those of the wanted controllers that our cgroups will have.
    pub(super) controllers: BTreeSet<String>,
    /// Those that must be enabled first.
    enable: BTreeSet<String>,
}

impl Parent {
    fn count(&self, of: &BTreeSet<&str>) -> usize {
        of.iter().filter(|name| self.controllers.contains(**name)).count()
    }
}

impl Candidate {
    /// `None` if nothing can be made in it.
    fn look(directory: &Path) -> Option<Self> {
        let writable = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
        let read = |name: &str| kernel_file::read_text(directory.join(name));
        if !writable(directory) || !writable(&directory.join("cgroup.procs")) {
            return None;
        }
        // The true root has no type; a threaded cgroup takes no processes.
        let root = match read("cgroup.type") {
            Ok(kind) if kind.trim() == "domain" => false,
            Ok(_) => return None,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        let words = |name: &str| read(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let free = root || read("cgroup.procs").is_ok_and(|processes| processes.is_empty());
        Some(Self {
            directory: directory.to_owned(),
            enabled: words("cgroup.subtree_control"),
            available: words("cgroup.controllers"),
            free: free && writable(&directory.join("cgroup.subtree_control")),
        })
    }

    fn offers(&self, wanted: &BTreeSet<&str>) -> Parent {
        let has = |set: &BTreeSet<String>, name: &str| set.contains(name);
        let controllers =
            wanted.iter().filter(|name| has(&self.enabled, name) || self.free && has(&self.available, name));
        let controllers: BTreeSet<String> = controllers.map(|name| (*name).to_owned()).collect();
        let enable = controllers.difference(&self.enabled).cloned().collect();
        Parent { directory: self.directory.clone(), controllers, enable }
    }
}

/// The nearest cgroup that gives all that is wanted; otherwise the one that gives most of what is required, then most of the rest, then
/// the nearest.
fn choose(candidates: &[Candidate], wanted: &BTreeSet<&str>, required: &BTreeSet<&str>) -> Option<Parent> {
    let offers = candidates.iter().rev().map(|candidate| candidate.offers(wanted));
    // The last of equals is taken, and the candidates come from the top here.
    offers.max_by_key(|parent| (parent.count(required), parent.count(wanted)))
}

/// Finds and prepares the parent of our cgroups. Why a wanted controller is not there is said by name.
pub(super) fn parent(
    hierarchy: &Hierarchy,
    wanted: &BTreeSet<&str>,
    required: &BTreeSet<&str>,
) -> (Option<Parent>, BTreeMap<String, String>) {
    let (mut found, aside) = nearest(hierarchy, wanted, required);
    if aside && !step_aside(&hierarchy.own) {
        found = choose(&candidates(hierarchy), wanted, required);
    }
    let mut missing = BTreeMap::new();
    if let Some(parent) = &mut found {
        for name in std::mem::take(&mut parent.enable) {
            let path = parent.directory.join("cgroup.subtree_control");
            if let Err(error) = std::fs::write(&path, format!("+{name}")) {
                parent.controllers.remove(&name);
                missing.insert(name, format!("{} refuses it: {error}", path.display()));
            }
        }
    }
    let has = |name: &str| found.as_ref().is_some_and(|parent| parent.controllers.contains(name));
    for name in wanted.iter().filter(|name| !has(name)) {
        missing.entry((*name).to_owned()).or_insert_with(|| why_not(hierarchy, name));
    }
    (found, missing)
}

/// The cgroup of a given path, with as many of the wanted controllers as those on the way to it can hand down.
pub(super) fn named_parent(
    hierarchy: &Hierarchy,
    path: &Path,
    wanted: &BTreeSet<&str>,
) -> Result<(Option<Parent>, BTreeMap<String, String>), CgroupError> {
    let Some(directory) = hierarchy.directory(path) else {
        let reason = format!("{} is not visible here", path.display());
        return Ok((None, wanted.iter().map(|name| ((*name).to_owned(), reason.clone())).collect()));
    };
    std::fs::create_dir_all(&directory).map_err(CgroupError::file("create", &directory))?;
    let mut missing = BTreeMap::new();
    let mut controllers = BTreeSet::new();
    for name in wanted {
        match hand_down(&hierarchy.top, &directory, name) {
            Ok(()) => drop(controllers.insert((*name).to_owned())),
            Err((path, error)) => {
                let reason = format!("{} refuses it: {error}", path.display());
                missing.insert((*name).to_owned(), reason);
            }
        }
    }
    Ok((Some(Parent { directory, controllers, enable: BTreeSet::new() }), missing))
}

/// Enables a controller in each cgroup from the top down to this one.
fn hand_down(top: &Path, directory: &Path, controller: &str) -> Result<(), (PathBuf, io::Error)> {
    let mut line: Vec<_> = directory.ancestors().take_while(|above| above.starts_with(top)).collect();
    line.reverse();
    for above in line {
        let path = above.join("cgroup.subtree_control");
        if !words(&path).iter().any(|enabled| enabled == controller) {
            std::fs::write(&path, format!("+{controller}")).map_err(|error| (path, error))?;
        }
    }
    Ok(())
}

/// Which controllers our cgroups could have, why not the others, and whether any can be made. Changes nothing.
pub(super) fn survey(hierarchy: &Hierarchy) -> (BTreeSet<String>, BTreeMap<String, String>, bool) {
    let wanted = Limit::ALL.map(Limit::controller).into();
    let (found, _) = nearest(hierarchy, &wanted, &wanted);
    let writable = found.is_some();
    let controllers = found.map(|parent| parent.controllers).unwrap_or_default();
    let missing = wanted.iter().filter(|name| !controllers.contains(**name));
    let missing = missing.map(|name| ((*name).to_owned(), why_not(hierarchy, name))).collect();
    (controllers, missing, writable)
}

/// The best parent, and whether the processes of our own cgroup must step aside first: only where that gives more than the cgroups
/// above can, as in a container or a delegated unit, and only where those processes are all our own family.
fn nearest(hierarchy: &Hierarchy, wanted: &BTreeSet<&str>, required: &BTreeSet<&str>) -> (Option<Parent>, bool) {
    let candidates = candidates(hierarchy);
    let found = choose(&candidates, wanted, required);
    let own = candidates.into_iter().find(|candidate| candidate.directory == hierarchy.own);
    let freed = own.map(|own| Candidate { free: true, ..own }.offers(wanted));
    let gives = |parent: &Parent| (parent.count(required), parent.count(wanted));
    match (freed, found) {
        (Some(freed), found) if found.as_ref().map(gives) < Some(gives(&freed)) && family(&hierarchy.own) => {
            (Some(freed), true)
        }
        (_, found) => (found, false),
    }
}

fn candidates(hierarchy: &Hierarchy) -> Vec<Candidate> {
    hierarchy.ancestors().filter_map(Candidate::look).collect()
}

fn words(path: &Path) -> Vec<String> {
    kernel_file::read_text(path).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

fn why_not(hierarchy: &Hierarchy, controller: &str) -> String {
    let has = |directory: &Path| words(&directory.join("cgroup.controllers")).iter().any(|name| name == controller);
    let own = hierarchy.own.display();
    if !has(&hierarchy.top) {
        format!("the kernel offers no {controller} controller in {}", hierarchy.top.display())
    } else if Candidate::look(&hierarchy.own).is_none() {
        format!(
            "{own} is not writable for this user: a delegated cgroup is needed (systemd-run --user --scope -p Delegate=yes)"
        )
    } else if has(&hierarchy.own) {
        format!("{own} holds other processes, so it cannot hand controllers down: start jobctl in a cgroup of its own")
    } else {
        format!("{own} was not given the {controller} controller by the cgroup above it")
    }
}

/// Moves the processes of a cgroup into a leaf of it, so that it can hand controllers down.
fn step_aside(directory: &Path) -> bool {
    let leaf = directory.join("jobctl-caller");
    match std::fs::create_dir(&leaf) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return false,
        _ => {}
    }
    let target = leaf.join("cgroup.procs");
    words(&directory.join("cgroup.procs")).iter().all(|pid| std::fs::write(&target, pid).is_ok())
}

/// Whether the processes of a cgroup are all related to this one: above it, or descended from it or from the process that started it.
fn family(directory: &Path) -> bool {
    let ours = line(&std::process::id().to_string());
    let roots: Vec<_> = ours.iter().take(2).filter(|pid| *pid != "1").collect();
    let related = |pid: &String| ours.contains(pid) || line(pid).iter().any(|above| roots.contains(&above));
    let processes = words(&directory.join("cgroup.procs"));
    !processes.is_empty() && processes.iter().all(related)
}

/// A process and all above it, by `PPid:` of /proc/PID/status.
fn line(pid: &str) -> Vec<String> {
    let parent = |pid: &String| {
        let status = kernel_file::read_text(format!("/proc/{pid}/status")).ok()?;
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().to_owned();
        (parent != "0").then_some(parent)
    };
    std::iter::successors(Some(pid.to_owned()), parent).take(64).collect()
}

/// Sets one limit.
pub(super) fn set(limit: Limit, limits: &Limits, directory: &Path) -> Result<(), CgroupError> {
    let write = |name: &str, value: String| {
        let path = directory.join(name);
        std::fs::write(&path, value).map_err(CgroupError::file("write", &path))
    };
    match limit {
        Limit::Cpu => write("cpu.weight", limits.cpu_weight().to_string()),
        Limit::Pids => write("pids.max", limits.pids.to_string()),
        Limit::Cpuset => write("cpuset.cpus", limits.cpuset.clone()),
        Limit::Devices => restrict_unified(directory, limits.devices.as_deref().unwrap_or_default()),
        Limit::Memory => {
            if limits.memory_reservation > 0 {
                write("memory.low", limits.memory_reservation.to_string())?;
            }
            // Not there without swap accounting or swap (CONFIG_SWAP).
            match write("memory.swap.max", "0".to_owned()) {
                Err(CgroupError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
                other => other?,
            }
            write("memory.max", limits.memory.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &str) -> BTreeSet<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    fn candidate(directory: &str, available: &str, enabled: &str, free: bool) -> Candidate {
        Candidate { directory: directory.into(), enabled: set(enabled), available: set(available), free }
    }

    fn chosen(candidates: &[Candidate], wanted: &str, required: &str) -> (String, String) {
        let parent = choose(candidates, &wanted.split(' ').collect(), &required.split_whitespace().collect()).unwrap();
        let controllers: Vec<_> = parent.controllers.into_iter().collect();
        (parent.directory.display().to_string(), controllers.join(" "))
    }

    /// A login by ssh, from the session upwards.
    fn session() -> [Candidate; 4] {
        [
            candidate("/user/root/session", "memory pids", "", false),
            candidate("/user/root", "memory pids", "memory pids", true),
            candidate("/user", "cpu memory pids", "memory pids", true),
            candidate("/", "cpu cpuset io memory pids", "cpu memory pids", true),
        ]
    }

    #[test]
    fn the_nearest_that_gives_all_is_taken() {
        assert_eq!(chosen(&session(), "memory pids", ""), ("/user/root".into(), "memory pids".into()));
        assert_eq!(chosen(&session(), "cpu memory pids", ""), ("/user".into(), "cpu memory pids".into()));
        assert_eq!(chosen(&session(), "cpuset", "cpuset"), ("/".into(), "cpuset".into()));
    }

    #[test]
    fn what_is_required_counts_more_than_what_is_wanted() {
        let candidates = [candidate("/near", "memory pids", "", true), candidate("/far", "cpu", "cpu", true)];
        assert_eq!(chosen(&candidates, "cpu memory pids", ""), ("/near".into(), "memory pids".into()));
        assert_eq!(chosen(&candidates, "cpu memory pids", "cpu"), ("/far".into(), "cpu".into()));
    }

    #[test]
    fn a_cgroup_with_processes_gives_only_what_it_hands_down_already() {
        let candidates = [candidate("/container", "cpu memory", "", false)];
        assert_eq!(chosen(&candidates, "cpu memory", ""), ("/container".into(), String::new()));
    }

    #[test]
    fn our_own_line_ends_at_the_first_process() {
        let own = std::process::id().to_string();
        let line = line(&own);
        assert_eq!(line[0], own);
        assert!(line.len() > 1);
    }
}
