//! What the kernel says of a task, here and under other runtimes: identity, mounts, limits, cgroup, environment.
//!
//! The examples again, each command replaced by one that waits to be looked at.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::{Bench, Bundle, Example, Runtime, skip, text};
use crate::world::{World, differences};

/// How long anything may take before a test gives up; never how long it should.
const PATIENCE: Duration = Duration::from_secs(120);

/// A pipe is its standard input, which nobody else has open: it waits until somebody writes.
const WAIT: &str = "\
    mkfifo -m 666 /alloc/data/$NOMAD_TASK_NAME
    exec <>/alloc/data/$NOMAD_TASK_NAME
    read go";

type Worlds = BTreeMap<String, World>;

#[test]
fn the_kernel_says_the_same_of_every_task_under_every_runtime() {
    if skip() {
        return;
    }
    let examples = Example::all();
    let mut found = String::new();
    for runtime in Runtime::all() {
        let (mut count, mut values) = (0, 0);
        for example in &examples {
            let bench = Bench::new();
            let job = bench.path("waits.json");
            fs::write(&job, waiting(example).to_string()).unwrap();
            let (ours, theirs) = (here(&bench, example, &job), there(&bench, &runtime, &job));
            assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
            for (address, ours) in &ours {
                count += 1;
                values += ours.0.len();
                for difference in differences(ours, &theirs[address]) {
                    writeln!(found, "{}: {} {address}: {difference}", runtime.name, example.name).unwrap();
                }
            }
        }
        println!("{}: {} files, {count} tasks, {values} values compared", runtime.name, examples.len());
    }
    assert!(found.is_empty(), "{found}");
}

/// The job, with tasks that wait, and nothing that a bundle has not.
fn waiting(example: &Example) -> Value {
    let mut job = example.job.clone();
    for group in job["TaskGroups"].as_array_mut().unwrap() {
        // Being looked at takes its time.
        group.as_object_mut().unwrap().remove("MaxRunDuration");
    }
    for task in
        job["TaskGroups"].as_array_mut().unwrap().iter_mut().flat_map(|group| group["Tasks"].as_array_mut().unwrap())
    {
        task["Config"]["command"] = json!("/bin/sh");
        task["Config"]["args"] = json!(["-c", WAIT]);
        task.as_object_mut().unwrap().remove("Templates");
    }
    json!({ "Job": job })
}

/// Each task of the job as jobctl runs it, looked at and let go.
fn here(bench: &Bench, example: &Example, job: &Path) -> Worlds {
    let started = bench.with_job(&["run", "-q", "--detach"], job).output().unwrap();
    assert!(started.status.success(), "{}", text(&started.stderr));
    let name = example.job["ID"].as_str().unwrap();
    let hook = |address: &str| {
        let (_, task) = example.tasks().find(|(known, _)| known == address).unwrap();
        let sidecar = task["Lifecycle"]["Sidecar"] == true;
        (task["Lifecycle"]["Hook"].as_str().unwrap_or("main").to_owned(), sidecar)
    };
    let wanted = example.tasks().count();
    let after = example.tasks().filter(|(address, _)| hook(address).0 == "poststop").count();
    let (mut worlds, mut held) = (Worlds::new(), Vec::new());
    until(&format!("all tasks of {name} were there"), || {
        for task in bench.status(name) {
            let Some(pid) = task.status["pid"].as_u64().filter(|_| !worlds.contains_key(&task.address)) else {
                continue;
            };
            let allocation = bench.path("state/allocs").join(&task.allocation);
            let Some(pipe) = waits_at(pid, &allocation, &task.address) else { continue };
            worlds.insert(task.address.clone(), World::of(pid, &task.allocation, &allocation));
            match hook(&task.address) {
                // It would be started again; it ends with the main task.
                (_, true) => {}
                // Others wait for its end.
                (hook, false) if hook == "prestart" || hook == "poststop" => let_go(&pipe),
                // Its end may be that of others.
                _ => held.push(pipe),
            }
        }
        if worlds.len() == wanted - after {
            held.drain(..).for_each(|pipe| let_go(&pipe));
        }
        worlds.len() == wanted
    });
    until(&format!("{name} has ended"), || {
        let status = bench.status_of(&[name]);
        status["jobs"][0]["allocations"].as_array().unwrap().iter().all(|one| one["supervisor_pid"].is_null())
    });
    let stopped = bench.jobctl(&["stop", name, "--purge"]).output().unwrap();
    assert!(stopped.status.success(), "{}", text(&stopped.stderr));
    worlds
}

/// Each bundle of the job, one after the other.
fn there(bench: &Bench, runtime: &Runtime, job: &Path) -> Worlds {
    let (bundles, _) = bench.export(job, "out");
    let world = |bundle: &Bundle| {
        let allocation = bundle.directory.ancestors().nth(2).unwrap();
        let pid = || fs::read_to_string(bundle.directory.join("pid")).ok()?.trim().parse().ok();
        let mut child = runtime.start(bench, bundle);
        let mut found = None;
        until(&format!("{} was there", bundle.address), || {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "{}: {}", bundle.address, text(&read_all(child.stderr.take())));
            // The number of a task is written down when it runs already.
            found = pid().and_then(|pid| Some((pid, waits_at(pid, allocation, &bundle.address)?)));
            found.is_some()
        });
        let (pid, pipe) = found.unwrap();
        let world = World::of(pid, &bundle.allocation, allocation);
        let_go(&pipe);
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        (bundle.address.clone(), world)
    };
    bundles.iter().map(world).collect()
}

/// What a task waits at, once it does: it sleeps, and its standard input is that pipe.
fn waits_at(pid: u64, allocation: &Path, address: &str) -> Option<PathBuf> {
    let name = address.split('/').next_back()?;
    let input = fs::read_link(format!("/proc/{pid}/fd/0")).ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let waits = input.file_name()? == name && status.contains("\nState:\tS");
    waits.then(|| allocation.join("alloc/data").join(name))
}

fn let_go(pipe: &Path) {
    // With nobody there it would wait for somebody.
    let mut pipe = File::options().write(true).custom_flags(libc::O_NONBLOCK).open(pipe).unwrap();
    pipe.write_all(b"go\n").unwrap();
}

fn read_all(stream: Option<impl std::io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        stream.read_to_end(&mut bytes).unwrap();
    }
    bytes
}

fn until(what: &str, mut look: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !look() {
        assert!(begin.elapsed() < PATIENCE, "{what}: still not so");
        std::thread::sleep(Duration::from_millis(20));
    }
}
