//! What tasks take, as a table: a line a task, and below it its busiest processes.

use std::fmt::Write;

use super::stats::{StatsReport, TaskStats};
use super::{Exit, Output};
use crate::stats::ProcessUsage;

/// So many processes of a task are shown.
const SHOWN: usize = 8;
/// Home, clear to the end: less flicker than clearing first.
const HOME: &str = "\u{1b}[H";
const CLEAR_LINE: &str = "\u{1b}[K\n";
const CLEAR_REST: &str = "\u{1b}[J";
const CLEAR_ALL: &str = "\u{1b}[2J";

const HEADER: [&str; 10] = ["TASK", "CPU %", "USER %", "SYS %", "THROTTLED", "RSS", "CACHE", "SWAP", "USAGE", "PIDS"];

/// Prints the table; on a `screen` over the one before it.
pub fn show(report: &StatsReport, screen: bool, output: &mut Output) -> Exit {
    let table = table(report);
    if screen {
        let lines = table.replace('\n', CLEAR_LINE);
        return output.finish_data(&format!("{CLEAR_ALL}{HOME}{lines}{CLEAR_REST}"));
    }
    output.finish_data(&table)
}

/// Cells; one alone is a remark.
type Row = Vec<String>;

fn table(report: &StatsReport) -> String {
    if report.tasks.is_empty() {
        return "nothing runs\n".to_owned();
    }
    let mut rows = vec![HEADER.map(str::to_owned).to_vec()];
    for task in &report.tasks {
        rows.push(cells(task));
        rows.extend(processes(&task.usage.processes));
    }
    let of_column = |column: usize| rows.iter().filter(|row| row.len() > 1).map(move |row| row[column].chars().count());
    let widths: Vec<usize> = (0..HEADER.len()).map(|column| of_column(column).max().unwrap_or_default()).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:width$}"),
            _ => format!("  {cell:>width$}"),
        });
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", cells.collect::<String>().trim_end());
    }
    text
}

fn cells(task: &TaskStats) -> Row {
    let TaskStats { usage, .. } = task;
    let percent = |percent: Option<f64>| percent.map_or("-".to_owned(), |percent| format!("{percent:.1}"));
    let bytes = |bytes: Option<u64>| bytes.map_or("-".to_owned(), size);
    let throttled =
        usage.cpu.throttled_time.map(|time| format!("{}.{:02} s", time / 1_000_000_000, time / 10_000_000 % 100));
    vec![
        format!("{}/{}[{}]/{}", task.job, task.group, task.index, task.task),
        percent(Some(usage.cpu.percent)),
        percent(usage.cpu.user_percent),
        percent(usage.cpu.system_percent),
        throttled.unwrap_or_else(|| "-".to_owned()),
        size(usage.memory.rss),
        bytes(usage.memory.cache),
        bytes(usage.memory.swap),
        bytes(usage.memory.usage),
        usage.pids.to_string(),
    ]
}

/// The busiest, then the largest.
fn processes(all: &[ProcessUsage]) -> Vec<Row> {
    let mut sorted: Vec<&ProcessUsage> = all.iter().collect();
    sorted.sort_by(|a, b| b.cpu_percent.total_cmp(&a.cpu_percent).then(b.rss.cmp(&a.rss)).then(a.pid.cmp(&b.pid)));
    let mut rows: Vec<Row> = sorted.iter().take(SHOWN).map(|process| process_cells(process)).collect();
    if sorted.len() > SHOWN {
        rows.push(vec![format!("  … and {} more", sorted.len() - SHOWN)]);
    }
    rows
}

fn process_cells(process: &ProcessUsage) -> Row {
    let mut cells = vec![String::new(); HEADER.len()];
    // A process chooses its name: nothing of it may steer the terminal.
    let command: String =
        process.command.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect();
    cells[0] = format!("  {} {command}", process.pid);
    cells[1] = format!("{:.1}", process.cpu_percent);
    cells[5] = size(process.rss);
    cells
}

/// With one decimal in the largest unit that fits.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut number = bytes as f64;
    while number >= 1024.0 && unit + 1 < UNITS.len() {
        number /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{number:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{CpuUsage, MemoryUsage, Usage};

    fn task(name: &str, processes: usize) -> TaskStats {
        let process = |index: usize| ProcessUsage {
            pid: 100 + u32::try_from(index).unwrap(),
            command: if index == 0 { "evil\u{1b}[2J".to_owned() } else { "work".to_owned() },
            cpu_percent: if index == 0 { 7.0 } else { 0.0 },
            rss: 1 << 20,
        };
        TaskStats {
            job: "web".to_owned(),
            namespace: "default".to_owned(),
            allocation: "6f1c0c1e".to_owned(),
            group: "api".to_owned(),
            index: 0,
            task: name.to_owned(),
            usage: Usage {
                time: jiff::Timestamp::UNIX_EPOCH,
                cpu: CpuUsage {
                    percent: 107.25,
                    user_percent: Some(100.0),
                    throttled_time: Some(1_250_000_000),
                    ..CpuUsage::default()
                },
                memory: MemoryUsage { rss: 52_428_800, usage: Some(60_000), ..MemoryUsage::default() },
                pids: 12,
                processes: (0..processes).map(process).collect(),
            },
        }
    }

    #[test]
    fn a_line_a_task_and_its_busiest_processes() {
        let tasks = vec![task("server", 1), task("log", 11)];
        insta::assert_snapshot!(table(&StatsReport { time: jiff::Timestamp::UNIX_EPOCH, tasks }), @"
        TASK               CPU %  USER %  SYS %  THROTTLED       RSS  CACHE  SWAP     USAGE  PIDS
        web/api[0]/server  107.2   100.0      -     1.25 s  50.0 MiB      -     -  58.6 KiB    12
          100 evil?[2J       7.0                             1.0 MiB
        web/api[0]/log     107.2   100.0      -     1.25 s  50.0 MiB      -     -  58.6 KiB    12
          100 evil?[2J       7.0                             1.0 MiB
          101 work           0.0                             1.0 MiB
          102 work           0.0                             1.0 MiB
          103 work           0.0                             1.0 MiB
          104 work           0.0                             1.0 MiB
          105 work           0.0                             1.0 MiB
          106 work           0.0                             1.0 MiB
          107 work           0.0                             1.0 MiB
          … and 3 more
        ");
    }

    #[test]
    fn nothing_is_said_as_well() {
        assert_eq!(table(&StatsReport { time: jiff::Timestamp::UNIX_EPOCH, tasks: Vec::new() }), "nothing runs\n");
    }

    #[test]
    fn sizes_have_one_decimal() {
        assert_eq!(
            [0, 1023, 1024, 1_572_864, u64::MAX].map(size),
            ["0 B", "1023 B", "1.0 KiB", "1.5 MiB", "16777216.0 TiB"]
        );
    }
}
