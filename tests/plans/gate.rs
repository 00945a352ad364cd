//! The gate for bidirectional mounts: host volume × policy × request × mount, with the exact findings.

use std::fmt::Write;

use crate::harness::plan_as;

struct Case {
    host_read_only: bool,
    policy: Option<&'static str>,
    request_read_only: bool,
    mount_read_only: bool,
    mode: &'static str,
}

const fn case(
    host_read_only: bool,
    policy: Option<&'static str>,
    request_read_only: bool,
    mount_read_only: bool,
    mode: &'static str,
) -> Case {
    Case { host_read_only, policy, request_read_only, mount_read_only, mode }
}

const CASES: [Case; 16] = [
    case(false, None, false, false, "bidirectional"),
    case(false, Some("write"), false, false, "bidirectional"),
    case(true, None, false, false, "bidirectional"),
    case(false, Some("read"), false, false, "bidirectional"),
    case(false, Some("deny"), false, false, "bidirectional"),
    case(false, Some("-"), false, false, "bidirectional"),
    case(false, None, true, false, "bidirectional"),
    case(false, None, false, true, "bidirectional"),
    case(true, Some("read"), true, true, "bidirectional"),
    case(true, Some("write"), false, false, "bidirectional"),
    case(true, None, false, false, "host-to-task"),
    case(false, Some("read"), false, false, "host-to-task"),
    case(false, Some("read"), false, true, "host-to-task"),
    case(false, Some("deny"), false, true, "private"),
    case(true, None, true, false, "private"),
    case(false, Some("read"), false, false, "private"),
];

fn host(case: &Case) -> String {
    let policy = match case.policy {
        None => String::new(),
        // About somebody else.
        Some("-") => {
            "policy \"p\" {\n  users = [\"eve\"]\n  host_volume \"srv\" {\n    policy = \"write\"\n  }\n}\n".into()
        }
        Some(policy) => format!(
            "policy \"p\" {{\n  users = [\"ada\"]\n  host_volume \"*\" {{\n    policy = \"deny\"\n  }}\n  host_volume \"s*\" {{\n    policy = \"{policy}\"\n  }}\n}}\n"
        ),
    };
    format!(
        "client {{\n  host_volume \"srv\" {{\n    path = \"/srv\"\n    read_only = {}\n  }}\n}}\n{policy}facts {{\n  paths = {{ \"/srv\" = {{ kind = \"directory\" }} }}\n}}\n",
        case.host_read_only
    )
}

fn job(case: &Case) -> String {
    format!(
        r#"job "web" {{
  type = "batch"
  group "api" {{
    volume "data" {{
      type      = "host"
      source    = "srv"
      read_only = {}
    }}
    task "server" {{
      driver = "exec"
      user   = "root"
      config {{
        command = "/bin/true"
      }}
      volume_mount {{
        volume           = "data"
        destination      = "/data"
        read_only        = {}
        propagation_mode = "{}"
      }}
    }}
  }}
}}
"#,
        case.request_read_only, case.mount_read_only, case.mode
    )
}

#[test]
fn sixteen_combinations() {
    let mut text = String::new();
    for case in &CASES {
        let outcome = plan_as("web.hcl", &job(case), &host(case), Some("ada")).about("volume");
        let word = |read_only: bool| if read_only { "read-only" } else { "writable" };
        let _ = writeln!(
            text,
            "## {}: host {}, policy {}, request {}, mount {}",
            case.mode,
            word(case.host_read_only),
            case.policy.map_or("none", |policy| if policy == "-" { "of another" } else { policy }),
            word(case.request_read_only),
            word(case.mount_read_only)
        );
        let task = outcome.plan.as_ref().map(|plan| plan.groups[0].tasks[0].isolation.clone().unwrap());
        let mount = task.and_then(|isolation| isolation.mounts.into_iter().find(|mount| mount.volume.is_some()));
        let verdict = mount.map_or("refused".to_owned(), |mount| {
            format!("{}, {}", word(mount.flags.read_only), serde_json::to_string(&mount.propagation).unwrap())
        });
        let _ = writeln!(text, "→ {verdict}\n{}", outcome.findings_text());
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("gate", text);
    });
}

/// The gate of the job file alone stands in the validator: the resolver never sees those.
#[test]
fn bidirectional_is_never_planned_read_only() {
    for case in &CASES {
        let outcome = plan_as("web.hcl", &job(case), &host(case), Some("ada"));
        let writable = !case.host_read_only && !case.request_read_only && !case.mount_read_only;
        let allowed = matches!(case.policy, None | Some("write"));
        if case.mode == "bidirectional" {
            assert_eq!(outcome.plan.is_some(), writable && allowed);
        }
    }
}
