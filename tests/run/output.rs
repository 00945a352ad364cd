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
    names.retain(|name| !name.starts_with('.'));
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

#[test]
fn lines_of_several_tasks_are_shown_in_the_order_they_were_written() {
    let bench = Bench::new();
    // Each waits for the other, and passes the turn on when it stands written when its line was.
    let file = bench.path("turns");
    super::harness::open_file(&file, "");
    let task = |name: &str, turn: usize| {
        let script = format!(
            "for i in 1 2 3; do \
             until [ $(( $(wc -l < {turns}) % 2 )) -eq {turn} ]; do sleep 0.01; done; \
             echo $i >&{descriptor}; \
             until [ $(stat -c %s $NOMAD_ALLOC_DIR/../logs/.{name}.{stream}.0.times 2>/dev/null || echo 0) -ge $((16 * i)) ]; do sleep 0.01; done; \
             echo x >> {turns}; done",
            turns = file.display(),
            descriptor = turn + 1,
            stream = ["stdout", "stderr"][turn],
        );
        format!(
            "task \"{name}\" {{\n driver = \"raw_exec\"\n config {{\n command = \"/bin/sh\"\n args = [\"-c\", {script:?}]\n }}\n }}\n"
        )
    };
    let job = bench.job("turns", "batch", &(task("second", 1) + &task("first", 0)));
    let (code, _, stderr) = bench.run(&job);
    assert_eq!(code, 0, "{stderr}");
    let expected = "first | 1\nsecond | 1\nfirst | 2\nsecond | 2\nfirst | 3\nsecond | 3\n";
    assert_eq!(bench.ok(&["logs", "turns"]), expected);
    let timed = bench.ok(&["logs", "turns", "--timestamps"]);
    let written: Vec<_> = timed.lines().map(|line| line.split_once(' ').unwrap().0).collect();
    assert!(written.is_sorted() && written.iter().all(|time| time.ends_with('Z') && time.len() == 24), "{timed}");
    bench.purge("turns");
}
