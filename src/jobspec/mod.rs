//! A tree of values → a typed `Job`, spans kept, nothing filled in that the author did not write.
//!
//! One file a block. Rules that need more than one block belong to the validator.

mod api_form;
mod artifact;
pub(crate) mod block;
mod check;
mod connect;
mod constraint;
pub(crate) mod decode;
mod duration;
pub(crate) mod field;
mod gateway;
mod group;
mod job;
mod json_schema;
mod multiregion;
mod network;
mod null;
mod periodic;
mod place;
mod reference;
mod resources;
mod restart;
mod scalar;
mod scaling;
mod service;
mod shape;
mod spanned;
pub mod spec;
mod suggest;
mod task;
mod template;
mod untyped;
mod update;
mod vault;
mod volume;

pub use api_form::decode_api_form;
pub use artifact::Artifact;
pub use block::{Block, Labelled};
pub use check::{Check, CheckRestart};
pub use connect::{
    Connect, Expose, ExposePath, MeshGateway, Proxy, SidecarService, SidecarTask, TransparentProxy, Upstream,
};
pub use constraint::{Affinity, Comparison, Constraint, OPERATORS, Spread, SpreadTarget};
pub use decode::{Decoder, Source, decode};
pub use duration::{Duration, ParseDurationError};
pub use field::{ByLabel, Ports};
pub use gateway::{
    Gateway, GatewayBindAddress, GatewayProxy, GatewayTls, GatewayTlsSds, HeaderModifiers, Ingress, IngressListener,
    IngressService, LinkedService, Mesh, Terminating,
};
pub use group::{EphemeralDisk, Group};
pub use job::{Job, JobType, Ui, UiLink};
pub use json_schema::{block_schema, json_schema};
pub use multiregion::{Multiregion, MultiregionRegion, MultiregionStrategy};
pub use network::{Cni, Dns, Network, Port};
pub use periodic::{Parameterized, Periodic};
pub use place::Place;
#[cfg(test)]
pub(crate) use reference::block_reference;
pub use reference::reference;
pub use resources::{Device, Numa, Resources};
pub use restart::Restart;
pub use scaling::{Scaling, TaskScaling};
pub use service::{Service, ServiceWeights};
pub use shape::{shape, shape_for, shape_of};
pub use spanned::{List, Map, Opt, Spanned, Str};
pub use suggest::similar;
pub use task::{Action, CsiPlugin, DispatchPayload, Lifecycle, Logs, Schedule, ScheduleCron, Task};
pub use template::{ChangeScript, Template, Wait};
pub use untyped::{Untyped, UntypedKind};
pub use update::{Disconnect, Migrate, Reschedule, Update};
pub use vault::{Consul, Identity, Secret, Vault};
pub use volume::{ACCESS_MODES, MountOptions, VolumeMount, VolumeRequest};
