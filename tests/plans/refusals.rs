//! What has no plan: each refusal with its code, its place and what to do.

use std::fmt::Write;

use crate::harness::plan;

const HOST: &str = r#"
client {
  host_volume "data" {
    path = "/srv/data"
  }
  host_volume "gone" {
    path = "/srv/gone"
  }
  host_volume "file" {
    path = "/srv/file"
  }
}
plugin "exec" {
  config {
    denied_host_uids = "1-99"
  }
}
facts {
  kernel {
    cgroups {
      controllers = ["cpu", "memory"]
      unusable    = { pids = "not delegated" }
    }
  }
  users = {
    daemon = { name = "daemon", uid = 1, gid = 1 }
  }
  paths = {
    "/srv/data" = { kind = "directory", propagation = "slave", mount_point = "/srv" }
    "/srv/file" = { kind = "file" }
    "/dev/fuse" = { kind = "device", block = false, major = 10, minor = 229, mode = 438 }
  }
}
"#;

/// A job around parts of its group and task; both begin on a line of their own.
fn job(group: &str, task: &str) -> String {
    format!(
        "job \"web\" {{\n  type = \"batch\"\n  group \"api\" {{\n{group}\n    task \"server\" {{\n{task}\n    }}\n  }}\n}}\n"
    )
}

const EXEC: &str = "      driver = \"exec\"\n      config {\n        command = \"/bin/true\"\n      }\n";
const DATA: &str = "    volume \"data\" {\n      type = \"host\"\n      source = \"data\"\n    }";

fn exec(task: &str) -> String {
    format!("{EXEC}{task}")
}

fn with_config(config: &str) -> String {
    format!("      driver = \"exec\"\n      config {{\n        command = \"/bin/true\"\n{config}\n      }}")
}

fn volume(source: &str) -> String {
    format!("    volume \"data\" {{\n      type = \"host\"\n      source = \"{source}\"\n    }}")
}

fn mount(destination: &str) -> String {
    exec(&format!(
        "      volume_mount {{\n        volume = \"data\"\n        destination = \"{destination}\"\n      }}"
    ))
}

#[test]
fn every_refusal_says_what_and_where_and_what_to_do() {
    let cases: Vec<(&str, String)> = vec![
        ("a driver of a cluster", job("", "      driver = \"docker\"\n      config {\n        image = \"x\"\n      }")),
        ("a port", job("    network {\n      port \"http\" {\n      }\n    }", EXEC)),
        (
            "a number twice on one host",
            job("    count = 2\n    network {\n      port \"http\" {\n        static = 80\n      }\n    }", EXEC),
        ),
        (
            "a host network",
            job("    network {\n      port \"http\" {\n        host_network = \"lan\"\n      }\n    }", EXEC),
        ),
        (
            "a port of a task",
            job(
                "",
                &exec(
                    "      resources {\n        network {\n          port \"http\" {\n          }\n        }\n      }",
                ),
            ),
        ),
        ("a bridge", job("    network {\n      mode = \"bridge\"\n    }", EXEC)),
        ("an unknown host volume", job(&volume("dta"), EXEC)),
        ("another unknown host volume", job(&volume("elsewhere"), EXEC)),
        ("a volume whose directory is gone", job(&volume("gone"), EXEC)),
        ("a volume that is a file", job(&volume("file"), EXEC)),
        ("a mount over /dev", job(DATA, &mount("/dev/shm"))),
        ("a mount over the logs", job(DATA, &mount("/alloc/logs/x"))),
        ("a mount over the task's directory", job(DATA, &mount("${NOMAD_TASK_DIR}"))),
        ("a mount beneath the task's directory", job(DATA, &mount("${NOMAD_TASK_DIR}/data"))),
        ("a mount where nothing can be mounted", job(DATA, &mount("/etc/myapp"))),
        ("a mount through a link where nothing can be mounted", job(DATA, &mount("/lib/myapp"))),
        ("a volume under raw_exec", job(DATA, &mount("/data").replace("\"exec\"", "\"raw_exec\""))),
        ("an unknown user", job("", &exec("      user = \"nobdy\""))),
        ("a denied user", job("", &exec("      user = \"daemon\""))),
        ("a number is a user", job("", &exec("      user = \"1234:100\""))),
        ("a capability that is not allowed", job("", &with_config("        cap_add = [\"net_admin\", \"chown\"]"))),
        ("too little CPU", job("", &exec("      resources {\n        cpu = 1\n      }"))),
        ("too many cores", job("", &exec("      resources {\n        cores = 64\n      }"))),
        ("more memory than there is", job("", &exec("      resources {\n        memory = 99999\n      }"))),
        ("a limit that cannot be enforced", job("", &with_config("        pids_limit = 10"))),
        ("an AppArmor profile without AppArmor", job("", &with_config("        apparmor_profile = \"x\""))),
        ("a device that is none", job("", &with_config("        devices = [{ host_path = \"/dev/fse\" }]"))),
        (
            "a device outside /dev",
            job("", &with_config("        devices = [{ host_path = \"/dev/fuse\", container_path = \"/x\" }]")),
        ),
        (
            "a constraint that is not met",
            job("    constraint {\n      attribute = \"${attr.cpu.arch}\"\n      value = \"arm64\"\n    }", EXEC),
        ),
        (
            "a constraint on what is not set",
            job("    constraint {\n      attribute = \"${meta.rack}\"\n      operator = \"is_set\"\n    }", EXEC),
        ),
        (
            "a constraint on a version",
            job(
                "    constraint {\n      attribute = \"${attr.kernel.version}\"\n      operator = \"version\"\n      value = \">= 7.0\"\n    }",
                EXEC,
            ),
        ),
        ("different hosts", job("    count = 2\n    constraint {\n      distinct_hosts = true\n    }", EXEC)),
    ];
    let mut text = String::new();
    for (what, job) in cases {
        let outcome = plan("web.hcl", &job, HOST);
        let verdict = if outcome.plan.is_some() { "planned" } else { "refused" };
        let _ = writeln!(text, "## {what}: {verdict}\n{}", outcome.findings_text());
        for finding in &outcome.findings {
            assert!(
                finding.help.is_some() || finding.severity == jobctl::diagnostic::Severity::Note,
                "{}",
                finding.code
            );
        }
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("plan_refusals", text);
    });
}
