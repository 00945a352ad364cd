//! A task at one moment: what its cgroup counts, and its processes.

use jiff::Timestamp;

use super::{ProcessSample, ProcessTable};
use crate::linux::cgroup::Figures;
use crate::state::TaskStatus;

/// What was read of a task.
#[derive(Clone, Debug)]
pub struct Sample {
    /// When.
    pub time: Timestamp,
    /// Of its cgroup; nothing where it has none.
    pub figures: Figures,
    /// Its processes, by number.
    pub processes: Vec<ProcessSample>,
}

impl Sample {
    /// Reads a task that runs. `table` is read, once for all tasks, where one has no cgroup.
    pub fn read(task: &TaskStatus, table: &mut Option<ProcessTable>) -> Self {
        let cgroup = task.cgroup.as_ref();
        let listed = cgroup.filter(|cgroup| cgroup.exists()).and_then(|cgroup| cgroup.processes().ok());
        let mut processes: Vec<ProcessSample> = match (listed, &task.init) {
            (Some(listed), _) => {
                listed.iter().filter_map(|pid| ProcessSample::read(pid.as_raw_nonzero().get().unsigned_abs())).collect()
            }
            (None, Some(init)) => table.get_or_insert_with(ProcessTable::read).below(init.pid),
            (None, None) => Vec::new(),
        };
        processes.sort_by_key(|process| process.pid);
        let figures = cgroup.map(crate::linux::cgroup::Cgroup::figures).unwrap_or_default();
        Self { time: Timestamp::now(), figures, processes }
    }

    /// Before the task began, when nothing was used yet: what comes between it and a later one is of the task's whole life.
    pub fn before(began: Timestamp) -> Self {
        Self { time: began, figures: Figures::default(), processes: Vec::new() }
    }
}
