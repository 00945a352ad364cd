//! A plan's tasks as bundles of the Open Container Initiative: what runc, crun and youki run.
//!
//! Translation is pure, and `write` puts down what it gave; nothing is started here.

mod bundle;
mod cgroup;
mod config;
mod left_out;
mod mounts;
mod process;
mod root;
mod write;

pub use bundle::{Bundle, Host, IdMaps, bundle, derived_id, directory_of};
pub use config::Config;
pub use left_out::left_out;
pub use write::{Allocation, WriteError, write};
