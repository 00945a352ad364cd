//! From a job file to its plan on this host: what `plan` and `run` have in common.
//!
//! Reads files, probes the host, and calls the stages in order; decides and prints nothing.

use std::collections::BTreeMap;
use std::path::Path;

use super::assignment::{self, Assignment};
use super::host_file::{self, HostFileError};
use super::job_file::Inputs;
use super::sensitive::only_in_environments;
use super::source::{Source, SourceError};
use crate::diagnostic::{Diagnostic, Sink, Sources};
use crate::eval::Sensitive;
use crate::host::{self, Caller, Configuration, Facts, Host};
use crate::jobspec::{Job, Spanned, Str};
use crate::linux::accounts::Accounts;
use crate::plan::{self, Foreseen, Plan, StoredPlan};
use crate::validator::CheckContext;

/// What a plan is asked for with.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Values and the host, as typed.
    pub inputs: &'a Inputs,
    /// `--as`: on whose behalf, if not the caller's own.
    pub caller: Option<&'a str>,
    /// `--meta KEY=VALUE`
    pub meta: &'a [String],
    /// What `--payload` named.
    pub payload: Option<&'a [u8]>,
    /// What digests of sensitive values are made with, where variables are marked so.
    pub key: Option<[u8; 32]>,
}

/// A job file that was read, what was found in it, and its plan where that is without errors.
#[derive(Debug)]
pub struct Planning {
    /// All texts.
    pub source: Source,
    /// What was found, by place.
    pub findings: Vec<Diagnostic>,
    /// The plan and what it was made of.
    pub resolved: Option<Resolved>,
}

/// A plan and what it was made of.
#[derive(Debug)]
pub struct Resolved {
    /// The host.
    pub host: Host,
    /// The job as it is written.
    pub job: Job,
    /// The plan.
    pub plan: Plan,
    /// Its canonical form and name.
    pub stored: StoredPlan,
    /// Values that the plan refers to and does not have, by the names of their references.
    pub sensitive: BTreeMap<String, String>,
    /// What their references were made with.
    pub key: Option<[u8; 32]>,
}

/// Why there is no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum PlanningError {
    /// The job or a file that belongs to it.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The host's configuration.
    #[error(transparent)]
    Host(#[from] HostFileError),
    /// `--as` names nobody.
    #[error("this host has no user {0:?}")]
    UnknownCaller(String),
    /// `--sensitive` names nothing that can be hidden.
    #[error("`--sensitive {0}`: the job has no variable of this name whose value is text")]
    NotSensitive(String),
    /// A sensitive value would have to be written down.
    #[error("a sensitive variable may stand in `env` of tasks only, as it is or as a part of a text")]
    SensitiveElsewhere,
}

/// Reads a job file and makes its plan.
///
/// # Errors
/// Files that cannot be read, a user that does not exist.
pub fn of_file(file: &Path, request: Request<'_>) -> Result<Planning, PlanningError> {
    of_source(Source::read(file, request.inputs)?, request)
}

/// Makes the plan of a job file that was read.
///
/// # Errors
/// As [`of_file`].
pub fn of_source(source: Source, request: Request<'_>) -> Result<Planning, PlanningError> {
    Reading::new(source, request)?.plan()
}

/// A job file that was read and checked, and the host's configuration.
#[derive(Debug)]
pub struct Reading<'a> {
    request: Request<'a>,
    source: Source,
    configuration: Configuration,
    meta: Vec<Assignment>,
    sink: Sink,
    /// The job, where nothing is wrong with it.
    job: Option<Job>,
}

