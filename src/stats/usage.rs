//! What a task took between two samples.
//!
//! Pure. What the kernel does not measure here is `None`, and not in the JSON.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{ProcessSample, Sample};

/// What a task took.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Usage {
    /// When it was measured: the end of the time it is about.
    pub time: Timestamp,
    /// Processor time.
    pub cpu: CpuUsage,
    /// Memory.
    pub memory: MemoryUsage,
    /// Processes and threads where a cgroup counts them, else processes.
    pub pids: u64,
    /// Its processes, by number.
    pub processes: Vec<ProcessUsage>,
}

/// Processor time. 100 percent is one processor all the time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CpuUsage {
    /// Percent.
    pub percent: f64,
    /// Percent in user mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_percent: Option<f64>,
    /// Percent in the kernel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_percent: Option<f64>,
    /// What that is in MHz on this host, as `resources { cpu }` counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mhz: Option<f64>,
    /// Nanoseconds since the task began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// How often it was held back by its limit since it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttled_periods: Option<u64>,
    /// For how long, in nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttled_time: Option<u64>,
}

/// Bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MemoryUsage {
    /// Anonymous memory; without a cgroup the resident memory of all processes, what they share counted for each.
    pub rss: u64,
    /// Page cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<u64>,
    /// Swapped out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swap: Option<u64>,
    /// All that counts against the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<u64>,
    /// The most that ever was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_usage: Option<u64>,
    /// Kernel memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_usage: Option<u64>,
    /// The most that ever was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_max_usage: Option<u64>,
}

/// One process of a task.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProcessUsage {
    /// Its number on the host.
    pub pid: u32,
    /// Its name, which it chooses itself.
    pub command: String,
    /// Percent of one processor.
    pub cpu_percent: f64,
    /// Resident memory in bytes.
    pub rss: u64,
}

impl Usage {
    /// What was taken from one sample to the next, on a host whose processors run at `mhz` (0: not known).
    pub fn between(first: &Sample, second: &Sample, mhz: u32) -> Self {
        let elapsed = second.time.duration_since(first.time).as_nanos();
        let percent = |nanoseconds: u64| percent(nanoseconds, elapsed);
        let spent = Spent::between(&first.processes, &second.processes);
        let (before, after) = (&first.figures.cpu, &second.figures.cpu);
        // Counters that go backwards belong to another run of the task, and began anew.
        let grown = |before: Option<u64>, after: Option<u64>| {
            after.map(|after| after.checked_sub(before.unwrap_or_default()).unwrap_or(after))
        };
        let total = grown(before.total, after.total);
        let own = |measured: Option<u64>, summed: u64| if total.is_some() { measured } else { Some(summed) };
        let total_percent = percent(total.unwrap_or(spent.user + spent.system));
        let memory = &second.figures.memory;
        let resident = second.processes.iter().map(|process| process.rss).sum();
        Self {
            time: second.time,
            cpu: CpuUsage {
                percent: total_percent,
                user_percent: own(grown(before.user, after.user), spent.user).map(percent),
                system_percent: own(grown(before.system, after.system), spent.system).map(percent),
                mhz: (mhz > 0).then(|| rounded(total_percent * f64::from(mhz) / 100.0)),
                total: after.total,
                throttled_periods: after.throttled_periods,
                throttled_time: after.throttled_time,
            },
            memory: MemoryUsage {
                rss: memory.rss.unwrap_or(resident),
                cache: memory.cache,
                swap: memory.swap,
                usage: memory.usage,
                max_usage: memory.max_usage,
                kernel_usage: memory.kernel_usage,
                kernel_max_usage: memory.kernel_max_usage,
            },
            pids: second.figures.pids.unwrap_or(second.processes.len() as u64),
            processes: second
                .processes
                .iter()
                .map(|process| ProcessUsage {
                    pid: process.pid,
                    command: process.command.clone(),
                    cpu_percent: percent(spent.of(process)),
                    rss: process.rss,
                })
                .collect(),
        }
    }
}

/// The processor time of processes between two samples. What ended in between is lost to us.
struct Spent {
    by_process: BTreeMap<(u32, u64), u64>,
    user: u64,
    system: u64,
}

impl Spent {
    fn between(first: &[ProcessSample], second: &[ProcessSample]) -> Self {
        let key = |process: &ProcessSample| (process.pid, process.start_time);
        let before: BTreeMap<_, _> = first.iter().map(|process| (key(process), process)).collect();
        let mut spent = Self { by_process: BTreeMap::new(), user: 0, system: 0 };
        for process in second {
            let (user, system) = before.get(&key(process)).map_or((0, 0), |before| (before.user, before.system));
            let (user, system) = (process.user.saturating_sub(user), process.system.saturating_sub(system));
            spent.by_process.insert(key(process), user + system);
            spent.user += user;
            spent.system += system;
        }
        spent
    }

