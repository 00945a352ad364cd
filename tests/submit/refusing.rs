//! What a cluster refuses, and clusters that are none.

use serde_json::json;

use super::bench::{Bench, JOB, Said, refusal};
use super::server::{Answer, Script, Server};

fn said(status: u16, body: &str) -> (Said, Server) {
    let server = Server::tcp(refusal(status, body));
    let said = Bench::new(JOB).submit(&server, &[]);
    assert_eq!(said.code, Some(1), "{said:?}");
    (said, server)
}

#[test]
fn a_refusal_is_shown_on_the_text_it_is_about() {
    let body = "1 error occurred:\n\t* Task group api validation failed: 2 errors occurred:\n\t* Task server validation failed: 2 errors occurred:\n\t* Volume Mount (0) references an undefined volume\n\t* MemoryMB value (4096) too much\n\n\n\t* Group volume data is not what it should be\n\n\n";
    let (said, server) = said(500, body);
    insta::assert_snapshot!(said.shown(&server));
}

#[test]
fn what_names_the_job_only_is_said_in_words() {
    let (said, _) = said(500, "rpc error: something is\u{7} odd");
    assert!(said.err.contains("error: Nomad answers 500: rpc error: something is? odd"), "{said:?}");
}

#[test]
fn somebody_else_was_quicker() {
    let (said, _) = said(409, "Enforcing job modify index 52: job exists with conflicting job modify index: 60");
    assert!(
        said.err.contains("not registered: expected modify index 52: job exists with conflicting job modify index: 60"),
        "{said:?}"
    );
    assert!(said.err.contains("submit --plan"), "{said:?}");
}

#[test]
fn who_may_not_is_told_what_is_needed() {
    let (said, _) = said(403, "Permission denied");
    assert!(said.err.contains("Nomad answers 403: Permission denied"), "{said:?}");
    assert!(said.err.contains("submit-job"), "{said:?}");
}

#[test]
fn a_namespace_that_is_not_there_stands_on_the_text() {
    let job = JOB.replacen('{', "{\n  namespace = \"prod\"", 1);
    let body = "job \"web\" is in nonexistent namespace \"prod\"";
    let server = Server::tcp(refusal(500, body));
    let said = Bench::new(&job).submit(&server, &[]);
    assert!(said.err.contains("2 │   namespace = \"prod\""), "{said:?}");
    let (said, _) = self::said(500, body);
    assert!(said.err.contains("nomad namespace list"), "{said:?}");
}

#[test]
fn what_is_no_nomad_is_said() {
    let server = Server::tcp(Script::default().on("GET /v1/nodes", Answer::Says(200, "<html>".into())));
    let said = Bench::new(JOB).submit(&server, &[]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("is no Nomad: expected value at line 1 column 1 (of /v1/nodes)"), "{said:?}");
    let server = Server::tcp(Script::default().on("GET /v1/nodes", Answer::Half));
    let said = Bench::new(JOB).submit(&server, &[]);
    assert!(said.err.contains("cannot reach Nomad"), "{said:?}");
}

#[test]
fn silence_ends() {
    let server = Server::tcp(Script::default().on("GET /v1/nodes", Answer::Nothing));
    let said = Bench::new(JOB).submit(&server, &["--timeout", "100ms"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("is silent for") && said.err.contains("`--timeout` gives it longer"), "{said:?}");
}

#[test]
fn a_token_follows_no_redirect() {
    let other = Server::tcp(Script::default());
    let server =
        Server::tcp(Script::default().on("GET /v1/nodes", Answer::Sends(format!("{}/v1/nodes", other.address))));
    let bench = Bench::new(JOB);
    let mut command = bench.command(&server.address, &["web.hcl", "-v"]);
    let said = Said::of(&command.env("NOMAD_TOKEN", "secret").output().unwrap());
    assert_eq!(said.code, Some(1));
    assert!(other.lines().is_empty());
    assert!(!said.err.contains("secret"), "{said:?}");
}

#[test]
fn nobody_there_and_no_address() {
    let bench = Bench::new(JOB);
    let run = |address: &str, more: &[&str]| {
        let said = Said::of(&bench.command(address, &["web.hcl"]).args(more).output().unwrap());
        assert_eq!(said.code, Some(1), "{said:?}");
        said.err
    };
    assert!(run("http://127.0.0.1:1", &[]).contains("cannot reach Nomad at http://127.0.0.1:1: nobody listens there"));
    assert!(
        run("http://no-such-host.invalid:4646", &[]).contains("cannot reach Nomad at http://no-such-host.invalid:4646")
    );
    assert!(run("10.0.0.1:4646", &[]).contains("write http://HOST:4646"));
    let user = run("http://me:hunter2@host:4646", &[]);
    assert!(user.contains("NOMAD_HTTP_AUTH") && !user.contains("hunter2"), "{user}");
    let token = run("http://127.0.0.1:1", &["--token", "6b1f-in-argv"]);
    assert!(token.contains("seen by every process") && !token.contains("6b1f"), "{token}");
    assert!(run("http://127.0.0.1:1", &["--token", "@nowhere"]).contains("cannot read the token from nowhere"));
    assert!(run("http://127.0.0.1:1", &["--sensitive", "x"]).contains("a cluster keeps the job whole"));
}

#[test]
fn an_empty_body_is_still_an_answer() {
    let script = Script::default().ok("GET /v1/nodes", &json!([])).on("PUT /v1/jobs", Answer::Says(502, String::new()));
    let said = Bench::new(JOB).submit(&Server::tcp(script), &[]);
    assert!(said.err.contains("error: Nomad answers 502\n"), "{said:?}");
}
