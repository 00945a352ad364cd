//! What is sent, to whom, and what is looked at before.

use std::fs;

use serde_json::json;

use super::bench::{Bench, JOB, Said, cluster, examples, node};
use super::server::{Script, Server};

#[test]
fn the_body_is_what_export_writes() {
    for path in examples() {
        let server = Server::tcp(cluster());
        let bench = Bench::new("");
        let file = path.to_str().unwrap();
        let mut export = bench.command("", &[]);
        export.env_remove("NOMAD_ADDR");
        let mut export = std::process::Command::new(export.get_program());
        let exported = Said::of(&export.args(["export", "nomad", file]).env_clear().output().unwrap());
        let said = Said::of(&bench.command(&server.address, &[file, "--detach"]).output().unwrap());
        if exported.json()["Job"].to_string().contains("ulimit") {
            assert_eq!(said.code, Some(1), "{file}: {said:?}");
            assert!(server.bodies("PUT /v1/jobs").is_empty());
            continue;
        }
        assert_eq!(said.code, Some(0), "{file}: {said:?}");
        assert_eq!(server.bodies("PUT /v1/jobs"), [exported.json()], "{file}");
    }
}

#[test]
fn who_we_are_goes_in_headers_and_where_to_in_the_query() {
    let server = Server::tcp(cluster());
    let bench = Bench::new(JOB);
    fs::write(bench.path("token"), "6b1f-secret\n").unwrap();
    let mut command = bench.command(&server.address, &["web.hcl", "--detach", "--token", "@token"]);
    command.env("NOMAD_NAMESPACE", "a b&c").env("NOMAD_REGION", "eu").env("NOMAD_HTTP_AUTH", "me:pass");
    let said = Said::of(&command.output().unwrap());
    assert_eq!((said.code, &*said.out), (Some(0), "5744eb15-1111-2222-3333-444455556666\n"), "{said:?}");
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    for one in &asked {
        assert!(one.line.ends_with("?namespace=a%20b%26c&region=eu"), "{}", one.line);
        assert_eq!(one.header("X-Nomad-Token"), Some("6b1f-secret"));
        assert_eq!(one.header("Authorization"), Some("Basic bWU6cGFzcw=="));
    }
    assert!(!said.err.contains("secret"), "{said:?}");
}

#[test]
fn what_the_job_names_goes_before_what_is_given() {
    let server = Server::tcp(cluster());
    let bench = Bench::new(&JOB.replacen('{', "{\n  namespace = \"own\"\n  region = \"us\"", 1));
    let mut command = bench.command(&server.address, &["web.hcl", "--detach", "--namespace", "given"]);
    command.env("NOMAD_TOKEN", "t0ken").env("NOMAD_REGION", "eu");
    assert_eq!(Said::of(&command.output().unwrap()).code, Some(0));
    let asked = server.asked();
    assert!(asked.iter().all(|one| one.line.ends_with("?namespace=own&region=us")), "{asked:?}");
    assert!(asked.iter().all(|one| one.header("X-Nomad-Token") == Some("t0ken")));
}

#[test]
fn a_socket_will_do() {
    let bench = Bench::new(JOB);
    let server = Server::unix(&bench.path("api.sock"), cluster());
    let said = bench.submit(&server, &["--detach"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(server.lines(), ["GET /v1/nodes", "GET /v1/node/n1", "PUT /v1/jobs"]);
    let said = Said::of(&bench.command("unix:///nowhere/api.sock", &["web.hcl"]).output().unwrap());
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("cannot reach Nomad at unix:///nowhere/api.sock: there is no such socket"), "{said:?}");
}

#[test]
fn what_goes_along_is_what_was_asked_for() {
    let server = Server::tcp(cluster());
    let bench = Bench::new(JOB);
    let more = ["--detach", "--check-index", "0", "--preserve-counts", "--policy-override", "--eval-priority", "70"];
    assert_eq!(bench.submit(&server, &more).code, Some(0));
    let mut body = server.bodies("PUT /v1/jobs").remove(0);
    body.as_object_mut().unwrap().remove("Job");
    assert_eq!(
        body,
        json!({ "EnforceIndex": true, "JobModifyIndex": 0, "PreserveCounts": true, "PolicyOverride": true, "EvalPriority": 70 })
    );
}

const OWN: &str = r#"job "web" {
  group "api" {
    task "server" {
      driver = "exec"
      user   = "root"
      config {
        command    = "/bin/server"
        pids_limit = 20
        ulimit {
          nofile = "1024"
        }
      }
    }
  }
}
"#;

