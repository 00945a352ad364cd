//! Against a real agent: `JOBCTL_TEST_NOMAD_ADDR=http://127.0.0.1:4646 cargo test --test submit agent`, with NOMAD_TOKEN where it wants
//! one. A `nomad agent -dev` will do.

use super::bench::{Bench, Said};

const JOB: &str = r#"job "jobctl-submit-test" {
  type        = "batch"
  datacenters = ["*"]
  group "g" {
    task "t" {
      driver = "DRIVER"
      config {
        command = "/bin/true"
      }
    }
  }
}
"#;

#[test]
fn a_real_agent_takes_a_job_plans_it_and_refuses_an_old_index() {
    let Ok(address) = std::env::var("JOBCTL_TEST_NOMAD_ADDR") else {
        println!("SKIP JOBCTL_TEST_NOMAD_ADDR names no agent");
        return;
    };
    let driver = std::env::var("JOBCTL_TEST_NOMAD_DRIVER").unwrap_or_else(|_| "raw_exec".to_owned());
    let bench = Bench::new(&JOB.replace("DRIVER", &driver));
    let run = |arguments: &[&str]| {
        let mut command = bench.command(&address, &["web.hcl"]);
        let ours = std::env::vars().filter(|(name, _)| name.starts_with("NOMAD_") && name != "NOMAD_ADDR");
        Said::of(&command.args(arguments).envs(ours).output().unwrap())
    };
    let planned = run(&["--plan", "--json"]);
    assert!(matches!(planned.code, Some(0 | 1)), "{planned:?}");
    let index = planned.json()["job_modify_index"].to_string();
    let said = run(&["--check-index", &index, "--json"]);
    assert!(matches!(said.code, Some(0 | 2)), "{said:?}");
    let stale = run(&["--check-index", &(said.json()["job_modify_index"].as_u64().unwrap() + 1).to_string()]);
    assert_eq!(stale.code, Some(1), "{stale:?}");
    assert!(stale.err.contains("expected modify index"), "{stale:?}");
}
