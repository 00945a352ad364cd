//! Attached runs: Ctrl-C, and the command that goes away.

use rustix::process::Signal;

use super::harness::{Bench, kill, text, wait};

/// A service whose task says when it runs and when it is asked to stop.
fn service(bench: &Bench, name: &str, on_signal: &str) -> std::path::PathBuf {
    bench.job(
        name,
        "service",
        &format!(
            r#"
    task "main" {{
      driver = "raw_exec"
      kill_timeout = "60s"
      config {{
        command = "/bin/sh"
        args    = ["-c", "trap '{on_signal}' INT; echo ready; while :; do sleep 0.02; done"]
      }}
    }}"#
        ),
    )
}

#[test]
fn ctrl_c_stops_gracefully_and_says_so() {
    let bench = Bench::new();
    let job = service(&bench, "polite", "echo bye; exit 0");
    let child = bench.start(&job);
    bench.until_state("polite", 0, "running");
    bench.until("it is ready", || bench.ok(&["logs", "polite"]).contains("ready").then_some(()));
    kill(child.id().into(), Signal::INT);
    let (code, stdout, stderr) = wait(child);
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(stdout, "main | ready\nmain | bye\n");
    assert!(stderr.contains("stopping; Ctrl-C again kills"), "{stderr}");
    assert_eq!(bench.status("polite")["jobs"][0]["status"], "stopped");
    assert_eq!(bench.events("polite", "main"), ["started", "killing", "killed"]);
    bench.purge("polite");
}

#[test]
fn ctrl_c_twice_kills() {
    let bench = Bench::new();
    let job = service(&bench, "stubborn", "echo no");
    let child = bench.start(&job);
    bench.until_state("stubborn", 0, "running");
    bench.until("it is ready", || bench.ok(&["logs", "stubborn"]).contains("ready").then_some(()));
    kill(child.id().into(), Signal::INT);
    bench.until("it has refused", || bench.ok(&["logs", "stubborn"]).contains("no\n").then_some(()));
    kill(child.id().into(), Signal::INT);
    let (_, stdout, stderr) = wait(child);
    assert!(stdout.starts_with("main | ready\nmain | no\n"), "{stdout}");
    assert!(stderr.contains("killing"), "{stderr}");
    assert_eq!(bench.task("stubborn", 0)["signal"], 9);
    bench.purge("stubborn");
}

#[test]
fn a_command_that_is_killed_takes_its_job_with_it() {
    let bench = Bench::new();
    let job = service(&bench, "linked", "echo bye; exit 0");
    let mut child = bench.start(&job);
    bench.until_state("linked", 0, "running");
    bench.until("it is ready", || bench.ok(&["logs", "linked"]).contains("ready").then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    bench.until_state("linked", 0, "dead");
    assert!(bench.ok(&["logs", "linked"]).ends_with("bye\n"), "gracefully");
    bench.purge("linked");
}

#[test]
fn a_job_that_runs_is_followed_and_left() {
    let bench = Bench::new();
    let job = service(&bench, "shared", "exit 0");
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state("shared", 0, "running");
    let id = bench.allocations();
    let mut child = bench.start(&job);
    // Its last word comes once it follows, and so takes signals.
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut line).unwrap();
    assert!(line.contains("ran before"), "{line}");
    kill(child.id().into(), Signal::INT);
    assert_eq!(wait(child).0, Some(0));
    assert_eq!(bench.task("shared", 0)["state"], "running");
    assert_eq!(bench.allocations(), id, "nothing was started");
    bench.purge("shared");
}

#[test]
fn a_detached_run_waits_for_what_ends_with_its_command_and_starts_anew() {
    use std::io::{BufRead, BufReader};
    let bench = Bench::new();
    let (ready, go) = (bench.path("ready"), bench.path("go"));
    // On its way to its end as long as it is wanted there.
    let script = format!(
        "trap 'until [ -e {go} ]; do sleep 0.01; done; exit 0' INT; : > {ready}; while :; do sleep 0.01; done",
        go = go.display(),
        ready = ready.display()
    );
    let body = format!(
        "task \"main\" {{\n driver = \"raw_exec\"\n kill_timeout = \"100s\"\n config {{\n command = \"/bin/sh\"\n args = [\"-c\", {script:?}]\n }}\n }}"
    );
    let job = bench.job("linked", "service", &body);
    let path = job.to_str().unwrap();
    let command = bench.start(&job);
    bench.until("it runs", || ready.exists().then_some(()));
    let joined = bench.jobctl(&["run", "--detach", path]);
    let said = text(&joined.stderr);
    assert!(said.contains(&format!("it is attached to (process {})", command.id())), "{said}");
    let made = std::fs::read_dir(bench.state().join("allocs")).unwrap();
    assert_eq!(made.count(), 1, "what a supervisor made that was not needed is gone");
    kill(u64::from(command.id()), Signal::KILL);
    wait(command);
    let mut detached = bench.command(&["run", "--detach", path]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(detached.stderr.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    assert_eq!(first, "waiting for the end of linked.g[0], which is being stopped");
    std::fs::write(&go, "").unwrap();
    assert!(detached.wait().unwrap().success());
    let status = bench.status("linked");
    assert_eq!(status["jobs"][0]["detached"], true, "{status:#}");
    bench.until_state("linked", 0, "running");
    bench.purge("linked");
}

#[test]
fn what_a_supervisor_was_told_to_expect_counts_for_nothing_where_something_else_starts() {
    let bench = Bench::new();
    let task = |command: &str| {
        format!(
            "task \"t\" {{\n driver = \"raw_exec\"\n config {{\n command = \"/bin/sh\"\n args = [\"-c\", \"{command}\"]\n }}\n }}"
        )
    };
    let (first, second) = (task("exec sleep 100000"), task("exit 3"));
    let never = "restart {\n attempts = 0\n mode = \"fail\"\n }";
    let text =
        format!("job \"two\" {{\n group \"a\" {{\n {first}\n }}\n group \"b\" {{\n {never}\n {second}\n }}\n}}\n");
    let job = bench.path("two.hcl");
    std::fs::write(&job, text).unwrap();
    let phases = || {
        let seen = bench.jobctl(&["status", "two", "--json"]);
        let status: serde_json::Value = serde_json::from_slice(&seen.stdout).ok()?;
        let of = |group: &str| {
            let all = status["jobs"][0]["allocations"].as_array().cloned().unwrap_or_default();
            all.iter().find(|one| one["group"] == *group).map(|one| (one["id"].clone(), one["status"].clone()))
        };
        Some((of("a")?, of("b")?))
    };
    let ran = |id: Option<&serde_json::Value>| {
        bench
            .until("b has failed", || phases().filter(|(a, b)| a.1 == "running" && b.1 == "failed" && Some(&b.0) != id))
    };
    let command = bench.start(&job);
    let (a, b) = ran(None);
    // Of an attached job the first group is expected, and that runs.
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    let (same, _) = ran(Some(&b.0));
    assert_eq!(same, a, "only what had failed was started again");
    let made = std::fs::read_dir(bench.state().join("allocs")).unwrap();
    assert_eq!(made.count(), 3, "nothing hidden is left");
    kill(u64::from(command.id()), Signal::INT);
    wait(command);
    bench.purge("two");
}
