//! The JSON Schemas, held against what they describe: job files as people write them, plans and diffs as jobctl prints them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;

fn jobctl(arguments: &[&str]) -> Value {
    let state = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_jobctl"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("JOBCTL_STATE_DIR", state.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {said}"))
}

fn schema(document: &str) -> Validator {
    jsonschema::validator_for(&jobctl(&["schema", document])).unwrap()
}

/// The places that do not agree with the schema, each with what is wrong there.
fn errors(schema: &Validator, document: &Value) -> Vec<String> {
    schema.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn examples(extension: &str) -> Vec<PathBuf> {
    let jobs = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs")).unwrap();
    let mut found: Vec<PathBuf> = jobs.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|have| have == extension) && path.file_stem().unwrap() != "host");
    found.sort();
    assert!(found.len() >= 10, "{found:?}");
    found
}

fn toml(text: &str) -> Value {
    toml::from_str(text).unwrap()
}

#[test]
fn every_example_agrees_with_the_schema_of_jobs() {
    let schema = schema("job");
    for path in examples("toml") {
        let document = toml(&fs::read_to_string(&path).unwrap());
        assert_eq!(errors(&schema, &document), <[String; 0]>::default(), "{}", path.display());
    }
    for path in examples("hcl") {
        let document = jobctl(&["convert", "--to", "json", path.to_str().unwrap()]);
        assert_eq!(errors(&schema, &document), <[String; 0]>::default(), "{}", path.display());
    }
}

/// What an editor underlines.
#[test]
fn the_schema_of_jobs_points_at_what_is_wrong() {
    let schema = schema("job");
    let wrong = toml(
        r#"
        [job.web]
        type = "servic"
        [job.web.group.api]
        count = "three"
        [[job.web.group.api.task.server]]
        driver = "exec"
        kill_timeout = "5 parsecs"
        config = { comand = "/bin/true" }
        resources = { cpuu = 3 }
        [[job.web.group.api.task.server.volume_mount]]
        volume = "data"
        read_only = 3
        "#,
    );
    let mut places: Vec<String> = errors(&schema, &wrong);
    places.sort();
    insta::assert_snapshot!(places.join("\n"), @r#"
    /job/web/group/api/count: "three" is not valid under any of the schemas listed in the 'anyOf' keyword
    /job/web/group/api/task/server/0/config: "command" is a required property
    /job/web/group/api/task/server/0/config: Additional properties are not allowed ('comand' was unexpected)
    /job/web/group/api/task/server/0/kill_timeout: "5 parsecs" is not valid under any of the schemas listed in the 'anyOf' keyword
    /job/web/group/api/task/server/0/resources: Additional properties are not allowed ('cpuu' was unexpected)
    /job/web/group/api/task/server/0/volume_mount/0/read_only: 3 is not valid under any of the schemas listed in the 'anyOf' keyword
    /job/web/type: "servic" is not valid under any of the schemas listed in the 'anyOf' keyword
    "#);
}

#[test]
fn the_host_of_the_examples_agrees_with_its_schema() {
    let schema = schema("host");
    let host = toml(&fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs/host.toml")).unwrap());
    assert_eq!(errors(&schema, &host), <[String; 0]>::default());
    let wrong = toml("[client.host_volume.data]\npth = \"/srv\"\n");
    assert!(errors(&schema, &wrong).iter().any(|error| error.starts_with("/client/host_volume/data:")));
}

#[test]
fn plans_and_diffs_agree_with_their_schemas() {
    let (plan, diff) = (schema("plan"), schema("diff"));
    let read = |path: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let [host, saved] = ["host.hcl", "plan.json"].map(|name| directory.path().join(name).to_str().unwrap().to_owned());
    fs::write(&host, read("jobs/host.hcl") + &read("tests/hosts/root-v2-apparmor.hcl")).unwrap();
    for path in examples("hcl") {
        let printed = jobctl(&["plan", "--json", "--host", &host, "--out", &saved, path.to_str().unwrap()]);
        assert_eq!(errors(&diff, &printed["diff"]), <[String; 0]>::default(), "{}", path.display());
        let saved: Value = serde_json::from_slice(&fs::read(&saved).unwrap()).unwrap();
        assert_eq!(errors(&plan, &saved["plan"]), <[String; 0]>::default(), "{}", path.display());
    }
}
