//! What a cgroup counts.
//!
//! Read from its own files and nowhere else; percentages are the `stats` room's.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Cgroup;
use crate::linux::kernel_file;

/// The figures of a cgroup at one moment. `None`: the kernel does not measure it here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Processor time.
    pub cpu: CpuFigures,
    /// Memory.
    pub memory: MemoryFigures,
    /// Processes and threads now.
    pub pids: Option<u64>,
}

/// Processor time since the cgroup was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CpuFigures {
    /// Nanoseconds.
    pub total: Option<u64>,
    /// Nanoseconds.
    pub user: Option<u64>,
    /// Nanoseconds.
    pub system: Option<u64>,
    /// How often it was held back.
    pub throttled_periods: Option<u64>,
    /// Nanoseconds.
    pub throttled_time: Option<u64>,
}

/// Bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryFigures {
    /// Anonymous memory.
    pub rss: Option<u64>,
    /// Page cache.
    pub cache: Option<u64>,
    /// Swapped out.
    pub swap: Option<u64>,
    /// All that counts against the limit.
    pub usage: Option<u64>,
    /// The most it ever was.
    pub max_usage: Option<u64>,
    /// Kernel memory.
    pub kernel_usage: Option<u64>,
    /// The most it ever was.
    pub kernel_max_usage: Option<u64>,
}

impl Cgroup {
    /// What it counts. A cgroup that is gone counts nothing.
    pub fn figures(&self) -> Figures {
        let legacy = |name: &str| self.controllers.get(name).map(|path| Files(path));
        let unified = self.unified.as_deref().map(Files);
        let pids = legacy("pids").or(unified).and_then(|files| files.number("pids.current"));
        let memory = match (legacy("memory"), unified) {
            (Some(files), _) => MemoryFigures::legacy(files),
            (None, Some(files)) => MemoryFigures::unified(files),
            (None, None) => MemoryFigures::default(),
        };
        let cpu = match (legacy("cpuacct"), legacy("cpu"), unified) {
            (None, None, Some(files)) => CpuFigures::unified(files),
            (accounted, scheduled, _) => CpuFigures::legacy(accounted, scheduled),
        };
        Figures { cpu, memory, pids }
    }

    /// How many of its processes the OOM killer has taken; `None` where nobody counts.
    pub fn oom_kills(&self) -> Option<u64> {
        match (self.controllers.get("memory"), self.unified.as_deref()) {
            (Some(directory), _) => Files(directory).table("memory.oom_control").get("oom_kill").copied(),
            (None, Some(directory)) => Files(directory).table("memory.events").get("oom_kill").copied(),
            (None, None) => None,
        }
    }
}

impl CpuFigures {
    fn unified(files: Files<'_>) -> Self {
        let stat = files.table("cpu.stat");
        let nanoseconds = |name: &str| stat.get(name).map(|microseconds| microseconds * 1000);
        Self {
            total: nanoseconds("usage_usec"),
            user: nanoseconds("user_usec"),
            system: nanoseconds("system_usec"),
            throttled_periods: stat.get("nr_throttled").copied(),
            throttled_time: nanoseconds("throttled_usec"),
        }
    }

    fn legacy(accounted: Option<Files<'_>>, scheduled: Option<Files<'_>>) -> Self {
        let stat = scheduled.map(|files| files.table("cpu.stat")).unwrap_or_default();
        let time = |name: &str| accounted.and_then(|files| files.number(name));
        Self {
            total: time("cpuacct.usage"),
            user: time("cpuacct.usage_user"),
            system: time("cpuacct.usage_sys"),
            throttled_periods: stat.get("nr_throttled").copied(),
            throttled_time: stat.get("throttled_time").copied(),
        }
    }
}

