//! The `task` block and its small blocks: lifecycle, logs, payload, action, schedule, csi_plugin.

use super::artifact::Artifact;
use super::block::block;
use super::constraint::{Affinity, Constraint};
use super::duration::Duration;
use super::resources::Resources;
use super::restart::Restart;
use super::scaling::TaskScaling;
use super::service::Service;
use super::spanned::{List, Map, Opt, Str};
use super::template::Template;
use super::untyped::Untyped;
use super::vault::{Consul, Identity, Secret, Vault};
use super::volume::VolumeMount;

block! {
    /// One command, started by a driver.
    Task = "task", label name => "Name" {
        /// What starts it: `exec`, `raw_exec` …
        driver: Opt<Str> => "Driver";
        /// The user it runs as; `nobody` under `exec` where not given.
        user: Opt<Str> => "User";
        /// What the driver is to start; its keys are the driver's.
        config: Opt<Untyped> => "Config", block_only();
        /// Its environment.
        env: Opt<Map<Str>> => "Env";
        /// CPU, memory and devices.
        resources: Option<Box<Resources>> => "Resources";
        /// When it is started again after it ends; fills in what the group's says.
        restart: Option<Box<Restart>> => "RestartPolicy";
        /// When it runs beside the main tasks.
        lifecycle: Option<Box<Lifecycle>> => "Lifecycle";
        /// How much of its output is kept.
        logs: Option<Box<Logs>> => "LogConfig";
        /// Files fetched before it starts.
        artifacts as "artifact": Vec<Artifact> => "Artifacts";
        /// Files rendered before it starts and when their data changes.
        templates as "template": Vec<Template> => "Templates";
        /// Where the group's volumes are mounted.
        volume_mounts as "volume_mount": Vec<VolumeMount> => "VolumeMounts";
        /// Services that the task offers.
        services as "service": Vec<Service> => "Services";
        /// Commands that can be run in it by name.
        actions as "action": Vec<Action> => "Actions";
        /// The signal that asks it to stop.
        kill_signal: Opt<Str> => "KillSignal", default("SIGINT");
        /// How long it has to stop before it is killed.
        kill_timeout: Opt<Duration> => "KillTimeout", default("5s");
        /// How long to wait between taking its services out of service and stopping it.
        shutdown_delay: Opt<Duration> => "ShutdownDelay", default("0s");
        /// Whether the other tasks of the group are stopped when it ends.
        leader: Opt<bool> => "Leader", default("false");
        /// Free keys and values, `NOMAD_META_<key>` in the task; they win over the group's.
        meta: Opt<Map<Str>> => "Meta";
        /// Where the payload of a dispatched job is put.
        dispatch_payload: Option<Box<DispatchPayload>> => "DispatchPayload";
        /// Tokens that prove to others which task it is.
        identities as "identity": Vec<Identity> => "Identities", also_api("Identity"), cluster;
        /// Secrets fetched before it starts.
        secrets as "secret": Vec<Secret> => "Secrets", cluster;
        /// What a host must have.
        constraints as "constraint": Vec<Constraint> => "Constraints";
        /// When it may run.
        schedule: Option<Box<Schedule>> => "Schedule", enterprise;
        /// Its access to Vault.
        vault: Option<Box<Vault>> => "Vault", cluster;
        /// Its access to Consul.
        consul: Option<Box<Consul>> => "Consul", cluster;
        /// Makes it a storage plugin.
        csi_plugin: Option<Box<CsiPlugin>> => "CSIPluginConfig", cluster;
        /// What a host should have.
        affinities as "affinity": Vec<Affinity> => "Affinities", cluster;
        /// Bounds for its resources.
        scalings as "scaling": Vec<TaskScaling> => "ScalingPolicies", cluster;
        /// What Consul Connect calls it.
        kind: Opt<Str> => "Kind", cluster;
    }
}

block! {
    /// When a task runs, if not as a main task.
    Lifecycle = "lifecycle" {
        /// Before the main tasks, after they have started, or after they have ended.
        hook: Opt<Str> => "Hook", required, values(&["prestart", "poststart", "poststop"]);
        /// Whether it keeps running beside the main tasks.
        sidecar: Opt<bool> => "Sidecar", default("false");
    }
}

block! {
    /// How much of a task's output is kept: a number of files of a size each, for stdout and for stderr.
    Logs = "logs" {
        /// How many files.
        max_files: Opt<i64> => "MaxFiles", default("10");
        /// Their size in MB.
        max_file_size: Opt<i64> => "MaxFileSizeMB", default("10");
        /// Whether output is thrown away.
        disabled: Opt<bool> => "Disabled", default("false");
        /// Whether output is kept.
        enabled: Opt<bool> => "Enabled", deprecated("`disabled`");
    }
}

block! {
    /// Where the payload of a dispatched job is put.
    DispatchPayload = "dispatch_payload" {
        /// A file beneath the task's `local` directory.
        file: Opt<Str> => "File";
    }
}

block! {
    /// A command that can be run in the task by name.
    Action = "action", label name => "Name" {
        /// What to run.
        command: Opt<Str> => "Command", required;
        /// Its arguments.
        args: Opt<List<Str>> => "Args";
    }
}

block! {
    /// When a task may run.
    Schedule = "schedule" {
        /// From when to when.
        cron: Option<Box<ScheduleCron>> => "Cron";
    }
}

block! {
    /// The hours of a schedule.
    ScheduleCron = "cron" {
        /// A cron expression: when it starts.
        start: Opt<Str> => "Start";
        /// Minutes and hours: when it ends.
        end: Opt<Str> => "End";
        /// The time zone of both.
        timezone: Opt<Str> => "Timezone";
    }
}

block! {
    /// Makes a task a storage plugin.
    CsiPlugin = "csi_plugin" {
        /// The plugin's id.
        id: Opt<Str> => "ID";
        /// What it serves.
        kind as "type": Opt<Str> => "Type", values(&["node", "controller", "monolith"]);
        /// Where its socket is, as it sees it.
        mount_dir: Opt<Str> => "MountDir";
        /// Where it stages and publishes volumes, as it sees it.
        stage_publish_base_dir: Opt<Str> => "StagePublishBaseDir";
        /// How long it may take to answer the first time.
        health_timeout: Opt<Duration> => "HealthTimeout";
    }
}
