//! A task as the plan would have it, its directories, and how it is run to its end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use jobctl::compile;
use jobctl::diagnostic::{Sink, Sources};
use jobctl::eval::{Inputs, NoFiles};
use jobctl::host::{self, Caller, Configuration, Host};
use jobctl::init::{self, Descriptors, ExitRecord, Launch, StartError, Started};
use jobctl::linux::accounts::Accounts;
use jobctl::linux::cgroup::{Cgroup, Place};
use jobctl::parser::Syntax;
use jobctl::plan::{
    self, Capabilities, Driver, Isolation, Mount, MountFlags, MountSource, Propagation, Task, User, VolumeReference,
};
use jobctl::sandbox::{Directories, Method};
use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::process::{WaitId, WaitIdOptions, waitid};

pub const NOBODY: u32 = 65534;

/// Why a test cannot run here, if so; otherwise this thread has a mount namespace of its own, in which everything is shared.
pub fn skip() -> bool {
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

/// A host with one allocation of one task.
pub struct World {
    pub directory: tempfile::TempDir,
    pub task: Task,
    pub lifeline: Option<OwnedFd>,
    pub passed: Vec<(u32, OwnedFd)>,
    /// The mount interface; `None`: the kernel's best.
    pub method: Option<Method>,
    /// The cgroup above that of the task.
    pub parent: String,
    name: String,
    /// Removed with the world, should a test fail half-way.
    cgroup: Option<Cgroup>,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.cgroup.as_ref().map(Cgroup::remove);
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub record: Option<ExitRecord>,
    pub stdout: String,
    pub stderr: String,
    pub oom_kills: Option<u64>,
}

impl World {
    /// An `exec` task of nobody that runs `/bin/sh -c SCRIPT`.
    pub fn exec(script: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("jobctl-test-{}-{number}", std::process::id());
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["alloc/data", "alloc/tmp", "logs", "root/local", "root/private", "root/tmp"] {
            fs::create_dir_all(directory.path().join(name)).unwrap();
        }
        for name in ["root/local", "root/private", "root/tmp"] {
            chown(directory.path().join(name), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        for name in ["alloc/data", "alloc/tmp"] {
            fs::set_permissions(directory.path().join(name), fs::Permissions::from_mode(0o1777)).unwrap();
        }
        let task = exec_task(script);
        Self {
            directory,
            task,
            lifeline: None,
            passed: Vec::new(),
            method: None,
            parent: String::new(),
            name,
            cgroup: None,
        }
    }

    /// The same without isolation, as root.
    pub fn raw_exec(script: &str) -> Self {
        let mut world = Self::exec(script);
        world.task.driver = Driver::RawExec;
        world.task.isolation = None;
        world.become_root();
        world
    }

    pub fn become_root(&mut self) {
        self.task.user = User { name: "root".into(), uid: 0, gid: 0, groups: Vec::new(), home: "/root".into() };
        let all = jobctl::linux::capability::names(jobctl::linux::capability::available());
        let none = BTreeSet::new();
        self.task.capabilities = Capabilities {
            bounding: all.clone(),
            permitted: all.clone(),
            effective: all,
            inheritable: none.clone(),
            ambient: none,
        };
        self.task.no_new_privileges = false;
    }

    pub fn isolation(&mut self) -> &mut Isolation {
        self.task.isolation.as_mut().unwrap()
    }

    /// Mounts something else.
    pub fn mount(&mut self, destination: &str, source: MountSource) {
        let flags = MountFlags::default();
        let mount =
            Mount { destination: destination.into(), source, flags, propagation: Propagation::Private, volume: None };
        self.isolation().mounts.push(mount);
    }

    /// Mounts a directory of the host as a volume.
    pub fn volume(&mut self, source: &Path, destination: &str, propagation: Propagation, read_only: bool) {
        let flags = MountFlags { read_only, nosuid: true, nodev: true, noexec: false };
        let volume = Some(VolumeReference {
            address: "job.test.group.test.task.test.volume_mount[0]".into(),
            volume: "data".into(),
            host_volume: "data".into(),
        });
        let source = MountSource::Host { path: source.to_str().unwrap().into() };
        self.isolation().mounts.push(Mount { destination: destination.into(), source, flags, propagation, volume });
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn launch(&self) -> Launch {
        Launch {
            version: init::VERSION,
            task: self.task.clone(),
            directories: Directories {
                allocation: self.path("alloc"),
                task: self.path("root"),
                logs: self.path("logs"),
            },
            cgroup: Place { parent: self.parent.clone(), name: self.name.clone() },
            method: self.method,
        }
    }

    /// Starts the task.
    pub fn start(&mut self) -> Result<Started, StartError> {
        let create = |name: &str| {
            File::options().read(true).write(true).create(true).truncate(true).open(self.path(name)).unwrap().into()
        };
        let descriptors = Descriptors {
            logs: File::open(self.path("logs")).unwrap().into(),
            log_lock: create("log.lock"),
            exit_record: create("exit"),
            lifeline: self.lifeline.take(),
            bell: None,
            passed: std::mem::take(&mut self.passed),
        };
        let started = init::start(&self.launch(), descriptors)?;
        self.cgroup = Some(started.cgroup.clone());
        Ok(started)
    }

    /// Waits for the end of a task.
    pub fn wait(&self, started: &Started) -> Ended {
        let status = waitid(WaitId::PidFd(started.init_pidfd.as_fd()), WaitIdOptions::EXITED).unwrap().unwrap();
        let record = ExitRecord::read(File::open(self.path("exit")).unwrap().as_fd()).unwrap();
        assert!(record.is_some() || status.terminating_signal().is_some(), "init ended with {status:?}, no record");
        let oom_kills = started.cgroup.oom_kills();
        started.cgroup.remove().unwrap();
        Ended { record, stdout: self.log("stdout"), stderr: self.log("stderr"), oom_kills }
    }

    pub fn run(&mut self) -> Ended {
        let started = self.start().unwrap_or_else(|error| panic!("{}", chain(&error)));
        self.wait(&started)
    }

    /// Runs it, expects that it ends well, and gives its output.
    pub fn output(&mut self) -> String {
        let ended = self.run();
        assert_eq!(ended.code(), 0, "{ended:?}");
        assert_eq!(ended.stderr, "");
        ended.stdout
    }

    /// The directories of the task's cgroup that are still there.
    pub fn cgroups_left(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        find(Path::new("/sys/fs/cgroup"), &self.name, 4, &mut found);
        found
    }

    fn log(&self, stream: &str) -> String {
        fs::read_to_string(self.path(&format!("logs/test.{stream}.0"))).unwrap_or_default()
    }
}

fn find(directory: &Path, name: &str, depth: u32, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && depth > 0 {
            if entry.file_name() == name {
                found.push(entry.path());
            }
            find(&entry.path(), name, depth - 1, found);
        }
    }
}

impl Ended {
    pub fn code(&self) -> i32 {
        self.record.unwrap().exit_code
    }
}

pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    std::iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect::<Vec<_>>().join(": ")
}

/// The task of this job as the plan for this machine has it, its script filled in as the supervisor would.
fn exec_task(script: &str) -> Task {
    static PLANNED: OnceLock<Task> = OnceLock::new();
    let mut task = PLANNED.get_or_init(planned).clone();
    task.command.args = vec!["-c".into(), script.into()];
    task.env = BTreeMap::from([("PATH".into(), "/usr/local/bin:/usr/bin:/bin".into())]);
    task.env_at_start.clear();
    "test-host".clone_into(&mut task.isolation.as_mut().unwrap().hostname);
    task
}

fn planned() -> Task {
    const JOB: &str = r#"
        job "test" {
          type = "batch"
          group "test" {
            task "test" {
              driver = "exec"
              config {
                command = "/bin/sh"
              }
            }
          }
        }
    "#;
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let file = sources.add("test.hcl", JOB);
    let job = compile::read(&sources, file, Syntax::Hcl, &Inputs::new(&NoFiles, Path::new("/")), &mut sink).unwrap();
    let configuration = Configuration::default();
    let accounts = Accounts::read();
    let facts = host::probe(&plan::needs(&job, &configuration.settings), &accounts);
    let host = Host { configuration, facts };
    match plan::resolve(&job, &host, &Caller::of_process(&accounts), &mut sink) {
        Some(mut plan) => plan.groups.remove(0).tasks.remove(0),
        None => panic!("{:?}", sink.into_sorted()),
    }
}
