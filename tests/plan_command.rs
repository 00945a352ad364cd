//! `jobctl plan` from outside: exit codes, what it writes (nothing), and who may ask.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

const HOST: &str = "client {\n  host_volume \"data\" {\n    path = \"/srv\"\n    read_only = true\n  }\n}\nfacts {\n  paths = { \"/srv\" = { kind = \"directory\" } }\n}\n";

fn job(task: &str) -> String {
    format!(
        "job \"web\" {{\n  type = \"batch\"\n  group \"api\" {{\n    volume \"data\" {{\n      type = \"host\"\n      source = \"data\"\n    }}\n    task \"server\" {{\n      driver = \"exec\"\n      config {{\n        command = \"/bin/true\"\n      }}\n{task}\n    }}\n  }}\n}}\n"
    )
}

const BIDIRECTIONAL: &str = "      volume_mount {\n        volume = \"data\"\n        destination = \"/data\"\n        propagation_mode = \"bidirectional\"\n      }";

struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new(job: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("host.hcl"), HOST).unwrap();
        fs::write(directory.path().join("web.hcl"), job).unwrap();
        Self { directory }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jobctl"));
        command.current_dir(self.path()).env_clear().env("JOBCTL_STATE_DIR", self.path().join("state"));
        command
    }

    fn plan(&self, arguments: &[&str]) -> Output {
        self.command().args(["plan", "--host", "host.hcl", "web.hcl"]).args(arguments).output().unwrap()
    }

    /// Every file and directory with its content and mode.
    fn contents(&self) -> BTreeMap<String, (u32, Vec<u8>)> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.path().to_owned()];
        while let Some(path) = open.pop() {
            let metadata = fs::symlink_metadata(&path).unwrap();
            let content = if metadata.is_dir() {
                open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
                Vec::new()
            } else {
                fs::read(&path).unwrap()
            };
            found.insert(path.display().to_string(), (metadata.permissions().mode(), content));
        }
        found
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn exit_codes_are_nomads_own() {
    let place = Place::new(&job(""));
    let planned = place.plan(&["--out", "plan.json"]);
    assert_eq!(planned.status.code(), Some(1), "changes: {}", text(&planned.stderr));
    assert_eq!(place.plan(&["--against", "plan.json"]).status.code(), Some(0), "nothing to do");
    fs::write(place.path().join("web.hcl"), job(BIDIRECTIONAL)).unwrap();
    assert_eq!(place.plan(&[]).status.code(), Some(255), "no plan");
    assert_eq!(place.plan(&["--against", "nothing.json"]).status.code(), Some(255), "no file");
    assert_eq!(place.command().args(["plan"]).output().unwrap().status.code(), Some(2), "no argument");
}

