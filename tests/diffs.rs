//! `jobctl plan --against`: a saved plan and a changed job, the whole output compared, and the exit code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

const HOST: &str = r#"
client {
  host_volume "data" {
    path = "/srv/data"
  }
  host_volume "other" {
    path = "/srv/other"
  }
}
facts {
  paths = {
    "/srv/data"  = { kind = "directory" }
    "/srv/other" = { kind = "directory" }
    "/dev/fuse"  = { kind = "device", block = false, major = 10, minor = 229, mode = 438 }
  }
}
"#;

const JOB: &str = r#"job "web" {
  type = "service"
  meta {
    team = "a"
  }
  group "api" {
    count = 2
    volume "data" {
      type   = "host"
      source = "data"
    }
    restart {
      attempts = 3
    }
    task "server" {
      driver = "exec"
      user   = "nobody"
      config {
        command = "/bin/server"
        args    = ["-port", "80"]
        script  = "no"
      }
      env {
        PORT        = "80"
        DB_PASSWORD = "hunter2"
      }
      volume_mount {
        volume      = "data"
        destination = "/data"
      }
      resources {
        cpu    = 100
        memory = 256
      }
      logs {
        max_files = 3
      }
      kill_timeout = "5s"
    }
    task "helper" {
      driver = "exec"
      config {
        command = "/bin/helper"
      }
    }
  }
  group "db" {
    task "db" {
      driver = "raw_exec"
      config {
        command = "/bin/db"
      }
    }
  }
}
"#;

/// What is changed, and how: each text by the other.
const PAIRS: &[(&str, &[(&str, &str)])] = &[
    ("nothing", &[]),
    (
        "only the order",
        &[
            ("    count = 2\n", ""),
            ("    restart {\n      attempts = 3\n    }\n", "    restart {\n      attempts = 3\n    }\n    count = 2\n"),
        ],
    ),
    ("count up", &[("count = 2", "count = 3")]),
    ("count down", &[("count = 2", "count = 1")]),
    ("memory", &[("memory = 256", "memory = 512")]),
    ("cpu and memory_max", &[("cpu    = 100", "cpu = 200\n        memory_max = 1024")]),
    ("restart", &[("attempts = 3", "attempts = 5\n      mode = \"delay\"")]),
    ("logs", &[("max_files = 3", "max_files = 5")]),
    ("logs off", &[("max_files = 3", "max_files = 3\n        disabled = true")]),
    (
        "kill_timeout and kill_signal",
        &[("kill_timeout = \"5s\"", "kill_timeout = \"9s\"\n      kill_signal = \"SIGTERM\"")],
    ),
    ("meta", &[("team = \"a\"", "team = \"b\"")]),
    ("group meta", &[("count = 2", "count = 2\n    meta {\n      rack = \"r1\"\n    }")]),
    ("shutdown_delay", &[("count = 2", "count = 2\n    shutdown_delay = \"3s\"")]),
    (
        "max_run_duration and type",
        &[("type = \"service\"", "type = \"batch\""), ("count = 2", "count = 2\n    max_run_duration = \"1h\"")],
    ),
    ("a free port", &[("count = 2", "count = 2\n    network {\n      port \"http\" {\n      }\n    }")]),
    (
        "a port with a number",
        &[("count = 2", "count = 1\n    network {\n      port \"http\" {\n        static = 8080\n      }\n    }")],
    ),
    ("args", &[("\"-port\", \"80\"", "\"-port\", \"81\"")]),
    ("more args", &[("\"-port\", \"80\"", "\"-v\", \"-port\", \"80\"")]),
    ("command", &[("/bin/server", "/bin/server2")]),
    ("a script", &[("args    = [\"-port\", \"80\"]", "args = [\"-c\", \"one\\ntwo\\nthree\"]")]),
    ("env", &[("PORT        = \"80\"", "PORT = \"81\"\n        NEW = \"x\"")]),
    ("a secret in env", &[("hunter2", "correct horse")]),
    ("user", &[("user   = \"nobody\"", "user = \"root\"")]),
    (
        "a capability",
        &[("command = \"/bin/server\"", "command = \"/bin/server\"\n        cap_add = [\"net_bind_service\"]")],
    ),
    (
        "namespaces",
        &[(
            "command = \"/bin/server\"",
            "command = \"/bin/server\"\n        pid_mode = \"host\"\n        hostname = \"srv\"",
        )],
    ),
    (
        "a ulimit",
        &[(
            "command = \"/bin/server\"",
            "command = \"/bin/server\"\n        ulimit {\n          nofile = \"1024:2048\"\n        }",
        )],
    ),
    (
        "a device",
        &[(
            "command = \"/bin/server\"",
            "command = \"/bin/server\"\n        devices = [{ host_path = \"/dev/fuse\" }]",
        )],
    ),
    (
        "pids_limit and oom_score_adj",
        &[(
            "command = \"/bin/server\"",
            "command = \"/bin/server\"\n        pids_limit = 64\n        oom_score_adj = 100",
        )],
    ),
    ("another host volume", &[("source = \"data\"", "source = \"other\"")]),
    ("another destination", &[("destination = \"/data\"", "destination = \"/srv\"")]),
    ("a read-only mount", &[("destination = \"/data\"", "destination = \"/data\"\n        read_only = true")]),
    (
        "propagation",
        &[("destination = \"/data\"", "destination = \"/data\"\n        propagation_mode = \"host-to-task\"")],
    ),
    (
        "a volume goes",
        &[("      volume_mount {\n        volume      = \"data\"\n        destination = \"/data\"\n      }\n", "")],
    ),
    (
        "a task comes",
        &[(
            "    task \"helper\" {",
            "    task \"new\" {\n      driver = \"exec\"\n      lifecycle {\n        hook = \"prestart\"\n      }\n      config {\n        command = \"/bin/new\"\n        args = [\"a b\", \"\"]\n      }\n    }\n    task \"helper\" {",
        )],
    ),
    (
        "a task goes",
        &[(
            "    task \"helper\" {\n      driver = \"exec\"\n      config {\n        command = \"/bin/helper\"\n      }\n    }\n",
            "",
        )],
    ),
    (
        "a group comes",
        &[(
            "  group \"db\" {",
            "  group \"cache\" {\n    task \"cache\" {\n      driver = \"exec\"\n      config {\n        command = \"/bin/cache\"\n      }\n    }\n  }\n  group \"db\" {",
        )],
    ),
    (
        "a group goes",
        &[(
            "  group \"db\" {\n    task \"db\" {\n      driver = \"raw_exec\"\n      config {\n        command = \"/bin/db\"\n      }\n    }\n  }\n",
            "",
        )],
    ),
    ("another driver", &[("driver = \"raw_exec\"", "driver = \"exec\"")]),
    (
        "a leader, a lifecycle",
        &[
            (
                "command = \"/bin/helper\"\n      }",
                "command = \"/bin/helper\"\n      }\n      lifecycle {\n        hook = \"poststop\"\n      }",
            ),
            ("kill_timeout = \"5s\"", "kill_timeout = \"5s\"\n      leader = true"),
        ],
    ),
];

