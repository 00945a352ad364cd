//! A state directory as it should not be: a clear word, nothing destroyed, and the other jobs go on.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};

use super::harness::{Bench, is_root, text};

const SLEEP: &str =
    "task \"t\" {\n driver = \"raw_exec\"\n config {\n command = \"/bin/sleep\"\n args = [\"100000\"]\n }\n }";
const TRUE: &str = "task \"t\" {\n driver = \"raw_exec\"\n config {\n command = \"/bin/true\"\n }\n }";

fn run(bench: &Bench, name: &str, body: &str) -> PathBuf {
    let job = bench.job(name, "service", body);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state(name, 0, "running");
    bench.state().join("allocs").join(bench.allocations().remove(0))
}

/// The command fails and says so, and the file is as it was.
fn refused(bench: &Bench, arguments: &[&str], said: &str, file: &Path) {
    let before = fs::read(file).ok();
    let output = bench.jobctl(arguments);
    assert!(!output.status.success(), "{arguments:?} succeeded");
    assert!(text(&output.stderr).contains(said), "{arguments:?}: {}", text(&output.stderr));
    assert_eq!(fs::read(file).ok(), before, "{arguments:?} changed {}", file.display());
}

#[test]
fn documents_that_are_torn_or_newer_are_named_and_left_alone() {
    let bench = Bench::new();
    let allocation = run(&bench, "torn", SLEEP);
    let pid = bench.task("torn", 0)["pid"].clone();
    for (name, wrong, said) in [
        ("launch.json", "{\"version\":1,\"id\":", "is not a document of jobctl; it is left as it is"),
        ("launch.json", "{\"version\":99}", "was written by a newer jobctl (version 99, this one reads 1)"),
        ("status.json", "", "is not a document of jobctl; it is left as it is"),
    ] {
        let file = allocation.join(name);
        let right = fs::read(&file).unwrap();
        fs::write(&file, wrong).unwrap();
        let seen = bench.jobctl(&["status"]);
        assert!(text(&seen.stderr).contains(said), "{name}: {}", text(&seen.stderr));
        assert_eq!(fs::read_to_string(&file).unwrap(), wrong, "{name}");
        fs::write(&file, right).unwrap();
    }
    let record = bench.state().join("jobs/default/torn");
    let right = fs::read(&record).unwrap();
    fs::write(&record, "{").unwrap();
    refused(
        &bench,
        &["run", "--detach", bench.path("torn.hcl").to_str().unwrap()],
        "is not a document of jobctl",
        &record,
    );
    fs::write(&record, right).unwrap();
    let plan = fs::read_dir(bench.state().join("plans")).unwrap().next().unwrap().unwrap().path();
    let right = fs::read(&plan).unwrap();
    fs::write(&plan, text(&right).replace("100000", "200000")).unwrap();
    let digest = plan.file_stem().unwrap().to_str().unwrap();
    refused(&bench, &["inspect", digest], "cannot be used", &plan);
    fs::write(&plan, right).unwrap();
    assert_eq!(bench.task("torn", 0)["pid"], pid, "it ran all the while");
    bench.purge("torn");
}

#[test]
fn a_directory_of_somebody_else_is_not_believed() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let job = bench.job("foreign", "batch", TRUE);
    let arguments = ["run", job.to_str().unwrap()];
    bench.ok(&arguments);
    let mark = bench.state().join("jobs/default/foreign");
    chown(bench.state(), Some(4711), Some(4711)).unwrap();
    refused(&bench, &arguments, "belongs to user 4711, not to user 0", &mark);
    chown(bench.state(), Some(0), Some(0)).unwrap();
    fs::set_permissions(bench.state(), fs::Permissions::from_mode(0o777)).unwrap();
    refused(&bench, &arguments, "can be written by others (mode 0777)", &mark);
    fs::set_permissions(bench.state(), fs::Permissions::from_mode(0o700)).unwrap();
    chown(bench.state().join("allocs"), Some(4711), None).unwrap();
    refused(&bench, &arguments, "belongs to user 4711, not to user 0", &mark);
    chown(bench.state().join("allocs"), Some(0), None).unwrap();
    bench.ok(&arguments);
    bench.purge("foreign");
}

/// A file system of this size for the state, in a mount namespace of this thread and what it starts.
fn small(bench: &Bench, size: &str) -> bool {
    if let Err(errno) = nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNS) {
        println!("SKIP needs mount namespaces: {errno}");
        return false;
    }
    mount_change("/", MountPropagationFlags::REC | MountPropagationFlags::PRIVATE).unwrap();
    fs::create_dir(bench.state()).unwrap();
    let options = std::ffi::CString::new(format!("size={size},mode=700")).unwrap();
    mount("none", bench.state(), "tmpfs", MountFlags::empty(), options.as_c_str()).unwrap();
    true
}

fn fill(path: &Path) {
    let mut file = fs::File::create(path).unwrap();
    while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}
}

