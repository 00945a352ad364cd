//! This host as a value: the configuration file, what follows from it, and probed facts.
//!
//! Probing happens once, in `probe`; everything else reads the value. Rules about jobs belong to `plan` and `validator`.

mod agent;
mod artifact_settings;
mod caller;
mod capability;
mod checkup;
mod configuration;
mod document;
mod driver_settings;
mod facts;
mod fixture;
mod keys;
mod limit;
mod path;
mod policy;
mod probe;
mod schema;
mod settings;
mod shape;

pub use artifact_settings::ArtifactSettings;
pub use caller::Caller;
pub use capability::{canonical_capability, short_capability};
pub use checkup::{Matter, Standing, checkup};
pub use configuration::Configuration;
pub use document::HostFile;
pub use driver_settings::{
    DEFAULT_ALLOW_CAPS, DeniedIds, EXEC_PLUGIN_KEYS, ExecSettings, RawExecSettings, TaskDefaults, known_capabilities,
    read_etc, read_mode, read_oom_score, read_pids_limit,
};
pub use facts::{CAPABILITIES, Facts, MountState, Needs, PathFact, UserFact};
pub use keys::Keys;
pub use limit::{LIMIT_NAMES, Limit};
pub use path::{is_within, normalise, resolve_link};
pub use policy::{Access, Policies, PolicyRule, Verdict, glob};
pub use probe::{cpu_mhz, probe, users_and_groups};
pub use schema::json_schema;
pub use settings::{DEFAULT_CHROOT_ENV, HostVolume, Node, Settings};

/// The host a job is planned for. A reload of its configuration makes a new value; one in use never changes.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// What its administrator says.
    pub configuration: Configuration,
    /// What was found.
    pub facts: Facts,
}

impl Host {
    /// What follows from the configuration.
    pub fn settings(&self) -> &Settings {
        &self.configuration.settings
    }
}
