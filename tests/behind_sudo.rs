//! Policies of the machine bind root by sudo(8): what leads round them is refused.
//!
//! The machine's configuration is another /etc, seen by the command alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "says what is skipped")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const VOLUME: &str = "client {\n  host_volume \"data\" {\n    path = \"/tmp\"\n  }\n}\n";
const POLICY: &str =
    "policy \"ops\" {\n  users = [\"deploy\"]\n  host_volume \"data\" {\n    policy = \"write\"\n  }\n}\n";
const JOB: &str = r#"job "web" {
  type = "batch"
  group "api" {
    volume "data" {
      type   = "host"
      source = "data"
    }
    task "server" {
      driver = "raw_exec"
      config {
        command = "/bin/true"
      }
    }
  }
}
"#;

struct Machine {
    directory: tempfile::TempDir,
}

impl Machine {
    fn new(configuration: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let etc = directory.path().join("etc/jobctl");
        fs::create_dir_all(&etc).unwrap();
        fs::write(etc.join("host.hcl"), configuration).unwrap();
        let users = "root:x:0:0::/:/bin/sh\ndeploy:x:4711:4711::/:/bin/sh\nguest:x:4712:4712::/:/bin/sh\n";
        fs::write(directory.path().join("etc/passwd"), users).unwrap();
        fs::write(directory.path().join("etc/group"), "root:x:0:\n").unwrap();
        fs::write(directory.path().join("own.hcl"), VOLUME).unwrap();
        fs::write(directory.path().join("web.hcl"), JOB).unwrap();
        Self { directory }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Runs a script with this machine's /etc, as root; `None` where the host lets nobody do that.
    fn enter(&self, script: &str) -> Command {
        let mut command = Command::new("unshare");
        if !nix::unistd::geteuid().is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        command.args(["--mount", "sh", "-ec", &format!("mount --bind etc /etc\n{script}")]);
        command.current_dir(self.path()).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command
    }

    fn can_be_made(&self) -> bool {
        let made = self.enter("exit 0").output();
        let able = made.as_ref().is_ok_and(|made| made.status.success());
        if !able {
            println!("SKIP needs mount namespaces: {made:?}");
        }
        able
    }

    fn jobctl(&self, sudo_uid: &str, arguments: &str) -> Output {
        let program = env!("CARGO_BIN_EXE_jobctl");
        self.enter(&format!("exec {program} {arguments}")).env("SUDO_UID", sudo_uid).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_leads_round_a_policy_is_refused() {
    let machine = Machine::new(&format!("{VOLUME}{POLICY}"));
    if !machine.can_be_made() {
        return;
    }
    let saved = machine.jobctl("0", "plan --host own.hcl --state-dir state --out saved.json web.hcl");
    assert_eq!(saved.status.code(), Some(1), "root itself is asked by its own file: {}", text(&saved.stderr));
    let changed = fs::read_to_string(machine.path().join("saved.json")).unwrap().replace("/bin/true", "/bin/sh");
    fs::write(machine.path().join("changed.json"), changed).unwrap();
    for (arguments, code, said) in [
        (
            "plan --host own.hcl web.hcl",
            255,
            "error: `--host` (JOBCTL_HOST) is refused: /etc/jobctl/host.hcl has policies",
        ),
        ("run --host own.hcl web.hcl", 125, "leave it out"),
        ("validate --host own.hcl web.hcl", 1, "`--host`"),
        ("export oci --host own.hcl -o bundle web.hcl", 1, "`--host`"),
        ("doctor --host own.hcl", 1, "`--host`"),
        (
            "run saved.json",
            125,
            "error: a saved plan is refused: /etc/jobctl/host.hcl has policies, and root by sudo(8) is bound by them; run the job file itself",
        ),
        ("run --detach saved.json", 125, "a saved plan is refused"),
        ("run changed.json", 125, "changed.json is not a saved plan"),
        ("plan --state-dir state web.hcl", 255, "`--state-dir` (JOBCTL_STATE_DIR) is refused"),
        ("run --state-dir state web.hcl", 125, "`--state-dir`"),
        ("exec --state-dir state web -- true", 125, "`--state-dir`"),
        ("restart --state-dir state web", 1, "`--state-dir`"),
        ("reconcile --state-dir state", 1, "`--state-dir`"),
        ("status --state-dir state", 1, "`--state-dir`"),
    ] {
        let refused = machine.jobctl("4711", arguments);
        assert_eq!(refused.status.code(), Some(code), "{arguments}: {}", text(&refused.stderr));
        assert!(text(&refused.stderr).contains(said), "{arguments}: {}", text(&refused.stderr));
        assert!(!machine.path().join("state").exists() && !machine.path().join("bundle").exists(), "{arguments}");
    }
    let checked = machine.jobctl("4711", "validate --state-dir state web.hcl");
    assert_eq!(checked.status.code(), Some(0), "it has nothing to do with one: {}", text(&checked.stderr));
}

#[test]
fn the_user_behind_sudo_is_who_is_asked_about() {
    let machine = Machine::new(&format!("{VOLUME}{POLICY}"));
    if !machine.can_be_made() {
        return;
    }
    let deploy = machine.jobctl("4711", "plan web.hcl");
    assert_eq!(deploy.status.code(), Some(1), "{}", text(&deploy.stderr));
    for other in ["4712", "0"] {
        let refused = machine.jobctl(other, "plan web.hcl");
        assert_eq!(refused.status.code(), Some(255), "{other}: {}", text(&refused.stdout));
    }
}

#[test]
fn without_a_policy_nobody_is_bound() {
    let machine = Machine::new(VOLUME);
    if !machine.can_be_made() {
        return;
    }
    let planned = machine.jobctl("4711", "plan --host own.hcl --state-dir state --out saved.json web.hcl");
    assert_eq!(planned.status.code(), Some(1), "{}", text(&planned.stderr));
}

#[test]
fn a_configuration_that_cannot_be_understood_binds_too() {
    let machine = Machine::new("policy {");
    if !machine.can_be_made() {
        return;
    }
    let refused = machine.jobctl("4711", "plan --host own.hcl web.hcl");
    assert_eq!(refused.status.code(), Some(255));
    assert!(text(&refused.stderr).contains("`--host`"), "{}", text(&refused.stderr));
}
