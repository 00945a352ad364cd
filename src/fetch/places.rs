//! The places of a task as its payload, artifacts and templates name them.
//!
//! An isolated task's are those of its own root, which is ours; another's are its directories on the host and nothing else of it.

use std::io;
use std::path::{Path, PathBuf};

use super::tree::Tree;
use crate::plan::{Driver, Task};
use crate::sandbox::Directories;

/// Where paths of a task lead.
#[derive(Debug)]
pub(super) struct Places {
    task: Tree,
    /// For tasks without a root of their own: the paths of both directories on the host, and the allocation's.
    host: Option<(Directories, Tree)>,
}

impl Places {
    /// Those of a task. For an isolated one this process must be in its root.
    pub(super) fn of(task: &Task, directories: &Directories) -> io::Result<Self> {
        Ok(match task.driver {
            Driver::Exec => Self { task: Tree::root(Path::new("/"))?, host: None },
            Driver::RawExec => {
                let allocation = Tree::root(&directories.allocation)?;
                Self { task: Tree::root(&directories.task)?, host: Some((directories.clone(), allocation)) }
            }
        })
    }

    /// The directory a path is in, and the way from there. Relative paths begin at the task's directory, and so do absolute
    /// ones: `/local` is `local`.
    pub(super) fn find(&self, path: &str) -> (&Tree, PathBuf) {
        let path = Path::new(path);
        if let Some((directories, allocation)) = &self.host {
            if let Ok(rest) = path.strip_prefix(&directories.task) {
                return (&self.task, rest.to_owned());
            }
            let plain = path.strip_prefix("/").unwrap_or(path);
            if let Ok(rest) = path.strip_prefix(&directories.allocation).or_else(|_| plain.strip_prefix("alloc")) {
                return (allocation, rest.to_owned());
            }
        }
        (&self.task, path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples;

    #[test]
    fn paths_of_a_task_without_a_root_lead_to_its_directories() {
        let host = tempfile::tempdir().unwrap();
        let path = |name: &str| host.path().join(name);
        for name in ["alloc", "task", "logs"] {
            std::fs::create_dir(path(name)).unwrap();
        }
        std::fs::write(path("alloc/file"), "alloc").unwrap();
        std::fs::write(path("task/file"), "task").unwrap();
        let directories = Directories { allocation: path("alloc"), task: path("task"), logs: path("logs") };
        let mut task = samples::group("api", &["server"]).tasks.remove(0);
        task.driver = Driver::RawExec;
        let places = Places::of(&task, &directories).unwrap();
        let full = |name: &str| path(name).to_string_lossy().into_owned();
        for (named, expected) in [
            ("file", "task"),
            ("/file", "task"),
            ("../../file", "task"),
            (&full("task/file"), "task"),
            (&full("task/../../file"), "task"),
            ("alloc/file", "alloc"),
            ("/alloc/file", "alloc"),
            ("alloc/../../file", "alloc"),
            (&full("alloc/file"), "alloc"),
        ] {
            let (tree, rest) = places.find(named);
            assert_eq!(tree.read(&rest, 100).unwrap(), expected.as_bytes(), "{named}");
        }
        let (tree, rest) = places.find("/etc/passwd");
        assert_eq!(tree.read(&rest, 100).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
