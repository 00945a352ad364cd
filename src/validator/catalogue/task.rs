//! Codes of rules about tasks and what stands in them.

use super::Example::{Group, Task};
use super::{Explanation, entry};

const VAULT: &str = "vault {\n  role        = \"web\"\n  change_mode = \"restart\"\n}";
const IDENTITY: &str = "identity {\n  name        = \"vault_default\"\n  aud         = [\"vault.io\"]\n  ttl         = \"1h\"\n  file        = true\n  change_mode = \"restart\"\n}";
const PLUGIN: &str = "csi_plugin {\n  id   = \"nfs\"\n  type = \"node\"\n}";
const NAME: &str = "task \"server\" {\n  driver = \"exec\"\n  config {\n    command = \"/bin/true\"\n  }\n}";
const LIFECYCLE: &str = "task \"prepare\" {\n  driver = \"exec\"\n  lifecycle {\n    hook    = \"prestart\"\n    sidecar = false\n  }\n  config {\n    command = \"/bin/true\"\n  }\n}";
const LOGS: &str = "logs {\n  max_files     = 3\n  max_file_size = 10\n}";
const ACTION: &str = "action \"backup\" {\n  command = \"/bin/backup\"\n  args    = [\"--all\"]\n}";
const SECRET: &str = "secret \"database\" {\n  provider = \"nomad\"\n  path     = \"nomad/jobs/web\"\n}";
const RESOURCES: &str = "resources {\n  cpu        = 500\n  memory     = 256\n  memory_max = 512\n}";
const CORES: &str = "resources {\n  cores  = 2\n  memory = 256\n}";
const DEVICE: &str = "resources {\n  device \"nvidia/gpu\" {\n    count = 1\n  }\n  numa {\n    affinity = \"prefer\"\n    devices  = [\"nvidia/gpu\"]\n  }\n}";
const TEMPLATE: &str = "template {\n  data        = \"listen = {{ env \\\"NOMAD_PORT_http\\\" }}\"\n  destination = \"local/app.conf\"\n  change_mode = \"restart\"\n  perms       = \"0644\"\n}";
const SIGNAL: &str = "template {\n  data          = \"x\"\n  destination   = \"local/app.conf\"\n  change_mode   = \"signal\"\n  change_signal = \"SIGHUP\"\n}";
const SCRIPT: &str = "template {\n  data        = \"x\"\n  destination = \"local/app.conf\"\n  change_mode = \"script\"\n  change_script {\n    command = \"/local/reload.sh\"\n  }\n}";
const WAIT: &str = "template {\n  data        = \"x\"\n  destination = \"local/app.conf\"\n  wait {\n    min = \"5s\"\n    max = \"1m\"\n  }\n}";
const ARTIFACT: &str = "artifact {\n  source      = \"https://example.com/app.tar.gz\"\n  destination = \"local/\"\n  mode        = \"any\"\n  options {\n    checksum = \"md5:d41d8cd98f00b204e9800998ecf8427e\"\n  }\n}";
const PAYLOAD: &str = "dispatch_payload {\n  file = \"input.json\"\n}";

