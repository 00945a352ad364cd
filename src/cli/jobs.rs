//! What the commands about running jobs have in common: the state directory, and which job is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use super::instance::{Instance, Part};
use super::{Global, Output};
use crate::state::{self, AllocationId, Condition, Found, JobLock, JobRecord, Problem, Store, location};

/// How often a lock that somebody has is tried again.
const PATIENCE: Duration = Duration::from_millis(100);

/// A job that was named, and its allocations that count: the newest of each group and index, and what has not ended.
#[derive(Debug)]
pub struct Named {
    /// Its record.
    pub record: JobRecord,
    /// The part of it that is meant.
    pub part: Part,
    /// Its allocations, sorted by group and index.
    pub allocations: Vec<Found>,
}

/// Where state is kept, as an absolute path.
///
/// # Errors
/// [`state::Error`]
pub fn state_directory(global: &Global) -> Result<PathBuf, state::Error> {
    let given =
        global.state_dir.as_deref().map(|given| std::path::absolute(given).unwrap_or_else(|_| given.to_owned()));
    location(given.as_deref(), rustix::process::geteuid().is_root(), |name| std::env::var_os(name))
}

/// Opens the state directory; `None` where there is none, and so no job.
///
/// # Errors
/// [`state::Error`]
pub fn open(global: &Global) -> Result<Option<Store>, state::Error> {
    Store::open(&state_directory(global)?)
}

/// As [`find`], for who is going to change something about it: a job that is just being started for the first time is waited for.
///
/// # Errors
/// [`state::Error`]
pub fn find_to_change(
    store: Option<&Store>,
    instance: &Instance,
    task: Option<&str>,
    output: &mut Output,
) -> Result<Option<Named>, state::Error> {
    if let Some(store) = store {
        wait_for_lock(output, || match instance.job(&store.jobs()?.0) {
            Some(_) => Ok(()),
            None => instance.may_mean().try_for_each(|job| store.check_lock(&instance.namespace, job)),
        })?;
    }
    find(store, instance, task, output)
}

/// Finds the job that is meant, and says what could not be read on the way; `None` if there is no such job, which is said as well.
///
/// # Errors
/// [`state::Error`]
pub fn find(
    store: Option<&Store>,
    instance: &Instance,
    task: Option<&str>,
    output: &mut Output,
) -> Result<Option<Named>, state::Error> {
    let (jobs, problems) = store.map(Store::jobs).transpose()?.unwrap_or_default();
    report(&problems, output);
    let (Some(store), Some(record)) = (store, instance.job(&jobs)) else {
        output.failure(
            format_args!("there is no job {instance} in namespace {:?}", instance.namespace),
            help(&jobs).as_deref(),
        );
        return Ok(None);
    };
    let (all, problems) = store.allocations_of(&record.namespace, &record.job)?;
    report(&problems, output);
    let allocations = current(all);
    let part = instance.part(record, &allocations, task).filter(|part| {
        let mut tasks = allocations.iter().filter(|found| part.has(found)).filter_map(|found| found.status.as_ref());
        part.task.is_none() || tasks.any(|status| status.tasks.iter().any(|task| part.has_task(&task.name)))
    });
    let Some(part) = part else {
        let missing = task.map_or(instance.to_string(), |task| format!("task {task:?}"));
        let job = format!("job {:?}", record.job);
        let of = if task.is_none() || instance.is(record) { job } else { instance.to_string() };
        output.failure(format_args!("{of} has no {missing}"), names(&allocations).as_deref());
        return Ok(None);
    };
    Ok(Some(Named { record: record.clone(), part, allocations }))
}

/// Takes the right to change a job, waiting for whoever has it, and saying who that is.
///
/// # Errors
/// [`state::Error`]
pub fn lock(store: &Store, record: (&str, &str), command: &str, output: &mut Output) -> Result<JobLock, state::Error> {
    wait_for_lock(output, || store.lock(record.0, record.1, command))
}

/// Tries again while a job is locked, which is said.
fn wait_for_lock<T>(
    output: &mut Output,
    mut attempt: impl FnMut() -> Result<T, state::Error>,
) -> Result<T, state::Error> {
    let mut said = false;
    loop {
        match attempt() {
            Err(locked @ state::Error::Locked { .. }) => {
                if !said {
                    output.say(format_args!("{locked}; waiting"));
                    said = true;
                }
                std::thread::sleep(PATIENCE);
            }
            other => return other,
        }
    }
}

/// The newest allocation of each group and index, and those that have not ended, sorted by group and index.
pub fn current(all: Vec<Found>) -> Vec<Found> {
    let mut seen = BTreeSet::new();
    let mut current: Vec<Found> = Vec::new();
    for found in all.into_iter().rev() {
        let newest = seen.insert((found.launch.group.clone(), found.launch.index));
        if newest || matches!(found.condition, Condition::Supervised | Condition::Orphaned) {
            current.push(found);
        }
    }
    current.sort_by(|a, b| (&a.launch.group, a.launch.index).cmp(&(&b.launch.group, b.launch.index)));
    current
}

/// The same for every job, by namespace and name.
pub fn current_of_each(all: Vec<Found>) -> BTreeMap<(String, String), Vec<Found>> {
    let mut jobs: BTreeMap<_, Vec<Found>> = BTreeMap::new();
    for found in all {
        jobs.entry((found.launch.namespace.clone(), found.launch.job.clone())).or_default().push(found);
    }
    jobs.into_iter().map(|(job, all)| (job, current(all))).collect()
}

/// Whether somebody looks after an allocation.
pub fn is_supervised(store: &Store, id: &AllocationId) -> bool {
    let owner = store.allocation(id).ok().flatten().map(|allocation| allocation.owner());
    matches!(owner, Some(Ok(Some(_))))
}

/// Says what in the state directory could not be read.
pub fn report(problems: &[Problem], output: &mut Output) {
    for problem in problems {
        let cause = std::error::Error::source(problem).map_or(String::new(), |cause| format!(": {cause}"));
        output.say(format_args!("warning: {problem}{cause}"));
    }
}

fn help(jobs: &[JobRecord]) -> Option<String> {
    let names: Vec<_> = jobs.iter().map(|job| job.job.as_str()).collect();
    (!names.is_empty()).then(|| format!("the jobs are: {}", names.join(", ")))
}

fn names(allocations: &[Found]) -> Option<String> {
    let tasks = allocations.iter().filter_map(|found| Some((found, found.status.as_ref()?)));
    let names: Vec<_> = tasks
        .flat_map(|(found, status)| {
            status.tasks.iter().map(move |task| format!("{}[{}]/{}", found.launch.group, found.launch.index, task.name))
        })
        .collect();
    (!names.is_empty()).then(|| format!("its tasks are: {}", names.join(", ")))
}
