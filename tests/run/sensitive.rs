//! Sensitive variables: the task has the value, and no file does.

use std::fs;
use std::path::Path;

use super::harness::{Bench, text};

const VALUE: &str = "correct-horse-battery";

/// A job whose task says what it was given.
fn job(bench: &Bench, rest: &str) -> std::path::PathBuf {
    let path = bench.path("secret.hcl");
    let body = format!(
        "variable \"password\" {{\n  type = string\n}}\njob \"secret\" {{\n  type = \"batch\"\n  group \"g\" {{\n    task \"t\" {{\n      driver = \"raw_exec\"\n      config {{\n        command = \"/bin/sh\"\n        args = [\"-c\", \"echo $URL | rev\"]\n      }}\n      env {{\n        URL = \"db://me:${{var.password}}@host\"\n      }}\n{rest}\n    }}\n  }}\n}}\n"
    );
    fs::write(&path, body).unwrap();
    path
}

/// The files below a directory that hold the value.
fn holders(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            } else if fs::read(entry.path()).is_ok_and(|content| text(&content).contains(VALUE)) {
                found.push(entry.path().display().to_string());
            }
        }
    }
    found
}

#[test]
fn the_task_has_the_value_and_no_file_does() {
    let bench = Bench::new();
    let file = job(&bench, "");
    let file = file.to_str().unwrap();
    let jobctl = |arguments: &[&str], value: &str| {
        let mut command = bench.command(arguments);
        command.env("JOBCTL_VAR_password", value).output().unwrap()
    };
    let ran = jobctl(&["run", "--sensitive", "password", file], VALUE);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    let backwards: String = format!("db://me:{VALUE}@host").chars().rev().collect();
    assert_eq!(text(&ran.stdout).trim(), format!("t | {backwards}"));
    assert_eq!(holders(&bench.state()), Vec::<String>::new());
    // The same value is the same plan, another one is another: and no output shows either.
    let saved = bench.path("saved.json");
    let digest = |value: &str| {
        let planned =
            jobctl(&["plan", "--json", "--sensitive", "password", "--out", saved.to_str().unwrap(), file], value);
        assert_eq!(planned.status.code(), Some(1), "{}", text(&planned.stderr));
        assert!(!text(&planned.stdout).contains(value) && !fs::read_to_string(&saved).unwrap().contains(value));
        let report: serde_json::Value = serde_json::from_slice(&planned.stdout).unwrap();
        report["diff"]["after"].as_str().unwrap().to_owned()
    };
    assert_ne!(digest("another"), digest(VALUE));
    let again = digest(VALUE);
    assert_eq!(again, digest(VALUE));
    assert!(bench.ok(&["inspect", "secret"]).contains("${JOBCTL_SENSITIVE_"));
    // A saved plan asks for the value again.
    let applied = jobctl(&["run", "--sensitive", "password", saved.to_str().unwrap()], VALUE);
    assert_eq!(text(&applied.stdout).trim(), format!("t | {backwards}"), "{}", text(&applied.stderr));
    bench.ok(&["stop", "secret", "--purge"]);
}

#[test]
fn what_would_write_it_down_is_refused() {
    let bench = Bench::new();
    let refused = |file: &Path, name: &str| {
        let mut command = bench.command(&["run", "--sensitive", name, file.to_str().unwrap()]);
        let output = command.env("JOBCTL_VAR_password", VALUE).output().unwrap();
        assert_eq!(output.status.code(), Some(125));
        assert!(!bench.state().exists());
        text(&output.stderr)
    };
    let elsewhere = "may stand in `env` of tasks only";
    let said = refused(&job(&bench, "      meta {\n        a = var.password\n      }"), "password");
    assert!(said.contains(elsewhere), "{said}");
    let made = job(&bench, "");
    let text_of_job = fs::read_to_string(&made).unwrap();
    fs::write(&made, text_of_job.replace("${var.password}", "${upper(var.password)}")).unwrap();
    assert!(refused(&made, "password").contains(elsewhere));
    assert!(refused(&job(&bench, ""), "passwort").contains("no variable of this name"));
}

#[test]
fn what_is_wrong_with_a_value_is_said_without_it() {
    let bench = Bench::new();
    let file = job(&bench, "");
    let body = fs::read_to_string(&file).unwrap();
    let given = bench.path("given.hcl");
    fs::write(&given, format!("password = \"{VALUE}\"\n")).unwrap();
    let given = given.to_str().unwrap();
    let long = "type = string\n  validation {\n    condition = length(var.password) > 99\n    error_message = \"It has 99 letters.\"\n  }";
    for (declaration, said) in [
        ("type = number", "declared as number"),
        ("type = list(string)", "declared as list(string)"),
        (long, "It has 99 letters."),
    ] {
        fs::write(&file, body.replacen("type = string", declaration, 1)).unwrap();
        for options in [&[][..], &["--var-file", given]] {
            let mut command = bench.command(&["plan", "--sensitive", "password", file.to_str().unwrap()]);
            let output = command.args(options).env("JOBCTL_VAR_password", VALUE).output().unwrap();
            let errors = text(&output.stderr) + &text(&output.stdout);
            assert_eq!(output.status.code(), Some(255), "{errors}");
            assert!(errors.contains(said) && errors.contains("not shown"), "{errors}");
            assert!(!errors.contains("correct") && !errors.contains("battery"), "{errors}");
        }
    }
}
