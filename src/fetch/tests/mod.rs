//! Artifacts from a server in a thread and from files, into a directory that is looked at afterwards.

mod archives;
mod downloads;
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{Failure, prepare};
use crate::jobspec::Duration;
use crate::plan::{Artifact, ArtifactMode, Driver, Task, samples};
use crate::sandbox::Directories;

/// A task without isolation, and its directories.
struct Bench {
    host: tempfile::TempDir,
    task: Task,
}

impl Bench {
    /// One artifact from this source into `local/`.
    fn new(source: &str) -> Self {
        let host = tempfile::tempdir().unwrap();
        for name in ["alloc", "task", "logs"] {
            fs::create_dir(host.path().join(name)).unwrap();
        }
        let mut task = samples::group("api", &["server"]).tasks.remove(0);
        task.driver = Driver::RawExec;
        (task.payload, task.templates) = (None, Vec::new());
        let artifact = &mut task.artifacts[0];
        source.clone_into(&mut artifact.source);
        (artifact.options, artifact.headers) = (BTreeMap::new(), BTreeMap::new());
        artifact.limits.http_timeout = Duration::from_seconds(60);
        Self { host, task }
    }

    /// One from a file of the task.
    fn of_file(name: &str, content: &[u8]) -> Self {
        let bench = Self::new(&format!("/in/{name}"));
        fs::create_dir(bench.path("in")).unwrap();
        fs::write(bench.path("in").join(name), content).unwrap();
        bench
    }

    fn artifact(&mut self) -> &mut Artifact {
        &mut self.task.artifacts[0]
    }

    fn option(mut self, name: &str, value: &str) -> Self {
        self.artifact().options.insert(name.to_owned(), value.to_owned());
        self
    }

    fn mode(mut self, mode: ArtifactMode, destination: &str) -> Self {
        self.artifact().mode = mode;
        destination.clone_into(&mut self.artifact().destination);
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.host.path().join("task").join(name)
    }

    fn fetch(&self) -> Result<(), Failure> {
        let path = |name: &str| self.host.path().join(name);
        let directories = Directories { allocation: path("alloc"), task: path("task"), logs: path("logs") };
        prepare(&self.task, &directories).map(drop)
    }

    /// What is in `local` afterwards, a line each.
    fn fetched(&self) -> String {
        self.fetch().unwrap();
        self.listing()
    }

    /// Why it failed; nothing of it is left.
    fn refused(&self) -> String {
        let failure = self.fetch().unwrap_err();
        assert_eq!(failure.address, "job.web.group.api.task.server.artifact[0]");
        assert_eq!(self.listing(), "", "something is left");
        failure.reason
    }

    fn listing(&self) -> String {
        let mut lines = Vec::new();
        list(&self.path("local"), Path::new(""), &mut lines);
        lines.sort();
        lines.join("\n")
    }
}

fn list(top: &Path, below: &Path, lines: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(top.join(below)) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        let (path, kind) = (below.join(entry.file_name()), entry.file_type().unwrap());
        let name = path.display();
        if kind.is_symlink() {
            lines.push(format!("{name} -> {}", fs::read_link(entry.path()).unwrap().display()));
        } else if kind.is_dir() {
            lines.push(format!("{name}/"));
            list(top, &path, lines);
        } else {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
            let content = fs::read(entry.path()).unwrap();
            lines.push(format!("{name} {mode:o} {:?}", String::from_utf8_lossy(&content)));
        }
    }
}
