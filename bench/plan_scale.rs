//! How resolving and comparing grow with a job: `cargo run --profile quick --example plan_scale [TASKS…]`.
//!
//! Prints a line for each size: the time to decode, resolve, store and compare, the best of some runs, and the memory at its
//! highest. What is compared are two plans that differ in every tenth task, and two that differ in every task.

#![expect(clippy::print_stdout, reason = "it prints its figures")]

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use jobctl::compile;
use jobctl::diagnostic::{Sink, Sources};
use jobctl::eval::{Inputs, NoFiles};
use jobctl::host::{Caller, Host};
use jobctl::jobspec::Job;
use jobctl::parser::Syntax;
use jobctl::plan::{self, Allocation, AllocationState, Plan, Snapshot};
use jobctl::planner::diff;

const ROUNDS: usize = 7;
const TASKS_IN_A_GROUP: usize = 10;

fn main() {
    println!("tasks   read ms  resolve ms  store ms  same ms  tenth ms  every ms  new ms  peak MB");
    let given: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    for tasks in if given.is_empty() { vec![500, 1000, 2000, 4000] } else { given } {
        measure(tasks);
    }
}

fn measure(tasks: usize) {
    let (host, caller) = (Host::default(), Caller::named("root"));
    let resolve = |job: &Job| plan::resolve(job, &host, &caller, &mut Sink::new()).expect("a plan");
    let read = best(|| job(tasks, |_| 80));
    let before = job(tasks, |_| 80);
    let resolving = best(|| resolve(&before));
    let before = resolve(&before);
    let storing = best(|| before.store());
    let digest = before.store().digest;
    let new = best(|| diff(&before, &digest, &Snapshot::default()));
    let snapshot = running(before);
    let ports: [fn(usize) -> u32; 3] = [|_| 80, |task| if task % 10 == 0 { 81 } else { 80 }, |_| 81];
    let [same, tenth, every] = ports.map(|port| {
        let after = resolve(&job(tasks, port));
        let digest = after.store().digest;
        milliseconds(best(|| diff(&after, &digest, &snapshot)))
    });
    println!(
        "{tasks:>5}  {:>8.1}  {:>10.1}  {:>8.1}  {same:>7.1}  {tenth:>8.1}  {every:>8.1}  {:>6.1}  {:>7.0}",
        milliseconds(read),
        milliseconds(resolving),
        milliseconds(storing),
        milliseconds(new),
        peak_memory()
    );
}

fn job(tasks: usize, port: impl Fn(usize) -> u32) -> Job {
    let mut text = String::from("job \"big\" {\n");
    for group in 0..tasks / TASKS_IN_A_GROUP {
        let _ = writeln!(text, "  group \"g{group}\" {{");
        for task in 0..TASKS_IN_A_GROUP {
            let port = port(group * TASKS_IN_A_GROUP + task);
            let _ = writeln!(
                text,
                "    task \"t{task}\" {{\n      driver = \"exec\"\n      config {{\n        command = \"/bin/server\"\n        \
                 args = [\"-port\", \"{port}\"]\n      }}\n      env {{\n        A = \"1\"\n        B = \"${{attr.cpu.arch}}\"\n      }}\n      \
                 resources {{\n        cpu = 100\n        memory = 64\n      }}\n    }}"
            );
        }
        text.push_str("  }\n");
    }
    text.push_str("}\n");
    let mut sources = Sources::new();
    let file = sources.add("big.hcl", text);
    let mut sink = Sink::new();
    let inputs = Inputs::new(&NoFiles, Path::new("."));
    compile::read(&sources, file, Syntax::Hcl, &inputs, &mut sink).expect("a job")
}

fn running(plan: Plan) -> Snapshot {
    let digest = plan.store().digest;
    let allocation = |group: &plan::Group| Allocation {
        id: group.name.clone(),
        group: group.name.clone(),
        index: 0,
        plan: digest.clone(),
        state: AllocationState::Running,
    };
    let allocations = plan.groups.iter().map(allocation).collect();
    Snapshot { in_force: Some(digest.clone()), plans: [(digest, plan)].into(), allocations }
}

/// The shortest time of some runs; what they make is dropped, so that the peak of memory is that of one.
fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let run = |_| {
        let begin = Instant::now();
        let made = work();
        let time = begin.elapsed();
        drop(made);
        time
    };
    (0..ROUNDS).map(run).min().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    peak.unwrap_or(0.0) / 1024.0
}
