//! cgroup limits: MHz → shares, MB → bytes, cores → CPUs; and what the host cannot enforce.

use std::collections::BTreeSet;

use super::driver_config::DriverConfig;
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::host::Facts;
use crate::jobspec::{self, Opt};
use crate::plan::Resources;

const MIB: u64 = 1 << 20;
/// The kernel's own bounds for `cpu.shares` (cgroup-v1/sched: MIN_SHARES, MAX_SHARES).
const SHARES: std::ops::RangeInclusive<u64> = 2..=1 << 18;

/// A job's resources with defaults filled in, in the job's units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amounts {
    /// MHz.
    pub(super) cpu: u64,
    /// Whole cores; zero for none.
    pub(super) cores: u64,
    /// MB.
    pub(super) memory: u64,
    /// MB; zero for none.
    pub(super) memory_max: u64,
    /// MB of the secrets directory.
    pub(super) secrets: u64,
}

impl Amounts {
    /// What a task asks for.
    pub(super) fn of(written: Option<&jobspec::Resources>, facts: &Facts) -> Self {
        let amount = |pick: fn(&jobspec::Resources) -> &Opt<i64>| {
            written.and_then(|resources| pick(resources).as_ref()).map(|value| value.value.max(0).unsigned_abs())
        };
        let cores = amount(|resources| &resources.cores).unwrap_or(0);
        // Whole cores count with the clock they have.
        let of_cores = (cores > 0).then(|| cores * u64::from(facts.cpu_mhz));
        Self {
            cpu: of_cores.or_else(|| amount(|resources| &resources.cpu)).unwrap_or(100),
            cores,
            memory: amount(|resources| &resources.memory).unwrap_or(300),
            memory_max: amount(|resources| &resources.memory_max).unwrap_or(0),
            secrets: amount(|resources| &resources.secrets).filter(|size| *size > 0).unwrap_or(1),
        }
    }
}

/// Hands out CPUs to tasks that ask for whole cores: one after the other over the plan, round again when all are given.
#[derive(Debug, Default)]
pub(super) struct Cores {
    next: u64,
}

impl Cores {
    /// The next `count` of `all` CPUs as a cpuset list.
    fn take(&mut self, count: u64, all: u64) -> String {
        let first = self.next % all;
        self.next += count;
        let mut cpus: Vec<u64> = (first..first + count).map(|cpu| cpu % all).collect();
        cpus.sort_unstable();
        list(&cpus)
    }
}

/// `0-2,4`
fn list(cpus: &[u64]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let runs = cpus.chunk_by(|left, right| *right == left + 1);
    for run in runs {
        match run {
            [only] => parts.push(only.to_string()),
            [first, .., last] => parts.push(format!("{first}-{last}")),
            [] => {}
        }
    }
    parts.join(",")
}

/// The limits of a task.
pub(super) fn resolve(
    written: Option<&jobspec::Resources>,
    at: Span,
    config: &DriverConfig,
    default_pids: u64,
    facts: &Facts,
    cores: &mut Cores,
    sink: &mut Sink,
) -> Resources {
    let amounts = Amounts::of(written, facts);
    let span = |pick: fn(&jobspec::Resources) -> &Opt<i64>| {
        written.and_then(|resources| pick(resources).as_ref()).map(|value| value.span)
    };
    let mut asked: Vec<(&str, Option<Span>)> = vec![
        ("cpu", span(|resources| &resources.cpu).or_else(|| span(|resources| &resources.cores))),
        ("memory", span(|resources| &resources.memory).or_else(|| span(|resources| &resources.memory_max))),
        ("pids", config.pids_limit.as_ref().map(|limit| limit.span)),
    ];
    let mut cpuset = String::new();
    if let Some(place) = span(|resources| &resources.cores).filter(|_| amounts.cores > 0) {
        asked.push(("cpuset", Some(place)));
        if amounts.cores > u64::from(facts.cpus) {
            sink.push(
                Diagnostic::error("resources::not_enough_cores", format!("this host has {} CPUs", facts.cpus))
                    .label(place, "more than there are")
                    .help(format!("ask for {} cores at most", facts.cpus)),
            );
        } else {
            cpuset = cores.take(amounts.cores, u64::from(facts.cpus));
        }
    }
    if amounts.cpu < *SHARES.start() {
        sink.push(
            Diagnostic::error("resources::cpu_too_small", format!("{} MHz of CPU are too few", amounts.cpu))
                .label(span(|resources| &resources.cpu).unwrap_or(at), format!("at least {}", SHARES.start()))
                .help(format!("the kernel knows no share below {}; 100 is the default", SHARES.start())),
        );
    }
    if amounts.memory * MIB > facts.memory {
        let have = facts.memory / MIB;
        sink.push(
            Diagnostic::warning("resources::more_memory_than_there_is", format!("this host has {have} MB of memory"))
                .label(span(|resources| &resources.memory).unwrap_or(at), "more than there is")
                .help("the limit will never be reached: lower it, or use a larger host"),
        );
    }
    enforceable(&asked, facts, sink);
    Resources {
        cpu_shares: amounts.cpu.clamp(*SHARES.start(), *SHARES.end()),
        cpuset,
        memory_limit: amounts.memory.max(amounts.memory_max) * MIB,
        memory_reservation: amounts.memory * MIB,
        pids_limit: config.pids_limit.map_or(default_pids, |limit| limit.value),
        written: asked.iter().filter(|(_, span)| span.is_some()).map(|(name, _)| (*name).to_owned()).collect(),
    }
}

/// A limit that was written must be enforced; of a default one it is said once that it is not.
fn enforceable(asked: &[(&str, Option<Span>)], facts: &Facts, sink: &mut Sink) {
    let cgroups = &facts.kernel.cgroups;
    let missing = |name: &str| !cgroups.controllers.contains(name);
    let reason = |name: &str| cgroups.unusable.get(name).map_or("the kernel does not have it", String::as_str);
    for (name, span) in asked.iter().filter(|(name, _)| missing(name)) {
        let Some(span) = span else { continue };
        sink.push(
            Diagnostic::warning(
                "resources::cannot_be_enforced",
                format!("this limit needs the cgroup controller `{name}`, which cannot be used here"),
            )
            .label(*span, reason(name))
            .help("`jobctl doctor` says how to get it; leave the limit out to run without"),
        );
    }
    let defaults: BTreeSet<&str> =
        asked.iter().filter(|(name, span)| span.is_none() && missing(name)).map(|(name, _)| *name).collect();
    if !defaults.is_empty() {
        let names: Vec<&str> = defaults.into_iter().collect();
        sink.push(
            Diagnostic::note(
                "resources::not_enforced",
                format!("default limits not enforced here: {}", names.join(", ")),
            )
            .help("`jobctl doctor` says which cgroup controllers are missing"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_handed_out_in_turn() {
        let mut cores = Cores::default();
        assert_eq!(cores.take(2, 4), "0-1");
        assert_eq!(cores.take(1, 4), "2");
        assert_eq!(cores.take(3, 4), "0-1,3");
        assert_eq!(cores.take(4, 4), "0-3");
    }
}
