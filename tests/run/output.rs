//! What tasks write: nothing is lost, the files are rotated, several tasks are told apart.

use super::harness::Bench;

#[test]
fn all_that_a_task_writes_is_kept_in_order() {
    let bench = Bench::new();
    let job = bench.job(
        "lines",
        "batch",
        r#"
    task "main" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "i=0; while [ $i -lt 200 ]; do seq $((i*1000)) $((i*1000+999)); i=$((i+1)); done"]
      }
      logs {
        max_files     = 3
        max_file_size = 1
      }
    }"#,
    );
    let (code, stdout, stderr) = bench.run(&job);
    assert_eq!(code, 0, "{stderr}");
    let numbers = stdout.lines().map(|line| line.strip_prefix("main | ").unwrap().parse::<u32>().unwrap());
    assert!(numbers.eq(0..200_000), "what the terminal shows");
    let kept = bench.ok(&["logs", "lines"]);
    assert!(kept.lines().map(|line| line.parse::<u32>().unwrap()).eq(0..200_000), "what the files hold");
    assert_eq!(bench.ok(&["logs", "lines", "--tail", "2"]), "199998\n199999\n");
    let logs = bench.state().join("allocs").join(&bench.allocations()[0]).join("logs");
    let mut names: Vec<_> =
        std::fs::read_dir(logs).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["main.stderr.0", "main.stdout.0", "main.stdout.1"]);
    bench.purge("lines");
}

#[test]
fn several_tasks_are_told_apart() {
    let bench = Bench::new();
    let task = |name: &str| {
        format!(
            "task \"{name}\" {{\n driver = \"raw_exec\"\n config {{\n command = \"/bin/echo\"\n args = [\"-n\", \"I am {name}\"]\n }}\n }}\n"
        )
    };
    let job = bench.job("two", "batch", &(task("one") + &task("other")));
    let (code, stdout, stderr) = bench.run(&job);
    assert_eq!(code, 0, "{stderr}");
    let mut lines: Vec<_> = stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["one | I am one", "other | I am other"], "a last line without an end is shown");
    assert_eq!(bench.ok(&["logs", "two", "one"]), "I am one");
    assert_eq!(bench.ok(&["logs", "two/other"]), "I am other");
    assert_eq!(bench.ok(&["logs", "two/g[0]/other"]), "I am other");
    bench.purge("two");
}

#[test]
fn logs_can_be_switched_off() {
    let bench = Bench::new();
    let job = bench.job(
        "silent",
        "batch",
        "task \"main\" {\n driver = \"raw_exec\"\n config {\n command = \"/bin/echo\"\n args = [\"lost\"]\n }\n logs {\n disabled = true\n }\n }",
    );
    let (code, stdout, stderr) = bench.run(&job);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    bench.purge("silent");
}