    fn of(&self, process: &ProcessSample) -> u64 {
        self.by_process.get(&(process.pid, process.start_time)).copied().unwrap_or_default()
    }
}

/// Of one processor, to two decimals; nothing where no time passed.
#[expect(clippy::cast_precision_loss, reason = "two decimals of a percentage are shown")]
fn percent(nanoseconds: u64, elapsed: i128) -> f64 {
    if elapsed <= 0 { 0.0 } else { rounded(nanoseconds as f64 * 100.0 / elapsed as f64) }
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::cgroup::{CpuFigures, Figures, MemoryFigures};

    const SECOND: u64 = 1_000_000_000;

    fn process(pid: u32, start_time: u64, user: u64, system: u64) -> ProcessSample {
        ProcessSample { pid, parent: 1, start_time, command: "work".to_owned(), user, system, rss: 1000 }
    }

    fn sample(second: i64, cpu: Option<[u64; 3]>, processes: Vec<ProcessSample>) -> Sample {
        let [total, user, system] = [0, 1, 2].map(|index| cpu.map(|cpu| cpu[index]));
        let cpu = CpuFigures { total, user, system, ..CpuFigures::default() };
        let figures = Figures { cpu, ..Figures::default() };
        Sample { time: Timestamp::from_second(second).unwrap(), figures, processes }
    }

    /// Two decimals, as they are rounded to.
    fn said(percent: f64) -> String {
        format!("{percent:.2}")
    }

    #[test]
    fn a_cgroup_tells_what_all_processes_took() {
        let first = sample(10, Some([5 * SECOND, 4 * SECOND, SECOND]), vec![process(7, 1, 0, 0)]);
        let mut second = sample(12, Some([8 * SECOND, 6 * SECOND, 2 * SECOND]), vec![process(7, 1, SECOND, 0)]);
        second.figures.pids = Some(3);
        second.figures.memory = MemoryFigures { rss: Some(77), ..MemoryFigures::default() };
        let usage = Usage::between(&first, &second, 2000);
        assert_eq!((said(usage.cpu.percent), usage.cpu.mhz.map(said)), ("150.00".into(), Some("3000.00".into())));
        assert_eq!(
            [usage.cpu.user_percent, usage.cpu.system_percent].map(|some| said(some.unwrap())),
            ["100.00", "50.00"]
        );
        assert_eq!((usage.pids, usage.memory.rss, usage.memory.cache), (3, 77, None));
        assert_eq!(said(usage.processes[0].cpu_percent), "50.00");
    }

    #[test]
    fn without_a_cgroup_the_processes_are_summed() {
        let first = sample(10, None, vec![process(7, 1, SECOND, 0), process(8, 1, SECOND, 0)]);
        // 8 has gone, its number is another's now; 9 is new.
        let second =
            sample(11, None, vec![process(7, 1, 2 * SECOND, 0), process(8, 2, 0, SECOND / 4), process(9, 3, 0, 0)]);
        let usage = Usage::between(&first, &second, 0);
        assert_eq!((said(usage.cpu.percent), usage.cpu.mhz, usage.cpu.total), ("125.00".into(), None, None));
        assert_eq!(
            [usage.cpu.user_percent, usage.cpu.system_percent].map(|some| said(some.unwrap())),
            ["100.00", "25.00"]
        );
        assert_eq!((usage.pids, usage.memory.rss), (3, 3000));
        let each: Vec<_> = usage.processes.iter().map(|process| said(process.cpu_percent)).collect();
        assert_eq!(each, ["100.00", "25.00", "0.00"]);
    }

    #[test]
    fn counters_that_go_backwards_began_anew() {
        let first = sample(10, Some([50 * SECOND, 0, 0]), vec![process(7, 1, 9 * SECOND, 0)]);
        let second = sample(11, Some([SECOND / 2, 0, 0]), vec![process(7, 1, SECOND, 0)]);
        let usage = Usage::between(&first, &second, 0);
        assert_eq!([usage.cpu.percent, usage.processes[0].cpu_percent].map(said), ["50.00", "0.00"]);
    }

    #[test]
    fn no_time_is_no_use_and_a_whole_life_counts_from_its_beginning() {
        let first = sample(10, Some([SECOND, 0, 0]), Vec::new());
        assert_eq!(said(Usage::between(&first, &first, 0).cpu.percent), "0.00");
        let second = sample(20, Some([SECOND, 0, 0]), Vec::new());
        let life = Usage::between(&Sample::before(Timestamp::from_second(10).unwrap()), &second, 0);
        assert_eq!(said(life.cpu.percent), "10.00");
    }
}
