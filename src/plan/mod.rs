//! What a job means on this host, nothing left open: the plan.
//!
//! Data only, ordered and serialisable; no spans, and no `Option` that means "the default". `resolve` makes it.

mod canonical;
mod digest;
mod group;
mod interpolation;
mod isolation;
mod place;
mod port;
mod preparation;
mod resolve;
mod resources;
#[cfg(test)]
pub(crate) mod samples;
mod snapshot;
mod stored;
mod task;

pub use canonical::{CanonicalError, to_canonical};
pub use digest::{Digest, ParseDigestError};
pub use group::{Group, Job, JobType, Plan, VERSION};
pub use interpolation::interpolate;
pub use isolation::{
    Device, DeviceKind, Isolation, Mount, MountFlags, MountSource, NamespaceMode, Namespaces, Propagation,
    VolumeReference,
};
pub use place::place;
pub(crate) use port::variable_name;
pub use port::{HostPort, Port};
pub use preparation::{Artifact, ArtifactLimits, ArtifactMode, Payload, Template};
pub use resolve::{
    Dispatch, EXEC_KEYS, Foreseen, PAYLOAD_LIMIT, RAW_EXEC_KEYS, REFUSED_AT_RUN, check_host, check_ports, dispatch,
    find_user, foresee, host_attributes, needs, refuse_at_run, resolve, user_parts,
};
pub use resources::{Capabilities, Resources, Rlimit};
pub use snapshot::{Allocation, AllocationState, Snapshot};
pub use stored::{ReadPlanError, StoredPlan};
pub use task::{Action, Command, Driver, Lifecycle, LifecycleHook, Logs, Restart, RestartMode, Task, User};
