//! This host as a value: the configuration file, what follows from it, and probed facts.
//!
//! Probing happens once, in `probe`; everything else reads the value. Rules about jobs belong to `plan` and `validator`.

mod caller;
mod facts;

pub use caller::Caller;
pub use facts::{AppArmor, CAPABILITIES, CgroupLayout, Cgroups, Facts, MountState, Needs, PathFact, UserFact};
