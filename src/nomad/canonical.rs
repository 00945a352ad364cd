//! Every default of the job specification, filled in as Nomad's API client does it (its `Canonicalize` methods).
//!
//! Works on API JSON, one function a block. What the reference leaves unset is left unset.

use serde_json::{Value, json};

use super::api::{Object, fill, fill_text, object_mut, object_or_new, objects_mut, text};

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// What a job's type decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Service,
    Batch,
    System,
    Sysbatch,
    Unknown,
}

impl Kind {
    fn of(job: &Object) -> Self {
        match text(job, "Type") {
            "service" => Self::Service,
            "batch" => Self::Batch,
            "system" => Self::System,
            "sysbatch" => Self::Sysbatch,
            _ => Self::Unknown,
        }
    }
}

/// Fills in a whole job.
pub(super) fn job(job: &mut Object) {
    fill(job, "Type", "service");
    let kind = Kind::of(job);
    for (name, value) in [("Namespace", "default"), ("Region", "global"), ("NodePool", "")] {
        fill(job, name, value);
    }
    fill(job, "Priority", 50);
    for name in ["AllAtOnce", "Stop", "Stable", "Dispatched"] {
        fill(job, name, false);
    }
    for name in ["ParentID", "ConsulNamespace", "VaultNamespace", "NomadTokenID", "Status", "StatusDescription"] {
        fill(job, name, "");
    }
    for name in ["Version", "CreateIndex", "ModifyIndex", "JobModifyIndex"] {
        fill(job, name, 0);
    }
    if let Some(periodic) = object_mut(job, "Periodic") {
        fill(periodic, "Enabled", true);
        fill(periodic, "Spec", "");
        fill(periodic, "Specs", json!([]));
        fill(periodic, "SpecType", "cron");
        fill(periodic, "ProhibitOverlap", false);
        fill_text(periodic, "TimeZone", "UTC");
    }
    if job.contains_key("Update") || matches!(kind, Kind::Service | Kind::System) {
        update(object_or_new(job, "Update"));
    }
    if let Some(multiregion) = object_mut(job, "Multiregion") {
        let strategy = object_or_new(multiregion, "Strategy");
        fill(strategy, "MaxParallel", 0);
        fill(strategy, "OnFailure", "");
        for region in objects_mut(multiregion, "Regions") {
            fill(region, "Count", 1);
        }
    }
    weights(job);
    let outer = Outer {
        kind,
        name: text(job, "Name").to_owned(),
        update: job.get("Update").cloned(),
        reschedule: job.get("Reschedule").cloned(),
        migrate: job.get("Migrate").cloned(),
    };
    for inner in objects_mut(job, "TaskGroups") {
        group(inner, &outer);
    }
}

/// What a group takes over from its job.
struct Outer {
    kind: Kind,
    name: String,
    update: Option<Value>,
    reschedule: Option<Value>,
    migrate: Option<Value>,
}

fn group(group: &mut Object, outer: &Outer) {
    let minimum = object_mut(group, "Scaling").and_then(|scaling| scaling.get("Min").cloned());
    fill(group, "Count", minimum.unwrap_or_else(|| 1.into()));
    let disk = object_or_new(group, "EphemeralDisk");
    fill(disk, "Sticky", false);
    fill(disk, "Migrate", false);
    fill(disk, "SizeMB", 300);
    if let Some(consul) = object_mut(group, "Consul") {
        fill_text(consul, "Cluster", "default");
    }
    inherit(group, "Update", outer.update.as_ref());
    if let Some(strategy) = object_mut(group, "Update") {
        update(strategy);
    }
    inherit(group, "ReschedulePolicy", outer.reschedule.as_ref());
    if group.contains_key("ReschedulePolicy") || !matches!(outer.kind, Kind::System | Kind::Sysbatch) {
        reschedule(object_or_new(group, "ReschedulePolicy"), outer.kind);
    }
    inherit(group, "Migrate", outer.migrate.as_ref());
    if group.contains_key("Migrate") || outer.kind == Kind::Service {
        let migrate = object_or_new(group, "Migrate");
        fill(migrate, "MaxParallel", 1);
        healthy(migrate);
    }
    let policy = object_or_new(group, "RestartPolicy");
    restart(policy, outer.kind);
    let policy = policy.clone();
    if let Some(disconnect) = object_mut(group, "Disconnect") {
        fill(disconnect, "Replace", true);
        fill(disconnect, "Reconcile", "best_score");
    }
    let count = group.get("Count").cloned();
    if let Some(scaling) = object_mut(group, "Scaling") {
        fill(scaling, "Enabled", true);
        fill_text(scaling, "Type", "horizontal");
        if let Some(count) = count {
            fill(scaling, "Min", count);
        }
    }
    weights(group);
    let group_name = text(group, "Name").to_owned();
    for inner in objects_mut(group, "Services") {
        service(inner, &format!("{}-{group_name}", outer.name));
    }
    for inner in objects_mut(group, "Tasks") {
        task(inner, outer, &group_name, &policy);
    }
}

