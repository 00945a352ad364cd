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
    /// Whether [`TERMINAL_GROUP`] is there: not in a user namespace that has one id.
    pub terminal_group: bool,
}

/// The group terminals belong to (`tty`), by number on every distribution.
pub const TERMINAL_GROUP: u32 = 5;

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
                let options = [("newinstance", ""), ("ptmxmode", "0666"), ("mode", "0620")];
                let mut options: Vec<_> = options.map(|(name, value)| option(name, value.to_owned())).into();
                if self.means.terminal_group {
                    options.push(option("gid", TERMINAL_GROUP.to_string()));
                }
                ("devpts", options)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples;

    const TREES: Means = Means { method: Method::Descriptors, device_nodes: true, terminal_group: true };

    fn task() -> Task {
        samples::group("api", &["server"]).tasks.remove(0)
    }

    /// One line a step: address where it is not the task's, what, and the operation.
    fn lines(task: &Task, means: Means) -> String {
        let at = |name: &str| Path::new("/state/allocs/1").join(name);
        let directories = Directories { allocation: at("alloc"), task: at("tasks/server/root"), logs: at("logs") };
        let line = |setup: Setup| {
            let place = setup.address.strip_prefix(&task.address).unwrap_or(&setup.address);
            format!("{place} {}: {}", setup.what, serde_json::to_string(&setup.op).unwrap()).trim().to_owned()
        };
        lower(task, &directories, means).into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn by_descriptor_all_trees_are_taken_before_the_cut() {
        insta::assert_snapshot!(lines(&task(), TREES), @r#"
        network namespace /run/netns/x: {"op":"join_network","path":"/run/netns/x"}
        host name server: {"op":"hostname","name":"server"}
        mount on /usr: {"op":"open_tree","tree":0,"source":"/usr"}
        mount on /alloc: {"op":"open_tree","tree":1,"source":"/state/allocs/1/alloc/data"}
        mount on /local: {"op":"open_tree","tree":2,"source":"/state/allocs/1/tasks/server/root/local"}
        .volume_mount[0] mount of volume `data` on /data: {"op":"open_tree","tree":6,"source":"/srv/data"}
        separation from the host's mounts: {"op":"cut_off"}
        new root: {"op":"new_root"}
        link /bin: {"op":"symlink","path":"/bin","target":"usr/bin"}
        device /dev/null: {"op":"device","path":"/dev/null","kind":"character","major":1,"minor":3,"mode":438}
        mount on /usr: {"op":"attach_tree","tree":0,"destination":"/usr","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false},"propagation":"rprivate"}
        mount on /alloc: {"op":"attach_tree","tree":1,"destination":"/alloc","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false},"propagation":"rprivate"}
        mount on /local: {"op":"attach_tree","tree":2,"destination":"/local","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false},"propagation":"rprivate"}
        mount on /secrets: {"op":"file_system","kind":"tmpfs","options":[["mode","700"],["size","1048576"],["uid","65534"],["gid","65534"]],"destination":"/secrets","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false}}
        mount on /etc/passwd: {"op":"text","content":"root:x:0:0\n","destination":"/etc/passwd"}
        mount on /proc: {"op":"file_system","kind":"proc","options":[],"destination":"/proc","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false}}
        .volume_mount[0] mount of volume `data` on /data: {"op":"attach_tree","tree":6,"destination":"/data","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false},"propagation":"rshared"}
        read-only /proc/sys: {"op":"read_only","path":"/proc/sys"}
        mask of /proc/kcore: {"op":"mask","path":"/proc/kcore"}
        read-only root: {"op":"seal_root"}
        change of root: {"op":"pivot","cut_off":false}
        "#);
    }

    #[test]
    fn by_path_the_cut_comes_with_the_change_of_root() {
        insta::assert_snapshot!(lines(&task(), Means { method: Method::Paths, device_nodes: false, terminal_group: false }), @r#"
        network namespace /run/netns/x: {"op":"join_network","path":"/run/netns/x"}
        host name server: {"op":"hostname","name":"server"}
        new root: {"op":"new_root"}
        link /bin: {"op":"symlink","path":"/bin","target":"usr/bin"}
        device /dev/null: {"op":"bind_device","path":"/dev/null","source":"/dev/null"}
        mount on /usr: {"op":"bind","source":"/usr","destination":"/usr","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false},"propagation":"rprivate"}
        mount on /alloc: {"op":"bind","source":"/state/allocs/1/alloc/data","destination":"/alloc","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false},"propagation":"rprivate"}
        mount on /local: {"op":"bind","source":"/state/allocs/1/tasks/server/root/local","destination":"/local","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false},"propagation":"rprivate"}
        mount on /secrets: {"op":"file_system","kind":"tmpfs","options":[["mode","700"],["size","1048576"],["uid","65534"],["gid","65534"]],"destination":"/secrets","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false}}
        mount on /etc/passwd: {"op":"text","content":"root:x:0:0\n","destination":"/etc/passwd"}
        mount on /proc: {"op":"file_system","kind":"proc","options":[],"destination":"/proc","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false}}
        .volume_mount[0] mount of volume `data` on /data: {"op":"bind","source":"/srv/data","destination":"/data","flags":{"read_only":true,"nosuid":true,"nodev":true,"noexec":false},"propagation":"rshared"}
        read-only /proc/sys: {"op":"read_only","path":"/proc/sys"}
        mask of /proc/kcore: {"op":"mask","path":"/proc/kcore"}
        read-only root: {"op":"seal_root"}
        change of root: {"op":"pivot","cut_off":true}
        "#);
    }

    #[test]
    fn without_pivot_root_the_root_is_moved() {
        let mut task = task();
        task.isolation.as_mut().unwrap().pivot_root = false;
        let last = |means| lines(&task, means).lines().last().unwrap().to_owned();
        assert_eq!(last(TREES), r#"change of root: {"op":"move_root","cut_off":false}"#);
    }

    #[test]
    fn a_task_without_isolation_has_no_steps() {
        let mut task = task();
        task.isolation = None;
        assert_eq!(lines(&task, TREES), "");
    }

    #[test]
    fn links_and_devices_come_with_the_file_system_they_lie_on() {
        let mut task = task();
        let isolation = task.isolation.as_mut().unwrap();
        let tmpfs = MountSource::Tmpfs { size: 0, mode: 0o755, owned: false };
        isolation.mounts.push(Mount { destination: "/dev".into(), source: tmpfs, ..isolation.mounts[0].clone() });
        let host = MountSource::Host { path: "/srv".into() };
        isolation.mounts.push(Mount { destination: "/dev".into(), source: host, ..isolation.mounts[0].clone() });
        let lines = lines(&task, TREES);
        let position = |text: &str| lines.lines().position(|line| line.contains(text)).unwrap();
        assert!(position("link /bin") < position("\"attach_tree\""), "before all mounts:\n{lines}");
        let made = lines.lines().position(|line| line.contains("tmpfs") && line.contains("\"/dev\"")).unwrap();
        assert_eq!(position("device /dev/null"), made + 1, "on our own file system, not in what a volume lays over it");
    }
}
