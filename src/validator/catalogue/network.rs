//! Codes of rules about networks and ports.

use super::Example::Group;
use super::{Explanation, entry};

const PORTS: &str = "network {\n  mode = \"host\"\n  port \"http\" {\n    static = 8080\n  }\n  port \"metrics\" {\n    to = 9100\n  }\n}";
const COLLISION: &str =
    "network {\n  mode = \"host\"\n  port \"http\" {\n    static           = 8080\n    ignore_collision = true\n  }\n}";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "network::duplicate_port",
        "two ports of a group have the same label",
        "NOMAD_PORT_<label> can have one value only.",
        Group(PORTS),
    ),
    entry(
        "network::duplicate_static_port",
        "a port number is used twice",
        "Only one of the tasks could listen there.",
        Group(PORTS),
    ),
    entry("network::port_out_of_range", "a port number does not exist", "Port numbers are 1 to 65535.", Group(PORTS)),
    entry(
        "network::negative_to",
        "a port is mapped to a negative number",
        "-1 means the same number as outside; there cannot be less.",
        Group(PORTS),
    ),
    entry(
        "network::ignore_collision_not_host",
        "`ignore_collision` in a network that is not the host's",
        "Only in the host's network can two tasks mean the same number.",
        Group(COLLISION),
    ),
    entry(
        "network::ignore_collision_not_static",
        "`ignore_collision` of a port without a number",
        "A free number collides with nothing.",
        Group(COLLISION),
    ),
    entry("network::unknown_mode", "a network's mode is not known", "host, bridge, none, or cni/<name>.", Group(PORTS)),
    entry(
        "network::bad_hostname",
        "a network's host name is none",
        "Letters, digits, hyphens and dots, 63 characters between two dots.",
        Group("network {\n  mode     = \"bridge\"\n  hostname = \"api.example\"\n}"),
    ),
    entry(
        "network::dns_server_not_an_address",
        "a name server is not named by its address",
        "It is asked for names: its own must be known.",
        Group("network {\n  mode = \"bridge\"\n  dns {\n    servers = [\"10.0.0.2\"]\n  }\n}"),
    ),
    entry(
        "network::semicolon_in_cni_argument",
        "a CNI argument has a semicolon",
        "CNI_ARGS is a list of pairs with semicolons between them.",
        Group("network {\n  mode = \"cni/lan\"\n  cni {\n    args = { NAME = \"web\" }\n  }\n}"),
    ),
    entry(
        "network::unusual_hostname",
        "a network's host name has unusual characters",
        "The kernel takes it; most programs take letters, digits, hyphens and dots only.",
        Group("network {\n  mode     = \"bridge\"\n  hostname = \"api.example\"\n}"),
    ),
    entry(
        "network::duplicate_cni_argument",
        "a CNI argument stands twice",
        "All networks of a group hand their arguments to the same plugins.",
        Group("network {\n  mode = \"cni/lan\"\n  cni {\n    args = { NAME = \"web\" }\n  }\n}"),
    ),
];
