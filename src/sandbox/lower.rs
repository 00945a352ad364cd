//! A task and its directories → the steps that make its world.
//!
//! Pure: what the kernel can do arrives as [`Means`].

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Setup, SetupOp};
use crate::plan::{Device, Isolation, Mount, MountSource, Task};

/// Where the directories of a task lie on the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directories {
    /// The allocation's shared directory, `/alloc` in its tasks: `allocs/<id>/alloc`.
    pub allocation: PathBuf,
    /// The task's own: `allocs/<id>/tasks/<task>/root`, with `local`, `private`, `tmp` in it.
    pub task: PathBuf,
    /// The log files: `allocs/<id>/logs`.
    pub logs: PathBuf,
}

/// What the kernel can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Means {
    /// The mount interface.
    pub method: Method,
    /// Whether device nodes can be made; otherwise those of the host are bound.
    pub device_nodes: bool,
}

/// Which of the kernel's two mount interfaces is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// open_tree(2), move_mount(2), mount_setattr(2): Linux 5.12.
    Descriptors,
    /// mount(2).
    Paths,
}

/// The steps that make the task's world, in the order in which they are performed. None for a task without isolation.
///
/// Trees are taken before the namespace is cut off from the host: a copy made later would be a slave of the host's mounts, and
/// bidirectional mounts would end in a peer group of their own. By paths the order is turned round: all stays shared, the root hangs on a
/// private mount, and the old root is cut off just before it is let go.
pub fn lower(task: &Task, directories: &Directories, means: Means) -> Vec<Setup> {
    task.isolation
        .as_ref()
        .map(|isolation| Lowering { task, directories, means, isolation, steps: Vec::new() }.all())
        .unwrap_or_default()
}

struct Lowering<'a> {
    task: &'a Task,
    directories: &'a Directories,
    means: Means,
    isolation: &'a Isolation,
    steps: Vec<Setup>,
}

