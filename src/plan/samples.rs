//! Plans for unit tests of the rooms below: one with something in every field, and small variations of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Action, Artifact, ArtifactLimits, ArtifactMode, Capabilities, Command, Device, DeviceKind, Driver, Group,
    Isolation, Job, JobType, Lifecycle, LifecycleHook, Logs, Mount, MountFlags, MountSource, NamespaceMode, Namespaces,
    Payload, Plan, Port, Propagation, Resources, Restart, RestartMode, Rlimit, Task, Template, User, VERSION,
    VolumeReference,
};
use crate::jobspec::Duration;

/// A service with one group of two tasks, no field empty.
pub(crate) fn plan() -> Plan {
    Plan {
        version: VERSION,
        job: Job {
            id: "web".to_owned(),
            name: "web".to_owned(),
            namespace: "default".to_owned(),
            region: "global".to_owned(),
            kind: JobType::Service,
            datacenter: "dc1".to_owned(),
            meta: map(&[("team", "a")]),
        },
        groups: vec![group("api", &["server", "helper"])],
    }
}

/// A group of these tasks.
pub(crate) fn group(name: &str, tasks: &[&str]) -> Group {
    let address = format!("job.web.group.{name}");
    Group {
        name: name.to_owned(),
        count: 2,
        shutdown_delay: Duration::from_seconds(1),
        max_run_duration: Duration::from_seconds(60),
        meta: map(&[("rack", "r1")]),
        ports: [("http".to_owned(), Port { number: 8080, to: 80, address: "127.0.0.1".to_owned(), shared: false })]
            .into(),
        tasks: tasks.iter().map(|task| self::task(&address, task)).collect(),
        address,
    }
}

fn task(group: &str, name: &str) -> Task {
    let all = || -> BTreeSet<String> { ["CAP_CHOWN".to_owned(), "CAP_KILL".to_owned()].into() };
    Task {
        address: format!("{group}.task.{name}"),
        name: name.to_owned(),
        driver: Driver::Exec,
        lifecycle: Lifecycle { hook: LifecycleHook::Main, sidecar: false },
        leader: false,
        command: Command {
            command: "/bin/server".to_owned(),
            args: vec!["-port".to_owned(), "80".to_owned()],
            work_dir: "/".to_owned(),
        },
        user: User {
            name: "nobody".to_owned(),
            uid: 65534,
            gid: 65534,
            groups: vec![10],
            home: "/nonexistent".to_owned(),
        },
        env: map(&[("PORT", "80"), ("DB_PASSWORD", "hunter2"), ("NOMAD_META_team", "a")]),
        env_at_start: ["NOMAD_ALLOC_ID".to_owned()].into(),
        meta: map(&[("team", "a")]),
        actions: [(
            "reload".to_owned(),
            Action { command: "/bin/kill".to_owned(), args: vec!["-HUP".to_owned(), "1".to_owned()] },
        )]
        .into(),
        payload: Some(Payload {
            address: format!("{group}.task.{name}.dispatch_payload"),
            file: "input".to_owned(),
            content: "YQ==".to_owned(),
        }),
        artifacts: vec![artifact(group, name)],
        templates: vec![template(group, name)],
        isolation: Some(isolation(group, name)),
        capabilities: Capabilities {
            bounding: all(),
            permitted: all(),
            effective: all(),
            inheritable: all(),
            ambient: all(),
        },
        no_new_privileges: true,
        apparmor_profile: "jobctl".to_owned(),
        resources: Resources {
            cpu_shares: 100,
            cpuset: "0-1".to_owned(),
            memory_limit: 300 << 20,
            memory_reservation: 200 << 20,
            pids_limit: 4096,
            written: ["memory".to_owned()].into(),
        },
        rlimits: [("nofile".to_owned(), Rlimit { soft: 1024, hard: u64::MAX })].into(),
        oom_score_adj: 0,
        logs: Logs { max_files: 10, max_file_size: 10 << 20, disabled: false },
        restart: Restart {
            attempts: 2,
            interval: Duration::from_seconds(1800),
            delay: Duration::from_seconds(15),
            mode: RestartMode::Fail,
        },
        kill_signal: "SIGINT".to_owned(),
        kill_timeout: Duration::from_seconds(5),
        shutdown_delay: Duration::ZERO,
    }
}

fn isolation(group: &str, task: &str) -> Isolation {
    let mount = |destination: &str, source: MountSource| Mount {
        destination: destination.to_owned(),
        source,
        flags: MountFlags { read_only: true, nosuid: true, nodev: true, noexec: false },
        propagation: Propagation::Private,
        volume: None,
    };
    Isolation {
        namespaces: Namespaces {
            pid: NamespaceMode::Private,
            ipc: NamespaceMode::Host,
            network: "/run/netns/x".to_owned(),
            user: false,
        },
        hostname: "server".to_owned(),
        pivot_root: true,
        mounts: vec![
            mount("/usr", MountSource::Host { path: "/usr".to_owned() }),
            mount("/alloc", MountSource::Allocation { path: "data".to_owned() }),
            mount("/local", MountSource::Task { path: "local".to_owned() }),
            mount("/secrets", MountSource::Tmpfs { size: 1 << 20, mode: 0o700, owned: true }),
            mount("/etc/passwd", MountSource::Text { content: "root:x:0:0\n".to_owned() }),
            mount("/proc", MountSource::Proc),
            Mount {
                propagation: Propagation::Shared,
                volume: Some(VolumeReference {
                    address: format!("{group}.task.{task}.volume_mount[0]"),
                    volume: "data".to_owned(),
                    host_volume: "srv".to_owned(),
                }),
                ..mount("/data", MountSource::Host { path: "/srv/data".to_owned() })
            },
        ],
        symlinks: map(&[("/bin", "usr/bin")]),
        devices: vec![Device {
            path: "/dev/null".to_owned(),
            host_path: "/dev/null".to_owned(),
            kind: DeviceKind::Character,
            major: 1,
            minor: 3,
            mode: 0o666,
            access: "rwm".to_owned(),
        }],
        masked_paths: vec!["/proc/kcore".to_owned()],
        readonly_paths: vec!["/proc/sys".to_owned()],
    }
}

fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn artifact(group: &str, name: &str) -> Artifact {
    Artifact {
        address: format!("{group}.task.{name}.artifact[0]"),
        source: "https://example.com/app.tar.gz".to_owned(),
        options: map(&[("checksum", "md5:00000000000000000000000000000000")]),
        headers: map(&[("X-Token", "secret")]),
        mode: ArtifactMode::Any,
        insecure: false,
        destination: "local/".to_owned(),
        limits: ArtifactLimits {
            http_timeout: Duration::from_seconds(1800),
            http_max_size: 100_000_000_000,
            git_timeout: Duration::from_seconds(1800),
            unpacked_size: 100_000_000_000,
            unpacked_files: 4096,
        },
    }
}

fn template(group: &str, name: &str) -> Template {
    Template {
        address: format!("{group}.task.{name}.template[0]"),
        source: "local/app.conf.tpl".to_owned(),
        data: "port {{ env \"PORT\" }}".to_owned(),
        destination: "local/app.conf".to_owned(),
        perms: "0644".to_owned(),
        uid: Some(1),
        gid: Some(2),
        left_delimiter: "{{".to_owned(),
        right_delimiter: "}}".to_owned(),
        env: true,
        error_on_missing_key: true,
    }
}
