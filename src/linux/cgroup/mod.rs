//! cgroups: v1, v2 and hybrid; created beneath the one this process was started in.
//!
//! One cgroup a task. Which limits it has the plan says.

mod facts;
mod figures;
mod group;
mod limits;

pub use facts::{Facts, Layout};
pub use figures::{CpuFigures, Figures, MemoryFigures};
pub use group::{Cgroup, CgroupError, Created, Place};
pub use limits::{Limit, Limits, Note};