fn task(task: &mut Object, outer: &Outer, group_name: &str, group_restart: &Object) {
    resources(object_or_new(task, "Resources"));
    fill(task, "KillTimeout", 5 * SECOND);
    for name in ["Kind", "KillSignal", "User"] {
        fill(task, name, "");
    }
    fill(task, "Leader", false);
    fill(task, "ShutdownDelay", 0);
    logs(object_or_new(task, "LogConfig"));
    let policy = object_or_new(task, "RestartPolicy");
    for (name, value) in group_restart {
        fill(policy, name, value.clone());
    }
    for artifact in objects_mut(task, "Artifacts") {
        fill_artifact(artifact);
    }
    if let Some(vault) = object_mut(task, "Vault") {
        fill(vault, "Env", true);
        fill(vault, "DisableFile", false);
        fill(vault, "Namespace", "");
        fill_text(vault, "Cluster", "default");
        fill(vault, "ChangeMode", "restart");
        fill(vault, "ChangeSignal", "SIGHUP");
        fill(vault, "AllowTokenExpiration", false);
    }
    if let Some(consul) = object_mut(task, "Consul") {
        fill_text(consul, "Cluster", "default");
    }
    for template in objects_mut(task, "Templates") {
        fill_template(template);
    }
    for mount in objects_mut(task, "VolumeMounts") {
        volume_mount(mount);
    }
    if let Some(plugin) = object_mut(task, "CSIPluginConfig") {
        fill_text(plugin, "MountDir", "/csi");
        fill_text(plugin, "StagePublishBaseDir", "/local/csi");
        if plugin.get("HealthTimeout").is_none_or(|timeout| timeout == 0) {
            plugin.insert("HealthTimeout".into(), (30 * SECOND).into());
        }
    }
    weights(task);
    let task_name = text(task, "Name").to_owned();
    for inner in objects_mut(task, "Services") {
        service(inner, &format!("{}-{group_name}-{task_name}", outer.name));
    }
}

fn resources(resources: &mut Object) {
    fill(resources, "CPU", if resources.contains_key("Cores") { 0 } else { 100 });
    fill(resources, "Cores", 0);
    fill(resources, "MemoryMB", 300);
    for device in objects_mut(resources, "Devices") {
        fill(device, "Count", 1);
        weights(device);
    }
    if let Some(numa) = object_mut(resources, "NUMA") {
        fill_text(numa, "Affinity", "none");
    }
}

fn logs(logs: &mut Object) {
    fill(logs, "MaxFiles", 10);
    fill(logs, "MaxFileSizeMB", 10);
    fill(logs, "Disabled", false);
}

fn fill_artifact(artifact: &mut Object) {
    fill(artifact, "GetterSource", "");
    fill(artifact, "GetterMode", "any");
    fill(artifact, "GetterInsecure", false);
    if !artifact.contains_key("RelativeDest") {
        let destination = match text(artifact, "GetterMode") {
            "file" => join("local", base(text(artifact, "GetterSource"))),
            _ => "local/".to_owned(),
        };
        artifact.insert("RelativeDest".into(), destination.into());
    }
}

