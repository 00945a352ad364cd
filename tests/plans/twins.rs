//! What must not matter to a plan's digest, and what must.

use crate::harness::{examples, host, plan, read};

fn digest(name: &str, job: &str, host: &str) -> String {
    plan(name, job, host).expect_plan().store().digest.to_string()
}

#[test]
fn a_toml_twin_has_the_same_plan() {
    let host = host("root-v2-apparmor");
    let names = examples("hcl");
    assert_eq!(names, examples("toml"), "every example has its twin");
    for name in names {
        let [hcl, toml] = ["hcl", "toml"].map(|extension| format!("{name}.{extension}"));
        assert_eq!(
            digest(&hcl, &read(&format!("jobs/{hcl}")), &host),
            digest(&toml, &read(&format!("jobs/{toml}")), &host),
            "{name}"
        );
    }
}

#[test]
fn the_hosts_twin_says_the_same() {
    let toml = jobctl::diagnostic::Sources::new();
    let read_host = |name: &str| {
        let mut sources = jobctl::diagnostic::Sources::new();
        let mut sink = jobctl::diagnostic::Sink::new();
        let file = sources.add(name, read(&format!("jobs/{name}")));
        let configuration = jobctl::host::Configuration::read(&sources, file, &mut sink);
        assert_eq!(sink.findings(), []);
        let settings = configuration.settings;
        let volumes: Vec<_> =
            settings.host_volumes.into_iter().map(|(name, volume)| (name, volume.path, volume.read_only)).collect();
        (volumes, settings.exec.allow_caps, settings.node, settings.chroot_env)
    };
    drop(toml);
    assert_eq!(read_host("host.hcl"), read_host("host.toml"));
}

const JOB: &str = r#"
job "web" {
  type = "batch"
  meta {
    a = "1"
    b = "2"
  }
  group "api" {
    volume "data" {
      type   = "host"
      source = "scratch"
    }
    task "server" {
      driver = "exec"
      config {
        command = "/bin/server"
        args    = ["-v"]
      }
      env {
        A = "1"
        B = "2"
      }
      volume_mount {
        volume      = "data"
        destination = "/data"
      }
    }
  }
}
"#;

#[test]
fn comments_order_spacing_and_the_files_name_do_not_matter() {
    let host = host("root-v2-apparmor");
    let expected = digest("web.hcl", JOB, &host);
    let turned = r#"
# a comment
job "web" {
  group "api" {
    task "server" {
      volume_mount {
        destination = "/data" // here
        volume = "data"
      }
      env = { B = 2, "A" = "1" }
      config { 
        args = [ "-v" ]
        command = "/bin/server"
      }
      driver = "exec"
    }
    /* the volume */
    volume "data" {
      source = "scratch"
      type = "host"
    }
  }
  meta = { b = "2", a = "1" }
  type = "batch"
}"#;
    assert_eq!(digest("other.nomad", turned, &host), expected);
    assert_eq!(
        digest("web.hcl", &JOB.replace("/data\"", "//data/./\""), &host),
        expected,
        "destinations are made normal"
    );
}

#[test]
fn what_a_job_means_matters() {
    let machine = host("root-v2-apparmor");
    let expected = digest("web.hcl", JOB, &machine);
    for (from, to) in [
        ("\"-v\"", "\"-vv\""),
        ("A = \"1\"", "A = \"2\""),
        ("job \"web\"", "job \"web2\""),
        ("task \"server\"", "task \"server2\""),
        ("destination = \"/data\"", "destination = \"/data2\""),
        ("source = \"scratch\"", "source = \"media\""),
    ] {
        assert_ne!(digest("web.hcl", &JOB.replacen(from, to, 1), &machine), expected, "{to}");
    }
    let other_path = machine.replace("path = \"/var/tmp\"", "path = \"/usr/share\"");
    assert_ne!(digest("web.hcl", JOB, &other_path), expected, "a host volume's path");
}
