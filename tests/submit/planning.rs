//! `submit --plan`: the cluster's own diff.

use serde_json::{Value, json};

use super::bench::{Bench, JOB, Said, node};
use super::server::{Answer, Script, Server};

const LINE: &str = "PUT /v1/job/web/plan";

fn cluster(planned: &Value) -> Server {
    Server::tcp(
        Script::default().ok("GET /v1/nodes", &json!([node()])).ok("GET /v1/node/n1", &node()).ok(LINE, planned),
    )
}

fn field(kind: &str, name: &str, old: &str, new: &str, annotations: &Value) -> Value {
    json!({ "Type": kind, "Name": name, "Old": old, "New": new, "Annotations": annotations })
}

fn edited() -> Value {
    json!({
        "JobModifyIndex": 52,
        "Warnings": "2 warnings:\n\n* Group \"api\" has warnings: 1 error occurred:\n\t* Update max parallel count is greater than task group count\n\n",
        "NextPeriodicLaunch": "0001-01-01T00:00:00Z",
        "FailedTGAllocs": null,
        "Annotations": {
            "DesiredTGUpdates": {
                "api": { "Ignore": 0, "Place": 1, "Migrate": 0, "Stop": 0, "InPlaceUpdate": 0, "DestructiveUpdate": 2, "Canary": 0 },
                "cache": { "Stop": 1 },
            },
            "PreemptedAllocs": [{ "ID": "x", "JobID": "low" }],
        },
        "Diff": {
            "Type": "Edited", "ID": "web", "Objects": null,
            "Fields": [field("Edited", "Priority", "50", "60", &Value::Null), field("None", "Region", "global", "global", &Value::Null)],
            "TaskGroups": [
                {
                    "Type": "Edited", "Name": "api", "Updates": { "create": 1, "create/destroy update": 2 },
                    "Fields": [field("Edited", "Count", "2", "3", &json!(["forces create"]))],
                    "Objects": [{ "Type": "Added", "Name": "Volume", "Fields": [field("Added", "Source", "", "web-data", &Value::Null)], "Objects": null }],
                    "Tasks": [{
                        "Type": "Edited", "Name": "server", "Annotations": ["forces create/destroy update"],
                        "Fields": [],
                        "Objects": [{ "Type": "Edited", "Name": "Config", "Objects": null, "Fields": [
                            field("Edited", "command", "/bin/old", "/bin/server", &json!(["forces create/destroy update"])),
                            field("Deleted", "args[0]", "-v", "", &Value::Null),
                        ] }],
                    }],
                },
                { "Type": "Deleted", "Name": "cache", "Updates": { "destroy": 1 }, "Fields": [field("Deleted", "Count", "1", "", &Value::Null)], "Objects": [], "Tasks": null },
            ],
        },
    })
}

#[test]
fn the_diff_is_the_clusters_and_looks_like_ours() {
    let server = cluster(&edited());
    let bench = Bench::new(JOB);
    let said = bench.submit(&server, &["--plan", "--var", "a=it's"]);
    assert_eq!(said.code, Some(255), "the job has no variable a: {said:?}");
    let said = bench.submit(&server, &["--plan", "--strip"]);
    assert_eq!(said.code, Some(1));
    insta::assert_snapshot!(said.shown(&server));
    let body = server.bodies(LINE).remove(0);
    assert_eq!((&body["Diff"], &body["Job"]["ID"]), (&true.into(), &"web".into()));
    assert!(server.lines().iter().all(|line| !line.starts_with("PUT /v1/jobs")), "nothing is registered");
}

#[test]
fn verbose_shows_what_comes_and_goes_in_full() {
    let server = cluster(&edited());
    let said = Bench::new(JOB).submit(&server, &["--plan", "-v"]);
    assert!(said.out.contains("- Count  1"), "{said:?}");
}

#[test]
fn as_json_it_agrees_with_its_schema() {
    let server = cluster(&edited());
    let said = Bench::new(JOB).submit(&server, &["--plan", "--json"]);
    let report = said.json();
    assert_eq!(
        (said.code, &report["plan"]["changed"], &report["job_modify_index"]),
        (Some(1), &true.into(), &52.into())
    );
    assert_eq!(report["plan"]["diff"]["groups"][0]["tasks"][0]["objects"][0]["fields"][0]["old"], "/bin/old");
    let schema = Said::of(
        &std::process::Command::new(env!("CARGO_BIN_EXE_jobctl")).args(["schema", "submit"]).output().unwrap(),
    );
    let validator = jsonschema::validator_for(&schema.json()).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn nothing_to_do_is_0_and_what_has_no_place_is_said() {
    let same = json!({ "JobModifyIndex": 52, "Annotations": { "DesiredTGUpdates": { "api": { "Ignore": 3 } } },
        "Diff": { "Type": "None", "ID": "web", "TaskGroups": [{ "Type": "None", "Name": "api", "Updates": { "ignore": 3 } }] } });
    let server = cluster(&same);
    let bench = Bench::new(JOB);
    let said = bench.submit(&server, &["--plan"]);
    assert_eq!(said.code, Some(0));
    insta::assert_snapshot!(said.shown(&server));
    let new = json!({ "JobModifyIndex": 0, "Annotations": { "DesiredTGUpdates": { "api": { "Place": 3 } } },
        "FailedTGAllocs": { "api": { "NodesEvaluated": 0, "NodesAvailable": { "dc1": 0, "dc2": 0 }, "CoalescedFailures": 2 } },
        "Diff": { "Type": "Added", "ID": "web", "TaskGroups": [{ "Type": "Added", "Name": "api", "Updates": { "create": 3 } }] } });
    let server = cluster(&new);
    let said = bench.submit(&server, &["--plan"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("3 allocations of group \"api\" cannot be placed: no node may take it"), "{said:?}");
    assert!(said.out.contains("jobctl submit --check-index 0 web.hcl"), "{said:?}");
}

#[test]
fn no_plan_is_255() {
    let script = Script::default().ok("GET /v1/nodes", &json!([node()])).ok("GET /v1/node/n1", &node());
    let server = Server::tcp(script.on(LINE, Answer::Says(403, "Permission denied".into())));
    assert_eq!(Bench::new(JOB).submit(&server, &["--plan"]).code, Some(255));
    let said = Said::of(&Bench::new(JOB).command("http://127.0.0.1:1", &["web.hcl", "--plan"]).output().unwrap());
    assert_eq!(said.code, Some(255));
    assert!(said.err.contains("nobody listens there"), "{said:?}");
}
