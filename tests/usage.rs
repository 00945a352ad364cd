//! What is typed beside the job file (`--var`, `--var-file`, `--meta`): what is wrong is shown where it was typed, with the way out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::process::Command;

const JOB: &str = r#"variable "port" {
  type = number
}
variable "names" {
  type    = list(string)
  default = []
}
job "web" {
  type = "batch"
  parameterized {
    meta_required = ["who"]
  }
  group "main" {
    task "main" {
      driver = "raw_exec"
      config {
        command = "/bin/true"
        args    = [var.port]
      }
    }
  }
}
"#;

/// What is said, and the exit code.
fn said(arguments: &[&str]) -> (String, Option<i32>) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::write(path.join("web.hcl"), JOB).unwrap();
    fs::write(path.join("misspelt.vars"), "prot = 1\n").unwrap();
    fs::write(path.join("wrong.vars.toml"), "port = [1]\n").unwrap();
    fs::write(path.join("latin.vars"), b"port = \"\xff\"\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobctl"));
    command.current_dir(path).env_clear().env("JOBCTL_STATE_DIR", path.join("state")).args(arguments).arg("web.hcl");
    let output = command.output().unwrap();
    assert!(!path.join("state").exists());
    (String::from_utf8(output.stderr).unwrap(), output.status.code())
}

#[test]
fn each_is_shown_where_it_was_typed() {
    for (arguments, expected) in [
        (
            &["--var", "port"][..],
            &["usage::not_an_assignment", "[--var:1:1]", "no `=`", "write `--var port=VALUE`"][..],
        ),
        (&["--var", "=3"], &["usage::not_an_assignment", "no name before `=`", "write `--var NAME=3`"]),
        (&["--var", "port = 3"], &["blanks around the name", "write `--var port=3`"]),
        (&["--var", "prot=1"], &["eval::undeclared_variable", "1 │ prot=1", "did you mean `port`?"]),
        (
            &["--var", "port=x"],
            &["[--var port:1:1]", "found the string \"x\"", "declared as number", "looks like `1.5`"],
        ),
        (&["--var", "port=1", "--var", "names=a,b"], &["[--var names:1:2]", "looks like `[\"text\"]`"]),
        (&["--var", "port=@nothing"], &["file::cannot_read", "[--var:1:6]", "no such file", "`port=@@nothing`"]),
        (&["--var", "port=@/"], &["file::cannot_read", "this is a directory"]),
        (&["--var-file", "mispelt.vars"], &["[--var-file:1:1]", "did you mean `misspelt.vars`?", "no such file"]),
        (&["--var-file", "misspelt.vars"], &["[misspelt.vars:1:1]", "did you mean `port`?"]),
        (&["--var-file", "wrong.vars.toml"], &["[wrong.vars.toml:1:8]", "found a tuple", "[web.hcl:1:10]"]),
        (&["--var-file", "latin.vars"], &["parser::not_utf8", "save the file as UTF-8"]),
    ] {
        let (text, code) = said(&[&["validate"], arguments].concat());
        assert_eq!(code, Some(1), "{arguments:?}: {text}");
        for part in expected {
            assert!(text.contains(part), "{arguments:?}: no {part} in {text}");
        }
        let findings = text.lines().filter(|line| line.starts_with("  help: ")).count();
        assert_eq!(findings, text.matches("  × ").count(), "each has its help: {text}");
    }
}

#[test]
fn what_is_no_text_is_said_once() {
    let (text, _) = said(&["validate", "--var-file", "latin.vars"]);
    assert!(text.ends_with("web.hcl: invalid, 1 error\n"), "neither its letters nor the variable it may set: {text}");
}

#[test]
fn meta_is_held_against_the_job() {
    for (meta, expected) in [
        ("who", &["usage::not_an_assignment", "[--meta:1:1]", "write `--meta who=VALUE`"][..]),
        ("=a", &["no name before `=`"]),
        ("whom=a", &["parameterized::unexpected_meta", "[--meta:1:1]", "[web.hcl:10:3]", "did you mean `who`?"]),
        ("color=red", &["name it in `meta_optional = [\"color\"]`"]),
    ] {
        let (text, code) = said(&["plan", "--var", "port=1", "--meta", meta]);
        assert_eq!(code, Some(255), "{meta}: {text}");
        for part in expected {
            assert!(text.contains(part), "{meta}: no {part} in {text}");
        }
    }
}
