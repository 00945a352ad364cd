//! The order of tasks, restarts, and what a task is given.

use std::fs;

use super::harness::{Bench, is_root, open_file};

/// A raw_exec task that appends to the journal file of the test.
fn writer(bench: &Bench, name: &str, rest: &str, script: &str) -> String {
    let file = bench.path("order");
    format!(
        r#"
    task "{name}" {{
      driver = "raw_exec"
      config {{
        command = "/bin/sh"
        args    = ["-c", "echo {name} >> {}; {script}"]
      }}
      restart {{
        attempts = 0
        mode     = "fail"
      }}
      {rest}
    }}"#,
        file.display()
    )
}

fn hook(hook: &str, sidecar: bool) -> String {
    format!("lifecycle {{\n hook = \"{hook}\"\n sidecar = {sidecar}\n }}")
}

#[test]
fn prestart_main_poststart_poststop_run_in_this_order() {
    let bench = Bench::new();
    open_file(&bench.path("order"), "");
    let wait = format!("until grep -q main {}; do sleep 0.02; done", bench.path("order").display());
    let tasks = [
        writer(&bench, "cleanup", &hook("poststop", false), "exit 0"),
        // Main has begun when its program was executed, which need not have written yet.
        writer(&bench, "after", &hook("poststart", false), "exit 0")
            .replace("echo after", &format!("{wait}; echo after")),
        writer(
            &bench,
            "main",
            "",
            &format!("until grep -q after {}; do sleep 0.02; done", bench.path("order").display()),
        ),
        writer(&bench, "before", &hook("prestart", false), "exit 0"),
    ];
    let job = bench.job("order", "batch", &tasks.concat());
    let (code, _, stderr) = bench.run(&job);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(fs::read_to_string(bench.path("order")).unwrap(), "before\nmain\nafter\ncleanup\n");
    let events = bench.ok(&["events", "order", "--json"]);
    let events: Vec<serde_json::Value> = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let started = events.iter().filter(|event| event["type"] == "started").map(|event| event["task"].as_str().unwrap());
    assert_eq!(started.collect::<Vec<_>>(), ["before", "main", "after", "cleanup"]);
    bench.purge("order");
}

#[test]
fn a_prestart_task_that_fails_keeps_main_from_starting() {
    let bench = Bench::new();
    open_file(&bench.path("order"), "");
    let tasks = [writer(&bench, "main", "", "exit 0"), writer(&bench, "before", &hook("prestart", false), "exit 4")];
    let job = bench.job("refused", "batch", &tasks.concat());
    let (code, _, stderr) = bench.run(&job);
    assert_eq!(code, 4, "{stderr}");
    assert_eq!(fs::read_to_string(bench.path("order")).unwrap(), "before\n");
    assert!(bench.events("refused", "main").is_empty());
    bench.purge("refused");
}

#[test]
fn sidecars_end_with_the_main_tasks() {
    let bench = Bench::new();
    open_file(&bench.path("order"), "");
    let tasks =
        [writer(&bench, "side", &hook("prestart", true), "exec sleep 1000"), writer(&bench, "main", "", "exit 0")];
    let job = bench.job("sidecar", "batch", &tasks.concat());
    let (code, _, stderr) = bench.run(&job);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(bench.events("sidecar", "side"), ["started", "killing", "killed"]);
    bench.purge("sidecar");
}

#[test]
fn the_first_main_task_that_failed_gives_the_exit_code() {
    let bench = Bench::new();
    open_file(&bench.path("order"), "");
    let wait = format!("until grep -q a {}; do sleep 0.02; done; exit 9", bench.path("order").display());
    let tasks = [writer(&bench, "a", "", "exec sleep 1000"), writer(&bench, "b", "", &wait)];
    let job = bench.job("first", "batch", &tasks.concat());
    let (code, _, stderr) = bench.run(&job);
    assert_eq!(code, 9, "{stderr}");
    assert_eq!(bench.events("first", "a"), ["started", "killing", "killed"]);
    bench.purge("first");
}

#[test]
fn a_task_is_started_again_as_its_policy_says() {
    let bench = Bench::new();
    let file = bench.path("count");
    open_file(&file, "");
    let job = bench.job(
        "again",
        "batch",
        &format!(
            r#"
    task "main" {{
      driver = "raw_exec"
      config {{
        command = "/bin/sh"
        args    = ["-c", "echo run; echo x >> {0}; test $(wc -l < {0}) -ge 3"]
      }}
      restart {{
        attempts = 5
        delay    = "10ms"
        interval = "10m"
        mode     = "fail"
      }}
    }}"#,
            file.display()
        ),
    );
    let (code, stdout, stderr) = bench.run(&job);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(stdout, "main | run\nmain | run\nmain | run\n", "one stream over restarts");
    let task = bench.task("again", 0);
    assert_eq!((task["restarts"].as_i64(), task["exit_code"].as_i64()), (Some(2), Some(0)));
    let run = ["started", "exited", "restarting"];
    assert_eq!(bench.events("again", "main"), [&run[..], &run, &["started", "exited"]].concat());
    bench.purge("again");
}

#[test]
fn count_makes_several_allocations_and_each_knows_which_it_is() {
    let bench = Bench::new();
    let job = bench.job(
        "many",
        "batch",
        r#"
    count = 3
    task "main" {
      driver = "raw_exec"
      config {
        command = "/bin/echo"
        args    = ["${NOMAD_ALLOC_INDEX}", "${NOMAD_ALLOC_NAME}", "${NOMAD_JOB_ID}", "${NOBODY_KNOWS}"]
      }
    }"#,
    );
    let (code, stdout, stderr) = bench.run(&job);
    assert_eq!(code, 0, "{stderr}");
    let mut lines: Vec<_> = stdout.lines().collect();
    lines.sort_unstable();
    let expected: Vec<_> =
        (0..3).map(|index| format!("g[{index}]/main | {index} many.g[{index}] many ${{NOBODY_KNOWS}}")).collect();
    assert_eq!(lines, expected);
    assert_eq!(bench.status("many")["jobs"][0]["allocations"].as_array().unwrap().len(), 3);
    bench.purge("many");
}

#[test]
fn a_group_runs_no_longer_than_it_may() {
    let bench = Bench::new();
    open_file(&bench.path("order"), "");
    let tasks = writer(&bench, "main", "", "exec sleep 1000");
    let job = bench.job("bounded", "batch", &format!("max_run_duration = \"100ms\"\n{tasks}"));
    let (code, _, stderr) = bench.run(&job);
    assert_eq!(code, 124, "{stderr}");
    assert_eq!(bench.status("bounded")["jobs"][0]["status"], "failed");
    bench.purge("bounded");
}

#[test]
fn tasks_of_a_group_share_a_directory_and_cannot_take_the_logs_out_of_it() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let task = |name: &str, hook: &str, script: &str| {
        format!(
            "task \"{name}\" {{\n driver = \"exec\"\n {hook}\n config {{\n command = \"/bin/sh\"\n args = [\"-c\", {script:?}]\n }}\n }}\n"
        )
    };
    let first = "echo shared > /alloc/note; mv /alloc/logs /alloc/gone 2>/dev/null && echo moved; rmdir /alloc/data 2>/dev/null && echo removed; true";
    let prestart = "lifecycle {\n hook = \"prestart\"\n }";
    let job = bench.job("shared", "batch", &(task("one", prestart, first) + &task("two", "", "cat /alloc/note")));
    let (code, stdout, stderr) = bench.run(&job);
    assert_eq!((code, stdout.as_str()), (0, "two | shared\n"), "{stderr}");
    bench.purge("shared");
}
