//! Names that would lead elsewhere if they were paths: jobs, namespaces, groups and tasks may be called so.

use std::fs;

use super::harness::{Bench, text};

#[test]
fn names_are_never_paths() {
    let bench = Bench::new();
    for (job, namespace, group, task) in [
        ("../../../etc/x", "..", "..", "status.json"),
        ("..", "a/../../b", "launch.json", ".."),
        ("plans", "jobs", "allocs/../..", "events.jsonl"),
    ] {
        let file = bench.path("odd.hcl");
        let body = format!(
            "job \"{job}\" {{\n  type = \"batch\"\n  namespace = \"{namespace}\"\n  group \"{group}\" {{\n    task \"{task}\" {{\n      driver = \"raw_exec\"\n      config {{\n        command = \"/bin/echo\"\n        args = [\"${{NOMAD_TASK_NAME}}\"]\n      }}\n    }}\n  }}\n}}\n"
        );
        fs::write(&file, body).unwrap();
        let before: Vec<_> = fs::read_dir(bench.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        let (code, stdout, stderr) = bench.run(&file);
        assert_eq!((code, stdout.trim()), (0, format!("{task} | {task}").as_str()), "{job}: {stderr}");
        let named = |arguments: &[&str]| {
            let output = bench.jobctl(&[arguments, &["--namespace", namespace, job]].concat());
            assert!(output.status.success(), "{arguments:?} {job}: {}", text(&output.stderr));
            text(&output.stdout)
        };
        assert!(named(&["status"]).contains(task));
        assert_eq!(named(&["logs"]).trim(), task);
        assert!(named(&["inspect"]).contains(job));
        named(&["stop", "--purge"]);
        let mut after: Vec<_> =
            fs::read_dir(bench.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        after.retain(|name| name != "state" && !before.contains(name));
        assert_eq!(after, Vec::<std::ffi::OsString>::new(), "nothing beside the state directory");
    }
}
