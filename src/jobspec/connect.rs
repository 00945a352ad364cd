//! `connect`: a service's place in Consul's service mesh. Kept for a cluster, without effect on one host.

use super::block::block;
use super::duration::Duration;
use super::gateway::Gateway;
use super::resources::Resources;
use super::spanned::{List, Map, Opt, Str};
use super::task::Logs;
use super::untyped::Untyped;
use super::vault::Identity;
use super::volume::VolumeMount;

block! {
    /// A service's place in Consul's service mesh.
    Connect = "connect" {
        /// Whether the service speaks the mesh's protocol itself.
        native: Opt<bool> => "Native", default("false");
        /// Makes it a gateway.
        gateway: Option<Box<Gateway>> => "Gateway";
        /// The proxy beside it.
        sidecar_service: Option<Box<SidecarService>> => "SidecarService";
        /// The task that runs the proxy.
        sidecar_task: Option<Box<SidecarTask>> => "SidecarTask";
    }
}

block! {
    /// The proxy beside a service.
    SidecarService = "sidecar_service" {
        /// The tags of its service.
        tags: Opt<List<Str>> => "Tags";
        /// Its port.
        port: Opt<Str> => "Port";
        /// How it proxies.
        proxy: Option<Box<Proxy>> => "Proxy";
        /// Whether its TCP check is left out.
        disable_default_tcp_check: Opt<bool> => "DisableDefaultTCPCheck", default("false");
        /// Free keys and values of its service.
        meta: Opt<Map<Str>> => "Meta", block_only();
    }
}

block! {
    /// The task that runs a proxy or gateway.
    SidecarTask = "sidecar_task" {
        /// Its name.
        name: Opt<Str> => "Name";
        /// Its driver.
        driver: Opt<Str> => "Driver";
        /// Its user.
        user: Opt<Str> => "User";
        /// What the driver is to start.
        config: Opt<Untyped> => "Config", block_only();
        /// Its environment.
        env: Opt<Map<Str>> => "Env", block_only();
        /// CPU and memory.
        resources: Option<Box<Resources>> => "Resources";
        /// Free keys and values.
        meta: Opt<Map<Str>> => "Meta", block_only();
        /// How long it has to stop before it is killed.
        kill_timeout: Opt<Duration> => "KillTimeout", default("5s");
        /// How much of its output is kept.
        logs: Option<Box<Logs>> => "LogConfig";
        /// How long to wait before it is stopped.
        shutdown_delay: Opt<Duration> => "ShutdownDelay";
        /// The signal that asks it to stop.
        kill_signal: Opt<Str> => "KillSignal";
        /// Where the group's volumes are mounted.
        volume_mounts as "volume_mount": Vec<VolumeMount> => "VolumeMounts";
        /// Tokens that prove which task it is.
        identities as "identity": Vec<Identity> => "Identities";
    }
}

block! {
    /// How a proxy proxies.
    Proxy = "proxy" {
        /// Where the service listens.
        local_service_address: Opt<Str> => "LocalServiceAddress";
        /// On which port.
        local_service_port: Opt<i64> => "LocalServicePort";
        /// Paths reached without the mesh.
        expose: Option<Box<Expose>> => "Expose";
        /// Services it reaches.
        upstreams: Vec<Upstream> => "Upstreams";
        /// Sends all traffic through the proxy.
        transparent_proxy: Option<Box<TransparentProxy>> => "TransparentProxy";
        /// What the proxy reads.
        config: Opt<Untyped> => "Config", block_only();
    }
}

block! {
    /// A service that a proxy reaches.
    Upstream = "upstreams" {
        /// Its name.
        destination_name: Opt<Str> => "DestinationName";
        /// Its namespace.
        destination_namespace: Opt<Str> => "DestinationNamespace";
        /// The peer it is in.
        destination_peer: Opt<Str> => "DestinationPeer";
        /// Its partition.
        destination_partition: Opt<Str> => "DestinationPartition";
        /// A service or a prepared query.
        destination_type: Opt<Str> => "DestinationType";
        /// The port it is reached at.
        local_bind_port: Opt<i64> => "LocalBindPort";
        /// The data center it is in.
        datacenter: Opt<Str> => "Datacenter";
        /// The address it is reached at.
        local_bind_address: Opt<Str> => "LocalBindAddress";
        /// The socket it is reached at.
        local_bind_socket_path: Opt<Str> => "LocalBindSocketPath";
        /// The socket's mode.
        local_bind_socket_mode: Opt<Str> => "LocalBindSocketMode";
        /// Through which gateway.
        mesh_gateway: Option<Box<MeshGateway>> => "MeshGateway";
        /// What the proxy reads.
        config: Opt<Untyped> => "Config", block_only();
    }
}

block! {
    /// Through which gateway a service is reached.
    MeshGateway = "mesh_gateway" {
        /// None, the local one or the remote one.
        mode: Opt<Str> => "Mode", values(&["none", "local", "remote"]);
    }
}

block! {
    /// Sends all traffic through the proxy.
    TransparentProxy = "transparent_proxy" {
        /// The proxy's user.
        uid: Opt<Str> => "UID";
        /// The proxy's port for what goes out.
        outbound_port: Opt<u16> => "OutboundPort";
        /// Ports whose incoming traffic is left alone.
        exclude_inbound_ports: Opt<List<Str>> => "ExcludeInboundPorts";
        /// Ports whose outgoing traffic is left alone.
        exclude_outbound_ports: Opt<List<u16>> => "ExcludeOutboundPorts";
        /// Address ranges whose traffic is left alone.
        exclude_outbound_cidrs: Opt<List<Str>> => "ExcludeOutboundCIDRs";
        /// Users whose traffic is left alone.
        exclude_uids: Opt<List<Str>> => "ExcludeUIDs";
        /// Whether names are not resolved by the mesh.
        no_dns: Opt<bool> => "NoDNS", default("false");
    }
}

block! {
    /// Paths reached without the mesh.
    Expose = "expose" {
        /// The paths.
        paths as "path": Vec<ExposePath> => "Paths";
    }
}

block! {
    /// One path reached without the mesh.
    ExposePath = "path" {
        /// The path.
        path: Opt<Str> => "Path";
        /// Its protocol.
        protocol: Opt<Str> => "Protocol";
        /// The service's port.
        local_path_port: Opt<i64> => "LocalPathPort";
        /// The label of the port others ask.
        listener_port: Opt<Str> => "ListenerPort";
    }
}
