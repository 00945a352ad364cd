//! What running tasks take: processor time, memory and processes, from cgroups and /proc.
//!
//! Samples are read, figures between two of them computed; neither needs a supervisor. How they are shown is the command line's.

mod process;
mod sample;
mod usage;

pub use process::{ProcessSample, ProcessTable};
pub use sample::Sample;
pub use usage::{CpuUsage, MemoryUsage, ProcessUsage, Usage};
