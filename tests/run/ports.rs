//! Ports: given out, kept, and told; refused where somebody has them.

use std::collections::BTreeSet;
use std::net::TcpListener;

use super::harness::{Bench, text};

/// A raw_exec task that says what it was told.
fn task(script: &str) -> String {
    format!(
        "    task \"t\" {{\n      driver = \"raw_exec\"\n      config {{\n        command = \"/bin/sh\"\n        args = [\"-c\", {script:?}, \"sh\", \"${{NOMAD_PORT_http}}\"]\n      }}\n      env {{\n        URL = \"http://${{NOMAD_ADDR_http}}/\"\n      }}\n    }}"
    )
}

fn network(ports: &str) -> String {
    format!("    network {{\n{ports}\n    }}\n")
}

const FREE: &str = "      port \"http\" {\n      }\n      port \"my-db\" {\n      }";

fn ports_of(bench: &Bench, job: &str) -> Vec<u64> {
    let status = bench.status(job);
    let allocations = status["jobs"][0]["allocations"].as_array().unwrap().iter();
    allocations
        .flat_map(|found| found["ports"].as_object().unwrap().values().map(|port| port["number"].as_u64().unwrap()))
        .collect()
}

#[test]
fn free_ports_are_told_and_kept() {
    let bench = Bench::new();
    let script = "echo $1 $NOMAD_HOST_PORT_my_db $NOMAD_IP_http $URL";
    let job = bench.job("free", "batch", &format!("{}{}", network(FREE), task(script)));
    let (code, stdout, stderr) = bench.run(&job);
    assert_eq!(code, 0, "{stderr}");
    let given = ports_of(&bench, "free");
    let [http, database] = given[..] else { panic!("{given:?}") };
    assert!((20_000..=32_000).contains(&http) && (20_000..=32_000).contains(&database) && http != database);
    assert_eq!(stdout.trim(), format!("t | {http} {database} 127.0.0.1 http://127.0.0.1:{http}/"));
    // The batch job runs again: another allocation, the same ports.
    let (code, again, stderr) = bench.run(&job);
    assert_eq!((code, again), (0, stdout), "{stderr}");
    assert!(bench.ok(&["status", "free"]).contains(&format!("port http  127.0.0.1:{http}")));
    // They are no part of the plan: nothing has changed but that it ran.
    let planned = bench.jobctl(&["plan", "--json", job.to_str().unwrap()]);
    assert!(!text(&planned.stdout).contains(&http.to_string()), "{}", text(&planned.stdout));
    bench.purge("free");
}

#[test]
fn allocations_have_ports_of_their_own() {
    let bench = Bench::new();
    let body = format!("    count = 3\n{}{}", network(FREE), task("exec sleep 1000"));
    let job = bench.job("many", "service", &body);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    let given = ports_of(&bench, "many");
    assert_eq!(given.len(), 6);
    assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), 6, "{given:?}");
    assert_eq!(bench.jobctl(&["plan", job.to_str().unwrap()]).status.code(), Some(0), "nothing to do");
    // Replaced, they keep them.
    let body = body.replace("sleep 1000", "sleep 1001");
    bench.ok(&["run", "--detach", bench.job("many", "service", &body).to_str().unwrap()]);
    assert_eq!(ports_of(&bench, "many"), given);
    bench.ok(&["stop", "many"]);
    bench.purge("many");
}

#[test]
fn a_port_somebody_has_is_refused_and_named() {
    let bench = Bench::new();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let number = socket.local_addr().unwrap().port();
    let fixed = network(&format!("      port \"http\" {{\n        static = {number}\n      }}"));
    let first = bench.job("first", "service", &format!("{fixed}{}", task("exec sleep 1000")));
    let file = first.to_str().unwrap();
    let planned = bench.jobctl(&["plan", file]);
    assert_eq!(planned.status.code(), Some(1), "a warning: it may be free by then");
    assert!(text(&planned.stderr).contains("something on this host has it"), "{}", text(&planned.stderr));
    assert!(!bench.state().exists());
    let (code, _, stderr) = bench.run(&first);
    assert!(code == 125 && stderr.contains("network::port_in_use"), "{stderr}");
    drop(socket);
    bench.ok(&["run", "--detach", file]);
    assert_eq!(ports_of(&bench, "first"), [u64::from(number)]);
    assert_eq!(bench.jobctl(&["plan", file]).status.code(), Some(0), "its own port is not in its way");
    // Nothing listens on it, yet another job has it.
    let second = bench.job("second", "service", &format!("{fixed}{}", task("exec sleep 1000")));
    let (code, _, stderr) = bench.run(&second);
    assert!(code == 125 && stderr.contains("job first.g[0] has it"), "{stderr}");
    let shared = fixed.replace("static", "ignore_collision = true\n        static");
    let third = bench.job("third", "batch", &format!("{shared}{}", task("echo $NOMAD_PORT_http")));
    let (code, stdout, stderr) = bench.run(&third);
    assert_eq!((code, stdout.trim()), (0, format!("t | {number}").as_str()), "{stderr}");
    bench.ok(&["stop", "third", "--purge"]);
    bench.ok(&["stop", "first"]);
    bench.purge("first");
}