impl MemoryFigures {
    fn unified(files: Files<'_>) -> Self {
        let stat = files.table("memory.stat");
        Self {
            rss: stat.get("anon").copied(),
            cache: stat.get("file").copied(),
            swap: files.number("memory.swap.current"),
            usage: files.number("memory.current"),
            max_usage: files.number("memory.peak"),
            kernel_usage: stat.get("kernel").copied(),
            kernel_max_usage: None,
        }
    }

    /// The `total_` figures include cgroups inside.
    fn legacy(files: Files<'_>) -> Self {
        let stat = files.table("memory.stat");
        let total = |name: &str| stat.get(&format!("total_{name}")).or_else(|| stat.get(name)).copied();
        Self {
            rss: total("rss"),
            cache: total("cache"),
            swap: total("swap"),
            usage: files.number("memory.usage_in_bytes"),
            max_usage: files.number("memory.max_usage_in_bytes"),
            kernel_usage: files.number("memory.kmem.usage_in_bytes"),
            kernel_max_usage: files.number("memory.kmem.max_usage_in_bytes"),
        }
    }
}

/// The files of one cgroup directory.
#[derive(Clone, Copy)]
struct Files<'a>(&'a Path);

impl Files<'_> {
    fn number(self, name: &str) -> Option<u64> {
        kernel_file::read_text(self.0.join(name)).ok()?.trim().parse().ok()
    }

    /// A flat-keyed file: lines of a name and a number.
    fn table(self, name: &str) -> BTreeMap<String, u64> {
        let text = kernel_file::read_text(self.0.join(name)).unwrap_or_default();
        let pair = |line: &str| {
            let (key, value) = line.split_once(' ')?;
            Some((key.to_owned(), value.trim().parse().ok()?))
        };
        text.lines().filter_map(pair).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn v2_figures() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
        write("cpu.stat", "usage_usec 7\nuser_usec 4\nsystem_usec 3\nnr_throttled 2\nthrottled_usec 9\n");
        write("memory.stat", "anon 10\nfile 20\nkernel 30\n");
        write("memory.current", "60\n");
        write("memory.events", "oom 2\noom_kill 1\noom_group_kill 0\n");
        write("pids.current", "3\n");
        let cgroup = Cgroup { unified: Some(directory.path().to_owned()), ..Cgroup::default() };
        insta::assert_json_snapshot!(cgroup.figures(), @r#"
        {
          "cpu": {
            "total": 7000,
            "user": 4000,
            "system": 3000,
            "throttled_periods": 2,
            "throttled_time": 9000
          },
          "memory": {
            "rss": 10,
            "cache": 20,
            "swap": null,
            "usage": 60,
            "max_usage": null,
            "kernel_usage": 30,
            "kernel_max_usage": null
          },
          "pids": 3
        }
        "#);
        assert_eq!(cgroup.oom_kills(), Some(1));
    }

    #[test]
    fn v1_figures_with_controllers_in_different_places() {
        let (memory, cpu) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(memory.path().join("memory.stat"), "cache 1\nrss 2\ntotal_rss 5\nswap 0\n").unwrap();
        fs::write(memory.path().join("memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n").unwrap();
        fs::write(cpu.path().join("cpuacct.usage"), "123\n").unwrap();
        let controllers = [("memory", memory.path()), ("cpuacct", cpu.path())];
        let controllers = controllers.map(|(name, path)| (name.to_owned(), path.to_owned())).into();
        let cgroup = Cgroup { controllers, unified: None };
        let figures = cgroup.figures();
        assert_eq!((figures.memory.rss, figures.memory.cache, figures.cpu.total), (Some(5), Some(1), Some(123)));
        assert_eq!(cgroup.oom_kills(), Some(4));
        assert_eq!(figures.pids, None);
    }

    #[test]
    fn a_cgroup_that_is_gone_counts_nothing() {
        let cgroup = Cgroup { unified: Some("/nowhere".into()), ..Cgroup::default() };
        assert_eq!((cgroup.figures(), cgroup.oom_kills()), (Figures::default(), None));
    }
}