impl Lowering<'_> {
    fn all(mut self) -> Vec<Setup> {
        let isolation = self.isolation;
        let trees = self.means.method == Method::Descriptors;
        if !isolation.namespaces.network.is_empty() {
            let path = isolation.namespaces.network.clone();
            self.push(format!("network namespace {path}"), SetupOp::JoinNetwork { path: path.into() });
        }
        self.push(format!("host name {}", isolation.hostname), SetupOp::Hostname { name: isolation.hostname.clone() });
        if trees {
            for (tree, mount) in isolation.mounts.iter().enumerate() {
                if let Some(source) = self.host_path(&mount.source) {
                    self.push_mount(mount, SetupOp::OpenTree { tree, source });
                }
            }
            self.push("separation from the host's mounts".to_owned(), SetupOp::CutOff);
        }
        self.push("new root".to_owned(), SetupOp::NewRoot);
        self.nodes(None);
        for (index, mount) in isolation.mounts.iter().enumerate() {
            let op = self.mount(index, mount, trees);
            self.push_mount(mount, op);
            self.nodes(Some(index));
        }
        for path in &isolation.readonly_paths {
            self.push(format!("read-only {path}"), SetupOp::ReadOnly { path: path.clone() });
        }
        for path in &isolation.masked_paths {
            self.push(format!("mask of {path}"), SetupOp::Mask { path: path.clone() });
        }
        self.push("read-only root".to_owned(), SetupOp::SealRoot);
        let cut_off = !trees;
        let change = if isolation.pivot_root { SetupOp::Pivot { cut_off } } else { SetupOp::MoveRoot { cut_off } };
        self.push("change of root".to_owned(), change);
        self.steps
    }

    fn push(&mut self, what: String, op: SetupOp) {
        self.steps.push(Setup { address: self.task.address.clone(), what, op });
    }

    fn push_mount(&mut self, mount: &Mount, op: SetupOp) {
        let destination = &mount.destination;
        match &mount.volume {
            Some(volume) => {
                let what = format!("mount of volume `{}` on {destination}", volume.volume);
                self.steps.push(Setup { address: volume.address.clone(), what, op });
            }
            None => self.push(format!("mount on {destination}"), op),
        }
    }

    /// Where a bind comes from; `None` for a new file system.
    fn host_path(&self, source: &MountSource) -> Option<PathBuf> {
        match source {
            MountSource::Host { path } => Some(path.into()),
            MountSource::Allocation { path } if path == "logs" => Some(self.directories.logs.clone()),
            MountSource::Allocation { path } if path.is_empty() => Some(self.directories.allocation.clone()),
            MountSource::Allocation { path } => Some(self.directories.allocation.join(path)),
            MountSource::Task { path } => Some(self.directories.task.join(path)),
            MountSource::Tmpfs { .. }
            | MountSource::Text { .. }
            | MountSource::Proc
            | MountSource::Sysfs
            | MountSource::Devpts
            | MountSource::Mqueue => None,
        }
    }

    fn mount(&self, index: usize, mount: &Mount, trees: bool) -> SetupOp {
        let Mount { flags, propagation, .. } = *mount;
        let destination = mount.destination.clone();
        if let MountSource::Text { content } = &mount.source {
            return SetupOp::Text { content: content.clone(), destination };
        }
        match self.host_path(&mount.source) {
            Some(_) if trees => SetupOp::AttachTree { tree: index, destination, flags, propagation },
            Some(source) => SetupOp::Bind { source, destination, flags, propagation },
            None => {
                let (kind, options) = self.file_system(&mount.source);
                SetupOp::FileSystem { kind: kind.to_owned(), options, destination, flags }
            }
        }
    }

    fn file_system(&self, source: &MountSource) -> (&'static str, Vec<(String, String)>) {
        let option = |name: &str, value: String| (name.to_owned(), value);
        match source {
            MountSource::Tmpfs { size, mode, owned } => {
                let mut options = vec![option("mode", format!("{mode:o}"))];
                if *size > 0 {
                    options.push(option("size", size.to_string()));
                }
                if *owned {
                    options.push(option("uid", self.task.user.uid.to_string()));
                    options.push(option("gid", self.task.user.gid.to_string()));
                }
                ("tmpfs", options)
            }
            MountSource::Devpts => {
                let options = [("newinstance", ""), ("ptmxmode", "0666"), ("mode", "0620"), ("gid", "5")];
                ("devpts", options.map(|(name, value)| option(name, value.to_owned())).into())
            }
            MountSource::Mqueue => ("mqueue", Vec::new()),
            MountSource::Sysfs => ("sysfs", Vec::new()),
            _ => ("proc", Vec::new()),
        }
    }

    /// Links and devices that lie on this mount, or on none: made as soon as what they lie on is there, for a later mount may be reached
    /// through a link or lie over a device.
    fn nodes(&mut self, mount: Option<usize>) {
        let isolation = self.isolation;
        for (path, target) in &isolation.symlinks {
            if self.lies_on(path) == mount {
                let op = SetupOp::Symlink { path: path.clone(), target: target.clone() };
                self.push(format!("link {path}"), op);
            }
        }
        for device in &isolation.devices {
            if self.lies_on(&device.path) == mount {
                self.push(format!("device {}", device.path), self.device(device));
            }
        }
    }

    fn device(&self, device: &Device) -> SetupOp {
        let Device { kind, major, minor, mode, .. } = *device;
        let path = device.path.clone();
        if self.means.device_nodes {
            SetupOp::Device { path, kind, major, minor, mode }
        } else {
            SetupOp::BindDevice { path, source: device.host_path.clone().into() }
        }
    }

    /// The first new file system that a path lies on. What a bind holds is not ours to add to.
    fn lies_on(&self, path: &str) -> Option<usize> {
        let holds = |mount: &Mount| {
            matches!(mount.source, MountSource::Tmpfs { .. }) && Path::new(path).starts_with(&mount.destination)
        };
        self.isolation.mounts.iter().position(holds)
    }
}
