//! The screen without a terminal: keys and news go in, frames come out. One of them is the picture of the README.

mod keys;
mod picture;
mod screens;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::model::{Action, Event, Key, LogLine, Model};
use super::view::{Look, view};
use crate::cli::stats::{StatsReport, TaskStats};
use crate::cli::status::{AllocationReport, JobReport, StatusReport, TaskReport};
use crate::logs::Stream;
use crate::plan::samples;
use crate::stats::{CpuUsage, MemoryUsage, Usage};

const MIB: u64 = 1 << 20;

/// Noon.
fn noon() -> Timestamp {
    "2026-01-02T12:00:00Z".parse().unwrap()
}

fn task(name: &str, state: &'static str, restarts: u32) -> TaskReport {
    TaskReport {
        name: name.to_owned(),
        state,
        failed: false,
        pid: (state == "running").then_some(4711),
        exit_code: (state == "dead").then_some(0),
        signal: (state == "dead").then_some(0),
        oom_killed: false,
        restarts,
        started: Some(noon() - SignedDuration::from_mins(134)),
        finished: None,
    }
}

fn allocation(group: &str, index: u32, status: &'static str, tasks: Vec<TaskReport>) -> AllocationReport {
    AllocationReport {
        id: format!("6f1c0c1e-{index}"),
        group: group.to_owned(),
        index,
        status,
        reason: String::new(),
        digest: samples::plan().store().digest,
        created: noon(),
        ports: BTreeMap::new(),
        supervisor_pid: Some(1000),
        tasks,
        last_event: None,
    }
}

fn job(id: &str, kind: &str, status: &'static str, allocations: Vec<AllocationReport>) -> JobReport {
    JobReport {
        id: id.to_owned(),
        namespace: "default".to_owned(),
        kind: kind.to_owned(),
        status,
        digest: samples::plan().store().digest,
        detached: true,
        wanted: allocations.len(),
        allocations,
    }
}

fn status() -> StatusReport {
    let web = |index| {
        allocation(
            "api",
            index,
            "running",
            vec![task("server", "running", 0), task("log", "running", u32::from(index == 1))],
        )
    };
    let mut broken = allocation(
        "g",
        0,
        "failed",
        vec![TaskReport { failed: true, exit_code: Some(3), ..task("import", "dead", 2) }],
    );
    broken.reason = "task \"import\" ended with exit code 3 and is not started again".to_owned();
    StatusReport {
        jobs: vec![
            job(
                "cache",
                "service",
                "running",
                vec![allocation("redis", 0, "running", vec![task("redis", "running", 0)])],
            ),
            job("nightly", "batch", "failed", vec![broken]),
            job("web", "service", "running", vec![web(0), web(1)]),
        ],
    }
}

fn usage(job: &str, group: &str, index: u32, task: &str, percent: f64, memory: u64) -> TaskStats {
    TaskStats {
        job: job.to_owned(),
        namespace: "default".to_owned(),
        allocation: String::new(),
        group: group.to_owned(),
        index,
        task: task.to_owned(),
        usage: Usage {
            time: noon(),
            cpu: CpuUsage { percent, ..CpuUsage::default() },
            memory: MemoryUsage { rss: 0, usage: Some(memory), ..MemoryUsage::default() },
            pids: 4,
            processes: Vec::new(),
        },
    }
}

/// What the tasks take at a second: waves, so that there is something to see.
fn stats(second: u32) -> StatsReport {
    let wave = |length: f64, phase: f64| 0.5 + 0.5 * (f64::from(second) / length + phase).sin();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some megabytes")]
    let mib = |number: f64| number as u64 * MIB;
    StatsReport {
        time: noon() + SignedDuration::from_secs(second.into()),
        tasks: vec![
            usage("cache", "redis", 0, "redis", 3.0 + 6.0 * wave(3.0, 1.0), mib(96.0 + f64::from(second) / 3.0)),
            usage(
                "web",
                "api",
                0,
                "server",
                20.0 + 70.0 * wave(6.0, 0.0) * wave(2.0, 0.5),
                mib(180.0 + 60.0 * wave(9.0, 0.0)),
            ),
            usage("web", "api", 0, "log", 0.5, mib(12.0)),
            usage("web", "api", 1, "server", 15.0 + 50.0 * wave(5.0, 2.0), mib(170.0 + 40.0 * wave(7.0, 1.0))),
            usage("web", "api", 1, "log", 0.4, mib(12.0)),
        ],
    }
}

fn line(stream: Stream, text: &str) -> LogLine {
    LogLine { who: String::new(), stream, text: text.to_owned() }
}

/// A screen that has been looked at for a while.
fn busy() -> Model {
    let (mut model, status) = (Model::default(), status());
    for second in 0..90 {
        model = model.handle(Event::Survey(status.clone(), stats(second))).0;
    }
    model
}

fn press(model: Model, keys: &[Key]) -> (Model, Vec<Action>) {
    keys.iter().fold((model, Vec::new()), |(model, mut actions), key| {
        let (model, more) = model.handle(Event::Key(*key));
        actions.extend(more);
        (model, actions)
    })
}

fn typed(text: &str) -> Vec<Key> {
    text.chars().map(Key::Char).collect()
}

fn drawn(model: &Model, width: u16, height: u16) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, Look { colors: true }, frame)).unwrap();
    terminal
}

/// What stands on the screen.
fn shown(model: &Model, width: u16, height: u16) -> String {
    let terminal = drawn(model, width, height);
    let buffer = terminal.backend().buffer();
    let rows = buffer.content().chunks(usize::from(width));
    let rows = rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>());
    rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
