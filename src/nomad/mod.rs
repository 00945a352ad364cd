//! Talking to Nomad: a job as its API's JSON, and a cluster that is asked to take it.
//!
//! Only the outer form: what a job means here is the plan's. What a cluster answers is read and weighed here, shown elsewhere.

mod address;
mod answer;
mod api;
mod canonical;
mod client;
mod client_error;
mod follow;
mod hand_over;
mod monitor;
mod offer;
mod pinpoint;
mod placement;
mod settings;
mod unix_socket;

pub use address::{Address, AddressError};
pub use answer::{
    Allocation, Annotations, Deployment, DesiredUpdates, DiffType, Evaluation, FieldDiff, GroupDiff, JobDiff, Node,
    ObjectDiff, Placement, Planned, RegisterOptions, Registered, TaskDiff,
};
pub use api::{as_written, canonical};
pub use client::{Client, Indexed};
pub use client_error::ClientError;
pub use follow::follow;
pub use hand_over::{differences, strip, wanted};
pub use monitor::{Monitor, Outcome, Question, short};
pub use offer::{asks_for_volumes, candidates, missing_drivers, missing_volumes};
pub use pinpoint::findings as refusals;
pub use placement::{findings as placement_findings, in_words as placement_in_words};
pub use settings::{Secret, Settings, Tls};
