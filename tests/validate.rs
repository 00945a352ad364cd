//! `jobctl validate` through the binary: what it prints where, and how it ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const GOOD: &str = r#"job "good" {
  type = "batch"
  group "g" {
    task "t" {
      driver = "exec"
      config {
        command = "/bin/true"
      }
    }
  }
}
"#;

const BAD: &str = r#"job "bad" {
  type = "batch"
  group "g" {
    volume "data" {
      type      = "host"
      source    = "data"
      read_only = true
    }
    task "t" {
      driver = "exec"
      config {
        command = "/bin/true"
      }
      volume_mount {
        volume           = "data"
        destination      = "/data"
        propagation_mode = "bidirectional"
      }
    }
  }
}
"#;

fn jobctl(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobctl"));
    command.args(arguments).current_dir(directory).env_clear().stdin(Stdio::null());
    command
}

fn run(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    text(jobctl(directory, arguments).output().unwrap())
}

fn text(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn workspace() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("good.hcl"), GOOD).unwrap();
    fs::write(directory.path().join("bad.hcl"), BAD).unwrap();
    directory
}

#[test]
fn a_valid_file_is_a_success_and_stdout_stays_empty() {
    let here = workspace();
    assert_eq!(run(here.path(), &["validate", "good.hcl"]), (0, String::new(), "good.hcl: valid\n".to_owned()));
    assert_eq!(run(here.path(), &["-q", "validate", "good.hcl"]), (0, String::new(), String::new()));
}

#[test]
fn a_broken_rule_is_shown_on_the_text() {
    let here = workspace();
    let (code, stdout, stderr) = run(here.path(), &["validate", "bad.hcl"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    insta::assert_snapshot!(stderr);
}

#[test]
fn json_has_the_documented_shape() {
    let here = workspace();
    let (code, stdout, stderr) = run(here.path(), &["validate", "--format", "json", "good.hcl", "bad.hcl"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    insta::assert_json_snapshot!(report);
    assert_eq!(run(here.path(), &["validate", "--json", "good.hcl", "bad.hcl"]).1, stdout);
}

#[test]
fn sarif_and_github_go_to_stdout() {
    let here = workspace();
    let (code, stdout, _) = run(here.path(), &["validate", "--format", "sarif", "bad.hcl"]);
    assert_eq!(code, 1);
    let log: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "volume_mount::bidirectional_needs_read_write");
    let (code, stdout, _) = run(here.path(), &["validate", "--format", "github", "bad.hcl"]);
    assert_eq!(code, 1);
    assert!(
        stdout.starts_with("::error title=volume_mount%3A%3Abidirectional_needs_read_write,file=bad.hcl,line="),
        "{stdout}"
    );
}

#[test]
fn directories_are_searched_for_job_files() {
    let here = workspace();
    fs::create_dir(here.path().join("sub")).unwrap();
    fs::write(here.path().join("sub/more.nomad"), GOOD).unwrap();
    fs::write(here.path().join("sub/values.hcl"), "count = 3\n").unwrap();
    fs::write(here.path().join("sub/Cargo.toml"), "[package]\nname = \"job\"\n").unwrap();
    let (code, stdout, _) = run(here.path(), &["validate", "--json", "."]);
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let files = report["files"].as_array().unwrap();
    let names: Vec<_> =
        files.iter().map(|file| (file["file"].as_str().unwrap(), file["valid"].as_bool().unwrap())).collect();
    assert_eq!(names, [("./bad.hcl", false), ("./good.hcl", true), ("./sub/more.nomad", true)]);
}

#[test]
fn standard_input_has_a_syntax() {
    let here = workspace();
    let mut child = jobctl(here.path(), &["validate", "--syntax", "hcl", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(GOOD.as_bytes()).unwrap();
    assert_eq!(text(child.wait_with_output().unwrap()), (0, String::new(), "-: valid\n".to_owned()));
}

#[test]
fn warnings_can_be_denied() {
    let here = workspace();
    let warned = GOOD.replace("driver = \"exec\"", "driver = \"exec\"\n      user   = \"root\"");
    fs::write(here.path().join("warned.hcl"), warned).unwrap();
    let (code, _, stderr) = run(here.path(), &["validate", "warned.hcl"]);
    assert!(code == 0 && stderr.contains("warned.hcl: valid, 1 warning"), "{stderr}");
    let (code, _, stderr) = run(here.path(), &["validate", "--deny-warnings", "warned.hcl"]);
    assert!(code == 1 && stderr.contains("warned.hcl: invalid, 1 warning"), "{stderr}");
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_checked() {
    let here = workspace();
    let (code, stdout, _) = run(here.path(), &["validate", "--json", "missing.hcl", "good.hcl"]);
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(
        report["files"][0]["diagnostics"][0]["message"],
        "cannot read missing.hcl: No such file or directory (os error 2)"
    );
    assert_eq!(report["files"][1]["valid"], true);
    fs::write(here.path().join("latin1.hcl"), b"job \"caf\xe9\" {\n}\n").unwrap();
    let (code, _, stderr) = run(here.path(), &["validate", "latin1.hcl"]);
    assert!(
        code == 1 && stderr.contains("the file is not UTF-8: byte 0xe9") && stderr.contains("latin1.hcl:1:9"),
        "{stderr}"
    );
}

#[test]
fn a_wrong_command_line_is_a_usage_error() {
    let here = workspace();
    assert_eq!(run(here.path(), &["validate"]).0, 2);
    assert_eq!(run(here.path(), &["validate", "--format", "xml", "good.hcl"]).0, 2);
    let (code, _, stderr) = run(here.path(), &["validate", "--var", "novalue", "good.hcl"]);
    assert!(code == 1 && stderr.contains("`--var novalue` is not NAME=VALUE"), "{stderr}");
}

#[test]
fn with_a_host_its_volumes_count_too() {
    let here = workspace();
    let host = "client {\n  host_volume \"data\" {\n    path      = \"/srv/data\"\n    read_only = true\n  }\n}\nfacts {\n  paths = { \"/srv/data\" = { kind = \"directory\" } }\n}\n";
    fs::write(here.path().join("host.hcl"), host).unwrap();
    fs::write(here.path().join("both.hcl"), BAD.replace("read_only = true", "read_only = false")).unwrap();
    let (code, _, stderr) = run(here.path(), &["-q", "validate", "both.hcl"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let (code, _, stderr) = run(here.path(), &["-q", "validate", "--host", "host.hcl", "both.hcl"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(
        stderr.contains("volume_mount::bidirectional_needs_read_write") && stderr.contains("host.hcl:4:"),
        "{stderr}"
    );
}

#[test]
fn what_is_said_to_closed_streams_gets_into_no_file() {
    let here = workspace();
    let file = here.path().join("untidy.hcl");
    fs::write(&file, GOOD.replace("  type", "     type")).unwrap();
    // A file that is opened would get the number of a standard stream.
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let script = format!("exec \"$0\" fmt untidy.hcl {closed}");
        let mut shell = Command::new("/bin/sh");
        let ended =
            shell.args(["-c", &script, env!("CARGO_BIN_EXE_jobctl")]).current_dir(here.path()).output().unwrap();
        assert!(ended.status.success(), "{closed}: {ended:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), GOOD, "{closed}");
        fs::write(&file, GOOD.replace("  type", "     type")).unwrap();
    }
}