/// The last element of a slash-separated path, as Go's `path.Base` has it.
fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match (path, trimmed) {
        ("", _) => ".",
        (_, "") => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// A directory and a name, as Go's `path.Join` has them.
fn join(directory: &str, name: &str) -> String {
    match name {
        "." | "/" => directory.to_owned(),
        ".." => ".".to_owned(),
        _ => format!("{directory}/{name}"),
    }
}

fn fill_template(template: &mut Object) {
    for name in ["SourcePath", "DestPath", "EmbeddedTmpl"] {
        fill(template, name, "");
    }
    fill(template, "ChangeMode", "restart");
    let signals = text(template, "ChangeMode") == "signal";
    match template.get("ChangeSignal").and_then(Value::as_str) {
        None => {
            let signal = if signals { "SIGHUP" } else { "" };
            template.insert("ChangeSignal".into(), signal.into());
        }
        Some(signal) => {
            let signal = signal.to_uppercase();
            template.insert("ChangeSignal".into(), signal.into());
        }
    }
    if let Some(script) = object_mut(template, "ChangeScript") {
        fill(script, "Command", "");
        fill(script, "Args", json!([]));
        fill(script, "Timeout", 5 * SECOND);
        fill(script, "FailOnError", false);
        fill(script, "RunOnFirstRender", false);
    }
    fill(template, "Once", false);
    fill(template, "Splay", 5 * SECOND);
    fill(template, "Perms", "0644");
    fill(template, "LeftDelim", "{{");
    fill(template, "RightDelim", "}}");
    fill(template, "Envvars", false);
    fill(template, "ErrMissingKey", false);
    fill(template, "VaultGrace", 0);
}

fn volume_mount(mount: &mut Object) {
    fill(mount, "ReadOnly", false);
    fill(mount, "PropagationMode", "private");
    fill(mount, "SELinuxLabel", "");
}

fn restart(policy: &mut Object, kind: Kind) {
    let (attempts, interval) = match kind {
        Kind::Batch | Kind::Sysbatch => (3, 24 * HOUR),
        Kind::Service | Kind::System | Kind::Unknown => (2, 30 * MINUTE),
    };
    fill(policy, "Attempts", attempts);
    fill(policy, "Interval", interval);
    fill(policy, "Delay", 15 * SECOND);
    fill(policy, "Mode", "fail");
    fill(policy, "RenderTemplates", false);
}

fn update(update: &mut Object) {
    fill(update, "Stagger", 30 * SECOND);
    fill(update, "MaxParallel", 1);
    healthy(update);
    fill(update, "ProgressDeadline", 10 * MINUTE);
    fill(update, "Canary", 0);
    fill(update, "AutoRevert", false);
    fill(update, "AutoPromote", false);
}

/// What `update` and `migrate` have in common.
fn healthy(block: &mut Object) {
    fill(block, "HealthCheck", "checks");
    fill(block, "MinHealthyTime", 10 * SECOND);
    fill(block, "HealthyDeadline", 5 * MINUTE);
}

fn reschedule(policy: &mut Object, kind: Kind) {
    let (attempts, interval, delay, function, most, unlimited) = match kind {
        Kind::Service => (0, 0, 30 * SECOND, "exponential", HOUR, true),
        Kind::Batch => (1, 24 * HOUR, 5 * SECOND, "constant", 0, false),
        Kind::System | Kind::Sysbatch | Kind::Unknown => (0, 0, 0, "", 0, false),
    };
    fill(policy, "Attempts", attempts);
    fill(policy, "Interval", interval);
    fill(policy, "Delay", delay);
    fill(policy, "DelayFunction", function);
    fill(policy, "MaxDelay", most);
    fill(policy, "Unlimited", unlimited);
}

/// A group's block over the job's of the same kind.
fn inherit(group: &mut Object, name: &str, from_job: Option<&Value>) {
    let Some(Value::Object(from_job)) = from_job else { return };
    let own = object_or_new(group, name);
    for (key, value) in from_job {
        fill(own, key, value.clone());
    }
}

/// The default weight of affinities and spreads.
fn weights(block: &mut Object) {
    for affinity in objects_mut(block, "Affinities") {
        fill(affinity, "Weight", 50);
    }
    for spread in objects_mut(block, "Spreads") {
        fill(spread, "Weight", 50);
    }
}

fn service(service: &mut Object, default_name: &str) {
    fill_text(service, "Name", default_name);
    fill_text(service, "Provider", "consul");
    fill_text(service, "Cluster", "default");
    fill_text(service, "AddressMode", "auto");
    fill_text(service, "OnUpdate", "require_healthy");
    if let Some(weights) = object_mut(service, "Weights") {
        for name in ["Passing", "Warning"] {
            if weights.get(name).is_none_or(|weight| weight == 0) {
                weights.insert(name.into(), 1.into());
            }
        }
    }
    let on_update = text(service, "OnUpdate").to_owned();
    let outer = service.get("CheckRestart").cloned();
    for check in objects_mut(service, "Checks") {
        fill_text(check, "OnUpdate", &on_update);
        check_restart(check, outer.as_ref());
    }
    if let Some(connect) = object_mut(service, "Connect") {
        fill_connect(connect);
    }
}

/// A check's own `check_restart` over the service's.
fn check_restart(check: &mut Object, outer: Option<&Value>) {
    if let Some(Value::Object(outer)) = outer {
        let own = object_or_new(check, "CheckRestart");
        for (name, value) in outer {
            // A grace of nothing is a grace; a limit of nothing is none.
            let silent = |have: &Value| name != "Grace" && (have == 0 || have == false);
            if own.get(name).is_none_or(silent) {
                own.insert(name.clone(), value.clone());
            }
        }
    }
    if let Some(own) = object_mut(check, "CheckRestart") {
        fill(own, "Grace", SECOND);
    }
}

fn fill_connect(connect: &mut Object) {
    if let Some(sidecar) = object_mut(connect, "SidecarTask") {
        resources(object_or_new(sidecar, "Resources"));
        fill(sidecar, "KillTimeout", 5 * SECOND);
        fill(sidecar, "ShutdownDelay", 0);
        logs(object_or_new(sidecar, "LogConfig"));
        for mount in objects_mut(sidecar, "VolumeMounts") {
            volume_mount(mount);
        }
    }
    let Some(gateway) = object_mut(connect, "Gateway") else { return };
    if let Some(proxy) = object_mut(gateway, "Proxy") {
        fill(proxy, "ConnectTimeout", 5 * SECOND);
    }
    if let Some(ingress) = object_mut(gateway, "Ingress") {
        for listener in objects_mut(ingress, "Listeners") {
            fill_text(listener, "Protocol", "tcp");
        }
    }
}