#[test]
fn the_refusal_shows_both_places() {
    let place = Place::new(&job(BIDIRECTIONAL));
    let refused = place.plan(&[]);
    let said = text(&refused.stderr);
    assert!(refused.stdout.is_empty());
    for part in [
        "volume_mount::bidirectional_needs_read_write",
        "web.hcl:16",
        "host.hcl:4",
        "host volume \"data\" is read-only",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn nothing_is_written_whatever_the_answer() {
    for task in [
        "",
        BIDIRECTIONAL,
        "      user = \"nobdy\"",
        "      template {\n        data = \"x\"\n        destination = \"local/x\"\n      }",
        "      bogus = 1",
    ] {
        let place = Place::new(&job(task));
        let before = place.contents();
        place.plan(&[]);
        place.plan(&["--json"]);
        assert_eq!(place.contents(), before, "{task}");
    }
}

#[test]
fn a_state_directory_stays_byte_equal() {
    let place = Place::new(&job(BIDIRECTIONAL));
    let state = place.path().join("state");
    for (path, content) in [("plans/sha256-x.json", "torn"), ("jobs/default/web", "{"), ("jobs/default/other", "{}")] {
        let path = state.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let before = place.contents();
    for task in ["", BIDIRECTIONAL] {
        fs::write(place.path().join("web.hcl"), job(task)).unwrap();
        let mut expected = before.clone();
        expected.extend(place.contents().into_iter().filter(|(path, _)| path.ends_with("web.hcl")));
        place.plan(&[]);
        assert_eq!(place.contents(), expected);
    }
}

/// System calls that change a file system, lock a file, or start a process.
const CHANGING: [&str; 32] = [
    "creat",
    "mkdir",
    "mkdirat",
    "unlink",
    "unlinkat",
    "rmdir",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "chmod",
    "fchmod",
    "fchmodat",
    "chown",
    "fchown",
    "fchownat",
    "truncate",
    "ftruncate",
    "mknod",
    "mknodat",
    "mount",
    "umount2",
    "utimensat",
    "flock",
    "setxattr",
    "move_mount",
    "fork",
    "vfork",
    "execveat",
];

/// `1234  openat(AT_FDCWD, …) = 3` → `openat(AT_FDCWD, …) = 3`
fn call(line: &str) -> &str {
    line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start()
}

fn changes(call: &str) -> bool {
    let name = call.split('(').next().unwrap_or_default();
    let opens = name.starts_with("open") && ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| call.contains(flag));
    opens || CHANGING.contains(&name) || call.contains("F_SETLK") || call.contains("F_OFD_SETLK")
}

#[test]
fn no_system_call_writes() {
    let strace = Command::new("strace").arg("-V").output();
    if !strace.is_ok_and(|output| output.status.success()) {
        println!("SKIP no strace");
        return;
    }
    let mount = "      volume_mount {\n        volume = \"data\"\n        destination = \"/data\"\n        read_only = true\n      }";
    let place = Place::new(&job(mount));
    // With the facts of this machine, so that probing is watched too.
    let host = "client {\n  host_volume \"data\" {\n    path = \"/usr\"\n  }\n}\n";
    fs::write(place.path().join("host.hcl"), host).unwrap();
    let run = |arguments: &[&str]| {
        let trace = place.path().join("trace");
        let mut command = Command::new("strace");
        command
            .current_dir(place.path())
            .env_clear()
            .args(["-f", "-o"])
            .arg(&trace)
            .arg("-e")
            .arg("trace=file,desc,process");
        command.arg(env!("CARGO_BIN_EXE_jobctl")).args(["--state-dir", "state", "plan", "--host", "host.hcl"]);
        (command.args(arguments).output().unwrap(), fs::read_to_string(trace).unwrap())
    };
    let (planned, trace) = run(&["web.hcl"]);
    assert_eq!(planned.status.code(), Some(1), "{}", text(&planned.stderr));
    assert!(trace.lines().count() > 50, "{trace}");
    let found: Vec<&str> = trace.lines().map(call).filter(|call| changes(call)).collect();
    assert!(found.is_empty(), "{found:#?}");
    assert!(!place.path().join("state").exists());
    // What is looked for is found where it is: `--out` writes one file.
    let (_, trace) = run(&["web.hcl", "--out", "saved.json"]);
    assert!(trace.lines().map(call).any(|call| changes(call) && call.contains("saved.json")), "{trace}");
}

#[test]
fn policies_are_about_whoever_is_asked_for() {
    let place =
        Place::new(&job("      volume_mount {\n        volume = \"data\"\n        destination = \"/data\"\n      }"));
    let host = format!(
        "{HOST}policy \"ops\" {{\n  users = [\"ada\"]\n  host_volume \"*\" {{\n    policy = \"write\"\n  }}\n}}\n"
    );
    fs::write(place.path().join("host.hcl"), host).unwrap();
    assert_eq!(place.plan(&["--as", "ada"]).status.code(), Some(1));
    let refused = place.plan(&["--as", "eve"]);
    assert_eq!(refused.status.code(), Some(255));
    assert!(text(&refused.stderr).contains("volume::denied"));
    // root is matched like anyone.
    assert_eq!(place.plan(&["--as", "root"]).status.code(), Some(255));
}

#[test]
fn meta_can_be_given_as_a_dispatch_does() {
    let place = Place::new(
        &job("")
            .replace("type = \"batch\"", "type = \"batch\"\n  parameterized {\n    meta_required = [\"target\"]\n  }"),
    );
    let without = place.plan(&[]);
    assert_eq!(without.status.code(), Some(1));
    assert!(text(&without.stderr).contains("parameterized::missing_meta"));
    let with = place.plan(&["--meta", "target=/usr", "--out", "plan.json"]);
    assert_eq!(with.status.code(), Some(1));
    assert!(!text(&with.stderr).contains("missing_meta"));
    let saved = fs::read_to_string(place.path().join("plan.json")).unwrap();
    assert!(saved.contains("\"NOMAD_META_target\": \"/usr\""));
    let mode = fs::metadata(place.path().join("plan.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// A state in which something has run, and what `run` and `plan` refuse there.
#[test]
fn every_refusal_leaves_the_state_as_it_was() {
    let place = Place::new(&job("").replace("\"exec\"", "\"raw_exec\""));
    let host = "client {\n  host_volume \"data\" {\n    path = \"/usr\"\n    read_only = true\n  }\n}\npolicy \"other\" {\n  users = [\"somebody-else\"]\n  host_volume \"data\" {\n    policy = \"write\"\n  }\n}\n";
    let open = "client {\n  host_volume \"data\" {\n    path = \"/usr\"\n  }\n}\n";
    fs::write(place.path().join("host.hcl"), open).unwrap();
    let ran = place.command().args(["run", "--host", "host.hcl", "web.hcl"]).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    place.plan(&["--out", "saved.json"]);
    let saved = fs::read_to_string(place.path().join("saved.json")).unwrap();
    fs::write(place.path().join("evil.json"), saved.replace("/bin/true", "/bin/evil")).unwrap();
    fs::write(place.path().join("torn.json"), &saved[..saved.len() / 2]).unwrap();
    fs::write(place.path().join("closed.hcl"), host).unwrap();
    let raw = |task: &str| job(task).replace("\"exec\"", "\"raw_exec\"");
    let constraint = "      constraint {\n        attribute = \"${attr.cpu.arch}\"\n        value = \"pdp11\"\n      }";
    let jobs = [
        ("no job at all", "server {".to_owned(), "parser::"),
        ("an unknown name", raw("      bogus = 1"), "decode::unknown_argument"),
        ("a broken rule", raw("      kill_signal = \"SIGNOTHING\""), "task::unknown_kill_signal"),
        ("a constraint", raw(constraint), "constraint::not_met"),
        ("a driver of a cluster", job("").replace("\"exec\"", "\"podman\""), "task::driver_not_supported"),
        ("an unknown user", raw("      user = \"nobody-has-this-name\""), "task::unknown_user"),
        ("the gate", job(BIDIRECTIONAL), "volume"),
        ("an unknown volume", job("").replace("source = \"data\"", "source = \"dta\""), "volume::unknown_host_volume"),
    ];
    for (what, text_of_job, code) in &jobs {
        fs::write(place.path().join("wrong.hcl"), text_of_job).unwrap();
        let before = place.contents();
        for (command, exit) in [("plan", 255), ("run", 125)] {
            let refused = place.command().args([command, "--host", "closed.hcl", "wrong.hcl"]).output().unwrap();
            let said = text(&refused.stderr);
            assert_eq!(refused.status.code(), Some(exit), "{what}: {said}");
            assert!(said.contains(code), "{what}: {said}");
            assert_eq!(place.contents(), before, "{what}: {command}");
        }
    }
    let before = place.contents();
    let zeros = format!("sha256-{}", "0".repeat(64));
    for arguments in [
        &["run", "--host", "host.hcl", "evil.json"][..],
        &["run", "--host", "host.hcl", "torn.json"],
        &["run", "--host", "host.hcl", "--check-digest", &zeros, "web.hcl"],
        &["run", "--host", "host.hcl", "--check-digest", "sha256-short", "web.hcl"],
        &["run", "--host", "host.hcl", "--meta", "no-value", "web.hcl"],
        &["run", "--host", "host.hcl", "--var", "no-value", "web.hcl"],
        &["run", "--host", "absent.hcl", "web.hcl"],
        &["run", "absent.hcl"],
        &["plan", "--host", "host.hcl", "--against", "evil.json", "web.hcl"],
        &["inspect", &zeros],
        &["stop", "absent"],
        &["signal", "SIGHUP", "absent"],
        &["restart", "absent"],
        &["status", "absent"],
        &["logs", "absent"],
    ] {
        let refused = place.command().args(arguments).output().unwrap();
        assert!(!refused.status.success(), "{arguments:?}");
        assert!(!refused.stderr.is_empty(), "{arguments:?}");
        assert_eq!(place.contents(), before, "{arguments:?}");
    }
}

#[test]
fn a_saved_plan_can_be_inspected_and_a_changed_one_is_refused() {
    let place = Place::new(&job(""));
    place.plan(&["--out", "saved.json"]);
    let inspected = place.command().args(["inspect", "saved.json"]).output().unwrap();
    assert_eq!(inspected.status.code(), Some(0), "{}", text(&inspected.stderr));
    let saved: serde_json::Value = serde_json::from_slice(&fs::read(place.path().join("saved.json")).unwrap()).unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&inspected.stdout).unwrap();
    assert_eq!(plan, saved["plan"]);
    let planned = place.command().args(["plan", "--host", "host.hcl", "saved.json"]).output().unwrap();
    assert_eq!(planned.status.code(), Some(255));
    assert!(text(&planned.stderr).contains("a saved plan, not a job file"), "{}", text(&planned.stderr));
    assert_eq!(text(&planned.stderr).matches('×').count(), 1, "that, and nothing else: {}", text(&planned.stderr));
    let digest = place.command().args(["inspect", "--digest", "./saved.json"]).output().unwrap();
    assert_eq!(text(&digest.stdout).trim(), saved["digest"].as_str().unwrap());

    let changed = fs::read_to_string(place.path().join("saved.json")).unwrap().replace("/bin/true", "/bin/sh");
    fs::write(place.path().join("changed.json"), changed).unwrap();
    for (file, said) in [
        ("changed.json", "it was changed after it was stored"),
        ("./web.hcl", "web.hcl is not a saved plan"),
        ("missing.json", "cannot read missing.json"),
    ] {
        let refused = place.command().args(["inspect", file]).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{file}");
        assert!(refused.stdout.is_empty() && text(&refused.stderr).contains(said), "{file}: {}", text(&refused.stderr));
    }
    assert!(!place.path().join("state").exists());
}