impl<'a> Reading<'a> {
    /// Reads the host's configuration and the job.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub fn new(mut source: Source, request: Request<'a>) -> Result<Self, PlanningError> {
        let mut sink = Sink::new();
        let given = request.inputs.host.as_deref();
        let configuration = host_file::read(given, &mut source.sources, &mut sink)?;
        source.sensitive = request.key.map(|key| Sensitive::new(request.inputs.sensitive.iter().cloned(), key));
        let meta = meta(request.meta, &mut source.sources, &mut sink);
        let job = source.job(&CheckContext { host_known: true }, &mut sink).filter(|_| !sink.has_errors());
        Ok(Self { request, source, configuration, meta, sink, job })
    }

    /// The task that will start first.
    pub fn foresee(&self) -> Option<Foreseen> {
        let root = rustix::process::geteuid().is_root();
        self.job.as_ref().and_then(|job| plan::foresee(job, &self.configuration.settings, root))
    }

    /// Probes the host and makes the plan.
    ///
    /// # Errors
    /// A user that does not exist, and what may not be hidden.
    pub fn plan(self) -> Result<Planning, PlanningError> {
        let Self { request, mut source, configuration, meta, mut sink, job } = self;
        let Some(mut job) = job else {
            return Ok(Planning { source, findings: sink.into_sorted(), resolved: None });
        };
        add_meta(&mut job, &meta);
        let fixture = configuration.fixture.clone();
        let accounts = Accounts::read();
        let caller = caller(request.caller, fixture.as_ref(), &accounts)?;
        let facts = fixture.unwrap_or_else(|| host::probe(&plan::needs(&job, &configuration.settings), &accounts));
        let host = Host { configuration, facts };
        let plan = resolve(&job, &host, &caller, (request.payload, &meta), &mut sink);
        let sensitive = match (&plan, source.sensitive.take()) {
            (Some(plan), Some(sensitive)) => {
                let mut sink = Sink::new();
                let mut open = source.job(&CheckContext { host_known: true }, &mut sink);
                if let Some(job) = &mut open {
                    add_meta(job, &meta);
                }
                let open = open.and_then(|job| resolve(&job, &host, &caller, (request.payload, &meta), &mut sink));
                let values = held_back(plan, open.as_ref(), &sensitive)?;
                source.sensitive = Some(sensitive);
                values
            }
            _ => BTreeMap::new(),
        };
        let mut findings = sink.into_sorted();
        // Root inside a user namespace is whoever made it: what the file alone makes one fear is not so here.
        findings.retain(|finding| host.facts.kernel.root || finding.code != "task::runs_as_root");
        let resolved = plan.map(|plan| Resolved { stored: plan.store(), host, job, plan, sensitive, key: request.key });
        Ok(Planning { source, findings, resolved })
    }
}

/// The plan, dispatched with a payload and meta; `None` where a finding is an error.
fn resolve(
    job: &Job,
    host: &Host,
    caller: &Caller,
    (payload, meta): (Option<&[u8]>, &[Assignment]),
    sink: &mut Sink,
) -> Option<Plan> {
    let mut plan = plan::resolve(job, host, caller, sink)?;
    let meta: Vec<_> = meta.iter().map(|given| (given.name.as_str(), given.name_at)).collect();
    plan::dispatch(&mut plan, job, &plan::Dispatch { payload, meta: &meta }, sink);
    Some(plan).filter(|_| !sink.has_errors())
}

/// The values a plan refers to; `open` is the plan with all of them in it.
fn held_back(
    plan: &Plan,
    open: Option<&Plan>,
    sensitive: &Sensitive,
) -> Result<BTreeMap<String, String>, PlanningError> {
    match sensitive.unmet() {
        Some(name) => Err(PlanningError::NotSensitive(name)),
        None if open.is_some_and(|open| only_in_environments(plan, open, sensitive)) => Ok(sensitive.values()),
        None => Err(PlanningError::SensitiveElsewhere),
    }
}

/// On whose behalf: who is named, else the described machine's user, else whoever is behind this process.
///
/// # Errors
/// [`PlanningError::UnknownCaller`]
pub fn caller(named: Option<&str>, fixture: Option<&Facts>, accounts: &Accounts) -> Result<Caller, PlanningError> {
    match (named, fixture) {
        (Some(name), None) => {
            Caller::look_up(name, accounts).ok_or_else(|| PlanningError::UnknownCaller(name.to_owned()))
        }
        (None, None) => Ok(Caller::of_process(accounts)),
        (Some(name), Some(facts)) => Ok(Caller::described(name, facts)),
        (None, Some(facts)) => Ok(Caller::described(&facts.process.name, facts)),
    }
}

/// What was typed after `--meta`; what is no assignment is a finding.
fn meta(typed: &[String], sources: &mut Sources, sink: &mut Sink) -> Vec<Assignment> {
    let mut read =
        |typed: &String| assignment::read("--meta", typed, sources).map_err(|finding| sink.push(*finding)).ok();
    typed.iter().filter_map(&mut read).collect()
}

/// What is given stands over what is written, as in a dispatched job.
fn add_meta(job: &mut Job, given: &[Assignment]) {
    if given.is_empty() {
        return;
    }
    let at = job.meta.as_ref().map_or(job.at, |meta| meta.span);
    let mut meta: BTreeMap<Str, Spanned<Str>> = BTreeMap::new();
    for (key, value) in job.meta.iter().flat_map(|meta| meta.iter()) {
        meta.insert(key.value.clone(), value.clone());
    }
    for given in given {
        meta.insert(given.name.as_str().into(), Spanned::new(given.value.as_str().into(), given.value_at));
    }
    let entries = meta.into_iter().map(|(key, value)| (Spanned::new(key, value.span), value));
    job.meta = Some(Spanned::new(entries.collect(), at));
}
