//! Codes of the plan: what this host has, allows and supports.

use super::Example::{Config, Group, Host, Job, Other, Task};
use super::{Explanation, entry};

const HOST_VOLUME: &str = "client {\n  host_volume \"data\" {\n    path = \"/srv/data\"\n  }\n}";
const POLICY: &str =
    "policy \"ops\" {\n  users = [\"deploy\"]\n  host_volume \"data\" {\n    policy = \"write\"\n  }\n}";
const VOLUME: &str = "volume \"data\" {\n  type   = \"host\"\n  source = \"data\"\n}";
const DEVICES: &str = "command = \"/bin/server\"\ndevices = [{ host_path = \"/dev/fuse\", container_path = \"/dev/fuse\", cgroup_permissions = \"rw\" }]";
const COMMAND: &str = "command  = \"/bin/server\"\nwork_dir = \"/local\"";
const RESOURCES: &str = "resources {\n  cpu    = 100\n  memory = 64\n}";
const NOT_YET: &str = "It is read, checked and exported, and not yet run on one host.";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "apparmor::not_enabled",
        "a profile is asked for where AppArmor is not enabled",
        "A profile that is not enforced would protect nobody.",
        Config("command          = \"/bin/server\"\napparmor_profile = \"my-server\""),
    ),
    entry(
        "apparmor::not_loaded",
        "the kernel has no AppArmor profile of this name",
        "It is loaded with apparmor_parser(8).",
        Config("command          = \"/bin/server\"\napparmor_profile = \"my-server\""),
    ),
    entry(
        "network::mode_not_supported",
        "a network's mode cannot be had here",
        "jobctl has the host's network, and a network namespace that the task's config names.",
        Group("network {\n  mode = \"host\"\n}"),
    ),
    entry(
        "network::port_in_use",
        "somebody else on this host has a port",
        "A port is had once; a free one is found where the job names none. The job can be planned and not run.",
        Group("network {\n  port \"http\" {}\n}"),
    ),
    entry(
        "network::port_of_a_task",
        "a port belongs to a group",
        "All tasks of a group share its network.",
        Group("network {\n  port \"http\" {}\n}"),
    ),
    entry(
        "network::port_taken_twice",
        "a job cannot have a port twice on one host",
        "A cluster would place the allocations on different hosts.",
        Group("network {\n  port \"http\" {}\n}"),
    ),
    entry(
        "network::unknown_host_network",
        "the host has no network of this name",
        "jobctl knows the host's network only; `ip` names the address that tasks are told.",
        Group("network {\n  ip = \"10.0.0.1\"\n  port \"http\" {}\n}"),
    ),
    entry(
        "template::rendered_at_start",
        "a template says what a change of it does to the running task",
        "Without Consul, Vault and a cluster nothing changes by itself: templates are rendered before each start of their task, after a restart anew.",
        Task(
            "template {\n  data        = \"port 80\"\n  destination = \"local/app.conf\"\n  change_mode = \"noop\"\n}",
        ),
    ),
    entry(
        "template::script_not_run",
        "a template's script is to be run when it is rendered first",
        "Templates are rendered before the task starts, and there is nothing yet that a script could run in.",
        Task("template {\n  data        = \"port 80\"\n  destination = \"local/app.conf\"\n}"),
    ),
    entry(
        "parameterized::missing_payload",
        "a parameterized job lacks the payload it requires",
        "It can be planned without; it cannot be run.",
        Job("type = \"batch\"\nparameterized {\n  payload = \"optional\"\n}"),
    ),
    entry(
        "parameterized::payload_refused",
        "a payload is given to a job that does not take it",
        "Jobs say whether they take a payload; Nomad takes at most 16 KiB.",
        Job("type = \"batch\"\nparameterized {\n  payload = \"optional\"\n}"),
    ),
    entry(
        "parameterized::unexpected_meta",
        "meta is given that a parameterized job does not name",
        "As in Nomad: what may be given stands in `meta_required` and `meta_optional`.",
        Job("type = \"batch\"\nparameterized {\n  meta_optional = [\"customer\"]\n}"),
    ),
    entry(
        "capability::not_available",
        "jobctl has no such capability to give away",
        "A capability can only be passed on by who has it; containers and service managers take some away.",
        Config("command = \"/bin/server\"\ncap_add = [\"net_bind_service\"]"),
    ),
    entry(
        "config::cgroup_override",
        "a task asks for a cgroup of its own choice",
        "It would leave the cgroup it is counted, limited and killed by.",
        Host("cgroup_parent = \"/jobs\""),
    ),
    entry("config::missing_command", "a task has no command", "There is nothing to run.", Config(COMMAND)),
    entry(
        "config::relative_work_dir",
        "a working directory is relative",
        "There is no directory it could be relative to.",
        Config(COMMAND),
    ),
    entry(
        "config::path_not_absolute",
        "a path is relative where it must be absolute",
        "There is no directory it could be relative to.",
        Config("command           = \"/bin/server\"\nnetwork_namespace = \"/run/netns/blue\""),
    ),
    entry(
        "config::oom_score_needs_root",
        "a negative `oom_score_adj` needs root",
        "It takes the task out of the kernel's choice of victims.",
        Config("command       = \"/bin/server\"\noom_score_adj = 100"),
    ),
    entry(
        "constraint::not_met",
        "this host does not meet a constraint",
        "A cluster would place the job elsewhere; here there is only this host.",
        Job("constraint {\n  attribute = \"${attr.kernel.name}\"\n  value     = \"linux\"\n}"),
    ),
    entry("devices::no_host_path", "a device has no path on the host", "Which device is it?", Config(DEVICES)),
    entry(
        "devices::outside_dev",
        "a device is to stand outside of /dev",
        "The task's /dev is the only place where devices work.",
        Config(DEVICES),
    ),
    entry(
        "devices::bad_permissions",
        "a device's permissions cannot be read",
        "r is reading, w writing, m making the node.",
        Config(DEVICES),
    ),
    entry("devices::not_a_device", "the host has no such device", "Load the module that makes it.", Config(DEVICES)),
    entry(
        "job::other_datacenter",
        "the job asks for other data centers",
        "A cluster would not place it on this host. It runs here all the same.",
        Job("datacenters = [\"dc1\"]"),
    ),
    entry(
        "parameterized::missing_meta",
        "a parameterized job lacks a key it requires",
        "It is given when the job is run: `jobctl run --meta KEY=VALUE`.",
        Job("type = \"batch\"\nmeta {\n  customer = \"acme\"\n}\nparameterized {\n  meta_required = [\"customer\"]\n}"),
    ),
    entry(
        "periodic::runs_once",
        "a periodic job runs once here",
        "The clock does not start it yet. cron(8) or a systemd timer can: `jobctl run --detach FILE`.",
        Job("type = \"batch\""),
    ),
    entry(
        "resources::cannot_be_enforced",
        "a limit the author wrote cannot be enforced",
        "It needs a cgroup controller that this host lacks; `jobctl doctor` says how to get it.",
        Task(RESOURCES),
    ),
    entry(
        "resources::not_enforced",
        "default limits are not enforced here",
        "A cgroup controller is missing; `jobctl doctor` says which.",
        Task(RESOURCES),
    ),
    entry(
        "resources::more_memory_than_there_is",
        "a task asks for more memory than the host has",
        "The limit is never reached.",
        Task(RESOURCES),
    ),
    entry(
        "resources::not_enough_cores",
        "a task asks for more cores than the host has",
        "It cannot have them.",
        Task("resources {\n  cores = 1\n}"),
    ),
    entry(
        "service::not_registered",
        "services are registered nowhere on one host",
        "They are kept for a cluster.",
        Group("shutdown_delay = \"5s\""),
    ),
    entry(
        "task::driver_not_supported",
        "a driver cannot be run here",
        "jobctl runs `exec` and `raw_exec`. Validation and export work for every driver.",
        Task("driver = \"exec\""),
    ),
    entry(
        "task::raw_exec_disabled",
        "this host does not run `raw_exec`",
        "Its configuration says so.",
        Host("plugin \"raw_exec\" {\n  config {\n    enabled = true\n  }\n}"),
    ),
    entry(
        "task::unknown_user",
        "the host has no such user",
        "The task cannot run as nobody it knows.",
        Task("user = \"nobody\""),
    ),
    entry(
        "task::unknown_group",
        "the host has no such group",
        "The task cannot run in a group it does not know.",
        Task("user = \"nobody\""),
    ),
    entry(
        "task::unknown_signal",
        "a signal is not known to Linux",
        "The task could not be asked to stop.",
        Task("kill_signal = \"SIGTERM\""),
    ),
    entry(
        "task::user_denied",
        "the host's configuration denies a user",
        "`denied_host_uids` and `denied_host_gids` of the driver name it.",
        Task("user = \"nobody\""),
    ),
    entry(
        "task::user_needs_root",
        "running as another user needs root",
        "Only root can become somebody else. Under `exec` an ordinary user's task can be anybody inside its user namespace; outside it is that user.",
        Task("kill_signal = \"SIGTERM\""),
    ),
    entry(
        "volume::denied",
        "a policy denies a volume",
        "Policies of the host's configuration say who may use which volume.",
        Host(POLICY),
    ),
    entry(
        "volume::unknown_host_volume",
        "the host has no volume of this name",
        "A job can only mount what the host's configuration names.",
        Host(HOST_VOLUME),
    ),
    entry(
        "volume::per_alloc_not_supported",
        "several allocations with a volume each are not supported yet",
        NOT_YET,
        Group(VOLUME),
    ),
    entry(
        "volume::source_missing",
        "the directory of a host volume does not exist",
        "It must be there before a task can mount it.",
        Host(HOST_VOLUME),
    ),
    entry(
        "volume::source_not_directory",
        "a host volume is not a directory",
        "Only directories are mounted.",
        Host(HOST_VOLUME),
    ),
    entry(
        "volume::type_not_supported",
        "a volume's type needs a cluster",
        "On one host there are host volumes.",
        Group(VOLUME),
    ),
    entry(
        "volume_mount::bidirectional_needs_root",
        "a bidirectional mount needs root",
        "An ordinary user's mounts never reach the host (user_namespaces(7)).",
        Group(VOLUME),
    ),
    entry(
        "start::command_not_found",
        "a task's command is not there",
        "Under `exec` it is looked for inside the task's root: in local/, in the root, then in PATH; the host's /bin, /lib, /sbin and /usr are there, the rest of the host is not.",
        Config("command = \"/usr/bin/env\""),
    ),
    entry(
        "start::failed",
        "a task could not be started",
        "The kernel refused a step of making its world; the message has the step and the kernel's word for why.",
        Other("jobctl doctor"),
    ),
    entry(
        "start::not_executable",
        "a task's command cannot be executed",
        "It is a file without the executable bit, on a mount with noexec, or for another machine. Only what lies in the task's own directories is made executable.",
        Config("command = \"/bin/sh\"\nargs    = [\"local/script\"]"),
    ),
    entry(
        "volume_mount::needs_exec",
        "a task without isolation has a volume",
        "`raw_exec` sees the host's own files.",
        Group(VOLUME),
    ),
    entry(
        "volume_mount::no_mount_point",
        "nothing can be mounted at a destination",
        "What is seen there is the host's, read-only: the directory must be there already.",
        Group(VOLUME),
    ),
    entry(
        "volume_mount::read_only_here",
        "a volume is mounted read-only on this host",
        "The host's configuration or a policy says so; the job alone would have it writable.",
        Host(HOST_VOLUME),
    ),
    entry(
        "volume_mount::shadows",
        "a volume would take the place of something the task needs",
        "Mount it elsewhere.",
        Group(VOLUME),
    ),
    entry(
        "volume_mount::source_not_shared",
        "a bidirectional volume's directory is on no shared mount",
        "Mounts can only pass where the host's mount is shared (mount_namespaces(7)): `mount --make-shared`.",
        Other("mount --bind /srv/data /srv/data && mount --make-shared /srv/data"),
    ),
    entry(
        "volume_mount::source_receives_nothing",
        "a volume's directory is on a mount that passes nothing on",
        "Mounts can only pass where the host's mount is shared (mount_namespaces(7)): `mount --make-shared`.",
        Other("mount --bind /srv/data /srv/data && mount --make-shared /srv/data"),
    ),
];
