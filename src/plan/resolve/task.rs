//! One task: command, user, environment, limits, world; every default filled in.

use std::collections::BTreeMap;

use super::attributes::Attributes;
use super::capabilities;
use super::driver_config::DriverConfig;
use super::environment::{Environment, Surroundings};
use super::interpolate::Scope;
use super::resources::{self, Amounts, Cores};
use super::volumes::Volume;
use super::world::{Parts, World};
use super::{apparmor, meta, preparation, restart, user, volume_mounts};
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::host::Limit;
use crate::jobspec::{self, Duration, Opt, Spanned};
use crate::plan::{Action, Command, Driver, Isolation, Job, Lifecycle, LifecycleHook, Logs, Port, Rlimit, Task, User};

/// What the tasks of a group have in common.
#[derive(Debug)]
pub(super) struct Common<'a> {
    /// The plan's job.
    pub(super) job: &'a Job,
    /// The group as written; `None` for a task directly in the job.
    pub(super) written: Option<&'a jobspec::Group>,
    /// The group's name.
    pub(super) name: &'a str,
    /// The group's address.
    pub(super) address: &'a str,
    /// `meta` of job and group.
    pub(super) meta: &'a BTreeMap<String, String>,
    /// The group's ports.
    pub(super) ports: &'a BTreeMap<String, Port>,
    /// The group's volumes.
    pub(super) volumes: &'a BTreeMap<&'a str, Volume<'a>>,
    /// What of the host an isolated task sees.
    pub(super) world: &'a World<'a>,
    /// The host's attributes.
    pub(super) attributes: &'a Attributes,
}

/// Resolves a task; `None` where a finding says why not.
pub(super) fn resolve(task: &jobspec::Task, common: &Common<'_>, cores: &mut Cores, sink: &mut Sink) -> Option<Task> {
    let address = format!("{}.task.{}", common.address, &*task.name.value);
    let (host, settings) = (common.world.host, common.world.host.settings());
    let facts = &host.facts;
    let driver = driver(task, settings.raw_exec.enabled, settings.raw_exec.enabled_span, sink)?;
    let driver_name = if driver == Driver::Exec { "exec" } else { "raw_exec" };
    let config = DriverConfig::read(task.config.as_ref().map(|config| &config.value), driver_name, sink);
    let denied = if driver == Driver::Exec { &settings.exec.denied } else { &settings.raw_exec.denied };
    let user = user::resolve(task.user.as_ref(), task.at, driver, denied, facts, sink);
    let meta = meta(common.meta, task.meta.as_ref());
    let written_resources = task.resources.as_deref();
    let resources =
        resources::resolve(written_resources, task.at, &config, settings.exec.defaults.pids_limit, facts, cores, sink);
    let user = user?;
    let amounts = Amounts::of(written_resources, facts);
    let environment = environment(task, common, driver, &user, &meta, amounts, &config);
    let attributes = common.attributes;
    let scope = Scope { attributes, env: &environment.known, at_start: &environment.at_start };
    let command = command(task, &config, driver, &scope, sink);
    let artifacts = preparation::artifacts(task, &address, settings, &scope);
    let templates = preparation::templates(task, &address, &scope, sink);
    let actions = actions(task, &scope);
    let root = user.uid == 0;
    let (isolation, capabilities) = match driver {
        Driver::Exec => {
            let isolation = isolation(task, &address, common, &config, &user, amounts, &scope, sink);
            (Some(isolation), capabilities::resolve(&config, &settings.exec, facts, root, sink))
        }
        Driver::RawExec => {
            refuse_volumes(task, sink);
            (None, capabilities::of_caller(facts, root))
        }
    };
    Some(Task {
        address,
        name: task.name.to_string(),
        driver,
        lifecycle: lifecycle(task),
        leader: is_true(task.leader),
        command: command?,
        no_new_privileges: no_new_privileges(&config, settings.exec.defaults.no_new_privileges, driver, root),
        user,
        env: environment.known,
        env_at_start: environment.at_start,
        meta,
        payload: None,
        artifacts,
        templates,
        isolation,
        capabilities,
        apparmor_profile: apparmor::resolve(&config, driver, &settings.exec.defaults, facts, sink),
        resources,
        rlimits: rlimits(&settings.exec.defaults.ulimit, &config.ulimit),
        oom_score_adj: oom_score_adj(&config, settings.exec.defaults.oom_score_adj, facts.kernel.root, sink),
        actions,
        logs: logs(task),
        restart: restart::resolve(
            common.written.and_then(|group| group.restart.as_deref()),
            task.restart.as_deref(),
            common.job.kind,
        ),
        kill_signal: kill_signal(task, sink),
        kill_timeout: duration(task.kill_timeout).unwrap_or(Duration::from_seconds(5)),
        shutdown_delay: duration(task.shutdown_delay).unwrap_or(Duration::ZERO),
    })
}

