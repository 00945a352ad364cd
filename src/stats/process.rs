//! What one process has used, as proc(5) tells it.

use std::collections::BTreeMap;

use crate::linux::process;
use crate::linux::process_stat::ProcessStat;

/// The clock of /proc/PID/stat on Linux, whatever the kernel's own runs at (`USER_HZ`).
const TICKS_PER_SECOND: u64 = 100;
const NANOSECONDS_PER_TICK: u64 = 1_000_000_000 / TICKS_PER_SECOND;

/// A process at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessSample {
    /// Its number as we see it.
    pub pid: u32,
    /// The process that made it, or has taken it over.
    pub parent: u32,
    /// When it began, in clock ticks since boot: with the number it tells it from all others.
    pub start_time: u64,
    /// Its name (`comm`): up to 15 bytes that it chooses itself.
    pub command: String,
    /// Nanoseconds in user mode.
    pub user: u64,
    /// Nanoseconds in the kernel.
    pub system: u64,
    /// Resident memory in bytes, what it shares with others included.
    pub rss: u64,
}

impl ProcessSample {
    /// `None` where the process is gone.
    pub fn read(pid: u32) -> Option<Self> {
        Self::of(pid, &ProcessStat::read(pid).ok()?, rustix::param::page_size() as u64)
    }

    fn of(pid: u32, stat: &ProcessStat, page_size: u64) -> Option<Self> {
        Some(Self {
            pid,
            parent: stat.parent()?,
            start_time: stat.start_time()?,
            command: stat.command().to_owned(),
            user: stat.field(14)?.saturating_mul(NANOSECONDS_PER_TICK),
            system: stat.field(15)?.saturating_mul(NANOSECONDS_PER_TICK),
            rss: stat.field(24)?.saturating_mul(page_size),
        })
    }
}

/// All processes in sight and who made them, read once for tasks that have no cgroup to ask.
#[derive(Clone, Debug, Default)]
pub struct ProcessTable(BTreeMap<u32, ProcessSample>);

impl ProcessTable {
    /// Reads /proc.
    pub fn read() -> Self {
        Self::of(process::numbers().filter_map(ProcessSample::read))
    }

    fn of(processes: impl Iterator<Item = ProcessSample>) -> Self {
        Self(processes.map(|process| (process.pid, process)).collect())
    }

    /// All that come from a process, itself not among them.
    pub(super) fn below(&self, ancestor: u32) -> Vec<ProcessSample> {
        let mut children: BTreeMap<u32, Vec<&ProcessSample>> = BTreeMap::new();
        for process in self.0.values() {
            children.entry(process.parent).or_default().push(process);
        }
        let (mut found, mut open) = (Vec::new(), vec![ancestor]);
        while let Some(parent) = open.pop() {
            // Taken out, so that a number that was given away while we read leads to no circle.
            for process in children.remove(&parent).into_iter().flatten() {
                open.push(process.pid);
                found.push(process.clone());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "4711 (a) b (c) S 12 4711 4711 0 -1 4194560 2310 0 0 0 150 25 0 0 20 0 1 0 987654 12345678 512 18446744073709551615 1 1 0";

    #[test]
    fn fields_are_counted_after_a_name_that_holds_parentheses() {
        let expected = ProcessSample {
            pid: 4711,
            parent: 12,
            start_time: 987_654,
            command: "a) b (c".to_owned(),
            user: 1_500_000_000,
            system: 250_000_000,
            rss: 512 * 4096,
        };
        assert_eq!(ProcessSample::of(4711, &STAT.into(), 4096), Some(expected));
    }

    #[test]
    fn what_is_torn_is_no_process() {
        for end in [0, 10, 20, 60] {
            assert_eq!(ProcessSample::of(4711, &STAT[..end].into(), 4096), None);
        }
    }

    #[test]
    fn this_process_is_there_and_no_other_of_its_number() {
        let own = ProcessSample::read(std::process::id()).unwrap();
        assert!(own.rss > 0);
        assert_eq!(ProcessSample::read(u32::MAX), None);
    }

    #[test]
    fn descendants_are_found_and_circles_do_no_harm() {
        let process = |pid, parent| ProcessSample { pid, parent, ..ProcessSample::of(4711, &STAT.into(), 1).unwrap() };
        let table = [(2, 1), (3, 2), (4, 3), (5, 1), (8, 9), (9, 8)].map(|(pid, parent)| process(pid, parent));
        let table = ProcessTable::of(table.into_iter());
        let below = |ancestor| {
            let mut pids: Vec<u32> = table.below(ancestor).iter().map(|process| process.pid).collect();
            pids.sort_unstable();
            pids
        };
        assert_eq!(below(2), [3, 4]);
        assert_eq!(below(1), [2, 3, 4, 5]);
        assert_eq!(below(9), [8, 9]);
        assert_eq!(below(7), <[u32; 0]>::default());
    }
}
