//! A job file, the binary in a clean environment, and what a cluster says in a usual case.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::server::{Answer, Script, Server};

pub(crate) const JOB: &str = r#"job "web" {
  datacenters = ["dc1", "dc2"]
  group "api" {
    count = 3
    constraint {
      attribute = "${attr.kernel.name}"
      value     = "linux"
    }
    volume "data" {
      type   = "host"
      source = "web-data"
    }
    task "server" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        memory = 4096
      }
      volume_mount {
        volume      = "data"
        destination = "/data"
      }
    }
  }
}
"#;

pub(crate) const EVALUATION: &str = "5744eb15-1111-2222-3333-444455556666";
pub(crate) const DEPLOYMENT: &str = "8a1bc2d3-1111-2222-3333-444455556666";

pub(crate) struct Bench {
    directory: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new(job: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("web.hcl"), job).unwrap();
        Self { directory }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn command(&self, address: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jobctl"));
        command.current_dir(self.directory.path()).env_clear().env("NOMAD_ADDR", address);
        command.arg("submit").args(arguments);
        command
    }

    /// Submits `web.hcl`.
    pub(crate) fn submit(&self, server: &Server, arguments: &[&str]) -> Said {
        Said::of(&self.command(&server.address, &["web.hcl"]).args(arguments).output().unwrap())
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Everything, for a snapshot; the server's port is another one each time.
    pub(crate) fn shown(&self, server: &Server) -> String {
        let port = server.address.rsplit(':').next().unwrap();
        let Self { code, out, err } = self;
        let text = format!("{err}--- stdout\n{out}--- exit {}\n", code.unwrap_or(-1));
        text.replace(port, "PORT")
    }
}

pub(crate) fn node() -> Value {
    json!({
        "ID": "n1", "Name": "client-1", "Datacenter": "dc1", "NodePool": "default", "Status": "ready", "SchedulingEligibility": "eligible",
        "Drivers": { "exec": { "Detected": true, "Healthy": true }, "raw_exec": { "Detected": false, "Healthy": false } },
        "HostVolumes": { "web-data": { "Path": "/srv/web", "ReadOnly": false } },
    })
}

pub(crate) fn registered() -> Value {
    json!({ "EvalID": EVALUATION, "EvalCreateIndex": 10, "JobModifyIndex": 9, "Warnings": "", "Index": 10 })
}

/// A cluster whose nodes are well and that takes the job.
pub(crate) fn cluster() -> Script {
    Script::default()
        .ok("GET /v1/nodes", &json!([node()]))
        .ok("GET /v1/node/n1", &node())
        .ok("PUT /v1/jobs", &registered())
}

pub(crate) fn evaluation_line() -> String {
    format!("GET /v1/evaluation/{EVALUATION}")
}

pub(crate) fn allocations_line() -> String {
    format!("GET /v1/evaluation/{EVALUATION}/allocations")
}

pub(crate) fn deployment_line() -> String {
    format!("GET /v1/deployment/{DEPLOYMENT}")
}

pub(crate) fn evaluation(status: &str, more: &Value) -> Value {
    let mut evaluation = json!({ "ID": EVALUATION, "JobID": "web", "Status": status, "FailedTGAllocs": null });
    evaluation.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    evaluation
}

pub(crate) fn allocation(status: &str, tasks: &Value) -> Value {
    json!({
        "ID": "3f2a1b0c-aaaa-bbbb-cccc-ddddeeeeffff", "JobID": "web", "TaskGroup": "api", "NodeName": "client-1", "DesiredStatus": "run",
        "ClientStatus": status, "TaskStates": tasks,
    })
}

pub(crate) fn deployment(status: &str, description: &str, healthy: u64, unhealthy: u64, auto_revert: bool) -> Value {
    json!({
        "ID": DEPLOYMENT, "JobID": "web", "Status": status, "StatusDescription": description,
        "TaskGroups": { "api": {
            "AutoRevert": auto_revert, "Promoted": false, "DesiredCanaries": 0, "DesiredTotal": 3, "PlacedAllocs": 3,
            "HealthyAllocs": healthy, "UnhealthyAllocs": unhealthy,
        } },
    })
}

/// A refusal.
pub(crate) fn refusal(status: u16, body: &str) -> Script {
    cluster_without("PUT /v1/jobs").on("PUT /v1/jobs", Answer::Says(status, body.to_owned()))
}

fn cluster_without(line: &str) -> Script {
    assert_eq!(line, "PUT /v1/jobs");
    Script::default().ok("GET /v1/nodes", &json!([node()])).ok("GET /v1/node/n1", &node())
}

pub(crate) fn examples() -> Vec<PathBuf> {
    let jobs = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs")).unwrap();
    let mut found: Vec<PathBuf> = jobs.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.file_stem().unwrap() != "host" && path.extension().is_some_and(|ext| ext == "hcl"));
    found.sort();
    assert!(found.len() >= 10, "{found:?}");
    found
}