fn driver(task: &jobspec::Task, raw_exec: bool, written_at: Option<Span>, sink: &mut Sink) -> Option<Driver> {
    let driver = task.driver.as_ref()?;
    match &*driver.value {
        "exec" => Some(Driver::Exec),
        "raw_exec" if raw_exec => Some(Driver::RawExec),
        "raw_exec" => {
            let mut finding = Diagnostic::error("task::raw_exec_disabled", "this host does not run `raw_exec`")
                .label(driver.span, "disabled");
            if let Some(place) = written_at {
                finding = finding.label(place, "disabled here");
            }
            sink.push(finding.help("use `exec`, or ask the host's administrator"));
            None
        }
        // Reported by `unsupported`.
        _ => None,
    }
}

fn environment(
    task: &jobspec::Task,
    common: &Common<'_>,
    driver: Driver,
    user: &User,
    meta: &BTreeMap<String, String>,
    amounts: Amounts,
    config: &DriverConfig,
) -> Environment {
    let own = Environment::of(&Surroundings {
        job: common.job,
        group: common.name,
        task: &task.name.value,
        driver,
        user,
        meta,
        ports: common.ports,
        amounts,
    });
    let mut environment = own.clone();
    // The job's variables may refer to jobctl's, not to each other: their order does not matter.
    let scope = Scope { attributes: common.attributes, env: &own.known, at_start: &own.at_start };
    environment.add_written(task.env.as_ref(), &scope);
    if driver == Driver::RawExec {
        let denied = &common.world.host.settings().raw_exec.denied_envvars;
        environment.deny(denied.iter().chain(&config.denied_envvars));
    }
    environment
}

fn command(
    task: &jobspec::Task,
    config: &DriverConfig,
    driver: Driver,
    scope: &Scope<'_>,
    sink: &mut Sink,
) -> Option<Command> {
    let Some(command) = &config.command else {
        let at = task.config.as_ref().map_or(task.at, |config| config.span);
        sink.push(
            Diagnostic::error("config::missing_command", "the task has no command")
                .label(at, "needs `command`")
                .help("write what to run: config { command = \"/bin/sleep\" }"),
        );
        return None;
    };
    let work_dir = match (&config.work_dir, driver) {
        (Some(path), _) => scope.interpolate(path),
        (None, Driver::Exec) => "/".to_owned(),
        // The task's directory, as Nomad has it: what is fetched stands in its `local`.
        (None, Driver::RawExec) => "${NOMAD_TASK_DIR}/..".to_owned(),
    };
    if let Some(written) =
        config.work_dir.as_ref().filter(|_| !work_dir.starts_with('/') && !work_dir.starts_with("${"))
    {
        sink.push(
            Diagnostic::error("config::relative_work_dir", format!("work_dir must be absolute, not {work_dir:?}"))
                .label(written.span, "relative")
                .help("begin it with `/` or `${NOMAD_TASK_DIR}`"),
        );
    }
    Some(Command {
        command: scope.interpolate(command),
        args: config.args.iter().map(|arg| scope.interpolate(arg)).collect(),
        work_dir,
    })
}

fn actions(task: &jobspec::Task, scope: &Scope<'_>) -> BTreeMap<String, Action> {
    let action = |written: &jobspec::Action| {
        let args = written.args.iter().flat_map(|args| &args.value);
        let command = written.command.as_ref().map(|command| scope.interpolate(command)).unwrap_or_default();
        (written.name.to_string(), Action { command, args: args.map(|arg| scope.interpolate(arg)).collect() })
    };
    task.actions.iter().map(action).collect()
}

#[expect(clippy::too_many_arguments, reason = "each is a part of the world, resolved by its own rules")]
fn isolation(
    task: &jobspec::Task,
    address: &str,
    common: &Common<'_>,
    config: &DriverConfig,
    user: &User,
    amounts: Amounts,
    scope: &Scope<'_>,
    sink: &mut Sink,
) -> Isolation {
    let volumes = volume_mounts::resolve(task, address, common.volumes, common.world, scope, sink);
    let network = common.written.and_then(|group| group.networks.first());
    let named = network.and_then(|network| network.hostname.as_ref()).map(|name| name.to_string());
    let named = named.or_else(|| config.hostname.as_ref().map(|name| name.value.clone()));
    let parts = Parts {
        user,
        hostname: named.map_or_else(|| default_hostname(&task.name.value), |name| scope.interpolate(&name)),
        dns: network.and_then(|network| network.dns.as_deref()),
        secrets_size: amounts.secrets << 20,
    };
    common.world.isolation(config, parts, volumes, sink)
}

