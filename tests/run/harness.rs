//! A state directory of its own, job files, and the binary; and a look at what is left afterwards.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything may take before a test gives up; never how long it should.
const PATIENCE: Duration = Duration::from_secs(120);

/// One test's jobctl.
pub(crate) struct Bench {
    directory: tempfile::TempDir,
}

/// Whether this process may isolate tasks; says so if not.
pub(crate) fn is_root() -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        println!("SKIP only root can run exec tasks");
    }
    root
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.directory.path().join("state")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a job file: `body` is what stands in its one group.
    pub(crate) fn job(&self, name: &str, kind: &str, body: &str) -> PathBuf {
        let path = self.path(&format!("{name}.hcl"));
        let text = format!("job \"{name}\" {{\n  type = \"{kind}\"\n  group \"g\" {{\n{body}\n  }}\n}}\n");
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jobctl"));
        command.args(arguments).env("JOBCTL_STATE_DIR", self.state()).env_remove("JOBCTL_HOST").stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn jobctl(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed; what it printed to stdout.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.jobctl(arguments);
        assert!(output.status.success(), "{arguments:?}: {}\n{}", output.status, text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs a job file attached; its exit code, stdout and stderr.
    pub(crate) fn run(&self, job: &Path) -> (i32, String, String) {
        let output = self.jobctl(&["run", job.to_str().unwrap()]);
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    /// Starts a job file attached.
    pub(crate) fn start(&self, job: &Path) -> Child {
        let mut command = self.command(&["run", job.to_str().unwrap()]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    pub(crate) fn status(&self, job: &str) -> Value {
        serde_json::from_str(&self.ok(&["status", job, "--json"])).unwrap()
    }

    /// The tasks of the job's only allocation, or of its first.
    pub(crate) fn task(&self, job: &str, task: usize) -> Value {
        self.status(job)["jobs"][0]["allocations"][0]["tasks"][task].clone()
    }

    /// The types of the events of a task, in order.
    pub(crate) fn events(&self, job: &str, task: &str) -> Vec<String> {
        let all = self.ok(&["events", job, "--json"]);
        let events = all.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let of_task = events.filter(|event| event["task"] == task);
        of_task.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until something is so.
    pub(crate) fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let begin = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(begin.elapsed() < PATIENCE, "{what}: still not so\n{}", self.everything());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until a task of the job's first allocation has that state; the task.
    pub(crate) fn until_state(&self, job: &str, task: usize, state: &str) -> Value {
        self.until(&format!("task {task} of {job} is {state}"), || {
            let output = self.jobctl(&["status", job, "--json"]);
            let status: Value = serde_json::from_slice(&output.stdout).ok()?;
            let found = status["jobs"][0]["allocations"][0]["tasks"][task].clone();
            (found["state"] == state).then_some(found)
        })
    }

    pub(crate) fn allocations(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.state().join("allocs")) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// Forgets the job and looks whether anything of it is left: processes, cgroups, mounts, files.
    pub(crate) fn purge(&self, job: &str) {
        let allocations = self.allocations();
        assert!(!allocations.is_empty());
        self.ok(&["stop", job, "--purge"]);
        self.assert_nothing_left(&allocations);
        let left: Vec<_> = walk(&self.state()).into_iter().filter(|path| !path.is_dir()).collect();
        assert!(left.is_empty(), "{left:?}");
        assert!(self.allocations().is_empty());
    }

    /// Looks whether processes, cgroups or mounts of these allocations are left.
    pub(crate) fn assert_nothing_left(&self, allocations: &[String]) {
        for id in allocations {
            assert_eq!(processes(id), Vec::<String>::new());
            let groups: Vec<_> = cgroups(id);
            assert_eq!(groups, Vec::<PathBuf>::new());
        }
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let state = self.state().to_str().unwrap().to_owned();
        assert!(!mounts.contains(&state), "{mounts}");
    }

    /// All there is to know, for a test that fails.
    fn everything(&self) -> String {
        let files = walk(&self.state()).into_iter().filter(|path| path.is_file());
        let shown = files.map(|path| {
            let content = fs::read(&path).unwrap_or_default();
            format!("--- {}\n{}\n", path.display(), String::from_utf8_lossy(&content))
        });
        shown.collect::<Vec<_>>().concat()
    }
}

impl Drop for Bench {
    /// A test that failed leaves no process behind.
    fn drop(&mut self) {
        let jobs = self.jobctl(&["status", "--json"]);
        let Ok(status) = serde_json::from_slice::<Value>(&jobs.stdout) else { return };
        for job in status["jobs"].as_array().into_iter().flatten() {
            let _ = self.jobctl(&["stop", job["id"].as_str().unwrap_or_default(), "--timeout", "0"]);
        }
    }
}

/// The exit code of a child, and what it printed.
pub(crate) fn wait(child: Child) -> (Option<i32>, String, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn kill(pid: u64, signal: rustix::process::Signal) {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    let process = pidfd_open(pid, PidfdFlags::empty()).unwrap();
    pidfd_send_signal(&process, signal).unwrap();
    if signal == Signal::KILL {
        // The signal is on its way when the call returns, and its receiver may still be there.
        rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(&process, PollFlags::IN)], None)).unwrap();
    }
}

/// The command lines of processes that know this allocation: by argument, environment, or a file held open.
pub(crate) fn processes(id: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| {
        let command = text(&fs::read(entry.path().join("cmdline")).ok()?);
        let environment = text(&fs::read(entry.path().join("environ")).unwrap_or_default());
        let held = fs::read_dir(entry.path().join("fd")).into_iter().flatten().flatten();
        let mut held = held.filter_map(|descriptor| fs::read_link(descriptor.path()).ok());
        let knows =
            command.contains(id) || environment.contains(id) || held.any(|path| path.to_string_lossy().contains(id));
        knows.then(|| command.replace('\0', " "))
    });
    lines.collect()
}

/// The cgroups of exactly this name.
pub(crate) fn directories_named(name: &str) -> Vec<PathBuf> {
    cgroups(name).into_iter().filter(|path| path.ends_with(name)).collect()
}

fn cgroups(id: &str) -> Vec<PathBuf> {
    walk(Path::new("/sys/fs/cgroup"))
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().contains(id)))
        .collect()
}

fn walk(path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![path.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(entry.path());
            }
            found.push(entry.path());
        }
    }
    found
}

/// A file that a job's shell can write to, whoever it runs as.
pub(crate) fn open_file(path: &Path, content: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::File::create(path).unwrap().write_all(content.as_bytes()).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o666)).unwrap();
}