#[test]
fn a_full_disk_starts_nothing_and_stops_everything() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    if !small(&bench, "1m") {
        return;
    }
    let job = bench.job("full", "service", SLEEP);
    let arguments = ["run", "--detach", job.to_str().unwrap()];
    bench.ok(&arguments);
    let pid = bench.until_state("full", 0, "running")["pid"].as_u64().unwrap();
    let filling = bench.state().join("filling");
    fill(&filling);
    // What runs goes on, and another job does not begin.
    let other = bench.job("other", "batch", TRUE);
    let output = bench.jobctl(&["run", other.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(125));
    assert!(text(&output.stderr).contains("No space left on device"), "{}", text(&output.stderr));
    assert_eq!(bench.task("full", 0)["pid"].as_u64(), Some(pid));
    // A stop is not kept from stopping by what it cannot write down.
    let stopped = bench.jobctl(&["stop", "full"]);
    assert!(!stopped.status.success());
    assert!(
        text(&stopped.stderr).contains("have ended, and its supervisor waits to write"),
        "{}",
        text(&stopped.stderr)
    );
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
    fs::remove_file(filling).unwrap();
    bench.ok(&["stop", "full"]);
    assert_eq!(bench.task("full", 0)["state"], "dead");
    bench.ok(&arguments);
    let again = bench.until_state("full", 0, "running");
    assert_ne!(again["pid"].as_u64(), Some(pid));
    bench.ok(&["stop", "full", "--purge"]);
    bench.ok(&["run", other.to_str().unwrap()]);
    bench.ok(&["stop", "other", "--purge"]);
    assert!(bench.allocations().is_empty());
}

#[test]
fn a_clock_that_jumped_back_starts_nothing_twice() {
    let bench = Bench::new();
    let first = run(&bench, "clock", SLEEP);
    bench.ok(&["stop", "clock"]);
    // The first run was while the clock was years ahead.
    for name in ["launch.json", "status.json"] {
        let year = &jiff::Zoned::now().year().to_string();
        let document = fs::read_to_string(first.join(name)).unwrap();
        fs::write(first.join(name), document.replace(&format!("\"{year}-"), "\"2126-")).unwrap();
    }
    let job = bench.path("clock.hcl");
    for _ in 0..3 {
        bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    }
    let status = bench.status("clock");
    let allocations = status["jobs"][0]["allocations"].as_array().unwrap();
    let running = allocations.iter().filter(|allocation| allocation["status"] == "running").count();
    assert_eq!((running, bench.allocations().len()), (1, 2), "{status:#}");
    bench.ok(&["reconcile"]);
    assert_eq!(bench.allocations().len(), 2);
    bench.purge("clock");
}

#[test]
fn ended_runs_beyond_those_to_be_kept_are_dropped_with_their_plans() {
    let bench = Bench::new();
    let host = bench.path("host.hcl");
    let run = |number: u32, host: &Path| {
        let body = TRUE.replace("\"/bin/true\"", &format!("\"/bin/true\"\n args = [\"{number}\"]"));
        let job = bench.job("kept", "batch", &body);
        bench.ok(&["run", "--host", host.to_str().unwrap(), job.to_str().unwrap()]);
    };
    let count = |what: &str| fs::read_dir(bench.state().join(what)).unwrap().count();
    fs::write(&host, "").unwrap();
    for number in 0..9 {
        run(number, &host);
    }
    // The newest, and five beside it.
    assert_eq!((count("allocs"), count("plans")), (7, 7));
    fs::write(&host, "client {\n}\nkeep = 2\n").unwrap();
    bench.ok(&["reconcile", "--host", host.to_str().unwrap()]);
    assert_eq!((count("allocs"), count("plans")), (3, 3));
    // A configuration that is wrong drops nothing.
    fs::write(&host, "kep = 1\n").unwrap();
    let output = bench.jobctl(&["reconcile", "--host", host.to_str().unwrap()]);
    assert!(!output.status.success() && text(&output.stderr).contains("keep"), "{}", text(&output.stderr));
    assert_eq!((count("allocs"), count("plans")), (3, 3));
    bench.purge("kept");
}

/// As in a container whose image was made with jobs in it.
#[test]
fn jobs_of_a_lower_layer_are_forgotten() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let job = bench.job("layered", "batch", TRUE);
    assert_eq!(bench.run(&job).0, 0);
    let allocations = bench.allocations();
    let layer = bench.path("layer");
    fs::create_dir(&layer).unwrap();
    let script = "mount -t tmpfs layer \"$LAYER\" && mkdir \"$LAYER/upper\" \"$LAYER/work\" || exit 77
        mount -t overlay -o lowerdir=\"$STATE\",upperdir=\"$LAYER/upper\",workdir=\"$LAYER/work\" overlay \"$STATE\" || exit 77
        \"$JOBCTL\" --state-dir \"$STATE\" stop layered --purge && ls \"$STATE/allocs\"";
    let mut command = std::process::Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-c", script]);
    command.env("LAYER", &layer).env("STATE", bench.state()).env("JOBCTL", env!("CARGO_BIN_EXE_jobctl"));
    let output = command.output().unwrap();
    if output.status.code() == Some(77) {
        println!("SKIP no overlay can be mounted here: {}", text(&output.stderr));
        return;
    }
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "", "{}", text(&output.stderr));
    assert_eq!(bench.allocations(), allocations, "what lies below is not touched");
    bench.purge("layered");
}
