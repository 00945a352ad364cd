//! The host's configuration: what is read, and what is said about what is wrong in it.

use std::fmt::Write;

use jobctl::diagnostic::{Sink, Sources};
use jobctl::host::Configuration;

use crate::harness::Outcome;

fn read(name: &str, text: &str) -> (Configuration, String) {
    let mut sources = Sources::new();
    let file = sources.add(name, text);
    let mut sink = Sink::new();
    let configuration = Configuration::read(&sources, file, &mut sink);
    (configuration, Outcome { plan: None, findings: sink.into_sorted(), sources }.findings_text())
}

/// An agent's file as Nomad reads it: HCL1, with what only an agent needs.
const AGENT: &str = r#"
"datacenter" = "home"
data_dir  = "/opt/nomad/data"
bind_addr = "0.0.0.0"

server { enabled = true, bootstrap_expect = 1 }

client {
  enabled = true
  servers = ["127.0.0.1"]
  meta { rack = "r1", "size" = "big" }
  host_volume "data" { path = "/srv//data/", read_only = false }
  host_volume "certs" {
    path      = "/etc/ssl/certs"
    read_only = true
  }
  chroot_env {
    "/usr" = "/usr"
    "/opt/tools" = "/tools"
  }
}

plugin "docker" {
  config {
    allow_privileged = true
  }
}

plugin "raw_exec" {
  config { enabled = false }
}

telemetry {
  collection_interval = "1s"
}
"#;

#[test]
fn an_agents_file_can_be_used_as_it_is() {
    let (configuration, said) = read("nomad.hcl", AGENT);
    let settings = &configuration.settings;
    let volumes: Vec<_> = settings
        .host_volumes
        .iter()
        .map(|(name, volume)| (name.as_str(), volume.path.as_str(), volume.read_only))
        .collect();
    assert_eq!(volumes, [("certs", "/etc/ssl/certs", true), ("data", "/srv/data", false)]);
    assert_eq!(settings.node.datacenter, "home");
    assert_eq!(settings.node.meta.get("size").map(String::as_str), Some("big"));
    let seen: Vec<_> = settings.chroot_env.iter().map(|(to, from)| (to.as_str(), from.as_str())).collect();
    assert_eq!(seen, [("/tools", "/opt/tools"), ("/usr", "/usr")]);
    assert!(!settings.raw_exec.enabled);
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("host_agent_file", said);
    });
}

#[test]
fn what_is_wrong_is_said() {
    let cases = [
        ("a misspelt block", "clinet {\n}\n"),
        ("a misspelt key", "client {\n  host_volume \"data\" {\n    path = \"/srv\"\n    readonly = true\n  }\n}\n"),
        ("a volume without a path", "client {\n  host_volume \"data\" {\n  }\n}\n"),
        ("a relative path", "client {\n  host_volume \"data\" {\n    path = \"srv\"\n  }\n}\n"),
        (
            "a volume twice",
            "client {\n  host_volume \"data\" {\n    path = \"/a\"\n  }\n  host_volume \"data\" {\n    path = \"/b\"\n  }\n}\n",
        ),
        ("a wrong type", "keep = \"many\"\n"),
        ("a misspelt key of exec", "plugin \"exec\" {\n  config {\n    allow_cap = [\"chown\"]\n  }\n}\n"),
        ("an unknown capability", "plugin \"exec\" {\n  config {\n    allow_caps = [\"chwon\", \"all\"]\n  }\n}\n"),
        ("a bad range of ids", "plugin \"exec\" {\n  config {\n    denied_host_uids = \"5-1,x\"\n  }\n}\n"),
        ("an unknown mode", "plugin \"exec\" {\n  config {\n    default_pid_mode = \"shared\"\n  }\n}\n"),
        ("a plugin twice", "plugin \"exec\" {\n}\nplugin \"exec\" {\n}\n"),
        ("an unknown plugin", "plugin \"exce\" {\n}\n"),
        ("a bad ulimit", "ulimit {\n  nofile = \"lots\"\n  nofiles = \"1\"\n}\n"),
        (
            "a policy about nobody that gives nothing",
            "policy \"p\" {\n  host_volume \"x\" {\n  }\n  host_volume \"y\" {\n    policy = \"all\"\n    capabilities = [\"mount\"]\n  }\n}\n",
        ),
        ("an unknown fact", "facts {\n  kernel {\n    hostnam = \"x\"\n  }\n}\n"),
        ("a fact of another kind", "facts {\n  cpus = \"many\"\n}\n"),
        ("a fact of the wrong shape", "facts {\n  cpus = [1]\n}\n"),
        ("no HCL at all", "client {\n"),
    ];
    let mut text = String::new();
    for (what, file) in cases {
        let (_, said) = read("host.hcl", file);
        let _ = writeln!(text, "## {what}\n{said}");
        assert!(!said.is_empty(), "{what}");
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("host_file_findings", text);
    });
}

#[test]
fn a_described_machine_is_an_ordinary_one_but_for_what_is_said() {
    let (configuration, said) = read(
        "host.hcl",
        "facts {\n  cpus = 8\n  users = { ada = { name = \"ada\", uid = 1000, gid = 1000 }, root = null }\n  kernel {\n    root = false\n  }\n}\n",
    );
    assert_eq!(said, "");
    let (found, ordinary) = (configuration.fixture.unwrap(), jobctl::host::Facts::default());
    assert_eq!((found.cpus, found.kernel.root), (8, false));
    assert_eq!(found.users.keys().collect::<Vec<_>>(), ["ada", "nobody"]);
    assert_eq!((found.memory, &found.paths), (ordinary.memory, &ordinary.paths));
}

#[test]
fn the_facts_that_doctor_prints_describe_the_machine() {
    let facts = jobctl::host::probe(&jobctl::host::Needs::default(), &jobctl::linux::accounts::Accounts::read());
    let text = serde_json::json!({ "facts": facts }).to_string();
    let (configuration, said) = read("host.json", &text);
    assert_eq!(said, "");
    let mut read = configuration.fixture.unwrap();
    // What an ordinary machine has by name stays unless it is taken away.
    for (path, _) in jobctl::host::Facts::default().paths {
        if !facts.paths.contains_key(&path) {
            read.paths.remove(&path);
        }
    }
    read.users.retain(|name, _| facts.users.contains_key(name));
    read.groups.retain(|name, _| facts.groups.contains_key(name));
    assert_eq!(read, facts);
}