/// `<task>-<first 8 of the allocation>`, of what a host name may hold (hostname(7)).
fn default_hostname(task: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let task: String = task.chars().map(fits).take(54).collect();
    format!("{}-${{NOMAD_SHORT_ALLOC_ID}}", task.trim_matches('-'))
}

fn refuse_volumes(task: &jobspec::Task, sink: &mut Sink) {
    if let Some(mount) = task.volume_mounts.first() {
        sink.push(
            Diagnostic::error("volume_mount::needs_exec", "`raw_exec` has the host's files and mounts no volumes")
                .label(mount.at, "cannot be mounted")
                .help("use `driver = \"exec\"`, or the host's own path"),
        );
    }
}

fn lifecycle(task: &jobspec::Task) -> Lifecycle {
    let Some(written) = &task.lifecycle else { return Lifecycle { hook: LifecycleHook::Main, sidecar: false } };
    let hook = match written.hook.as_ref().map(|hook| &*hook.value) {
        Some("prestart") => LifecycleHook::Prestart,
        Some("poststart") => LifecycleHook::Poststart,
        Some("poststop") => LifecycleHook::Poststop,
        _ => LifecycleHook::Main,
    };
    Lifecycle { hook, sidecar: is_true(written.sidecar) }
}

fn no_new_privileges(config: &DriverConfig, default: Option<bool>, driver: Driver, root: bool) -> bool {
    match driver {
        Driver::Exec => config.no_new_privileges.or(default).unwrap_or(!root),
        // It gives nothing and takes nothing: what sudo can do from the caller's shell, it can do from the task.
        Driver::RawExec => false,
    }
}

fn rlimits(defaults: &BTreeMap<String, Limit>, own: &BTreeMap<String, Limit>) -> BTreeMap<String, Rlimit> {
    let all = defaults.iter().chain(own);
    all.map(|(name, limit)| (name.clone(), Rlimit { soft: limit.soft, hard: limit.hard })).collect()
}

fn oom_score_adj(config: &DriverConfig, default: i16, root: bool, sink: &mut Sink) -> i16 {
    let Some(Spanned { value, span }) = config.oom_score_adj else { return default };
    if value < 0 && !root {
        sink.push(
            Diagnostic::error("config::oom_score_needs_root", "a negative oom_score_adj needs root")
                .label(span, "protects from the OOM killer")
                .help("write 0 or more, or run with sudo"),
        );
    }
    value
}

fn logs(task: &jobspec::Task) -> Logs {
    let Some(written) = &task.logs else { return Logs { max_files: 10, max_file_size: 10 << 20, disabled: false } };
    let number = |value: Opt<i64>| value.map_or(10, |value| value.value.max(1));
    let off = written.enabled.is_some_and(|enabled| !enabled.value);
    Logs {
        max_files: u32::try_from(number(written.max_files)).unwrap_or(u32::MAX),
        max_file_size: number(written.max_file_size).unsigned_abs() << 20,
        disabled: is_true(written.disabled) || off,
    }
}

/// The signal by its kernel name; `INT` and `sigint` are read too.
fn kill_signal(task: &jobspec::Task, sink: &mut Sink) -> String {
    const DEFAULT: &str = "SIGINT";
    let Some(written) = task.kill_signal.as_ref().filter(|signal| !signal.is_empty()) else {
        return DEFAULT.to_owned();
    };
    let name = written.to_ascii_uppercase();
    let name = if name.starts_with("SIG") { name } else { format!("SIG{name}") };
    let canonical = match name.as_str() {
        "SIGIOT" => "SIGABRT",
        "SIGPOLL" => "SIGIO",
        "SIGCLD" => "SIGCHLD",
        other => other,
    };
    if canonical.parse::<nix::sys::signal::Signal>().is_err() {
        sink.push(
            Diagnostic::error("task::unknown_signal", format!("unknown signal {:?}", &*written.value))
                .label(written.span, "not known to Linux")
                .help("signal(7) lists them: \"SIGTERM\", \"SIGINT\" …"),
        );
    }
    canonical.to_owned()
}

fn is_true(value: Opt<bool>) -> bool {
    value.is_some_and(|value| value.value)
}

fn duration(value: Opt<Duration>) -> Option<Duration> {
    value.map(|value| value.value)
}
