//! OCI bundles of example jobs on described machines: the whole configuration of one task each.

use std::collections::BTreeMap;
use std::path::Path;

use jobctl::linux::id_map::Range;
use jobctl::oci::{self, Bundle};
use jobctl::plan::Plan;
use jobctl::sandbox::Directories;
use jobctl::state::Launch;
use jobctl::supervisor::Start;

use crate::harness::{compact, host, plan, read};

/// One of everything that the examples do not have.
const EVERYTHING: &str = r#"
job "everything" {
  group "a/b" {
    network {
      dns {
        servers = ["192.0.2.1"]
      }
      port "http" {}
    }
    task "odd name" {
      driver = "exec"
      user   = "root"
      config {
        command           = "local/app"
        work_dir          = "/local"
        args              = ["${NOMAD_ALLOC_ID}", "${NOMAD_TASK_DIR}", "${NOMAD_PORT_http}", "${UNKNOWN}"]
        pid_mode          = "host"
        ipc_mode          = "host"
        network_namespace = "/run/netns/blue"
        hostname          = "blue-${NOMAD_ALLOC_INDEX}"
        etc               = "generated"
        cap_drop          = ["all"]
        cap_add           = ["chown"]
        apparmor_profile  = "jobctl-default"
        oom_score_adj     = -10
        no_new_privileges = true
      }
      kill_signal = "SIGQUIT"
      resources {
        cores = 1
      }
    }
  }
}
"#;

fn bundle(plan: &Plan, machine: &str, task: &str) -> Bundle {
    let host = host(machine);
    let mut sources = jobctl::diagnostic::Sources::new();
    let file = sources.add("host.hcl", host);
    let configuration = jobctl::host::Configuration::read(&sources, file, &mut jobctl::diagnostic::Sink::new());
    let facts = configuration.fixture.clone().unwrap();
    let group = plan.groups.iter().find(|group| group.tasks.iter().any(|found| found.name == task)).unwrap();
    let launch = Launch {
        version: Launch::VERSION,
        id: oci::derived_id(&jobctl::plan::Digest::of(b"the same for ever"), &group.name, 0),
        namespace: plan.job.namespace.clone(),
        job: plan.job.id.clone(),
        group: group.name.clone(),
        index: 0,
        digest: plan.store().digest,
        detached: true,
        command: None,
        cgroup_parent: configuration.settings.cgroup_parent.clone(),
        ports: group.ports.iter().map(|(label, port)| (label.clone(), port.at(20_000))).collect(),
        created: jiff::Timestamp::UNIX_EPOCH,
    };
    let nowhere = Path::new("").to_owned();
    let directories = Directories { allocation: nowhere.clone(), task: nowhere.clone(), logs: nowhere };
    let start = Start {
        launch: &launch,
        job: &plan.job,
        directories: &directories,
        sensitive: &BTreeMap::new(),
        hostname: &facts.kernel.hostname,
    };
    let known = oci::Host {
        controllers: &facts.kernel.cgroups.controllers,
        is_file: &|path| matches!(facts.follow(path), Some(jobctl::host::PathFact::File)),
        id_maps: &|uid, gid| {
            let own = |inside: u32| Range { inside, outside: 1000, count: 1 };
            let rest = Range { inside: 0, outside: 100_000, count: 1000 };
            [vec![own(uid), rest], vec![own(gid), rest]]
        },
    };
    let task = group.tasks.iter().find(|found| found.name == task).unwrap();
    oci::bundle(&start.complete(task), &launch, &known).unwrap()
}

#[test]
fn bundles_of_examples_on_every_machine() {
    for (name, task, machine) in [
        ("hello", "hello", "root-v2-apparmor"),
        ("capabilities", "weak-root", "root-v1"),
        ("capabilities", "port-80", "user"),
        ("limits", "show", "root-v1"),
        ("propagation", "both-ways", "root-v2-apparmor"),
        ("propagation", "inwards", "root-v1"),
    ] {
        let planned = plan(&format!("{name}.hcl"), &read(&format!("jobs/{name}.hcl")), &host(machine));
        snapshot(&format!("bundle__{name}__{task}__{machine}"), planned.expect_plan(), machine, task);
    }
    let planned = plan("everything.hcl", EVERYTHING, &host("root-v2-apparmor"));
    snapshot("bundle__everything", planned.expect_plan(), "root-v2-apparmor", "odd name");
}

fn snapshot(name: &str, plan: &Plan, machine: &str, task: &str) {
    let config = serde_json::to_value(&bundle(plan, machine, task).config).unwrap();
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, compact(&config));
    });
}
