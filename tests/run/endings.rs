//! How tasks end, and what the shell is told.

use super::harness::{Bench, is_root};

/// A task of driver `raw_exec` or `exec` that runs a shell script once.
fn shell(driver: &str, script: &str) -> String {
    format!(
        r#"
    task "main" {{
      driver = "{driver}"
      config {{
        command = "/bin/sh"
        args    = ["-c", {script:?}]
      }}
      restart {{
        attempts = 0
        mode     = "fail"
      }}
    }}"#
    )
}

fn drivers() -> Vec<&'static str> {
    if is_root() { vec!["raw_exec", "exec"] } else { vec!["raw_exec"] }
}

#[test]
fn success_is_zero() {
    for driver in drivers() {
        let bench = Bench::new();
        let job = bench.job("zero", "batch", &shell(driver, "echo out; echo err >&2"));
        let (code, stdout, stderr) = bench.run(&job);
        assert_eq!((code, stdout.as_str()), (0, "main | out\n"), "{driver}: {stderr}");
        assert!(stderr.contains("main | err\n"), "{stderr}");
        let task = bench.task("zero", 0);
        assert_eq!(task["state"], "dead");
        assert_eq!(task["exit_code"], 0);
        assert_eq!(task["signal"], 0);
        assert_eq!(task["pid"], serde_json::Value::Null);
        assert_eq!(bench.events("zero", "main"), ["started", "exited"]);
        bench.purge("zero");
    }
}

#[test]
fn a_failure_is_its_exit_code() {
    for driver in drivers() {
        let bench = Bench::new();
        let job = bench.job("seven", "batch", &shell(driver, "exit 7"));
        assert_eq!(bench.run(&job).0, 7, "{driver}");
        let status = bench.status("seven");
        assert_eq!(status["jobs"][0]["status"], "failed");
        assert_eq!(status["jobs"][0]["allocations"][0]["reason"], "task \"main\" ended with exit code 7");
        assert_eq!(bench.events("seven", "main"), ["started", "exited", "not_restarting"]);
        bench.purge("seven");
    }
}

#[test]
fn an_end_by_signal_is_128_and_its_number() {
    for driver in drivers() {
        let bench = Bench::new();
        let job = bench.job("signal", "batch", &shell(driver, "kill -KILL $$"));
        assert_eq!(bench.run(&job).0, 137, "{driver}");
        let task = bench.task("signal", 0);
        assert_eq!((task["exit_code"].as_i64(), task["signal"].as_i64()), (Some(137), Some(9)));
        assert_eq!(task["oom_killed"], false);
        bench.purge("signal");
    }
}

#[test]
fn a_command_that_is_not_there_is_127_and_one_that_cannot_be_executed_126() {
    for driver in drivers() {
        let bench = Bench::new();
        let task = |command: &str| {
            format!("task \"main\" {{\n driver = \"{driver}\"\n config {{\n command = \"{command}\"\n }}\n }}")
        };
        let job = bench.job("absent", "batch", &task("/no/such/command"));
        let (code, _, stderr) = bench.run(&job);
        assert_eq!(code, 127, "{driver}: {stderr}");
        assert!(stderr.contains("/no/such/command"), "{stderr}");
        assert_eq!(bench.events("absent", "main"), ["start_failed", "not_restarting"]);
        bench.purge("absent");

        let job = bench.job("data", "batch", &task("/etc/passwd"));
        let (code, _, stderr) = bench.run(&job);
        assert_eq!(code, 126, "{driver}: {stderr}");
        bench.purge("data");
    }
}

#[test]
fn children_and_grandchildren_end_with_the_main_process() {
    for driver in drivers() {
        let bench = Bench::new();
        let script = "(setsid sh -c 'sleep 1000 & sleep 1000' &) ; sleep 1000 & exit 3";
        let job = bench.job("children", "batch", &shell(driver, script));
        assert_eq!(bench.run(&job).0, 3, "{driver}");
        bench.assert_nothing_left(&bench.allocations());
        bench.purge("children");
    }
}

#[test]
fn an_end_for_want_of_memory_is_said() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let job = bench.job(
        "hog",
        "batch",
        r#"
    task "main" {
      driver = "exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "x=x; while :; do x=$x$x; done"]
      }
      resources {
        memory = 20
      }
      restart {
        attempts = 0
        mode     = "fail"
      }
    }"#,
    );
    let (code, _, stderr) = bench.run(&job);
    assert_eq!(code, 137, "{stderr}");
    assert!(stderr.contains("more memory than its limit"), "{stderr}");
    assert_eq!(bench.task("hog", 0)["oom_killed"], true);
    assert_eq!(bench.events("hog", "main"), ["started", "oom_killed", "exited", "not_restarting"]);
    bench.purge("hog");
}

#[test]
fn a_job_that_is_invalid_is_not_run() {
    let bench = Bench::new();
    let job = bench.job("invalid", "batch", "task \"main\" {\n driver = \"raw_exec\"\n }");
    let (code, stdout, stderr) = bench.run(&job);
    assert_eq!((code, stdout.as_str()), (125, ""), "{stderr}");
    assert!(stderr.contains("command"), "{stderr}");
    assert!(bench.allocations().is_empty());
}
