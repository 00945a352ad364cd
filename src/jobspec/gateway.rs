//! `gateway`: the ingress, terminating and mesh gateways of Consul's service mesh. Without effect on one host.

use super::block::block;
use super::duration::Duration;
use super::field::ByLabel;
use super::spanned::{List, Map, Opt, Str};
use super::untyped::Untyped;

block! {
    /// Makes a service a gateway of the mesh.
    Gateway = "gateway" {
        /// How it proxies.
        proxy: Option<Box<GatewayProxy>> => "Proxy";
        /// Lets traffic in.
        ingress: Option<Box<Ingress>> => "Ingress";
        /// Lets traffic out.
        terminating: Option<Box<Terminating>> => "Terminating";
        /// Joins two meshes.
        mesh: Option<Box<Mesh>> => "Mesh";
    }
}

block! {
    /// How a gateway proxies.
    GatewayProxy = "proxy" {
        /// How long a connection may take to come about.
        connect_timeout: Opt<Duration> => "ConnectTimeout", default("5s");
        /// Whether it listens on the service's tagged addresses.
        envoy_gateway_bind_tagged_addresses: Opt<bool> => "EnvoyGatewayBindTaggedAddresses", default("false");
        /// Where it listens.
        envoy_gateway_bind_addresses: ByLabel<GatewayBindAddress> => "EnvoyGatewayBindAddresses";
        /// Whether it does not listen on the default address.
        envoy_gateway_no_default_bind: Opt<bool> => "EnvoyGatewayNoDefaultBind", default("false");
        /// How it resolves names.
        envoy_dns_discovery_type: Opt<Str> => "EnvoyDNSDiscoveryType";
        /// What the proxy reads.
        config: Opt<Untyped> => "Config", block_only();
    }
}

block! {
    /// Where a gateway listens.
    GatewayBindAddress = "envoy_gateway_bind_addresses", label name => "Name" {
        /// The address.
        address: Opt<Str> => "Address";
        /// The port.
        port: Opt<i64> => "Port";
    }
}

block! {
    /// Lets traffic into the mesh.
    Ingress = "ingress" {
        /// The gateway's certificates.
        tls: Option<Box<GatewayTls>> => "TLS";
        /// Where it listens, and for what.
        listeners as "listener": Vec<IngressListener> => "Listeners";
    }
}

block! {
    /// A port of an ingress gateway.
    IngressListener = "listener" {
        /// The port.
        port: Opt<i64> => "Port";
        /// Its protocol.
        protocol: Opt<Str> => "Protocol";
        /// The services behind it.
        services as "service": Vec<IngressService> => "Services";
    }
}

block! {
    /// A service behind an ingress gateway.
    IngressService = "service" {
        /// Its name.
        name: Opt<Str> => "Name";
        /// The host names it answers to.
        hosts: Opt<List<Str>> => "Hosts";
        /// Its certificates.
        tls: Option<Box<GatewayTls>> => "TLS";
        /// What is changed in requests.
        request_headers: Option<Box<HeaderModifiers>> => "RequestHeaders";
        /// What is changed in answers.
        response_headers: Option<Box<HeaderModifiers>> => "ResponseHeaders";
        /// The most connections.
        max_connections: Opt<u32> => "MaxConnections";
        /// The most requests that wait.
        max_pending_requests: Opt<u32> => "MaxPendingRequests";
        /// The most requests at a time.
        max_concurrent_requests: Opt<u32> => "MaxConcurrentRequests";
    }
}

block! {
    /// What a gateway changes in HTTP headers.
    HeaderModifiers = "headers" {
        /// Headers to add.
        add: Opt<Map<Str>> => "Add";
        /// Headers to set.
        set: Opt<Map<Str>> => "Set";
        /// Headers to take away.
        remove: Opt<List<Str>> => "Remove";
    }
}

block! {
    /// The certificates of a gateway.
    GatewayTls = "tls" {
        /// Whether TLS is used.
        enabled: Opt<bool> => "Enabled", default("false");
        /// The oldest version accepted.
        tls_min_version: Opt<Str> => "TLSMinVersion";
        /// The newest version accepted.
        tls_max_version: Opt<Str> => "TLSMaxVersion";
        /// The ciphers accepted.
        cipher_suites: Opt<List<Str>> => "CipherSuites";
        /// Where certificates come from.
        sds: Option<Box<GatewayTlsSds>> => "SDS";
    }
}

block! {
    /// Where a gateway's certificates come from.
    GatewayTlsSds = "sds" {
        /// The cluster that has them.
        cluster_name: Opt<Str> => "ClusterName";
        /// Their name there.
        cert_resource: Opt<Str> => "CertResource";
    }
}

block! {
    /// Lets traffic out of the mesh.
    Terminating = "terminating" {
        /// The services outside.
        services as "service": Vec<LinkedService> => "Services";
    }
}

block! {
    /// A service outside the mesh.
    LinkedService = "service" {
        /// Its name.
        name: Opt<Str> => "Name";
        /// The authority that signed its certificate.
        ca_file: Opt<Str> => "CAFile";
        /// The gateway's certificate.
        cert_file: Opt<Str> => "CertFile";
        /// The gateway's key.
        key_file: Opt<Str> => "KeyFile";
        /// The name in its certificate.
        sni: Opt<Str> => "SNI";
    }
}

block! {
    /// Joins two meshes.
    Mesh = "mesh" {
    }
}
