//! One example in a place of its own: run by jobctl, exported, and its bundles run by another runtime.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::mount::{MountPropagationFlags, UnmountFlags, mount_bind, mount_change, unmount};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Why bundles cannot be run here, if so; otherwise this thread has a mount namespace of its own, in which everything is shared: a
/// machine with systemd is so, and nothing that is mounted in it can stay.
pub(crate) fn skip() -> bool {
    if !rustix::process::geteuid().is_root() {
        println!("SKIP needs root");
        return true;
    }
    if let Err(errno) = nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNS) {
        println!("SKIP needs mount namespaces: {errno}");
        return true;
    }
    mount_change("/", MountPropagationFlags::REC | MountPropagationFlags::PRIVATE).unwrap();
    mount_change("/", MountPropagationFlags::REC | MountPropagationFlags::SHARED).unwrap();
    false
}

/// An example that runs to an end, and how to run it.
pub(crate) struct Example {
    /// Without its extension.
    pub name: String,
    /// As Nomad's API has it.
    pub job: Value,
}

impl Example {
    /// All batch jobs of jobs/ whose tasks have a root of their own.
    pub fn all() -> Vec<Self> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs");
        let entries = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|kind| kind == "hcl")).collect();
        paths.retain(|path| path.file_stem().unwrap() != "host");
        paths.sort();
        let mut examples = Vec::new();
        for path in paths {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let exported = command(&["export", "nomad", path.to_str().unwrap()]).output().unwrap();
            let document: Value = serde_json::from_slice(&exported.stdout).unwrap();
            let example = Self { name, job: document["Job"].clone() };
            let batch = example.job["Type"] == "batch";
            let isolated = example.groups().all(|group| tasks(group).all(|task| task["Driver"] == "exec"));
            match (batch, isolated) {
                (true, true) => examples.push(example),
                (false, _) => println!("not compared: {} runs until it is stopped", example.name),
                (true, false) => println!("not compared: {} has no root of its own, and no bundle", example.name),
            }
        }
        assert!(examples.len() >= 9, "jobs/ has more");
        examples
    }

    pub fn groups(&self) -> impl Iterator<Item = &Value> {
        self.job["TaskGroups"].as_array().unwrap().iter()
    }

    pub fn tasks(&self) -> impl Iterator<Item = (String, &Value)> {
        self.groups().flat_map(|group| tasks(group).map(|task| (address(&group["Name"], &task["Name"]), task)))
    }

    pub fn path(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs").join(format!("{}.hcl", self.name))
    }
}

pub(crate) fn tasks(group: &Value) -> impl Iterator<Item = &Value> {
    group["Tasks"].as_array().unwrap().iter()
}

fn address(group: &Value, task: &Value) -> String {
    format!("{}/{}", group.as_str().unwrap(), task.as_str().unwrap())
}

/// One task of an allocation in force.
pub(crate) struct Running {
    /// `GROUP/TASK`
    pub address: String,
    /// The allocation's identifier.
    pub allocation: String,
    /// As `status --json` has it.
    pub status: Value,
}

/// A bundle that was exported.
pub(crate) struct Bundle {
    pub address: String,
    pub directory: PathBuf,
    /// The allocation's identifier.
    pub allocation: String,
}

pub(crate) struct Bench {
    directory: tempfile::TempDir,
    /// What deletes each bundle that was started, running or not.
    started: RefCell<Vec<Command>>,
}

