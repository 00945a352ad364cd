//! `jobctl fmt` and `jobctl convert` through the binary, and that every example means the same in each syntax.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const LOOSE: &str = "job \"a\" {\ntype=\"batch\"\n  datacenters = [\"dc1\"] # where\n}\n";
const CANONICAL: &str = "job \"a\" {\n  type        = \"batch\"\n  datacenters = [\"dc1\"] # where\n}\n";

fn jobctl(directory: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jobctl"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads no input may have ended by now.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn fmt_writes_what_changes_and_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    fs::create_dir(at.join("sub")).unwrap();
    fs::write(at.join("a.hcl"), LOOSE).unwrap();
    fs::write(at.join("sub/b.nomad"), CANONICAL).unwrap();
    fs::write(at.join("sub/c.nomad"), "{\"job\": {}}").unwrap();
    fs::write(at.join("d.toml"), "x=1").unwrap();
    assert_eq!(jobctl(at, &["fmt", "--check", "."], ""), (1, "./a.hcl\n".into(), String::new()));
    assert_eq!(fs::read_to_string(at.join("a.hcl")).unwrap(), LOOSE);
    assert_eq!(jobctl(at, &["fmt", "."], ""), (0, "./a.hcl\n".into(), String::new()));
    assert_eq!(fs::read_to_string(at.join("a.hcl")).unwrap(), CANONICAL);
    assert_eq!(jobctl(at, &["fmt", "--check", "."], ""), (0, String::new(), String::new()));
}

#[test]
fn fmt_of_standard_input_goes_to_standard_output() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(jobctl(directory.path(), &["fmt", "-"], LOOSE), (0, CANONICAL.into(), String::new()));
    assert_eq!(jobctl(directory.path(), &["fmt", "--check", "-"], CANONICAL), (0, String::new(), String::new()));
    assert_eq!(jobctl(directory.path(), &["fmt", "--check", "-"], LOOSE).0, 1);
}

#[test]
fn fmt_shows_what_is_no_hcl() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.hcl"), "job \"a\" {\n").unwrap();
    let (exit, stdout, stderr) = jobctl(directory.path(), &["fmt", "a.hcl", "missing.hcl"], "");
    assert_eq!((exit, stdout.as_str()), (1, ""));
    assert!(stderr.contains("the block `job` is never closed") && stderr.contains("missing.hcl"), "{stderr}");
    assert_eq!(fs::read_to_string(directory.path().join("a.hcl")).unwrap(), "job \"a\" {\n");
}

#[test]
fn convert_says_that_comments_are_lost() {
    let directory = tempfile::tempdir().unwrap();
    let (exit, stdout, stderr) = jobctl(directory.path(), &["convert", "-", "--to", "toml"], LOOSE);
    assert_eq!((exit, stdout.as_str()), (0, "[job.a]\ntype = \"batch\"\ndatacenters = [\"dc1\"]\n"));
    assert!(stderr.contains("comments"), "{stderr}");
    let arguments = ["convert", "-", "--syntax", "toml", "--to", "hcl", "-o", "a.hcl"];
    assert_eq!(jobctl(directory.path(), &arguments, &stdout), (0, String::new(), String::new()));
    let written = fs::read_to_string(directory.path().join("a.hcl")).unwrap();
    assert_eq!(written, CANONICAL.replace(" # where", ""));
}

#[test]
fn every_example_means_the_same_in_every_syntax() {
    let jobs = Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs");
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let export = |file: &str| {
        let (exit, stdout, stderr) = jobctl(at, &["export", "nomad", file], "");
        assert_eq!(exit, 0, "{file}: {stderr}");
        serde_json::from_str::<serde_json::Value>(&stdout).unwrap()
    };
    let mut seen = 0;
    for entry in fs::read_dir(jobs).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let is_job = text.lines().any(|line| line.starts_with("job \"") || line.starts_with("[job."));
        if !is_job {
            continue;
        }
        seen += 1;
        let name = path.to_str().unwrap();
        let meant = export(name);
        for (first, second) in [("toml", "json"), ("json", "hcl"), ("hcl", "toml"), ("toml", "hcl")] {
            let (once, twice) = (format!("once.{first}"), format!("twice.{second}"));
            assert_eq!(
                jobctl(at, &["-q", "convert", name, "--to", first, "-o", &once], ""),
                (0, String::new(), String::new())
            );
            assert_eq!(
                jobctl(at, &["-q", "convert", &once, "--to", second, "-o", &twice], ""),
                (0, String::new(), String::new())
            );
            assert_eq!(export(&once), meant, "{name} as {first}");
            assert_eq!(export(&twice), meant, "{name} as {first}, then as {second}");
        }
    }
    assert!(seen >= 20, "only {seen} examples");
}
