//! `check` and `check_restart`: how a service is seen to be healthy, and what follows.

use super::block::block;
use super::duration::Duration;
use super::spanned::{List, Map, Opt, Str};

block! {
    /// How a service is seen to be healthy.
    Check = "check" {
        /// Its name.
        name: Opt<Str> => "Name";
        /// What is done.
        kind as "type": Opt<Str> => "Type", values(&["http", "tcp", "script", "grpc"]);
        /// What is run (script).
        command: Opt<Str> => "Command";
        /// Its arguments (script).
        args: Opt<List<Str>> => "Args";
        /// What is asked for (http): a path.
        path: Opt<Str> => "Path";
        /// `http` or `https` (http).
        protocol: Opt<Str> => "Protocol", values(&["http", "https"]);
        /// The label of a port; the service's where not given.
        port: Opt<Str> => "PortLabel";
        /// Whether it is reached past the mesh proxy.
        expose: Opt<bool> => "Expose", default("false");
        /// Whose address is asked.
        address_mode: Opt<Str> => "AddressMode", values(&["alloc", "driver", "host"]);
        /// The address it is registered with.
        advertise: Opt<Str> => "Advertise";
        /// How often.
        interval: Opt<Duration> => "Interval";
        /// How long it may take.
        timeout: Opt<Duration> => "Timeout";
        /// What it is taken for before the first answer.
        initial_status: Opt<Str> => "InitialStatus", values(&["passing", "warning", "critical"]);
        /// A text for people.
        notes: Opt<Str> => "Notes";
        /// The name in the server's certificate.
        tls_server_name: Opt<Str> => "TLSServerName";
        /// Whether the certificate is not checked.
        tls_skip_verify: Opt<bool> => "TLSSkipVerify", default("false");
        /// Headers of the request (http).
        header: Opt<Map<List<Str>>> => "Header", block_only();
        /// The method (http).
        method: Opt<Str> => "Method";
        /// The body of the request (http).
        body: Opt<Str> => "Body";
        /// When an unhealthy task is started anew.
        check_restart: Option<Box<CheckRestart>> => "CheckRestart";
        /// The service asked for (grpc).
        grpc_service: Opt<Str> => "GRPCService";
        /// Whether TLS is used (grpc).
        grpc_use_tls: Opt<bool> => "GRPCUseTLS", default("false");
        /// The task it is run in (script), in a service of a group.
        task: Opt<Str> => "TaskName";
        /// How many times in a row it must pass.
        success_before_passing: Opt<i64> => "SuccessBeforePassing";
        /// How many times in a row it must fail.
        failures_before_critical: Opt<i64> => "FailuresBeforeCritical";
        /// How many failures make a warning.
        failures_before_warning: Opt<i64> => "FailuresBeforeWarning";
        /// What it means during an update; the service's where not given.
        on_update: Opt<Str> => "OnUpdate", values(&["require_healthy", "ignore_warnings", "ignore"]);
    }
}

block! {
    /// When an unhealthy task is started anew.
    CheckRestart = "check_restart" {
        /// After how many failures in a row; 0 for never.
        limit: Opt<i64> => "Limit";
        /// How long after its start failures do not count.
        grace: Opt<Duration> => "Grace", default("1s");
        /// Whether a warning counts as passing.
        ignore_warnings: Opt<bool> => "IgnoreWarnings", default("false");
    }
}
