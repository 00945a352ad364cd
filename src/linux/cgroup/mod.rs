//! cgroups: v1, v2 and hybrid; created beneath the one this process was started in.
//!
//! One cgroup a task. Which limits it has the plan says.

mod devices;
mod error;
mod facts;
mod figures;
mod group;
mod hierarchies;
mod kill;
mod legacy;
mod limits;
mod session;
mod unified;

pub use devices::DeviceRule;
pub use error::CgroupError;
pub use facts::{Facts, Layout};
pub use figures::{CpuFigures, Figures, MemoryFigures};
pub use group::{Cgroup, Created, Place};
pub use hierarchies::Hierarchies;
pub use kill::Killer;
pub use limits::{Limit, Limits, Note};
pub use session::{Unit, clear_session, detached_parent, leave_session};
