//! Codes of rules about services and their checks.

use super::Example::Group;
use super::{Explanation, entry};

const SERVICE: &str = "shutdown_delay = \"5s\"\nnetwork {\n  port \"http\" {\n    to = 8080\n  }\n}\nservice {\n  name     = \"web\"\n  provider = \"nomad\"\n  port     = \"http\"\n  check {\n    type     = \"http\"\n    path     = \"/health\"\n    interval = \"10s\"\n    timeout  = \"2s\"\n  }\n}";
const SCRIPT: &str = "service {\n  name = \"web\"\n  task = \"main\"\n  check {\n    type     = \"script\"\n    command  = \"/local/healthy.sh\"\n    interval = \"10s\"\n    timeout  = \"2s\"\n  }\n}";
const CONSUL: &str = "network {\n  mode = \"bridge\"\n}\nservice {\n  name = \"web\"\n  port = \"8080\"\n  connect {\n    sidecar_service {\n      proxy {\n        upstreams {\n          destination_name = \"db\"\n          local_bind_port  = 5432\n        }\n      }\n    }\n  }\n}";
const NATIVE: &str =
    "service {\n  name = \"web\"\n  port = \"8080\"\n  task = \"main\"\n  connect {\n    native = true\n  }\n}";
const RESTART: &str = "service {\n  name     = \"web\"\n  provider = \"nomad\"\n  port     = \"8080\"\n  check {\n    type     = \"tcp\"\n    interval = \"10s\"\n    timeout  = \"2s\"\n    check_restart {\n      limit = 3\n      grace = \"30s\"\n    }\n  }\n}";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "service::no_shutdown_delay",
        "a service stops without a delay",
        "Whoever uses it is still sent to it for a moment after it has begun to stop: those requests fail.",
        Group(SERVICE),
    ),
    entry(
        "service::bad_name",
        "a service's name cannot be part of a host name",
        "It is found by its name in DNS: letters, digits and hyphens, 63 characters. Where no name is given it is made of job, group and task.",
        Group(SERVICE),
    ),
    entry("service::unknown_provider", "a service's provider is not known", "\"nomad\" or \"consul\".", Group(SERVICE)),
    entry(
        "service::several_providers",
        "the services of a group have different providers",
        "Nomad registers a group in one catalogue.",
        Group(SERVICE),
    ),
    entry(
        "service::consul_only",
        "a service of Nomad has something only Consul can do",
        "Nomad's own catalogue has no mesh and no tag override.",
        Group(SERVICE),
    ),
    entry(
        "service::duplicate",
        "a service is registered twice for the same port",
        "The second registration overwrites the first.",
        Group(SERVICE),
    ),
    entry(
        "service::unknown_port",
        "a service's port is not a port of the group",
        "It is the label of a `port` block, or a number.",
        Group(SERVICE),
    ),
    entry(
        "service::unknown_task",
        "a service or check names a task the group does not have",
        "A script runs in a task, and a native service is one.",
        Group(SCRIPT),
    ),
    entry(
        "service::unknown_address_mode",
        "an address mode is not known",
        "auto, host, driver or alloc.",
        Group(SERVICE),
    ),
    entry(
        "service::address_mode_of_other_level",
        "an address mode is for services of the other level",
        "\"driver\" is the address of one task, \"alloc\" that of the group's network.",
        Group(SERVICE),
    ),
    entry(
        "service::address_and_mode",
        "both an address and an address mode are given",
        "The address is what the mode would look up.",
        Group(SERVICE),
    ),
    entry(
        "service::unknown_on_update",
        "the value of `on_update` is not known",
        "It says whether a failing check stops a deployment.",
        Group(SERVICE),
    ),
    entry("service::negative_weight", "a weight is negative", "It is a share of the answers of DNS.", Group(SERVICE)),
    entry("check::no_type", "a check has no type", "http, tcp, script or grpc.", Group(SERVICE)),
    entry("check::unknown_type", "a check's type is not known", "http, tcp, script or grpc.", Group(SERVICE)),
    entry(
        "check::type_of_consul",
        "a check of Nomad has a type only Consul can do",
        "Nomad itself asks by http and tcp.",
        Group(SERVICE),
    ),
    entry(
        "check::interval_too_short",
        "a check has no interval, or one of less than 1s",
        "Checks cost time of the task.",
        Group(SERVICE),
    ),
    entry(
        "check::timeout_too_short",
        "a check has no timeout, or one of less than 1s",
        "An answer takes its time.",
        Group(SERVICE),
    ),
    entry("check::no_path", "an http check has no path", "What is asked for?", Group(SERVICE)),
    entry(
        "check::absolute_path",
        "an http check's path is a whole URL",
        "Scheme, host and port are known from the service.",
        Group(SERVICE),
    ),
    entry("check::no_command", "a script check has no command", "There is nothing to run.", Group(SCRIPT)),
    entry(
        "check::script_without_task",
        "a script check of a group's service names no task",
        "A script is run in a task.",
        Group(SCRIPT),
    ),
    entry("check::no_port", "a check has no port to ask", "Neither it nor its service has one.", Group(SERVICE)),
    entry(
        "check::duplicate",
        "two checks of a task's service have the same name",
        "Without a name of their own they are called alike too.",
        Group(SERVICE),
    ),
    entry(
        "check::unknown_initial_status",
        "a check's first status is not known",
        "passing, warning or critical.",
        Group(SERVICE),
    ),
    entry(
        "check::unknown_address_mode",
        "a check's address mode is not known",
        "auto, alloc, driver or host.",
        Group(SERVICE),
    ),
    entry(
        "check::unknown_on_update",
        "the value of `on_update` is not known",
        "It says whether the failing check stops a deployment.",
        Group(SERVICE),
    ),
    entry(
        "check::cannot_expose",
        "a check cannot be exposed",
        "Only http and grpc checks of a group's service are asked past the mesh's proxy.",
        Group(SERVICE),
    ),
    entry(
        "check::negative_counter",
        "a number of passes or failures is negative",
        "They are counted in a row.",
        Group(SERVICE),
    ),
    entry(
        "check::counter_of_script",
        "a script check counts passes or failures",
        "Consul counts what it asks itself. Count in the script.",
        Group(SCRIPT),
    ),
    entry(
        "check::consul_only",
        "a check of Nomad has something only Consul can do",
        "Nomad's own checks pass or fail.",
        Group(SERVICE),
    ),
    entry(
        "check_restart::negative_limit",
        "the limit of `check_restart` is negative",
        "0 is never; there cannot be less.",
        Group(RESTART),
    ),
    entry(
        "check_restart::negative_grace",
        "the grace of `check_restart` is negative",
        "It is the time after a start in which failures do not count.",
        Group(RESTART),
    ),
    entry(
        "connect::in_task",
        "a service of a task has `connect`",
        "The mesh's proxy serves the whole group.",
        Group(CONSUL),
    ),
    entry(
        "connect::no_role",
        "`connect` does not say how",
        "A service is native, has a sidecar, or is a gateway.",
        Group(CONSUL),
    ),
    entry(
        "connect::several_roles",
        "`connect` says more than one way",
        "A service is native, has a sidecar, or is a gateway.",
        Group(CONSUL),
    ),
    entry(
        "connect::native_without_task",
        "a native service names no task",
        "The task itself speaks the mesh's protocol, and gets the certificates.",
        Group(NATIVE),
    ),
    entry(
        "connect::upstream_without_name",
        "an upstream names no service",
        "Which service does it reach?",
        Group(CONSUL),
    ),
    entry(
        "connect::upstream_port_twice",
        "two upstreams listen on the same port",
        "Only one of them could.",
        Group(CONSUL),
    ),
];