#[test]
fn our_own_keys_are_refused_or_left_out() {
    let server = Server::tcp(cluster());
    let bench = Bench::new(OWN);
    let said = bench.submit(&server, &["--detach"]);
    assert!(server.lines().is_empty(), "nothing is sent");
    insta::assert_snapshot!(said.shown(&server));
    let said = bench.submit(&server, &["--detach", "--strip"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let body = server.bodies("PUT /v1/jobs").remove(0);
    assert_eq!(body["Job"]["TaskGroups"][0]["Tasks"][0]["Config"], json!({ "command": "/bin/server" }));
}

#[test]
fn a_job_that_is_wrong_is_not_sent() {
    let server = Server::tcp(cluster());
    let bench = Bench::new(&JOB.replace("/data\"", "data/../..\"").replace("count = 3", "count = -1"));
    let said = bench.submit(&server, &[]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("group::negative_count"), "{said:?}");
    assert!(server.lines().is_empty());
}

#[test]
fn what_no_node_offers_is_shown_on_the_text() {
    let mut other = node();
    other["Drivers"] = json!({ "exec": { "Detected": true, "Healthy": false } });
    other["HostVolumes"] = json!({ "web-data": { "Path": "/srv/web", "ReadOnly": true } });
    let nodes = json!([other, { "ID": "n2", "Datacenter": "dc9", "Status": "ready", "Drivers": { "exec": { "Detected": true, "Healthy": true } } }]);
    let script = Script::default().ok("GET /v1/nodes", &nodes).ok("GET /v1/node/n1", &other);
    let server = Server::tcp(script.ok("PUT /v1/jobs", &super::bench::registered()));
    let bench = Bench::new(JOB);
    insta::assert_snapshot!(bench.submit(&server, &["--detach"]).shown(&server));
}

#[test]
fn no_node_at_all_is_said_too_and_a_refusal_to_say_is_none() {
    let bench = Bench::new(JOB);
    let server =
        Server::tcp(Script::default().ok("GET /v1/nodes", &json!([])).ok("PUT /v1/jobs", &super::bench::registered()));
    let said = bench.submit(&server, &["--detach"]);
    assert_eq!(said.code, Some(0));
    assert!(said.err.contains("no node of the cluster may take this job now"), "{said:?}");
    let denied = super::server::Answer::Says(403, "Permission denied".into());
    let server =
        Server::tcp(Script::default().on("GET /v1/nodes", denied).ok("PUT /v1/jobs", &super::bench::registered()));
    let said = bench.submit(&server, &["--detach"]);
    assert_eq!(said.code, Some(0));
    assert!(!said.err.contains("denied"), "{said:?}");
}

#[test]
fn templates_for_other_jobs_have_nothing_to_follow() {
    let answer = json!({ "EvalID": "", "JobModifyIndex": 9, "Warnings": "1 warning:\n\n* be careful\n\n" });
    let script = Script::default().ok("GET /v1/nodes", &json!([node()])).ok("PUT /v1/jobs", &answer);
    let server = Server::tcp(script);
    let bench = Bench::new(
        "job \"nightly\" {\n  type = \"batch\"\n  periodic {\n    crons = [\"0 3 * * *\"]\n  }\n  group \"g\" {\n    task \"t\" {\n      driver = \"exec\"\n      config {\n        command = \"/bin/true\"\n      }\n    }\n  }\n}\n",
    );
    insta::assert_snapshot!(bench.submit(&server, &[]).shown(&server));
}
