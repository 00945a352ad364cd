//! Functions that exist where Nomad runs and cannot be had here, and why.
//!
//! Names and reasons only.

use super::error::{ErrorKind, Failure};
use super::function::{Body, Function, Parameter};

/// Why a function cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Consul,
    Vault,
    Nomad,
    /// Nomad itself refuses it unless its agent is told otherwise.
    Denied,
    /// It changes a map in place; here values never change.
    ChangesInPlace,
    /// jobctl does not have it.
    Lacking,
}

impl Reason {
    pub(super) fn kind(self) -> ErrorKind {
        match self {
            Self::Consul | Self::Vault | Self::Nomad => ErrorKind::NeedsCluster,
            Self::Denied | Self::ChangesInPlace | Self::Lacking => ErrorKind::Unavailable,
        }
    }

    pub(super) fn failure(self, name: &str) -> Failure {
        let needs = |what: &str| {
            let failure = Failure::new(format!("`{name}` needs {what}: not available here"));
            failure.help(
                "give the value by the task's environment (`env`) or a file (`file`), or guard the call with `if`",
            )
        };
        match self {
            Self::Consul => needs("Consul"),
            Self::Vault => needs("Vault"),
            Self::Nomad => needs("a Nomad cluster"),
            Self::Denied => Failure::new(format!("`{name}` is refused, as Nomad refuses it by default")),
            Self::ChangesInPlace => Failure::new(format!("`{name}` changes a map in place: not available here"))
                .help("`sprig_merge`, `sprig_omit` and `scratch.MapSet` make a new map"),
            Self::Lacking => Failure::new(format!("`{name}` is not available here"))
                .help("docs/templates.md lists the functions that are"),
        }
    }
}

macro_rules! functions {
    ($($reason:ident: $($name:literal)*;)*) => {
        &[$($(Function {
            name: $name,
            parameters: &[],
            rest: Some(Parameter::Any),
            body: Body::Unavailable(Reason::$reason),
        },)*)*]
    };
}

pub(super) static FUNCTIONS: &[Function] = functions! {
    Consul: "byKey" "byMeta" "byPort" "byTag" "caLeaf" "caRoots" "connect" "datacenters" "explode" "exportedServices"
        "key" "keyExists" "keyOrDefault" "ls" "node" "nodes" "partitions" "peerings" "safeLs" "safeTree" "service"
        "services" "tree";
    Vault: "pkiCert" "secret" "secrets";
    Nomad: "nomadService" "nomadServices" "nomadVar" "nomadVarExists" "nomadVarList" "nomadVarListSafe";
    Denied: "plugin" "writeToFile";
    ChangesInPlace: "sprig_set" "sprig_unset";
    Lacking: "sockaddr" "spew_dump" "spew_printf" "spew_sdump" "spew_sprintf"
        "sprig_abbrevboth" "sprig_ago" "sprig_b32dec" "sprig_b32enc" "sprig_bcrypt" "sprig_buildCustomCert" "sprig_camelcase" "sprig_date"
        "sprig_decryptAES" "sprig_derivePassword" "sprig_duration" "sprig_durationRound" "sprig_encryptAES"
        "sprig_genCA" "sprig_genCAWithKey" "sprig_genPrivateKey" "sprig_genSelfSignedCert"
        "sprig_genSelfSignedCertWithKey" "sprig_genSignedCert" "sprig_genSignedCertWithKey" "sprig_htpasswd"
        "sprig_kebabcase" "sprig_must_date_modify" "sprig_mustDateModify" "sprig_mustToDate" "sprig_randInt"
        "sprig_semver" "sprig_semverCompare" "sprig_shuffle" "sprig_snakecase" "sprig_toDate" "sprig_unixEpoch"
        "sprig_urlJoin" "sprig_urlParse" "sprig_wrap" "sprig_wrapWith"
        "sprig_add1f" "sprig_addf" "sprig_divf" "sprig_mulf" "sprig_subf";
};
