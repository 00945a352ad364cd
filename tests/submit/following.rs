//! What comes of a job that was taken.

use serde_json::{Value, json};

use super::bench::{
    Bench, DEPLOYMENT, JOB, allocation, allocations_line, cluster, deployment, deployment_line, evaluation,
    evaluation_line,
};
use super::server::{Answer, Script, Server};

fn placed(more: &Value) -> Script {
    cluster()
        .ok(&evaluation_line(), &evaluation("pending", &json!({})))
        .ok(&evaluation_line(), &evaluation("complete", more))
        .ok(&allocations_line(), &json!([]))
        .ok(&allocations_line(), &json!([allocation("pending", &Value::Null)]))
}

fn deployed() -> Script {
    let line = format!("GET /v1/deployment/allocations/{DEPLOYMENT}");
    placed(&json!({ "DeploymentID": DEPLOYMENT })).ok(&line, &json!([allocation("running", &Value::Null)]))
}

#[test]
fn a_deployment_is_followed_to_its_end() {
    let script = deployed()
        .ok(&deployment_line(), &deployment("running", "Deployment is running", 0, 0, false))
        .ok(&deployment_line(), &deployment("running", "Deployment is running", 2, 0, false))
        .ok(&deployment_line(), &deployment("successful", "Deployment completed successfully", 3, 0, false));
    let server = Server::tcp(script.clone());
    let bench = Bench::new(JOB);
    insta::assert_snapshot!(bench.submit(&server, &[]).shown(&server));
    insta::assert_snapshot!(server.lines().join("\n"));
    let server = Server::tcp(script);
    let said = bench.submit(&server, &["--json"]);
    insta::assert_snapshot!(said.out);
}

#[test]
fn a_deployment_that_fails_brings_the_last_version_back() {
    let mut back = deployment("successful", "Deployment completed successfully", 3, 0, true);
    back["ID"] = "ba000000-0000".into();
    let crash = json!({ "server": { "State": "dead", "Failed": true, "Events": [
        { "Type": "Driver Failure", "DisplayMessage": "failed to launch command: /bin/server not found", "FailsTask": true },
        { "Type": "Not Restarting", "DisplayMessage": "Error was unrecoverable" },
    ] } });
    let script = deployed()
        .ok(&format!("GET /v1/deployment/allocations/{DEPLOYMENT}"), &json!([allocation("failed", &crash)]))
        .ok(&deployment_line(), &deployment("running", "Deployment is running", 0, 0, true))
        .ok(&deployment_line(), &deployment("failed", "Failed due to unhealthy allocations", 0, 1, true))
        .ok("GET /v1/job/web/deployment", &deployment("failed", "Failed due to unhealthy allocations", 0, 1, true))
        .ok("GET /v1/job/web/deployment", &back)
        .ok("GET /v1/deployment/ba000000-0000", &back)
        .ok("GET /v1/deployment/allocations/ba000000-0000", &json!([]));
    let server = Server::tcp(script);
    insta::assert_snapshot!(Bench::new(JOB).submit(&server, &[]).shown(&server));
}

#[test]
fn canaries_wait_for_their_promotion() {
    let mut waiting = deployment("running", "Deployment is running but requires manual promotion", 1, 0, false);
    waiting["TaskGroups"]["api"]["DesiredCanaries"] = 1.into();
    let script = deployed()
        .ok(&deployment_line(), &waiting)
        .ok(&deployment_line(), &deployment("successful", "Deployment completed successfully", 3, 0, false));
    let server = Server::tcp(script);
    let said = Bench::new(JOB).submit(&server, &[]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("promote it: nomad deployment promote 8a1bc2d3"), "{said:?}");
}

#[test]
fn what_has_no_place_is_shown_on_the_text() {
    let failed = json!({ "FailedTGAllocs": { "api": {
        "NodesEvaluated": 4, "NodesFiltered": 2, "NodesExhausted": 2, "CoalescedFailures": 2,
        "NodesAvailable": { "dc1": 4, "dc2": 0 }, "ClassFiltered": null, "ClassExhausted": null, "QuotaExhausted": [],
        "ConstraintFiltered": { "${attr.kernel.name} = linux": 1, "missing compatible host volumes": 1 },
        "DimensionExhausted": { "memory": 2 },
    } }, "BlockedEval": "f00dcafe-0000" });
    let server = Server::tcp(placed(&failed).ok(&allocations_line(), &json!([allocation("running", &Value::Null)])));
    let bench = Bench::new(JOB);
    let said = bench.submit(&server, &[]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.shown(&server));
}

#[test]
fn without_a_deployment_the_allocations_are_followed_until_they_run() {
    let bench = Bench::new(&JOB.replacen('{', "{\n  type = \"batch\"", 1));
    let running = |status: &str, tasks: &Value| {
        let script = placed(&json!({})).ok(&allocations_line(), &json!([allocation("pending", &Value::Null)]));
        Server::tcp(script.ok(&allocations_line(), &json!([allocation(status, tasks)])))
    };
    let server = running("running", &Value::Null);
    let said = bench.submit(&server, &[]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("allocation 3f2a1b0c of group \"api\" is running"), "{said:?}");
    let crash = json!({ "server": { "Failed": true, "Events": [{ "Type": "Setup Failure", "DisplayMessage": "no\u{1b}[2Jdisk" }] } });
    let server = running("failed", &crash);
    let said = bench.submit(&server, &["--json"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("task \"server\": no?[2Jdisk"), "{said:?}");
    assert_eq!(said.json()["submitted"]["outcome"], "failed");
}

#[test]
fn a_failed_evaluation_is_a_failure_and_the_next_one_is_followed() {
    let script = cluster()
        .ok(
            &evaluation_line(),
            &evaluation(
                "failed",
                &json!({ "StatusDescription": "maximum attempts reached (5)", "NextEval": "aaaa1111-2" }),
            ),
        )
        .ok(&allocations_line(), &json!([]))
        .ok(
            "GET /v1/evaluation/aaaa1111-2",
            &json!({ "ID": "aaaa1111-2", "Status": "failed", "StatusDescription": "again" }),
        )
        .ok("GET /v1/evaluation/aaaa1111-2/allocations", &Value::Null);
    let server = Server::tcp(script);
    let said = Bench::new(JOB).submit(&server, &[]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("evaluation 5744eb15 is failed (maximum attempts reached (5))"), "{said:?}");
    assert!(said.err.contains("evaluation aaaa1111 follows"), "{said:?}");
}

#[test]
fn servers_between_two_leaders_are_asked_again() {
    let script = cluster()
        .on(&evaluation_line(), Answer::Says(500, "No cluster leader".into()))
        .on(&evaluation_line(), Answer::Half)
        .ok(&evaluation_line(), &evaluation("complete", &json!({})))
        .ok(&allocations_line(), &json!([allocation("running", &Value::Null)]));
    let server = Server::tcp(script);
    let said = Bench::new(JOB).submit(&server, &[]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("asking again: Nomad answers 500: No cluster leader"), "{said:?}");
}

#[test]
fn what_cannot_be_followed_is_registered_all_the_same() {
    let script = cluster().on(&evaluation_line(), Answer::Says(403, "Permission denied".into()));
    let server = Server::tcp(script);
    let said = Bench::new(JOB).submit(&server, &[]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("the job is registered all the same: `nomad eval status -monitor 5744eb15`"), "{said:?}");
}