impl Bench {
    /// With the host that the examples assume; only that its volume `media` is a directory which nobody else mounts things in.
    pub fn new() -> Self {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o711)).unwrap();
        let media = directory.path().join("media");
        fs::create_dir(&media).unwrap();
        mount_bind(&media, &media).unwrap();
        mount_change(&media, MountPropagationFlags::SHARED).unwrap();
        let host = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs/host.hcl")).unwrap();
        let host = host.replace("path = \"/mnt\"", &format!("path = \"{}\"", media.display()));
        assert!(host.contains(media.to_str().unwrap()));
        fs::write(directory.path().join("host.hcl"), host).unwrap();
        Self { directory, started: RefCell::default() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A command of jobctl in this place.
    pub fn jobctl(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command.env("JOBCTL_STATE_DIR", self.path("state")).env("JOBCTL_HOST", self.path("host.hcl"));
        command
    }

    /// One that reads an example's job.
    pub fn with_job(&self, arguments: &[&str], job: &Path) -> Command {
        let mut command = self.jobctl(arguments);
        // The allocation of a bundle is named by its plan, and its cgroup by that: not that of another suite on this machine.
        let own = std::process::id();
        // A parameterized job takes no meta but what it asks for.
        let parameterized = fs::read_to_string(job).unwrap().to_lowercase().contains("parameterized");
        let meta = if parameterized {
            vec!["target=/usr/sbin".to_owned(), format!("depth={own}")]
        } else {
            vec![format!("suite={own}")]
        };
        for pair in meta {
            command.args(["--meta", &pair]);
        }
        command.arg(job);
        command
    }

    /// All tasks of a job, as they are now.
    pub fn status(&self, job: &str) -> Vec<Running> {
        let status = self.status_of(&[job]);
        let allocations = status["jobs"][0]["allocations"].as_array().unwrap();
        let tasks = allocations.iter().flat_map(|allocation| {
            allocation["tasks"].as_array().unwrap().iter().map(|task| Running {
                address: address(&allocation["group"], &task["name"]),
                allocation: allocation["id"].as_str().unwrap().to_owned(),
                status: task.clone(),
            })
        });
        tasks.collect()
    }

    pub fn status_of(&self, job: &[&str]) -> Value {
        let output = self.jobctl(&[&["status", "--json"], job].concat()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    /// The bundles of a job, and what was said of them.
    pub fn export(&self, job: &Path, out: &str) -> (Vec<Bundle>, String) {
        let out = self.path(out);
        let output = self.with_job(&["export", "oci", "--json", "-o", out.to_str().unwrap()], job).output().unwrap();
        let said = text(&output.stderr);
        assert!(output.status.success(), "{said}");
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
        let bundles = rows.as_array().unwrap().iter().map(|row| {
            let directory = PathBuf::from(row["bundle"].as_str().unwrap());
            let config: Value = serde_json::from_slice(&fs::read(directory.join("config.json")).unwrap()).unwrap();
            let mut env = config["process"]["env"].as_array().unwrap().iter().filter_map(Value::as_str);
            let allocation = env.find_map(|variable| variable.strip_prefix("NOMAD_ALLOC_ID=")).unwrap().to_owned();
            Bundle { address: address(&row["group"], &row["task"]), directory, allocation }
        });
        (bundles.collect(), said)
    }
}

impl Drop for Bench {
    /// A test that failed leaves no process behind.
    fn drop(&mut self) {
        for delete in self.started.get_mut() {
            let _ = delete.output();
        }
        let all = self.status_of(&[]);
        for job in all["jobs"].as_array().into_iter().flatten().filter_map(|job| job["id"].as_str()) {
            let mut stop = self.jobctl(&["stop", "-q", job, "--timeout", "0", "--purge"]).spawn().unwrap();
            // A task that runs after the others waits like them, and nobody lets it go.
            while stop.try_wait().unwrap().is_none() {
                let status = self.status_of(&[job]);
                let allocations = status["jobs"][0]["allocations"].as_array().into_iter().flatten();
                for task in allocations.flat_map(|allocation| allocation["tasks"].as_array().into_iter().flatten()) {
                    if let Some(pid) = task["pid"].as_i64().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?)) {
                        let _ = kill_process(pid, Signal::KILL);
                    }
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        let _ = unmount(self.path("media"), UnmountFlags::DETACH);
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobctl"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// A program that runs bundles.
pub(crate) struct Runtime {
    pub name: &'static str,
    program: PathBuf,
}

impl Runtime {
    /// Those that are installed here and run a bundle at all; why not is said of the others.
    pub fn all() -> Vec<Self> {
        ["runc", "crun"].into_iter().filter_map(Self::find).collect()
    }

    fn find(name: &'static str) -> Option<Self> {
        let path = std::env::var("PATH").unwrap_or_default();
        let directories = path.split(':').chain(["/usr/sbin", "/usr/bin"]);
        let found = directories.map(|directory| Path::new(directory).join(name)).find(|path| path.is_file());
        let Some(program) = found else {
            println!("SKIP {name} is not installed");
            return None;
        };
        let runtime = Self { name, program };
        let bench = Bench::new();
        let (bundles, _) = bench.export(&Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs/variables.hcl"), "out");
        let done = runtime.start(&bench, &bundles[0]).wait_with_output().unwrap();
        if !done.status.success() {
            println!("SKIP {name} runs no bundle on this host: {}", text(&done.stderr).trim_end());
            return None;
        }
        Some(runtime)
    }

    /// A bundle, started. Its process is written to `pid` in the bundle.
    pub fn start(&self, bench: &Bench, bundle: &Bundle) -> Child {
        bench.started.borrow_mut().push(self.command(bench, &["delete", "--force", &id(bundle)]));
        let mut command = self.command(bench, &["run", "--pid-file"]);
        command.arg(bundle.directory.join("pid")).arg("--bundle").arg(&bundle.directory).arg(id(bundle));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Ends a bundle, and what was started in it.
    pub fn kill(&self, bench: &Bench, bundle: &Bundle) {
        let done = self.command(bench, &["kill", &id(bundle), "KILL"]).output().unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
    }

    fn command(&self, bench: &Bench, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--root").arg(bench.path(self.name)).args(arguments);
        command
    }
}

fn id(bundle: &Bundle) -> String {
    format!("{}-{}", bundle.allocation, bundle.address.replace('/', "-"))
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Text without what tells one start of a job from another: the allocation's identifier, and its beginning in names.
pub(crate) fn without_identifier(text: &str, allocation: &str) -> String {
    text.replace(allocation, "ALLOCATION").replace(&allocation[..8], "SHORT")
}