pub(super) const ALL: &[Explanation] = &[
    entry("task::empty_name", "a task has no name", "Its directory and its logs are named after it.", Group(NAME)),
    entry(
        "task::unknown_run_time_name",
        "a `${NOMAD_…}` is misspelt, or names a port the group does not have",
        "Nobody replaces it: the task gets the text as it is written.",
        Task("env {\n  DATA = \"${NOMAD_ALLOC_DIR}/data\"\n}"),
    ),
    entry(
        "task::reserved_name",
        "a task is called \"alloc\"",
        "That is the directory the tasks of an allocation share.",
        Group(NAME),
    ),
    entry("task::slash_in_name", "a task's name has a slash in it", "Its directory is named after it.", Group(NAME)),
    entry(
        "task::null_in_name",
        "a task's name has a null character in it",
        "No system call takes such a name.",
        Group(NAME),
    ),
    entry(
        "task::no_driver",
        "a task has no driver",
        "The driver starts it: `exec` isolates it, `raw_exec` does not.",
        Group(NAME),
    ),
    entry(
        "task::unknown_driver",
        "a task's driver is not known",
        "Its config cannot be checked. On one host `exec` and `raw_exec` run; others need a cluster.",
        Group(NAME),
    ),
    entry(
        "task::unknown_kill_signal",
        "a task's kill signal is not a signal",
        "The task could not be asked to stop, and would be killed when its time is up.",
        Task("kill_signal = \"SIGTERM\""),
    ),
    entry(
        "task::negative_kill_timeout",
        "a task's kill timeout is negative",
        "It is the time it has to stop.",
        Task("kill_timeout = \"30s\""),
    ),
    entry(
        "task::negative_shutdown_delay",
        "a task's shutdown delay is negative",
        "It is the time between taking its services out of service and stopping it.",
        Task("shutdown_delay = \"5s\""),
    ),
    entry(
        "task::kill_timeout_over_progress_deadline",
        "a task may take longer to stop than a deployment may take",
        "A deployment that replaces it has failed before it has stopped.",
        Task("kill_timeout = \"30s\""),
    ),
    entry(
        "task::runs_as_root",
        "an isolated task runs as root",
        "Without a user namespace root in the task is root of the host, in a box. A cluster's default configuration denies it.",
        Task("user = \"nobody\""),
    ),
    entry(
        "task::shell_variable_in_args",
        "`${NAME}` in an argument of a shell",
        "The job language fills it in before the shell sees it. `$${NAME}` and `$NAME` reach the shell.",
        Task("config {\n  command = \"/bin/sh\"\n  args    = [\"-c\", \"echo $HOME $${PATH}\"]\n}"),
    ),
    entry(
        "lifecycle::unknown_hook",
        "a lifecycle's hook is not known",
        "A task runs before the main tasks (prestart), once they have started (poststart), or when they have ended (poststop).",
        Group(LIFECYCLE),
    ),
    entry(
        "lifecycle::endless_prestart",
        "the main tasks wait for a task that never ends",
        "A prestart task that is no sidecar must end before the main tasks start.",
        Group(LIFECYCLE),
    ),
    entry(
        "logs::no_files",
        "less than one log file is kept",
        "Set `disabled = true` to throw output away.",
        Task(LOGS),
    ),
    entry("logs::no_size", "a log file has no size", "Set `disabled = true` to throw output away.", Task(LOGS)),
    entry(
        "logs::over_disk",
        "the logs do not fit on the ephemeral disk",
        "Files times size must be less than `size` of the group's `ephemeral_disk` (300 MB where it is not written).",
        Task(LOGS),
    ),
    entry(
        "dispatch_payload::no_file",
        "a payload has no file to go to",
        "It is put beneath the task's `local` directory.",
        Task(PAYLOAD),
    ),
    entry(
        "dispatch_payload::outside",
        "a payload's file is outside of the allocation",
        "A task's files stay in its allocation.",
        Task(PAYLOAD),
    ),
    entry(
        "action::duplicate",
        "two actions of a task have the same name",
        "An action is called by its name.",
        Task(ACTION),
    ),
    entry("action::bad_name", "an action's name is not one word", "It is typed on the command line.", Task(ACTION)),
    entry("action::no_command", "an action has an empty command", "There is nothing to run.", Task(ACTION)),
    entry("secret::duplicate", "two secrets have the same name", "A secret is referred to by its name.", Task(SECRET)),
    entry("secret::incomplete", "a secret lacks provider or path", "Both are needed to fetch it.", Task(SECRET)),
    entry(
        "secret::vault_without_vault",
        "a secret of Vault in a task without access to Vault",
        "The `vault` block gives the task its token.",
        Task(
            "vault {\n  role = \"web\"\n}\nsecret \"database\" {\n  provider = \"vault\"\n  path     = \"secret/data/web\"\n}",
        ),
    ),
    entry(
        "resources::cpu_and_cores",
        "both `cpu` and `cores` are given",
        "`cpu` is a share of all CPUs, `cores` are whole CPUs for this task alone.",
        Task(CORES),
    ),
    entry(
        "resources::cpu_too_small",
        "`cpu` is less than 1 MHz",
        "The task would get no time at all.",
        Task(RESOURCES),
    ),
    entry("resources::negative_cores", "`cores` is negative", "It is a number of CPUs.", Task(CORES)),
    entry("resources::memory_too_small", "`memory` is less than 10 MB", "Nothing starts with less.", Task(RESOURCES)),
    entry(
        "resources::memory_max_under_memory",
        "a task may use less memory than it is sure to have",
        "`memory_max` must not be less than `memory`.",
        Task(RESOURCES),
    ),
    entry(
        "resources::memory_max_negative",
        "`memory_max` is negative",
        "-1 is no limit; there cannot be less.",
        Task(RESOURCES),
    ),
    entry(
        "resources::negative_secrets",
        "the secrets directory has a negative size",
        "It is a part of the task's memory.",
        Task("resources {\n  memory  = 64\n  secrets = 1\n}"),
    ),
    entry(
        "resources::secrets_over_memory",
        "the secrets directory is larger than the task's memory",
        "It is held in memory, and counted there.",
        Task("resources {\n  memory  = 64\n  secrets = 1\n}"),
    ),
    entry("device::duplicate", "a device is asked for twice", "Ask once, with `count`.", Task(DEVICE)),
    entry(
        "device::empty_name",
        "a device has no name",
        "It is named by type, by vendor and type, or by vendor, type and model.",
        Task(DEVICE),
    ),
    entry("numa::unknown_affinity", "the NUMA affinity is not known", "none, prefer or require.", Task(DEVICE)),
    entry(
        "numa::device_not_requested",
        "a NUMA device is not among the devices asked for",
        "Only devices of the task can be near to its CPUs.",
        Task(DEVICE),
    ),
    entry(
        "template::syntax",
        "a template's text cannot be read",
        "Nomad takes the file and fails when it renders the template; so does jobctl.",
        Task(TEMPLATE),
    ),
    entry(
        "template::unknown_function",
        "a template calls a function that there is not",
        "Rendering fails. A word that is meant as text stands between quotes.",
        Task(TEMPLATE),
    ),
    entry(
        "template::undefined_template",
        "a template calls a template that it does not define",
        "Rendering fails when the call is reached.",
        Task(
            "template {\n  data        = \"{{ define \\\"x\\\" }}a{{ end }}{{ template \\\"x\\\" }}\"\n  destination = \"local/app.conf\"\n}",
        ),
    ),
    entry(
        "template::needs_cluster",
        "a template reads from Consul, Vault or a Nomad cluster",
        "There is none here: rendering fails when the call is reached. Give the value by the environment or a file.",
        Task(TEMPLATE),
    ),
    entry(
        "template::unavailable_function",
        "a template calls a function that jobctl does not have",
        "Nomad has it, or may have it; here rendering fails when the call is reached. docs/templates.md says what there is.",
        Task(TEMPLATE),
    ),
    entry(
        "template::no_content",
        "a template has neither text nor source",
        "There is nothing to render.",
        Task(TEMPLATE),
    ),
    entry(
        "template::no_destination",
        "a template has no destination",
        "Its result must go somewhere beneath the task's directory.",
        Task(TEMPLATE),
    ),
    entry(
        "template::outside",
        "a template's destination is outside of the allocation",
        "A task's files stay in its allocation.",
        Task(TEMPLATE),
    ),
    entry(
        "template::duplicate_destination",
        "two templates have the same destination",
        "One overwrites the other.",
        Task(TEMPLATE),
    ),
    entry(
        "template::unknown_change_mode",
        "a template's change mode is not known",
        "When its result changes: nothing (noop), restart, signal, or script.",
        Task(TEMPLATE),
    ),
    entry(
        "template::no_change_signal",
        "change mode \"signal\" has no signal",
        "Which signal tells the task that the file has changed?",
        Task(SIGNAL),
    ),
    entry(
        "template::unknown_change_signal",
        "a template's signal is not a signal",
        "The task would not be told that the file has changed.",
        Task(SIGNAL),
    ),
    entry(
        "template::signal_with_env",
        "a template for the environment sends a signal",
        "The environment is read when the task starts: only a restart changes it.",
        Task(
            "template {\n  data        = \"KEY=value\"\n  destination = \"secrets/env\"\n  env         = true\n  change_mode = \"restart\"\n}",
        ),
    ),
    entry(
        "template::no_change_script",
        "change mode \"script\" has no script",
        "What is to be run when the file has changed?",
        Task(SCRIPT),
    ),
    entry(
        "template::bad_perms",
        "a template's mode is not an octal number",
        "It is a file mode as chmod(1) takes it.",
        Task(TEMPLATE),
    ),
    entry(
        "template::negative_splay",
        "a template's splay is negative",
        "It is the longest of a random wait.",
        Task("template {\n  data        = \"x\"\n  destination = \"local/x\"\n  splay       = \"5s\"\n}"),
    ),
    entry(
        "template::wait_min_over_max",
        "a template waits at least longer than at most",
        "`min` must not be more than `max`.",
        Task(WAIT),
    ),
    entry("artifact::no_source", "an artifact has no source", "There is nothing to fetch.", Task(ARTIFACT)),
    entry(
        "artifact::unknown_mode",
        "an artifact's mode is not known",
        "\"file\" is not unpacked, \"dir\" is; \"any\" decides by its name.",
        Task(ARTIFACT),
    ),
    entry(
        "artifact::outside",
        "an artifact's destination is outside of the allocation",
        "A task's files stay in its allocation.",
        Task(ARTIFACT),
    ),
    entry(
        "artifact::bad_checksum",
        "an artifact's checksum cannot be one",
        "It is a type and hexadecimal digits: md5 has 32, sha1 40, sha256 64, sha512 128.",
        Task(ARTIFACT),
    ),
    entry(
        "vault::unknown_change_mode",
        "the change mode of `vault` is not known",
        "When the token changes: nothing (noop), restart or signal.",
        Task(VAULT),
    ),
    entry(
        "vault::no_change_signal",
        "change mode \"signal\" of `vault` has an empty signal",
        "Which signal tells the task that its token has changed?",
        Task(VAULT),
    ),
    entry(
        "identity::duplicate",
        "two identities of a task have the same name",
        "An identity is asked for by its name.",
        Task(IDENTITY),
    ),
    entry(
        "identity::bad_name",
        "an identity's name is not one word",
        "It is part of names of files and of the environment.",
        Task(IDENTITY),
    ),
    entry(
        "identity::unknown_change_mode",
        "an identity's change mode is not known",
        "When the token changes: nothing (noop), restart or signal.",
        Task(IDENTITY),
    ),
    entry(
        "identity::no_change_signal",
        "change mode \"signal\" of an identity has an empty signal",
        "Which signal tells the task that its token has changed?",
        Task(IDENTITY),
    ),
    entry(
        "identity::negative_ttl",
        "an identity's time is negative",
        "It is the time the token is good for.",
        Task(IDENTITY),
    ),
    entry(
        "identity::outside",
        "an identity's file is outside of the allocation",
        "A task's files stay in its allocation.",
        Task(IDENTITY),
    ),
    entry(
        "identity::no_audience",
        "an identity has no audience",
        "Whoever gets hold of the token can use it anywhere.",
        Task(IDENTITY),
    ),
    entry(
        "identity::no_ttl",
        "an identity has no end",
        "Whoever gets hold of the token can use it for ever.",
        Task(IDENTITY),
    ),
    entry("csi_plugin::no_id", "a storage plugin has no id", "Volumes ask for it by its id.", Task(PLUGIN)),
    entry(
        "csi_plugin::unknown_type",
        "a storage plugin's type is not known",
        "node, controller or monolith.",
        Task(PLUGIN),
    ),
];
