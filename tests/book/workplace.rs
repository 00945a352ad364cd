//! A page's own directory: as a fresh checkout with its jobs/, a state directory, and the programs a reader has.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What jobs/service-volume.hcl writes into its volume.
const WRITTEN: &str = "/var/tmp/heartbeat.65534";

pub(crate) struct Workplace {
    directory: tempfile::TempDir,
    /// Where the reader is: `cd` moves.
    pub(crate) at: PathBuf,
    /// Whether that file was there before.
    written_before: bool,
}

impl Workplace {
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("jobctl-book-").tempdir().unwrap();
        // Tasks of other users find their way to what a page puts here.
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let here = directory.path().join("here");
        fs::create_dir_all(here.join("jobs")).unwrap();
        for entry in fs::read_dir(crate::root().join("jobs")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), here.join("jobs").join(entry.file_name())).unwrap();
        }
        let programs = directory.path().join("bin");
        fs::create_dir(&programs).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_jobctl"), programs.join("jobctl")).unwrap();
        // The tests are root already where a session is.
        script(&programs.join("sudo"), "exec \"$@\"");
        // What it would install from this tree is the jobctl beside it.
        script(&programs.join("cargo"), "[ \"$*\" = 'install --locked --path .' ]");
        Self { at: here, directory, written_before: Path::new(WRITTEN).exists() }
    }

    /// A command with the reader's surroundings and nothing of ours.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .current_dir(&self.at)
            .env_clear()
            .env("PATH", format!("{}/bin:{path}", self.directory.path().display()))
            .env("HOME", self.directory.path())
            .env("LANG", "C.UTF-8")
            .env("JOBCTL_STATE_DIR", self.directory.path().join("state"))
            .stdin(Stdio::null());
        command
    }

    /// Writes a file of the page.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.at.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

impl Drop for Workplace {
    /// What a page has left running ends with it.
    fn drop(&mut self) {
        let Ok(output) = self.command("jobctl").args(["status", "--json"]).output() else { return };
        let Ok(status) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else { return };
        for job in status["jobs"].as_array().into_iter().flatten() {
            let id = job["id"].as_str().unwrap_or_default();
            let namespace = job["namespace"].as_str().unwrap_or_default();
            let _ = self.command("jobctl").args(["stop", "--purge", "--namespace", namespace, id]).output();
        }
        if !self.written_before {
            let _ = fs::remove_file(WRITTEN);
        }
    }
}
