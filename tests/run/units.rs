//! The units for systemd: what `systemd-analyze verify` says of them, and what the jobs of a detached run need of them.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn systemd_takes_the_units_and_leaves_the_jobs_alone() {
    let units = Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib/systemd");
    let service = fs::read_to_string(units.join("jobctl-reconcile.service")).unwrap();
    for line in ["Type=oneshot", "ExecStart=jobctl reconcile", "KillMode=process", "Delegate=yes"] {
        assert!(service.lines().any(|found| found == line), "{line}");
    }
    // As it is where jobctl is installed.
    let directory = tempfile::tempdir().unwrap();
    let installed = service.replace("ExecStart=jobctl", &format!("ExecStart={}", env!("CARGO_BIN_EXE_jobctl")));
    fs::write(directory.path().join("jobctl-reconcile.service"), installed).unwrap();
    fs::copy(units.join("jobctl-reconcile.timer"), directory.path().join("jobctl-reconcile.timer")).unwrap();
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "jobctl-reconcile.service", "jobctl-reconcile.timer"]).current_dir(directory.path());
    match verify.output() {
        Err(_) => println!("SKIP no systemd-analyze here"),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let ours: Vec<_> = said.lines().filter(|line| line.contains("jobctl")).collect();
            assert!(output.status.success() && ours.is_empty(), "{said}");
        }
    }
}
