//! The lines of the tree: jobs, their allocations, their tasks, each with what it takes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::place::Place;
use crate::cli::stats::StatsReport;
use crate::cli::status::{StatusReport, describe};

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it stands for.
    pub place: Place,
    /// The name shown, without those of what it is in.
    pub name: String,
    /// How it fares: the words of `status`.
    pub state: String,
    /// Whether that is bad.
    pub bad: bool,
    /// The same in more words; empty where there are no more.
    pub details: String,
    /// How often its tasks were started again.
    pub restarts: u32,
    /// When it began; of a task that runs.
    pub started: Option<Timestamp>,
    /// What it takes; nothing where nothing of it runs.
    pub load: Option<Load>,
}

/// What something takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Percent of one processor.
    pub cpu: f64,
    /// Bytes: all that counts against the limit, else resident.
    pub memory: u64,
    /// Processes and threads.
    pub pids: u64,
}

impl Load {
    fn add(self, other: Self) -> Self {
        Self { cpu: self.cpu + other.cpu, memory: self.memory + other.memory, pids: self.pids + other.pids }
    }
}

/// How deep a line stands in the tree.
impl Row {
    /// 0 a job, 1 an allocation, 2 a task.
    pub fn depth(&self) -> usize {
        usize::from(self.place.allocation.is_some()) + usize::from(self.place.task.is_some())
    }

    /// Whether it is a task that runs.
    pub fn is_running_task(&self) -> bool {
        self.place.task.is_some() && self.state == "running"
    }
}

/// All lines, top to bottom.
pub fn rows(status: &StatusReport, usage: &StatsReport) -> Vec<Row> {
    let loads = loads(usage);
    let load_of = |place: &Place| {
        let mut parts = loads.iter().filter(|(have, _)| place.holds(have)).map(|(_, load)| *load);
        let first = parts.next()?;
        Some(parts.fold(first, Load::add))
    };
    let mut rows = Vec::new();
    for job in &status.jobs {
        let of_job = Place::job(&job.namespace, &job.id);
        let tasks = job.allocations.iter().flat_map(|allocation| &allocation.tasks);
        rows.push(Row {
            load: load_of(&of_job),
            name: if job.namespace == "default" { job.id.clone() } else { format!("{}  ({})", job.id, job.namespace) },
            state: job.status.to_owned(),
            bad: is_bad(job.status),
            details: job.kind.clone(),
            restarts: tasks.map(|task| task.restarts).sum(),
            started: None,
            place: of_job.clone(),
        });
        for allocation in &job.allocations {
            let of_allocation = of_job.allocation(&allocation.group, allocation.index);
            let details = [Some(&allocation.reason), allocation.last_event.as_ref()];
            rows.push(Row {
                load: load_of(&of_allocation),
                name: format!("{}[{}]", allocation.group, allocation.index),
                state: allocation.status.to_owned(),
                bad: is_bad(allocation.status),
                details: details.into_iter().flatten().find(|text| !text.is_empty()).cloned().unwrap_or_default(),
                restarts: allocation.tasks.iter().map(|task| task.restarts).sum(),
                started: None,
                place: of_allocation.clone(),
            });
            rows.extend(allocation.tasks.iter().map(|task| {
                let place = of_allocation.task(&task.name);
                Row {
                    load: load_of(&place),
                    name: task.name.clone(),
                    state: task.state.to_owned(),
                    bad: task.failed || is_bad(task.state),
                    details: describe(task),
                    restarts: task.restarts,
                    started: task.started.filter(|_| task.state == "running"),
                    place,
                }
            }));
        }
    }
    rows
}

fn loads(stats: &StatsReport) -> BTreeMap<Place, Load> {
    let load = |task: &crate::cli::stats::TaskStats| {
        let place = Place::job(&task.namespace, &task.job).allocation(&task.group, task.index).task(&task.task);
        let usage = &task.usage;
        let memory = usage.memory.usage.unwrap_or(usage.memory.rss);
        (place, Load { cpu: usage.cpu.percent, memory, pids: usage.pids })
    };
    stats.tasks.iter().map(load).collect()
}

fn is_bad(status: &str) -> bool {
    matches!(status, "failed" | "lost" | "orphaned")
}

/// Those whose name has a text in it, and what they are in or hold.
pub fn matching(rows: &[Row], filter: &str) -> Vec<Row> {
    let filter = filter.to_lowercase();
    let fits: Vec<&Place> = rows
        .iter()
        .filter(|row| row.place.to_string().to_lowercase().contains(&filter))
        .map(|row| &row.place)
        .collect();
    let near = |row: &&Row| fits.iter().any(|place| row.place.holds(place) || place.holds(&row.place));
    rows.iter().filter(near).cloned().collect()
}
