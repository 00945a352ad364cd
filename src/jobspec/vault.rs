//! `vault`, `consul`, `identity` and `secret`: what a task may ask of whom.

use super::block::block;
use super::duration::Duration;
use super::spanned::{List, Map, Opt, Str};
use super::untyped::Untyped;

block! {
    /// Access to Vault.
    Vault = "vault" {
        /// The policies of its token.
        policies: Opt<List<Str>> => "Policies";
        /// The role of its token.
        role: Opt<Str> => "Role";
        /// The namespace in Vault.
        namespace: Opt<Str> => "Namespace";
        /// Which Vault.
        cluster: Opt<Str> => "Cluster", default("default");
        /// Whether the token is in the environment.
        env: Opt<bool> => "Env", default("true");
        /// Whether the token is in no file.
        disable_file: Opt<bool> => "DisableFile", default("false");
        /// What happens when the token changes.
        change_mode: Opt<Str> => "ChangeMode", values(&["noop", "restart", "signal"]), default("restart");
        /// The signal of `change_mode = "signal"`.
        change_signal: Opt<Str> => "ChangeSignal";
        /// Whether the token may end.
        allow_token_expiration: Opt<bool> => "AllowTokenExpiration", default("false");
    }
}

block! {
    /// Access to Consul.
    Consul = "consul" {
        /// The namespace in Consul.
        namespace: Opt<Str> => "Namespace";
        /// Which Consul.
        cluster: Opt<Str> => "Cluster", default("default");
        /// The admin partition.
        partition: Opt<Str> => "Partition";
    }
}

block! {
    /// A token that proves to others which task or service it is.
    Identity = "identity" {
        /// Its name.
        name: Opt<Str> => "Name";
        /// For whom it is.
        audience as "aud": Opt<List<Str>> => "Audience";
        /// What happens when it changes.
        change_mode: Opt<Str> => "ChangeMode", values(&["noop", "restart", "signal"]);
        /// The signal of `change_mode = "signal"`.
        change_signal: Opt<Str> => "ChangeSignal";
        /// Whether it is in the environment.
        env: Opt<bool> => "Env", default("false");
        /// Whether it is in a file.
        file: Opt<bool> => "File", default("false");
        /// In which file.
        filepath: Opt<Str> => "Filepath";
        /// The service it is for.
        service_name: Opt<Str> => "ServiceName";
        /// How long it is good for.
        ttl: Opt<Duration> => "TTL";
        /// Claims to add.
        extra_claims: Opt<List<Str>> => "ExtraClaims";
    }
}

block! {
    /// A secret fetched before the task starts; `${secret.<label>.<key>}` in its blocks.
    Secret = "secret", label name => "Name" {
        /// Where it comes from.
        provider: Opt<Str> => "Provider";
        /// Where it is there.
        path: Opt<Str> => "Path";
        /// What the provider reads.
        config: Opt<Untyped> => "Config", block_only();
        /// The provider's environment.
        env: Opt<Map<Str>> => "Env";
    }
}
