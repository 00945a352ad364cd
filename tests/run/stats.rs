//! `jobctl stats`: what tasks take, held against what they do.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rustix::process::Signal;
use serde_json::Value;

use super::harness::{Bench, is_root, kill, text};

/// A task in which one process works without end and one holds 48 MiB.
const BUSY: &str = r#"
    task "busy" {
      driver = "DRIVER"
      config {
        command = "/bin/sh"
        args    = ["-c", "dd if=/dev/zero bs=48M count=1 | sleep 100000 & while :; do :; done"]
      }
      resources {
        memory = 256
      }
    }
    task "idle" {
      driver = "DRIVER"
      config {
        command = "/bin/sleep"
        args    = ["100000"]
      }
    }"#;

fn once(bench: &Bench, rest: &[&str]) -> Value {
    let all = [&["stats", "--json", "--once"], rest].concat();
    serde_json::from_str(&bench.ok(&all)).unwrap()
}

/// What a command prints agrees with the schema of its name; lines each by itself.
fn agree(bench: &Bench, command: &[&str]) {
    let schema: Value = serde_json::from_str(&bench.ok(&["schema", command[0]])).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let printed = bench.ok(command);
    let documents = serde_json::Deserializer::from_str(&printed).into_iter::<Value>();
    let mut count = 0;
    for document in documents {
        let document = document.unwrap();
        let wrong: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{command:?}: {wrong:?} {document:#}");
        count += 1;
    }
    assert!(count > 0, "{command:?} printed nothing");
}

fn task<'a>(stats: &'a Value, name: &str) -> &'a Value {
    let tasks = stats["tasks"].as_array().unwrap();
    tasks.iter().find(|task| task["task"] == name).unwrap_or_else(|| panic!("{stats:#}"))
}

fn look(driver: &str) {
    let bench = Bench::new();
    let job = bench.job("load", "service", &BUSY.replace("DRIVER", driver));
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state("load", 0, "running");
    bench.until_state("load", 1, "running");
    // Until the memory is held.
    let stats = bench.until("it holds its memory", || {
        let stats = once(&bench, &["load"]);
        let processes = task(&stats, "busy")["processes"].as_array()?.clone();
        let holds = |process: &Value| process["command"] == "dd" && process["rss"].as_u64().unwrap() > 40 << 20;
        // The cgroup is looked at before its processes are.
        let counted = task(&stats, "busy")["memory"]["rss"].as_u64() > Some(40 << 20);
        // On a machine that has other things to do, there may be a second in which it has no processor.
        let percent = |name: &str| task(&stats, name)["cpu"]["percent"].as_f64();
        let worked = percent("busy") > Some(0.0) && percent("busy") > percent("idle");
        (worked && counted && processes.iter().any(holds)).then_some(stats)
    });
    let (busy, idle) = (task(&stats, "busy"), task(&stats, "idle"));
    assert!(busy["cpu"]["user_percent"].is_number() && busy["cpu"]["system_percent"].is_number(), "{busy:#}");
    assert!(busy["memory"]["rss"].as_u64() > Some(40 << 20), "{busy:#}");
    assert!(idle["memory"]["rss"].as_u64() < Some(40 << 20), "{idle:#}");
    assert!(busy["pids"].as_u64() >= Some(3), "{busy:#}");
    assert_eq!((idle["pids"].as_u64(), idle["processes"][0]["command"].as_str()), (Some(1), Some("sleep")));
    assert_eq!(idle["processes"][0]["pid"], bench.task("load", 1)["pid"]);
    agree(&bench, &["status", "--json"]);
    agree(&bench, &["events", "load", "--json"]);
    agree(&bench, &["stats", "--json", "--once"]);
    // One task, the whole life, as a table, and with its supervisor gone.
    assert_eq!(once(&bench, &["load/idle"])["tasks"].as_array().unwrap().len(), 1);
    let life = once(&bench, &["load", "busy", "--interval", "0"]);
    assert!(task(&life, "busy")["cpu"]["percent"].as_f64() > Some(0.0), "{life:#}");
    let table = bench.ok(&["stats", "load"]);
    assert!(table.starts_with("TASK ") && table.contains("load/g[0]/busy ") && table.contains(" sleep"), "{table}");
    kill(bench.status("load")["jobs"][0]["allocations"][0]["supervisor_pid"].as_u64().unwrap(), Signal::KILL);
    assert_eq!(once(&bench, &[])["tasks"].as_array().unwrap().len(), 2);
    bench.ok(&["stop", "load"]);
    let stopped = bench.jobctl(&["stats", "load"]);
    assert_eq!((stopped.status.code(), text(&stopped.stderr).as_str()), (Some(1), "error: nothing of it runs\n"));
    assert_eq!(bench.ok(&["stats"]), "nothing runs\n");
    bench.purge("load");
    let unknown = bench.jobctl(&["stats", "load"]);
    assert!(unknown.status.code() == Some(1) && text(&unknown.stderr).contains("there is no job \"load\""));
}

#[test]
fn what_an_isolated_task_takes_is_seen() {
    if is_root() {
        look("exec");
    }
}

#[test]
fn what_a_raw_exec_task_takes_is_seen() {
    look("raw_exec");
}

#[test]
fn lines_come_until_the_job_ends_or_ctrl_c() {
    let bench = Bench::new();
    let job = bench.job("lines", "service", &BUSY.replace("DRIVER", "raw_exec"));
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state("lines", 1, "running");
    let watch = || {
        let mut command = bench.command(&["stats", "--json", "-i", "20ms", "lines"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(|line| {
            let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
            assert!(line["tasks"].as_array().unwrap().len() <= 2, "{line}");
        });
        (child, lines)
    };
    let (mut child, lines) = watch();
    assert_eq!(lines.take(3).count(), 3);
    kill(child.id().into(), Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let (mut child, mut lines) = watch();
    lines.next().unwrap();
    bench.ok(&["stop", "lines", "--timeout", "0"]);
    lines.for_each(drop);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    bench.purge("lines");
}
