//! `network`: mode, ports and name resolution of a group.

use super::block::block;
use super::field::Ports;
use super::spanned::{List, Map, Opt, Str};

block! {
    /// The network of a group. On one host `host` is fully supported, `bridge` and `cni/*` as far as the host has them.
    Network = "network" {
        /// `host`, `bridge`, `none` or `cni/<name>`.
        mode: Opt<Str> => "Mode", default("host");
        /// The network interface.
        device: Opt<Str> => "Device";
        /// The address range of the interface.
        cidr: Opt<Str> => "CIDR";
        /// The address.
        ip: Opt<Str> => "IP";
        /// The host name inside (bridge).
        hostname: Opt<Str> => "Hostname";
        /// Name resolution inside.
        dns: Option<Box<Dns>> => "DNS";
        /// Ports, by label.
        ports as "port": Ports => "DynamicPorts", also_api("ReservedPorts");
        /// Arguments for a CNI plugin.
        cni: Option<Box<Cni>> => "CNI";
        /// Bandwidth in Mbit.
        mbits: Opt<i64> => "MBits", deprecated("nothing: bandwidth is no longer a resource");
    }
}

block! {
    /// A port, `NOMAD_PORT_<label>` in the tasks.
    Port = "port", label label => "Label" {
        /// Its number on the host; a free one where not given.
        fixed as "static": Opt<i64> => "Value";
        /// Its number inside (bridge); -1 for the same as on the host.
        to: Opt<i64> => "To";
        /// The host network whose address it is bound to.
        host_network: Opt<Str> => "HostNetwork", default("default");
        /// Whether two ports of the host network may have this number (host mode).
        ignore_collision: Opt<bool> => "IgnoreCollision", default("false");
    }
}

block! {
    /// Name resolution inside the group's network.
    Dns = "dns" {
        /// Addresses of name servers.
        servers: Opt<List<Str>> => "Servers";
        /// Search domains.
        searches: Opt<List<Str>> => "Searches";
        /// Options as in resolv.conf.
        options: Opt<List<Str>> => "Options";
    }
}

block! {
    /// Arguments for a CNI plugin.
    Cni = "cni" {
        /// Keys and values for `CNI_ARGS`.
        args: Opt<Map<Str>> => "Args", argument_only();
    }
}

impl Port {
    /// Whether it has a number of its own on the host.
    pub fn is_reserved(&self) -> bool {
        self.fixed.as_deref().is_some_and(|number| *number != 0)
    }
}