fn jobctl(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jobctl"))
        .current_dir(directory)
        .env_clear()
        .args(["--state-dir", "/nonexistent/state", "plan", "--host", "host.hcl"])
        .args(arguments)
        .output()
        .unwrap()
}

fn changed(replacements: &[(&str, &str)]) -> String {
    let mut job = base();
    for (from, to) in replacements {
        assert!(job.contains(from), "{from}");
        job = job.replacen(from, to, 1);
    }
    job
}

/// Without the key that no driver knows.
fn base() -> String {
    JOB.replace("        script  = \"no\"\n", "")
}

#[test]
fn pairs_of_plans() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    std::fs::write(at.join("host.hcl"), HOST).unwrap();
    std::fs::write(at.join("before.hcl"), base()).unwrap();
    let saved = jobctl(at, &["before.hcl", "--out", "before.json"]);
    assert_eq!(saved.status.code(), Some(1), "{}", String::from_utf8_lossy(&saved.stderr));
    let mut text = String::new();
    for (what, replacements) in PAIRS {
        std::fs::write(at.join("after.hcl"), changed(replacements)).unwrap();
        let shown = jobctl(at, &["after.hcl", "--against", "before.json"]);
        let (out, code) = (String::from_utf8(shown.stdout).unwrap(), shown.status.code().unwrap());
        assert!(matches!(code, 0 | 1), "{what}: {code}: {}", String::from_utf8_lossy(&shown.stderr));
        assert_eq!(code == 0, out.starts_with("Nothing to do"), "{what}");
        let _ = writeln!(text, "## {what}: exit {code}\n{out}");
    }
    assert!(!text.contains("hunter2") && !text.contains("correct horse"), "secrets are masked");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, filters => vec![
        (r"sha256-[0-9a-f]{64}", "sha256-…"),
        (r"plan [0-9a-f]{8}\b", "plan …"),
    ] }, {
        insta::assert_snapshot!("diffs", text);
    });
}

#[test]
fn json_has_the_same_answer() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    std::fs::write(at.join("host.hcl"), HOST).unwrap();
    std::fs::write(at.join("before.hcl"), base()).unwrap();
    assert_eq!(jobctl(at, &["before.hcl", "--out", "before.json"]).status.code(), Some(1));
    std::fs::write(at.join("after.hcl"), changed(&[("memory = 256", "memory = 512")])).unwrap();
    let shown = jobctl(at, &["after.hcl", "--against", "before.json", "--json"]);
    assert_eq!(shown.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(report["changed"], true);
    assert_eq!(report["diff"]["counts"]["update"], 2);
    let task = &report["diff"]["changes"][2];
    assert_eq!(task["address"], "job.web.group.api.task.server");
    assert_eq!(task["action"], "update");
    assert_eq!(task["fields"][1]["path"], "resources.memory_limit");
    assert_eq!(task["fields"][1]["after"], 512 << 20);
}

#[test]
fn a_saved_plan_that_was_changed_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    std::fs::write(at.join("host.hcl"), HOST).unwrap();
    std::fs::write(at.join("before.hcl"), base()).unwrap();
    assert_eq!(jobctl(at, &["before.hcl", "--out", "before.json"]).status.code(), Some(1));
    let saved = std::fs::read_to_string(at.join("before.json")).unwrap();
    std::fs::write(at.join("before.json"), saved.replace("\"/bin/helper\"", "\"/bin/evil\"")).unwrap();
    let shown = jobctl(at, &["before.hcl", "--against", "before.json"]);
    assert_eq!(shown.status.code(), Some(255));
    let stderr = String::from_utf8(shown.stderr).unwrap();
    assert!(stderr.contains("is not a saved plan") && stderr.contains("was changed after it was stored"), "{stderr}");
}
