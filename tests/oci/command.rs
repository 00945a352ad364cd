//! The command: where bundles go, which, and what is refused. On a described machine, so that nobody need be root.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Exports an example into `out`.
    fn export(&self, job: &str, arguments: &[&str]) -> Output {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_jobctl"));
        command.env_clear().env("JOBCTL_STATE_DIR", self.path("state")).current_dir(self.0.path());
        command.args(["export", "oci", "-o", "out"]).arg("--host").arg(root.join("tests/hosts/root-v1.hcl"));
        command.arg(root.join("jobs").join(job)).args(arguments).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn each_task_has_its_bundle_and_its_directory_is_printed() {
    let place = Place::new();
    let done = place.export("capabilities.hcl", &[]);
    assert_eq!(done.status.code(), Some(1), "cap_add beyond what this host allows");
    let done = place.export("pipeline.hcl", &[]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let names = ["prepare", "count", "longest", "report"];
    let expected = names.map(|name| format!("out/words-0/tasks/{name}\n")).concat();
    assert_eq!(text(&done.stdout), expected);
    for name in names {
        let bundle = place.path("out/words-0/tasks").join(name);
        let mode = fs::metadata(bundle.join("config.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(bundle.join("rootfs/usr").is_dir());
        assert!(bundle.join("root/local").is_dir());
        assert_eq!(fs::read_link(bundle.join("rootfs/bin")).unwrap(), Path::new("usr/bin"));
    }
    assert!(place.path("out/words-0/alloc/data").is_dir());
    assert!(!place.path("state").exists(), "nothing is kept");
    let said = text(&done.stderr);
    assert_eq!(said.matches("oci::not_in_bundle").count(), 3, "{said}");
    assert_eq!(said.matches("the order of tasks is not in a bundle").count(), 1, "{said}");
}

#[test]
fn the_same_job_gives_the_same_bundles() {
    let (one, two) = (Place::new(), Place::new());
    let config = |place: &Place| {
        assert!(place.export("dynamic.hcl", &["-q"]).status.success());
        fs::read_to_string(place.path("out/shard-south-0/tasks/work/config.json")).unwrap()
    };
    assert_eq!(config(&one), config(&two));
}

#[test]
fn what_is_there_is_not_written_over() {
    let place = Place::new();
    fs::create_dir(place.path("out")).unwrap();
    fs::write(place.path("out/mine"), "mine").unwrap();
    let refused = place.export("hello.hcl", &["-q"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(
        text(&refused.stderr),
        "error: out is not empty\n  help: name a directory that is not there yet, or empty this one\n"
    );
    assert_eq!(fs::read_dir(place.path("out")).unwrap().count(), 1);
    fs::remove_file(place.path("out/mine")).unwrap();
    assert!(place.export("hello.hcl", &["-q"]).status.success(), "an empty directory is as good as none");
    assert_eq!(place.export("hello.hcl", &["-q"]).status.code(), Some(1), "not twice");
}

#[test]
fn tasks_can_be_chosen() {
    let place = Place::new();
    let refused = place.export("pipeline.hcl", &["-q", "--task", "cuont"]);
    let expected = "error: the job has no task \"cuont\"\n  help: it has prepare, count, longest, report\n";
    assert_eq!(text(&refused.stderr), expected);
    let done = place.export("pipeline.hcl", &["--task", "words/count", "--task", "report", "--json"]);
    let rows: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    let row = |task: &str| serde_json::json!({"group": "words", "index": 0, "task": task, "bundle": format!("out/words-0/tasks/{task}")});
    assert_eq!(rows, serde_json::json!([row("count"), row("report")]));
    assert!(!place.path("out/words-0/tasks/prepare").exists());
}

#[test]
fn a_task_without_isolation_and_a_value_that_is_to_be_hidden_are_refused() {
    let place = Place::new();
    let refused = place.export("raw.hcl", &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("oci::raw_exec"), "{}", text(&refused.stderr));
    let refused = place.export("variables.hcl", &["--sensitive", "name"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("no value can be kept out"));
    assert!(!place.path("out").exists());
}
