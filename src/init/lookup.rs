//! Which file a task's command is: looked for as the jobs expect it, from inside the task's root.
//!
//! Run after the change of root: every path here is the task's own.

use std::ffi::CString;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::failure::{Failure, NOT_EXECUTABLE, NOT_FOUND};
use crate::plan::{Driver, Task};

/// Where a name is looked for in an isolated task, after `local/` and the root.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// The file of the task's command; with `repair` one of the task's own that is not executable is made so.
///
/// # Errors
/// It is in none of the places (exit code 127), or is no file that can be executed (126).
pub(super) fn find(task: &Task, task_directory: &Path, repair: bool) -> Result<CString, Failure> {
    let command = &task.command.command;
    let what = format!("command {command:?}");
    let address = format!("{}.command", task.address);
    let mut looked = Vec::new();
    for candidate in candidates(task, task_directory) {
        match std::fs::metadata(&candidate) {
            Ok(status) if status.is_file() => {
                // A task that has the host's files gets no bit of theirs changed.
                let own = repair && (task.driver == Driver::Exec || candidate.starts_with(task_directory));
                make_executable(&candidate, &status, own.then_some(task.user.uid))
                    .map_err(|reason| Failure::new(&address, what.clone(), reason, NOT_EXECUTABLE))?;
                let path = CString::new(candidate.as_os_str().as_bytes());
                return path.map_err(|error| Failure::new(&address, what, error, NOT_FOUND));
            }
            Ok(_) => looked.push(format!("{} (not a file)", candidate.display())),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                looked.push(format!("{} (not readable)", candidate.display()));
            }
            Err(_) => looked.push(candidate.display().to_string()),
        }
    }
    let inside = if task.driver == Driver::Exec { "in the task's root, " } else { "" };
    let reason = match looked.as_slice() {
        [] => "it is empty".to_owned(),
        places => format!("not found: {inside}looked for {}", places.join(", ")),
    };
    Err(Failure::new(&address, what, reason, NOT_FOUND))
}

fn candidates(task: &Task, task_directory: &Path) -> Vec<PathBuf> {
    let command = Path::new(&task.command.command);
    if command.as_os_str().is_empty() {
        return Vec::new();
    }
    if command.is_absolute() {
        return vec![command.to_owned()];
    }
    let isolated = task.driver == Driver::Exec;
    let root = if isolated { Path::new("/") } else { task_directory };
    let mut all = vec![root.join("local").join(command), root.join(command)];
    // A name with a slash is a path, not something to be looked for.
    if command.components().count() == 1 {
        let path = if isolated { PATH } else { task.env.get("PATH").map_or(PATH, String::as_str) };
        all.extend(path.split(':').filter(|part| part.starts_with('/')).map(|part| Path::new(part).join(command)));
    }
    all
}

/// Gives a file of the task's own user the bits it lacks, by handle; anything else must have them.
fn make_executable(path: &Path, status: &std::fs::Metadata, user: Option<u32>) -> Result<(), String> {
    if status.mode() & 0o111 != 0 {
        return Ok(());
    }
    let lacks = || "it is not executable, and not the task's own: chmod +x it".to_owned();
    let handle = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).map_err(|_| lacks())?;
    let held = rustix::fs::fstat(&handle).map_err(|_| lacks())?;
    if Some(held.st_uid) != user || held.st_ino != status.ino() || held.st_dev != status.dev() {
        return Err(lacks());
    }
    let permissions = std::fs::Permissions::from_mode(held.st_mode & 0o7777 | 0o111);
    std::fs::set_permissions(format!("/proc/self/fd/{}", handle.as_raw_fd()), permissions)
        .map_err(|error| format!("it is not executable, and cannot be made so: {error}"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::plan::samples;

    fn raw_exec(command: &str, path: &str) -> Task {
        let mut task = samples::group("api", &["server"]).tasks.remove(0);
        task.driver = Driver::RawExec;
        task.isolation = None;
        command.clone_into(&mut task.command.command);
        task.env.insert("PATH".to_owned(), path.to_owned());
        task.user.uid = rustix::process::getuid().as_raw();
        task
    }

    #[test]
    fn local_comes_before_the_root_and_the_path() {
        let directory = tempfile::tempdir().unwrap();
        let task = raw_exec("sh", "/usr/bin:relative:/bin");
        let places = candidates(&task, directory.path());
        let expected =
            [directory.path().join("local/sh"), directory.path().join("sh"), "/usr/bin/sh".into(), "/bin/sh".into()];
        assert_eq!(places, expected);
        assert_eq!(find(&task, directory.path(), true).unwrap(), CString::new("/usr/bin/sh").unwrap());
    }

    #[test]
    fn a_file_of_the_task_is_made_executable() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("local/tool");
        fs::create_dir(directory.path().join("local")).unwrap();
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let without = find(&raw_exec("tool", "/bin"), directory.path(), false).unwrap_err();
        assert_eq!(without.exit_code, 126);
        find(&raw_exec("tool", "/bin"), directory.path(), true).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o751);
    }

    #[test]
    fn what_is_not_there_is_said_with_all_places() {
        let failure = find(&raw_exec("no-such-tool", "/bin"), Path::new("/task"), true).unwrap_err();
        assert_eq!(failure.exit_code, 127);
        assert_eq!(
            failure.to_string(),
            "command \"no-such-tool\": not found: looked for /task/local/no-such-tool, /task/no-such-tool, /bin/no-such-tool"
        );
    }

    #[test]
    fn a_directory_is_no_command() {
        let failure = find(&raw_exec("/usr", "/bin"), Path::new("/task"), true).unwrap_err();
        assert_eq!(failure.reason, "not found: looked for /usr (not a file)");
    }

    #[test]
    fn a_path_is_not_looked_for_in_the_path() {
        assert_eq!(candidates(&raw_exec("bin/sh", "/bin"), Path::new("/task")).len(), 2);
    }
}
